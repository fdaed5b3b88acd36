//! A server that starts while its database is down.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use halyard_evaluator::{LastConfiguration, LiveConfiguration};
use halyard_server::Server;
use halyard_store::{ConnectOptions, Store, sdk_keys::KeyKind};
use serde_json::json;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};

use crate::support::{ada, ask, fresh_database, key, options};

/// A way to a database that can be closed.
struct Gate {
    open: Arc<AtomicBool>,
    port: u16,
}

impl Gate {
    async fn closed_before(database: &ConnectOptions) -> Self {
        let halyard_store::connect::Address::Tcp { port: behind, .. } = database.address else {
            panic!("test servers listen on TCP");
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let open = Arc::new(AtomicBool::new(false));
        let gate = Gate { open: Arc::clone(&open), port };
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                if open.load(Ordering::SeqCst) {
                    tokio::spawn(async move {
                        let mut server = TcpStream::connect(("127.0.0.1", behind)).await?;
                        copy_bidirectional(&mut client, &mut server).await
                    });
                }
            }
        });
        gate
    }

    fn set_open(&self, open: bool) {
        self.open.store(open, Ordering::SeqCst);
    }

    /// A server that follows the database through the gate.
    async fn server(&self, database: &ConnectOptions, directory: &Path) -> (Server, LiveConfiguration) {
        let mut through = database.clone();
        if let halyard_store::connect::Address::Tcp { port, .. } = &mut through.address {
            *port = self.port;
        }
        let last = LastConfiguration { directory: directory.to_owned(), database: "test".into() };
        let live = LiveConfiguration::resume(Store::connect_lazy(&through), last);
        (Server::start(options(live.clone())).await.unwrap(), live)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_a_database_says_so_and_comes_up_by_itself() {
    let database = ConnectOptions::from_url(&fresh_database().await).unwrap();
    let gate = Gate::closed_before(&database).await;
    let directory = tempfile::tempdir().unwrap();
    let (server, live) = gate.server(&database, directory.path()).await;
    ask("GET", &format!("{}/livez", server.url())).send().await.expect(200);
    let not_ready = ask("GET", &format!("{}/readyz", server.url())).send().await.expect(503);
    assert_eq!(not_ready.header("content-type"), "application/problem+json");
    assert_eq!(not_ready.json()["code"], "not_ready");

    gate.set_open(true);
    live.state().wait_for(|state| state.configured).await.unwrap();
    ask("GET", &format!("{}/readyz", server.url())).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_serves_its_last_configuration_while_the_database_is_down() {
    let database = ConnectOptions::from_url(&fresh_database().await).unwrap();
    let store = Store::connect(&database).await.unwrap();
    let new = json!({
        "key": "checkout", "name": "Checkout", "type": "boolean", "defaultValue": false,
        "rules": [{ "percentage": 100, "value": true }], "clientVisible": true,
    });
    store.flag_create(&serde_json::from_value(new).unwrap(), &ada()).await.unwrap();
    store.flag_set_environment("checkout", "production", true, &ada()).await.unwrap();
    let key = key(&store, KeyKind::Server, Some("production"), None).await;

    let gate = Gate::closed_before(&database).await;
    gate.set_open(true);
    let directory = tempfile::tempdir().unwrap();
    let (first, live) = gate.server(&database, directory.path()).await;
    live.state().wait_for(|state| state.configured).await.unwrap();
    // It is written down once it is served.
    while std::fs::read_dir(directory.path())
        .unwrap()
        .all(|file| file.unwrap().path().extension() != Some("last".as_ref()))
    {
        tokio::task::yield_now().await;
    }
    first.shut_down(std::time::Duration::from_secs(10)).await;
    drop(live);

    gate.set_open(false);
    let (second, live) = gate.server(&database, directory.path()).await;
    assert!(live.state().borrow().configured);
    let ready = ask("GET", &format!("{}/readyz", second.url())).send().await.expect(200).json();
    assert_eq!(ready["status"], "stale");
    let evaluate = ask("POST", &format!("{}/feature-flags/evaluate", second.url())).key(&key);
    let answer =
        evaluate.json(json!({ "key": "checkout", "entityId": "c1" })).send().await.expect(200).json();
    assert_eq!(answer["value"], true);
}

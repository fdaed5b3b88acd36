//! An evaluator on a fresh database with customers.

use std::{
    future::pending,
    net::SocketAddr,
    process::Command,
    sync::{Arc, LazyLock, OnceLock},
    thread,
    time::Duration,
};

use halyard_embedded_postgres::{
    Binaries, Connection, EmbeddedPostgres, Options,
    testing::{self, PostgresVersion, TestServer},
};
use halyard_engine::{Evaluation, FlagType, RuleInput};
use halyard_evaluator::{Call, Evaluator, EvaluatorOptions, Identity, LiveConfiguration, Visibility};
use halyard_store::{
    Author, ConnectOptions, Store,
    audiences::{Audience, NewAudience},
    evaluations::EvaluationSource,
    evaluators::EvaluatorKind,
    flags::{Flag, NewFlag},
};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool};
use tempfile::TempDir;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    sync::watch,
    task::{JoinHandle, JoinSet},
};

/// Customers `c1` to `c1000`; every tenth on plan enterprise.
const CUSTOMERS: &str = "
    create table public.customers (id text primary key, plan text);
    insert into public.customers
    select 'c' || n, case when n % 10 = 0 then 'enterprise' end from generate_series(1, 1000) n;
    analyze public.customers";

/// The production guard has tests of its own. Without an entry, so that every audit begins alike.
const UNGUARDED: &str = "
    alter table halyard.environments disable trigger record;
    update halyard.environments set note_required = false;
    alter table halyard.environments enable always trigger record";

/// An evaluator, its database, and somebody with psql.
pub(crate) struct Served {
    pub(crate) evaluator: Evaluator,
    pub(crate) store: Store,
    pub(crate) psql: PgPool,
    pub(crate) port: u16,
    pub(crate) database: String,
}

impl Served {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut EvaluatorOptions)) -> Self {
        let (server, database) = blocking(|| {
            let server = testing::server(PostgresVersion::V18);
            (server, testing::database(server, Some(template())))
        })
        .await;
        Self::on(&server.url(&database), change).await
    }

    /// On a server of its own, which the test may kill.
    pub(crate) async fn start_alone() -> (Self, TestServer) {
        let (server, database) = blocking(|| {
            let server = TestServer::start(PostgresVersion::V18).unwrap();
            let database = testing::database(&server, None);
            make(&server.url(&database));
            (server, database)
        })
        .await;
        (Self::on(&server.url(&database), |_| {}).await, server)
    }

    /// On a database that has customers and the schema.
    pub(crate) async fn on(url: &str, change: impl FnOnce(&mut EvaluatorOptions)) -> Self {
        let store = Store::connect(&ConnectOptions::from_url(url).unwrap()).await.unwrap();
        let psql = PgPool::connect(url).await.unwrap();
        let live = LiveConfiguration::start(store.clone()).await.unwrap();
        let mut options =
            EvaluatorOptions::new(Identity::new(EvaluatorKind::Server, "test-host", "test 1.0"));
        // Unloaded machines answer in a millisecond; tests share this one.
        options.membership_deadline = Duration::from_secs(2);
        change(&mut options);
        let evaluator = Evaluator::start(live, options).unwrap();
        let options = psql.connect_options();
        let (port, database) = (options.get_port(), options.get_database().unwrap().to_owned());
        Served { evaluator, store, psql, port, database }
    }

    /// A boolean flag that is on in production, with these rules.
    pub(crate) async fn flag(&self, key: &str, rules: Value) -> Flag {
        let new = NewFlag {
            key: key.into(),
            name: key.into(),
            description: None,
            flag_type: FlagType::Boolean,
            default_value: json!(false),
            rules: Some(serde_json::from_value::<Vec<RuleInput>>(rules).unwrap()),
            client_visible: key.starts_with("client-"),
            permanent: None,
            tags: None,
            note: None,
        };
        self.store.flag_create(&new, &ana()).await.unwrap();
        let flag = self.store.flag_set_environment(key, "production", true, &ana()).await.unwrap();
        self.caught_up().await;
        flag
    }

    /// The audience of customers on a plan.
    pub(crate) async fn audience(&self, plan: &str) -> Audience {
        let condition =
            serde_json::from_value(json!({ "attribute": "plan", "operator": "equals", "value": plan }));
        let new =
            NewAudience { name: plan.into(), description: None, condition: condition.unwrap(), note: None };
        self.store.audience_create(&new, &ana()).await.unwrap()
    }

    /// Connections of its own to the same database, as another process has them.
    pub(crate) async fn another_store(&self) -> Store {
        let url = testing::server(PostgresVersion::V18).url(&self.database);
        Store::connect(&ConnectOptions::from_url(&url).unwrap()).await.unwrap()
    }

    /// Waits until the newest change is served.
    pub(crate) async fn caught_up(&self) {
        let newest = self.store.config_version().await.unwrap();
        let mut state = self.evaluator.live().state();
        state.wait_for(|state| state.config_version >= newest).await.unwrap();
    }

    pub(crate) async fn evaluate(&self, key: &str, entity_id: &str) -> Evaluation {
        let answer = self.evaluator.evaluate(key, Visibility::All, call(Some(entity_id))).await;
        answer.unwrap().to_evaluation()
    }

    pub(crate) async fn execute(&self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&self.psql).await.unwrap();
    }

    pub(crate) async fn numbers(&self, sql: &str) -> Vec<i64> {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&self.psql).await.unwrap()
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&self.psql).await.unwrap()
    }
}

/// A server with a password and durability, which the test kills and starts again.
pub(crate) struct Tenant {
    server: EmbeddedPostgres,
    data_dir: TempDir,
}

impl Tenant {
    pub(crate) fn start() -> Self {
        let mut builder = tempfile::Builder::new();
        // Others may enter, because a server started by root runs as another account.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755));
        let data_dir = builder.prefix("halyard-test").tempdir_in(testing::scratch()).unwrap();
        let options = Options::new(data_dir.path(), Binaries::find(None).unwrap());
        let tenant = Tenant { server: EmbeddedPostgres::start(options).unwrap(), data_dir };
        make(&tenant.url());
        tenant
    }

    pub(crate) fn url(&self) -> String {
        let Connection { host, port, user, password, database, .. } = self.server.connection();
        format!("postgres://{user}:{password}@{host}:{port}/{database}")
    }

    pub(crate) fn kill(&self) {
        let file = self.data_dir.path().join("postgres/cluster/postmaster.pid");
        let pid = std::fs::read_to_string(file).unwrap().lines().next().unwrap().to_owned();
        assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
    }

    pub(crate) fn revive(&mut self) {
        let port = self.server.connection().port;
        assert_eq!(self.server.revive().unwrap().port, port, "somebody took the port meanwhile");
    }
}

/// A way to a server that the test opens, closes and makes hang.
pub(crate) struct Proxy {
    address: SocketAddr,
    server: u16,
    accepting: Option<JoinHandle<()>>,
    swallowing: watch::Sender<bool>,
}

impl Proxy {
    /// Nobody listens on its port yet.
    pub(crate) async fn closed(server: u16) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        Proxy { address, server, accepting: None, swallowing: watch::channel(false).0 }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) async fn open(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        let (server, swallowing) = (self.server, self.swallowing.clone());
        self.accepting = Some(tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((mut client, _)) = listener.accept().await {
                let mut swallowing = swallowing.subscribe();
                swallowing.mark_unchanged();
                connections.spawn(async move {
                    let mut server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut server) => {}
                        _ = swallowing.changed() => pending().await,
                    }
                });
            }
        }));
    }

    /// Ends every connection.
    pub(crate) fn close(&mut self) {
        self.accepting.take().inspect(JoinHandle::abort);
    }

    /// Lets nothing through any more on the connections that there are, without ending them.
    pub(crate) fn swallow(&self) {
        self.swallowing.send_replace(true);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.close();
    }
}

/// Waits until something is so; fails when that takes far too long.
pub(crate) async fn eventually(what: &str, is_so: impl AsyncFn() -> bool) {
    let waiting = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap_or_else(|_| panic!("not so: {what}"));
}

pub(crate) fn call(entity_id: Option<&str>) -> Call<'_> {
    static NAMES: LazyLock<[Arc<str>; 2]> = LazyLock::new(|| ["production".into(), "test/1".into()]);
    let [environment, sdk] = &*NAMES;
    Call { environment, entity_id, source: EvaluationSource::Evaluate, sdk }
}

pub(crate) fn ana() -> Author {
    Author::new("Ana", "test 1.0")
}

pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// A database with customers and Halyard's schema, made once.
fn template() -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let server = testing::server(PostgresVersion::V18);
        let name = testing::database(server, None);
        make(&server.url(&name));
        name
    })
}

fn make(url: &str) {
    let url = url.to_owned();
    let made = thread::spawn(move || {
        Runtime::new().unwrap().block_on(async {
            let psql = PgPool::connect(&url).await.unwrap();
            sqlx::raw_sql(CUSTOMERS).execute(&psql).await.unwrap();
            let store = Store::connect(&ConnectOptions::from_url(&url).unwrap()).await.unwrap();
            store.migrate().await.unwrap();
            store.close().await;
            sqlx::raw_sql(UNGUARDED).execute(&psql).await.unwrap();
            psql.close().await;
        });
    });
    made.join().unwrap();
}

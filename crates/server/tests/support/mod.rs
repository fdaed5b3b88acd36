//! A server in this process, on a fresh database with a thousand customers and a key of each kind.
//!
//! Test targets include this file with `#[path = "../support/mod.rs"] mod support;`.
#![allow(dead_code, unused_imports, reason = "each test target uses a part of it")]
#![allow(unreachable_pub, reason = "a module of several test targets")]

mod http;

use std::{sync::OnceLock, thread};

use halyard_embedded_postgres::testing::{self, PostgresVersion};
use halyard_evaluator::{EvaluatorOptions, Identity, LiveConfiguration};
use halyard_server::{Server, ServerOptions};
use halyard_store::{
    Author, ConnectOptions, Store,
    evaluators::EvaluatorKind,
    sdk_keys::{KeyKind, KeyRole, NewSdkKey},
};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool};
use tokio::runtime::Runtime;

pub use http::{Answered, Asking, ask};

/// Customers `c1` to `c1000`: every tenth on plan enterprise, every second from DE.
const CUSTOMERS: &str = "
    create table public.customers (id text primary key, plan text, country text);
    insert into public.customers
    select 'c' || n, case when n % 10 = 0 then 'enterprise' end, case when n % 2 = 0 then 'DE' else 'US' end
    from generate_series(1, 1000) n;
    analyze public.customers";

/// The production guard has tests of its own. Without an entry, so that every audit begins alike.
const UNGUARDED: &str = "
    alter table halyard.environments disable trigger record;
    update halyard.environments set note_required = false;
    alter table halyard.environments enable always trigger record";

/// A server, its keys, its database, and somebody with psql.
pub struct TestServer {
    pub server: Server,
    /// `http://127.0.0.1:…`
    pub url: String,
    pub keys: Keys,
    pub live: LiveConfiguration,
    pub store: Store,
    pub psql: PgPool,
    /// The database's URL.
    pub database: String,
}

/// One key of each kind; those for evaluation open production.
#[derive(Clone)]
pub struct Keys {
    pub server: String,
    pub client: String,
    /// With the role admin.
    pub admin: String,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// With other options; nobody is limited in rate unless they say so.
    pub async fn start_with(change: impl FnOnce(&mut ServerOptions)) -> Self {
        let database = fresh_database().await;
        let store = Store::connect(&ConnectOptions::from_url(&database).unwrap()).await.unwrap();
        let keys = Keys {
            server: key(&store, KeyKind::Server, Some("production"), None).await,
            client: key(&store, KeyKind::Client, Some("production"), None).await,
            admin: key(&store, KeyKind::Admin, None, Some(KeyRole::Admin)).await,
        };
        let live = LiveConfiguration::start(store.clone()).await.unwrap();
        let mut options = options(live.clone());
        change(&mut options);
        let server = Server::start(options).await.unwrap();
        let psql = PgPool::connect(&database).await.unwrap();
        TestServer { url: server.url(), server, keys, live, store, psql, database }
    }

    /// A request to this server: `server.get("/livez").send().await`.
    pub fn get(&self, path: &str) -> Asking {
        self.ask("GET", path)
    }

    /// `server.post("/feature-flags").key(&server.keys.admin).json(json!({…})).send().await`
    pub fn post(&self, path: &str) -> Asking {
        self.ask("POST", path)
    }

    pub fn ask(&self, method: &str, path: &str) -> Asking {
        ask(method, &format!("{}{path}", self.url))
    }

    /// One more key.
    pub async fn key(&self, kind: KeyKind, environment: Option<&str>, role: Option<KeyRole>) -> String {
        let text = key(&self.store, kind, environment, role).await;
        self.caught_up().await;
        text
    }

    /// A flag that is on in production, made with the administration API's fields; `fields` replaces
    /// those of a boolean flag that everybody may see.
    pub async fn flag(&self, key: &str, fields: Value) {
        let mut new = json!({
            "key": key, "name": key, "type": "boolean", "defaultValue": false, "clientVisible": true,
        });
        for (name, value) in fields.as_object().unwrap() {
            new[name] = value.clone();
        }
        self.store.flag_create(&serde_json::from_value(new).unwrap(), &ada()).await.unwrap();
        self.store.flag_set_environment(key, "production", true, &ada()).await.unwrap();
        self.caught_up().await;
    }

    /// The audience of customers on a plan; its id.
    pub async fn audience(&self, plan: &str) -> String {
        let condition = json!({ "attribute": "plan", "operator": "equals", "value": plan });
        let new = serde_json::from_value(json!({ "name": plan, "condition": condition })).unwrap();
        let id = self.store.audience_create(&new, &ada()).await.unwrap().id;
        self.caught_up().await;
        id.to_string()
    }

    /// Waits until the newest change is served.
    pub async fn caught_up(&self) {
        let newest = self.store.config_version().await.unwrap();
        let mut state = self.live.state();
        state.wait_for(|state| state.config_version >= newest).await.unwrap();
    }

    pub async fn execute(&self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&self.psql).await.unwrap();
    }

    pub async fn number(&self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&self.psql).await.unwrap()
    }
}

/// Port 0 on loopback; membership has time, as tests share the computer.
pub fn options(live: LiveConfiguration) -> ServerOptions {
    let identity = Identity::new(EvaluatorKind::Server, "test-host", "halyard-server test");
    let mut evaluator = EvaluatorOptions::new(identity);
    evaluator.membership_deadline = std::time::Duration::from_secs(2);
    let mut options = ServerOptions::new(live, evaluator);
    options.listen.set_port(0);
    options.limits.rate = None;
    options
}

/// Who makes the changes of tests.
pub fn ada() -> Author {
    Author::new("Ada", "test 1.0")
}

/// Makes a key and tells its text.
pub async fn key(store: &Store, kind: KeyKind, environment: Option<&str>, role: Option<KeyRole>) -> String {
    let new = NewSdkKey {
        kind,
        name: format!("Test {}", kind.as_str()),
        environment: environment.map(str::to_owned),
        role,
        expires_at: None,
        note: None,
    };
    store.sdk_key_create(&new, &ada()).await.unwrap().text
}

/// The URL of a new database with customers and Halyard's schema.
pub async fn fresh_database() -> String {
    blocking(|| {
        let server = testing::server(PostgresVersion::V18);
        server.url(&testing::database(server, Some(template())))
    })
    .await
}

pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
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

/// Makes customers and Halyard's schema in an empty database.
pub fn make(url: &str) {
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

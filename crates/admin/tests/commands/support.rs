//! An app whose workspace is a fresh database with a thousand customers, driven by commands alone.

use std::{
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};

use halyard_admin::{App, AppOptions, dispatch};
use halyard_embedded_postgres::testing::{self, PostgresVersion, TestServer};
use halyard_store::{ConnectOptions, Store};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::local_endpoint::Listeners;

/// A thousand customers: 100 on plan enterprise, every second from DE.
const CUSTOMERS: &str = "
    create table public.customers (
        id text primary key, name text, email text, plan text, country text, seats integer, tags text[]);
    insert into public.customers
    select 'c' || n, 'Customer ' || n, 'c' || n || '@example.com',
           case when n % 10 = 0 then 'enterprise' when n % 10 < 4 then 'free' end,
           case when n % 2 = 0 then 'DE' else 'US' end, n, array['t' || n % 3]
    from generate_series(1, 1000) n";

/// The production guard has tests of its own. Without an entry, so that every audit begins alike.
const UNGUARDED: &str = "
    alter table halyard.environments disable trigger record;
    update halyard.environments set note_required = false;
    alter table halyard.environments enable always trigger record";

/// Long enough for a busy machine; no test waits for it.
pub(crate) const WITHIN: Duration = Duration::from_secs(60);

/// An app with an open workspace.
pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) database: String,
    pub(crate) data_dir: TempDir,
}

impl TestApp {
    /// Connected to a database of its own, as Ada.
    pub(crate) async fn connected() -> Self {
        let server = server().await;
        let database = blocking(move || testing::database(server, Some(template()))).await;
        let test = Self::with_database(database);
        test.ok("workspace_connect", test.connect_request()).await;
        test.ok("actor_set", json!({ "actor": "Ada" })).await;
        test
    }

    /// Connected to nothing yet; the database has no schema.
    pub(crate) async fn before_first_start() -> Self {
        let server = server().await;
        Self::with_database(blocking(move || testing::database(server, None)).await)
    }

    fn with_database(database: String) -> Self {
        let data_dir = tempfile::tempdir().unwrap();
        let app = start(&data_dir);
        TestApp { app, database, data_dir }
    }

    pub(crate) fn connect_request(&self) -> Value {
        let url = testing::server(PostgresVersion::V18).url(&self.database);
        json!({
            "name": "Shop", "connection": { "url": url }, "createSchema": false, "rememberPassword": false,
        })
    }

    /// The answer of a command.
    pub(crate) async fn run(&self, command: &str, request: Value) -> Result<Value, Value> {
        let answered = dispatch(&self.app, command, request).await;
        answered.map_err(|error| serde_json::to_value(error).unwrap())
    }

    /// The answer of a command that must succeed.
    pub(crate) async fn ok(&self, command: &str, request: Value) -> Value {
        match self.run(command, request).await {
            Ok(answer) => answer,
            Err(error) => panic!("{command} failed: {error:#}"),
        }
    }

    /// The error of a command that must fail with this code.
    pub(crate) async fn fails(&self, command: &str, request: Value, code: &str) -> Value {
        match self.run(command, request).await {
            Ok(answer) => panic!("{command} should have failed with {code}: {answer:#}"),
            Err(error) => {
                assert_eq!(error["code"], code, "{command}: {error:#}");
                error
            }
        }
    }

    /// The paths of everything that is wrong with a request.
    pub(crate) async fn violations(&self, command: &str, request: Value) -> Vec<String> {
        let error = self.fails(command, request, "invalid").await;
        let violations = error["details"]["violations"].as_array().unwrap().clone();
        for violation in &violations {
            let message = violation["message"].as_str().unwrap();
            assert!(message.len() > 10 && message.ends_with(['.', ')']), "not a sentence: {message}");
        }
        violations.iter().map(|violation| violation["path"].as_str().unwrap().to_owned()).collect()
    }

    /// A boolean flag.
    pub(crate) async fn flag(&self, key: &str) -> Value {
        self.ok("flag_create", new_flag(key)).await
    }

    /// An audience of the customers on a plan.
    pub(crate) async fn audience(&self, name: &str, plan: &str) -> Value {
        let condition = json!({ "attribute": "plan", "operator": "equals", "value": plan });
        self.ok("audience_create", json!({ "name": name, "condition": condition })).await
    }

    /// Locks the customers table until unlocked.
    pub(crate) async fn lock_customers(&self) -> Locking {
        self.lock("public.customers").await
    }

    /// Locks a table until unlocked.
    pub(crate) async fn lock(&self, table: &'static str) -> Locking {
        let url = testing::server(PostgresVersion::V18).url(&self.database);
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let sql = format!("begin; lock table {table} in access exclusive mode");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        Locking { connection, table }
    }

    /// A store of its own on the app's database.
    pub(crate) async fn store(&self) -> Store {
        let url = testing::server(PostgresVersion::V18).url(&self.database);
        Store::connect(&ConnectOptions::from_url(&url).unwrap()).await.unwrap()
    }

    /// One column of text as the superuser sees it.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let url = testing::server(PostgresVersion::V18).url(&self.database);
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let texts =
            sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        texts
    }

    /// Runs SQL as the superuser.
    pub(crate) async fn execute(&self, sql: &str) {
        let url = testing::server(PostgresVersion::V18).url(&self.database);
        let mut connection = PgConnection::connect(&url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}

/// A session that keeps everybody from a table.
pub(crate) struct Locking {
    connection: PgConnection,
    table: &'static str,
}

impl Locking {
    /// Waits until so many others, or more, wait for the table.
    pub(crate) async fn until_waited_for_by(&mut self, sessions: i64) {
        while self.waiting().await < sessions {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until nobody waits for the table any more, though it is still locked.
    pub(crate) async fn until_nobody_waits(&mut self) {
        while self.waiting().await > 0 {
            tokio::task::yield_now().await;
        }
    }

    async fn waiting(&mut self) -> i64 {
        let waiting = "select count(*) from pg_locks where not granted and relation = $1::text::regclass
                       and database = (select oid from pg_database where datname = current_database())";
        sqlx::query_scalar(waiting).bind(self.table).fetch_one(&mut self.connection).await.unwrap()
    }

    pub(crate) async fn unlock(&mut self) {
        sqlx::raw_sql("rollback").execute(&mut self.connection).await.unwrap();
    }
}

/// Runs a command beside the test.
pub(crate) fn spawn(
    test: &TestApp,
    command: &'static str,
    request: Value,
) -> tokio::task::JoinHandle<Result<Value, Value>> {
    let app = test.app.clone();
    tokio::spawn(async move {
        let answered = dispatch(&app, command, request).await;
        answered.map_err(|error| serde_json::to_value(error).unwrap())
    })
}

/// An app on a data directory.
pub(crate) fn start(data_dir: &TempDir) -> App {
    let data_dir = data_dir.path().to_owned();
    App::start(AppOptions {
        exports_dir: Some(data_dir.join("downloads")),
        data_dir,
        resource_dir: None,
        client: "test 1.0".into(),
        local_endpoints: Some(Arc::new(Listeners)),
    })
    .unwrap()
}

/// A boolean flag that passes every check.
pub(crate) fn new_flag(key: &str) -> Value {
    json!({ "key": key, "name": "A flag", "type": "boolean", "defaultValue": false, "clientVisible": false })
}

/// `base` with some fields replaced.
pub(crate) fn with(mut base: Value, fields: Value) -> Value {
    for (name, value) in fields.as_object().unwrap() {
        base[name] = value.clone();
    }
    base
}

pub(crate) async fn server() -> &'static TestServer {
    blocking(|| testing::server(PostgresVersion::V18)).await
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
        let url = server.url(&name);
        let made = thread::spawn(move || {
            Runtime::new().unwrap().block_on(async {
                let mut connection = PgConnection::connect(&url).await.unwrap();
                sqlx::raw_sql(CUSTOMERS).execute(&mut connection).await.unwrap();
                let store = Store::connect(&ConnectOptions::from_url(&url).unwrap()).await.unwrap();
                store.migrate().await.unwrap();
                store.close().await;
                sqlx::raw_sql(UNGUARDED).execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            });
        });
        made.join().unwrap();
        name
    })
}

//! An evaluator on a fresh database with customers.

use std::{
    sync::{Arc, LazyLock, OnceLock},
    thread,
    time::Duration,
};

use halyard_embedded_postgres::testing::{self, PostgresVersion, TestServer};
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
use tokio::runtime::Runtime;

/// Customers `c1` to `c1000`; every tenth on plan enterprise.
const CUSTOMERS: &str = "
    create table public.customers (id text primary key, plan text);
    insert into public.customers
    select 'c' || n, case when n % 10 = 0 then 'enterprise' end from generate_series(1, 1000) n;
    analyze public.customers";

/// An evaluator, its database, and somebody with psql.
pub(crate) struct Served {
    pub(crate) evaluator: Evaluator,
    pub(crate) store: Store,
    pub(crate) psql: PgPool,
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
        Self::on(server, &database, change).await
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
        (Self::on(&server, &database, |_| {}).await, server)
    }

    async fn on(server: &TestServer, database: &str, change: impl FnOnce(&mut EvaluatorOptions)) -> Self {
        let url = server.url(database);
        let store = Store::connect(&ConnectOptions::from_url(&url).unwrap()).await.unwrap();
        let psql = PgPool::connect(&url).await.unwrap();
        let live = LiveConfiguration::start(store.clone()).await.unwrap();
        let mut options =
            EvaluatorOptions::new(Identity::new(EvaluatorKind::Server, "test-host", "test 1.0"));
        // Unloaded machines answer in a millisecond; tests share this one.
        options.membership_deadline = Duration::from_secs(2);
        change(&mut options);
        let evaluator = Evaluator::start(live, options).unwrap();
        Served { evaluator, store, psql }
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

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&self.psql).await.unwrap()
    }
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
            psql.close().await;
            let store = Store::connect(&ConnectOptions::from_url(&url).unwrap()).await.unwrap();
            store.migrate().await.unwrap();
            store.close().await;
        });
    });
    made.join().unwrap();
}

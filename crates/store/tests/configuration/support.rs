//! A database of its own for each test: a copy of a template that was migrated once.

use std::{sync::OnceLock, thread};

use halyard_embedded_postgres::testing::{self, PostgresVersion, TestServer};
use halyard_engine::{FlagType, RuleInput, Violation};
use halyard_store::{
    Author, ConnectOptions, Store, StoreError,
    audiences::{Audience, NewAudience},
    audit::{AuditEntry, AuditQuery, AuditVerification, chain::Chain},
    flags::{Flag, NewFlag},
};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool};
use tokio::runtime::Runtime;

/// The production guard has tests of its own. Without an entry, so that every audit begins alike.
const UNGUARDED: &str = "
    alter table halyard.environments disable trigger record;
    update halyard.environments set note_required = false;
    alter table halyard.environments enable always trigger record";

/// A migrated database, seen by the app and by somebody with psql.
pub(crate) struct Database {
    pub(crate) server: &'static TestServer,
    pub(crate) url: String,
    pub(crate) store: Store,
    /// The superuser's.
    pub(crate) psql: PgPool,
}

/// Runs a test on the oldest and on the newest supported Postgres, each in a fresh database.
pub(crate) async fn on_each_postgres(test: impl AsyncFn(&Database)) {
    for version in [PostgresVersion::V18, PostgresVersion::V14] {
        let database = Database::migrated(version).await;
        test(&database).await;
        database.store.close().await;
    }
}

impl Database {
    pub(crate) async fn migrated(version: PostgresVersion) -> Self {
        let server = server(version).await;
        let name = blocking(move || testing::database(server, Some(template(version)))).await;
        Self::open(server, &name).await
    }

    pub(crate) async fn empty(version: PostgresVersion) -> Self {
        let server = server(version).await;
        let name = blocking(move || testing::database(server, None)).await;
        Self::open(server, &name).await
    }

    async fn open(server: &'static TestServer, name: &str) -> Self {
        let url = server.url(name);
        let store = Store::connect(&ConnectOptions::from_url(&url).unwrap()).await.unwrap();
        let psql = PgPool::connect(&url).await.unwrap();
        Self { server, url, store, psql }
    }

    pub(crate) async fn execute(&self, sql: &str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&self.psql).await.map(drop)
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&self.psql).await.unwrap()
    }

    pub(crate) async fn json(&self, sql: &str) -> Value {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&self.psql).await.unwrap()
    }

    /// Entries after `seq`, oldest first.
    pub(crate) async fn entries_after(&self, seq: i64) -> Vec<AuditEntry> {
        let query = AuditQuery { limit: 500, ..AuditQuery::default() };
        let mut entries = self.store.audit_list(&query).await.unwrap().entries;
        entries.retain(|entry| entry.seq > seq);
        entries.reverse();
        entries
    }

    /// Verifies the audit trail; how many entries are intact.
    pub(crate) async fn intact_entries(&self) -> i64 {
        match self.store.audit_verify(Chain::new([]), |_| {}).await.unwrap() {
            AuditVerification::Intact { last } => last.seq,
            AuditVerification::Broken(fault) => panic!("{fault}"),
        }
    }

    pub(crate) async fn flag(&self, key: &str) -> Flag {
        self.store.flag_create(&new_flag(key), &ana()).await.unwrap()
    }

    pub(crate) async fn audience(&self, name: &str) -> Audience {
        self.store.audience_create(&new_audience(name), &ana()).await.unwrap()
    }
}

async fn server(version: PostgresVersion) -> &'static TestServer {
    blocking(move || testing::server(version)).await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

fn template(version: PostgresVersion) -> &'static str {
    static TEMPLATES: [OnceLock<String>; 2] = [const { OnceLock::new() }; 2];
    TEMPLATES[version as usize].get_or_init(|| {
        let server = testing::server(version);
        let name = testing::database(server, None);
        let url = server.url(&name);
        thread::spawn(move || {
            Runtime::new().unwrap().block_on(async {
                let store = Store::connect(&ConnectOptions::from_url(&url).unwrap()).await.unwrap();
                store.migrate().await.unwrap();
                store.close().await;
                let psql = PgPool::connect(&url).await.unwrap();
                sqlx::raw_sql(UNGUARDED).execute(&psql).await.unwrap();
                psql.close().await;
            });
        })
        .join()
        .unwrap();
        name
    })
}

pub(crate) fn ana() -> Author {
    Author::new("Ana", "test 1.0")
}

pub(crate) fn ben() -> Author {
    Author::new("Ben", "test 1.0")
}

pub(crate) fn new_flag(key: &str) -> NewFlag {
    NewFlag {
        key: key.to_owned(),
        name: format!("Flag {key}"),
        description: None,
        flag_type: FlagType::Boolean,
        default_value: json!(false),
        rules: None,
        client_visible: false,
        permanent: None,
        tags: None,
        note: None,
    }
}

pub(crate) fn new_audience(name: &str) -> NewAudience {
    serde_json::from_value(json!({
        "name": name,
        "condition": { "all": [{ "attribute": "plan", "operator": "equals", "value": "enterprise" }] },
    }))
    .unwrap()
}

pub(crate) fn rule(fields: Value) -> RuleInput {
    serde_json::from_value(fields).unwrap()
}

pub(crate) fn violations<T: std::fmt::Debug>(result: Result<T, StoreError>) -> Vec<Violation> {
    match result {
        Err(StoreError::Invalid(violations)) => violations,
        other => panic!("expected violations, got {other:?}"),
    }
}

pub(crate) fn paths<T: std::fmt::Debug>(result: Result<T, StoreError>) -> Vec<String> {
    violations(result).into_iter().map(|violation| violation.path).collect()
}

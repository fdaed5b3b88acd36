//! A migrated database for each test, cloned from a template.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use halyard_embedded_postgres::testing::{self, PostgresVersion};
use halyard_store::memberships::{CustomerBatch, EntityMembership, Memberships};
use halyard_store::{Author, ConnectOptions, Store};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool};

pub(crate) use PostgresVersion::{V14, V18};

/// The production guard has tests of its own. Without an entry, so that every audit begins alike.
const UNGUARDED: &str = "
    alter table halyard.environments disable trigger record;
    update halyard.environments set note_required = false;
    alter table halyard.environments enable always trigger record";

/// Long enough for a busy machine; no test waits for it.
pub(crate) const WITHIN: Duration = Duration::from_secs(60);

/// A database with Halyard's schema, and a superuser's connection to it beside the store.
pub(crate) struct Tenant {
    pub(crate) store: Store,
    pub(crate) sql: PgPool,
    pub(crate) url: String,
}

pub(crate) async fn tenant(version: PostgresVersion) -> Tenant {
    static TEMPLATES: Mutex<Option<HashMap<u8, String>>> = Mutex::new(None);
    let server = tokio::task::spawn_blocking(move || testing::server(version)).await.unwrap();
    static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let making = ONE_AT_A_TIME.lock().await;
    let known = TEMPLATES.lock().unwrap().get_or_insert_default().get(&(version as u8)).cloned();
    let template = match known {
        Some(name) => name,
        None => {
            let name = testing::database(server, None);
            let store = connect(&server.url(&name)).await;
            store.migrate().await.unwrap();
            store.close().await;
            let mut psql = PgConnection::connect(&server.url(&name)).await.unwrap();
            sqlx::raw_sql(UNGUARDED).execute(&mut psql).await.unwrap();
            psql.close().await.unwrap();
            TEMPLATES.lock().unwrap().get_or_insert_default().insert(version as u8, name.clone());
            name
        }
    };
    let name = testing::database(server, Some(&template));
    drop(making);
    let url = server.url(&name);
    let sql = PgPoolOptions::new().max_connections(3).connect(&url).await.unwrap();
    Tenant { store: connect(&url).await, sql, url }
}

pub(crate) async fn connect(url: &str) -> Store {
    Store::connect(&ConnectOptions::from_url(url).unwrap()).await.unwrap()
}

pub(crate) fn author() -> Author {
    Author::new("Ada", "test")
}

/// Every customer's id and audiences.
pub(crate) async fn streamed(store: &Store, prepared: &Memberships) -> Vec<(String, EntityMembership)> {
    let (to, mut batches) = tokio::sync::mpsc::channel(1);
    let (ended, customers) = tokio::join!(store.stream_customers(prepared, None, WITHIN, to), async {
        let mut customers = Vec::new();
        while let Some(CustomerBatch { entities, .. }) = batches.recv().await {
            let each = (0..entities.len())
                .map(|index| (entities.id(index).to_owned(), prepared.entity(&entities, index)));
            customers.extend(each);
        }
        customers
    });
    ended.unwrap();
    customers
}

impl Tenant {
    /// Runs statements as the superuser.
    pub(crate) async fn run(&self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&self.sql).await.unwrap();
    }

    /// A store that is logged in as somebody who may read Halyard's schema and the tenant's, and
    /// write nowhere. Roles belong to the whole server, so the name carries the database's.
    pub(crate) async fn onlooker(&self, quoted_schema: &str) -> Store {
        let role = format!("onlooker_{}", self.url.rsplit('/').next().unwrap());
        self.run(&format!(
            "create role {role} login; grant usage on schema {quoted_schema}, halyard to {role};
             grant select on all tables in schema {quoted_schema}, halyard to {role}"
        ))
        .await;
        connect(&self.url.replace("//postgres@", &format!("//{role}@"))).await
    }

    /// A number as the superuser sees it.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&self.sql).await.unwrap()
    }

    pub(crate) async fn text(&self, sql: &str) -> String {
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&self.sql).await.unwrap()
    }
}

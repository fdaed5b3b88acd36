//! People who log in with group roles, and nothing else.

use halyard_store::{ConnectOptions, Store, StoreError, roles::GroupRole};
use sqlx::{AssertSqlSafe, PgPool};

use crate::support::Database;

/// Everybody who may be granted a role, from the least to the greatest, and an evaluation server.
pub(crate) const EVERYBODY: [GroupRole; 6] = [
    GroupRole::Viewer,
    GroupRole::Support,
    GroupRole::Operator,
    GroupRole::Editor,
    GroupRole::Admin,
    GroupRole::Server,
];

/// Somebody who is logged in: by the app, and by psql.
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) store: Store,
    pub(crate) psql: PgPool,
}

/// Logs in somebody new with these group roles. Roles belong to the whole server, so their names
/// carry the database's.
pub(crate) async fn person(database: &Database, name: &str, groups: &[GroupRole]) -> Person {
    let role = format!("{name}_{}", database_name(&database.url));
    database.execute(&format!("create role {role} login")).await.unwrap();
    for group in groups {
        let group = group_role(database, group.as_str()).await;
        database.execute(&format!("grant {group} to {role}")).await.unwrap();
    }
    logged_in(&database.url, &role).await
}

/// Somebody who is there already.
pub(crate) async fn logged_in(url: &str, role: &str) -> Person {
    let url = url.replace("//postgres@", &format!("//{role}@"));
    Person {
        name: role.to_owned(),
        store: Store::connect(&ConnectOptions::from_url(&url).unwrap()).await.unwrap(),
        psql: PgPool::connect(&url).await.unwrap(),
    }
}

/// Somebody for each role.
pub(crate) async fn people(database: &Database) -> Vec<(GroupRole, Person)> {
    let mut people = Vec::new();
    for role in EVERYBODY {
        people.push((role, person(database, role.as_str(), &[role]).await));
    }
    people
}

/// What a group role of the database is called.
pub(crate) async fn group_role(database: &Database, name: &str) -> String {
    sqlx::query_scalar("select role from halyard.group_roles where name = $1")
        .bind(name)
        .fetch_one(&database.psql)
        .await
        .unwrap()
}

pub(crate) fn database_name(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

impl Person {
    pub(crate) async fn execute(&self, sql: &str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&self.psql).await.map(drop)
    }

    /// Whether the database lets them, whatever else comes of it. Nothing stays changed.
    pub(crate) async fn may(&self, statement: &str) -> bool {
        let mut transaction = self.psql.begin().await.unwrap();
        let outcome = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut *transaction).await;
        transaction.rollback().await.unwrap();
        !outcome.is_err_and(|error| is_refusal(&error) || IS_A_VIEW.contains(&code(&error).as_str()))
    }
}

pub(crate) fn is_refusal(error: &sqlx::Error) -> bool {
    code(error) == "42501"
}

/// What Postgres says of views that hold no rows of their own, whoever asks.
const IS_A_VIEW: [&str; 2] = ["55000", "42809"];

fn code(error: &sqlx::Error) -> String {
    error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned()
}

/// Whether an outcome of the store is that the role may not; other failures fail the test.
pub(crate) fn is_forbidden<T: std::fmt::Debug>(outcome: &Result<T, StoreError>) -> bool {
    match outcome {
        Ok(_) => false,
        Err(StoreError::Forbidden { .. }) => true,
        // The tenant's tables: what may not be read is not in the catalogue that people see.
        Err(StoreError::Invalid(violations))
            if violations.iter().any(|one| one.path == "customers.table") =>
        {
            true
        }
        Err(other) => panic!("{other:?}"),
    }
}

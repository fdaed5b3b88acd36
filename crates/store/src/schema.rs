//! The schema of Halyard in the tenant's database: its state and its migrations.

use std::{borrow::Cow, fmt, time::Duration};

use serde::Serialize;
use sqlx::{
    Connection, PgConnection,
    migrate::{MigrateError, Migrator},
};

use crate::{Store, StoreError, store::DEADLINE};

/// Held by whoever migrates, roles included: the runner's own lock ends before they are made. Any
/// number that nobody else locks; these are the bytes of "halyard".
const MIGRATING: i64 = 0x0068_616c_7961_7264;

/// Changing the owner of everything waits for whoever uses it.
const INSTALLING: Duration = Duration::from_secs(60);

/// How the schema in the database relates to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemaState {
    /// There is none: ask before creating it.
    Missing,
    /// Just what this program needs.
    Current,
    /// Older: migrate.
    Older {
        /// Migrations that are still to be applied.
        missing: usize,
    },
    /// Made by a newer program; this one must not touch it.
    Newer,
    /// Made by another build, with other migrations of the same number.
    Altered,
}

/// Why the schema does not fit. Displays as a sentence for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaProblem {
    /// There is none.
    Missing,
    /// Made by a newer program.
    Newer,
    /// An applied migration differs from the one in this program.
    Altered,
}

impl fmt::Display for SchemaProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Missing => "This database has no Halyard schema yet.",
            Self::Newer => {
                "This database was set up by a newer version of Halyard. Update this app to open it."
            }
            Self::Altered => "This database was set up by another build of Halyard. Open it with that build.",
        })
    }
}

impl Store {
    /// Whether the schema is there and fits. Changes nothing.
    ///
    /// # Errors
    /// Outages; `PermissionDenied` when there is one that the role may not read.
    pub async fn schema_state(&self) -> Result<SchemaState, StoreError> {
        self.read(DEADLINE, async |connection| state(connection).await).await
    }

    /// Creates the schema, or brings it up to this program. Two apps at once wait for each other.
    ///
    /// # Errors
    /// `PermissionDenied` without CREATE on the database; `Schema` when it is newer; outages.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        if self.schema_state().await? == SchemaState::Current {
            return Ok(());
        }
        // A connection of its own: the runner's lock is the session's, and a session that failed
        // half-way must end.
        let mut connection = PgConnection::connect_with(self.pool().connect_options().as_ref()).await?;
        let outcome = run(&mut connection).await;
        let _ = connection.close().await;
        outcome.map_err(|error| match error {
            MigrateError::VersionMissing(_) => StoreError::Schema(SchemaProblem::Newer),
            MigrateError::VersionMismatch(_) => StoreError::Schema(SchemaProblem::Altered),
            MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => cause.into(),
            other => StoreError::Internal(Box::new(other)),
        })
    }

    /// Makes the group roles of this database, or mends them, if this role may create roles. Returns
    /// whether they are there. [`Store::migrate`] does it for a schema that it makes or changes.
    ///
    /// # Errors
    /// `Forbidden` for a role that does not own the schema; outages.
    pub async fn install_roles(&self) -> Result<bool, StoreError> {
        self.read(INSTALLING, async |connection| Ok(install_roles(connection).await?)).await
    }
}

/// Runs what is missing, as the schema's owner where there is one already: new tables are its own,
/// and whoever migrates needs no more than the right to take its place.
async fn run(connection: &mut PgConnection) -> Result<(), MigrateError> {
    sqlx::query("set lock_timeout = '15s'").execute(&mut *connection).await?;
    sqlx::query("select pg_advisory_lock($1)").bind(MIGRATING).execute(&mut *connection).await?;
    let exists: bool = sqlx::query_scalar("select to_regnamespace('halyard') is not null")
        .fetch_one(&mut *connection)
        .await?;
    let owner: Option<String> = if exists { owner_to_take(connection).await? } else { None };
    let mut migrator = migrator();
    if !exists {
        migrator.create_schema("halyard");
    }
    if let Some(owner) = &owner {
        sqlx::query("select set_config('role', $1, false)").bind(owner).execute(&mut *connection).await?;
    }
    migrator.run_direct(None, &mut *connection, false).await?;
    if owner.is_none() {
        install_roles(connection).await?;
    }
    Ok(())
}

async fn owner_to_take(connection: &mut PgConnection) -> Result<Option<String>, sqlx::Error> {
    let knows: bool = sqlx::query_scalar("select to_regproc('halyard.role_to_take') is not null")
        .fetch_one(&mut *connection)
        .await?;
    if !knows {
        return Ok(None);
    }
    sqlx::query_scalar("select halyard.role_to_take('owner')").fetch_one(connection).await
}

/// Asked of the database by name: before it was migrated it has none.
async fn install_roles(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select halyard.install_roles()").fetch_one(connection).await
}

/// The embedded migrations. The runner's own table lives beside ours, not in the tenant's schema.
fn migrator() -> Migrator {
    let mut migrator = sqlx::migrate!();
    migrator.dangerous_set_table_name("halyard._sqlx_migrations");
    migrator
}

/// What `connection` finds.
pub(crate) async fn state(connection: &mut PgConnection) -> Result<SchemaState, StoreError> {
    let exists =
        sqlx::query_scalar!(r#"select to_regclass('halyard._sqlx_migrations') is not null as "exists!""#)
            .fetch_one(&mut *connection)
            .await?;
    if !exists {
        return Ok(SchemaState::Missing);
    }
    // The table is the runner's, so its query is not among the checked ones.
    let applied: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "select version, checksum from halyard._sqlx_migrations where success order by version",
    )
    .fetch_all(connection)
    .await?;
    let migrator = migrator();
    if applied.iter().any(|(version, _)| !migrator.version_exists(*version)) {
        return Ok(SchemaState::Newer);
    }
    let altered = migrator.iter().any(|migration| {
        applied.iter().any(|(version, checksum)| {
            *version == migration.version && Cow::Borrowed(checksum.as_slice()) != migration.checksum
        })
    });
    Ok(match migrator.iter().count() - applied.len() {
        _ if altered => SchemaState::Altered,
        0 => SchemaState::Current,
        missing => SchemaState::Older { missing },
    })
}

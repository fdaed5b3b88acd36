//! The state of a database as an evaluation server needs it: facts alone. Who shows them writes the
//! sentences.

mod content;
mod rights;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::Row;

use crate::{
    Store, StoreError, audiences::BrokenAudience, configuration::UnreadableFlag,
    customer_source::CustomerSource, roles::Rights, schema::SchemaState, store::DEADLINE,
};

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// The server and the role.
    pub server: ServerFacts,
    /// How Halyard's schema relates to this program; `None` when the role may not look.
    pub schema: Option<SchemaState>,
    /// Rights that a server needs and the role has not. Empty unless the schema is there.
    pub missing_rights: Vec<MissingRight>,
    /// What the role may do, and the group roles there are; `None` unless the schema is this
    /// program's and may be read.
    pub rights: Option<Rights>,
    /// The rest; `None` unless the schema is this program's and may be read.
    pub content: Option<ContentFacts>,
}

/// The server and the role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerFacts {
    /// Version of Postgres, such as `18.1`.
    pub version: String,
    /// Whether Halyard supports it: 14 or newer.
    pub is_supported: bool,
    /// The database.
    pub database: String,
    /// How it stores text; it must be `UTF8`.
    pub encoding: String,
    /// The role that is logged in.
    pub role: String,
    /// A standby cannot be written to: no evaluation would be logged.
    pub is_standby: bool,
    /// Whether the role may make the schema or bring it up to date.
    pub may_create_schema: bool,
    /// Milliseconds by which this computer's clock is ahead of the server's; negative: behind.
    pub clock_ahead_ms: i64,
    /// Milliseconds that a query and its answer took; the clock is known to half of it.
    pub round_trip_ms: i64,
}

/// What a right is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Without it nothing is served.
    Serve,
    /// Without it evaluations are not logged.
    Log,
    /// Without it the app does not see this server, or when keys were used.
    Report,
    /// Without it admin keys can only read, or not even that.
    Administer,
}

/// A right that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MissingRight {
    /// As GRANT names it: `USAGE`, `SELECT`, `INSERT`, `UPDATE`, `DELETE` or `EXECUTE`.
    pub right: String,
    /// As GRANT names it, such as `TABLE halyard.evaluations`.
    pub on: String,
    /// What it is for.
    pub need: Need,
}

/// What the schema holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContentFacts {
    /// The sequence number of the last audit entry.
    pub config_version: i64,
    /// Unarchived flags that can be evaluated.
    pub flags: usize,
    /// Flags that somebody wrote by hand in a way that cannot be read.
    pub unreadable_flags: Vec<UnreadableFlag>,
    /// SDK keys that are live now.
    pub live_keys: usize,
    /// Where customers live.
    pub customers: CustomerFacts,
    /// Audiences of flags that cannot be read just now.
    pub broken_audiences: Vec<BrokenAudience>,
    /// The evaluation log.
    pub log: LogFacts,
}

/// Where customers live, and how well that serves.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerFacts {
    /// None: nothing chosen, and no `public.customers` to take.
    pub source: Option<CustomerSource>,
    /// Rows in the customers table; null when they could not be counted in time.
    pub customers: Option<i64>,
    /// What is wrong with it, in a sentence.
    pub problem: Option<String>,
    /// GRANT statements that are missing for the group roles to read it.
    pub missing_grants: Vec<String>,
    /// Whether an index begins with the id column; null for a view, or when it cannot be told.
    pub id_is_indexed: Option<bool>,
    /// Whether an index begins with the events' customer id; null as above, and without events.
    pub events_are_indexed: Option<bool>,
    /// Milliseconds that looking up one customer's audiences took; null when it failed.
    pub look_up_ms: Option<i64>,
    /// Why it failed, in a sentence.
    pub look_up_problem: Option<String>,
}

/// The evaluation log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogFacts {
    /// The first day that is kept; null when there is none.
    pub first_day: Option<NaiveDate>,
    /// The last day that is made.
    pub last_day: Option<NaiveDate>,
    /// Whether today's evaluations, by UTC, can be stored.
    pub has_today: bool,
    /// Whether tomorrow's can.
    pub has_tomorrow: bool,
}

impl Store {
    /// Looks the database over, as an evaluation server needs it. Changes nothing.
    ///
    /// # Errors
    /// When the database cannot be asked at all; what is merely wrong with it is in the diagnosis.
    pub async fn doctor(&self) -> Result<Diagnosis, StoreError> {
        let server = self.server_facts().await?;
        let schema = match self.schema_state().await {
            Ok(state) => Some(state),
            Err(refused) if refused.is_refusal() => None,
            Err(other) => return Err(other),
        };
        let missing_rights =
            if schema == Some(SchemaState::Missing) { Vec::new() } else { self.missing_rights().await? };
        let may_read = !missing_rights.iter().any(|missing| missing.need == Need::Serve);
        let rights = match schema {
            Some(SchemaState::Current) => match self.rights().await {
                Ok(rights) => Some(rights),
                Err(refused) if refused.is_refusal() => None,
                Err(other) => return Err(other),
            },
            _ => None,
        };
        let content = if schema == Some(SchemaState::Current) && may_read {
            Some(self.content_facts().await?)
        } else {
            None
        };
        Ok(Diagnosis { server, schema, missing_rights, rights, content })
    }

    async fn server_facts(&self) -> Result<ServerFacts, StoreError> {
        self.read(DEADLINE, async |connection| {
            let row = sqlx::query!(
                r#"select split_part(current_setting('server_version'), ' ', 1) as "version!",
                     current_setting('server_version_num')::integer >= 140000 as "is_supported!",
                     current_database()::text as "database!", current_setting('server_encoding') as "encoding!",
                     current_user::text as "role!", pg_is_in_recovery() as "is_standby!",
                     has_database_privilege(current_database(), 'create') as "may_create!""#
            )
            .fetch_one(&mut *connection)
            .await?;
            // In one round trip: a prepared statement would be two.
            let asked_at = Utc::now();
            let now: DateTime<Utc> = sqlx::raw_sql("select clock_timestamp()")
                .fetch_one(connection)
                .await?
                .try_get(0)?;
            let round_trip = Utc::now() - asked_at;
            Ok(ServerFacts {
                version: row.version,
                is_supported: row.is_supported,
                database: row.database,
                encoding: row.encoding,
                role: row.role,
                is_standby: row.is_standby,
                may_create_schema: row.may_create,
                clock_ahead_ms: (asked_at + round_trip / 2 - now).num_milliseconds(),
                round_trip_ms: round_trip.num_milliseconds(),
            })
        })
        .await
    }
}

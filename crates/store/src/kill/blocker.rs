//! Who holds what a change waits for.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgConnection;
use ts_rs::TS;

use crate::{
    Author, Store, StoreError,
    access::{Access, AccessAction, record},
    store::Watched,
};

/// A session of the database that others wait for, as Postgres shows it. What another role's session
/// does is shown to members of `pg_read_all_stats` alone; to others `since`, `client` and `state` are
/// null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Blocker {
    /// The process of the server that serves the session.
    pub pid: i32,
    /// The role that is logged in.
    pub role: String,
    /// What the program calls itself, such as `psql`; may be empty.
    pub application: String,
    /// The address it came from; null for a socket on the database's own computer.
    pub client: Option<String>,
    /// Since when its transaction is open, by the database's clock.
    pub since: Option<DateTime<Utc>>,
    /// `idle in transaction`, `active`, …
    pub state: Option<String>,
    /// Whether the role of this connection may end that session.
    pub may_end: bool,
}

/// How long looking for a blocker, or ending it, may take.
const DEADLINE: Duration = Duration::from_secs(2);
/// How long the entry waits for whoever writes one.
const LOCK_TIMEOUT: Duration = Duration::from_millis(500);

impl Store {
    /// The session that the session served by `pid` waits for in the end: one that waits for nobody.
    ///
    /// # Errors
    /// Outages.
    pub(crate) async fn blocker(&self, pid: i32) -> Result<Option<Blocker>, StoreError> {
        self.read(DEADLINE, async |connection| {
            Ok(sqlx::query_as!(
                Blocker,
                r#"with recursive held (pid) as (
                     select unnest(pg_blocking_pids($1))
                     union
                     select unnest(pg_blocking_pids(held.pid)) from held
                 )
                 select s.pid as "pid!", coalesce(s.usename, '') as "role!",
                     coalesce(s.application_name, '') as "application!",
                     host(s.client_addr) as client, s.xact_start as since, s.state,
                     coalesce(
                         me.rolsuper or not them.rolsuper and (
                             pg_has_role(them.oid, 'USAGE') or pg_has_role('pg_signal_backend', 'USAGE')),
                         false) as "may_end!"
                 from held
                 join pg_catalog.pg_stat_activity as s on s.pid = held.pid
                 left join pg_catalog.pg_roles as them on them.oid = s.usesysid
                 left join pg_catalog.pg_roles as me on me.rolname = current_user
                 where cardinality(pg_blocking_pids(s.pid)) = 0
                 order by s.xact_start nulls last
                 limit 1"#,
                pid,
            )
            .fetch_optional(connection)
            .await?)
        })
        .await
    }

    /// Ends a session as it was found holding a flag, and its transaction with it, and records that;
    /// answers whether there was such a session still. One that took its number meanwhile is left alone.
    ///
    /// # Errors
    /// `Forbidden` when the role may not; outages.
    pub async fn session_end(
        &self,
        blocker: &Blocker,
        flag: &str,
        author: &Author,
    ) -> Result<bool, StoreError> {
        author.check()?;
        let watched = Watched { lock_timeout: Some(LOCK_TIMEOUT), ..Watched::default() };
        let access = Access {
            action: AccessAction::SessionEnded,
            entity_type: "flag".to_owned(),
            entity_id: String::new(),
            entity_key: flag.to_owned(),
            details: json!({
                "pid": blocker.pid,
                "role": blocker.role,
                "application": blocker.application,
                "client": blocker.client,
                "since": blocker.since,
            }),
        };
        let recorded_first = self.change_watched(DEADLINE, &watched, author, async |connection| {
            record(connection, &access).await?;
            end(connection, blocker).await
        });
        let ended = match recorded_first.await {
            // It holds the audit trail, too: nothing can be written before it is gone.
            Err(StoreError::Blocked(_)) => {
                self.change_within(DEADLINE, author, async |connection| {
                    end(connection, blocker).await?;
                    record(connection, &access).await?;
                    Ok(())
                })
                .await
            }
            outcome => outcome,
        };
        match ended {
            Ok(()) => Ok(true),
            Err(StoreError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Ends the session, or fails with what undoes the entry.
async fn end(connection: &mut PgConnection, blocker: &Blocker) -> Result<(), StoreError> {
    let ended = sqlx::query_scalar!(
        r#"select pg_terminate_backend(pid) as "ended!" from pg_catalog.pg_stat_activity
         where pid = $1 and usename = $2 and application_name = $3
             and xact_start is not distinct from $4"#,
        blocker.pid,
        blocker.role,
        blocker.application,
        blocker.since,
    )
    .fetch_optional(connection)
    .await?;
    match ended {
        Some(true) => Ok(()),
        _ => Err(StoreError::not_found("session", blocker.pid.to_string())),
    }
}

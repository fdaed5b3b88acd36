//! What the kill board shows, and what tells open windows of kills by others.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use ts_rs::TS;

use super::KILL_SWITCH_TAG;
use crate::{
    Store, StoreError,
    flags::{self, FlagSummary},
    store::DEADLINE,
};

/// Kills and restores in one answer, at most.
pub const MAX_KILLS: u32 = 100;

/// A kill or a restore, as the audit has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KillEntry {
    /// The audit entry.
    #[ts(type = "number")]
    pub seq: i64,
    /// When it was committed, by the database's clock.
    pub at: DateTime<Utc>,
    /// Who the program says it was.
    pub actor: String,
    /// The database role that was logged in.
    pub db_role: String,
    /// `flag.killed` or `flag.restored`.
    pub action: String,
    /// The flag's key.
    pub flag_key: String,
    /// Why; empty when nobody said.
    pub note: String,
    /// The environments in which the flag was on.
    pub environments: Vec<String>,
}

/// Kills and restores after an audit entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KillsSince {
    /// The newest audit entry that was looked at: to ask with the next time.
    #[ts(type = "number")]
    pub seq: i64,
    /// Oldest first; the last [`MAX_KILLS`].
    pub kills: Vec<KillEntry>,
}

/// The kill board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KillBoard {
    /// Unarchived flags with the tag `kill-switch`, by key: an order that never changes under the hand.
    pub flags: Vec<FlagSummary>,
    /// How many unarchived flags are killed, with the tag or without.
    #[ts(type = "number")]
    pub killed: i64,
    /// The last kills and restores of any flag, newest first.
    pub recent: Vec<KillEntry>,
}

/// Kills on the board.
const RECENT: i64 = 20;

impl Store {
    /// What the kill board shows.
    ///
    /// # Errors
    /// Outages.
    pub async fn kill_board(&self) -> Result<KillBoard, StoreError> {
        self.read(DEADLINE, async |connection| {
            let flags = flags::summaries(connection, false, Some(KILL_SWITCH_TAG)).await?;
            let killed = sqlx::query_scalar!(
                r#"select count(*) as "killed!" from halyard.feature_flags
                 where not is_active and archived_at is null"#
            )
            .fetch_one(&mut *connection)
            .await?;
            Ok(KillBoard { flags, killed, recent: kills(connection, 0, RECENT).await? })
        })
        .await
    }

    /// Kills and restores after an audit entry, the last [`MAX_KILLS`] of them; `None` begins now.
    ///
    /// # Errors
    /// Outages.
    pub async fn kills_since(&self, seq: Option<i64>) -> Result<KillsSince, StoreError> {
        self.read(DEADLINE, async |connection| {
            // First, so that nothing between the two reads is missed the next time.
            let now =
                sqlx::query_scalar!("select seq from halyard.audit_head").fetch_one(&mut *connection).await?;
            let kills = match seq {
                Some(seq) if seq < now => {
                    let mut kills = kills(connection, seq, i64::from(MAX_KILLS)).await?;
                    kills.retain(|kill| kill.seq <= now);
                    kills.reverse();
                    kills
                }
                _ => Vec::new(),
            };
            Ok(KillsSince { seq: now, kills })
        })
        .await
    }
}

/// The last kills and restores after an audit entry, newest first. Each action by its index.
async fn kills(connection: &mut PgConnection, after: i64, limit: i64) -> Result<Vec<KillEntry>, StoreError> {
    Ok(sqlx::query_as!(
        KillEntry,
        r#"select k.seq as "seq!", (k.entry ->> 'at')::timestamptz as "at!", k.entry ->> 'actor' as "actor!",
             k.entry ->> 'dbRole' as "db_role!", k.entry ->> 'action' as "action!",
             k.entry ->> 'entityKey' as "flag_key!", k.entry ->> 'note' as "note!",
             array(
                 select e.key from jsonb_each(k.entry -> 'after' -> 'environments') as e (key, is_on)
                 where e.is_on = 'true' order by e.key
             ) as "environments!"
         from unnest('{flag.killed,flag.restored}'::text[]) as wanted (action)
         cross join lateral (
             select a.seq, a.entry::jsonb as entry from halyard.audit_entries as a
             where ((a.entry::jsonb) ->> 'action') = wanted.action and a.seq > $1
             order by a.seq desc limit $2
         ) as k
         order by k.seq desc limit $2"#,
        after,
        limit,
    )
    .fetch_all(connection)
    .await?)
}

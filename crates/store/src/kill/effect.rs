//! What is known of the effect of a kill: what evaluators confirmed, and what the log says.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::{Store, StoreError, evaluators::EvaluatorKind, store::DEADLINE};

/// An evaluator that was running when a flag was killed or restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmingEvaluator {
    /// Made when the process started.
    pub id: Uuid,
    /// What kind of process it is. Local endpoints of desktops are not servers.
    pub kind: EvaluatorKind,
    /// The computer it runs on.
    pub host: String,
    /// The program and its version.
    pub program: String,
    /// Milliseconds from the audit entry of the change to the report that its configuration is served;
    /// null while there is none. Both moments are by the database's clock: the first is taken while the
    /// change commits, the second when the report arrives. So no clock of another computer matters, and
    /// the change was effective there at the latest then.
    #[ts(type = "number | null")]
    pub confirmed_after_ms: Option<i64>,
    /// When it was last heard of, by the database's clock.
    pub last_seen_at: DateTime<Utc>,
    /// Milliseconds since then, by the database's clock.
    #[ts(type = "number")]
    pub silent_ms: i64,
}

/// What evaluators confirmed of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmations {
    /// When the change was committed, by the database's clock.
    pub at: DateTime<Utc>,
    /// Those that were running then, servers first, by host.
    pub evaluators: Vec<ConfirmingEvaluator>,
    /// How far the evaluation log is behind, at most; null when one of them cannot say.
    pub log_behind_ms: Option<i64>,
}

/// What is known of the last call that was answered by what was in force before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OldServed {
    /// The log is still being read.
    Looking,
    /// The log holds none.
    None,
    /// The log holds one.
    Known,
    /// The log could not be read in time.
    Unknown,
}

/// Calls of one SDK.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SdkCalls {
    /// As it names itself; empty when it does not.
    pub sdk: String,
    /// Evaluations of the flag.
    #[ts(type = "number")]
    pub calls: i64,
}

/// What the evaluation log says about a flag that was killed or restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KilledLog {
    /// The last call stored that was still answered by what was in force before: for a kill by a rule,
    /// for a restore by the kill switch. By the clock of the server that answered it.
    pub last_old_served_at: Option<DateTime<Utc>>,
    /// Who asked for the flag in the last hour, most calls first; 20 at most.
    pub sdks_last_hour: Vec<SdkCalls>,
}

impl Store {
    /// What evaluators confirmed of the change with this audit entry.
    ///
    /// # Errors
    /// `NotFound` when there is no such entry; outages.
    pub async fn confirmations(&self, seq: i64) -> Result<Confirmations, StoreError> {
        let evaluators = self.evaluators().await?;
        let at = self
            .read(DEADLINE, async |connection| {
                sqlx::query_scalar!(r#"select at as "at!" from halyard.audit_log where seq = $1"#, seq)
                    .fetch_optional(connection)
                    .await?
                    .ok_or_else(|| StoreError::not_found("audit entry", seq.to_string()))
            })
            .await?;
        let evaluators = evaluators
            .into_iter()
            .map(|it| ConfirmingEvaluator {
                id: it.id,
                kind: it.kind,
                host: it.host,
                program: it.program,
                confirmed_after_ms: (it.config_version >= seq)
                    .then(|| (it.applied_at - at).num_milliseconds().max(0)),
                last_seen_at: it.seen_at,
                silent_ms: it.silent_ms,
            })
            .collect();
        Ok(Confirmations { at, evaluators, log_behind_ms: None })
    }
}

//! What is known of the effect of a kill: what evaluators confirmed, and what the log says.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use ts_rs::TS;
use uuid::Uuid;

use crate::{Store, StoreError, evaluators::EvaluatorKind, flags::Asked, store::DEADLINE};

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

/// How long reading the log may take: somebody watches, and unknown is an answer.
const LOG_DEADLINE: Duration = Duration::from_secs(2);
/// From so long a silence on, what an evaluator said of its log is not believed.
const BELIEVED_MS: i64 = 10_000;
/// SDKs that are named.
const MAX_SDKS: i64 = 20;

impl Store {
    /// What evaluators confirmed of the kill or restore of a flag (id or key) with this audit entry.
    ///
    /// An evaluator belongs to those that were running when it was heard of in the minute before the
    /// change, or later, unless it first registered afterwards with a configuration that had the change.
    ///
    /// # Errors
    /// `NotFound` when the flag has no such entry; outages.
    pub async fn confirmations(&self, flag: &str, seq: i64) -> Result<Confirmations, StoreError> {
        self.read(DEADLINE, async |connection| {
            let at = entry(connection, flag, seq).await?.at;
            let rows = sqlx::query!(
                r#"select e.id, e.kind, e.host, e.program, e.seen_at, e.log_behind_ms,
                     (extract(epoch from clock_timestamp() - e.seen_at) * 1000)::bigint as "silent_ms!",
                     (extract(epoch from (
                         select min(a.at) from unnest(e.applied_versions, e.applied_times) as a (version, at)
                         where a.version >= $1) - $2::timestamptz) * 1000)::bigint as confirmed_after_ms
                 from halyard.evaluators as e
                 where e.seen_at > $2::timestamptz - interval '60 seconds'
                     and (e.registered_at <= $2
                         or not e.applied_versions[cardinality(e.applied_versions)] >= $1)
                 order by e.kind desc, e.host, e.started_at"#,
                seq,
                at,
            )
            .fetch_all(connection)
            .await?;
            let log_behind_ms = rows
                .iter()
                .map(|row| {
                    let silent_ms = row.silent_ms.max(0);
                    (silent_ms < BELIEVED_MS).then(|| Some(row.log_behind_ms? + silent_ms)).flatten()
                })
                .reduce(|one, other| Some(one?.max(other?)))
                .flatten();
            let evaluators = rows
                .into_iter()
                .map(|row| ConfirmingEvaluator {
                    id: row.id,
                    kind: EvaluatorKind::from_name(&row.kind),
                    host: row.host,
                    program: row.program,
                    // The clock may have been set back in between.
                    confirmed_after_ms: row.confirmed_after_ms.map(|after| after.max(0)),
                    last_seen_at: row.seen_at,
                    silent_ms: row.silent_ms,
                })
                .collect();
            Ok(Confirmations { at, evaluators, log_behind_ms })
        })
        .await
    }

    /// When the last call of the log was still answered by what was in force before the kill or restore
    /// of a flag with this audit entry: before a kill by a rule, before a restore by the kill switch.
    /// By the clock of the server that answered. The counts name the ten minutes to look into.
    ///
    /// # Errors
    /// `NotFound` when the flag has no such entry; `Timeout` when two seconds do not suffice;
    /// `PermissionDenied` when the role may not read the log; outages.
    pub async fn last_old_served(&self, flag: &str, seq: i64) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read(LOG_DEADLINE, async |connection| {
            let Entry { number, version, is_kill, .. } = entry(connection, flag, seq).await?;
            let window = sqlx::query_scalar!(
                "select at from halyard.evaluation_counts
                 where flag = $1 and version < $2 and case when $3 then outcome >= 0 else outcome = -2 end
                 order by at desc limit 1",
                number,
                version,
                is_kill,
            )
            .fetch_optional(&mut *connection)
            .await?;
            let Some(window) = window else { return Ok(None) };
            Ok(sqlx::query_scalar!(
                "select e.evaluated_at
                 from halyard.evaluations as e
                 join halyard.flag_sets as s on s.id = e.flag_set
                 where e.evaluated_at >= $1 and e.evaluated_at < $1 + interval '10 minutes'
                     and e.flag_set = any (array(
                         select o.id from halyard.flag_sets as o
                         where $2 = any (o.flags) and o.versions[array_position(o.flags, $2)] < $3))
                     and case
                         when $4 then e.outcomes[array_position(s.flags, $2)] >= 0
                         else e.outcomes[array_position(s.flags, $2)] = -2
                     end
                 order by e.evaluated_at desc limit 1",
                window,
                number,
                version,
                is_kill,
            )
            .fetch_optional(connection)
            .await?)
        })
        .await
    }

    /// Who asked for a flag (id or key) in the last hour, by whole ten minutes; most calls first, 20 at
    /// most.
    ///
    /// # Errors
    /// Outages.
    pub async fn sdks_last_hour(&self, flag: &str) -> Result<Vec<SdkCalls>, StoreError> {
        let asked = Asked::new(flag);
        self.read(LOG_DEADLINE, async |connection| {
            Ok(sqlx::query_as!(
                SdkCalls,
                r#"select c.sdk, sum(c.evaluations)::bigint as "calls!"
                 from halyard.feature_flags as f
                 join halyard.evaluation_counts as c on c.flag = f.number
                 where (f.id = $1 or f.key = $2) and c.at > clock_timestamp() - interval '1 hour'
                 group by c.sdk order by 2 desc, c.sdk limit $3"#,
                asked.id,
                asked.key,
                MAX_SDKS,
            )
            .fetch_all(connection)
            .await?)
        })
        .await
    }
}

/// The kill or restore that an audit entry is about.
struct Entry {
    at: DateTime<Utc>,
    /// The flag's number in the log.
    number: i32,
    /// The version that it made.
    version: i32,
    is_kill: bool,
}

async fn entry(connection: &mut PgConnection, flag: &str, seq: i64) -> Result<Entry, StoreError> {
    sqlx::query_as!(
        Entry,
        r#"select at as "at!", (after ->> 'number')::int as "number!", (after ->> 'version')::int as "version!",
             action = 'flag.killed' as "is_kill!"
         from halyard.audit_log
         where seq = $1 and action in ('flag.killed', 'flag.restored') and $2 in (entity_id, entity_key)"#,
        seq,
        flag,
    )
    .fetch_optional(connection)
    .await?
    .ok_or_else(|| StoreError::not_found("kill", seq.to_string()))
}

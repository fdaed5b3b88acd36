//! Running evaluators: their heartbeats. State, outside version, audit and NOTIFY.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::{Store, StoreError, store::DEADLINE};

/// What kind of process evaluates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EvaluatorKind {
    /// A `halyard-server`.
    Server,
    /// The local endpoint of a desktop app.
    Desktop,
}

/// What a running evaluator says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// Made when the process starts.
    pub id: Uuid,
    /// What kind of process it is.
    pub kind: EvaluatorKind,
    /// The computer it runs on.
    pub host: String,
    /// Version of the program.
    pub program: String,
    /// When the process started.
    pub started_at: DateTime<Utc>,
    /// The config version that it serves.
    pub config_version: i64,
    /// Calls that wait in memory to be logged.
    pub queued: i64,
    /// Calls that wait on disk to be logged.
    pub spooled: i64,
    /// Calls that were lost to the log since it started.
    pub dropped: i64,
    /// Milliseconds after which a call is in the log, or lost and counted; `None`: nobody knows.
    pub log_behind_ms: Option<i64>,
}

/// Config versions of an evaluator that are remembered with the time of their first report.
const REMEMBERED: i32 = 32;

/// An evaluator as last heard of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Evaluator {
    /// Made when the process started.
    pub id: Uuid,
    /// What kind of process it is.
    pub kind: EvaluatorKind,
    /// The computer it runs on.
    pub host: String,
    /// Version of the program.
    pub program: String,
    /// When the process started.
    pub started_at: DateTime<Utc>,
    /// When it was last heard of, by the database's clock.
    pub seen_at: DateTime<Utc>,
    /// Milliseconds since then, by the database's clock.
    #[ts(type = "number")]
    pub silent_ms: i64,
    /// The config version that it serves.
    #[ts(type = "number")]
    pub config_version: i64,
    /// When it first reported that config version, by the database's clock.
    pub applied_at: DateTime<Utc>,
    /// Calls that waited in memory to be logged.
    #[ts(type = "number")]
    pub queued: i64,
    /// Calls that waited on disk to be logged.
    #[ts(type = "number")]
    pub spooled: i64,
    /// Calls that were lost to the log since it started.
    #[ts(type = "number")]
    pub dropped: i64,
}

impl EvaluatorKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Desktop => "desktop",
        }
    }

    /// As it is written in SQL; a CHECK holds it.
    pub(crate) fn from_name(name: &str) -> Self {
        if name == "server" { Self::Server } else { Self::Desktop }
    }
}

impl Store {
    /// Records that an evaluator runs and which configuration it serves.
    ///
    /// # Errors
    /// Outages.
    pub async fn evaluator_heartbeat(&self, heartbeat: &Heartbeat) -> Result<(), StoreError> {
        self.read(DEADLINE, async |connection| {
            // Every server reports at once after a change. None of them waits for the disk, where the
            // next kill would have to queue: a report lost in a crash is made again.
            sqlx::query!(
                "insert into halyard.evaluators as e
                     (id, kind, host, program, started_at, seen_at, config_version, applied_at,
                      queued, spooled, dropped, log_behind_ms, applied_versions, applied_times)
                 select $1::uuid, $2::text, $3::text, $4::text, $5::timestamptz, clock_timestamp(),
                     $6::int8, clock_timestamp(), $7::int8, $8::int8, $9::int8, $10::int8,
                     array[$6::int8], array[clock_timestamp()]
                 where set_config('synchronous_commit', 'off', true) = 'off'
                 on conflict (id) do update set
                     seen_at = excluded.seen_at,
                     config_version = excluded.config_version,
                     queued = excluded.queued,
                     spooled = excluded.spooled,
                     dropped = excluded.dropped,
                     log_behind_ms = excluded.log_behind_ms,
                     applied_at = case
                         when e.config_version = excluded.config_version then e.applied_at
                         else excluded.applied_at
                     end,
                     applied_versions = case
                         when e.config_version = excluded.config_version then e.applied_versions
                         else (excluded.config_version || e.applied_versions)[1:$11::int4]
                     end,
                     applied_times = case
                         when e.config_version = excluded.config_version then e.applied_times
                         else (excluded.applied_at || e.applied_times)[1:$11::int4]
                     end",
                heartbeat.id,
                heartbeat.kind.as_str(),
                heartbeat.host,
                heartbeat.program,
                heartbeat.started_at,
                heartbeat.config_version,
                heartbeat.queued,
                heartbeat.spooled,
                heartbeat.dropped,
                heartbeat.log_behind_ms,
                REMEMBERED,
            )
            .execute(connection)
            .await?;
            Ok(())
        })
        .await
    }

    /// An evaluator ends in good order.
    ///
    /// # Errors
    /// Outages.
    pub async fn evaluator_stopped(&self, id: Uuid) -> Result<(), StoreError> {
        self.read(DEADLINE, async |connection| {
            // Those that never said goodbye go with it, a day later.
            sqlx::query!(
                "delete from halyard.evaluators
                 where id = $1 or seen_at < clock_timestamp() - interval '1 day'",
                id
            )
            .execute(connection)
            .await?;
            Ok(())
        })
        .await
    }

    /// Evaluators heard of in the last 60 s, servers first, by host.
    ///
    /// # Errors
    /// Outages.
    pub async fn evaluators(&self) -> Result<Vec<Evaluator>, StoreError> {
        self.read(DEADLINE, async |connection| {
            let rows = sqlx::query!(
                r#"select id, kind, host, program, started_at, seen_at, config_version, applied_at,
                     queued, spooled, dropped,
                     (extract(epoch from clock_timestamp() - seen_at) * 1000)::bigint as "silent_ms!"
                 from halyard.evaluators
                 where seen_at > clock_timestamp() - interval '60 seconds'
                 order by kind desc, host, started_at"#
            )
            .fetch_all(connection)
            .await?;
            Ok(rows
                .into_iter()
                .map(|row| Evaluator {
                    id: row.id,
                    kind: EvaluatorKind::from_name(&row.kind),
                    host: row.host,
                    program: row.program,
                    started_at: row.started_at,
                    seen_at: row.seen_at,
                    silent_ms: row.silent_ms,
                    config_version: row.config_version,
                    applied_at: row.applied_at,
                    queued: row.queued,
                    spooled: row.spooled,
                    dropped: row.dropped,
                })
                .collect())
        })
        .await
    }

    /// How many evaluators were heard of in the last 60 s.
    ///
    /// # Errors
    /// Outages.
    pub async fn evaluators_count(&self) -> Result<i64, StoreError> {
        self.read(DEADLINE, async |connection| {
            Ok(sqlx::query_scalar!(
                r#"select count(*) as "count!" from halyard.evaluators
                 where seen_at > clock_timestamp() - interval '60 seconds'"#
            )
            .fetch_one(connection)
            .await?)
        })
        .await
    }
}

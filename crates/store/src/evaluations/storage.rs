//! How much the log takes, day by day.

use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;

use crate::store::DEADLINE;
use crate::{Store, StoreError};

/// What the log takes on the database's disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogStorage {
    /// Its days, newest first, those that are made ahead included.
    pub days: Vec<LogDay>,
    /// About how many calls it holds.
    #[ts(type = "number")]
    pub calls: i64,
    /// Bytes of all days with their indexes.
    #[ts(type = "number")]
    pub bytes: i64,
    /// Bytes of the counts that histograms are made of.
    #[ts(type = "number")]
    pub counts_bytes: i64,
    /// The beginning of the oldest day that is kept; null when there is none.
    pub oldest: Option<DateTime<Utc>>,
    /// Days that it is kept.
    pub retention_days: i32,
    /// Days past that, which are dropped as soon as nobody reads them.
    #[ts(type = "number")]
    pub overdue: i64,
}

/// A day of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LogDay {
    /// Its beginning, UTC.
    pub day: DateTime<Utc>,
    /// About how many calls it holds.
    #[ts(type = "number")]
    pub calls: i64,
    /// Bytes with indexes.
    #[ts(type = "number")]
    pub bytes: i64,
}

impl Store {
    /// How much the log takes, by the catalogue: cheap, and with numbers of calls as of its statistics.
    ///
    /// # Errors
    /// Outages.
    pub async fn log_storage(&self) -> Result<LogStorage, StoreError> {
        let retention_days = self.settings().await?.retention_days;
        self.read(DEADLINE, async |connection| {
            let days = sqlx::query_as!(
                LogDay,
                r#"select to_timestamp(right(c.relname, 8), 'YYYYMMDD')::date::timestamp at time zone 'UTC' as "day!",
                     greatest(c.reltuples, 0)::int8 as "calls!", pg_total_relation_size(c.oid) as "bytes!"
                 from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
                 where i.inhparent = 'halyard.evaluations'::regclass and c.relname ~ '^evaluations_[0-9]{8}$'
                 order by c.relname desc"#
            )
            .fetch_all(&mut *connection)
            .await?;
            let counts_bytes = sqlx::query_scalar!(
                r#"select pg_total_relation_size('halyard.evaluation_counts'::regclass) as "bytes!""#
            )
            .fetch_one(connection)
            .await?;
            let end = Utc::now() - chrono::TimeDelta::days(i64::from(retention_days) + 1);
            Ok(LogStorage {
                calls: days.iter().map(|day| day.calls).sum(),
                bytes: days.iter().map(|day| day.bytes).sum(),
                counts_bytes,
                oldest: days.last().map(|day| day.day),
                retention_days,
                overdue: days.iter().filter(|day| day.day < end).count() as i64,
                days,
            })
        })
        .await
    }
}

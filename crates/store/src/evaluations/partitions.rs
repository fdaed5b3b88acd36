//! Upkeep of the log: its days are made ahead and dropped past retention, its hours summed up when they are over.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{Store, StoreError, store::DEADLINE};

/// Hours that are summed up in one transaction: whoever writes one of them late waits so long.
const HOURS: i32 = 24;

impl Store {
    /// Makes the days of the log up to a week ahead, drops those past retention, and sums up the hours
    /// that are over. Whoever writes the log calls it when it starts and every hour; while another one
    /// is at it, this does nothing.
    ///
    /// # Errors
    /// `PermissionDenied`; outages.
    pub async fn maintain_partitions(&self) -> Result<(), StoreError> {
        self.read(DEADLINE, async |connection| {
            sqlx::query!("select halyard.maintain_partitions()").execute(connection).await?;
            Ok(())
        })
        .await?;
        while self.sum_up_hours().await? > 0 {}
        Ok(())
    }

    /// Sums up the counts of some hours that are over; returns how many, 0 when none are left or somebody
    /// else is at it.
    async fn sum_up_hours(&self) -> Result<i32, StoreError> {
        self.read(DEADLINE, async |connection| {
            Ok(sqlx::query_scalar!(r#"select halyard.sum_up_hours($1) as "made!""#, HOURS)
                .fetch_one(connection)
                .await?)
        })
        .await
    }
}

/// From when to when the log has days, without gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StoredDays {
    pub(crate) first: DateTime<Utc>,
    pub(crate) end: DateTime<Utc>,
}

impl StoredDays {
    pub(crate) async fn load(connection: &mut PgConnection) -> Result<Self, StoreError> {
        let days = sqlx::query!(
            r#"select min(day) at time zone 'UTC' as first, (max(day) + interval '1 day') at time zone 'UTC' as end
             from (select to_timestamp(right(c.relname, 8), 'YYYYMMDD')::date::timestamp as day
                   from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
                   where i.inhparent = 'halyard.evaluations'::regclass and c.relname ~ '^evaluations_[0-9]{8}$') days"#
        )
        .fetch_one(connection)
        .await?;
        Ok(StoredDays {
            first: days.first.unwrap_or(DateTime::<Utc>::MAX_UTC),
            end: days.end.unwrap_or(DateTime::<Utc>::MIN_UTC),
        })
    }

    pub(crate) fn contains(&self, at: DateTime<Utc>) -> bool {
        self.first <= at && at < self.end
    }
}

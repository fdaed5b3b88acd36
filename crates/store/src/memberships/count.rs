//! How many customers a condition holds for.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::Row;
use ts_rs::TS;

use crate::audience_sql::push_condition;
use crate::condition::Condition;
use crate::customer_source::ResolvedSource;
use crate::tenant_sql::TenantSql;
use crate::{Store, StoreError};

/// `customers` of `total`, at `countedAt`, which took `durationMs`.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AudienceCount {
    /// Customers that the condition holds for.
    #[ts(type = "number")]
    pub customers: i64,
    /// All customers.
    #[ts(type = "number")]
    pub total: i64,
    /// By the app's clock.
    pub counted_at: DateTime<Utc>,
    /// Milliseconds.
    #[ts(type = "number")]
    pub duration_ms: u64,
}

impl Store {
    /// Counts the customers that the condition holds for, of all.
    ///
    /// # Errors
    /// `Invalid` with every violation when the condition does not fit; `Timeout` after `within`.
    pub async fn audience_count(
        &self,
        source: &ResolvedSource,
        condition: &Condition,
        within: Duration,
    ) -> Result<AudienceCount, StoreError> {
        let checked = condition.check(source, "condition").map_err(StoreError::Invalid)?;
        let mut sql = TenantSql::new("select count(*) filter (where ");
        push_condition(&mut sql, &checked);
        sql.push("), count(*)");
        source.push_from(&mut sql);
        let statement = sql.build();
        let started = Instant::now();
        let row = self
            .read_tenant(within, async |connection| Ok(statement.query().fetch_one(connection).await?))
            .await?;
        Ok(AudienceCount {
            customers: row.try_get(0)?,
            total: row.try_get(1)?,
            counted_at: Utc::now(),
            duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
    }
}

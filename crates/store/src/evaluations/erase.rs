//! Erasing an entity from the log: its calls are deleted and a tombstone is left that no spool gets past,
//! in one transaction. The audit trail says that somebody was erased, not who.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;
use sqlx::AssertSqlSafe;
use ts_rs::TS;
use uuid::Uuid;

use crate::memberships::entity_id::is_entity_id;
use crate::{Author, Store, StoreError};

/// All days of a large log are gone through.
const ERASING: Duration = Duration::from_secs(300);

/// How far an erasure is. Shared with whoever follows it.
#[derive(Debug, Default)]
pub struct ErasureProgress {
    /// Days of the log gone through.
    pub partitions: AtomicI64,
    /// Days there are; zero before it is known.
    pub of: AtomicI64,
    /// Calls removed so far.
    pub removed: AtomicI64,
}

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Erased {
    /// The tombstone, which the audit trail names in the entity's stead.
    pub erasure_id: Uuid,
    /// Calls removed.
    #[ts(type = "number")]
    pub removed: i64,
    /// Days of the log in which there were some.
    #[ts(type = "number")]
    pub partitions: i64,
}

impl Store {
    /// Erases an entity from the log. All or nothing.
    ///
    /// # Errors
    /// `Invalid` for what is no entity id; `Forbidden`; `Timeout`, after which nothing was erased; outages.
    pub async fn customer_erase(
        &self,
        entity_id: &str,
        progress: &ErasureProgress,
        author: &Author,
    ) -> Result<Erased, StoreError> {
        let mut validation = author.validation();
        if !is_entity_id(entity_id) {
            validation.add("entityId", "Name the customer: 1 to 256 bytes.");
        }
        validation.finish().map_err(StoreError::Invalid)?;
        let salt = [*Uuid::new_v4().as_bytes(), *Uuid::new_v4().as_bytes()].concat();
        let mut hmac =
            Hmac::<Sha256>::new_from_slice(&salt).map_err(|error| StoreError::Internal(Box::new(error)))?;
        hmac.update(entity_id.as_bytes());
        let hmac = hmac.finalize().into_bytes().to_vec();
        let id = Uuid::now_v7();
        self.change_within(ERASING, author, async |connection| {
            // The tombstone first: every batch that begins after its commit is held against it.
            sqlx::query!(
                "insert into halyard.erasures (id, erased_at, salt, hmac) values ($1, clock_timestamp(), $2, $3)",
                id,
                salt,
                hmac
            )
            .execute(&mut *connection)
            .await?;
            let days = sqlx::query_scalar!(
                r#"select c.relname::text as "name!"
                 from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
                 where i.inhparent = 'halyard.evaluations'::regclass and c.relname ~ '^evaluations_[0-9]{8}$'
                 order by 1"#
            )
            .fetch_all(&mut *connection)
            .await?;
            progress.of.store(days.len() as i64, Ordering::Relaxed);
            let mut partitions = 0;
            for day in days {
                // Of the whole log with the day's bounds: the right to delete is on the log, not on its days.
                let from = format!("{}-{}-{} 00:00:00+00", &day[12..16], &day[16..18], &day[18..20]);
                let delete = format!(
                    "delete from halyard.evaluations where entity_id = $1
                     and evaluated_at >= '{from}' and evaluated_at < timestamptz '{from}' + interval '24 hours'"
                );
                let removed =
                    sqlx::query(AssertSqlSafe(delete)).bind(entity_id).execute(&mut *connection).await?;
                let removed = i64::try_from(removed.rows_affected()).unwrap_or(i64::MAX);
                partitions += i64::from(removed > 0);
                progress.removed.fetch_add(removed, Ordering::Relaxed);
                progress.partitions.fetch_add(1, Ordering::Relaxed);
            }
            let removed = progress.removed.load(Ordering::Relaxed);
            sqlx::query_scalar!("select halyard.record_erasure($1, $2, $3)", id, removed, partitions)
                .fetch_one(&mut *connection)
                .await?;
            Ok(Erased { erasure_id: id, removed, partitions })
        })
        .await
    }
}

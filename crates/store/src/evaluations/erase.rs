//! Erasing an entity from the log: its calls are deleted and a tombstone is left that no batch gets past,
//! in one transaction. A batch shares a lock from before it looks for tombstones until its end; the erasure
//! takes it alone before its last look. So a batch is either seen by the erasure, or sees the tombstone. The
//! audit trail says that somebody was erased, not who.

use std::collections::HashSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use ts_rs::TS;
use uuid::Uuid;

use crate::memberships::entity_id::is_entity_id;
use crate::{Author, Store, StoreError};

/// All days of a large log are gone through.
const ERASING: Duration = Duration::from_secs(300);
/// How often the end of the batches under way is waited for: about a minute in all.
const ATTEMPTS: u64 = 40;

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
            let mut days = HashSet::new();
            // Most of it while others write: they are kept waiting only for what came meanwhile.
            delete_by_day(connection, entity_id, progress, &mut days).await?;
            keep_batches_waiting(connection).await?;
            sqlx::query!(
                "insert into halyard.erasures (id, erased_at, salt, hmac) values ($1, clock_timestamp(), $2, $3)",
                id,
                salt,
                hmac
            )
            .execute(&mut *connection)
            .await?;
            let late: Vec<String> = sqlx::query_scalar!(
                r#"delete from halyard.evaluations where entity_id = $1
                 returning to_char(evaluated_at at time zone 'UTC', 'YYYYMMDD') as "day!""#,
                entity_id
            )
            .fetch_all(&mut *connection)
            .await?;
            progress.removed.fetch_add(late.len() as i64, Ordering::Relaxed);
            days.extend(late);
            let (removed, partitions) = (progress.removed.load(Ordering::Relaxed), days.len() as i64);
            sqlx::query_scalar!("select halyard.record_erasure($1, $2, $3)", id, removed, partitions)
                .fetch_one(&mut *connection)
                .await?;
            Ok(Erased { erasure_id: id, removed, partitions })
        })
        .await
    }
}

/// Deletes what is there, day by day; adds the days that had some.
async fn delete_by_day(
    connection: &mut PgConnection,
    entity_id: &str,
    progress: &ErasureProgress,
    days: &mut HashSet<String>,
) -> Result<(), StoreError> {
    let all = sqlx::query_scalar!(
        r#"select right(c.relname, 8) as "name!"
         from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'halyard.evaluations'::regclass and c.relname ~ '^evaluations_[0-9]{8}$'
         order by 1"#
    )
    .fetch_all(&mut *connection)
    .await?;
    progress.of.store(all.len() as i64, Ordering::Relaxed);
    for day in all {
        // Of the whole log with the day's bounds: the right to delete is on the log, not on its days.
        let from = format!("{}-{}-{} 00:00:00+00", &day[..4], &day[4..6], &day[6..]);
        let delete = format!(
            "delete from halyard.evaluations where entity_id = $1
             and evaluated_at >= '{from}' and evaluated_at < timestamptz '{from}' + interval '24 hours'"
        );
        let removed = sqlx::query(AssertSqlSafe(delete)).bind(entity_id).execute(&mut *connection).await?;
        let removed = i64::try_from(removed.rows_affected()).unwrap_or(i64::MAX);
        if removed > 0 {
            days.insert(day);
        }
        progress.removed.fetch_add(removed, Ordering::Relaxed);
        progress.partitions.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// Waits for the batches under way, which know of no tombstone, and has others wait until this change is
/// over. Nobody queues behind it for long: it gives up soon and tries again.
async fn keep_batches_waiting(connection: &mut PgConnection) -> Result<(), StoreError> {
    let mut attempt = 1;
    loop {
        let mut trying = connection.begin().await?;
        let usual = sqlx::query_scalar!(r#"select current_setting('lock_timeout') as "usual!""#)
            .fetch_one(&mut *trying)
            .await?;
        wait_at_most(&mut trying, "300ms").await?;
        let locked = sqlx::query!("select pg_advisory_xact_lock(hashtext('halyard.erasing'))")
            .execute(&mut *trying)
            .await
            .map_err(StoreError::from);
        match locked {
            Ok(_) => {
                wait_at_most(&mut trying, &usual).await?;
                return Ok(trying.commit().await?);
            }
            Err(StoreError::Blocked(_)) if attempt < ATTEMPTS => trying.rollback().await?,
            Err(error) => return Err(error),
        }
        tokio::time::sleep(Duration::from_millis(50 * attempt)).await;
        attempt += 1;
    }
}

async fn wait_at_most(connection: &mut PgConnection, lock_timeout: &str) -> Result<(), StoreError> {
    sqlx::query!("select set_config('lock_timeout', $1, true) as lock_timeout", lock_timeout)
        .fetch_one(connection)
        .await?;
    Ok(())
}

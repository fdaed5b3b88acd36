//! Erasing somebody while batches with their calls are under way: whichever comes first, nothing of them
//! stays.

use std::future::Future;
use std::sync::Arc;

use halyard_engine::Outcome;
use halyard_store::evaluations::{ErasureProgress, EvaluationBatch, FlagSet};
use sqlx::{Acquire, PgConnection};
use tokio::task::JoinHandle;

use crate::evaluations::{batch, call, flags, now};
use crate::support::{Tenant, V14, V18, WITHIN, author, tenant};

const LEFT: &str = "select count(*) from halyard.evaluations where entity_id = 'gone'";
const WAITING: &str = "select count(*) from pg_locks where locktype = 'advisory' and not granted
     and database = (select oid from pg_database where datname = current_database())";

async fn spooled(tenant: &Tenant) -> EvaluationBatch {
    let set = Arc::new(FlagSet::new(flags(tenant).await));
    let of = |entity| call(&set, now(), entity, &[Outcome::Killed, Outcome::Killed]);
    batch(vec![of("gone"), of("stays")])
}

fn begun<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(work)
}

/// Until somebody waits for the other side, or need not.
async fn waits_or_ended<T>(tenant: &Tenant, work: &JoinHandle<T>) {
    tokio::time::timeout(WITHIN, async {
        while !work.is_finished() && tenant.number(WAITING).await == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

/// Takes what a batch needs after it has looked for tombstones: its own id.
async fn hold_batch(connection: &mut PgConnection, batch: &EvaluationBatch) {
    sqlx::query("insert into halyard.evaluation_batches (id, writer, calls) values ($1, $2, 0)")
        .bind(batch.id)
        .bind(batch.writer)
        .execute(connection)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_batch_that_looked_for_tombstones_before_an_erasure_leaves_nothing_of_the_erased() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        let batch = spooled(&tenant).await;
        let mut holder = tenant.sql.acquire().await.unwrap();
        let mut holding = holder.begin().await.unwrap();
        hold_batch(&mut holding, &batch).await;
        let (store, spooled) = (tenant.store.clone(), batch.clone());
        let appending = begun(async move { store.evaluations_append(&spooled, WITHIN).await });
        let held = "select count(*) from pg_stat_activity where datname = current_database()
             and wait_event_type = 'Lock' and query like '%evaluation_batches%'";
        tokio::time::timeout(WITHIN, async {
            while tenant.number(held).await == 0 {
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();

        let store = tenant.store.clone();
        let erasing =
            begun(async move { store.customer_erase("gone", &ErasureProgress::default(), &author()).await });
        waits_or_ended(&tenant, &erasing).await;
        holding.rollback().await.unwrap();
        let appended = appending.await.unwrap().unwrap();
        let erased = erasing.await.unwrap().unwrap();
        assert_eq!(tenant.number(LEFT).await, 0, "{appended:?} {erased:?}");
        assert_eq!((appended.stored, erased.removed, erased.partitions), (2, 1, 1));
        assert_eq!(tenant.number("select count(*) from halyard.evaluations").await, 1, "nobody else");
    }
}

#[tokio::test]
async fn a_batch_that_comes_while_somebody_is_erased_waits_and_strikes_them_out() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        let batch = spooled(&tenant).await;
        // The erasure's last step, its entry in the trail, is kept from it.
        let mut holder = tenant.sql.acquire().await.unwrap();
        let mut holding = holder.begin().await.unwrap();
        sqlx::query("lock table halyard.audit_entries in share mode").execute(&mut *holding).await.unwrap();
        let store = tenant.store.clone();
        let erasing =
            begun(async move { store.customer_erase("gone", &ErasureProgress::default(), &author()).await });
        let at_its_end = "select count(*) from pg_stat_activity where datname = current_database()
             and wait_event_type = 'Lock' and query like '%record_erasure%'";
        tokio::time::timeout(WITHIN, async {
            while tenant.number(at_its_end).await == 0 {
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();

        let store = tenant.store.clone();
        let appending = begun(async move { store.evaluations_append(&batch, WITHIN).await });
        waits_or_ended(&tenant, &appending).await;
        holding.rollback().await.unwrap();
        erasing.await.unwrap().unwrap();
        let appended = appending.await.unwrap().unwrap();
        assert_eq!(tenant.number(LEFT).await, 0, "{appended:?}");
        assert_eq!((appended.stored, appended.erased), (1, 1));
    }
}

//! Storing batches: exactly once beside others, after faults, and past what a store remembers.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use halyard_engine::Outcome;
use halyard_store::StoreError;
use halyard_store::evaluations::{EvaluationBatch, EvaluationCall, FlagSet};
use sqlx::postgres::PgListener;
use tokio::task::JoinSet;
use tokio::time::timeout;
use uuid::Uuid;

use crate::evaluations::{batch, call, flags, now};
use crate::support::{Tenant, V14, V18, WITHIN, author, tenant};

const CALLS: &str = "select count(*) from halyard.evaluations";
const COUNTED: &str = "select coalesce(sum(evaluations), 0)::int8 from halyard.evaluation_counts";

async fn one_flag(tenant: &Tenant) -> Arc<FlagSet> {
    Arc::new(FlagSet::new([flags(tenant).await[0]]))
}

fn day(at: DateTime<Utc>) -> String {
    format!("halyard.evaluations_{}", at.format("%Y%m%d"))
}

#[tokio::test]
async fn large_batch_arrives_whole_and_its_counts_agree_with_it() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        let sets = [1, 2].map(|version| Arc::new(FlagSet::new((0..150).map(|flag| (flag, version)))));
        let at = now();
        let calls: Vec<EvaluationCall> = (0..1_500_i16)
            .map(|number| {
                let outcomes: Vec<Outcome> =
                    (0..150_i16).map(|flag| Outcome::from_code((number + flag) % 25 - 5).unwrap()).collect();
                let age = Duration::seconds(i64::from(number));
                let set = &sets[usize::from(number % 2 == 0)];
                let mut call = call(set, at - age, &format!("kündin-{number}"), &outcomes);
                call.stale = number % 3 == 0;
                call.sdk = format!("sdk-{}", number % 7).into();
                call
            })
            .collect();
        let batch = batch(calls);
        let appended = tenant.store.evaluations_append(&batch, WITHIN).await.unwrap();
        assert_eq!(appended.stored, 1_500);
        // Every column of a call, read as Postgres understands it.
        for call in batch.calls.iter().step_by(97) {
            let codes: Vec<String> = call.outcomes.iter().map(i16::to_string).collect();
            let same = format!(
                "select count(*) from halyard.evaluations where id = '{}' and evaluated_at = '{}'
                 and environment = 'production' and entity_id = '{}' and source = 'evaluate_all'
                 and sdk = '{}' and stale = {} and config_version = 1 and flag_set = '{}'
                 and outcomes = '{{{}}}'",
                call.id,
                call.evaluated_at.to_rfc3339(),
                call.entity_id,
                call.sdk,
                call.stale,
                call.flag_set.id(),
                codes.join(",")
            );
            assert_eq!(tenant.number(&same).await, 1, "{same}");
        }
        let different = "with logged as (
                 select date_bin('10 minutes', e.evaluated_at, 'epoch') as at, r.flag, r.version,
                     e.environment, e.source, e.sdk, r.outcome, count(*) as evaluations
                 from halyard.evaluations as e
                 join halyard.flag_sets as s on s.id = e.flag_set
                 cross join lateral unnest(s.flags, s.versions, e.outcomes) as r (flag, version, outcome)
                 group by 1, 2, 3, 4, 5, 6, 7
             )
             select count(*) from logged as l
             full join halyard.evaluation_counts as c using (at, flag, version, environment, source, sdk, outcome)
             where l.evaluations is distinct from c.evaluations";
        assert_eq!(tenant.number(different).await, 0);
        assert_eq!(tenant.number(COUNTED).await, 1_500 * 150);
    }
}

#[tokio::test]
async fn batch_that_is_tried_by_many_at_once_is_stored_once() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        let set = one_flag(&tenant).await;
        let same = batch(vec![call(&set, now(), "c", &[Outcome::Fallthrough])]);
        let mut attempts = JoinSet::new();
        for number in 0..6 {
            let (store, same) = (tenant.store.clone(), same.clone());
            let other = batch(vec![call(&set, now(), &format!("c{number}"), &[Outcome::Fallthrough])]);
            attempts.spawn(async move {
                let first = store.evaluations_append(&same, WITHIN).await.unwrap();
                let other = store.evaluations_append(&other, WITHIN).await.unwrap();
                assert_eq!((first.stored, other.stored, other.replayed), (1, 1, false));
                usize::from(!first.replayed)
            });
        }
        assert_eq!(attempts.join_all().await.iter().sum::<usize>(), 1);
        assert_eq!(tenant.number(CALLS).await, 7);
        assert_eq!(tenant.number(COUNTED).await, 7);
    }
}

#[tokio::test]
async fn storing_notifies_nobody() {
    let tenant = tenant(V18).await;
    let set = one_flag(&tenant).await;
    let mut listener = PgListener::connect_with(&tenant.sql).await.unwrap();
    listener.listen("halyard").await.unwrap();
    for _ in 0..3 {
        let calls = vec![call(&set, now(), "c", &[Outcome::Fallthrough])];
        tenant.store.evaluations_append(&batch(calls), WITHIN).await.unwrap();
    }
    // Notifications come in the order of their commits: this change's is the first of all.
    tenant.store.flag_set_active("colour", false, &author()).await.unwrap();
    let version = tenant.store.config_version().await.unwrap();
    let first = timeout(WITHIN, listener.recv()).await.unwrap().unwrap();
    assert_eq!(first.payload(), version.to_string());
}

#[tokio::test]
async fn replay_does_not_bring_erased_entities_back() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        let set = one_flag(&tenant).await;
        tenant
            .run(
                // HMAC-SHA-256 of “erased” with the key “salt”, as `openssl dgst -hmac` gives it.
                "insert into halyard.erasures (id, erased_at, salt, hmac) values
                 (gen_random_uuid(), now() - interval '2 hours', 'salt',
                  decode('0d51ebf5a8c89b6bd46594771ff8c60a96c13a1b458c6e65cce88e64a80e30d3', 'hex'))",
            )
            .await;
        let hours = |hours| now() - Duration::hours(hours);
        let calls = vec![
            call(&set, hours(3), "erased", &[Outcome::Fallthrough]),
            call(&set, hours(3), "kept", &[Outcome::Fallthrough]),
            call(&set, hours(1), "erased", &[Outcome::Fallthrough]),
        ];
        let batch = batch(calls);
        let appended = tenant.store.evaluations_append(&batch, WITHIN).await.unwrap();
        assert_eq!((appended.stored, appended.erased), (2, 1));
        let before = "select count(*) from halyard.evaluations
                      where entity_id = 'erased' and evaluated_at < now() - interval '2 hours'";
        assert_eq!(tenant.number(before).await, 0);
        assert_eq!(tenant.number(COUNTED).await, 2);
        let again = tenant.store.evaluations_append(&batch, WITHIN).await.unwrap();
        assert_eq!((again.stored, again.erased, again.replayed), (2, 1, true));
    }
}

#[tokio::test]
async fn failed_attempt_leaves_nothing_and_nothing_is_remembered_of_it() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        let set = one_flag(&tenant).await;
        let batch = batch(vec![call(&set, now(), "c", &[Outcome::Rule(0)])]);
        tenant.run("alter table halyard.evaluation_counts rename to away").await;
        assert!(tenant.store.evaluations_append(&batch, WITHIN).await.is_err());
        tenant.run("alter table halyard.away rename to evaluation_counts").await;
        assert_eq!(tenant.number(CALLS).await, 0);
        assert_eq!(tenant.number("select count(*) from halyard.evaluation_batches").await, 0);
        // As after a restore: the set that was stored for the first attempt is gone.
        tenant.run("delete from halyard.flag_sets").await;
        let appended = tenant.store.evaluations_append(&batch, WITHIN).await.unwrap();
        assert_eq!((appended.stored, appended.replayed), (1, false));
        assert_eq!(tenant.number("select count(*) from halyard.flag_evaluations").await, 1);
    }
}

#[tokio::test]
async fn flag_set_is_stored_once_and_not_tried_again() {
    let tenant = tenant(V18).await;
    let set = one_flag(&tenant).await;
    let append = async || {
        let calls = vec![call(&set, now(), "c", &[Outcome::Rule(0)])];
        tenant.store.evaluations_append(&batch(calls), WITHIN).await
    };
    append().await.unwrap();
    tenant.run("alter table halyard.flag_sets rename to away").await;
    append().await.unwrap();
}

#[tokio::test]
async fn calls_of_a_day_that_was_dropped_meanwhile_expire_alone() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        let set = one_flag(&tenant).await;
        let yesterday = now() - Duration::days(1);
        let append = async || {
            let calls = [now(), yesterday].map(|at| call(&set, at, "c", &[Outcome::Rule(0)]));
            tenant.store.evaluations_append(&batch(calls.into()), WITHIN).await.unwrap()
        };
        assert_eq!(append().await.stored, 2);
        tenant.run(&format!("drop table {}", day(yesterday))).await;
        let appended = append().await;
        assert_eq!((appended.stored, appended.expired, appended.refused), (1, 1, 0));
    }
}

#[tokio::test]
async fn days_that_nobody_made_are_made_when_calls_come() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        let set = one_flag(&tenant).await;
        for ahead in 0..8 {
            tenant.run(&format!("drop table {}", day(now() + Duration::days(ahead)))).await;
        }
        let calls = vec![call(&set, now(), "c", &[Outcome::Rule(0)])];
        assert_eq!(tenant.store.evaluations_append(&batch(calls), WITHIN).await.unwrap().stored, 1);
    }
}

#[tokio::test]
async fn upkeep_that_another_one_is_at_is_left_to_that_one() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        let mut other = tenant.sql.begin().await.unwrap();
        sqlx::query("select halyard.maintain_partitions()").execute(&mut *other).await.unwrap();
        let tomorrow = day(now() + Duration::days(1));
        timeout(WITHIN, tenant.store.maintain_partitions()).await.unwrap().unwrap();
        other.rollback().await.unwrap();
        tenant.run(&format!("drop table {tomorrow}")).await;
        tenant.store.maintain_partitions().await.unwrap();
        let there = format!("select count(*) from pg_class where oid = to_regclass('{tomorrow}')");
        assert_eq!(tenant.number(&there).await, 1);
    }
}

#[tokio::test]
async fn batch_that_cannot_be_stored_in_time_can_be_tried_again() {
    let tenant = tenant(V18).await;
    let set = one_flag(&tenant).await;
    let batch = EvaluationBatch {
        id: Uuid::now_v7(),
        writer: Uuid::now_v7(),
        calls: vec![call(&set, now(), "c", &[Outcome::Killed])],
    };
    let mut blocking = tenant.sql.begin().await.unwrap();
    sqlx::query("lock table halyard.evaluations in exclusive mode").execute(&mut *blocking).await.unwrap();
    let outcome = tenant.store.evaluations_append(&batch, std::time::Duration::from_millis(300)).await;
    assert!(matches!(outcome, Err(StoreError::Timeout(_))), "{outcome:?}");
    blocking.rollback().await.unwrap();
    let appended = tenant.store.evaluations_append(&batch, WITHIN).await.unwrap();
    assert_eq!(appended.stored, 1);
    assert_eq!(tenant.number(CALLS).await, 1);
}

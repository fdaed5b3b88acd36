//! What is kept of the log: days dropped by age while it is read and written, and people erased.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{Duration, Utc};
use halyard_engine::Outcome;
use halyard_store::StoreError;
use halyard_store::evaluations::{ErasureProgress, EvaluationFilter, FlagSet};
use halyard_store::settings::Settings;
use sqlx::{Acquire, AssertSqlSafe, Connection as _, PgConnection};

use crate::evaluations::{batch, call, flags, now};
use crate::support::{Tenant, V14, V18, WITHIN, author, tenant};

/// Makes a day of the log by hand, so many days ago, with a call in it.
async fn old_day(tenant: &Tenant, days: i64) {
    let day = (Utc::now() - Duration::days(days)).date_naive();
    let name = format!("halyard.evaluations_{}", day.format("%Y%m%d"));
    tenant
        .run(&format!(
            "create table {name} (like halyard.evaluations including all);
             alter table halyard.evaluations attach partition {name}
                 for values from ('{day} 00:00:00+00') to ('{} 00:00:00+00');
             insert into halyard.evaluations values (gen_random_uuid(), '{day} 12:00:00+00', 'production', 'old',
                 'evaluate', '', false, 1, gen_random_uuid(), '{{-1}}');
             insert into halyard.evaluation_counts values ('{day} 12:00:00+00', 1, 1, 'production', 'evaluate', '',
                 -1, gen_random_uuid(), 1)",
            day + Duration::days(1)
        ))
        .await;
}

const OLD: &str = "select count(*) from halyard.evaluations where entity_id = 'old'";

#[tokio::test]
async fn days_past_retention_are_dropped_with_their_counts_and_younger_ones_stay() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        for days in [91, 92, 30, 8] {
            old_day(&tenant, days).await;
        }
        tenant.store.maintain_partitions().await.unwrap();
        assert_eq!(tenant.number(OLD).await, 2, "ninety days unless somebody says otherwise");
        assert_eq!(tenant.number("select count(*) from halyard.evaluation_counts").await, 2);
        tenant.store.settings_set(&Settings { retention_days: 10 }, &author()).await.unwrap();
        let storage = tenant.store.log_storage().await.unwrap();
        assert_eq!((storage.retention_days, storage.overdue), (10, 1));
        assert_eq!(storage.days.len(), 11);
        assert!(storage.bytes > 0 && storage.counts_bytes > 0);
        tenant.store.maintain_partitions().await.unwrap();
        assert_eq!(tenant.number(OLD).await, 1);
        let storage = tenant.store.log_storage().await.unwrap();
        assert!(storage.overdue == 0 && storage.oldest.unwrap() > now() - Duration::days(10));
    }
}

#[tokio::test]
async fn dropping_a_day_waits_for_no_reader_and_loses_nothing_that_is_written() {
    let tenant = tenant(V18).await;
    let set = Arc::new(FlagSet::new(flags(&tenant).await));
    let written = |number: i64| {
        batch(vec![call(&set, now() - Duration::seconds(number), "new", &[Outcome::Killed, Outcome::Killed])])
    };
    for days in [100, 101] {
        old_day(&tenant, days).await;
    }
    // Somebody reads for long: the day stays, and whoever writes goes on.
    let mut reader = tenant.sql.acquire().await.unwrap();
    let mut reading = reader.begin().await.unwrap();
    sqlx::query(AssertSqlSafe(OLD)).execute(&mut *reading).await.unwrap();
    let (upkept, ()) = tokio::join!(tenant.store.maintain_partitions(), async {
        for number in 0..10 {
            tenant.store.evaluations_append(&written(number), WITHIN).await.unwrap();
            tenant.store.evaluations_list(&EvaluationFilter::default(), None, 10).await.unwrap();
        }
    });
    upkept.unwrap();
    assert_eq!(tenant.number(OLD).await, 2, "given up for now");
    reading.rollback().await.unwrap();

    let (upkept, ()) = tokio::join!(tenant.store.maintain_partitions(), async {
        for number in 10..30 {
            tenant.store.evaluations_append(&written(number), WITHIN).await.unwrap();
            tenant.store.evaluations_list(&EvaluationFilter::default(), None, 10).await.unwrap();
        }
    });
    upkept.unwrap();
    tenant.store.maintain_partitions().await.unwrap();
    assert_eq!(tenant.number(OLD).await, 0);
    assert_eq!(tenant.number("select count(*) from halyard.evaluations").await, 30);
    // What bounds the wait of those behind it.
    let bounded = tenant
        .text("select array_to_string(proconfig, ',') from pg_proc where proname = 'maintain_partitions'")
        .await;
    assert!(bounded.contains("lock_timeout=200ms"), "{bounded}");
}

/// Runs a statement again and again, and fails where it waits a second for a lock. Returns how often it ran,
/// and the longest it took.
async fn again(url: &str, sql: &str, is_over: &AtomicBool) -> (i64, std::time::Duration) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql("set lock_timeout = '1s'").execute(&mut connection).await.unwrap();
    let (mut times, mut longest) = (0, std::time::Duration::ZERO);
    while !is_over.load(Ordering::SeqCst) {
        let began = std::time::Instant::now();
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        longest = longest.max(began.elapsed());
        times += 1;
    }
    (times, longest)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_waits_a_second_for_days_that_are_dropped() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        for days in 91..122 {
            old_day(&tenant, days).await;
        }
        let write = "insert into halyard.evaluations values (gen_random_uuid(), now(), 'production', 'new', 'evaluate',
                '', false, 1, gen_random_uuid(), '{-1}');
            insert into halyard.evaluation_counts as c values (date_bin('10 minutes', now(), 'epoch'), 1, 1,
                'production', 'evaluate', '', -1, '00000000-0000-7000-8000-000000000001', 1)
            on conflict (flag, at, version, environment, source, sdk, outcome, writer)
            do update set evaluations = c.evaluations + 1";
        let read = "select * from halyard.evaluations order by evaluated_at desc, id desc limit 10";
        let is_over = AtomicBool::new(false);
        let upkeep = async {
            // Somebody reads for long, so that dropping is tried in vain; then it is not.
            let mut reader = tenant.sql.acquire().await.unwrap();
            let mut reading = reader.begin().await.unwrap();
            sqlx::query(AssertSqlSafe(OLD)).execute(&mut *reading).await.unwrap();
            for _ in 0..3 {
                tenant.store.maintain_partitions().await.unwrap();
            }
            assert_eq!(tenant.number(OLD).await, 31);
            reading.rollback().await.unwrap();
            while tenant.number(OLD).await > 0 {
                tenant.store.maintain_partitions().await.unwrap();
            }
            is_over.store(true, Ordering::SeqCst);
        };
        let ((), one, other, first, second) = tokio::time::timeout(WITHIN, async {
            tokio::join!(
                upkeep,
                again(&tenant.url, write, &is_over),
                again(&tenant.url, write, &is_over),
                again(&tenant.url, read, &is_over),
                again(&tenant.url, read, &is_over),
            )
        })
        .await
        .unwrap();
        let longest = [one, other, first, second].iter().map(|(_, longest)| *longest).max();
        eprintln!(
            "{version:?}: {one:?} and {other:?} written, {first:?} and {second:?} read, {longest:?} at most"
        );
        assert_eq!(tenant.number("select count(*) from halyard.evaluations").await, one.0 + other.0);
        let counted = "select sum(evaluations)::int8 from halyard.evaluation_counts where writer =
            '00000000-0000-7000-8000-000000000001'";
        assert_eq!(tenant.number(counted).await, one.0 + other.0);
        assert!(first.0 > 0 && second.0 > 0);
    }
}

#[tokio::test]
async fn an_erased_customer_is_gone_and_no_replay_brings_them_back() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        let set = Arc::new(FlagSet::new(flags(&tenant).await));
        let of = |entity: &str, hours| {
            call(&set, now() - Duration::hours(hours), entity, &[Outcome::Rule(0), Outcome::Killed])
        };
        let hours = [
            0,
            1,
            2,
            (Utc::now() - Utc::now().date_naive().and_hms_opt(0, 0, 0).unwrap().and_utc()).num_hours() + 1,
        ];
        let calls: Vec<_> =
            hours.iter().flat_map(|hours| [of("secret-42", *hours), of("secret-421", *hours)]).collect();
        let spooled = batch(vec![of("secret-42", 1), of("other", 1)]);
        tenant.store.evaluations_append(&batch(calls), WITHIN).await.unwrap();

        let progress = ErasureProgress::default();
        let erased = tenant.store.customer_erase("secret-42", &progress, &author()).await.unwrap();
        assert_eq!(erased.removed, 4);
        assert!((1..=2).contains(&erased.partitions), "{erased:?}");
        let left = "select count(*) from halyard.evaluations where entity_id = ";
        assert_eq!(tenant.number(&format!("{left} 'secret-42'")).await, 0);
        assert_eq!(tenant.number(&format!("{left} 'secret-421'")).await, 4, "nobody else");
        let replayed = tenant.store.evaluations_append(&spooled, WITHIN).await.unwrap();
        assert_eq!((replayed.stored, replayed.erased), (1, 1));

        let entry = tenant
            .text(
                "select action || ' ' || entity_id || ' ' || (after ->> 'removed') from halyard.audit_log
                 where action like '%erased'",
            )
            .await;
        assert_eq!(entry, format!("customer.erased {} 4", erased.erasure_id));
        let named = "select count(*) from halyard.audit_entries where entry like '%secret-42%'";
        assert_eq!(tenant.number(named).await, 0, "the trail does not name them");
        let marked = "select count(*) from halyard.erasures e where e::text like '%secret-42%'";
        assert_eq!(tenant.number(marked).await, 0);
        for nobody in ["", "nul\0"] {
            let refused = tenant.store.customer_erase(nobody, &progress, &author()).await;
            assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
        }
    }
}

//! Sums of hours: whatever is written when, a histogram that is made of them says what the log says.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use chrono::{DateTime, Duration, DurationRound, Utc};
use halyard_engine::Outcome;
use halyard_store::Store;
use halyard_store::evaluations::{
    EvaluationBatch, EvaluationCall, EvaluationFilter, EvaluationReason, EvaluationSource, FlagSet,
    HistogramAsk,
};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

use crate::chance::Chance;
use crate::evaluations::{batch, call, flags, now};
use crate::support::{Tenant, V14, V18, WITHIN, connect, tenant};

const MARKED: &str = "select count(*) from halyard.evaluation_hours";

/// An hour that is over for long, whatever the time is.
fn old_hour() -> DateTime<Utc> {
    (now() - Duration::hours(5)).duration_trunc(Duration::hours(1)).unwrap()
}

fn ask(filter: EvaluationFilter, hours: i64) -> HistogramAsk {
    HistogramAsk {
        filter,
        from: now() - Duration::hours(hours),
        to: now() + Duration::minutes(1),
        buckets: 24,
    }
}

async fn total(store: &Store) -> i64 {
    store.evaluations_histogram(&ask(EvaluationFilter::default(), 23)).await.unwrap().total
}

/// The buckets that have any, counted from the log itself.
async fn plainly(tenant: &Tenant, ask: &HistogramAsk, step: i64) -> BTreeMap<DateTime<Utc>, i64> {
    let sql = ask.filter.to_sql().unwrap();
    let (_, from) = sql.split_once("\nfrom ").unwrap();
    let (from, _) = from.split_once("\norder by").unwrap();
    let joint = if from.contains("where") { "and" } else { "where" };
    // The ten minutes of the beginning and the end count as a whole.
    let sql = format!(
        "select date_bin('{step} seconds', evaluated_at, 'epoch'), count(*) from {from}
         {joint} date_bin('10 minutes', evaluated_at, 'epoch') >= date_bin('10 minutes', timestamptz '{}', 'epoch')
         and date_bin('10 minutes', evaluated_at, 'epoch') < timestamptz '{}' group by 1",
        ask.from.to_rfc3339(),
        ask.to.to_rfc3339()
    );
    let rows: Vec<(DateTime<Utc>, i64)> =
        sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&tenant.sql).await.unwrap();
    rows.into_iter().collect()
}

async fn counted(tenant: &Tenant, ask: &HistogramAsk) -> (i64, BTreeMap<DateTime<Utc>, i64>) {
    let histogram = tenant.store.evaluations_histogram(ask).await.unwrap();
    let buckets: BTreeMap<_, i64> =
        histogram.buckets.iter().map(|bucket| (bucket.at, bucket.counts.iter().sum())).collect();
    assert_eq!(histogram.total, buckets.values().sum::<i64>());
    (histogram.step, buckets.into_iter().filter(|(_, evaluations)| *evaluations > 0).collect())
}

/// A batch of one writer: of now, or hours late.
fn random_batch(writer: u64, sets: &[Arc<FlagSet>], chance: &mut Chance) -> EvaluationBatch {
    let outcomes = [Outcome::Rule(0), Outcome::Fallthrough, Outcome::Killed, Outcome::Exception];
    let late = if chance.below(2) == 0 { 0 } else { chance.below(20) };
    let mut calls = Vec::new();
    for _ in 0..1 + chance.below(11) {
        let set = chance.pick(sets);
        let at = now() - Duration::seconds(chance.below(5_400) as i64) - Duration::hours(late as i64);
        let results = vec![chance.pick(&outcomes); set.len()];
        let mut call = call(&set, at, "c", &results);
        call.sdk = chance.pick(&["js/1", "js/2", ""]).into();
        call.environment = chance.pick(&["production", "production", "staging"]).into();
        call.source = chance.pick(&[EvaluationSource::Evaluate, EvaluationSource::OfrepAll]);
        calls.push(call);
    }
    EvaluationBatch { id: Uuid::now_v7(), writer: Uuid::from_u128(writer.into()), calls }
}

fn filters() -> Vec<EvaluationFilter> {
    let all = EvaluationFilter::default;
    let flag = Some("colour".to_owned());
    vec![
        all(),
        EvaluationFilter { flag_key: flag.clone(), ..all() },
        EvaluationFilter { environment: Some("staging".into()), ..all() },
        EvaluationFilter { reason: Some(EvaluationReason::Off), ..all() },
        EvaluationFilter { value: Some(json!("xl")), ..all() },
        EvaluationFilter { sdk: Some("js/2".into()), flag_key: flag.clone(), ..all() },
        EvaluationFilter { source: Some("evaluate".into()), ..all() },
        EvaluationFilter {
            value: Some(json!("red")),
            environment: Some("production".into()),
            flag_key: flag,
            ..all()
        },
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn histograms_agree_with_the_log_while_writers_are_late_and_hours_are_summed_up() {
    const WRITERS: usize = 4;
    const BATCHES: usize = 25;
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        let numbers = flags(&tenant).await;
        let sets: Vec<Arc<FlagSet>> = [numbers.clone(), vec![numbers[0]], vec![numbers[1]]]
            .map(|set| Arc::new(FlagSet::new(set)))
            .into();
        let (stored, writing) = (AtomicI64::new(0), AtomicUsize::new(WRITERS));
        let write = async |writer: u64| {
            let store = connect(&tenant.url).await;
            let mut chance = Chance::new(writer, now());
            for _ in 0..BATCHES {
                let batch = random_batch(writer, &sets, &mut chance);
                let rows: usize = batch.calls.iter().map(|call| call.outcomes.len()).sum();
                let appended = store.evaluations_append(&batch, WITHIN).await.unwrap();
                assert_eq!(appended.stored, batch.calls.len(), "{appended:?}");
                stored.fetch_add(rows as i64, Ordering::SeqCst);
            }
            writing.fetch_sub(1, Ordering::SeqCst);
        };
        let upkeep = async || {
            let store = connect(&tenant.url).await;
            while writing.load(Ordering::SeqCst) > 0 {
                store.maintain_partitions().await.unwrap();
            }
        };
        let look = async || {
            let mut last = 0;
            while writing.load(Ordering::SeqCst) > 0 {
                let before = stored.load(Ordering::SeqCst);
                let found = total(&tenant.store).await;
                assert!(found >= before, "{found} of {before} that were there");
                assert!(found >= last, "{found} after {last}: something was not counted for a while");
                last = found;
            }
        };
        tokio::join!(write(1), write(2), write(3), write(4), upkeep(), look());

        assert_eq!(total(&tenant.store).await, stored.load(Ordering::SeqCst));
        for round in ["while some hours are open", "when all that are over are summed up"] {
            for filter in filters() {
                for hours in [23, 20, 2] {
                    let ask = ask(filter.clone(), hours);
                    let (step, found) = counted(&tenant, &ask).await;
                    assert_eq!(
                        found,
                        plainly(&tenant, &ask, step).await,
                        "{round}, {hours} hours: {filter:?}"
                    );
                }
            }
            tenant.store.maintain_partitions().await.unwrap();
        }
        assert!(tenant.number(MARKED).await >= 18, "hours that are over are summed up");
    }
}

#[tokio::test]
async fn hours_are_read_from_their_sums_and_a_late_batch_has_them_made_again() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        let set = Arc::new(FlagSet::new(flags(&tenant).await));
        let of = |hours: i64| -> EvaluationCall {
            call(&set, old_hour() - Duration::hours(hours), "c", &[Outcome::Killed, Outcome::Rule(0)])
        };
        let append = async |calls| tenant.store.evaluations_append(&batch(calls), WITHIN).await.unwrap();
        append(vec![of(0), of(1), of(2)]).await;
        tenant.store.maintain_partitions().await.unwrap();
        let marked = format!("{MARKED} where at <= '{}'", old_hour().to_rfc3339());
        assert_eq!((tenant.number(&marked).await, total(&tenant.store).await), (3, 6));
        tenant.run("update halyard.hourly_counts set evaluations = evaluations * 10").await;
        assert_eq!(total(&tenant.store).await, 60, "from the sums");

        append(vec![of(1)]).await;
        assert_eq!(tenant.number(&marked).await, 2, "one hour is open again");
        assert_eq!(total(&tenant.store).await, 20 + 20 + 4, "that one from its counts");
        tenant.store.maintain_partitions().await.unwrap();
        assert_eq!((tenant.number(&marked).await, total(&tenant.store).await), (3, 44));
        // By hand, too.
        for (by_hand, left) in [
            ("update halyard.evaluation_counts set evaluations = 5 where outcome = 0", 0),
            ("delete from halyard.evaluation_counts where outcome = 0", 0),
            ("truncate halyard.evaluation_counts", 0),
        ] {
            tenant.store.maintain_partitions().await.unwrap();
            assert_eq!(tenant.number(&marked).await, 3, "before {by_hand}");
            tenant.run(by_hand).await;
            assert_eq!(tenant.number(&marked).await, left, "{by_hand}");
        }
        assert_eq!(total(&tenant.store).await, 0);
    }
}

#[tokio::test]
async fn an_hour_is_not_summed_up_while_a_count_of_it_is_on_its_way() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        let insert = |hour: DateTime<Utc>, writer: u8| {
            AssertSqlSafe(format!(
                "insert into halyard.evaluation_counts values ('{}', 1, 1, 'production', 'evaluate', '', -1,
                     '00000000-0000-7000-8000-{writer:012}', 3)",
                hour.to_rfc3339()
            ))
        };
        let mut writer = PgConnection::connect(&tenant.url).await.unwrap();
        sqlx::raw_sql(insert(old_hour(), 1)).execute(&mut writer).await.unwrap();
        sqlx::raw_sql(insert(old_hour() - Duration::hours(1), 1)).execute(&mut writer).await.unwrap();

        let mut writing = writer.begin().await.unwrap();
        sqlx::raw_sql(insert(old_hour(), 2)).execute(&mut *writing).await.unwrap();
        tenant.store.maintain_partitions().await.unwrap();
        let marked = |hour: DateTime<Utc>| format!("{MARKED} where at = '{}'", hour.to_rfc3339());
        assert_eq!(tenant.number(&marked(old_hour())).await, 0, "its writer is not done");
        assert_eq!(tenant.number(&marked(old_hour() - Duration::hours(1))).await, 1, "nobody waits for it");
        writing.commit().await.unwrap();
        assert_eq!(total(&tenant.store).await, 9);
        tenant.store.maintain_partitions().await.unwrap();
        assert_eq!(tenant.number(&marked(old_hour())).await, 1);
        assert_eq!(total(&tenant.store).await, 9);

        // Who could not see the mark must not write past it.
        let mut writing = writer.begin_with("begin isolation level repeatable read").await.unwrap();
        let refused = sqlx::raw_sql(insert(old_hour(), 3)).execute(&mut *writing).await.unwrap_err();
        assert!(refused.to_string().contains("READ COMMITTED"), "{refused}");
    }
}

#[tokio::test]
async fn sums_go_with_the_age_of_their_counts() {
    let tenant = tenant(V18).await;
    tenant
        .run(
            "insert into halyard.evaluation_counts
             select date_bin('1 hour', now(), 'epoch') - days * interval '1 day', 1, 1, 'production', 'evaluate',
                 '', -1, gen_random_uuid(), 1
             from unnest(array[2, 88, 89]) as days",
        )
        .await;
    tenant.store.maintain_partitions().await.unwrap();
    let sums = "select count(*) from halyard.hourly_counts where flag = 1";
    assert_eq!(tenant.number(sums).await, 3);
    assert!(tenant.number(MARKED).await > 87 * 24);
    let ten = halyard_store::settings::Settings { retention_days: 10 };
    tenant.store.settings_set(&ten, &crate::support::author()).await.unwrap();
    tenant.store.maintain_partitions().await.unwrap();
    assert_eq!(tenant.number(sums).await, 1);
    assert!(tenant.number(MARKED).await <= 11 * 24);
}

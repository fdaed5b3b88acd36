//! Histograms and usage from the counts, and looking on while calls come in.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use halyard_engine::Outcome;
use halyard_store::StoreError;
use halyard_store::evaluations::{
    EvaluationCall, EvaluationFilter, EvaluationReason, EvaluationSource, FlagSet, HistogramAsk, UsageState,
};
use serde_json::{Value, json};

use crate::evaluations::{batch, call, flags, now};
use crate::support::{Tenant, V14, V18, WITHIN, author, tenant};

fn last_day(filter: EvaluationFilter) -> HistogramAsk {
    HistogramAsk { filter, from: now() - Duration::days(1), to: now() + Duration::minutes(1), buckets: 100 }
}

fn of_flag(key: &str) -> EvaluationFilter {
    EvaluationFilter { flag_key: Some(key.into()), ..EvaluationFilter::default() }
}

async fn append(tenant: &Tenant, calls: Vec<EvaluationCall>) {
    tenant.store.evaluations_append(&batch(calls), WITHIN).await.unwrap();
}

#[tokio::test]
async fn a_histogram_counts_every_evaluation_once_by_value_or_reason() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        let set = Arc::new(FlagSet::new(flags(&tenant).await));
        let calls = (0..120_i64).map(|number| {
            let outcome = if number % 3 == 0 { Outcome::Rule(0) } else { Outcome::Killed };
            let mut call =
                call(&set, now() - Duration::minutes(number * 7), "c1", &[outcome, Outcome::Exception]);
            call.sdk = if number < 30 { "new/2".into() } else { "old/1".into() };
            call
        });
        append(&tenant, calls.collect()).await;

        let all = tenant.store.evaluations_histogram(&last_day(EvaluationFilter::default())).await.unwrap();
        assert_eq!((all.step, all.total), (1_200, 240));
        let reasons: Vec<_> =
            all.series.iter().map(|series| (series.reason.unwrap(), series.total)).collect();
        assert_eq!(
            reasons,
            [(EvaluationReason::Error, 120), (EvaluationReason::Off, 80), (EvaluationReason::RuleMatch, 40)]
        );
        let counted: i64 = all.buckets.iter().flat_map(|bucket| &bucket.counts).sum();
        assert_eq!(counted, 240);
        assert!(all.buckets.len() <= 101 && all.buckets.is_sorted_by_key(|bucket| bucket.at));
        let gaps = all.buckets.windows(2).map(|pair| (pair[1].at - pair[0].at).num_seconds());
        assert!(gaps.into_iter().all(|gap| gap == all.step), "empty ones are there too");

        let colour = tenant.store.evaluations_histogram(&last_day(of_flag("colour"))).await.unwrap();
        let values: Vec<_> =
            colour.series.iter().map(|series| (series.value.clone(), series.total)).collect();
        assert_eq!(values, [(Some(json!("red")), 80), (Some(json!("blue")), 40)]);

        let narrow = EvaluationFilter {
            value: Some(json!("blue")),
            sdk: Some("new/2".into()),
            entity_id: Some("c1".into()),
            ..of_flag("colour")
        };
        let narrow = tenant.store.evaluations_histogram(&last_day(narrow)).await.unwrap();
        assert_eq!((narrow.total, narrow.not_applied), (10, vec!["entityId".to_owned()]));
        let nothing = tenant.store.evaluations_histogram(&last_day(of_flag("no-such"))).await.unwrap();
        assert!(nothing.total == 0 && nothing.buckets.len() == all.buckets.len());
    }
}

#[tokio::test]
async fn a_histogram_of_an_impossible_span_is_refused() {
    let tenant = tenant(V18).await;
    let ask = last_day(EvaluationFilter::default());
    for ask in [
        HistogramAsk { to: ask.from, ..ask.clone() },
        HistogramAsk { from: DateTime::<Utc>::MIN_UTC, ..ask.clone() },
        HistogramAsk { to: DateTime::<Utc>::MAX_UTC, ..ask.clone() },
        HistogramAsk { buckets: 0, ..ask.clone() },
    ] {
        let refused = tenant.store.evaluations_histogram(&ask).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{ask:?}");
    }
}

async fn state(tenant: &Tenant, key: &str) -> UsageState {
    let ask = last_day(of_flag(key));
    tenant.store.flag_usage(key, None, ask.from, ask.to, 48).await.unwrap().state
}

#[tokio::test]
async fn usage_says_never_idle_bulk_only_same_value_or_used() {
    let tenant = tenant(V18).await;
    let numbers = flags(&tenant).await;
    assert_eq!(state(&tenant, "colour").await, UsageState::Never);
    let set = Arc::new(FlagSet::new([numbers[0]]));
    append(&tenant, vec![call(&set, now(), "c", &[Outcome::Fallthrough])]).await;
    assert_eq!(state(&tenant, "colour").await, UsageState::BulkOnly, "fetched with all others");
    let single =
        |outcome| EvaluationCall { source: EvaluationSource::Evaluate, ..call(&set, now(), "c", &[outcome]) };
    append(&tenant, vec![single(Outcome::Killed)]).await;
    assert_eq!(state(&tenant, "colour").await, UsageState::Used, "not known for a month yet");
    // A month ago.
    let older =
        "update halyard.evaluation_counts set at = at - interval '35 days' where source = 'evaluate_all'";
    tenant.run(older).await;
    assert_eq!(state(&tenant, "colour").await, UsageState::SameValue { value: json!("red") });
    append(&tenant, vec![single(Outcome::Rule(0))]).await;
    assert_eq!(state(&tenant, "colour").await, UsageState::Used);
    tenant.run("delete from halyard.evaluation_counts where source = 'evaluate'").await;
    let UsageState::Idle { since } = state(&tenant, "colour").await else { panic!() };
    assert!(since < now() - Duration::days(34));
    let unknown = tenant.store.flag_usage("no-such", None, now() - Duration::days(1), now(), 10).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })));
}

#[tokio::test]
async fn usage_marks_versions_and_names_those_who_read() {
    let tenant = tenant(V18).await;
    let set = Arc::new(FlagSet::new([flags(&tenant).await[0]]));
    let calls = (0..30_i64).map(|hour| call(&set, now() - Duration::hours(hour), "c", &[Outcome::Rule(0)]));
    append(&tenant, calls.collect()).await;
    let renamed = serde_json::from_value(json!({ "name": "Colour" })).unwrap();
    tenant.store.flag_update("colour", 1, &renamed, &author()).await.unwrap();
    let ask = last_day(of_flag("colour"));
    let usage = tenant.store.flag_usage("colour", Some("production"), ask.from, ask.to, 48).await.unwrap();
    let versions: Vec<i32> = usage.versions.iter().map(|mark| mark.version).collect();
    assert_eq!(versions, [1, 2]);
    let who: Vec<_> = usage.sdks.iter().map(|sdk| (sdk.sdk.as_str(), sdk.source.as_str())).collect();
    assert_eq!(who, [("test/1", "evaluate_all")]);
    assert_eq!(usage.sdks[0].evaluations, usage.histogram.total);

    let all = tenant.store.flags_usage().await.unwrap();
    assert_eq!(all.flags.len(), 1, "the other was never evaluated");
    let hourly = &all.flags[0].hourly;
    assert_eq!((hourly.len(), hourly.iter().sum::<i64>()), (24, 24));
    assert!(now() - all.flags[0].last_evaluated_at < Duration::minutes(20));
}

#[tokio::test]
async fn looking_on_shows_what_comes_also_when_it_comes_late() {
    let tenant = tenant(V18).await;
    let set = Arc::new(FlagSet::new(flags(&tenant).await));
    let both = [Outcome::Rule(0), Outcome::Killed];
    let all = EvaluationFilter::default();
    let at = Utc::now();
    append(&tenant, vec![call(&set, at, "first", &both)]).await;
    let first = tenant.store.evaluations_since(&all, None, 100).await.unwrap();
    assert_eq!((first.evaluations.len(), first.sampled), (2, false));
    assert!(first.calls_per_second > 0.0);

    append(&tenant, vec![call(&set, at - Duration::seconds(2), "late", &both)]).await;
    let second = tenant.store.evaluations_since(&all, first.cursor.as_deref(), 100).await.unwrap();
    assert!(second.evaluations.iter().any(|row| row.entity_id == "late"));
    assert!(!second.sampled, "nothing new was left out");

    let many = (0..500_i64).map(|number| call(&set, at + Duration::milliseconds(number), "many", &both));
    append(&tenant, many.collect()).await;
    let third = tenant.store.evaluations_since(&all, second.cursor.as_deref(), 100).await.unwrap();
    assert_eq!((third.evaluations.len(), third.sampled), (100, true), "the newest, and says so");
    assert!(third.evaluations.iter().all(|row| row.entity_id == "many"));
    let value: Option<Value> = Some(json!("blue"));
    let blue = EvaluationFilter { value, ..of_flag("colour") };
    let blue = tenant.store.evaluations_since(&blue, None, 10).await.unwrap();
    assert!(blue.evaluations.len() == 10 && blue.evaluations.iter().all(|row| row.value == json!("blue")));
}

//! The evaluation log: exactly once, counted, and listed newest first.

use std::sync::Arc;

use chrono::{DateTime, Duration, Timelike, Utc};
use halyard_engine::{FlagType, Outcome, RuleInput};
use halyard_store::evaluations::{
    Appended, EvaluationBatch, EvaluationCall, EvaluationFilter, EvaluationRow, EvaluationSource, FlagSet,
};
use halyard_store::flags::NewFlag;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Tenant, V14, V18, WITHIN, author, tenant};

/// Two flags; their numbers and versions.
pub(crate) async fn flags(tenant: &Tenant) -> Vec<(i32, i32)> {
    for (key, default_value, value) in [("colour", "red", "blue"), ("size", "s", "xl")] {
        let new = NewFlag {
            key: key.into(),
            name: key.into(),
            description: None,
            flag_type: FlagType::String,
            default_value: json!(default_value),
            rules: Some(vec![RuleInput { value: Some(json!(value)), ..RuleInput::default() }]),
            client_visible: false,
            permanent: None,
            tags: None,
            note: None,
        };
        tenant.store.flag_create(&new, &author()).await.unwrap();
    }
    let configuration = tenant.store.configuration().await.unwrap();
    configuration.flags.iter().map(|flag| (flag.number, flag.version)).collect()
}

pub(crate) fn call(
    set: &Arc<FlagSet>,
    at: DateTime<Utc>,
    entity_id: &str,
    outcomes: &[Outcome],
) -> EvaluationCall {
    EvaluationCall {
        id: Uuid::now_v7(),
        evaluated_at: at,
        environment: "production".into(),
        entity_id: entity_id.into(),
        source: EvaluationSource::EvaluateAll,
        sdk: "test/1".into(),
        stale: false,
        config_version: 1,
        flag_set: Arc::clone(set),
        outcomes: outcomes.iter().map(|outcome| outcome.code()).collect(),
    }
}

pub(crate) fn batch(calls: Vec<EvaluationCall>) -> EvaluationBatch {
    EvaluationBatch { id: Uuid::now_v7(), writer: Uuid::from_u128(7), calls }
}

/// Now, in whole milliseconds and clear of the ten minutes' ends.
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now().with_nanosecond(0).unwrap()
}

async fn list(tenant: &Tenant, filter: EvaluationFilter, limit: u32) -> Vec<EvaluationRow> {
    let mut rows = Vec::new();
    let mut cursor = None;
    loop {
        let page = tenant.store.evaluations_list(&filter, cursor.as_deref(), limit).await.unwrap();
        rows.extend(page.evaluations);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return rows;
        }
    }
}

#[tokio::test]
async fn batch_is_stored_exactly_once_however_often_it_is_tried() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        let set = Arc::new(FlagSet::new(flags(&tenant).await));
        let at = now();
        let batch = batch(vec![
            call(&set, at, "c1", &[Outcome::Rule(0), Outcome::Fallthrough]),
            call(&set, at, "c2", &[Outcome::Rule(0), Outcome::Killed]),
        ]);
        let first = tenant.store.evaluations_append(&batch, WITHIN).await.unwrap();
        assert_eq!(first, Appended { stored: 2, refused: 0, expired: 0, erased: 0, replayed: false });
        assert!(tenant.store.evaluations_append(&batch, WITHIN).await.unwrap().replayed);
        assert_eq!(tenant.number("select count(*) from halyard.evaluations").await, 2);
        assert_eq!(tenant.number("select sum(evaluations)::int8 from halyard.evaluation_counts").await, 4);
        assert_eq!(
            tenant.number("select count(*) from halyard.evaluation_counts where outcome = 0").await,
            1
        );
        assert_eq!(tenant.number("select count(*) from halyard.flag_sets").await, 1);

        let another = EvaluationBatch { id: Uuid::now_v7(), ..batch.clone() };
        let mut another = another;
        another.calls.truncate(1);
        another.calls[0].id = Uuid::now_v7();
        tenant.store.evaluations_append(&another, WITHIN).await.unwrap();
        let counted = "select evaluations from halyard.evaluation_counts where outcome = 0";
        assert_eq!(tenant.number(counted).await, 3, "counts add up");
    }
}

#[tokio::test]
async fn one_bad_call_never_fails_the_others() {
    let tenant = tenant(V18).await;
    let set = Arc::new(FlagSet::new(flags(&tenant).await));
    let fine = [Outcome::Fallthrough, Outcome::Fallthrough];
    let mut nul_environment = call(&set, now(), "c", &fine);
    nul_environment.environment = "pro\0".into();
    let mut odd_sdk = call(&set, now(), "odd", &fine);
    odd_sdk.sdk = format!("x\0y{}", "z".repeat(500)).into();
    let calls = vec![
        call(&set, now(), "good", &fine),
        call(&set, now(), "nul\0", &fine),
        call(&set, now(), &"l".repeat(257), &fine),
        call(&set, now(), "too few", &fine[..1]),
        nul_environment,
        odd_sdk,
        call(&set, now(), "", &fine),
        call(&set, now() - Duration::days(400), "ancient", &fine),
        call(&set, now() + Duration::days(400), "far", &fine),
    ];
    let appended = tenant.store.evaluations_append(&batch(calls), WITHIN).await.unwrap();
    assert_eq!(appended, Appended { stored: 3, refused: 4, expired: 2, erased: 0, replayed: false });
    assert_eq!(tenant.number("select max(length(sdk))::int8 from halyard.evaluations").await, 100);
}

#[tokio::test]
async fn list_is_newest_first_with_values_of_the_version_that_was_served() {
    let tenant = tenant(V18).await;
    let numbers = flags(&tenant).await;
    let set = Arc::new(FlagSet::new(numbers.clone()));
    let at = now();
    let calls = (0..7_i64)
        .map(|age| {
            call(&set, at - Duration::seconds(age), &format!("c{age}"), &[Outcome::Rule(0), Outcome::Killed])
        })
        .collect();
    tenant.store.evaluations_append(&batch(calls), WITHIN).await.unwrap();

    for limit in [1, 3, 4, 100] {
        let rows = list(&tenant, EvaluationFilter::default(), limit).await;
        let entities: Vec<&str> = rows.iter().step_by(2).map(|row| row.entity_id.as_str()).collect();
        assert_eq!(entities, ["c0", "c1", "c2", "c3", "c4", "c5", "c6"], "by {limit}");
        let ids: std::collections::HashSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids.len(), 14);
    }
    let rows = list(&tenant, EvaluationFilter::default(), 100).await;
    let (colour, size) = (&rows[0], &rows[1]);
    assert_eq!((colour.flag_key.as_str(), &colour.value), ("colour", &json!("blue")));
    assert_eq!((colour.reason.as_str(), colour.rule_index), ("RULE_MATCH", Some(0)));
    assert!(colour.rule_id.is_some());
    assert_eq!((size.reason.as_str(), size.off_by.as_deref()), ("OFF", Some("KILL_SWITCH")));
    assert_eq!((&size.value, size.rule_id), (&json!("s"), None));
    // The same as the view that people query.
    let view = "select string_agg(flag_key || (value #>> '{}') || reason || coalesce(off_by, '') || coalesce(rule_id::text, ''), ',' \
                order by evaluated_at desc, position) from halyard.flag_evaluations";
    let listed: Vec<String> = rows
        .iter()
        .map(|row| {
            let rule = row.rule_id.map(|id| id.to_string()).unwrap_or_default();
            let Value::String(value) = &row.value else { panic!() };
            format!(
                "{}{value}{}{}{rule}",
                row.flag_key,
                row.reason,
                row.off_by.as_deref().unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(tenant.text(view).await, listed.join(","));
}

#[tokio::test]
async fn filters_narrow_the_list_and_a_rare_flag_is_found_far_back() {
    let tenant = tenant(V18).await;
    let numbers = flags(&tenant).await;
    let common = Arc::new(FlagSet::new([numbers[0]]));
    let rare = Arc::new(FlagSet::new([numbers[1]]));
    let at = now();
    let mut calls: Vec<EvaluationCall> = (0..300_i64)
        .map(|age| call(&common, at - Duration::minutes(age * 2), "busy", &[Outcome::Fallthrough]))
        .collect();
    for hours in [3, 5, 9] {
        calls.push(call(&rare, at - Duration::hours(hours), "quiet", &[Outcome::EnvironmentOff]));
    }
    calls.push(EvaluationCall {
        environment: "staging".into(),
        ..call(&rare, at, "quiet", &[Outcome::Fallthrough])
    });
    tenant.store.evaluations_append(&batch(calls), WITHIN).await.unwrap();

    let by_flag = |key: &str| EvaluationFilter { flag_key: Some(key.into()), ..EvaluationFilter::default() };
    for limit in [1, 2, 100] {
        assert_eq!(list(&tenant, by_flag("size"), limit).await.len(), 4, "by {limit}");
        assert_eq!(list(&tenant, by_flag("colour"), limit.max(50)).await.len(), 300);
    }
    assert_eq!(list(&tenant, by_flag("no-such"), 10).await, []);
    let production = EvaluationFilter { environment: Some("production".into()), ..by_flag("size") };
    assert_eq!(list(&tenant, production, 2).await.len(), 3);
    let entity = EvaluationFilter { entity_id: Some("quiet".into()), ..EvaluationFilter::default() };
    let rows = list(&tenant, entity, 2).await;
    assert_eq!(rows.len(), 4);
    assert!(rows.iter().skip(1).all(|row| row.off_by.as_deref() == Some("ENVIRONMENT")));
    let nul = EvaluationFilter { entity_id: Some("\0".into()), ..EvaluationFilter::default() };
    assert_eq!(list(&tenant, nul, 2).await, []);
    for cursor in ["", "x", "1.2", "99999999999999999999.0", "1'; --.00000000000000000000000000000000"] {
        let outcome = tenant.store.evaluations_list(&EvaluationFilter::default(), Some(cursor), 10).await;
        assert!(outcome.is_err(), "{cursor:?} is no cursor");
    }
}

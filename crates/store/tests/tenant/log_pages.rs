//! Paging through the log in both directions: exactly the rows that a plain query finds, whatever is
//! filtered by, however calls share their times, and whoever writes the filter.

use std::sync::Arc;

use chrono::Duration;
use halyard_engine::{OffBy, Outcome};
use halyard_store::StoreError;
use halyard_store::evaluations::{
    Direction, EvaluationCall, EvaluationFilter, EvaluationReason, EvaluationSource, FlagSet,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::evaluations::{batch, call, flags, now};
use crate::support::{Tenant, V14, V18, WITHIN, tenant};

/// A log of calls that often share their time, over some hours, of two flags together and apart.
async fn filled(tenant: &Tenant, calls: i64) {
    let numbers = flags(tenant).await;
    let sets = [numbers.clone(), vec![numbers[0]], vec![numbers[1]]].map(|set| Arc::new(FlagSet::new(set)));
    let at = now();
    let outcomes = [
        Outcome::Rule(0),
        Outcome::Fallthrough,
        Outcome::Killed,
        Outcome::EnvironmentOff,
        Outcome::AudienceUnavailable,
        Outcome::Exception,
    ];
    let calls: Vec<EvaluationCall> = (0..calls)
        .map(|number| {
            let set = &sets[[0, 0, 1, 1, 1, 2][usize::try_from(number % 6).unwrap()]];
            let results: Vec<Outcome> = (0..set.len() as i64)
                .map(|flag| outcomes[usize::try_from((number / 3 + flag) % 6).unwrap()])
                .collect();
            // Seven at a time have the same moment; ids are in no order.
            let mut call =
                call(set, at - Duration::seconds(number / 7 * 97), &format!("c{}", number % 4), &results);
            call.id = Uuid::new_v4();
            call.environment = if number % 11 == 0 { "staging".into() } else { "production".into() };
            call.source =
                if number % 2 == 0 { EvaluationSource::Evaluate } else { EvaluationSource::OfrepAll };
            call.sdk = format!("sdk-{}", number % 3).into();
            call
        })
        .collect();
    tenant.store.evaluations_append(&batch(calls), WITHIN).await.unwrap();
}

/// The ids of rows that the statement people can copy finds, all of them.
async fn plainly(tenant: &Tenant, filter: &EvaluationFilter) -> Vec<String> {
    let sql = filter.to_sql().unwrap();
    let sql = sql.trim_end().strip_suffix("limit 1000;").unwrap().to_owned();
    let (_, from) = sql.split_once("\nfrom ").unwrap();
    let sql = format!("select id::text || '-' || (position - 1) from {from}");
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&tenant.sql).await.unwrap()
}

async fn paged(tenant: &Tenant, filter: &EvaluationFilter, direction: Direction, limit: u32) -> Vec<String> {
    // To newer ones from before everything.
    let mut cursor = match direction {
        Direction::Older => None,
        Direction::Newer => Some(format!("0.{}", Uuid::nil().simple())),
    };
    let mut pages: Vec<Vec<String>> = Vec::new();
    loop {
        let page = tenant.store.evaluations_page(filter, cursor.as_deref(), direction, limit).await.unwrap();
        let is_empty = page.evaluations.is_empty() && page.looked_to.is_none();
        pages.push(page.evaluations.into_iter().map(|row| row.id).collect());
        cursor = match direction {
            Direction::Older => page.next_cursor,
            Direction::Newer => page.newer_cursor,
        };
        if cursor.is_none() || (direction == Direction::Newer && is_empty) {
            break;
        }
    }
    if direction == Direction::Newer {
        pages.reverse();
    }
    pages.concat()
}

fn filters() -> impl Strategy<Value = EvaluationFilter> {
    let of = |texts: &'static [&'static str]| prop::option::weighted(0.3, prop::sample::select(texts));
    let reasons = prop::option::weighted(0.3, prop::sample::select(EvaluationReason::ALL.to_vec()));
    // As the page asks: what kept it off names its reason, or none.
    let off_by =
        prop::option::weighted(0.2, prop::sample::select(vec![OffBy::KillSwitch, OffBy::Environment]));
    let times = (prop::option::weighted(0.3, 0_i64..9_000), prop::option::weighted(0.3, 0_i64..9_000));
    let texts = (
        of(&["colour", "size"]),
        of(&["c0", "c3", "nobody"]),
        of(&["production", "staging"]),
        of(&["evaluate", "ofrep_all", "ofrep"]),
        of(&["sdk-0", "sdk-2", "other"]),
        of(&["SDK", "-1", "%"]),
        of(&["blue", "s", "xl", "none"]),
    );
    (texts, (reasons, off_by), times).prop_map(
        |((flag, entity, environment, source, sdk, sdk_contains, value), (reason, off_by), (from, to))| {
            let owned = |text: Option<&str>| text.map(str::to_owned);
            let at = |age: Option<i64>| age.map(|age| now() - Duration::seconds(age));
            let (from, to) = match (from, to) {
                (Some(one), Some(other)) if one == other => (at(Some(one)), None),
                (Some(one), Some(other)) => (at(Some(one.max(other))), at(Some(one.min(other)))),
                (from, to) => (at(from), at(to)),
            };
            EvaluationFilter {
                flag_key: owned(flag),
                entity_id: owned(entity),
                environment: owned(environment),
                value: value.map(|value| json!(value)),
                reason,
                off_by,
                rule_id: None,
                source: owned(source),
                sdk: owned(sdk),
                sdk_contains: owned(sdk_contains),
                from,
                to,
            }
        },
    )
}

#[tokio::test]
async fn pages_in_either_direction_are_exactly_the_rows_of_a_plain_query() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        filled(&tenant, 600).await;
        // Some hours by their sums, one of them open again.
        tenant.store.maintain_partitions().await.unwrap();
        let reopen =
            "delete from halyard.evaluation_hours where at = (select min(at) from halyard.evaluation_hours)";
        tenant.run(reopen).await;
        let all = plainly(&tenant, &EvaluationFilter::default()).await;
        assert_eq!(all.len(), 800);
        let mut runner = TestRunner::deterministic();
        for number in 0..60 {
            let filter = if number == 0 {
                EvaluationFilter::default()
            } else {
                filters().new_tree(&mut runner).unwrap().current()
            };
            let limit = (1..200_u32).new_tree(&mut runner).unwrap().current();
            let expected = plainly(&tenant, &filter).await;
            for direction in [Direction::Older, Direction::Newer] {
                let found = paged(&tenant, &filter, direction, limit).await;
                assert_eq!(found, expected, "{direction:?} by {limit}: {filter:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_rare_of_a_customer_with_many_calls_is_found_too() {
    let tenant = tenant(V18).await;
    let numbers = flags(&tenant).await;
    let [common, both] = [vec![numbers[0]], numbers.clone()].map(|set| Arc::new(FlagSet::new(set)));
    let calls = (0..5_200_i64).map(|number| {
        let at = now() - Duration::seconds(number * 3);
        // Nobody else's are between the pages.
        let entity = if number % 13 == 5 { "other" } else { "" };
        match number % 900 {
            7 => call(&both, at, entity, &[Outcome::Rule(0), Outcome::Killed]),
            _ => call(&common, at, entity, &[Outcome::Fallthrough]),
        }
    });
    tenant.store.evaluations_append(&batch(calls.collect()), WITHIN).await.unwrap();
    let more = (0..600_i64)
        .map(|number| call(&common, now() - Duration::seconds(number), "", &[Outcome::Fallthrough]));
    tenant.store.evaluations_append(&batch(more.collect()), WITHIN).await.unwrap();
    tenant.store.maintain_partitions().await.unwrap();
    let of = EvaluationFilter { entity_id: Some(String::new()), ..EvaluationFilter::default() };
    for filter in [
        EvaluationFilter { flag_key: Some("size".into()), ..of.clone() },
        EvaluationFilter { value: Some(json!("blue")), ..of.clone() },
        EvaluationFilter {
            reason: Some(EvaluationReason::Off),
            environment: Some("production".into()),
            ..of
        },
    ] {
        let expected = plainly(&tenant, &filter).await;
        assert!((5..7).contains(&expected.len()), "{filter:?}: {expected:?}");
        for direction in [Direction::Older, Direction::Newer] {
            for limit in [1, 4, 100] {
                assert_eq!(paged(&tenant, &filter, direction, limit).await, expected, "{limit}: {filter:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_goes_back_to_where_it_came_from() {
    let tenant = tenant(V18).await;
    filled(&tenant, 200).await;
    let filter = EvaluationFilter::default();
    let page = async |cursor: Option<&str>, direction| {
        tenant.store.evaluations_page(&filter, cursor, direction, 20).await.unwrap()
    };
    let first = page(None, Direction::Older).await;
    let second = page(first.next_cursor.as_deref(), Direction::Older).await;
    let back = page(second.newer_cursor.as_deref(), Direction::Newer).await;
    assert_eq!(back.evaluations, first.evaluations);
    let again = page(back.next_cursor.as_deref(), Direction::Older).await;
    assert_eq!(again.evaluations, second.evaluations);
    let nothing_yet = page(first.newer_cursor.as_deref(), Direction::Newer).await;
    assert_eq!(nothing_yet.evaluations, []);
    assert_eq!(nothing_yet.newer_cursor, first.newer_cursor, "to be asked again");
}

#[tokio::test]
async fn a_rule_is_found_by_its_id_and_a_call_with_all_its_flags() {
    let tenant = tenant(V18).await;
    filled(&tenant, 60).await;
    let colour = tenant.store.flag_get("colour").await.unwrap();
    let rule = EvaluationFilter { rule_id: Some(colour.rules[0].id), ..EvaluationFilter::default() };
    let page = tenant.store.evaluations_list(&rule, None, 500).await.unwrap();
    assert_eq!(page.evaluations.len(), plainly(&tenant, &rule).await.len());
    assert!(page.evaluations.len() > 5 && page.evaluations.iter().all(|row| row.rule_index == Some(0)));

    let row = page.evaluations.iter().find(|row| row.source == "evaluate").unwrap();
    let detail = tenant.store.evaluation_call(row.call_id, row.at).await.unwrap();
    assert!(detail.evaluations.contains(row));
    assert_eq!((detail.call_id, detail.at), (row.call_id, row.at));
    let gone = tenant.store.evaluation_call(Uuid::new_v4(), row.at).await;
    assert!(matches!(gone, Err(StoreError::NotFound { what: "call", .. })), "{gone:?}");
}

#[tokio::test]
async fn hostile_filters_find_nothing_and_break_nothing() {
    let tenant = tenant(V18).await;
    filled(&tenant, 30).await;
    for text in
        ["'; drop table halyard.evaluations; --", "\\", "\\'; select 1; --", "$$", "\0", "é\u{301}'\"\u{7}\n"]
    {
        let filter = EvaluationFilter {
            flag_key: Some(text.into()),
            entity_id: Some(text.into()),
            environment: Some(text.into()),
            value: Some(json!({ text: [text] })),
            source: Some(text.into()),
            sdk: Some(text.into()),
            ..EvaluationFilter::default()
        };
        let page = tenant.store.evaluations_list(&filter, None, 10).await.unwrap();
        assert_eq!(page.evaluations, []);
        assert_eq!(tenant.store.evaluations_since(&filter, None, 10).await.unwrap().evaluations, []);
        for only in [
            EvaluationFilter { entity_id: Some(text.into()), ..EvaluationFilter::default() },
            EvaluationFilter { sdk: Some(text.into()), ..EvaluationFilter::default() },
            EvaluationFilter { value: Some(json!(text)), ..EvaluationFilter::default() },
        ] {
            assert_eq!(tenant.store.evaluations_list(&only, None, 10).await.unwrap().evaluations, []);
            if !text.contains('\0') {
                // One statement, under both readings of a backslash.
                for setting in ["on", "off"] {
                    let sql =
                        format!("set standard_conforming_strings = {setting}; {}", only.to_sql().unwrap());
                    tenant.run(&sql).await;
                }
            }
        }
    }
    assert!(tenant.number("select count(*) from halyard.evaluations").await == 30);
    let too_long = EvaluationFilter { sdk: Some("x".repeat(2_000)), ..EvaluationFilter::default() };
    let (from, to) = (Some(now()), Some(now() - Duration::days(1)));
    let backwards = EvaluationFilter { from, to, ..EvaluationFilter::default() };
    for filter in [too_long, backwards] {
        let refused = tenant.store.evaluations_list(&filter, None, 10).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn a_copied_statement_keeps_what_was_typed() {
    let tenant = tenant(V18).await;
    let numbers = flags(&tenant).await;
    let set = Arc::new(FlagSet::new([numbers[0]]));
    let odd = r"o'hara \ \'; --";
    let calls = [odd, "plain"].map(|entity| call(&set, now(), entity, &[Outcome::Fallthrough]));
    tenant.store.evaluations_append(&batch(calls.to_vec()), WITHIN).await.unwrap();
    let filter = EvaluationFilter { entity_id: Some(odd.into()), ..EvaluationFilter::default() };
    assert_eq!(plainly(&tenant, &filter).await.len(), 1);
}

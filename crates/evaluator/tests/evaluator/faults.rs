//! Databases that hang or go away: what is still answered, and how.

use std::time::{Duration, Instant};

use halyard_engine::{ErrorKind, Reason};
use serde_json::json;

use crate::support::Served;

const UNAVAILABLE: Reason = Reason::Error { error_kind: ErrorKind::AudienceUnavailable };

async fn flag_for_enterprise(served: &Served) {
    let audience = served.audience("enterprise").await;
    let rules = json!([{ "percentage": 0 }, { "audienceId": audience.id }]);
    served.flag("large", rules).await;
    served.flag("earlier", json!([{ "percentage": 100 }, { "audienceId": audience.id }])).await;
}

#[tokio::test]
async fn a_hanging_look_up_falls_back_to_what_was_last_known_within_its_deadline() {
    let deadline = Duration::from_millis(200);
    let served = Served::start_with(|options| options.membership_deadline = deadline).await;
    flag_for_enterprise(&served).await;
    // The first look-up on a busy machine may miss the deadline; it counts once it has not.
    while served.evaluate("large", "c10").await.reason == UNAVAILABLE {}

    let mut locking = served.psql.begin().await.unwrap();
    sqlx::raw_sql("lock table public.customers in access exclusive mode")
        .execute(&mut *locking)
        .await
        .unwrap();

    let asked = Instant::now();
    let known = served.evaluate("large", "c10").await;
    assert!(asked.elapsed() < deadline * 3, "answered after {:?}", asked.elapsed());
    assert_eq!(known.value, json!(true));
    assert!(matches!(known.reason, Reason::RuleMatch { stale: true, .. }), "{:?}", known.reason);

    let unknown = served.evaluate("large", "c20").await;
    assert_eq!((&unknown.value, unknown.reason, unknown.variation_index), (&json!(false), UNAVAILABLE, None));

    let earlier = served.evaluate("earlier", "c30").await;
    assert!(matches!(earlier.reason, Reason::RuleMatch { stale: false, rule_index: 0, .. }));

    // After a few failures the database is left alone: no caller waits any more.
    while served.evaluate("large", "c40").await.reason == UNAVAILABLE {
        let asked = Instant::now();
        served.evaluate("large", "c41").await;
        if asked.elapsed() < deadline / 4 {
            break;
        }
    }

    locking.rollback().await.unwrap();
    // The breaker closes by itself.
    while served.evaluate("large", "c20").await.reason == UNAVAILABLE {
        tokio::task::yield_now().await;
    }
    let fresh = served.evaluate("large", "c20").await;
    assert!(matches!(fresh.reason, Reason::RuleMatch { stale: false, .. }), "{:?}", fresh.reason);
}

#[tokio::test]
async fn the_last_configuration_is_served_while_the_database_is_gone() {
    let (served, server) = Served::start_alone().await;
    flag_for_enterprise(&served).await;
    served.flag("everybody", json!([{}])).await;
    assert_eq!(served.evaluate("large", "c10").await.value, json!(true));

    let pid = server.pid().to_string();
    assert!(std::process::Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
    let mut state = served.evaluator.live().state();
    state.wait_for(|state| !state.connected).await.unwrap();

    assert_eq!(served.evaluate("everybody", "c1").await.value, json!(true));
    let known = served.evaluate("large", "c10").await;
    assert!(matches!(known.reason, Reason::RuleMatch { stale: true, .. }), "{:?}", known.reason);
    assert_eq!(served.evaluate("large", "c11").await.reason, UNAVAILABLE);

    let counts = served.evaluator.log_counts();
    assert_eq!(counts.evaluated, counts.stored + counts.queued);
    served.evaluator.shut_down(Duration::ZERO).await;
    let counts = served.evaluator.log_counts();
    assert_eq!(counts.queued, 0);
    assert_eq!(counts.evaluated, counts.stored + counts.dropped_full);
}

#[tokio::test]
async fn an_audience_whose_column_is_gone_is_unavailable_and_the_others_are_not() {
    let served = Served::start().await;
    served.execute("alter table public.customers add column seats integer not null default 5").await;
    let condition = json!({ "attribute": "seats", "operator": "at_least", "value": 5 });
    let seats = halyard_store::audiences::NewAudience {
        name: "Seats".into(),
        description: None,
        condition: serde_json::from_value(condition).unwrap(),
        note: None,
    };
    let seats = served.store.audience_create(&seats, &crate::support::ana()).await.unwrap();
    let enterprise = served.audience("enterprise").await;
    served.flag("seated", json!([{ "audienceId": seats.id }])).await;
    served.flag("large", json!([{ "audienceId": enterprise.id }])).await;
    assert_eq!(served.evaluate("seated", "c10").await.value, json!(true));

    served.execute("alter table public.customers drop column seats").await;
    while served.evaluate("seated", "c20").await.reason != UNAVAILABLE {
        tokio::task::yield_now().await;
    }
    while served.evaluate("large", "c20").await.value != json!(true) {
        tokio::task::yield_now().await;
    }
}

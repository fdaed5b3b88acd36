//! A change is served soon after it is made, whatever becomes of the notification.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use halyard_engine::{OffBy, Reason};
use halyard_evaluator::Visibility;
use serde_json::json;

use crate::support::{Served, ana, call};

#[tokio::test]
async fn a_change_made_by_hand_in_psql_is_served_too() {
    let served = Served::start().await;
    served.flag("shared", json!([{}])).await;
    assert_eq!(served.evaluate("shared", "c1").await.value, json!(true));
    served.execute("update halyard.feature_flags set is_active = false where key = 'shared'").await;
    served.caught_up().await;
    let evaluation = served.evaluate("shared", "c1").await;
    assert_eq!(evaluation.reason, Reason::Off { off_by: OffBy::KillSwitch });
    assert_eq!(evaluation.value, json!(false));
}

#[tokio::test]
async fn an_archived_flag_is_not_found_and_an_unarchived_one_is_back() {
    let served = Served::start().await;
    served.flag("old", json!([{}])).await;
    served.store.flag_archive("old", &ana()).await.unwrap();
    served.caught_up().await;
    assert!(served.evaluator.evaluate("old", Visibility::All, call(Some("c1"))).await.is_none());
    served.store.flag_unarchive("old", &ana()).await.unwrap();
    served.caught_up().await;
    assert_eq!(served.evaluate("old", "c1").await.value, json!(true));
}

#[tokio::test]
async fn an_audience_that_changes_is_served_as_changed() {
    let served = Served::start().await;
    let audience = served.audience("enterprise").await;
    served.flag("large", json!([{ "audienceId": audience.id }])).await;
    assert_eq!(served.evaluate("large", "c10").await.value, json!(true));
    assert_eq!(served.evaluate("large", "c11").await.value, json!(false));
    let condition =
        json!({ "condition": { "attribute": "plan", "operator": "not_equals", "value": "enterprise" } });
    let changes = serde_json::from_value(condition).unwrap();
    served.store.audience_update(audience.id, 1, &changes, &ana()).await.unwrap();
    served.caught_up().await;
    assert_eq!(served.evaluate("large", "c10").await.value, json!(false));
    assert_eq!(served.evaluate("large", "c11").await.value, json!(true));
}

/// Sends a signal to the backend that listens for this database.
async fn signal_listener(served: &Served, signal: &str) {
    let pid = served
        .number("select pid::int8 from pg_stat_activity where datname = current_database() and query ilike 'listen%'")
        .await;
    assert!(Command::new("kill").args([signal, &pid.to_string()]).status().unwrap().success());
}

#[tokio::test]
async fn a_kill_is_effective_within_two_seconds_when_every_notification_is_lost() {
    let served = Served::start().await;
    served.flag("burning", json!([{}])).await;
    signal_listener(&served, "-STOP").await;
    let killed = Instant::now();
    served.store.flag_set_active("burning", false, &ana()).await.unwrap();
    while served.evaluate("burning", "c1").await.value != json!(false) {
        assert!(killed.elapsed() < Duration::from_secs(2), "still serving after {:?}", killed.elapsed());
        tokio::task::yield_now().await;
    }
    signal_listener(&served, "-CONT").await;
}

#[tokio::test]
async fn a_kill_does_not_wait_for_audiences_that_cannot_be_compiled() {
    let served = Served::start().await;
    let audience = served.audience("enterprise").await;
    served.flag("large", json!([{ "audienceId": audience.id }])).await;
    served.flag("burning", json!([{}])).await;
    assert_eq!(served.evaluate("large", "c10").await.value, json!(true));
    let mut holding = served.psql.begin().await.unwrap();
    let lock = "lock table halyard.customer_source in access exclusive mode";
    sqlx::raw_sql(lock).execute(&mut *holding).await.unwrap();
    served
        .execute(
            "update halyard.audiences set condition = jsonb_set(condition, '{operator}', '\"not_equals\"');
             update halyard.feature_flags set is_active = false where key = 'burning'",
        )
        .await;
    let serves = async |value: bool| {
        let changed = Instant::now();
        while served.evaluate("burning", "c1").await.value != json!(value) {
            assert!(changed.elapsed() < Duration::from_secs(8), "not served after {:?}", changed.elapsed());
            tokio::task::yield_now().await;
        }
    };
    serves(false).await;
    // Now that the audiences are being compiled again, too.
    served.execute("update halyard.feature_flags set is_active = true where key = 'burning'").await;
    serves(true).await;
    served.execute("update halyard.feature_flags set is_active = false where key = 'burning'").await;
    serves(false).await;
    // The audience is what it was, until it can be what it is.
    assert_eq!(served.evaluate("large", "c10").await.value, json!(true));
    holding.rollback().await.unwrap();
    let freed = Instant::now();
    while served.evaluate("large", "c10").await.value != json!(false) {
        assert!(freed.elapsed() < Duration::from_secs(60), "the audience was never compiled");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_evaluator_registers_itself_says_what_it_applied_and_leaves() {
    let served = Served::start().await;
    let flag = served.flag("any", json!([])).await;
    assert_eq!(flag.version, 2);
    let newest = served.store.config_version().await.unwrap();
    let applied = async || {
        let evaluators = served.store.evaluators().await.unwrap();
        evaluators.iter().any(|evaluator| evaluator.host == "test-host" && evaluator.config_version == newest)
    };
    while !applied().await {
        tokio::task::yield_now().await;
    }
    served.evaluator.shut_down(Duration::from_secs(5)).await;
    assert_eq!(served.store.evaluators_count().await.unwrap(), 0);
}

//! The proof of a kill: every evaluator confirms that it serves the new configuration, and the log tells
//! when the old value was served last.

use std::time::Duration;

use halyard_engine::{OffBy, Reason};
use halyard_evaluator::{Evaluator, EvaluatorOptions, Identity, LiveConfiguration, Visibility};
use halyard_store::{evaluators::EvaluatorKind, kill::Confirmations};
use serde_json::json;

use crate::support::{Served, ana, call, eventually};

/// So many more evaluators of the same database, beside the first.
async fn more(served: &Served, number: usize) -> Vec<Evaluator> {
    let mut evaluators = Vec::new();
    for number in 0..number {
        let kind = if number == 0 { EvaluatorKind::Desktop } else { EvaluatorKind::Server };
        let live = LiveConfiguration::start(served.another_store().await).await.unwrap();
        let mut options = EvaluatorOptions::new(Identity::new(kind, format!("host-{number:02}"), "test 1.0"));
        options.membership_deadline = Duration::from_secs(2);
        evaluators.push(Evaluator::start(live, options).unwrap());
    }
    let all = i64::try_from(evaluators.len()).unwrap() + 1;
    eventually("every evaluator is registered", async || {
        served.store.evaluators_count().await.unwrap() == all
    })
    .await;
    evaluators
}

fn all_confirmed(known: &Confirmations) -> bool {
    known.evaluators.iter().all(|evaluator| evaluator.confirmed_after_ms.is_some())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_twenty_evaluators_confirms_a_kill_and_then_serves_the_default_value() {
    let served = Served::start().await;
    served.flag("burning", json!([{}])).await;
    let others = more(&served, 19).await;
    for evaluator in others.iter().chain([&served.evaluator]) {
        let answer = evaluator.evaluate("burning", Visibility::All, call(Some("c1"))).await.unwrap();
        assert_eq!(answer.to_evaluation().value, json!(true));
    }
    let killed = served.store.flag_set_active("burning", false, &ana()).await.unwrap();
    eventually("all confirmed", async || {
        let known = served.store.confirmations("burning", killed.seq).await.unwrap();
        assert_eq!(known.evaluators.len(), 20);
        all_confirmed(&known)
    })
    .await;
    for evaluator in others.iter().chain([&served.evaluator]) {
        let answer = evaluator.evaluate("burning", Visibility::All, call(Some("c1"))).await.unwrap();
        assert_eq!(answer.to_evaluation().reason, Reason::Off { off_by: OffBy::KillSwitch });
    }
    let known = served.store.confirmations("burning", killed.seq).await.unwrap();
    assert_eq!(known.evaluators.last().unwrap().kind, EvaluatorKind::Desktop, "servers first");

    // One that ended in good order has nothing to confirm any more.
    others[1].shut_down(Duration::from_secs(5)).await;
    let known = served.store.confirmations("burning", killed.seq).await.unwrap();
    assert_eq!(known.evaluators.len(), 19);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_call_answered_the_old_way_is_found_in_the_log_for_a_kill_and_for_a_restore() {
    let served = Served::start().await;
    served.flag("burning", json!([{}])).await;
    served.flag("other", json!([{}])).await;
    let stored = async |calls: i64| {
        eventually("the calls are stored", async || {
            served.number("select count(*) from halyard.evaluations").await == calls
        })
        .await;
    };
    let (killed, last) = {
        served.evaluate("burning", "c1").await;
        stored(1).await;
        let before = served.store.flag_set_active("other", false, &ana()).await.unwrap();
        let nothing = served.store.last_old_served("other", before.seq).await.unwrap();
        assert_eq!(nothing, None, "nobody asked for that flag");
        served.evaluate("burning", "c2").await;
        stored(2).await;
        let last = served.number(
            "select (extract(epoch from max(evaluated_at)) * 1000000)::bigint from halyard.evaluations",
        );
        (served.store.flag_set_active("burning", false, &ana()).await.unwrap(), last.await)
    };
    served.caught_up().await;
    served.evaluate("burning", "c3").await;
    stored(3).await;
    let found = served.store.last_old_served("burning", killed.seq).await.unwrap().unwrap();
    assert_eq!(found.timestamp_micros(), last, "not the one that the kill switch answered");

    let restored = served.store.flag_set_active("burning", true, &ana()).await.unwrap();
    served.caught_up().await;
    served.evaluate("burning", "c4").await;
    stored(4).await;
    let found = served.store.last_old_served("burning", restored.seq).await.unwrap().unwrap();
    assert!(found.timestamp_micros() > last, "the one that the kill switch answered");
    let still = served.store.last_old_served("burning", killed.seq).await.unwrap().unwrap();
    assert_eq!(
        still.timestamp_micros(),
        last,
        "what is served after a restore is not the old value of the kill"
    );

    let sdks = served.store.sdks_last_hour("burning").await.unwrap();
    assert_eq!(sdks.iter().map(|it| (it.sdk.as_str(), it.calls)).collect::<Vec<_>>(), [("test/1", 4)]);
    eventually("the log says that it has everything", async || {
        let known = served.store.confirmations("burning", killed.seq).await.unwrap();
        // By then the report that nothing waits is newer than the last call.
        known.log_behind_ms.is_some()
    })
    .await;
}

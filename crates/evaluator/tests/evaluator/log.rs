//! The evaluation log: everything that is answered is stored once, and counted.

use std::time::Duration;

use halyard_evaluator::Visibility;
use serde_json::json;

use crate::support::{Served, call};

const CALLS: &str = "select count(*) from halyard.evaluations";
const ROWS: &str = "select count(*) from halyard.flag_evaluations";
const COUNTED: &str = "select coalesce(sum(evaluations), 0)::int8 from halyard.evaluation_counts";

#[tokio::test(flavor = "multi_thread")]
async fn shutting_down_stores_everything_that_was_answered() {
    let served = Served::start().await;
    for number in 0..3 {
        served.flag(&format!("flag-{number}"), json!([{ "percentage": 50 }])).await;
    }
    for number in 0..2_500 {
        served.evaluate("flag-0", &format!("c{number}")).await;
    }
    served.evaluator.evaluate_all(Visibility::All, call(Some("c1"))).await;
    served.evaluator.shut_down(Duration::from_secs(30)).await;
    let counts = served.evaluator.log_counts();
    assert_eq!((counts.evaluated, counts.stored, counts.queued), (2_501, 2_501, 0), "{counts:?}");
    assert_eq!(served.number(CALLS).await, 2_501);
    assert_eq!((served.number(ROWS).await, served.number(COUNTED).await), (2_503, 2_503));
}

#[tokio::test]
async fn a_call_is_stored_with_who_asked_and_what_came_out() {
    let served = Served::start().await;
    served.flag("banner", json!([{}])).await;
    served.evaluate("banner", "c7").await;
    served.evaluator.evaluate("no-such-flag", Visibility::All, call(Some("c7"))).await;
    served.evaluator.shut_down(Duration::from_secs(30)).await;
    let page = served.store.evaluations_list(&Default::default(), None, 10).await.unwrap();
    assert_eq!(page.evaluations.len(), 1);
    let row = &page.evaluations[0];
    assert_eq!((row.flag_key.as_str(), row.entity_id.as_str(), row.sdk.as_str()), ("banner", "c7", "test/1"));
    assert_eq!((&row.value, row.reason.as_str(), row.rule_index), (&json!(true), "RULE_MATCH", Some(0)));
}

#[tokio::test]
async fn a_full_queue_drops_and_counts_but_never_makes_the_caller_wait() {
    let served = Served::start_with(|options| options.log.queued_calls = 10).await;
    served.flag("banner", json!([{}])).await;
    // The writer has no turn before this test gives one away.
    for _ in 0..100 {
        let answer = served.evaluator.evaluate("banner", Visibility::All, call(Some("c1")));
        assert!(futures_util::FutureExt::now_or_never(answer).is_some());
    }
    let counts = served.evaluator.log_counts();
    assert_eq!((counts.evaluated, counts.queued, counts.dropped_full), (100, 10, 90));
    served.evaluator.shut_down(Duration::from_secs(30)).await;
    let counts = served.evaluator.log_counts();
    assert_eq!((counts.stored, counts.queued, counts.dropped_full), (10, 0, 90));
    assert_eq!(served.number(CALLS).await, 10);
}

#[tokio::test]
async fn keys_asked_for_in_vain_are_told() {
    let served = Served::start().await;
    served.flag("server-only", json!([{}])).await;
    for visibility in [Visibility::All, Visibility::ClientVisible] {
        for key in ["tpyo", "server-only"] {
            served.evaluator.evaluate(key, visibility, call(Some("c1"))).await;
        }
    }
    served.evaluator.shut_down(Duration::from_secs(30)).await;
    let asked = served.store.unknown_flags().await.unwrap();
    let mut asked: Vec<_> = asked.iter().map(|flag| (flag.key.as_str(), flag.asked)).collect();
    asked.sort_unstable();
    assert_eq!(asked, [("server-only", 1), ("tpyo", 2)]);
}

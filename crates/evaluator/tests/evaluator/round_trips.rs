//! Evaluating costs at most one database round trip, shared with others, and none when no rule
//! needs an audience.

use std::time::Duration;

use halyard_evaluator::Visibility;
use serde_json::json;

use crate::support::{Served, call};

/// How often the customers table was read, once everybody who reads it has left.
async fn reads(served: Served) -> i64 {
    served.evaluator.shut_down(Duration::from_secs(5)).await;
    served.store.close().await;
    // By its name: the pool that asks here has connections of its own.
    let readers = "select count(*) from pg_stat_activity
                   where datname = current_database() and application_name like 'halyard%'";
    let left = async {
        while served.number(readers).await > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), left).await.unwrap();
    // Statistics are written when a session ends.
    served.number("select (coalesce(seq_scan, 0) + coalesce(idx_scan, 0))::int8 from pg_stat_user_tables where relname = 'customers'").await
}

/// Lets the evaluator answer, and tells how often customers were read for it.
async fn reads_for(work: impl AsyncFn(&Served)) -> i64 {
    let before = reads(Served::start().await).await;
    let served = Served::start().await;
    work(&served).await;
    reads(served).await - before
}

#[tokio::test(flavor = "multi_thread")]
async fn evaluate_all_of_many_flags_reads_customers_once() {
    let reads = reads_for(async |served| {
        let audience = served.audience("enterprise").await;
        for number in 0..10 {
            served.flag(&format!("flag-{number}"), json!([{ "audienceId": audience.id }])).await;
        }
        let answers = served.evaluator.evaluate_all(Visibility::All, call(Some("c10"))).await;
        assert_eq!(answers.len(), 10);
        assert!(answers.iter().all(|answer| *answer.value() == json!(true)));
    });
    assert_eq!(reads.await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_who_come_together_share_round_trips() {
    let reads = reads_for(async |served| {
        let audience = served.audience("enterprise").await;
        served.flag("large", json!([{ "audienceId": audience.id }])).await;
        let callers = (1..=500).map(|number| {
            let evaluator = served.evaluator.clone();
            tokio::spawn(async move {
                let id = format!("c{number}");
                let answer = evaluator.evaluate("large", Visibility::All, call(Some(&id))).await.unwrap();
                assert_eq!(*answer.value(), json!(number % 10 == 0));
            })
        });
        for caller in callers.collect::<Vec<_>>() {
            caller.await.unwrap();
        }
    });
    let reads = reads.await;
    assert!((1..=50).contains(&reads), "{reads} reads for 500 callers");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_read_when_no_rule_needs_an_audience() {
    let reads = reads_for(async |served| {
        let audience = served.audience("enterprise").await;
        let on_audience = json!({ "audienceId": audience.id });
        // Decided before the audience: an earlier rule, a percentage that leaves everybody out, a kill.
        served.flag("earlier", json!([{ "percentage": 100 }, on_audience])).await;
        served.flag("outside", json!([{ "audienceId": audience.id, "percentage": 0 }])).await;
        served.flag("killed", json!([on_audience])).await;
        served.store.flag_set_active("killed", false, &crate::support::ana()).await.unwrap();
        served.flag("percentage", json!([{ "percentage": 50 }])).await;
        for key in ["earlier", "outside", "killed", "percentage"] {
            served.evaluate(key, "c10").await;
        }
        served.evaluator.evaluate_all(Visibility::All, call(Some("c10"))).await;
        // Without an entity nobody is in any audience.
        served.flag("nobody", json!([on_audience])).await;
        let answer = served.evaluator.evaluate("nobody", Visibility::All, call(None)).await.unwrap();
        assert_eq!(*answer.value(), json!(false));
    });
    assert_eq!(reads.await, 0);
}

#[tokio::test]
async fn client_side_callers_see_client_visible_flags_alone() {
    let served = Served::start().await;
    served.flag("client-banner", json!([])).await;
    served.flag("server-only", json!([])).await;
    let keys = async |visibility| -> Vec<String> {
        let answers = served.evaluator.evaluate_all(visibility, call(None)).await;
        answers.iter().map(|answer| answer.flag().compiled.key().to_string()).collect()
    };
    assert_eq!(keys(Visibility::ClientVisible).await, ["client-banner"]);
    assert_eq!(keys(Visibility::All).await, ["client-banner", "server-only"]);
}

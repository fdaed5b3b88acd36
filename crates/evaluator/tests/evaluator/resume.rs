//! A server that starts while its database is down.

use std::{path::Path, time::Duration};

use halyard_engine::Reason;
use halyard_evaluator::{
    Evaluator, EvaluatorOptions, Identity, LastConfiguration, LiveConfiguration, Visibility,
};
use halyard_store::{ConnectOptions, Store, evaluators::EvaluatorKind, sdk_keys::KeyText};
use serde_json::json;

use crate::support::{Proxy, Served, ana, call, eventually};

/// An evaluator that reaches the database by way of a proxy, if that lets it.
fn resumed(proxy: &Proxy, served: &Served, directory: &Path) -> Evaluator {
    let url = format!("postgres://postgres@127.0.0.1:{}/{}", proxy.port(), served.database);
    let store = Store::connect_lazy(&ConnectOptions::from_url(&url).unwrap());
    let last = LastConfiguration { directory: directory.to_owned(), database: served.database.clone() };
    let options = EvaluatorOptions::new(Identity::new(EvaluatorKind::Server, "resumed", "test 1.0"));
    Evaluator::start(LiveConfiguration::resume(store, last), options).unwrap()
}

async fn reason(evaluator: &Evaluator, key: &str) -> Option<Reason> {
    let answer = evaluator.evaluate(key, Visibility::All, call(Some("c10"))).await;
    answer.map(|answer| answer.reason())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_file_it_has_no_configuration_and_comes_up_by_itself() {
    let served = Served::start().await;
    served.flag("banner", json!([{}])).await;
    let directory = tempfile::tempdir().unwrap();
    let mut proxy = Proxy::closed(served.port).await;
    let evaluator = resumed(&proxy, &served, directory.path());
    let state = evaluator.live().state().borrow().clone();
    assert!(!state.configured && !state.connected && state.problem.is_some(), "{state:?}");
    assert_eq!(reason(&evaluator, "banner").await, None);

    proxy.open().await;
    evaluator.live().state().wait_for(|state| state.configured && state.connected).await.unwrap();
    assert!(matches!(reason(&evaluator, "banner").await, Some(Reason::RuleMatch { stale: false, .. })));
    // What it did not know while it had no configuration is nobody's typo.
    evaluator.shut_down(Duration::from_secs(5)).await;
    assert_eq!(served.store.unknown_flags().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_file_it_serves_the_last_configuration_marked_stale_until_the_database_answers() {
    let served = Served::start().await;
    let audience = served.audience("enterprise").await;
    served.flag("banner", json!([{}])).await;
    served.flag("large", json!([{ "audienceId": audience.id }])).await;
    let new = json!({ "kind": "server", "name": "shop", "environment": "production" });
    let key = served.store.sdk_key_create(&serde_json::from_value(new).unwrap(), &ana()).await.unwrap();
    let newest = served.store.config_version().await.unwrap();

    let directory = tempfile::tempdir().unwrap();
    let mut proxy = Proxy::closed(served.port).await;
    proxy.open().await;
    // One that keeps the file, which says when it has the newest.
    let keeping = resumed(&proxy, &served, directory.path());
    let closed = Proxy::closed(served.port).await;
    eventually("the newest configuration is on disk", async || {
        let last = resumed(&closed, &served, directory.path());
        last.live().snapshot().config_version() == newest
    })
    .await;
    proxy.close();
    keeping.shut_down(Duration::ZERO).await;

    let mut proxy = Proxy::closed(served.port).await;
    let evaluator = resumed(&proxy, &served, directory.path());
    let state = evaluator.live().state().borrow().clone();
    assert!(state.configured && !state.connected, "{state:?}");
    assert!(matches!(reason(&evaluator, "banner").await, Some(Reason::RuleMatch { stale: true, .. })));
    assert!(matches!(reason(&evaluator, "large").await, Some(Reason::Error { .. })));
    let hash = KeyText::parse(&key.text).unwrap().hash();
    assert_eq!(evaluator.live().snapshot().sdk_key(&hash).unwrap().name, "shop");

    // What changed meanwhile is served, fresh, once the database answers.
    served.store.flag_set_active("banner", false, &ana()).await.unwrap();
    proxy.open().await;
    evaluator.live().state().wait_for(|state| state.connected).await.unwrap();
    assert!(matches!(reason(&evaluator, "banner").await, Some(Reason::Off { .. })));
    eventually("fresh membership", async || {
        matches!(reason(&evaluator, "large").await, Some(Reason::RuleMatch { stale: false, .. }))
    })
    .await;
    evaluator.shut_down(Duration::from_secs(5)).await;
    let stale = served.number("select count(*) from halyard.evaluations where stale").await;
    assert!(stale >= 2, "{stale} stale calls stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_swallows_notifications_makes_a_kill_late_but_not_lost_and_is_replaced() {
    let served = Served::start().await;
    served.flag("burning", json!([{}])).await;
    let directory = tempfile::tempdir().unwrap();
    let mut proxy = Proxy::closed(served.port).await;
    proxy.open().await;
    let evaluator = resumed(&proxy, &served, directory.path());
    evaluator.live().state().wait_for(|state| state.connected).await.unwrap();
    let listening = async || {
        let listening = "select pid::int8 from pg_stat_activity
                         where datname = current_database() and query ilike 'listen%'";
        served.numbers(listening).await
    };
    // Two: this evaluator and the other one.
    eventually("it listens", async || listening().await.len() == 2).await;
    let before = listening().await;
    // Connections of now hang without being closed; new ones are well.
    proxy.swallow();
    served.store.flag_set_active("burning", false, &ana()).await.unwrap();
    eventually("the kill is served", async || {
        matches!(reason(&evaluator, "burning").await, Some(Reason::Off { .. }))
    })
    .await;
    eventually("it listens anew", async || listening().await.iter().any(|pid| !before.contains(pid))).await;
}

//! What is answered while the database does not.

use std::time::Duration;

use halyard_evaluator::{LastConfiguration, LiveConfiguration};
use halyard_server::Server;
use halyard_store::{ConnectOptions, Store};
use serde_json::json;

use crate::{
    shop::{Shop, problem},
    support::{ask, options},
};

#[tokio::test(flavor = "multi_thread")]
async fn audience_that_cannot_be_read_serves_the_default_and_says_so() {
    let shop = Shop::open().await;
    // From now on the look-up fails; the configuration stays.
    shop.execute("alter table public.customers rename to gone").await;
    let answered = shop.evaluate(json!({ "key": "beta", "entityId": "c10" })).await.expect(200).json();
    let expected = json!({
        "key": "beta", "value": false, "variationIndex": null, "version": 2,
        "reason": { "kind": "ERROR", "errorKind": "AUDIENCE_UNAVAILABLE" },
    });
    assert_eq!(answered, expected);
    let answered = shop.ofrep("/beta", json!({ "context": { "targetingKey": "c10" } })).send().await;
    let expected = json!({
        "key": "beta", "value": false, "reason": "ERROR",
        "metadata": { "version": 2, "errorKind": "AUDIENCE_UNAVAILABLE" },
    });
    assert_eq!(answered.expect(200).json(), expected);
    let map = shop.page(r#"{"key":"c10"}"#).send().await.expect(200).json();
    assert_eq!(map["beta"]["value"], false);
    assert_eq!(map["beta"]["variation"], json!(null));
    assert_eq!(map["share"]["value"], "b");
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_seen_before_keep_their_membership_marked_stale() {
    let deadline = Duration::from_millis(250);
    let shop = Shop::open_with(|options| options.evaluator.membership_deadline = deadline).await;
    let beta = async |entity_id: &str| {
        shop.evaluate(json!({ "key": "beta", "entityId": entity_id })).await.expect(200).json()
    };
    // A crowded computer may need more than one try within the deadline.
    until(async || beta("c10").await["value"] == true).await;
    // Whoever looks somebody up waits from now on.
    let mut holding = shop.psql.begin().await.unwrap();
    sqlx::query("lock table public.customers in access exclusive mode").execute(&mut *holding).await.unwrap();

    let rule_id = shop.rule_id("beta").await;
    let stale = json!({ "kind": "RULE_MATCH", "ruleIndex": 0, "ruleId": rule_id, "stale": true });
    assert_eq!(beta("c10").await["reason"], stale);
    let all = shop.evaluate_all(json!({ "entityId": "c10" })).await.expect(200).json();
    assert_eq!((&all["beta"]["value"], &all["beta"]["reason"]), (&json!(true), &stale));
    assert_eq!(all["share"]["reason"].get("stale"), None);
    let ofrep = shop.ofrep("/beta", json!({ "context": { "targetingKey": "c10" } })).send().await.expect(200);
    let expected = json!({ "version": 2, "ruleIndex": 0, "ruleId": rule_id, "stale": true });
    assert_eq!(ofrep.json()["metadata"], expected);
    let unseen = json!({ "kind": "ERROR", "errorKind": "AUDIENCE_UNAVAILABLE" });
    assert_eq!(beta("c20").await["reason"], unseen);

    holding.rollback().await.unwrap();
    until(async || beta("c20").await["value"] == true).await;
    until(async || beta("c10").await["reason"].get("stale").is_none()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn server_without_a_configuration_knows_nobody_and_says_to_come_back() {
    let directory = tempfile::tempdir().unwrap();
    // Nobody listens there.
    let store = Store::connect_lazy(&ConnectOptions::from_url("postgres://nobody@127.0.0.1:9/none").unwrap());
    let last = LastConfiguration { directory: directory.path().into(), database: "none".into() };
    let live = LiveConfiguration::resume(store, last);
    let server = Server::start(options(live)).await.unwrap();
    let key = halyard_store::sdk_keys::KeyText::generate(halyard_store::sdk_keys::KeyKind::Server).unwrap();
    let asking = ask("POST", &format!("{}/feature-flags/evaluate-all", server.url()));
    let answered = asking.key(key.as_str()).json(json!({})).send().await;
    assert_eq!(answered.header("retry-after"), "1");
    assert_eq!(answered.header("access-control-allow-origin"), "*");
    problem(answered, 503, "not_ready");
}

/// Asks again and again, for a minute at most.
async fn until(is_so: impl AsyncFn() -> bool) {
    let asking = async { while !is_so().await {} };
    tokio::time::timeout(Duration::from_secs(60), asking).await.unwrap();
}

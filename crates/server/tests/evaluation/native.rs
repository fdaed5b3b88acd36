//! `/feature-flags/evaluate` and `/feature-flags/evaluate-all`.

use serde_json::{Value, json};

use crate::shop::{Shop, problem};

#[tokio::test(flavor = "multi_thread")]
async fn one_flag_is_answered_with_value_variation_reason_and_version() {
    let shop = Shop::open().await;
    let (beta, secret, share) =
        (shop.rule_id("beta").await, shop.rule_id("secret").await, shop.rule_id("share").await);
    let rule = |id: &str| json!({ "kind": "RULE_MATCH", "ruleIndex": 0, "ruleId": id });
    let off = |by: &str| json!({ "kind": "OFF", "offBy": by });
    let fallthrough = json!({ "kind": "FALLTHROUGH" });
    for (flag, entity_id, value, variation, reason, version) in [
        ("beta", json!("c10"), json!(true), 1, rule(&beta), 2),
        ("beta", json!("c11"), json!(false), 0, fallthrough.clone(), 2),
        ("beta", json!("nobody"), json!(false), 0, fallthrough.clone(), 2),
        ("beta", Value::Null, json!(false), 0, fallthrough.clone(), 2),
        ("checkout", json!("c10"), json!(false), 0, off("KILL_SWITCH"), 3),
        ("dark", json!("c10"), json!(false), 0, off("ENVIRONMENT"), 3),
        ("secret", Value::Null, json!({ "level": 2 }), 1, rule(&secret), 2),
        ("share", json!("c1"), json!("b"), 1, rule(&share), 2),
        ("share", Value::Null, json!("a"), 0, fallthrough, 2),
    ] {
        let answered = shop.evaluate(json!({ "key": flag, "entityId": entity_id })).await.expect(200);
        assert_eq!(answered.header("content-type"), "application/json");
        let expected = json!({
            "key": flag, "value": value, "variationIndex": variation, "reason": reason, "version": version,
        });
        assert_eq!(answered.json(), expected, "{flag} for {entity_id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn entity_id_may_be_left_out_and_further_fields_are_left_alone() {
    let shop = Shop::open().await;
    let answered = shop.evaluate(json!({ "key": "secret", "context": { "plan": [1] }, "trace": true })).await;
    assert_eq!(answered.expect(200).json()["value"], json!({ "level": 2 }));
    let all = shop.evaluate_all(json!({})).await.expect(200).json();
    assert_eq!(all["share"]["value"], "a");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_flags_are_answered_as_a_flag_map_killed_ones_included() {
    let shop = Shop::open().await;
    let answered = shop.evaluate_all(json!({ "entityId": "c10" })).await.expect(200);
    assert_eq!(answered.header("content-type"), "application/json");
    let flag = |value: Value, variation: u32, version: u32, reason: Value| {
        json!({
            "value": value, "variation": variation, "version": version, "flagVersion": version,
            "trackEvents": false, "reason": reason,
        })
    };
    let mut expected = json!({
        "checkout": flag(json!(false), 0, 3, json!({ "kind": "OFF", "offBy": "KILL_SWITCH" })),
        "dark": flag(json!(false), 0, 3, json!({ "kind": "OFF", "offBy": "ENVIRONMENT" })),
    });
    for (key, value) in [("beta", json!(true)), ("secret", json!({ "level": 2 })), ("share", json!("b"))] {
        let reason = json!({ "kind": "RULE_MATCH", "ruleIndex": 0, "ruleId": shop.rule_id(key).await });
        expected[key] = flag(value, 1, 2, reason);
    }
    assert_eq!(answered.json(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_is_the_key_s() {
    let shop = Shop::open().await;
    let staging = shop.key(halyard_store::sdk_keys::KeyKind::Server, Some("staging"), None).await;
    let body = json!({ "key": "share", "entityId": "c1" });
    let answered = shop.post("/feature-flags/evaluate").key(&staging).json(body).send().await.expect(200);
    assert_eq!(answered.json()["reason"], json!({ "kind": "OFF", "offBy": "ENVIRONMENT" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_archived_and_invisible_flags_are_not_found() {
    let shop = Shop::open().await;
    shop.store.flag_archive("dark", &crate::support::ada()).await.unwrap();
    shop.caught_up().await;
    let ask = async |key: &str, flag: &str| {
        let body = json!({ "key": flag, "entityId": "c1" });
        let problem =
            problem(shop.post("/feature-flags/evaluate").key(key).json(body).send().await, 404, "not_found");
        assert_eq!(problem["reason"], json!({ "kind": "ERROR", "errorKind": "FLAG_NOT_FOUND" }), "{flag}");
    };
    let long = "x".repeat(1_000);
    for flag in ["nope", "dark", "a\0b", "../beta", "<script>", "BETA", &long] {
        ask(&shop.keys.server, flag).await;
    }
    ask(&shop.keys.client, "secret").await;
    let body = json!({ "entityId": "c1" });
    let all = shop.post("/feature-flags/evaluate-all").key(&shop.keys.client).json(body).send().await;
    let all = all.expect(200).json();
    assert_eq!(all.as_object().unwrap().keys().collect::<Vec<_>>(), ["beta", "checkout", "share"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_with_a_request_is_said_at_once() {
    let shop = Shop::open().await;
    let paths = |problem: &Value| -> Vec<String> {
        let errors = problem["errors"].as_array().unwrap();
        errors.iter().map(|error| error["path"].as_str().unwrap().to_owned()).collect()
    };
    for (body, expected) in [
        (json!({}), vec!["key"]),
        (json!({ "key": "" }), vec!["key"]),
        (json!({ "key": 1, "entityId": 42 }), vec!["key", "entityId"]),
        (json!({ "entityId": {} }), vec!["key", "entityId"]),
        (json!({ "key": "beta", "entityId": "" }), vec!["entityId"]),
        (json!({ "key": "beta", "entityId": "a\0" }), vec!["entityId"]),
        (json!({ "key": "beta", "entityId": "é".repeat(257) }), vec!["entityId"]),
        (json!({ "key": "beta", "entityId": ["c1"] }), vec!["entityId"]),
        (json!([]), vec![""]),
        (json!("beta"), vec![""]),
    ] {
        let problem = problem(shop.evaluate(body.clone()).await, 400, "invalid");
        assert_eq!(paths(&problem), expected, "{body}");
    }
    shop.evaluate(json!({ "key": "beta", "entityId": "é".repeat(256) })).await.expect(200);
    let problem = problem(shop.evaluate_all(json!({ "entityId": 1e300 })).await, 400, "invalid");
    assert_eq!(paths(&problem), ["entityId"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn body_must_be_plain_json_by_its_headers() {
    let shop = Shop::open().await;
    let post = |path: &str| shop.post(path).key(&shop.keys.server).body(r#"{"key": "beta"}"#);
    for path in ["/feature-flags/evaluate", "/feature-flags/evaluate-all"] {
        let json = || post(path).header("content-type", "application/json; charset=utf-8");
        problem(post(path).send().await, 415, "unsupported_media_type");
        problem(post(path).header("content-type", "text/plain").send().await, 415, "unsupported_media_type");
        problem(json().header("content-encoding", "gzip").send().await, 415, "unsupported_media_type");
        json().send().await.expect(200);
        let wrong_method = shop.get(path).key(&shop.keys.server).send().await;
        assert_eq!(wrong_method.header("allow"), "POST");
        problem(wrong_method, 405, "method_not_allowed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_is_logged_under_its_door_and_its_sdk() {
    let shop = Shop::open().await;
    let long = "x".repeat(120);
    let body = json!({ "key": "beta", "entityId": "c10" });
    let agent =
        |name: &str| shop.post("/feature-flags/evaluate").key(&shop.keys.server).header("user-agent", name);
    agent("halyard-test/1").json(body.clone()).send().await.expect(200);
    agent(&long).json(body.clone()).send().await.expect(200);
    shop.evaluate_all(json!({ "entityId": "c1" })).await.expect(200);
    shop.page(r#"{"key": "c2"}"#)
        .header("x-launchdarkly-user-agent", "JSClient/3.9.5")
        .send()
        .await
        .expect(200);
    shop.ofrep("/beta", json!({ "context": { "targetingKey": "c3" } })).send().await.expect(200);
    shop.ofrep("", json!({ "context": { "targetingKey": "c4" } })).send().await.expect(200);
    shop.evaluate(json!({ "key": "nope", "entityId": "c5" })).await.expect(404);
    let psql = shop.psql.clone();
    shop.close().await;
    let logged: Vec<(String, String, String)> =
        sqlx::query_as("select source, sdk, entity_id from halyard.evaluations order by evaluated_at, id")
            .fetch_all(&psql)
            .await
            .unwrap();
    let logged: Vec<(&str, &str, &str)> =
        logged.iter().map(|(source, sdk, entity)| (source.as_str(), sdk.as_str(), entity.as_str())).collect();
    let expected = [
        ("evaluate", "halyard-test/1", "c10"),
        ("evaluate", &long[..100], "c10"),
        ("evaluate_all", "", "c1"),
        ("launchdarkly", "JSClient/3.9.5", "c2"),
        ("ofrep", "", "c3"),
        ("ofrep_all", "", "c4"),
    ];
    assert_eq!(logged, expected);
}

//! OpenFeature Remote Evaluation Protocol.

use serde_json::{Value, json};

use crate::{shop::Shop, support::Answered};

/// A failure as the protocol writes it.
#[track_caller]
fn failure(answered: Answered, status: u16, code: &str, key: Option<&str>) -> Answered {
    let answered = answered.expect(status);
    assert_eq!(answered.header("content-type"), "application/json");
    assert_eq!(answered.header("access-control-allow-origin"), "*");
    let body = answered.json();
    assert_eq!(body["errorCode"], code, "{body}");
    assert!(body["errorDetails"].is_string(), "{body}");
    assert_eq!(body.get("key").and_then(Value::as_str), key, "{body}");
    answered
}

fn context(targeting_key: &str) -> Value {
    json!({ "context": { "targetingKey": targeting_key, "plan": "free", "nested": { "a": [1] } } })
}

#[tokio::test(flavor = "multi_thread")]
async fn reasons_are_openfeature_s_and_the_value_is_always_there() {
    let shop = Shop::open().await;
    let rule = async |flag: &str| json!({ "version": 2, "ruleIndex": 0, "ruleId": shop.rule_id(flag).await });
    let off = |by: &str| json!({ "version": 3, "offBy": by });
    let mut all = Vec::new();
    for (flag, value, reason, variant, metadata) in [
        ("beta", json!(true), "TARGETING_MATCH", "1", rule("beta").await),
        ("checkout", json!(false), "DISABLED", "0", off("KILL_SWITCH")),
        ("dark", json!(false), "DISABLED", "0", off("ENVIRONMENT")),
        ("secret", json!({ "level": 2 }), "TARGETING_MATCH", "1", rule("secret").await),
        ("share", json!("b"), "SPLIT", "1", rule("share").await),
    ] {
        let expected = json!({ "key": flag, "value": value, "reason": reason, "variant": variant, "metadata": metadata });
        let answered = shop.ofrep(&format!("/{flag}"), context("c10")).send().await.expect(200);
        assert_eq!(answered.header("content-type"), "application/json");
        assert_eq!(answered.header("access-control-allow-origin"), "*");
        assert_eq!(answered.json(), expected);
        all.push(expected);
    }
    let answered = shop.ofrep("", context("c10")).send().await.expect(200);
    assert_eq!(answered.json(), json!({ "flags": all, "metadata": {} }));

    let fallthrough = shop.ofrep("/beta", context("c11")).send().await.expect(200).json();
    let expected = json!({
        "key": "beta", "value": false, "reason": "STATIC", "variant": "0", "metadata": { "version": 2 },
    });
    assert_eq!(fallthrough, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn client_key_sees_client_visible_flags() {
    let shop = Shop::open().await;
    let ask = |path: &str| shop.post(path).header("x-api-key", &shop.keys.client).json(context("c10"));
    let all = ask("/ofrep/v1/evaluate/flags").send().await.expect(200).json();
    let keys: Vec<&str> =
        all["flags"].as_array().unwrap().iter().map(|flag| flag["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["beta", "checkout", "dark", "share"]);
    let answered = ask("/ofrep/v1/evaluate/flags/secret").send().await;
    failure(answered, 404, "FLAG_NOT_FOUND", Some("secret"));
}

#[tokio::test(flavor = "multi_thread")]
async fn flag_s_key_may_be_encoded_and_may_have_slashes() {
    let shop = Shop::open().await;
    let encoded = shop.ofrep("/b%65ta", context("c10")).send().await.expect(200);
    assert_eq!(encoded.json()["key"], "beta");
    for (path, key) in [
        ("/a/b", "a/b"),
        ("/a%2Fb", "a/b"),
        ("/a%20b", "a b"),
        ("/%3Cscript%3E", "<script>"),
        ("/%E2%80%AE", "\u{202e}"),
        ("/x%00", "x\0"),
        ("/beta/", "beta/"),
    ] {
        failure(shop.ofrep(path, context("c10")).send().await, 404, "FLAG_NOT_FOUND", Some(key));
    }
    failure(shop.ofrep("/%FF", context("c10")).send().await, 400, "PARSE_ERROR", None);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_contexts_and_bodies_fail_with_their_codes() {
    let shop = Shop::open().await;
    for (path, key) in [("/beta", Some("beta")), ("/nope", Some("nope")), ("", None)] {
        for (body, code) in [
            (json!({}), "TARGETING_KEY_MISSING"),
            (json!({ "context": null }), "TARGETING_KEY_MISSING"),
            (json!({ "context": {} }), "TARGETING_KEY_MISSING"),
            (json!({ "context": { "targetingKey": null } }), "TARGETING_KEY_MISSING"),
            (json!({ "context": { "targetingKey": "" } }), "TARGETING_KEY_MISSING"),
            (json!({ "context": { "targetingKey": 5 } }), "INVALID_CONTEXT"),
            (json!({ "context": { "targetingKey": "a\0" } }), "INVALID_CONTEXT"),
            (json!({ "context": { "targetingKey": "x".repeat(257) } }), "INVALID_CONTEXT"),
            (json!({ "context": "c10" }), "INVALID_CONTEXT"),
            (json!({ "context": [] }), "INVALID_CONTEXT"),
            (json!([]), "PARSE_ERROR"),
            (json!("c10"), "PARSE_ERROR"),
        ] {
            failure(shop.ofrep(path, body).send().await, 400, code, key);
        }
        let raw = |body: &str| shop.ofrep(path, json!({})).body(body.to_owned());
        for body in ["", "{", "{\"context\":{\"targetingKey\":\"a\"}", "{\"context\": nope}"] {
            failure(raw(body).send().await, 400, "PARSE_ERROR", key);
        }
        let route = format!("/ofrep/v1/evaluate/flags{path}");
        let typed = |media: &str| shop.post(&route).key(&shop.keys.server).header("content-type", media);
        failure(typed("text/plain").body("{}").send().await, 415, "PARSE_ERROR", key);
        let packed = typed("application/json").header("content-encoding", "gzip").body("{}");
        failure(packed.send().await, 415, "PARSE_ERROR", key);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_refused_in_the_protocol_s_shape() {
    let shop = Shop::open().await;
    for (path, key) in [("/beta", Some("beta")), ("", None)] {
        let route = format!("/ofrep/v1/evaluate/flags{path}");
        let none = failure(shop.post(&route).json(context("c1")).send().await, 401, "GENERAL", key);
        assert_eq!(none.header("www-authenticate"), "Bearer realm=\"halyard\"");
        failure(shop.post(&route).key("nope").json(context("c1")).send().await, 401, "GENERAL", key);
        let admin = shop.post(&route).key(&shop.keys.admin).json(context("c1")).send().await;
        failure(admin, 403, "GENERAL", key);
    }
}

//! Who may evaluate.

use std::num::NonZeroU32;

use chrono::Utc;
use halyard_store::sdk_keys::{KeyKind, KeyRole, KeyText, NewSdkKey};
use serde_json::json;

use crate::{
    shop::{Shop, problem},
    support::{Answered, TestServer, ada},
};

async fn evaluate_with(server: &TestServer, header: &str, value: &str) -> Answered {
    server.post("/feature-flags/evaluate-all").header(header, value).json(json!({})).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn key_opens_by_either_header() {
    let shop = Shop::open().await;
    for key in [&shop.keys.server, &shop.keys.client] {
        evaluate_with(&shop, "authorization", &format!("Bearer {key}")).await.expect(200);
        evaluate_with(&shop, "authorization", &format!("bearer  {key} ")).await.expect(200);
        evaluate_with(&shop, "x-api-key", key).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_and_wrong_keys_are_unauthenticated_and_never_repeated() {
    let shop = Shop::open().await;
    let missing = shop.post("/feature-flags/evaluate").json(json!({})).send().await;
    assert_eq!(missing.header("www-authenticate"), "Bearer realm=\"halyard\"");
    problem(missing, 401, "unauthenticated");

    let unknown = KeyText::generate(KeyKind::Server).unwrap().as_str().to_owned();
    let typo =
        format!("{}{}", &shop.keys.server[..56], if shop.keys.server.ends_with('0') { "1" } else { "0" });
    let long = format!("{}x", shop.keys.server);
    for key in [unknown.as_str(), &typo, &long, "hal_srv_", "x", "hal_srv_💥", "' or 1=1 --"] {
        for answered in [
            evaluate_with(&shop, "x-api-key", key).await,
            evaluate_with(&shop, "authorization", &format!("Bearer {key}")).await,
        ] {
            let challenge = "Bearer realm=\"halyard\", error=\"invalid_token\"";
            assert_eq!(answered.header("www-authenticate"), challenge, "{key}");
            assert!(key.len() < 9 || !answered.text().contains(key), "{}", answered.text());
            problem(answered, 401, "unauthenticated");
        }
    }
    problem(evaluate_with(&shop, "authorization", &shop.keys.server).await, 401, "unauthenticated");
    problem(evaluate_with(&shop, "authorization", "Basic YTpi").await, 401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn admin_keys_do_not_evaluate_and_others_do_not_administrate() {
    let shop = Shop::open().await;
    problem(evaluate_with(&shop, "x-api-key", &shop.keys.admin).await, 403, "permission_denied");
    for key in [&shop.keys.server, &shop.keys.client] {
        problem(shop.get("/feature-flags").key(key).send().await, 403, "permission_denied");
    }
    shop.get("/feature-flags").key(&shop.keys.admin).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_include_those_before_them() {
    let shop = Shop::open().await;
    let viewer = shop.key(KeyKind::Admin, None, Some(KeyRole::Viewer)).await;
    shop.get("/feature-flags").key(&viewer).send().await.expect(200);
    let toggle = shop.post("/feature-flags/beta/toggle").key(&viewer).send().await;
    let problem = problem(toggle, 403, "permission_denied");
    assert!(problem["detail"].as_str().unwrap().contains("operator"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn revoked_and_expired_keys_open_nothing() {
    let shop = Shop::open().await;
    let soon = NewSdkKey {
        kind: KeyKind::Server,
        name: "Short-lived".into(),
        environment: Some("production".into()),
        role: None,
        expires_at: Some(Utc::now() + chrono::Duration::seconds(3)),
        note: None,
    };
    let soon = shop.store.sdk_key_create(&soon, &ada()).await.unwrap();
    shop.caught_up().await;
    let first = evaluate_with(&shop, "x-api-key", &soon.text).await;
    assert!([200, 401].contains(&first.status.as_u16()));
    let expired = loop {
        let answered = evaluate_with(&shop, "x-api-key", &soon.text).await;
        if answered.status != 200 {
            break answered;
        }
    };
    assert!(Utc::now() >= soon.key.expires_at.unwrap());
    let problem_of = |answered| problem(answered, 401, "unauthenticated");
    assert!(problem_of(expired)["detail"].as_str().unwrap().contains("expired"));

    let keys = shop.store.sdk_keys().await.unwrap();
    let client = keys.iter().find(|key| key.kind == KeyKind::Client).unwrap().id;
    shop.page(r#"{"key":"c1"}"#).send().await.expect(200);
    shop.store.sdk_key_revoke(client, &ada()).await.unwrap();
    shop.caught_up().await;
    shop.page(r#"{"key":"c1"}"#).send().await.expect(404);
    problem_of(evaluate_with(&shop, "x-api-key", &shop.keys.client).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_from_one_address_is_limited_in_the_shape_of_each_contract() {
    let server =
        TestServer::start_with(|options| options.limits.rate = Some(NonZeroU32::new(1).unwrap())).await;
    let limited = async |path: &str, key: &str| loop {
        let asking = server.post(path).key(key).json(json!({ "context": { "targetingKey": "c1" } }));
        let answered = asking.send().await;
        if answered.status != 200 {
            break answered;
        }
    };
    let native = limited("/feature-flags/evaluate-all", &server.keys.server).await;
    assert!(native.header("retry-after").parse::<u32>().unwrap() >= 1);
    assert_eq!(native.header("access-control-allow-origin"), "*");
    problem(native, 429, "too_many_requests");

    let ofrep = limited("/ofrep/v1/evaluate/flags", &server.keys.server).await.expect(429);
    assert!(ofrep.header("retry-after").parse::<u32>().unwrap() >= 1);
    assert_eq!(ofrep.json()["errorCode"], "GENERAL");

    let page = loop {
        let path = format!("/sdk/evalx/{}/contexts/eyJrZXkiOiJhIn0", server.keys.client);
        let answered = server.get(&path).send().await;
        if answered.status != 200 {
            break answered.expect(429);
        }
    };
    assert!(page.json()["message"].is_string());
    assert!(page.header("retry-after").parse::<u32>().unwrap() >= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn last_use_of_a_key_is_stored() {
    let shop = Shop::open().await;
    let before = Utc::now();
    shop.evaluate_all(json!({})).await.expect(200);
    shop.get("/feature-flags").key(&shop.keys.admin).send().await.expect(200);
    evaluate_with(&shop, "x-api-key", "nope").await.expect(401);
    let store = shop.store.clone();
    shop.close().await;
    for key in store.sdk_keys().await.unwrap() {
        let used = key.last_used_at.is_some_and(|at| at.timestamp() >= before.timestamp());
        assert_eq!(used, key.kind != KeyKind::Client, "{key:?}");
    }
}

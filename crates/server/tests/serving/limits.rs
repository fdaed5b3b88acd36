//! How much the server takes on, and from whom.

use std::num::NonZeroU32;

use serde_json::{Value, json};

use crate::{
    support::{Asking, TestServer},
    wire::Wire,
};

fn evaluate_all(server: &TestServer, key: &str) -> Asking {
    server.post("/feature-flags/evaluate-all").key(key).json(json!({ "entityId": "c1" }))
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_past_the_cap_are_shed_and_operators_still_get_through() {
    let server = TestServer::start_with(|options| options.limits.requests = 1).await;
    let mut busy = Wire::connect(server.server.address()).await;
    let head = format!(
        "POST /feature-flags/evaluate-all HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: 17\r\n\r\n",
        server.keys.server
    );
    assert!(busy.write(head).await);
    let shed = loop {
        let answered = evaluate_all(&server, &server.keys.server).send().await;
        if answered.status != 200 {
            break answered.expect(503);
        }
    };
    assert_eq!(shed.header("retry-after"), "1");
    assert_eq!(shed.header("access-control-allow-origin"), "*");
    assert_eq!(shed.json()["code"], "overloaded");
    server.get("/livez").send().await.expect(200);
    let metrics = server.get("/metrics").send().await.expect(200).text();
    assert!(!metrics.contains("halyard_http_requests_shed_total 0"), "{metrics}");

    assert!(busy.write(r#"{"entityId":"c1"}"#).await);
    assert_eq!(busy.status().await, Some(200));
    evaluate_all(&server, &server.keys.server).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_visitor_is_limited_and_another_is_not() {
    let server = TestServer::start_with(|options| {
        options.limits.rate = NonZeroU32::new(2);
        options.behind_proxy = true;
    })
    .await;
    let from =
        |address: &str| evaluate_all(&server, &server.keys.client).header("x-forwarded-for", address).send();
    let limited = loop {
        let answered = from("192.0.2.1").await;
        if answered.status != 200 {
            break answered.expect(429);
        }
    };
    let wait: u64 = limited.header("retry-after").parse().unwrap();
    assert!(wait >= 1);
    assert_eq!(limited.header("access-control-allow-origin"), "*");
    from("192.0.2.2").await.expect(200);
    // Only what the proxy added last is believed.
    from("192.0.2.1, 192.0.2.3").await.expect(200);
    let metrics = server.get("/metrics").send().await.expect(200).text();
    assert!(!metrics.contains("rate_limited_total 0"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_proxy_nobody_chooses_an_address() {
    let server = TestServer::start_with(|options| options.limits.rate = NonZeroU32::new(1)).await;
    for visitor in 0.. {
        let address = format!("192.0.2.{}", visitor % 250);
        let answered =
            evaluate_all(&server, &server.keys.client).header("x-forwarded-for", &address).send().await;
        if answered.status == 429 {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_past_the_limit_wait_for_others_to_end() {
    let server = TestServer::start_with(|options| options.limits.connections = 2).await;
    let address = server.server.address();
    let request = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
    let (mut first, mut second) = (Wire::connect(address).await, Wire::connect(address).await);
    for wire in [&mut first, &mut second] {
        assert!(wire.write(request).await);
        assert_eq!(wire.status().await, Some(200));
    }
    let mut third = Wire::connect(address).await;
    assert!(third.write(request).await);
    // The first two are served while the third waits.
    assert!(first.write(request).await);
    tokio::select! {
        biased;
        _ = third.head() => panic!("the third was served beside two others"),
        status = first.status() => assert_eq!(status, Some(200)),
    }
    drop(second);
    assert_eq!(third.status().await, Some(200));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_reaches_a_route_is_refused_in_the_words_of_its_contract() {
    let server = TestServer::start().await;
    let large = "x".repeat(65 * 1024);
    let large = || large.clone();
    for (method, path, body, status) in [
        ("POST", "/feature-flags/evaluate", large(), 413),
        ("DELETE", "/feature-flags/evaluate", String::new(), 405),
        ("GET", "/feature-flags//evaluate", String::new(), 404),
    ] {
        let refused = server.ask(method, path).body(body).send().await.expect(status);
        assert_eq!(refused.header("content-type"), "application/problem+json", "{method} {path}");
        assert_eq!(refused.json()["status"], status, "{method} {path}");
    }
    for (method, path, body, status) in [
        ("REPORT", "/sdk/evalx/k/context", large(), 413),
        ("DELETE", "/sdk/goals/k", String::new(), 405),
        ("GET", "/sdk/nowhere", String::new(), 404),
        ("GET", "/sdk//evalx/k/contexts/e30", String::new(), 404),
    ] {
        let refused = server.ask(method, path).body(body).send().await.expect(status);
        assert_eq!(refused.header("content-type"), "application/json", "{method} {path}");
        assert_eq!(refused.header("access-control-allow-origin"), "*", "{method} {path}");
        assert!(refused.json()["message"].is_string(), "{method} {path}");
    }
    let flag = json!("a//b");
    for (method, path, body, status, code, key) in [
        ("POST", "/ofrep/v1/evaluate/flags/a//b", large(), 404, "FLAG_NOT_FOUND", &flag),
        ("POST", "/ofrep/v1/evaluate/flags/a%2F%2Fb", large(), 413, "GENERAL", &flag),
        ("GET", "/ofrep/v1/evaluate/flags", String::new(), 405, "GENERAL", &Value::Null),
        ("GET", "/ofrep/v1/configuration", String::new(), 404, "GENERAL", &Value::Null),
    ] {
        let refused = server.ask(method, path).body(body).send().await.expect(status);
        assert_eq!(refused.header("content-type"), "application/json", "{method} {path}");
        assert_eq!(refused.header("access-control-allow-origin"), "*", "{method} {path}");
        let body = refused.json();
        assert_eq!((&body["errorCode"], &body["key"]), (&json!(code), key), "{method} {path}");
        assert!(body["errorDetails"].is_string(), "{method} {path}");
    }
    let refused = server.ask("DELETE", "/sdk/goals/k").send().await.expect(405);
    assert!(refused.header("allow").contains("GET"), "{refused:?}");
}

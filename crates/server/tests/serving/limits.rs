//! How much the server takes on, and from whom.

use std::num::NonZeroU32;

use serde_json::json;

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

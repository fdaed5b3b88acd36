//! Clients that take their time.

use std::time::Duration;

use crate::{support::TestServer, wire::Wire};

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_clients_that_never_finish_a_head_hold_up_nobody() {
    let server = TestServer::start_with(|options| options.limits.head = Duration::from_secs(2)).await;
    let mut slow = Vec::new();
    for _ in 0..500 {
        let mut wire = Wire::connect(server.server.address()).await;
        assert!(wire.write("GET /livez HTTP/1.1\r\nhost: x\r\nx-slow: ").await);
        slow.push(wire);
    }
    for _ in 0..20 {
        server.get("/livez").send().await.expect(200);
        let all = server.post("/feature-flags/evaluate-all").key(&server.keys.server);
        all.json(serde_json::json!({ "entityId": "c1" })).send().await.expect(200);
    }
    // Their time is up even though each keeps sending a little.
    for mut wire in slow {
        let dripping = async {
            while wire.write("x").await {
                tokio::task::yield_now().await
            }
        };
        dripping.await;
        wire.closed().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_outlives_the_limit_for_heads() {
    let head = Duration::from_millis(100);
    let server = TestServer::start_with(|options| options.limits.head = head).await;
    let mut wire = Wire::connect(server.server.address()).await;
    let request = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
    assert!(wire.write(request).await);
    assert_eq!(wire.status().await, Some(200));
    // Another connection's head, begun later, has run out of time when this one is used again.
    let mut late = Wire::connect(server.server.address()).await;
    assert!(late.write("GET /livez HTTP/1.1\r\n").await);
    late.closed().await;
    assert!(wire.write(request).await);
    assert_eq!(wire.status().await, Some(200));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_finish_its_body_is_answered_in_time() {
    let server = TestServer::start_with(|options| options.limits.request = Duration::from_millis(300)).await;
    let mut wire = Wire::connect(server.server.address()).await;
    let key = &server.keys.server;
    let head = format!(
        "POST /feature-flags/evaluate HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{"
    );
    assert!(wire.write(head).await);
    let head = wire.head().await;
    assert!(head.starts_with("HTTP/1.1 503"), "{head}");
    assert!(head.contains("retry-after: 1\r\n"), "{head}");
    assert!(head.contains("access-control-allow-origin: *\r\n"), "{head}");
}

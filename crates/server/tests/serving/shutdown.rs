//! The end of a server.

use std::time::Duration;

use serde_json::json;

use crate::{support::TestServer, wire::Wire};

const GENEROUS: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn every_answered_evaluation_is_in_the_database_after_the_shutdown() {
    let server = TestServer::start().await;
    server.flag("checkout", json!({})).await;
    for customer in 0..200 {
        let one = server.post("/feature-flags/evaluate").key(&server.keys.server);
        one.json(json!({ "key": "checkout", "entityId": format!("c{customer}") })).send().await.expect(200);
    }
    let TestServer { server, psql, .. } = server;
    server.shut_down(GENEROUS).await;
    let stored: i64 =
        sqlx::query_scalar("select count(*) from halyard.evaluations").fetch_one(&psql).await.unwrap();
    assert_eq!(stored, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_under_way_is_finished_and_a_new_one_not_begun() {
    let server = TestServer::start().await;
    server.flag("checkout", json!({})).await;
    let address = server.server.address();
    let body = r#"{"key":"checkout","entityId":"c1"}"#;
    let head = format!(
        "POST /feature-flags/evaluate HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        server.keys.server,
        body.len()
    );
    let mut under_way = Wire::connect(address).await;
    assert!(under_way.write(head).await);
    let mut idle = Wire::connect(address).await;
    assert!(idle.write("GET /livez HTTP/1.1\r\nhost: x\r\n\r\n").await);
    assert_eq!(idle.status().await, Some(200));

    let stopping = tokio::spawn(server.server.shut_down(GENEROUS));
    // An idle connection is closed at once: then the server is stopping.
    idle.closed().await;
    assert!(under_way.write(body).await);
    assert_eq!(under_way.status().await, Some(200));
    under_way.closed().await;
    stopping.await.unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_ends_does_not_hold_up_the_end() {
    let server = TestServer::start().await;
    let mut wire = Wire::connect(server.server.address()).await;
    assert!(
        wire.write("POST /feature-flags/evaluate HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n").await
    );
    let stopping = server.server.shut_down(Duration::from_millis(500));
    tokio::time::timeout(GENEROUS, stopping).await.unwrap();
}

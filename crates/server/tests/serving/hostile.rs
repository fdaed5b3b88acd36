//! What attackers send: the right status, bounded memory, and nobody else suffers.

use std::{fs, iter};

use serde_json::json;

use crate::{support::TestServer, wire::Wire};

/// The most that this process may grow by, whatever is sent.
const GROWTH: u64 = 200 << 20;

/// What this process holds in memory, in bytes.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()).unwrap_or(0) * 1024
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_ten_gibibytes_is_refused_long_before_its_end() {
    let server = TestServer::start().await;
    let before = resident();
    for path in ["/feature-flags/evaluate-all", "/feature-flags", "/events/bulk/x"] {
        let mut wire = Wire::connect(server.server.address()).await;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
            if path == "/feature-flags" { &server.keys.admin } else { &server.keys.server }
        );
        assert!(wire.write(head).await);
        let chunk = format!("10000\r\n{}\r\n", "[".repeat(0x10000));
        // Chunks of 64 KiB.
        let all = 10 * 1024 * 16;
        let mut sent = 0;
        while sent < all && wire.write(&chunk).await {
            sent += 1;
        }
        assert!(sent < all, "{path} took all of it");
        // The refusal may be lost when the server closes on a client that keeps sending.
        if let Some(status) = wire.status().await {
            assert!([404, 413].contains(&status), "{path} answered {status}");
        }
    }
    assert!(resident().saturating_sub(before) < GROWTH);
    server.get("/livez").send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_says_it_is_too_large_is_not_read() {
    let server = TestServer::start().await;
    let mut wire = Wire::connect(server.server.address()).await;
    let head = "POST /feature-flags/evaluate HTTP/1.1\r\nhost: x\r\ncontent-length: 65537\r\n\r\n";
    assert!(wire.write(head).await);
    let head = wire.head().await;
    assert!(head.starts_with("HTTP/1.1 413"), "{head}");
    assert!(head.contains("access-control-allow-origin: *\r\n"), "{head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn json_nested_a_hundred_thousand_deep_is_refused() {
    let server = TestServer::start().await;
    // The first is too large for a body of the evaluate routes.
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    for (path, key) in
        [("/feature-flags/evaluate", &server.keys.server), ("/feature-flags", &server.keys.admin)]
    {
        for (levels, statuses) in [(100_000, &[400, 413][..]), (32_000, &[400]), (40, &[400])] {
            let body = format!(r#"{{"key":{}}}"#, nested(levels));
            let asked = server.post(path).key(key).header("content-type", "application/json");
            let answered = asked.body(body).send().await;
            assert!(statuses.contains(&answered.status.as_u16()), "{path} {levels}: {answered:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_of_headers_are_refused_in_bounded_memory() {
    let server = TestServer::start().await;
    let before = resident();
    let many: String = (0..1_000).map(|n| format!("x-{n}: 1\r\n")).collect();
    let large = format!("x-large: {}\r\n", "a".repeat(200_000));
    for headers in [many, large] {
        let mut wire = Wire::connect(server.server.address()).await;
        let _ = wire.write(format!("GET /livez HTTP/1.1\r\nhost: x\r\n{headers}\r\n")).await;
        assert_eq!(wire.status().await, Some(431));
    }
    // Without end: the server does not wait for one.
    let mut wire = Wire::connect(server.server.address()).await;
    let _ = wire.write("GET /livez HTTP/1.1\r\nhost: x\r\nx-endless: ").await;
    let drop_by_drop = "a".repeat(1 << 20);
    let written = iter::repeat_n((), 1_000);
    let mut taken = 0;
    for () in written {
        if !wire.write(&drop_by_drop).await {
            break;
        }
        taken += 1;
    }
    assert!(taken < 1_000);
    assert!(resident().saturating_sub(before) < GROWTH);
    server.get("/livez").send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_sixty_four_kibibytes_is_read() {
    let server = TestServer::start().await;
    let context = "A".repeat(65_000);
    let path = format!("/sdk/evalx/{}/contexts/{context}", server.keys.client);
    // Not a context, but understood to be one.
    server.get(&path).send().await.expect(400);
    let mut wire = Wire::connect(server.server.address()).await;
    let longer = "a".repeat(66_000);
    assert!(wire.write(format!("GET /{longer} HTTP/1.1\r\nhost: x\r\n\r\n")).await);
    assert_eq!(wire.status().await, Some(414));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_spelling_leads_to_an_admin_route() {
    let server = TestServer::start().await;
    for path in [
        "//feature-flags",
        "/./feature-flags",
        "/feature-flags/",
        "/feature-flags/.",
        "/x/../feature-flags",
        "/x/%2e%2e/feature-flags",
        "/%2e/feature-flags",
        "/%66eature-flags",
        "/feature-flags%2f",
        "/FEATURE-FLAGS",
        "/feature-flags;x=1",
        "\\feature-flags",
        "/feature-flags\\",
    ] {
        let mut wire = Wire::connect(server.server.address()).await;
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n", server.keys.admin);
        assert!(wire.write(request).await);
        let status = wire.status().await;
        assert!(matches!(status, Some(400 | 404)), "{path}: {status:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_is_what_the_request_line_says() {
    let server = TestServer::start().await;
    server.flag("checkout", json!({})).await;
    for header in ["x-http-method-override", "x-http-method", "x-method-override"] {
        let answered = server
            .get("/feature-flags/checkout")
            .key(&server.keys.admin)
            .header(header, "DELETE")
            .send()
            .await;
        assert_eq!(answered.expect(200).json()["key"], "checkout");
        let toggle = "/feature-flags/checkout/toggle?_method=POST";
        server.get(toggle).key(&server.keys.admin).header(header, "POST").send().await.expect(405);
    }
    let flag = server.get("/feature-flags/checkout").key(&server.keys.admin).send().await.json();
    assert_eq!(flag["isActive"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_http_gets_an_answer_or_nothing() {
    let server = TestServer::start().await;
    for garbage in
        ["\0\0\0\0", "\x16\x03\x01\x02\x00\x01\x00", "GET\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]
    {
        let mut wire = Wire::connect(server.server.address()).await;
        assert!(wire.write(format!("{garbage}\r\n\r\n")).await);
        let status = wire.status().await;
        assert!(status.is_none_or(|status| (400..=505).contains(&status)), "{garbage:?}: {status:?}");
    }
    // Two lengths are how requests are smuggled past a proxy.
    let mut wire = Wire::connect(server.server.address()).await;
    let smuggled =
        "POST /feature-flags/evaluate HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n";
    assert!(wire.write(smuggled).await);
    assert_eq!(wire.status().await, Some(400));
    server.get("/livez").send().await.expect(200);
}

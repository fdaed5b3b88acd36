//! `/livez`, `/readyz`, `/metrics`, request ids.

use serde_json::json;

use crate::support::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_lives_and_is_ready_once_it_has_a_configuration() {
    let server = TestServer::start().await;
    assert_eq!(server.get("/livez").send().await.expect(200).json()["status"], "ok");
    let ready = server.get("/readyz").send().await.expect(200).json();
    assert_eq!(ready["status"], "ok");
    assert_eq!(ready["configVersion"], server.store.config_version().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_count_requests_by_route_and_never_by_what_clients_make_up() {
    let server = TestServer::start().await;
    server.flag("secret-plan", json!({})).await;
    for path in ["/feature-flags/secret-plan", "/nowhere/at/all", "/feature-flags/unknown-flag"] {
        server.get(path).key(&server.keys.admin).send().await;
    }
    server.ask("BREW", "/livez").send().await.expect(405);
    let entity = json!({ "entityId": "c77" });
    let evaluate_all = server.post("/feature-flags/evaluate-all").key(&server.keys.server).json(entity);
    evaluate_all.send().await.expect(200);

    let metrics = server.get("/metrics").send().await.expect(200);
    assert!(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
    let text = metrics.text();
    let has = |line: &str| assert!(text.lines().any(|found| found == line), "no {line} in:\n{text}");
    has(r#"halyard_http_requests_total{route="/feature-flags/{id}",method="GET",status="200"} 1"#);
    has(r#"halyard_http_requests_total{route="/feature-flags/{id}",method="GET",status="404"} 1"#);
    has(r#"halyard_http_requests_total{route="unmatched",method="GET",status="404"} 1"#);
    has(r#"halyard_http_requests_total{route="/livez",method="other",status="405"} 1"#);
    has(r#"halyard_evaluations_total{source="evaluate_all"} 1"#);
    has(r#"halyard_http_request_duration_seconds_count{route="/feature-flags/evaluate-all"} 1"#);
    has("halyard_log_evaluated_total 1");
    has("halyard_database_connected 1");
    has(&format!("halyard_config_version {}", server.store.config_version().await.unwrap()));
    for made_up in ["secret-plan", "unknown-flag", "nowhere", "BREW", "c77", "hal_"] {
        assert!(!text.contains(made_up), "{made_up} in:\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_accounted_for_at_any_time() {
    let server = TestServer::start().await;
    server.flag("checkout", json!({})).await;
    for _ in 0..50 {
        let one = server.post("/feature-flags/evaluate").key(&server.keys.server);
        one.json(json!({ "key": "checkout", "entityId": "c1" })).send().await.expect(200);
        let text = server.get("/metrics").send().await.text();
        let number = |name: &str| -> u64 {
            let lines = text.lines().filter(|line| line.starts_with(name) && !line.starts_with('#'));
            lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
        };
        let placed: u64 = ["stored_total", "queued", "spooled", "dropped_total"]
            .iter()
            .map(|place| number(&format!("halyard_log_{place}")))
            .sum();
        assert_eq!(number("halyard_log_evaluated_total"), placed, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_keeps_its_id_or_gets_one() {
    let server = TestServer::start().await;
    let kept = server.get("/livez").header("x-request-id", "trace-7f.1").send().await;
    assert_eq!(kept.header("x-request-id"), "trace-7f.1");
    let made = server.get("/nowhere").header("x-request-id", "two words").send().await.expect(404);
    assert!(!made.header("x-request-id").is_empty());
    assert_ne!(made.header("x-request-id"), "two words");
    assert_eq!(made.json()["code"], "not_found");
}

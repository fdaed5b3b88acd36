//! CORS: on every response of evaluation, on none of administration.

use crate::{shop::Shop, support::Answered};

const HEADERS: [&str; 3] =
    ["access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers"];

#[track_caller]
fn preflight(answered: Answered) {
    let answered = answered.expect(204);
    assert_eq!(answered.text(), "");
    assert_eq!(answered.header("access-control-allow-origin"), "*");
    assert_eq!(answered.header("access-control-allow-methods"), "GET,POST,REPORT,OPTIONS");
    assert_eq!(answered.header("access-control-max-age"), "300");
    assert_eq!(answered.header("access-control-expose-headers"), "Date, ETag, Retry-After");
    let allowed = answered.header("access-control-allow-headers").to_ascii_lowercase();
    let allowed: Vec<&str> = allowed.split(',').map(str::trim).collect();
    for header in [
        "x-launchdarkly-user-agent",
        "x-launchdarkly-wrapper",
        "x-launchdarkly-tags",
        "x-launchdarkly-event-schema",
        "x-launchdarkly-payload-id",
        "x-launchdarkly-instance-id",
        "content-type",
        "authorization",
        "x-api-key",
        "if-none-match",
    ] {
        assert!(allowed.contains(&header), "{header} in {allowed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn preflight_of_every_evaluate_route_needs_no_key() {
    let shop = Shop::open().await;
    for path in [
        "/feature-flags/evaluate",
        "/feature-flags/evaluate-all",
        "/sdk/evalx/env/contexts/e30",
        "/sdk/evalx/env/context",
        "/sdk/evalx/env/user",
        "/msdk/evalx/contexts/e30",
        "/msdk/evalx/context",
        "/sdk/goals/env",
        "/events/bulk/env",
        "/events/diagnostic/env",
        "/mobile",
        "/mobile/events/bulk",
        "/eval/env/e30",
        "/meval/e30",
        "/ping/env",
        "/mping",
        "/ofrep/v1/evaluate/flags",
        "/ofrep/v1/evaluate/flags/a%2Fb",
    ] {
        preflight(shop.ask("OPTIONS", path).header("origin", "https://shop.example").send().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_have_the_headers_too() {
    let shop = Shop::open().await;
    let large = vec![b' '; 65 * 1024];
    for (answered, status) in [
        (shop.get("/sdk/evalx/nope/contexts/e30").send().await, 404),
        (shop.get("/sdk/unknown").send().await, 404),
        (shop.get("/ofrep/v1/unknown").send().await, 404),
        (shop.get("/msdk/evalx/contexts/e30").send().await, 401),
        (shop.post("/feature-flags/evaluate").send().await, 401),
        (shop.get("/feature-flags/evaluate").send().await, 405),
        (shop.post("/feature-flags/evaluate").key(&shop.keys.server).body(large).send().await, 413),
        (shop.post("/feature-flags/evaluate").key(&shop.keys.server).body("{}").send().await, 415),
    ] {
        let answered = answered.expect(status);
        assert_eq!(answered.header("access-control-allow-origin"), "*");
        assert_eq!(answered.header("access-control-expose-headers"), "Date, ETag, Retry-After");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn administration_has_none() {
    let shop = Shop::open().await;
    for method in ["OPTIONS", "GET", "POST"] {
        for path in ["/feature-flags", "/feature-flags/beta", "/feature-flags/evaluate/toggle", "/audiences"]
        {
            let asking =
                shop.ask(method, path).key(&shop.keys.admin).header("origin", "https://evil.example");
            let answered = asking.send().await;
            assert!(HEADERS.iter().all(|header| answered.header(header).is_empty()), "{method} {path}");
            assert_ne!(answered.status, 204);
        }
    }
}

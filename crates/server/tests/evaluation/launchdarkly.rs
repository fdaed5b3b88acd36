//! LaunchDarkly's client-side contract.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use crate::{shop::Shop, support::Answered};

/// An error as this contract writes it.
#[track_caller]
fn message(answered: Answered, status: u16) -> Answered {
    let answered = answered.expect(status);
    assert_eq!(answered.header("content-type"), "application/json");
    assert_eq!(answered.header("access-control-allow-origin"), "*");
    let body = answered.json();
    assert!(body["message"].is_string() && body.as_object().unwrap().len() == 1, "{body}");
    answered
}

fn expected(reasons: bool, rule_ids: &[String; 2]) -> Value {
    let flag = |value: Value, variation: u32, version: u32, reason: Value| {
        let mut flag = json!({
            "value": value, "variation": variation, "version": version, "flagVersion": version,
            "trackEvents": false,
        });
        if reasons {
            flag["reason"] = reason;
        }
        flag
    };
    let rule = |id: &str| json!({ "kind": "RULE_MATCH", "ruleIndex": 0, "ruleId": id });
    json!({
        "beta": flag(json!(true), 1, 2, rule(&rule_ids[0])),
        "checkout": flag(json!(false), 0, 3, json!({ "kind": "OFF", "offBy": "KILL_SWITCH" })),
        "dark": flag(json!(false), 0, 3, json!({ "kind": "OFF", "offBy": "ENVIRONMENT" })),
        "share": flag(json!("b"), 1, 2, rule(&rule_ids[1])),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_apps_get_the_client_visible_flags_of_their_environment() {
    let shop = Shop::open().await;
    let rule_ids = [shop.rule_id("beta").await, shop.rule_id("share").await];
    let context = r#"{"kind":"user","key":"c10","email":"a@example.com"}"#;
    let base64 = URL_SAFE_NO_PAD.encode(context);
    let env = &shop.keys.client;
    let raw = |asking: crate::support::Asking| asking.header("authorization", env);
    let report = |path: &str| {
        shop.ask("REPORT", path).header("content-type", "application/json; charset=utf-8").body(context)
    };
    for query in ["", "?withReasons=true", "?withReasons=false", "?h=1&withReasons=true&x=%ff"] {
        let expected = expected(query.contains("=true"), &rule_ids);
        for asking in [
            shop.get(&format!("/sdk/evalx/{env}/contexts/{base64}{query}")),
            shop.get(&format!("/sdk/evalx/{env}/users/{base64}{query}")),
            report(&format!("/sdk/evalx/{env}/context{query}")),
            report(&format!("/sdk/evalx/{env}/user{query}")),
            raw(shop.get(&format!("/msdk/evalx/contexts/{base64}{query}"))),
            raw(shop.get(&format!("/msdk/evalx/users/{base64}{query}"))),
            raw(report(&format!("/msdk/evalx/context{query}"))),
            raw(report(&format!("/msdk/evalx/user{query}"))),
        ] {
            let answered = asking.send().await.expect(200);
            assert_eq!(answered.header("content-type"), "application/json");
            assert_eq!(answered.header("access-control-allow-origin"), "*");
            assert_eq!(answered.json(), expected, "{query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mobile_key_comes_bare_or_as_api_key_or_as_bearer() {
    let shop = Shop::open().await;
    let (client, server, admin) = (&shop.keys.client, &shop.keys.server, &shop.keys.admin);
    let path = format!("/msdk/evalx/contexts/{}", URL_SAFE_NO_PAD.encode(r#"{"key":"c10"}"#));
    let ask = async |authorization: String| {
        let answered = shop.get(&path).header("authorization", &authorization).send().await;
        assert_eq!(answered.header("access-control-allow-origin"), "*");
        answered
    };
    for key in [client.clone(), format!("api_key {client}"), format!("Bearer {client}")] {
        assert_eq!(ask(key).await.expect(200).json()["beta"]["value"], true);
    }
    // A back end may use these routes, too; its key must not travel as an app's does.
    assert!(ask(format!("Bearer {server}")).await.expect(200).json().get("secret").is_some());
    message(ask(server.clone()).await, 403);
    message(ask(format!("Bearer {admin}")).await, 403);
    shop.get(&path).header("x-api-key", client).send().await.expect(200);
    for unknown in ["mob-1234".to_owned(), client.replacen("hal_cli_", "hal_cli_x", 1), "Bearer ".to_owned()]
    {
        message(ask(unknown).await, 401);
    }
    message(shop.get(&path).send().await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn address_of_no_client_key_is_not_found() {
    let shop = Shop::open().await;
    let other = halyard_store::sdk_keys::KeyText::generate(halyard_store::sdk_keys::KeyKind::Client).unwrap();
    for env in [shop.keys.server.as_str(), &shop.keys.admin, other.as_str(), "61d8c0ab", "%00", "%D1%8F"] {
        message(shop.get(&format!("/sdk/evalx/{env}/contexts/e30")).send().await, 404);
        message(shop.get(&format!("/sdk/goals/{env}")).send().await, 404);
        let report = shop.ask("REPORT", &format!("/sdk/evalx/{env}/context"));
        message(report.header("content-type", "application/json").body("{}").send().await, 404);
    }
    message(shop.get("/sdk/evalx/%ff/contexts/e30").send().await, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn context_is_read_in_every_spelling_of_base64() {
    let shop = Shop::open().await;
    // With characters that the two alphabets spell differently, and of each length of padding.
    for context in [
        r#"{"key":"c10","a":"???>>>~~"}"#,
        r#"{"key":"c10","a":"???>>>~~~"}"#,
        r#"{"key":"c10","a":"???>>>~~~~"}"#,
    ] {
        for base64 in [
            URL_SAFE_NO_PAD.encode(context),
            URL_SAFE.encode(context),
            URL_SAFE.encode(context).replace('=', "%3D"),
            STANDARD.encode(context).replace('/', "%2F").replace('+', "%2B"),
            STANDARD.encode(context),
        ] {
            let path = format!("/sdk/evalx/{}/contexts/{base64}", shop.keys.client);
            assert_eq!(shop.get(&path).send().await.expect(200).json()["beta"]["value"], true, "{base64}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn entity_is_the_user_else_the_first_kind() {
    let shop = Shop::open().await;
    for (context, is_in) in [
        (r#"{"kind":"user","key":"c10"}"#, true),
        (r#"{"key":"c10","anonymous":true}"#, true),
        (r#"{"kind":"organization","key":"c10"}"#, true),
        (r#"{"kind":"multi","app":{"key":"c1"},"user":{"key":"c10"}}"#, true),
        (r#"{"kind":"multi","zoo":{"key":"c1"},"app":{"key":"c10"}}"#, true),
        (r#"{"kind":"multi","app":{"key":"c1"},"zoo":{"key":"c10"}}"#, false),
        (r#"{"kind":"user","key":"c10 "}"#, false),
        (r#"{"kind":"user","key":"c11","plan":"enterprise"}"#, false),
    ] {
        assert_eq!(shop.page(context).send().await.expect(200).json()["beta"]["value"], is_in, "{context}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_context_is_refused_with_a_message() {
    let shop = Shop::open().await;
    let env = &shop.keys.client;
    for base64 in ["!!!", "e", "e30", "bm8ganNvbg", "W10", "bnVsbA", "e30%20", "%00", "%FF"] {
        message(shop.get(&format!("/sdk/evalx/{env}/contexts/{base64}")).send().await, 400);
    }
    for context in [
        "",
        "no json",
        "[]",
        "{}",
        r#"{"kind":"user"}"#,
        r#"{"kind":"user","key":""}"#,
        r#"{"kind":"user","key":5}"#,
        r#"{"kind":"multi"}"#,
        r#"{"kind":"<script>","key":"c1"}"#,
        "{\"key\":\"a\\u0000b\"}",
        "{\"key\":\"\u{0}\"}",
    ] {
        let report = shop.ask("REPORT", &format!("/sdk/evalx/{env}/context"));
        let answered = report.header("content-type", "application/json").body(context).send().await;
        message(answered, 400);
    }
    let report = shop.ask("REPORT", &format!("/sdk/evalx/{env}/context")).body(r#"{"key":"a"}"#);
    message(report.header("content-type", "text/plain").send().await, 415);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_report_reports() {
    let shop = Shop::open().await;
    for method in ["GET", "POST", "PUT", "DELETE"] {
        let path = format!("/sdk/evalx/{}/context", shop.keys.client);
        let answered =
            shop.ask(method, &path).header("content-type", "application/json").body("{}").send().await;
        assert_eq!(message(answered, 405).header("allow"), "REPORT, OPTIONS", "{method}");
    }
    let path = format!("/sdk/evalx/{}/contexts/e30", shop.keys.client);
    let answered = shop.ask("REPORT", &path).send().await;
    assert_eq!(message(answered, 405).header("allow"), "GET,HEAD");
}

#[tokio::test(flavor = "multi_thread")]
async fn goals_are_none_and_streams_do_not_exist() {
    let shop = Shop::open().await;
    let goals = shop.get(&format!("/sdk/goals/{}", shop.keys.client)).send().await.expect(200);
    assert_eq!((goals.text().as_str(), goals.header("access-control-allow-origin")), ("[]", "*"));
    for path in ["/eval/env/e30", "/meval/e30", "/ping/env", "/mping", "/eval/env"] {
        message(shop.get(path).send().await, 404);
        message(shop.ask("REPORT", path).send().await, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_accepted_in_whatever_encoding_and_dropped() {
    let shop = Shop::open().await;
    let env = &shop.keys.client;
    for path in [
        format!("/events/bulk/{env}"),
        format!("/events/diagnostic/{env}"),
        "/mobile".to_owned(),
        "/mobile/events".to_owned(),
        "/mobile/events/bulk".to_owned(),
        "/mobile/events/diagnostic".to_owned(),
    ] {
        let plain = shop.post(&path).json(json!([{ "kind": "identify" }])).send().await;
        let gzip = shop.post(&path).header("content-encoding", "gzip").body(vec![0x1f, 0x8b, 8, 0, 0xff]);
        for answered in [plain, gzip.send().await, shop.post(&path).send().await] {
            let answered = answered.expect(202);
            assert_eq!((answered.text().as_str(), answered.header("access-control-allow-origin")), ("", "*"));
        }
        message(shop.get(&path).send().await, 405);
    }
    let most = shop.post("/mobile").body(vec![b'x'; 1024 * 1024]).send().await;
    most.expect(202);
    let more = shop.post("/mobile").body(vec![b'x'; 1024 * 1024 + 1]).send().await.expect(413);
    assert_eq!(more.header("access-control-allow-origin"), "*");
}

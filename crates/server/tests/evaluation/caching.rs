//! `ETag`, `If-None-Match` and 304.

use serde_json::json;

use crate::{
    shop::Shop,
    support::{Answered, Asking},
};

#[track_caller]
fn fresh(answered: Answered) -> String {
    let answered = answered.expect(200);
    assert_eq!(answered.header("cache-control"), "no-cache");
    let tag = answered.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 2, "{tag}");
    tag
}

#[track_caller]
fn not_modified(answered: Answered, tag: &str) {
    let answered = answered.expect(304);
    assert_eq!(answered.text(), "");
    assert_eq!(answered.header("etag"), tag);
    assert_eq!(answered.header("cache-control"), "no-cache");
    assert_eq!(answered.header("access-control-allow-origin"), "*");
    assert_eq!((answered.header("content-type"), answered.header("content-length")), ("", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn known_answer_is_not_sent_again_and_304_never_comes_unasked() {
    let shop = Shop::open().await;
    let page = || shop.page(r#"{"key":"c10"}"#);
    let app = || {
        let path = "/msdk/evalx/contexts/eyJrZXkiOiJjMTAifQ==";
        shop.get(path).header("authorization", &shop.keys.client)
    };
    let ofrep = || shop.ofrep("", json!({ "context": { "targetingKey": "c10" } }));
    let askings: [&dyn Fn() -> Asking; 3] = [&page, &app, &ofrep];
    for asking in askings {
        let tag = fresh(asking().send().await);
        assert_eq!(fresh(asking().send().await), tag);
        for known in
            [tag.clone(), format!("W/{tag}"), "*".into(), format!("\"x\", {tag}"), format!("\"a,b\",W/{tag}")]
        {
            not_modified(asking().header("if-none-match", &known).send().await, &tag);
        }
        for unknown in ["\"x\"", "", ",", &tag[1..tag.len() - 1], "\"*\""] {
            assert_eq!(fresh(asking().header("if-none-match", unknown).send().await), tag);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn membership_changes_the_tag_without_a_change_of_configuration() {
    let shop = Shop::open().await;
    let page = || shop.page(r#"{"key":"c11"}"#);
    let tag = fresh(page().send().await);
    shop.execute("update public.customers set plan = 'enterprise' where id = 'c11'").await;
    let answered = page().header("if-none-match", &tag).send().await;
    assert_eq!(answered.json()["beta"]["value"], true);
    assert_ne!(fresh(answered), tag);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_with_a_body_has_no_tag() {
    let shop = Shop::open().await;
    let report = shop.ask("REPORT", &format!("/sdk/evalx/{}/context", shop.keys.client));
    let report = report.json(json!({ "key": "c1" })).header("if-none-match", "*").send().await;
    let native = shop.post("/feature-flags/evaluate-all").key(&shop.keys.server).json(json!({}));
    let native = native.header("if-none-match", "*").send().await;
    for answered in [report, native] {
        assert_eq!(answered.expect(200).header("etag"), "");
    }
}

//! Input that nobody honest sends: refused with the right status, and the server goes on.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use serde_json::json;

use crate::{
    shop::{Shop, problem},
    support::Asking,
};

fn nested(depth: usize) -> String {
    format!("{{\"key\":\"beta\",\"x\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1))
}

#[tokio::test(flavor = "multi_thread")]
async fn json_nested_too_deeply_is_refused_everywhere() {
    let shop = Shop::open().await;
    // As deep as a body can nest.
    for depth in [33, 127, 129, 32_000] {
        let body = nested(depth);
        let native = |path: &str| {
            shop.post(path)
                .key(&shop.keys.server)
                .header("content-type", "application/json")
                .body(body.clone())
        };
        problem(native("/feature-flags/evaluate").send().await, 400, "invalid");
        problem(native("/feature-flags/evaluate-all").send().await, 400, "invalid");
        let ofrep = native("/ofrep/v1/evaluate/flags/beta").send().await.expect(400);
        assert_eq!(ofrep.json()["errorCode"], "PARSE_ERROR");
        let report = shop.ask("REPORT", &format!("/sdk/evalx/{}/context", shop.keys.client));
        let report = report.header("content-type", "application/json").body(body.clone()).send().await;
        assert!(report.expect(400).json()["message"].is_string());
        if body.len() < 40_000 {
            assert!(shop.page(&body).send().await.expect(400).json()["message"].is_string());
        }
    }
    // Beyond what is read at all.
    let beyond = shop.post("/feature-flags/evaluate").key(&shop.keys.server);
    beyond.header("content-type", "application/json").body(nested(100_000)).send().await.expect(413);
    let allowed = shop.post("/feature-flags/evaluate").key(&shop.keys.server);
    allowed.header("content-type", "application/json").body(nested(32)).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_keys_and_strange_kinds_and_ids_are_only_read() {
    let shop = Shop::open().await;
    let report = |body: String| -> Asking {
        let report = shop.ask("REPORT", &format!("/sdk/evalx/{}/context", shop.keys.client));
        report.header("content-type", "application/json").body(body)
    };
    let attributes: Vec<String> = (0..6_000).map(|number| format!("\"{number}\":0")).collect();
    report(format!("{{\"key\":\"c1\",{}}}", attributes.join(","))).send().await.expect(200);
    let kinds: Vec<String> = (0..3_000).map(|number| format!("\"{number}\":{{\"key\":\"c1\"}}")).collect();
    report(format!("{{\"kind\":\"multi\",{}}}", kinds.join(","))).send().await.expect(200);
    let too_many: Vec<String> = (0..100_000).map(|number| format!("\"{number}\":0")).collect();
    report(format!("{{\"key\":\"c1\",{}}}", too_many.join(","))).send().await.expect(413);
    for kind in ["__proto__", "constructor", "kind", "a b", "", "\u{202e}", "<script>", "x\u{0}"] {
        let body = json!({ "kind": kind, "key": "c1" }).to_string();
        let status = if ["__proto__", "constructor"].contains(&kind) { 200 } else { 400 };
        report(body).send().await.expect(status);
    }
    for id in ["\u{202e}c10", "<script>alert(1)</script>", "👩‍👩‍👧‍👦", "' or 1=1 --", " ", "\u{7f}", "\u{feff}"]
    {
        let all = report(json!({ "key": id }).to_string()).send().await.expect(200).json();
        assert_eq!(all["beta"]["value"], false, "{id:?}");
        let body = json!({ "key": "share", "entityId": id });
        assert_eq!(shop.evaluate(body).await.expect(200).json()["value"], "b", "{id:?}");
    }
    let numbers = "{\"key\":\"c10\",\"n\":1e308,\"m\":-0.00000000000000000000000000001e-999999}";
    report(numbers.to_owned()).send().await.expect(200);
    // No client writes such a number: it is none in JavaScript.
    report("{\"key\":\"c10\",\"n\":1e999999}".to_owned()).send().await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn compressed_bodies_are_never_unpacked() {
    let shop = Shop::open().await;
    // What a megabyte of zeros packs into, were it longer.
    let bomb = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &[0; 1024]].concat();
    shop.post("/mobile").header("content-encoding", "gzip").body(bomb.clone()).send().await.expect(202);
    for encoding in ["gzip", "br", "deflate", "gzip, gzip"] {
        let asking = shop.post("/feature-flags/evaluate").key(&shop.keys.server);
        let asking = asking.header("content-type", "application/json").header("content-encoding", encoding);
        problem(asking.body(bomb.clone()).send().await, 415, "unsupported_media_type");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_up_to_64_kib_are_read() {
    let shop = Shop::open().await;
    let context = json!({ "key": "c10", "x": "y".repeat(47_000) }).to_string();
    assert!(URL_SAFE_NO_PAD.encode(&context).len() > 62_000);
    assert_eq!(shop.page(&context).send().await.expect(200).json()["beta"]["value"], true);
}

/// Answers with anything but a fault of the server, whatever bytes come.
#[tokio::test(flavor = "multi_thread")]
async fn random_bytes_never_fault_the_server() {
    let shop = Shop::open().await;
    let handle = tokio::runtime::Handle::current();
    let base64 = "[A-Za-z0-9_=+/%-]{1,200}";
    let json = r#"\{("(key|kind|user|entityId|context|targetingKey)":("?[a-z0-9{}\[\]:,]{0,8}"?|null|1e9|\{"key":"a"\}),?){0,4}\}?"#;
    let strategy = (base64, prop_oneof![vec(any::<u8>(), 0..300), json.prop_map(String::into_bytes)]);
    tokio::task::block_in_place(|| {
        let mut runner = TestRunner::new(ProptestConfig {
            cases: 150,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        runner
            .run(&strategy, |(address, body)| {
                let env = &shop.keys.client;
                let report = shop.ask("REPORT", &format!("/sdk/evalx/{env}/context"));
                let evaluate = shop.post("/feature-flags/evaluate").key(&shop.keys.server);
                let ofrep = shop.post("/ofrep/v1/evaluate/flags/beta").key(&shop.keys.server);
                let with_body = [report, evaluate, ofrep]
                    .map(|asking| asking.header("content-type", "application/json").body(body.clone()));
                let encoded = URL_SAFE_NO_PAD.encode(&body);
                let in_address = [&address, &encoded]
                    .map(|context| shop.get(&format!("/sdk/evalx/{env}/contexts/{context}")));
                for asking in with_body.into_iter().chain(in_address) {
                    let answered = handle.block_on(asking.send());
                    prop_assert!(!answered.status.is_server_error(), "{:?}", answered);
                }
                Ok(())
            })
            .unwrap();
    });
}

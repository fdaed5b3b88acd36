//! SDK keys by command: the key itself is in one answer alone.

use serde_json::{Value, json};

use crate::support::{TestApp, with};

fn server_key(name: &str) -> Value {
    json!({ "kind": "server", "name": name, "environment": "production" })
}

#[tokio::test]
async fn a_key_is_answered_once_and_neither_the_list_nor_the_audit_shows_it() {
    let test = TestApp::connected().await;
    let made = test.ok("sdk_key_create", with(server_key("Web shop"), json!({ "note": "launch" }))).await;
    let text = made["text"].as_str().unwrap();
    assert!(text.starts_with("hal_srv_") && text.len() == 57, "{text}");

    let list = test.ok("sdk_keys_list", json!({})).await;
    let listed = &list[0];
    assert_eq!(listed, &made["key"]);
    assert_eq!((&listed["name"], &listed["lastUsedAt"]), (&json!("Web shop"), &Value::Null));
    assert!(text.starts_with(listed["prefix"].as_str().unwrap().trim_end_matches('…')));

    let entries = test.ok("audit_list", json!({ "limit": 5 })).await;
    let newest = &entries["entries"][0];
    assert_eq!((&newest["actor"], &newest["note"]), (&json!("Ada"), &json!("launch")));
    for elsewhere in [&list, &entries] {
        assert!(!elsewhere.to_string().contains(text), "the key itself is shown again");
    }
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_new_key_is_named_at_once() {
    let test = TestApp::connected().await;
    let wrong = json!({
        "kind": "server", "name": " ", "environment": "moon", "role": "viewer", "expiresAt": "2020-01-01T00:00:00Z",
    });
    let mut paths = test.violations("sdk_key_create", wrong).await;
    paths.sort();
    assert_eq!(paths, ["environment", "expiresAt", "name", "role"]);
    assert_eq!(test.violations("sdk_key_create", json!({ "kind": "admin", "name": "CI" })).await, ["role"]);
}

#[tokio::test]
async fn rotating_makes_a_second_key_and_two_are_the_limit() {
    let test = TestApp::connected().await;
    let first = test.ok("sdk_key_create", server_key("Web shop")).await["key"].clone();
    let tomorrow = json!({ "id": first["id"], "oldExpiresAt": "2099-01-01T00:00:00Z" });
    let second = test.ok("sdk_key_rotate", tomorrow).await;
    assert_eq!(
        (&second["key"]["name"], &second["key"]["environment"]),
        (&json!("Web shop"), &json!("production"))
    );
    let list = test.ok("sdk_keys_list", json!({})).await;
    let old = list.as_array().unwrap().iter().find(|key| key["id"] == first["id"]).unwrap();
    assert_eq!(old["expiresAt"], "2099-01-01T00:00:00Z");

    let error = test.fails("sdk_key_rotate", json!({ "id": second["key"]["id"] }), "invalid").await;
    assert!(error["message"].as_str().unwrap().contains("two live"), "{error:#}");

    let revoked = test.ok("sdk_key_revoke", json!({ "id": first["id"] })).await;
    assert!(revoked["revokedAt"].is_string());
    test.ok("sdk_key_rotate", json!({ "id": second["key"]["id"] })).await;
    test.fails("sdk_key_rotate", json!({ "id": first["id"] }), "invalid").await;
}

#[tokio::test]
async fn evaluators_are_listed_with_their_kind() {
    let test = TestApp::connected().await;
    assert_eq!(test.ok("evaluators_list", json!({})).await, json!([]));
    test.execute(
        "insert into halyard.evaluators
             (id, kind, host, program, started_at, seen_at, config_version, applied_at, queued, spooled, dropped)
         values (gen_random_uuid(), 'server', 'eu-1', 'halyard-server 0.1.0', now(), now(), 3, now(), 1, 2, 3)",
    )
    .await;
    let listed = test.ok("evaluators_list", json!({})).await;
    assert_eq!((&listed[0]["kind"], &listed[0]["host"]), (&json!("server"), &json!("eu-1")));
    assert_eq!(
        (&listed[0]["queued"], &listed[0]["spooled"], &listed[0]["dropped"]),
        (&json!(1), &json!(2), &json!(3))
    );
}

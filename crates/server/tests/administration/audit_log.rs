//! The audit log over HTTP, and who it says made a change.

use halyard_store::sdk_keys::{KeyKind, KeyRole, NewSdkKey};
use serde_json::{Value, json};

use crate::{
    AsAdmin, made_boolean, refused_fields,
    support::{TestServer, ada},
};

async fn newest(server: &TestServer) -> Value {
    let page = server.admin("GET", "/audit-log?limit=1").send().await.expect(200).json();
    page["entries"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_names_the_key_the_program_and_the_note() {
    let server = TestServer::start().await;
    let key = NewSdkKey {
        kind: KeyKind::Admin,
        name: "Deploy bot 🤖".to_owned(),
        environment: None,
        role: Some(KeyRole::Admin),
        expires_at: None,
        note: None,
    };
    let key = server.store.sdk_key_create(&key, &ada()).await.unwrap().text;
    server.caught_up().await;
    let audience = server.audience("enterprise").await;
    let customers = json!({
        "schema": "public", "table": "customers", "idColumn": "id", "nameColumn": "plan", "emailColumn": null,
    });
    let changes = [
        (
            "POST",
            "/feature-flags",
            json!({ "key": "f", "type": "boolean", "defaultValue": false }),
            "flag.created",
        ),
        ("PATCH", "/feature-flags/f", json!({ "name": "F" }), "flag.updated"),
        ("POST", "/feature-flags/f/toggle", json!({}), "flag.killed"),
        ("POST", "/feature-flags/f/toggle", json!({ "isActive": true }), "flag.restored"),
        ("POST", "/feature-flags/f/environments/production", json!({ "enabled": true }), "flag.switched"),
        ("POST", "/feature-flags/f/archive", json!({}), "flag.archived"),
        ("POST", "/feature-flags/f/unarchive", json!({}), "flag.unarchived"),
        ("POST", "/feature-flags/f/revert", json!({ "version": 1 }), "flag.reverted"),
        (
            "POST",
            "/audiences",
            json!({ "name": "Set", "condition": { "attribute": "plan", "operator": "is_set" } }),
            "audience.created",
        ),
        ("PATCH", &format!("/audiences/{audience}"), json!({ "name": "Big" }), "audience.updated"),
        ("POST", "/environments", json!({ "key": "qa" }), "environment.created"),
        ("PATCH", "/environments/qa", json!({ "name": "Q" }), "environment.updated"),
        ("PUT", "/customer-source", json!({ "customers": customers }), "customer_source.created"),
    ];
    for (method, path, mut body, action) in changes {
        body["note"] = json!(format!("because of {action}"));
        let asking = server.ask(method, path).key(&key).header("if-match", "*").json(body);
        let status = asking.send().await.status.as_u16();
        assert!(matches!(status, 200 | 201), "{method} {path}: {status}");
        let entry = newest(&server).await;
        assert_eq!(entry["action"], action);
        assert_eq!(entry["actor"], "Deploy bot 🤖", "{action}");
        assert_eq!(entry["client"], "halyard-server test", "{action}");
        assert_eq!(entry["note"], format!("because of {action}"));
    }
    for path in [&format!("/audiences/{audience}"), "/environments/qa"] {
        server.ask("DELETE", path).key(&key).send().await.expect(204);
        assert_eq!(newest(&server).await["actor"], "Deploy bot 🤖");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_come_newest_first_and_page_by_page() {
    let server = TestServer::start().await;
    for n in 0..7 {
        made_boolean(&server, &format!("flag-{n}")).await;
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/audit-log?limit=3&entityType=flag{cursor}");
        let page = server.admin("GET", &path).send().await.expect(200).json();
        seen.extend(page["entries"].as_array().unwrap().iter().map(|entry| entry["entityKey"].clone()));
        let Some(next) = page["nextCursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let expected: Vec<Value> = (0..7).rev().map(|n| json!(format!("flag-{n}"))).collect();
    assert_eq!(seen, expected);

    let found = server.admin("GET", "/audit-log?search=FLAG-3").send().await.expect(200).json();
    assert_eq!(found["entries"].as_array().unwrap().len(), 1);
    let entry = &found["entries"][0];
    assert_eq!(entry["action"], "flag.created");
    assert_eq!((&entry["before"], &entry["after"]["key"]), (&json!(null), &json!("flag-3")));
    let id = entry["entityId"].as_str().unwrap();
    let one = server.admin("GET", &format!("/audit-log?entityId={id}")).send().await.expect(200).json();
    assert_eq!(one["entries"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_of_the_audit_log_are_checked() {
    let server = TestServer::start().await;
    let get = |query: &str| server.admin("GET", &format!("/audit-log?{query}")).send();
    refused_fields(&get("limit=0&entity=x").await, &["limit", "entity"]);
    refused_fields(&get("limit=501").await, &["limit"]);
    refused_fields(&get("limit=-1&limit=2").await, &["limit"]);
    refused_fields(&get("cursor=garbage").await, &["cursor"]);
    refused_fields(&get(&format!("search={}", "x".repeat(201))).await, &["search"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_are_filtered_by_who_what_where_and_when() {
    let server = TestServer::start().await;
    made_boolean(&server, "checkout").await;
    made_boolean(&server, "search").await;
    server.admin("POST", "/feature-flags/checkout/toggle").json(json!({ "isActive": false })).send().await;
    let count = async |query: &str| {
        let page = server.admin("GET", &format!("/audit-log?{query}")).send().await.expect(200).json();
        page["entries"].as_array().unwrap().len()
    };
    assert_eq!(count("flag=checkout").await, 2);
    assert_eq!(count("flag=checkout&action=flag.killed").await, 1);
    assert_eq!(count("action=flag.killed,flag.created").await, 3);
    assert_eq!(count("actor=nobody").await, 0);
    assert_eq!(count("environment=nowhere").await, 0);
    assert_eq!(count("from=2020-01-01T00:00:00Z&entityType=flag").await, 3);
    assert_eq!(count("to=2020-01-01T00:00:00Z").await, 0);
    let get = |query: &str| server.admin("GET", &format!("/audit-log?{query}")).send();
    refused_fields(&get("from=yesterday").await, &["from"]);
    refused_fields(&get("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z").await, &["to"]);
}

//! Audiences: made, shown, changed, deleted.

use serde_json::{Value, json};

use crate::{AsAdmin, made, problem, refused_fields, support::TestServer};

fn plan(value: &str) -> Value {
    json!({ "attribute": "plan", "operator": "equals", "value": value })
}

async fn made_audience(server: &TestServer, name: &str) -> Value {
    let body = json!({ "name": name, "condition": plan("enterprise") });
    server.admin("POST", "/audiences").json(body).send().await.expect(201).json()
}

fn path(audience: &Value) -> String {
    format!("/audiences/{}", audience["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn audience_is_made_and_shown() {
    let server = TestServer::start().await;
    let condition = json!({ "all": [plan("enterprise"), { "not": { "any": [plan("free")] } }] });
    let body = json!({ "name": "Payers", "description": "They pay", "condition": condition, "note": "why" });
    let answered = server.admin("POST", "/audiences").json(body).send().await.expect(201);
    let audience = answered.json();
    assert_eq!(answered.header("location"), path(&audience));
    assert_eq!(answered.header("etag"), "\"1\"");
    assert_eq!(
        audience,
        json!({
            "id": audience["id"], "name": "Payers", "description": "They pay", "condition": condition,
            "version": 1, "createdAt": audience["createdAt"], "updatedAt": audience["updatedAt"],
            "updatedBy": "Test admin", "usedBy": [],
        })
    );
    let shown = server.admin("GET", &path(&audience)).send().await.expect(200);
    assert_eq!(shown.json(), audience);
    assert_eq!(shown.header("etag"), "\"1\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_wrong_with_an_audience_is_named_at_once() {
    let server = TestServer::start().await;
    let post = |body| server.admin("POST", "/audiences").json(body).send();
    refused_fields(&post(json!({})).await, &["name", "condition"]);
    let body = json!({
        "name": 1, "size": 3,
        "condition": { "all": [{ "attribute": "plan", "operator": "resembles" }, { "any": {} }] },
    });
    refused_fields(&post(body).await, &["name", "size", "condition.all[0].operator", "condition.all[1].any"]);
    let unknown = json!({ "name": "x", "condition": { "attribute": "shoe", "operator": "is_set" } });
    refused_fields(&post(unknown).await, &["condition.attribute"]);
    let nobody = json!({ "name": "x", "condition": { "all": [] } });
    problem(&post(nobody).await, 400, "invalid");
    refused_fields(&post(json!({ "name": "x", "condition": null })).await, &["condition"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn name_that_is_taken_is_409() {
    let server = TestServer::start().await;
    made_audience(&server, "Payers").await;
    let other = made_audience(&server, "Others").await;
    let body = json!({ "name": "Payers", "condition": plan("free") });
    problem(&server.admin("POST", "/audiences").json(body).send().await, 409, "already_exists");
    let rename = server.admin("PATCH", &path(&other)).header("if-match", "\"1\"");
    problem(&rename.json(json!({ "name": "Payers" })).send().await, 409, "already_exists");
}

#[tokio::test(flavor = "multi_thread")]
async fn audience_changes_like_a_flag() {
    let server = TestServer::start().await;
    let audience = made_audience(&server, "Payers").await;
    let change = || server.admin("PATCH", &path(&audience));
    problem(&change().json(json!({ "name": "A" })).send().await, 428, "precondition_required");
    refused_fields(&change().header("if-match", "7").json(json!({})).send().await, &["If-Match"]);
    let never = change().header("if-match", "\"7\"").json(json!({ "name": "A" })).send().await;
    assert_eq!(problem(&never, 412, "conflict")["current"], audience);

    let changed = change().header("if-match", "\"1\"").json(json!({ "name": "A" })).send().await.expect(200);
    assert_eq!(changed.header("etag"), "\"2\"");
    let late = change().header("if-match", "\"1\"").json(json!({ "name": "B" })).send().await;
    let late = problem(&late, 412, "conflict");
    assert_eq!((&late["fields"], &late["current"]), (&json!(["name"]), &changed.json()));
    let other = change().header("if-match", "\"1\"").json(json!({ "condition": plan("free") })).send().await;
    assert_eq!(other.expect(200).json()["version"], 3);
    let star = change().header("if-match", "*").json(json!({ "name": "B" })).send().await.expect(200);
    assert_eq!(star.json()["name"], "B");
    let wrong = change().header("if-match", "*").json(json!({ "condition": 1, "id": 2 })).send().await;
    refused_fields(&wrong, &["condition", "id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn audience_in_use_is_not_deleted_and_the_flags_are_named() {
    let server = TestServer::start().await;
    let audience = made_audience(&server, "Payers").await;
    let rules = json!([{ "audienceId": audience["id"] }]);
    let flag =
        made(&server, json!({ "key": "f", "type": "boolean", "defaultValue": false, "rules": rules })).await;
    let refused = server.admin("DELETE", &path(&audience)).send().await;
    let body = problem(&refused, 409, "in_use");
    assert_eq!(body["flags"], json!([{ "id": flag["id"], "key": "f" }]));
    assert!(body["detail"].as_str().unwrap().contains("“f”"));

    let change = server.admin("PATCH", "/feature-flags/f").header("if-match", "*");
    change.json(json!({ "rules": [] })).send().await.expect(200);
    refused_fields(&server.admin("DELETE", &format!("{}?nota=x", path(&audience))).send().await, &["nota"]);
    let noted = format!("{}?note=nobody%20is%20in%20it", path(&audience));
    let deleted = server.admin("DELETE", &noted).send().await.expect(204);
    assert_eq!(deleted.text(), "");
    let trail = server.admin("GET", "/audit-log?limit=1").send().await.expect(200).json();
    let entry = &trail["entries"][0];
    assert_eq!((&entry["action"], &entry["note"]), (&json!("audience.deleted"), &json!("nobody is in it")));
    for method in ["GET", "DELETE"] {
        problem(&server.admin(method, &path(&audience)).send().await, 404, "not_found");
    }
    for id in ["none", "%00", "%FF"] {
        problem(&server.admin("GET", &format!("/audiences/{id}")).send().await, 404, "not_found");
    }
}

//! Environments: listed, made, changed, deleted.

use serde_json::json;

use crate::{AsAdmin, made_boolean, problem, refused_fields, support::TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn environment_is_made_last_and_every_flag_is_off_in_it() {
    let server = TestServer::start().await;
    let body =
        json!({ "key": "qa", "name": "Quality", "color": "#AABBCC", "production": false, "note": "why" });
    let answered = server.admin("POST", "/environments").json(body).send().await.expect(201);
    let qa = answered.json();
    assert_eq!(answered.header("location"), "/environments/qa");
    let position = qa["position"].as_i64().unwrap();
    assert_eq!(
        qa,
        json!({
            "key": "qa", "name": "Quality", "color": "#aabbcc", "position": position, "production": false,
            "noteRequired": false,
        })
    );
    let plain =
        server.admin("POST", "/environments").json(json!({ "key": "dev" })).send().await.expect(201).json();
    assert_eq!((&plain["name"], &plain["production"]), (&json!("dev"), &json!(false)));
    let listed = server.admin("GET", "/environments").send().await.expect(200).json();
    let keys: Vec<&str> =
        listed["environments"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect();
    assert_eq!(keys[keys.len() - 2..], ["qa", "dev"]);
    assert!(keys.contains(&"production"));
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_wrong_with_an_environment_is_named_at_once() {
    let server = TestServer::start().await;
    let post = |body| server.admin("POST", "/environments").json(body).send();
    refused_fields(&post(json!({})).await, &["key"]);
    refused_fields(
        &post(json!({ "key": "Not A Key", "name": 1, "colour": "#ffffff" })).await,
        &["key", "name", "colour"],
    );
    refused_fields(&post(json!({ "key": "qa", "name": "", "color": "red" })).await, &["name", "color"]);
    problem(&post(json!({ "key": "production" })).await, 409, "already_exists");
}

#[tokio::test(flavor = "multi_thread")]
async fn environment_is_changed() {
    let server = TestServer::start().await;
    let change = |body| server.admin("PATCH", "/environments/production").json(body).send();
    let changed =
        change(json!({ "name": "Live", "color": "#112233", "note": "why" })).await.expect(200).json();
    assert_eq!(
        (&changed["key"], &changed["name"], &changed["color"]),
        (&json!("production"), &json!("Live"), &json!("#112233"))
    );
    refused_fields(&change(json!({ "key": "live", "name": null })).await, &["key", "name"]);
    let nowhere = server.admin("PATCH", "/environments/moon").json(json!({ "name": "x" })).send().await;
    problem(&nowhere, 404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn environment_goes_unless_something_needs_it() {
    let server = TestServer::start().await;
    server.admin("POST", "/environments").json(json!({ "key": "qa" })).send().await.expect(201);
    made_boolean(&server, "f").await;
    let on = json!({ "enabled": true });
    server.admin("POST", "/feature-flags/f/environments/qa").json(on).send().await.expect(200);
    let deleted = server.admin("DELETE", "/environments/qa").send().await.expect(204);
    assert_eq!(deleted.text(), "");
    let flag = server.admin("GET", "/feature-flags/f").send().await.json();
    assert_eq!(flag["environments"], json!({}));
    problem(&server.admin("DELETE", "/environments/qa").send().await, 404, "not_found");
    // The server's and the client's key are for it.
    problem(&server.admin("DELETE", "/environments/production").send().await, 409, "in_use");
}

#[tokio::test(flavor = "multi_thread")]
async fn guarded_environment_asks_for_a_note_by_its_name() {
    let server = TestServer::start().await;
    made_boolean(&server, "f").await;
    let guard = json!({ "noteRequired": true });
    let guarded = server.admin("PATCH", "/environments/production").json(guard).send().await.expect(200);
    assert_eq!(guarded.json()["noteRequired"], true);
    let switch = "/feature-flags/f/environments/production";
    let refused = server.admin("POST", switch).json(json!({ "enabled": true })).send().await;
    let body = problem(&refused, 422, "note_required");
    assert_eq!(body["environments"], json!(["Production"]));
    assert_eq!(body["errors"][0]["path"], "note");
    let noted = json!({ "enabled": true, "note": "Launch" });
    server.admin("POST", switch).json(noted).send().await.expect(200);
    server
        .admin("POST", "/feature-flags/f/toggle")
        .json(json!({ "isActive": false }))
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn guarded_environment_is_deleted_with_a_note_in_the_address() {
    let server = TestServer::start().await;
    made_boolean(&server, "f").await;
    let guarded = json!({ "key": "qa", "name": "Quality", "production": true, "noteRequired": true });
    server.admin("POST", "/environments").json(guarded).send().await.expect(201);
    let on = json!({ "enabled": true, "note": "Launch" });
    server.admin("POST", "/feature-flags/f/environments/qa").json(on).send().await.expect(200);

    let delete = |query: &str| server.admin("DELETE", &format!("/environments/qa{query}")).send();
    problem(&delete("").await, 422, "note_required");
    problem(&delete("?note=%20").await, 422, "note_required");
    refused_fields(&delete("?note=%00").await, &["note"]);
    refused_fields(&delete(&format!("?note={}", "n".repeat(2_001))).await, &["note"]);
    refused_fields(&delete("?note=a&note=b&reason=c").await, &["note", "reason"]);
    delete("?note=Nobody+tests+there%2C%20since%20May").await.expect(204);
    let trail =
        server.admin("GET", "/audit-log?entityType=environment&limit=1").send().await.expect(200).json();
    let entry = &trail["entries"][0];
    assert_eq!(
        (&entry["action"], &entry["note"]),
        (&json!("environment.deleted"), &json!("Nobody tests there, since May"))
    );
}

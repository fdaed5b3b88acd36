//! Kill and restore, switch, archive, revert.

use serde_json::{Value, json};

use crate::{AsAdmin, made, made_boolean, problem, refused_fields, support::TestServer};

async fn act(server: &TestServer, path: &str, body: Value) -> Value {
    let answered =
        server.admin("POST", &format!("/feature-flags/f{path}")).json(body).send().await.expect(200);
    let flag = answered.json();
    assert_eq!(answered.header("etag"), format!("\"{}\"", flag["version"]));
    flag
}

#[tokio::test(flavor = "multi_thread")]
async fn toggle_flips_when_the_body_is_empty() {
    let server = TestServer::start().await;
    let made = made_boolean(&server, "f").await;
    let toggle = || server.admin("POST", "/feature-flags/f/toggle");
    let killed = toggle().send().await.expect(200).json();
    assert_eq!((&killed["isActive"], &killed["version"]), (&json!(false), &json!(2)));
    assert_eq!(killed["killedBy"], "Test admin");
    assert!(killed["killedAt"].is_string());
    let restored = toggle().json(json!({ "note": "all is well" })).send().await.expect(200).json();
    assert_eq!((&restored["isActive"], &restored["version"]), (&json!(true), &json!(3)));
    let mut expected = made;
    expected["version"] = json!(3);
    expected["updatedAt"] = restored["updatedAt"].clone();
    assert_eq!(restored, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn toggle_that_says_how_may_be_repeated() {
    let server = TestServer::start().await;
    made_boolean(&server, "f").await;
    for _ in 0..3 {
        let killed = act(&server, "/toggle", json!({ "isActive": false })).await;
        assert_eq!((&killed["isActive"], &killed["version"]), (&json!(false), &json!(2)));
    }
    for _ in 0..3 {
        let restored = act(&server, "/toggle", json!({ "isActive": true, "note": "again" })).await;
        assert_eq!((&restored["isActive"], &restored["version"]), (&json!(true), &json!(3)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn flips_at_the_same_time_cancel_out_in_pairs() {
    let server = TestServer::start().await;
    made_boolean(&server, "f").await;
    for (flips, active) in [(16, true), (9, false)] {
        let flips = (0..flips)
            .map(|_| tokio::spawn(server.admin("POST", "/feature-flags/f/toggle").send()))
            .collect::<Vec<_>>();
        for flip in flips {
            flip.await.unwrap().expect(200);
        }
        assert_eq!(server.admin("GET", "/feature-flags/f").send().await.json()["isActive"], active);
    }
    assert_eq!(server.admin("GET", "/feature-flags/f").send().await.json()["version"], 26);
}

#[tokio::test(flavor = "multi_thread")]
async fn toggle_never_needs_a_version_and_never_conflicts() {
    let server = TestServer::start().await;
    made_boolean(&server, "f").await;
    act(&server, "/toggle", json!({ "isActive": false })).await;
    let answered = server
        .admin("POST", "/feature-flags/f/toggle")
        .header("if-match", "\"1\"")
        .json(json!({ "isActive": true }))
        .send()
        .await
        .expect(200);
    assert_eq!(answered.json()["isActive"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn toggle_says_who_holds_the_flag_and_flips_nothing() {
    let server = TestServer::start().await;
    made_boolean(&server, "f").await;
    let mut holder = server.psql.begin().await.unwrap();
    let hold =
        "set local application_name = 'psql'; update halyard.feature_flags set name = 'x' where key = 'f'";
    sqlx::raw_sql(hold).execute(&mut *holder).await.unwrap();
    for body in [json!({ "isActive": false }), json!({})] {
        let answered = server.admin("POST", "/feature-flags/f/toggle").json(body).send().await;
        let blocked = problem(&answered, 503, "blocked");
        assert!(blocked["detail"].as_str().unwrap().contains("psql"), "{blocked}");
    }
    holder.rollback().await.unwrap();
    assert_eq!(act(&server, "/toggle", json!({ "isActive": false })).await["version"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn toggle_refuses_what_it_does_not_know() {
    let server = TestServer::start().await;
    made_boolean(&server, "f").await;
    let body = json!({ "isActive": "no", "is_active": false, "note": 1 });
    let answered = server.admin("POST", "/feature-flags/f/toggle").json(body).send().await;
    refused_fields(&answered, &["isActive", "is_active", "note"]);
    let null = server.admin("POST", "/feature-flags/f/toggle").json(json!({ "isActive": null })).send().await;
    refused_fields(&null, &["isActive"]);
    let long = json!({ "note": "n".repeat(2001) });
    refused_fields(&server.admin("POST", "/feature-flags/f/toggle").json(long).send().await, &["note"]);
    assert_eq!(server.admin("GET", "/feature-flags/f").send().await.json()["version"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn flag_is_switched_in_one_environment() {
    let server = TestServer::start().await;
    made_boolean(&server, "f").await;
    let on = act(&server, "/environments/production", json!({ "enabled": true, "note": "go" })).await;
    assert_eq!(on["environments"], json!({ "production": true }));
    let same = act(&server, "/environments/production", json!({ "enabled": true })).await;
    assert_eq!(same["version"], 2);
    let off = act(&server, "/environments/production", json!({ "enabled": false })).await;
    assert_eq!(off["environments"], json!({ "production": false }));

    for nowhere in ["moon", "%00", "Not%20A%20Key"] {
        let path = format!("/feature-flags/f/environments/{nowhere}");
        problem(&server.admin("POST", &path).json(json!({ "enabled": true })).send().await, 404, "not_found");
    }
    let path = "/feature-flags/f/environments/production";
    refused_fields(&server.admin("POST", path).json(json!({ "on": true })).send().await, &["enabled", "on"]);
    problem(&server.admin("POST", path).send().await, 400, "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn flag_is_archived_and_brought_back() {
    let server = TestServer::start().await;
    made_boolean(&server, "f").await;
    for _ in 0..2 {
        let archived = act(&server, "/archive", json!({ "note": "unused" })).await;
        assert!(archived["archivedAt"].is_string());
        assert_eq!(archived["version"], 2);
    }
    for _ in 0..2 {
        let back = act(&server, "/unarchive", json!({})).await;
        assert_eq!((&back["archivedAt"], &back["version"]), (&json!(null), &json!(3)));
    }
    let unknown = server.admin("POST", "/feature-flags/f/archive").json(json!({ "why": "" })).send().await;
    refused_fields(&unknown, &["why"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_version_becomes_the_newest() {
    let server = TestServer::start().await;
    made(&server, json!({ "key": "f", "type": "string", "defaultValue": "first" })).await;
    let change = json!({ "defaultValue": "second" });
    server.admin("PATCH", "/feature-flags/f").header("if-match", "*").json(change).send().await.expect(200);
    let reverted = act(&server, "/revert", json!({ "version": 1, "note": "it broke" })).await;
    assert_eq!((&reverted["defaultValue"], &reverted["version"]), (&json!("first"), &json!(3)));

    let revert = |body| server.admin("POST", "/feature-flags/f/revert").json(body).send();
    problem(&revert(json!({ "version": 99 })).await, 404, "not_found");
    problem(&revert(json!({ "version": 0 })).await, 404, "not_found");
    for wrong in [json!("1"), json!(1.5), json!(null), json!(1e30), json!(-9_999_999_999_i64)] {
        refused_fields(&revert(json!({ "version": wrong })).await, &["version"]);
    }
    refused_fields(&revert(json!({})).await, &["version"]);
}

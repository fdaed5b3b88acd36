//! What a person's database role may do, what a guarded environment asks of a change, and what is looked at
//! afterwards.

use halyard_embedded_postgres::testing::{self, PostgresVersion};
use serde_json::json;

use super::support::TestApp;

#[tokio::test]
async fn a_kill_without_a_word_is_due_until_somebody_says_why() {
    let test = TestApp::connected().await;
    test.execute("update halyard.environments set note_required = production").await;
    test.flag("checkout").await;
    let on = |note: Option<&str>| {
        let mut request = json!({ "flag": "checkout", "environment": "production", "enabled": true });
        if let Some(note) = note {
            request["note"] = json!(note);
        }
        request
    };
    let refused = test.fails("flag_set_environment", on(None), "note_required").await;
    assert_eq!(refused["details"]["environments"], json!(["Production"]));
    test.ok("flag_set_environment", on(Some("launch"))).await;
    assert_eq!(test.ok("reviews_list", json!({})).await, json!([]));

    let killed = test.ok("flag_kill", json!({ "flag": "checkout" })).await;
    let due = test.ok("reviews_list", json!({})).await;
    assert_eq!(due.as_array().unwrap().len(), 1, "{due:#}");
    let what =
        [&due[0]["seq"], &due[0]["action"], &due[0]["flagKey"], &due[0]["actor"], &due[0]["environments"]];
    let expected =
        [&killed["seq"], &json!("flag.killed"), &json!("checkout"), &json!("Ada"), &json!(["production"])];
    assert_eq!(what, expected);

    let note = |text: &str| json!({ "seq": killed["seq"], "note": text });
    assert_eq!(test.violations("change_note_add", note(" ")).await, ["note"]);
    assert_eq!(test.violations("change_note_add", note(&"x".repeat(2_001))).await, ["note"]);
    test.fails("change_note_add", json!({ "seq": 1_000_000, "note": "why" }), "not_found").await;
    test.ok("change_note_add", note("it burned")).await;
    assert_eq!(test.ok("reviews_list", json!({})).await, json!([]));
}

#[tokio::test]
async fn what_the_role_may_do_is_asked_of_the_database() {
    let test = TestApp::connected().await;
    test.flag("checkout").await;
    let rights = test.ok("workspace_status", json!({})).await["rights"].take();
    assert_eq!((&rights["may"]["kill"], &rights["may"]["erase"]), (&json!(true), &json!(true)), "{rights:#}");
    let groups = rights["groupRoles"].as_array().unwrap();
    let named =
        |role: &str| groups.iter().find(|group| group["role"] == role).unwrap()["name"].as_str().unwrap();

    let viewer = format!("visitor_{}", test.database);
    test.execute(&format!(r#"create role {viewer} login; grant "{}" to {viewer}"#, named("viewer"))).await;
    let port = testing::server(PostgresVersion::V18).port();
    let connect = json!({
        "name": "Shop", "createSchema": false, "rememberPassword": false,
        "connection": { "host": "127.0.0.1", "port": port, "database": test.database,
                        "user": viewer, "password": "", "tls": "disable" },
    });
    let status = test.ok("workspace_connect", connect).await;
    let rights = &status["rights"];
    assert_eq!((&rights["role"], &rights["dbRole"]), (&json!("viewer"), &json!(viewer)));
    let may: Vec<&str> = rights["may"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, may)| **may == json!(true))
        .map(|(what, _)| what.as_str())
        .collect();
    assert_eq!(may, Vec::<&str>::new(), "a viewer changes nothing, and reads nothing of people");
    let refused = test.fails("flag_kill", json!({ "flag": "checkout" }), "forbidden").await;
    assert!(refused["message"].as_str().unwrap().contains("operator"), "{refused:#}");
}

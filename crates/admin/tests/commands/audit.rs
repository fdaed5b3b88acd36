//! Every change is recorded with who, from where, and why.

use serde_json::{Value, json};

use crate::support::{TestApp, new_flag, with};

async fn newest(test: &TestApp) -> Value {
    test.ok("audit_list", json!({ "limit": 1 })).await["entries"][0].clone()
}

#[tokio::test]
async fn every_step_of_a_flags_life_is_in_the_audit_with_actor_and_note() {
    let test = TestApp::connected().await;
    let steps = [
        ("flag_create", with(new_flag("checkout"), json!({ "note": "start" })), "flag.created", "start"),
        (
            "flag_update",
            json!({ "flag": "checkout", "baseVersion": 1, "changes": { "rules": [{}] }, "note": "ramp" }),
            "flag.updated",
            "ramp",
        ),
        (
            "flag_set_environment",
            json!({ "flag": "checkout", "environment": "production", "enabled": true }),
            "flag.switched",
            "",
        ),
        ("flag_kill", json!({ "flag": "checkout", "note": "fire" }), "flag.killed", "fire"),
        ("flag_restore", json!({ "flag": "checkout" }), "flag.restored", ""),
        ("flag_archive", json!({ "flag": "checkout" }), "flag.archived", ""),
        ("flag_unarchive", json!({ "flag": "checkout" }), "flag.unarchived", ""),
    ];
    let mut before = Value::Null;
    for (command, request, action, note) in steps {
        let after = test.ok(command, request).await;
        let after = after.get("flag").unwrap_or(&after).clone();
        let entry = newest(&test).await;
        assert_eq!(entry["action"], action);
        assert_eq!(entry["note"], note);
        assert_eq!((&entry["actor"], &entry["client"]), (&json!("Ada"), &json!("test 1.0")));
        assert_eq!(entry["dbRole"], "postgres");
        assert_eq!(entry["entityKey"], "checkout");
        assert_eq!(entry["before"]["version"], before["version"], "{action}");
        assert_eq!(entry["after"]["version"], after["version"], "{action}");
        before = after;
    }
}

#[tokio::test]
async fn a_change_that_changes_nothing_leaves_no_entry() {
    let test = TestApp::connected().await;
    test.flag("quiet").await;
    let seq = newest(&test).await["seq"].clone();
    let same = json!({ "flag": "quiet", "baseVersion": 1, "changes": { "name": "A flag" } });
    assert_eq!(test.ok("flag_update", same).await["version"], 1);
    test.ok("flag_restore", json!({ "flag": "quiet" })).await;
    assert_eq!(newest(&test).await["seq"], seq);
}

#[tokio::test]
async fn the_audit_pages_filters_and_searches() {
    let test = TestApp::connected().await;
    for key in ["alpha", "beta", "gamma"] {
        test.flag(key).await;
    }
    let first = test.ok("audit_list", json!({ "limit": 2, "filter": { "entityType": "flag" } })).await;
    let keys = |page: &Value| -> Vec<String> {
        let entries = page["entries"].as_array().unwrap().iter();
        entries.map(|entry| entry["entityKey"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(keys(&first), ["gamma", "beta"]);
    let next = json!({ "limit": 2, "filter": { "entityType": "flag" }, "cursor": first["nextCursor"] });
    let second = test.ok("audit_list", next).await;
    assert_eq!((keys(&second), &second["nextCursor"]), (vec!["alpha".to_owned()], &Value::Null));
    assert_eq!(
        keys(&test.ok("audit_list", json!({ "limit": 9, "filter": { "search": "BET" } })).await),
        ["beta"]
    );
    assert_eq!(
        keys(&test.ok("audit_list", json!({ "limit": 9, "filter": { "search": "%" } })).await),
        [""; 0]
    );
}

#[tokio::test]
async fn the_actor_is_remembered_for_each_workspace() {
    let test = TestApp::connected().await;
    test.ok("actor_set", json!({ "actor": "Grace" })).await;
    test.flag("hers").await;
    assert_eq!(newest(&test).await["actor"], "Grace");
    let id = test.ok("workspace_status", json!({})).await["workspace"]["id"].clone();
    test.ok("workspace_close", json!({})).await;
    assert_eq!(test.ok("workspace_open", json!({ "id": id })).await["actor"], "Grace");
}

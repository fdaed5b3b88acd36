//! First start: from nothing to a running workspace that keeps what is done in it.

use serde_json::json;

use crate::support::{data_dir, exploring, ok, run, start, until};

#[tokio::test]
async fn the_sample_company_is_there_and_stays_after_closing_and_restarting() {
    let data_dir = data_dir();
    let app = exploring(&data_dir).await;
    let status = ok(&app, "workspace_status", json!({})).await;
    assert_eq!((&status["workspace"]["kind"], &status["actor"]), (&json!("embedded"), &json!(null)));
    ok(&app, "actor_set", json!({ "actor": "Ada" })).await;

    let source = ok(&app, "customer_source_get", json!({})).await;
    assert_eq!((&source["customers"], &source["problem"]), (&json!(50_000), &json!(null)));
    let flags = ok(&app, "flags_list", json!({ "archived": false })).await["flags"].clone();
    assert!(flags.as_array().unwrap().len() >= 12);
    let flag = json!({
        "key": "kept", "name": "Kept", "type": "string", "defaultValue": "a", "clientVisible": true,
        "note": "to be kept",
    });
    let flag = ok(&app, "flag_create", flag).await;

    // Closed and opened again.
    let status = ok(&app, "workspace_close", json!({})).await;
    let id = status["remembered"][0]["id"].clone();
    assert_eq!(
        run(&app, "flags_list", json!({ "archived": false })).await.unwrap_err()["code"],
        "no_workspace"
    );
    ok(&app, "workspace_open", json!({ "id": id })).await;
    app.opened_or_failed().await;
    assert_eq!(ok(&app, "flag_get", json!({ "flag": "kept" })).await, flag);

    // The app ended and started again: it opens what was open.
    app.shut_down().await;
    let app = start(&data_dir);
    app.opened_or_failed().await;
    let status = ok(&app, "workspace_status", json!({})).await;
    assert_eq!((&status["state"], &status["actor"]), (&json!("ready"), &json!("Ada")), "{status:#}");
    assert_eq!(ok(&app, "flag_get", json!({ "flag": "kept" })).await, flag);
    let newest = ok(&app, "audit_list", json!({ "limit": 1 })).await["entries"][0].clone();
    assert_eq!((&newest["actor"], &newest["note"]), (&json!("Ada"), &json!("to be kept")));
    app.shut_down().await;
    assert!(!data_dir.path().join("postgres/cluster/postmaster.pid").exists(), "the server is stopped");
}

#[tokio::test]
async fn an_interrupted_first_start_begins_again() {
    let data_dir = data_dir();
    let app = start(&data_dir);
    ok(&app, "workspace_explore_sample", json!({})).await;
    until(&app, "workspace_status", |status| {
        status["progress"]["label"] == "Making audiences and flags" || status["state"] != "opening"
    })
    .await;
    app.shut_down().await;

    let app = exploring(&data_dir).await;
    let flags = ok(&app, "flags_list", json!({ "archived": false })).await["flags"].clone();
    assert!(flags.as_array().unwrap().len() >= 12, "{flags:#}");
    let evaluations = ok(&app, "evaluations_list", json!({ "limit": 5 })).await;
    assert!(!evaluations["evaluations"].as_array().unwrap().is_empty());
    app.shut_down().await;
}

//! Connecting to a database: the report step by step, what is created only when asked, and that
//! the password never comes back.

use serde_json::{Value, json};

use crate::support::{TestApp, server, start};

/// Outcome of each step, in order.
fn outcomes(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    report["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (text(&step["step"]), text(&step["outcome"])))
        .collect()
}

fn failed_step(report: &Value) -> &Value {
    let failed = report["steps"].as_array().unwrap().iter().find(|step| step["outcome"] == "failed");
    let failed = failed.unwrap_or_else(|| panic!("no step failed: {report:#}"));
    assert!(!failed["advice"].as_str().unwrap().is_empty(), "no advice: {failed}");
    failed
}

/// A test of the connection with some fields replaced.
async fn report(test: &TestApp, fields: Value) -> Value {
    let mut connection = json!({
        "host": "127.0.0.1", "port": server().await.port(), "database": test.database,
        "user": "postgres", "password": "hunter2", "tls": "disable",
    });
    for (name, value) in fields.as_object().unwrap() {
        connection[name] = value.clone();
    }
    let report = test.ok("workspace_test_connection", json!({ "connection": connection })).await;
    assert!(!report.to_string().contains("hunter2"), "the password came back: {report}");
    report
}

#[tokio::test]
async fn a_good_connection_passes_every_step_and_says_that_the_schema_is_missing() {
    let test = TestApp::before_first_start().await;
    let report = report(&test, json!({})).await;
    assert_eq!((&report["ok"], &report["schemaExists"]), (&json!(true), &json!(false)), "{report:#}");
    let steps: Vec<String> = outcomes(&report).into_iter().map(|(step, _)| step).collect();
    assert_eq!(steps, ["reach", "tls", "login", "rights", "schema"]);
}

#[tokio::test]
async fn a_wrong_host_or_port_fails_to_reach() {
    let test = TestApp::before_first_start().await;
    for fields in [json!({ "host": "no-such-host.invalid" }), json!({ "port": 1 })] {
        let report = report(&test, fields).await;
        assert_eq!(failed_step(&report)["step"], "reach");
        assert_eq!(report["ok"], false);
        assert!(outcomes(&report)[1..].iter().all(|(_, outcome)| outcome == "skipped"));
    }
}

#[tokio::test]
async fn a_server_without_tls_fails_there_when_tls_is_asked_for() {
    let test = TestApp::before_first_start().await;
    for tls in ["verify_full", "require"] {
        assert_eq!(failed_step(&report(&test, json!({ "tls": tls })).await)["step"], "tls");
    }
}

#[tokio::test]
async fn an_unknown_user_or_database_fails_to_log_in() {
    let test = TestApp::before_first_start().await;
    for fields in [json!({ "user": "nobody-here" }), json!({ "database": "no_such_database" })] {
        assert_eq!(failed_step(&report(&test, fields).await)["step"], "login");
    }
}

#[tokio::test]
async fn a_role_that_may_not_create_the_schema_fails_on_rights() {
    let test = TestApp::before_first_start().await;
    let role = format!("viewer_{}", test.database);
    test.execute(&format!("create role {role} login")).await;
    let report = report(&test, json!({ "user": role })).await;
    assert_eq!(failed_step(&report)["step"], "rights", "{report:#}");

    let request = json!({
        "name": "Shop", "createSchema": true, "rememberPassword": false,
        "connection": { "host": "127.0.0.1", "port": server().await.port(), "database": test.database,
                        "user": role, "password": "hunter2", "tls": "disable" },
    });
    let error = test.fails("workspace_connect", request, "forbidden").await;
    assert!(!error.to_string().contains("hunter2"));
}

#[tokio::test]
async fn the_schema_is_created_only_when_asked() {
    let test = TestApp::before_first_start().await;
    let mut request = test.connect_request();
    test.fails("workspace_connect", request.clone(), "not_found").await;
    assert_eq!(test.ok("workspace_status", json!({})).await["state"], "none");

    request["createSchema"] = json!(true);
    let status = test.ok("workspace_connect", request).await;
    assert_eq!((&status["state"], &status["workspace"]["role"]), (&json!("ready"), &json!("postgres")));
    assert!(status["workspace"]["serverVersion"].as_str().unwrap().starts_with("18"));
    test.flag("first").await;
}

#[tokio::test]
async fn without_customers_counting_says_what_to_do_and_flags_still_work() {
    let test = TestApp::before_first_start().await;
    let mut request = test.connect_request();
    request["createSchema"] = json!(true);
    test.ok("workspace_connect", request).await;
    test.flag("first").await;
    let condition = json!({ "attribute": "plan", "operator": "is_set" });
    test.fails("audience_count", json!({ "condition": condition }), "not_found").await;
    assert_eq!(test.ok("attributes_list", json!({})).await, json!([]));
    let why = json!({ "flag": "first", "environment": "production", "entityId": "c1" });
    assert_eq!(test.ok("why", why).await["evaluation"]["value"], false);
}

#[tokio::test]
async fn bad_input_names_every_field_and_never_the_password() {
    let test = TestApp::before_first_start().await;
    let connection = json!({ "host": " ", "port": 0, "database": "", "user": "", "password": "hunter2" });
    let error = test.fails("workspace_test_connection", json!({ "connection": connection }), "invalid").await;
    assert_eq!(error["details"]["violations"].as_array().unwrap().len(), 4);
    for url in ["postgres://ada:hunter2@", "mysql://ada:hunter2@db/shop", "hunter2"] {
        let request = json!({ "connection": { "url": url } });
        let error = test.fails("workspace_test_connection", request, "invalid").await;
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn a_connected_workspace_is_opened_again_at_the_next_start() {
    let test = TestApp::connected().await;
    test.flag("kept").await;
    test.app.shut_down().await;
    let file = std::fs::read_to_string(test.data_dir.path().join("workspaces.json")).unwrap();
    assert!(!file.contains("password") && !file.contains("postgres://"), "{file}");

    let again = TestApp { app: start(&test.data_dir), ..test };
    again.app.opened_or_failed().await;
    assert_eq!(again.ok("workspace_status", json!({})).await["state"], "ready");
    assert_eq!(again.ok("flag_get", json!({ "flag": "kept" })).await["updatedBy"], "Ada");
}

#[tokio::test]
async fn closing_forgets_what_is_open_and_forgetting_forgets_the_workspace() {
    let test = TestApp::connected().await;
    let status = test.ok("workspace_close", json!({})).await;
    assert_eq!((&status["state"], &status["workspace"]), (&json!("none"), &Value::Null));
    test.fails("flags_list", json!({ "archived": false }), "no_workspace").await;
    let known = json!({ "knownConfigVersion": null, "knownConnected": null });
    test.fails("live_wait", known, "no_workspace").await;

    let id = status["remembered"][0]["id"].clone();
    assert_eq!(test.ok("workspace_open", json!({ "id": id })).await["state"], "ready");
    let status = test.ok("workspace_forget", json!({ "id": id })).await;
    assert_eq!((&status["state"], &status["remembered"]), (&json!("none"), &json!([])));
    test.fails("workspace_open", json!({ "id": id }), "not_found").await;
}

//! Databases that go away: what the page is told, and that things mend by themselves.

use std::time::Duration;

use halyard_embedded_postgres::{Binaries, EmbeddedPostgres, Options};
use serde_json::{Value, json};

use crate::support::{data_dir, exploring, kill_server, ok, run, start, until, until_connected};

fn rename(name: &str) -> Value {
    json!({ "flag": "edited", "baseVersion": 1, "changes": { "name": name } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_embedded_database_is_told_and_comes_back_by_itself() {
    let data_dir = data_dir();
    let app = exploring(&data_dir).await;
    let flag = json!({
        "key": "edited", "name": "Before", "type": "boolean", "defaultValue": false, "clientVisible": false,
    });
    ok(&app, "flag_create", flag).await;
    until_connected(&app, true).await;

    kill_server(&data_dir);
    // Saving meanwhile either waits for the database to be back, or says that it is gone.
    let saved = tokio::spawn({
        let app = app.clone();
        async move { run(&app, "flag_update", rename("After")).await }
    });
    let live = until_connected(&app, false).await;
    assert!(live["problem"].is_string());
    assert_eq!(ok(&app, "workspace_status", json!({})).await["state"], "ready");

    until_connected(&app, true).await;
    let name = match saved.await.unwrap() {
        Ok(flag) => flag["name"].clone(),
        Err(error) => {
            assert!(
                ["database_unavailable", "timeout"].contains(&error["code"].as_str().unwrap()),
                "{error}"
            );
            ok(&app, "flag_update", rename("After")).await["name"].clone()
        }
    };
    assert_eq!(name, "After");
    app.shut_down().await;
}

/// A database of the tenant's: here an embedded server that only the test controls.
fn tenant(data_dir: &tempfile::TempDir) -> EmbeddedPostgres {
    EmbeddedPostgres::start(Options::new(data_dir.path(), Binaries::find(None).unwrap())).unwrap()
}

fn connection(server: &EmbeddedPostgres, password: &str) -> Value {
    let connection = server.connection();
    json!({
        "host": connection.host, "port": connection.port, "database": connection.database,
        "user": connection.user, "password": password, "tls": "disable",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_fails_to_log_in_and_is_asked_for_again_after_a_restart() {
    let (app_dir, tenant_dir) = (data_dir(), data_dir());
    let (server, _tenant_dir) =
        tokio::task::spawn_blocking(move || (tenant(&tenant_dir), tenant_dir)).await.unwrap();
    let app = start(&app_dir);
    let wrong = json!({ "connection": connection(&server, "hunter2") });
    let report = ok(&app, "workspace_test_connection", wrong.clone()).await;
    let login = &report["steps"][2];
    assert_eq!((&login["step"], &login["outcome"]), (&json!("login"), &json!("failed")), "{report:#}");
    let connect = |connection: Value| json!({ "name": "Shop", "connection": connection, "createSchema": true, "rememberPassword": false });
    let error = run(&app, "workspace_connect", connect(wrong["connection"].clone())).await.unwrap_err();
    assert_eq!(error["code"], "permission_denied");
    assert!(!format!("{report}{error}").contains("hunter2"));

    let password = server.connection().password.clone();
    ok(&app, "workspace_connect", connect(connection(&server, &password))).await;
    app.shut_down().await;
    let app = start(&app_dir);
    app.opened_or_failed().await;
    let status = ok(&app, "workspace_status", json!({})).await;
    assert_eq!(
        (&status["state"], &status["problem"]["code"]),
        (&json!("unavailable"), &json!("permission_denied"))
    );
    let id = status["workspace"]["id"].clone();
    let error = run(&app, "workspace_open", json!({ "id": id, "password": "hunter2" })).await.unwrap_err();
    assert_eq!(error["code"], "permission_denied");
    let status = ok(&app, "workspace_open", json!({ "id": id, "password": password })).await;
    assert_eq!(status["state"], "ready");
    assert!(!status.to_string().contains(&password));
    app.shut_down().await;
    tokio::task::spawn_blocking(move || server.stop()).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_database_that_is_gone_is_told_and_is_back_as_soon_as_it_is() {
    let (app_dir, tenant_dir) = (data_dir(), data_dir());
    let (mut server, tenant_dir) =
        tokio::task::spawn_blocking(move || (tenant(&tenant_dir), tenant_dir)).await.unwrap();
    let app = start(&app_dir);
    let password = server.connection().password.clone();
    let request = json!({ "name": "Shop", "connection": connection(&server, &password), "createSchema": true, "rememberPassword": false });
    ok(&app, "workspace_connect", request).await;
    until_connected(&app, true).await;

    // While in use: a command does not wait for ever.
    kill_server(&tenant_dir);
    until_connected(&app, false).await;
    let asked = run(&app, "flags_list", json!({ "archived": false }));
    let error = tokio::time::timeout(Duration::from_secs(60), asked).await.unwrap().unwrap_err();
    assert_eq!(error["code"], "database_unavailable");

    // While opening: it is tried again until it is there.
    let id = ok(&app, "workspace_close", json!({})).await["remembered"][0]["id"].clone();
    let status = ok(&app, "workspace_open", json!({ "id": id })).await;
    assert!(["opening", "unavailable"].contains(&status["state"].as_str().unwrap()), "{status}");
    let server = tokio::task::spawn_blocking(move || {
        server.revive().unwrap();
        server
    });
    let server = server.await.unwrap();
    until(&app, "workspace_status", |status| status["state"] == "ready").await;
    ok(&app, "flags_list", json!({ "archived": false })).await;
    app.shut_down().await;
    tokio::task::spawn_blocking(move || server.stop()).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_pressed_while_the_database_is_gone_gets_through_when_it_is_back_and_a_restore_does_not() {
    let (app_dir, tenant_dir) = (data_dir(), data_dir());
    let (mut server, tenant_dir) =
        tokio::task::spawn_blocking(move || (tenant(&tenant_dir), tenant_dir)).await.unwrap();
    let app = start(&app_dir);
    let password = server.connection().password.clone();
    let request = json!({ "name": "Shop", "connection": connection(&server, &password), "createSchema": true, "rememberPassword": false });
    ok(&app, "workspace_connect", request).await;
    for key in ["burning", "quiet"] {
        let flag = json!({ "key": key, "name": key, "type": "boolean", "defaultValue": false, "clientVisible": false });
        ok(&app, "flag_create", flag).await;
    }
    ok(&app, "flag_kill", json!({ "flag": "quiet" })).await;
    until_connected(&app, true).await;

    kill_server(&tenant_dir);
    until_connected(&app, false).await;
    for (command, flag) in [("flag_kill", "burning"), ("flag_restore", "quiet")] {
        let error = run(&app, command, json!({ "flag": flag })).await.unwrap_err();
        assert_eq!(error["code"], "database_unavailable");
    }
    let trying = ok(&app, "kill_attempt", json!({ "flag": "burning" })).await;
    assert_eq!(
        (&trying["state"], &trying["problem"]["code"]),
        (&json!("trying"), &json!("database_unavailable"))
    );
    assert_eq!(ok(&app, "kill_attempt", json!({ "flag": "quiet" })).await, Value::Null);
    let statement = ok(&app, "flag_kill_statement", json!({ "flag": "burning" })).await;
    assert!(statement["sql"].as_str().unwrap().contains("where key = 'burning' and is_active"));
    assert_eq!(statement["port"], server.connection().port);

    let server = tokio::task::spawn_blocking(move || {
        server.revive().unwrap();
        server
    });
    let server = server.await.unwrap();
    let done = async {
        loop {
            let attempt = ok(&app, "kill_attempt", json!({ "flag": "burning" })).await;
            if attempt["state"] != "trying" {
                return attempt;
            }
            tokio::task::yield_now().await;
        }
    };
    let done = tokio::time::timeout(Duration::from_secs(60), done).await.unwrap();
    assert_eq!(done["state"], "done", "{done:#}");
    assert_eq!(done["result"]["flag"]["isActive"], false);
    assert_eq!(ok(&app, "flag_get", json!({ "flag": "quiet" })).await["isActive"], false);
    app.shut_down().await;
    tokio::task::spawn_blocking(move || server.stop()).await.unwrap().unwrap();
}

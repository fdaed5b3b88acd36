//! An app on a data directory of its own, driven by commands alone.

use std::process::Command;

use halyard_admin::{App, AppOptions, dispatch};
use halyard_embedded_postgres::testing;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A data directory that goes with the test.
pub(crate) fn data_dir() -> TempDir {
    let mut builder = tempfile::Builder::new();
    // Others may enter, because a server started by root runs as another account.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755));
    builder.prefix("halyard-admin").tempdir_in(testing::scratch()).unwrap()
}

pub(crate) fn start(data_dir: &TempDir) -> App {
    let data_dir = data_dir.path().to_owned();
    App::start(AppOptions {
        data_dir,
        exports_dir: None,
        resource_dir: None,
        client: "test 1.0".into(),
        local_endpoints: None,
    })
    .unwrap()
}

/// An app that explores the sample company.
pub(crate) async fn exploring(data_dir: &TempDir) -> App {
    let app = start(data_dir);
    let status = ok(&app, "workspace_explore_sample", json!({})).await;
    assert_eq!(status["state"], "opening");
    app.opened_or_failed().await;
    let status = ok(&app, "workspace_status", json!({})).await;
    assert_eq!(status["state"], "ready", "{status:#}");
    app
}

pub(crate) async fn run(app: &App, command: &str, request: Value) -> Result<Value, Value> {
    dispatch(app, command, request).await.map_err(|error| serde_json::to_value(error).unwrap())
}

pub(crate) async fn ok(app: &App, command: &str, request: Value) -> Value {
    run(app, command, request).await.unwrap_or_else(|error| panic!("{command} failed: {error:#}"))
}

/// Asks until the answer is right.
pub(crate) async fn until(app: &App, command: &str, right: impl Fn(&Value) -> bool) -> Value {
    loop {
        let answer = ok(app, command, json!({})).await;
        if right(&answer) {
            return answer;
        }
        tokio::task::yield_now().await;
    }
}

/// Waits until the app says that its database answers, or does not.
pub(crate) async fn until_connected(app: &App, connected: bool) -> Value {
    let waiting = async {
        let mut live = json!({ "configVersion": null, "connected": null });
        while live["connected"] != connected {
            let known =
                json!({ "knownConfigVersion": live["configVersion"], "knownConnected": live["connected"] });
            live = ok(app, "live_wait", known).await;
        }
        live
    };
    // Far beyond what it takes: a state that never comes must fail the test, not hang it.
    let came = tokio::time::timeout(std::time::Duration::from_secs(60), waiting).await;
    came.unwrap_or_else(|_| panic!("connected did not become {connected}"))
}

/// Ends the embedded server of a data directory without a chance to say goodbye.
pub(crate) fn kill_server(data_dir: &TempDir) {
    let file = data_dir.path().join("postgres/cluster/postmaster.pid");
    let pid = std::fs::read_to_string(file).unwrap().lines().next().unwrap().to_owned();
    assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
}

//! `halyard-server` as a program: its commands, the ready file, signals, and what it says.

use std::{
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};

use halyard_embedded_postgres::testing::{self, PostgresVersion};
use halyard_store::{ConnectOptions, Store};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::support::{ask, blocking, fresh_database};

const GENEROUS: Duration = Duration::from_secs(60);

pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_halyard-server"));
    command.args(arguments).kill_on_drop(true).stdin(Stdio::null());
    // What the person who runs the tests has set is not for this program.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HALYARD_")) {
        if name != "HALYARD_POSTGRES_DIR" {
            command.env_remove(name);
        }
    }
    command
}

pub(crate) async fn run(arguments: &[&str]) -> Output {
    tokio::time::timeout(GENEROUS, program(arguments).output()).await.unwrap().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A program that serves, once it has written its ready file.
struct Serving {
    child: Child,
    ready: Value,
}

impl Serving {
    async fn start(arguments: &[&str], ready_file: &Path) -> Self {
        let _ = std::fs::remove_file(ready_file);
        let mut command = program(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(arguments).arg("--ready-file").arg(ready_file);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let waiting = async {
            loop {
                // Written whole at once: when it is there it can be read.
                if let Ok(content) = std::fs::read(ready_file) {
                    return serde_json::from_slice(&content).unwrap();
                }
                assert!(child.try_wait().unwrap().is_none(), "the server ended before it was ready");
                tokio::task::yield_now().await;
            }
        };
        let ready = tokio::time::timeout(GENEROUS, waiting).await.unwrap();
        Serving { child, ready }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.ready["url"].as_str().unwrap())
    }

    /// Sends SIGTERM; what it wrote to stderr.
    async fn terminate(self) -> String {
        let pid = self.child.id().unwrap().to_string();
        let killed = Command::new("kill").args(["-TERM", &pid]).status().await.unwrap();
        assert!(killed.success());
        let ended = tokio::time::timeout(GENEROUS, self.child.wait_with_output()).await.unwrap().unwrap();
        assert!(ended.status.success(), "{}", text(&ended.stderr));
        text(&ended.stderr)
    }
}

fn file(directory: &tempfile::TempDir, name: &str) -> PathBuf {
    directory.path().join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_database_is_served_until_sigterm_and_the_log_is_stored() {
    let database = fresh_database().await;
    let directory = tempfile::tempdir().unwrap();
    let create = ["keys", "create", "--kind", "server", "--environment", "production"];
    let created = run(&[&create[..], &["--database", &database]].concat()).await;
    let key = text(&created.stdout).trim().to_owned();
    assert!(key.starts_with("hal_srv_"), "{key}");

    let data_dir = file(&directory, "data");
    let arguments =
        ["--database", &database, "--data-dir", data_dir.to_str().unwrap(), "--log-format", "json"];
    let serving = Serving::start(&arguments, &file(&directory, "ready.json")).await;
    assert_eq!(serving.ready["keys"], Value::Null);
    let evaluate_all = ask("POST", &serving.url("/feature-flags/evaluate-all")).key(&key);
    evaluate_all.json(json!({ "entityId": "c1" })).send().await.expect(200);

    let store = Store::connect(&ConnectOptions::from_url(&database).unwrap()).await.unwrap();
    let evaluators = store.evaluators().await.unwrap();
    assert_eq!(evaluators.len(), 1);
    assert!(evaluators[0].program.starts_with("halyard-server "), "{}", evaluators[0].program);

    let said = serving.terminate().await;
    for line in said.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["at"].is_string() && line["level"].is_string(), "{line}");
    }
    assert!(!said.contains(&key));
    assert!(store.evaluators().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_embedded_server_keeps_its_keys_from_start_to_start() {
    let directory = blocking(|| tempfile::tempdir_in(testing::scratch()).unwrap()).await;
    let data_dir = file(&directory, "data");
    let arguments = ["--embedded", "--data-dir", data_dir.to_str().unwrap()];
    let ready_file = file(&directory, "ready.json");
    let first = Serving::start(&arguments, &ready_file).await;
    let keys = first.ready["keys"].clone();
    assert_eq!(first.ready["environment"], "production");
    for (kind, method, path, body) in [
        ("server", "POST", "/feature-flags/evaluate-all", json!({ "entityId": "1" })),
        ("client", "POST", "/feature-flags/evaluate-all", json!({ "entityId": "1" })),
        ("admin", "GET", "/feature-flags", Value::Null),
    ] {
        let asked = ask(method, &first.url(path)).key(keys[kind].as_str().unwrap());
        if body.is_null() { asked } else { asked.json(body) }.send().await.expect(200);
    }
    let database = first.ready["database"].as_str().unwrap();
    Store::connect(&ConnectOptions::from_url(database).unwrap()).await.unwrap();
    #[cfg(unix)]
    for secret in [&ready_file, &data_dir.join("keys.json")] {
        let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(secret).unwrap());
        assert_eq!(mode & 0o077, 0, "{}", secret.display());
    }
    first.terminate().await;

    let second = Serving::start(&arguments, &ready_file).await;
    assert_eq!(second.ready["keys"], keys);
    second.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_schema_is_refused_with_what_to_do() {
    let database = blocking(|| {
        let server = testing::server(PostgresVersion::V18);
        server.url(&testing::database(server, None))
    })
    .await;
    let directory = tempfile::tempdir().unwrap();
    let data_dir = file(&directory, "data");
    let data_dir = data_dir.to_str().unwrap();
    let refused = run(&["serve", "--database", &database, "--data-dir", data_dir]).await;
    assert!(!refused.status.success());
    assert!(text(&refused.stderr).contains("halyard-server migrate"), "{}", text(&refused.stderr));

    let keys = run(&["keys", "list", "--database", &database]).await;
    assert_eq!(keys.status.code(), Some(1));
    assert!(text(&keys.stderr).contains("halyard-server migrate"), "{}", text(&keys.stderr));
    let doctor = run(&["doctor", "--database", &database]).await;
    assert_eq!(doctor.status.code(), Some(1));
    assert!(text(&doctor.stdout).contains("halyard-server migrate"), "{}", text(&doctor.stdout));

    assert!(run(&["migrate", "--database", &database]).await.status.success());
    let doctor = run(&["doctor", "--database", &database]).await;
    assert!(doctor.status.success(), "{}", text(&doctor.stdout));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_can_never_do_is_said_without_waiting_for_the_database() {
    let directory = tempfile::tempdir().unwrap();
    let data_dir = file(&directory, "data");
    // Nothing answers there; whoever asked it would say so.
    let database = "postgres://ada@127.0.0.1:1/shop";
    let refused = async |arguments: &[&str]| {
        let serve = ["serve", "--database", database, "--data-dir", data_dir.to_str().unwrap()];
        let ended = run(&[&serve, arguments].concat()).await;
        assert_eq!(ended.status.code(), Some(1), "{arguments:?}");
        let said = text(&ended.stderr);
        assert!(!said.contains("the database does not answer"), "{said}");
        said
    };
    let said = refused(&["--listen", "0.0.0.0:0"]).await;
    assert!(said.contains("--behind-proxy") && said.contains("--tls-cert"), "{said}");
    let said = refused(&["--listen", "[::]:0"]).await;
    assert!(said.contains("--behind-proxy"), "{said}");
    let said = refused(&["--tls-cert", "missing.pem", "--tls-key", "missing.key"]).await;
    assert!(said.contains("missing.pem"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_directory_belongs_to_one_server_at_a_time() {
    let database = fresh_database().await;
    let directory = tempfile::tempdir().unwrap();
    let data_dir = file(&directory, "data");
    let ready_file = file(&directory, "ready.json");
    let arguments = ["--database", &database, "--data-dir", data_dir.to_str().unwrap()];
    let first = Serving::start(&arguments, &ready_file).await;
    let ready = ["--listen", "127.0.0.1:0", "--ready-file", ready_file.to_str().unwrap()];
    for second in [
        &[&["serve"], &arguments[..], &ready].concat(),
        &[&["serve", "--embedded"], &arguments[2..], &ready].concat(),
    ] {
        let refused = run(second).await;
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.contains("Another server") && said.contains("--data-dir"), "{said}");
    }
    assert!(ready_file.exists(), "the first server is still ready");
    first.terminate().await;
    Serving::start(&arguments, &ready_file).await.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_made_listed_rotated_and_revoked() {
    let database = fresh_database().await;
    let keys = async |arguments: &[&str]| {
        let ended = run(&[&["keys"], arguments, &["--database", &database]].concat()).await;
        assert!(ended.status.success(), "{}", text(&ended.stderr));
        text(&ended.stdout).trim().to_owned()
    };
    let admin = keys(&["create", "--kind", "admin", "--role", "editor", "--name", "Deploys"]).await;
    assert!(admin.starts_with("hal_adm_"));
    let client = keys(&["create", "--kind", "client", "--environment", "production"]).await;
    let list = keys(&["list"]).await;
    assert!(list.contains("Deploys") && list.contains("editor"), "{list}");
    assert!(!list.contains(&admin) && !list.contains(&client), "{list}");

    let rotated = keys(&["rotate", &client, "--former-expires", "1d"]).await;
    assert!(rotated.starts_with("hal_cli_") && rotated != client);
    keys(&["revoke", &client]).await;
    let list = keys(&["list"]).await;
    assert!(list.contains("revoked"), "{list}");

    let without_role = run(&["keys", "create", "--kind", "admin", "--database", &database]).await;
    assert!(text(&without_role.stderr).contains("--role"), "{}", text(&without_role.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_password_is_ever_said() {
    let unreachable = "postgres://ada:s3cr3t-w0rd@127.0.0.1:1/shop";
    let directory = tempfile::tempdir().unwrap();
    let data_dir = file(&directory, "data");
    let unreadable = ["postgres://ada:s3cr3t-w0rd@/", "mysql://ada:s3cr3t-w0rd@host/db", "s3cr3t-w0rd"];
    for url in unreadable {
        let refused = run(&["migrate", "--database", url]).await;
        let said = text(&refused.stderr);
        assert!(
            !refused.status.success() && said.contains("postgres://") && !said.contains("s3cr3t"),
            "{said}"
        );
    }
    for arguments in [
        &["doctor"][..],
        &["migrate"],
        &["keys", "list"],
        &["serve", "--migrate", "--data-dir", data_dir.to_str().unwrap()],
        &["serve", "--help"],
        &["migrate", "--help"],
        &["keys", "list", "--nonsense"],
    ] {
        let mut command = program(arguments);
        command.env("HALYARD_DATABASE", unreachable).env("HALYARD_LOG", "trace");
        let ended = tokio::time::timeout(GENEROUS, command.output()).await.unwrap().unwrap();
        let said = text(&ended.stdout) + &text(&ended.stderr);
        assert!(!said.contains("s3cr3t"), "{arguments:?}: {said}");
        assert!(!said.contains("panicked"), "{arguments:?}: {said}");
    }
}

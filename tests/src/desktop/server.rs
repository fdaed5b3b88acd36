//! A real `halyard-server` beside the app, on the same database.
#![allow(clippy::expect_used, reason = "a test stops where its machinery fails, and says which part")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{PATIENCE, look_again, screen::Process, target_dir};

/// The running server; dropping it ends it.
pub struct Server {
    port: u16,
    _process: Process,
    _data_dir: tempfile::TempDir,
}

impl Server {
    /// Starts a server on the embedded database of the app whose data is in `data_dir`, and waits until it serves.
    pub async fn beside(data_dir: &Path) -> Self {
        let own =
            tempfile::Builder::new().prefix("halyard-server-").tempdir().expect("a folder for the server");
        let ready = own.path().join("ready.json");
        let mut process = Process::start(
            Command::new(program())
                .args(["serve", "--listen", "127.0.0.1:0", "--database", &database_url(data_dir)])
                .args(["--data-dir".as_ref(), own.path().as_os_str()])
                .args(["--ready-file".as_ref(), ready.as_os_str()])
                .stdin(Stdio::null())
                .stdout(Stdio::null()),
        );
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while !ready.exists() {
            let ended = process.0.try_wait().expect("its state");
            assert!(ended.is_none(), "the server ended: {ended:?}");
            assert!(tokio::time::Instant::now() < deadline, "the server is not ready");
            look_again().await;
        }
        Self { port: port(&ready), _process: process, _data_dir: own }
    }

    /// Kills a flag in the database of the app whose data is in `data_dir`, as somebody at another computer, with
    /// `halyard-server kill`.
    pub async fn kill(data_dir: &Path, flag: &str, actor: &str, note: &str) {
        let mut command = Command::new(program());
        command
            .args(["kill", flag, "--actor", actor, "--note", note, "--database", &database_url(data_dir)])
            .stdin(Stdio::null());
        let run = tokio::task::spawn_blocking(move || command.output());
        let ended = run.await.expect("it is waited for").expect("halyard-server starts");
        let told = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{flag} was not killed: {}\n{told}", ended.status);
    }

    /// Where it listens on the loopback.
    pub fn port(&self) -> u16 {
        self.port
    }
}

fn program() -> PathBuf {
    let program = target_dir().join("debug/halyard-server");
    assert!(program.exists(), "{} is missing: run `cargo build -p halyard-server`", program.display());
    program
}

/// The address of the app's embedded database while it runs.
fn database_url(data_dir: &Path) -> String {
    let home = data_dir.join("postgres");
    let password = fs::read_to_string(home.join("password")).expect("the database's password");
    let state = fs::read_to_string(home.join("cluster/postmaster.pid")).expect("the database runs");
    let port = state.lines().nth(3).expect("the database's port");
    format!("postgres://halyard:{}@127.0.0.1:{port}/halyard", password.trim())
}

/// The port in what the server wrote once it was ready.
fn port(ready: &Path) -> u16 {
    let text = fs::read_to_string(ready).expect("the ready file");
    let ready: serde_json::Value = serde_json::from_str(&text).expect("the ready file is JSON");
    let port = ready["url"].as_str().and_then(|url| url.rsplit(':').next()?.parse().ok());
    port.expect("a port in the server's address")
}

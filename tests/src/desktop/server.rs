//! A real `halyard-server` beside the app, on the same database.
#![allow(clippy::expect_used, reason = "a test stops where its machinery fails, and says which part")]

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use super::{PATIENCE, look_again, screen::Process, target_dir};

/// The running server; dropping it ends it.
pub struct Server {
    _process: Process,
    _data_dir: tempfile::TempDir,
}

impl Server {
    /// Starts a server on the embedded database of the app whose data is in `data_dir`, and waits until it serves.
    pub async fn beside(data_dir: &Path) -> Self {
        let own =
            tempfile::Builder::new().prefix("halyard-server-").tempdir().expect("a folder for the server");
        let ready = own.path().join("ready.json");
        let program = target_dir().join("debug/halyard-server");
        assert!(program.exists(), "{} is missing: run `cargo build -p halyard-server`", program.display());
        let mut process = Process::start(
            Command::new(program)
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
        Self { _process: process, _data_dir: own }
    }
}

/// The address of the app's embedded database while it runs.
fn database_url(data_dir: &Path) -> String {
    let home = data_dir.join("postgres");
    let password = fs::read_to_string(home.join("password")).expect("the database's password");
    let state = fs::read_to_string(home.join("cluster/postmaster.pid")).expect("the database runs");
    let port = state.lines().nth(3).expect("the database's port");
    format!("postgres://halyard:{}@127.0.0.1:{port}/halyard", password.trim())
}

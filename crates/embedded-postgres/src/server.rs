//! A server process on a cluster: start it and wait until it is ready, find one that runs, stop it.

mod log;
mod pid_file;

use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

pub(crate) use pid_file::PidFile;

use crate::EmbeddedError;
use crate::account::RunAs;
use crate::binaries::Binaries;
use crate::process::{self, Shutdown};
use log::Log;

/// Long enough for crash recovery on a slow disk.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// A fast shutdown writes a checkpoint.
const STOPPED_WITHIN: Duration = Duration::from_secs(30);
/// How often a condition is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// Between choosing a free port and listening on it, another process may take it.
const PORT_ATTEMPTS: u32 = 5;

/// What to start.
pub(crate) struct Launch<'a> {
    pub binaries: &'a Binaries,
    pub run_as: &'a RunAs,
    pub cluster: &'a Path,
    pub socket_dir: &'a Path,
    pub log: PathBuf,
    /// Settings beside those for listening.
    pub settings: &'a [(&'a str, &'a str)],
}

/// A server that is ready.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub pid: u32,
    pub port: u16,
    pub socket_dir: PathBuf,
}

/// Starts a server and returns when it takes connections.
pub(crate) fn start(launch: &Launch<'_>) -> Result<Server, EmbeddedError> {
    let mut attempt = 1;
    loop {
        let log = Log::open(&launch.log, launch.run_as)?;
        let port = free_port().map_err(EmbeddedError::file("Cannot find a free port for", launch.cluster))?;
        let child = spawn(launch, port, &log)?;
        match wait_until_ready(child, launch, &log) {
            Err(EmbeddedError::Start { tail, .. }) if attempt < PORT_ATTEMPTS && is_passing(&tail) => {
                attempt += 1
            }
            result => return result,
        }
    }
}

/// The server of `cluster`, if one runs and says it is ready or about to be.
pub(crate) fn running(cluster: &Path) -> Option<PidFile> {
    let pid_file = PidFile::read(cluster)?;
    (process::is_alive(pid_file.pid) && process::is_server_of(pid_file.pid, cluster)).then_some(pid_file)
}

/// Stops the server and returns when its process is gone.
pub(crate) fn stop(server: &Server) -> Result<(), EmbeddedError> {
    process::shut_down(server.pid, Shutdown::Fast);
    if wait_for(STOPPED_WITHIN, || !process::is_alive(server.pid)) {
        return Ok(());
    }
    tracing::warn!(pid = server.pid, "the embedded Postgres does not stop; stopping it at once");
    process::shut_down(server.pid, Shutdown::Immediate);
    if wait_for(STOPPED_WITHIN, || !process::is_alive(server.pid)) {
        return Ok(());
    }
    Err(EmbeddedError::Stop { pid: server.pid, seconds: 2 * STOPPED_WITHIN.as_secs() })
}

/// Looks at `condition` until it holds; false when it does not within `limit`.
pub(crate) fn wait_for(limit: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    while !condition() {
        if Instant::now() > deadline {
            return false;
        }
        thread::sleep(LOOK_AGAIN);
    }
    true
}

/// Keeps the caller's Postgres variables and language out of Postgres's programs.
pub(crate) fn plain_environment(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C")
}

fn spawn(launch: &Launch<'_>, port: u16, log: &Log) -> Result<Child, EmbeddedError> {
    let program = launch.binaries.program("postgres");
    let mut command = Command::new(&program);
    command.arg("-D").arg(launch.cluster);
    command.arg("-c").arg(setting("unix_socket_directories", &quoted(launch.socket_dir)));
    let port = port.to_string();
    let listening = [("listen_addresses", "127.0.0.1"), ("port", &port), ("unix_socket_permissions", "0700")];
    for (name, value) in listening.iter().chain(launch.settings) {
        command.arg("-c").arg(format!("{name}={value}"));
    }
    let (output, errors) = log.writers().map_err(EmbeddedError::file("Cannot write", &launch.log))?;
    plain_environment(&mut command).stdin(Stdio::null()).stdout(output).stderr(errors);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // Ctrl-C in a terminal is for the app, which then stops the server in its own order.
        command.process_group(0);
    }
    launch
        .run_as
        .apply(&mut command, launch.cluster)
        .spawn()
        .map_err(EmbeddedError::file("Cannot run", &program))
}

fn wait_until_ready(mut child: Child, launch: &Launch<'_>, log: &Log) -> Result<Server, EmbeddedError> {
    let deadline = Instant::now() + READY_WITHIN;
    let pid = child.id();
    loop {
        if let Some(file) = PidFile::read(launch.cluster)
            && file.pid == pid
            && file.is_ready()
        {
            // Reaped whoever stops it, or its process id would seem alive.
            thread::spawn(move || child.wait());
            return Ok(Server { pid, port: file.port, socket_dir: file.socket_dir });
        }
        if let Ok(Some(_)) = child.try_wait() {
            return Err(EmbeddedError::Start { log: launch.log.clone(), tail: log.tail() });
        }
        if Instant::now() > deadline {
            process::shut_down(pid, Shutdown::Immediate);
            let _ = child.wait();
            let seconds = READY_WITHIN.as_secs();
            return Err(EmbeddedError::NotReady { seconds, log: launch.log.clone(), tail: log.tail() });
        }
        thread::sleep(LOOK_AGAIN);
    }
}

/// Whether the log tells of something that passes: the port was taken meanwhile, or the last processes of
/// a killed server are still leaving.
fn is_passing(tail: &str) -> bool {
    tail.contains("could not create any TCP/IP sockets") || tail.contains("is still in use")
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn setting(name: &str, value: &OsString) -> OsString {
    let mut setting = OsString::from(name);
    setting.push("=");
    setting.push(value);
    setting
}

/// One element of a list of directories: quoted, so that commas and spaces are part of the path.
fn quoted(directory: &Path) -> OsString {
    let mut quoted = OsString::from("\"");
    quoted.push(directory);
    quoted.push("\"");
    quoted
}

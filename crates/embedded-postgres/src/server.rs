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
/// An immediate one does not.
const GONE_WITHIN: Duration = Duration::from_secs(10);
/// The last processes of a killed server hold its port for a moment.
const PORT_WITHIN: Duration = Duration::from_secs(1);
/// How often a condition is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// How long a start that failed for a passing reason is tried again.
const TRY_AGAIN_WITHIN: Duration = Duration::from_secs(20);

/// Windows' flag for console programs that shall open no console.
#[cfg(windows)]
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// What to start.
pub(crate) struct Launch<'a> {
    pub binaries: &'a Binaries,
    pub run_as: &'a RunAs,
    pub cluster: &'a Path,
    pub socket_dir: &'a Path,
    /// The port to listen on, if it is free.
    pub port: Option<u16>,
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

/// Starts a server and returns when it takes connections. No other may be starting on this cluster.
pub(crate) fn start(launch: &Launch<'_>) -> Result<Server, EmbeddedError> {
    let deadline = Instant::now() + TRY_AGAIN_WITHIN;
    loop {
        PidFile::disown(launch.cluster).map_err(EmbeddedError::file("Cannot clear", launch.cluster))?;
        let log = Log::open(&launch.log, launch.run_as)?;
        let port = free_port(launch.port);
        let port = port.map_err(EmbeddedError::file("Cannot find a free port for", launch.cluster))?;
        let child = spawn(launch, port, &log)?;
        match wait_until_ready(child, launch, &log) {
            Err(EmbeddedError::Start { tail, .. }) if is_passing(&tail) && Instant::now() < deadline => {
                look_again();
            }
            result => return result,
        }
    }
}

/// The process that serves `cluster`, whatever it is doing.
pub(crate) fn running(cluster: &Path) -> Option<PidFile> {
    PidFile::read(cluster).filter(|file| process::is_server_of(file.pid, cluster))
}

/// The server of `cluster`, when it takes connections; None when none runs. Calls `on_found` when there is
/// one, and waits for it when it is starting or stopping: its app may have been killed in the middle of that.
pub(crate) fn join(cluster: &Path, on_found: impl FnOnce()) -> Result<Option<Server>, EmbeddedError> {
    if running(cluster).is_none() {
        return Ok(None);
    }
    on_found();
    let mut found = None;
    let settled = wait_for(READY_WITHIN, || {
        found = running(cluster);
        found.as_ref().is_none_or(PidFile::is_ready)
    });
    if !settled {
        let log = cluster.with_file_name("server.log");
        let (seconds, tail) = (READY_WITHIN.as_secs(), String::from("(it was started by another instance)"));
        return Err(EmbeddedError::NotReady { seconds, log, tail });
    }
    Ok(found.map(|file| Server { pid: file.pid, port: file.port, socket_dir: file.socket_dir }))
}

/// Stops the server of `cluster` and returns when its process is gone.
pub(crate) fn stop(pid: u32, cluster: &Path) -> Result<(), EmbeddedError> {
    for (shutdown, limit) in [(Shutdown::Fast, STOPPED_WITHIN), (Shutdown::Immediate, GONE_WITHIN)] {
        process::shut_down(pid, shutdown);
        if wait_for(limit, || !process::is_server_of(pid, cluster)) {
            return Ok(());
        }
        tracing::warn!(pid, ?shutdown, "the embedded Postgres does not stop");
    }
    Err(EmbeddedError::Stop { pid, seconds: (STOPPED_WITHIN + GONE_WITHIN).as_secs() })
}

/// Looks at `condition` until it holds; false when it does not within `limit`.
pub(crate) fn wait_for(limit: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    while !condition() {
        if Instant::now() > deadline {
            return false;
        }
        look_again();
    }
    true
}

/// The pause between two looks at another process.
#[expect(
    clippy::disallowed_methods,
    reason = "Postgres announces its state in a file, which nothing watches"
)]
fn look_again() {
    thread::sleep(LOOK_AGAIN);
}

/// Keeps the caller's Postgres variables and language out of Postgres's programs, and their windows off
/// the screen.
pub(crate) fn plain(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    #[cfg(windows)]
    std::os::windows::process::CommandExt::creation_flags(command, CREATE_NO_WINDOW);
    command.env("LC_ALL", "C").stdin(Stdio::null())
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
    plain(&mut command).stdout(output).stderr(errors);
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
        look_again();
    }
}

/// Whether the log tells of something that passes: the port was taken meanwhile, or the last processes of
/// a killed server are still leaving.
fn is_passing(tail: &str) -> bool {
    tail.contains("could not create any TCP/IP sockets") || tail.contains("is still in use")
}

/// The wanted port if it can be had, else any. Another process may take it before the server does.
fn free_port(wanted: Option<u16>) -> io::Result<u16> {
    let listen = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port))?.local_addr();
    if let Some(port) = wanted
        && wait_for(PORT_WITHIN, || listen(port).is_ok())
    {
        return Ok(port);
    }
    listen(0).map(|address| address.port())
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

//! For tests: one throw-away server per Postgres version and test process.
//!
//! The server trusts everyone on this machine, forgets durability for speed, and disappears with the test
//! process, however that ends. A static is never dropped and a killed process runs nothing, so a small
//! shell watches from outside: it reads from a pipe that only the test process holds open, and the end of
//! that process, of whatever kind, is the end of the pipe. Then it stops the server and removes its files.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use rustix::fs::StatVfsMountFlags;

use crate::EmbeddedError;
use crate::account::RunAs;
use crate::binaries::Binaries;
use crate::cluster::{self, Design};
use crate::directory::random_name;
use crate::server::{self, Launch, Server};
use crate::wire::{self, Login};

/// The versions that the npm packages of a source checkout bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostgresVersion {
    /// The oldest supported, from `tests/node_modules`.
    V14,
    /// The one that ships with the app, from `ui/node_modules`.
    V18,
}

/// A running throw-away server.
#[derive(Debug)]
pub struct TestServer {
    server: Server,
    version: PostgresVersion,
    databases: AtomicU32,
    /// Its closing, by whatever end of this process, makes the watcher clean up.
    _watcher: ChildStdin,
}

/// The superuser of test servers. It needs no password.
pub const USER: &str = "postgres";

/// The server of this version in this process, started on first use. Blocks for about half a second then.
///
/// # Panics
/// When the server cannot be started: a test can do nothing about it.
#[expect(clippy::panic, reason = "a test without its server has failed")]
pub fn server(version: PostgresVersion) -> &'static TestServer {
    static SERVERS: [Mutex<Option<&'static TestServer>>; 2] = [const { Mutex::new(None) }; 2];
    let mut slot = SERVERS[version as usize].lock().unwrap_or_else(PoisonError::into_inner);
    slot.get_or_insert_with(|| match TestServer::start(version) {
        Ok(server) => Box::leak(Box::new(server)),
        Err(error) => panic!("{error}"),
    })
}

/// Makes a database with a unique name, as a copy of `template` when one is given (to which nobody may be
/// connected meanwhile), and returns the name. It needs no removal: it goes with the server.
///
/// # Panics
/// When the server refuses.
#[expect(clippy::panic, reason = "a test without its database has failed")]
pub fn database(server: &TestServer, template: Option<&str>) -> String {
    let number = server.databases.fetch_add(1, Ordering::Relaxed);
    let name = format!("test_{number}");
    match wire::create_database(server.login(), &name, template) {
        Ok(()) => name,
        Err(error) => panic!("cannot create the database {name}: {error}"),
    }
}

/// Where tests best put what they make: in memory when the system has a roomy directory for that, as a
/// cluster is a thousand small files; else the temporary directory.
pub fn scratch() -> PathBuf {
    const ROOMY: u64 = 2 << 30;
    let memory = Path::new("/dev/shm");
    match rustix::fs::statvfs(memory) {
        // A copy of the binaries may have to run from there.
        Ok(system) if !system.f_flag.contains(StatVfsMountFlags::NOEXEC) => {
            let free = system.f_bavail.saturating_mul(system.f_frsize);
            if free >= ROOMY { memory.to_owned() } else { env::temp_dir() }
        }
        _ => env::temp_dir(),
    }
}

impl TestServer {
    /// Starts a server of its own, for tests that stop or kill it; others share [`server`].
    ///
    /// # Errors
    /// As [`crate::EmbeddedPostgres::start`].
    pub fn start(version: PostgresVersion) -> Result<Self, EmbeddedError> {
        Self::start_in(version, &scratch())
    }

    /// The same with its files in a directory of the caller's choice: on a disk, for what is larger than
    /// memory. For root it must be one that others may enter.
    ///
    /// # Errors
    /// As [`crate::EmbeddedPostgres::start`].
    pub fn start_in(version: PostgresVersion, directory: &Path) -> Result<Self, EmbeddedError> {
        let binaries = match version {
            PostgresVersion::V14 => Binaries::find_postgres_14(),
            PostgresVersion::V18 => Binaries::find_packaged(),
        }?;
        // A short name: the socket's path has a limit of about a hundred bytes.
        let home = directory.join(random_name("halyard-test"));
        let run_as = RunAs::owner_of(&home)?;
        run_as.private_directory(&home)?;
        let watcher = watch(&home).map_err(EmbeddedError::file("Cannot watch over", &home))?;
        let ready = binaries.prepare(&home, &run_as)?;
        let cluster = home.join("cluster");
        cluster::ensure(&cluster, &ready, &run_as, &Design { user: USER, password_file: None })?;
        let server = server::start(&Launch {
            binaries: &ready.binaries,
            run_as: &run_as,
            cluster: &cluster,
            socket_dir: &home,
            port: None,
            log: home.join("server.log"),
            settings: &[
                ("fsync", "off"),
                ("synchronous_commit", "off"),
                ("full_page_writes", "off"),
                ("max_connections", "300"),
                ("shared_buffers", "64MB"),
                ("autovacuum_naptime", "1h"),
            ],
        })?;
        Ok(Self { server, version, databases: AtomicU32::new(0), _watcher: watcher })
    }

    /// Where to connect to a database as the superuser; `postgres` always exists.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.server.port)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.server.port
    }

    /// The directory of the Unix socket.
    pub fn socket_dir(&self) -> &Path {
        &self.server.socket_dir
    }

    /// The version asked for.
    pub fn version(&self) -> PostgresVersion {
        self.version
    }

    /// The server's process id, for tests that kill it.
    pub fn pid(&self) -> u32 {
        self.server.pid
    }

    fn login(&self) -> Login<'_> {
        Login { port: self.server.port, user: USER, password: None }
    }
}

/// Starts the watcher over `home`. The loop is for an end in the middle of an init: `initdb` may go on
/// writing for a moment.
fn watch(home: &Path) -> std::io::Result<ChildStdin> {
    const SCRIPT: &str = r#"
        trap '' INT TERM HUP
        cat >/dev/null
        tries=0
        while [ -e "$1" ] && [ $tries -lt 100 ]; do
            if read -r pid < "$1/cluster/postmaster.pid"; then
                kill -QUIT "$pid"
                while kill -0 "$pid"; do sleep 0.02; done
            fi
            rm -rf "$1" || sleep 0.1
            tries=$((tries + 1))
        done
    "#;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", SCRIPT, "halyard-test-watcher"]).arg(home).current_dir("/");
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // Ctrl-C must reach the tests only.
        command.process_group(0);
    }
    let mut child = command.spawn()?;
    child.stdin.take().ok_or_else(|| std::io::ErrorKind::BrokenPipe.into())
}

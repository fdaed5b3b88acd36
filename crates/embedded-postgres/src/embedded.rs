//! The embedded Postgres of one data directory, in the order of its life: made, started or joined, left.

mod socket;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use crate::account::RunAs;
use crate::binaries::Ready;
use crate::cluster::{self, Design};
use crate::instances::{Turn, Usage};
use crate::server::{self, Launch, PidFile, Server};
use crate::wire::{self, Login};
use crate::{Binaries, EmbeddedError, password};

/// The superuser of the embedded Postgres.
const USER: &str = "halyard";
/// The app's database in it.
const DATABASE: &str = "halyard";

/// Small, for one person's machine, and friendly to short queries.
const SETTINGS: &[(&str, &str)] = &[
    ("cluster_name", "halyard"),
    ("max_connections", "60"),
    ("shared_buffers", "64MB"),
    ("max_wal_size", "512MB"),
    // Nothing replicates from here; bulk loads into new tables need no log then.
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
    ("max_logical_replication_workers", "0"),
    ("jit", "off"),
    ("random_page_cost", "1.1"),
];

/// What to start.
pub struct Options {
    data_dir: PathBuf,
    binaries: Binaries,
    on_step: Box<dyn Fn(Step) + Send>,
}

impl Options {
    /// The embedded Postgres under `data_dir` (in its subdirectory `postgres`), run by `binaries`.
    /// [`crate::default_data_dir`] is the usual directory. For root it must be one that others may enter.
    pub fn new(data_dir: impl Into<PathBuf>, binaries: Binaries) -> Self {
        Self { data_dir: data_dir.into(), binaries, on_step: Box::new(|_| {}) }
    }

    /// Calls `on_step`, on the starting thread, as each step begins.
    #[must_use]
    pub fn on_step(mut self, on_step: impl Fn(Step) + Send + 'static) -> Self {
        self.on_step = Box::new(on_step);
        self
    }
}

/// A step of starting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Making sure that the binaries run here.
    Preparing,
    /// Making the cluster: the first time only.
    Creating,
    /// Starting the server, with recovery when it was killed.
    Starting,
    /// A server that runs already is used.
    Joining,
}

/// How to connect. Its `Debug` form hides the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Connection {
    /// Always 127.0.0.1.
    pub host: String,
    /// The port on `host`. Another after every start.
    pub port: u16,
    /// The directory of the Unix socket, of mode 0700.
    pub socket_dir: PathBuf,
    /// The superuser.
    pub user: String,
    /// Its password. The server asks for it on the socket too.
    pub password: String,
    /// The app's database, which exists.
    pub database: String,
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, socket_dir, user, password: _, database } = self;
        write!(formatter, "{user}@{host}:{port}/{database} (socket in {})", socket_dir.display())
    }
}

/// What became of the server when an instance left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// This was the last instance: the server is stopped.
    Stopped,
    /// Another instance uses the server, which therefore goes on.
    StillUsed,
}

/// An embedded Postgres in use. Dropping it leaves it as [`EmbeddedPostgres::stop`] does.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    site: Site,
    connection: Connection,
    usage: Option<Usage>,
    /// A new cluster on its way to the disk.
    writing_down: Option<JoinHandle<()>>,
}

impl EmbeddedPostgres {
    /// Makes the cluster when there is none, starts its server or joins the one that runs, and makes sure
    /// that the database exists. Blocks: most of a second the first time, a fifth of one later, longer
    /// after a crash.
    ///
    /// A server that outlived its app (which was killed) is joined like one of a living instance.
    ///
    /// # Errors
    /// Any [`EmbeddedError`] but `BinariesMissing`. No server that this call started is left running then.
    pub fn start(options: Options) -> Result<Self, EmbeddedError> {
        let Options { data_dir, binaries, on_step } = options;
        let (home, run_as) = home(&data_dir)?;
        let turn = Turn::take(&home, &run_as)?;
        on_step(Step::Preparing);
        let ready = binaries.prepare(&home, &run_as)?;
        let site = Site { home, run_as, ready };
        let (password, writing_down) = site.cluster_with_password(&on_step)?;
        let server = site.open(&password, None, &on_step)?;
        let usage = Usage::begin(&turn, &site.home, &site.run_as)?;
        Ok(Self { site, connection: connection(server, password), usage: Some(usage), writing_down })
    }

    /// How to connect.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Starts the server again if it has gone (killed, or crashed for good), on the same port if that is
    /// still free, so that connection pools find it. Does nothing to one that runs.
    ///
    /// # Errors
    /// As [`EmbeddedPostgres::start`].
    pub fn revive(&mut self) -> Result<&Connection, EmbeddedError> {
        let _turn = Turn::take(&self.site.home, &self.site.run_as)?;
        let (password, port) = (self.connection.password.clone(), self.connection.port);
        let server = self.site.open(&password, Some(port), &|_| {})?;
        self.connection = connection(server, password);
        Ok(&self.connection)
    }

    /// Ends this instance's use of the server. The last instance to leave stops it: everyone still
    /// connected is disconnected, everything is written down, and the process is gone on return.
    ///
    /// # Errors
    /// [`EmbeddedError::Stop`] when the server does not end, [`EmbeddedError::Busy`] when another instance
    /// keeps starting or stopping it.
    pub fn stop(mut self) -> Result<Departure, EmbeddedError> {
        self.leave()
    }

    fn leave(&mut self) -> Result<Departure, EmbeddedError> {
        let Some(usage) = self.usage.take() else { return Ok(Departure::StillUsed) };
        if let Some(writing_down) = self.writing_down.take() {
            let _ = writing_down.join();
        }
        let turn = Turn::take(&self.site.home, &self.site.run_as)?;
        if !usage.end(&turn) {
            return Ok(Departure::StillUsed);
        }
        // Not the server this instance began with: another may have revived it.
        if let Some(running) = server::running(&self.site.cluster()) {
            server::stop(running.pid, &self.site.cluster())?;
            socket::remove(&running.socket_dir);
        }
        Ok(Departure::Stopped)
    }
}

impl Drop for EmbeddedPostgres {
    fn drop(&mut self) {
        if let Err(error) = self.leave() {
            tracing::warn!(%error, "the embedded Postgres was not stopped");
        }
    }
}

/// Where an embedded Postgres lives, and with what it runs.
#[derive(Debug)]
struct Site {
    home: PathBuf,
    run_as: RunAs,
    ready: Ready,
}

impl Site {
    fn cluster(&self) -> PathBuf {
        self.home.join("cluster")
    }

    /// Makes the cluster when there is none. The caller holds the turn.
    fn cluster_with_password(
        &self,
        on_step: &dyn Fn(Step),
    ) -> Result<(String, Option<JoinHandle<()>>), EmbeddedError> {
        let cluster = self.cluster();
        let password_file = self.home.join("password");
        match cluster::version(&cluster) {
            Some(version) if version == self.ready.version => Ok((password::read(&password_file)?, None)),
            Some(version) => {
                let binaries = self.ready.version.clone();
                Err(EmbeddedError::OtherVersion { path: cluster, cluster: version, binaries })
            }
            None => {
                on_step(Step::Creating);
                let password = password::choose(&password_file, &self.run_as)?;
                let design = Design { user: USER, password_file: Some(&password_file) };
                cluster::ensure(&cluster, &self.ready, &self.run_as, &design)?;
                Ok((password, Some(cluster::write_down(&cluster, &self.ready, &self.run_as))))
            }
        }
    }

    /// A server that has let the app in: the one that runs, or a new one. The caller holds the turn.
    fn open(
        &self,
        password: &str,
        port: Option<u16>,
        on_step: &dyn Fn(Step),
    ) -> Result<Server, EmbeddedError> {
        let cluster = self.cluster();
        if let Some(server) = server::join(&cluster, || on_step(Step::Joining))? {
            sign_in(&server, password)?;
            return Ok(server);
        }
        on_step(Step::Starting);
        let server = self.start_server(port)?;
        if let Err(error) = sign_in(&server, password) {
            server::stop(server.pid, &cluster)?;
            socket::remove(&server.socket_dir);
            return Err(error);
        }
        Ok(server)
    }

    fn start_server(&self, port: Option<u16>) -> Result<Server, EmbeddedError> {
        let cluster = self.cluster();
        if let Some(stale) = PidFile::read(&cluster) {
            socket::remove(&stale.socket_dir);
        }
        let socket_dir = socket::directory(&self.home, &self.run_as)?;
        let started = server::start(&Launch {
            binaries: &self.ready.binaries,
            run_as: &self.run_as,
            cluster: &cluster,
            socket_dir: &socket_dir,
            port,
            log: self.home.join("server.log"),
            settings: SETTINGS,
        });
        started.inspect_err(|_| socket::remove(&socket_dir))
    }
}

/// The embedded Postgres's own directory under the data directory, private and with its links resolved
/// (two instances may spell it differently), and who runs the server there.
fn home(data_dir: &Path) -> Result<(PathBuf, RunAs), EmbeddedError> {
    let home = data_dir.join("postgres");
    let run_as = RunAs::owner_of(&home)?;
    run_as.passable_directory(data_dir)?;
    run_as.private_directory(&home)?;
    // Windows' canonical form, `\\?\…`, is more than Postgres understands.
    let resolved = if cfg!(windows) { std::path::absolute(&home) } else { fs::canonicalize(&home) };
    let home = resolved.map_err(EmbeddedError::file("Cannot find", &home))?;
    if !run_as.reaches(&home) {
        return Err(EmbeddedError::Unreachable { account: run_as.name().to_owned(), path: home });
    }
    Ok((home, run_as))
}

fn sign_in(server: &Server, password: &str) -> Result<(), EmbeddedError> {
    let login = Login { port: server.port, user: USER, password: Some(password) };
    wire::ensure_database(login, DATABASE)
        .map_err(|error| EmbeddedError::Refused { reason: error.to_string() })
}

fn connection(server: Server, password: String) -> Connection {
    Connection {
        host: "127.0.0.1".to_owned(),
        port: server.port,
        socket_dir: server.socket_dir,
        user: USER.to_owned(),
        password,
        database: DATABASE.to_owned(),
    }
}

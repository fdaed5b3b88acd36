//! What these tests share: a place of their own, asking a server, other processes, waiting.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use halyard_embedded_postgres::{Binaries, Connection, EmbeddedError, EmbeddedPostgres, Options, testing};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;

/// A data directory that goes with the test.
pub(crate) struct Place {
    directory: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let mut builder = tempfile::Builder::new();
        // Others may enter, because a server started by root runs as another account.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755));
        Self { directory: builder.prefix("halyard-embedded").tempdir_in(testing::scratch()).unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// A file or directory of the embedded Postgres.
    pub(crate) fn postgres(&self, name: &str) -> PathBuf {
        self.path().join("postgres").join(name)
    }

    pub(crate) fn start(&self) -> EmbeddedPostgres {
        self.try_start().unwrap()
    }

    pub(crate) fn try_start(&self) -> Result<EmbeddedPostgres, EmbeddedError> {
        EmbeddedPostgres::start(Options::new(self.path(), Binaries::find(None)?))
    }

    /// The server's process id, as it wrote it.
    pub(crate) fn server_pid(&self) -> u32 {
        let file = std::fs::read_to_string(self.postgres("cluster/postmaster.pid")).unwrap();
        file.lines().next().unwrap().parse().unwrap()
    }
}

/// Where to connect over TCP.
pub(crate) fn url(connection: &Connection) -> String {
    let Connection { host, port, user, password, database, .. } = connection;
    format!("postgres://{user}:{password}@{host}:{port}/{database}")
}

/// The first column of the first row, as text; empty without rows.
pub(crate) fn query(url: &str, sql: &str) -> Result<String, sqlx::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(url).await?;
        let row: Option<String> =
            sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_optional(&mut connection).await?;
        connection.close().await?;
        Ok(row.unwrap_or_default())
    })
}

/// Runs one ignored test of this binary in a process of its own.
pub(crate) fn other_process(test: &str, environment: &[(&str, &Path)]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]).envs(environment.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

/// The rest of the first line in which `child` says `word`.
pub(crate) fn heard(child: &mut Child, word: &str) -> String {
    let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let rest = lines.map(Result::unwrap).find_map(|line| Some(line.split_once(word)?.1.trim().to_owned()));
    rest.unwrap()
}

/// Waits until `condition` holds; fails after 20 seconds.
#[track_caller]
pub(crate) fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < deadline, "not within 20 seconds: {what}");
        // Watches a process or a file, which nothing announces.
        std::thread::park_timeout(Duration::from_millis(2));
    }
}

pub(crate) fn is_alive(pid: u32) -> bool {
    // A process that ended but is not reaped yet has no command line.
    std::fs::read(format!("/proc/{pid}/cmdline")).map_or_else(
        |_| cfg!(not(target_os = "linux")) && signal(pid, "-0"),
        |command_line| !command_line.is_empty(),
    )
}

/// `kill -9 <pid>` and the like; false when there is no such process.
pub(crate) fn signal(pid: u32, signal: &str) -> bool {
    let mut command = Command::new("kill");
    command.args([signal, &pid.to_string()]).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Whether the tests run as root.
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}

/// The permission bits of a file or directory.
pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

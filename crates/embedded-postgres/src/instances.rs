//! The instances of the app that use one embedded Postgres: whose turn it is to start or stop it, and
//! whether anybody uses it still. Both are locks that the system itself releases when a process dies.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::time::Duration;

use crate::EmbeddedError;
use crate::account::RunAs;
use crate::server::wait_for;

/// Longer than any start may take, crash recovery included.
const TURN_WITHIN: Duration = Duration::from_secs(90);

/// The right to start or stop the server. Held by one instance at a time, until dropped.
pub(crate) struct Turn {
    lock: File,
}

impl Turn {
    /// Waits for the turn in `home`.
    pub(crate) fn take(home: &Path, run_as: &RunAs) -> Result<Self, EmbeddedError> {
        let path = home.join("turn.lock");
        let lock = open(&path, run_as)?;
        if wait_for(TURN_WITHIN, || lock.try_lock().is_ok()) {
            return Ok(Self { lock });
        }
        Err(EmbeddedError::Busy { path: home.to_owned(), seconds: TURN_WITHIN.as_secs() })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // Closing is not enough while a child of another thread, between fork and exec, shares the file.
        let _ = self.lock.unlock();
    }
}

/// A mark that this instance uses the server. It vanishes with the process.
#[derive(Debug)]
pub(crate) struct Usage {
    lock: File,
}

impl Usage {
    /// Begins to use the server. Asks for the turn, so that nobody counts users meanwhile.
    pub(crate) fn begin(_turn: &Turn, home: &Path, run_as: &RunAs) -> Result<Self, EmbeddedError> {
        let path = home.join("users.lock");
        let lock = open(&path, run_as)?;
        lock.lock_shared().map_err(EmbeddedError::file("Cannot lock", &path))?;
        Ok(Self { lock })
    }

    /// Ends this instance's use; true when nobody else uses the server.
    pub(crate) fn end(self, _turn: &Turn) -> bool {
        let _ = self.lock.unlock();
        let last = self.lock.try_lock().is_ok();
        let _ = self.lock.unlock();
        last
    }
}

fn open(path: &Path, run_as: &RunAs) -> Result<File, EmbeddedError> {
    let open = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path);
    let file = open.map_err(EmbeddedError::file("Cannot open", path))?;
    run_as.give(path)?;
    Ok(file)
}

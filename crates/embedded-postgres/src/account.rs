//! Who the server runs as. Postgres refuses root, so a root caller drops to an unprivileged account, and
//! what that account must own or reach is handed to it here.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::EmbeddedError;

/// Who runs `initdb` and the server.
#[derive(Clone, Debug)]
pub(crate) enum RunAs {
    /// The caller.
    Caller,
    /// Another account, because the caller is root.
    #[cfg_attr(not(unix), expect(dead_code, reason = "only Unix has a root that Postgres refuses"))]
    Account { name: String, uid: u32, gid: u32 },
}

impl RunAs {
    /// The caller, or for root: whoever owns `directory` already, else `nobody`.
    pub(crate) fn owner_of(directory: &Path) -> Result<Self, EmbeddedError> {
        platform::owner_of(directory)
    }

    /// Makes `command` run as this account, from `directory` (the caller's own may be out of reach).
    pub(crate) fn apply<'a>(&self, command: &'a mut Command, directory: &Path) -> &'a mut Command {
        platform::apply(self, command.current_dir(directory))
    }

    /// Gives `path` itself (not what is in it) to this account.
    pub(crate) fn give(&self, path: &Path) -> Result<(), EmbeddedError> {
        platform::give(self, path).map_err(EmbeddedError::file("Cannot hand over", path))
    }

    /// Makes a directory (its parents too) that this account may pass through. One that exists stays as it is.
    pub(crate) fn passable_directory(&self, path: &Path) -> Result<(), EmbeddedError> {
        if path.is_dir() {
            return Ok(());
        }
        fs::create_dir_all(path).map_err(EmbeddedError::file("Cannot create the directory", path))?;
        match self {
            Self::Caller => Ok(()),
            Self::Account { .. } => {
                platform::set_passable(path).map_err(EmbeddedError::file("Cannot open the directory", path))
            }
        }
    }

    /// Makes a directory (its parents too) that only this account may enter.
    pub(crate) fn private_directory(&self, path: &Path) -> Result<(), EmbeddedError> {
        fs::create_dir_all(path).map_err(EmbeddedError::file("Cannot create the directory", path))?;
        platform::set_private(path).map_err(EmbeddedError::file("Cannot protect the directory", path))?;
        self.give(path)
    }

    /// Whether this account can enter `directory`, judged by running something there.
    pub(crate) fn reaches(&self, directory: &Path) -> bool {
        platform::reaches(self, directory)
    }

    /// The account's name for messages.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Caller => "you",
            Self::Account { name, .. } => name,
        }
    }
}

#[cfg(unix)]
mod platform {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    use std::process::Stdio;

    use super::*;

    pub(super) fn owner_of(directory: &Path) -> Result<RunAs, EmbeddedError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(RunAs::Caller);
        }
        if let Ok(metadata) = fs::metadata(directory)
            && metadata.uid() != 0
        {
            let (uid, gid) = (metadata.uid(), metadata.gid());
            return Ok(RunAs::Account { name: name_of(uid), uid, gid });
        }
        let (uid, gid) = accounts()
            .iter()
            .find(|account| account.name == "nobody")
            .map(|account| (account.uid, account.gid))
            .ok_or(EmbeddedError::NoAccount)?;
        Ok(RunAs::Account { name: "nobody".to_owned(), uid, gid })
    }

    pub(super) fn apply<'a>(run_as: &RunAs, command: &'a mut Command) -> &'a mut Command {
        match run_as {
            RunAs::Caller => command,
            // Dropping the uid as root also drops the supplementary groups.
            RunAs::Account { uid, gid, .. } => command.uid(*uid).gid(*gid),
        }
    }

    pub(super) fn give(run_as: &RunAs, path: &Path) -> io::Result<()> {
        match run_as {
            RunAs::Caller => Ok(()),
            RunAs::Account { uid, gid, .. } => chown(path, Some(*uid), Some(*gid)),
        }
    }

    pub(super) fn set_private(path: &Path) -> io::Result<()> {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))
    }

    /// Whatever root's umask says.
    pub(super) fn set_passable(path: &Path) -> io::Result<()> {
        fs::set_permissions(path, fs::Permissions::from_mode(0o711))
    }

    pub(super) fn reaches(run_as: &RunAs, directory: &Path) -> bool {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", ":"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        run_as.apply(&mut command, directory).status().is_ok_and(|status| status.success())
    }

    struct Account {
        name: String,
        uid: u32,
        gid: u32,
    }

    fn name_of(uid: u32) -> String {
        let known = accounts().into_iter().find(|account| account.uid == uid);
        known.map_or_else(|| format!("user {uid}"), |account| account.name)
    }

    /// passwd(5). macOS writes nobody's ids as -2, hence the detour over a signed number.
    fn accounts() -> Vec<Account> {
        let Ok(passwd) = fs::read_to_string("/etc/passwd") else { return Vec::new() };
        let id = |field: &str| field.parse::<i64>().ok().map(|id| id as u32);
        passwd
            .lines()
            .filter_map(|line| {
                let fields: Vec<&str> = line.split(':').collect();
                let [name, _, uid, gid, ..] = fields.as_slice() else { return None };
                Some(Account { name: (*name).to_owned(), uid: id(uid)?, gid: id(gid)? })
            })
            .collect()
    }
}

#[cfg(not(unix))]
mod platform {
    use super::*;

    pub(super) fn owner_of(_directory: &Path) -> Result<RunAs, EmbeddedError> {
        Ok(RunAs::Caller)
    }

    pub(super) fn apply<'a>(_run_as: &RunAs, command: &'a mut Command) -> &'a mut Command {
        command
    }

    pub(super) fn give(_run_as: &RunAs, _path: &Path) -> io::Result<()> {
        Ok(())
    }

    /// A profile's application data is the user's alone already.
    pub(super) fn set_private(_path: &Path) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn set_passable(_path: &Path) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn reaches(_run_as: &RunAs, _directory: &Path) -> bool {
        true
    }
}

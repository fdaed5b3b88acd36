//! The key that signs checkpoints: in the keychain of the operating system, or where there is none
//! in a file that only its owner may read. One for this computer, made at the first use.

use std::{fs, io, io::Write as _, path::Path};

use halyard_store::audit::checkpoint::SigningKey;
use serde::Serialize;
use ts_rs::TS;

use crate::{App, CommandError, workspace::passwords::keychain};

/// What the keychain calls it.
const ENTRY: &str = "audit checkpoint key";

/// Where the secret key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// In the keychain of the operating system.
    Keychain,
    /// In a file of the app's data directory that only its owner may read: there is no keychain.
    File,
}

impl App {
    /// The key of this computer.
    ///
    /// # Errors
    /// `internal` when it can neither be read nor made.
    pub(crate) async fn signing_key(&self) -> Result<(SigningKey, KeyPlace), CommandError> {
        // One at a time, or two would make one each.
        let _one = self.signing().lock().await;
        let path = self.options().data_dir.join("audit-checkpoint.key");
        // Whoever once had no keychain goes on with the file: the auditor knows that key.
        if let Some(key) = read(&path).map_err(CommandError::internal)? {
            return Ok((key, KeyPlace::File));
        }
        let kept = keychain(ENTRY, |entry| entry.get_password()).await;
        if let Some(key) = kept.as_deref().and_then(SigningKey::from_secret) {
            return Ok((key, KeyPlace::Keychain));
        }
        let key = SigningKey::generate().map_err(CommandError::internal)?;
        let secret = key.secret();
        // Read back: some keychains take everything and keep nothing.
        let kept = keychain(ENTRY, move |entry| {
            entry.set_password(&secret)?;
            entry.get_password()
        });
        if kept.await.is_some_and(|kept| kept == key.secret()) {
            return Ok((key, KeyPlace::Keychain));
        }
        write_signing_key(&path, &key).map_err(CommandError::internal)?;
        Ok((key, KeyPlace::File))
    }
}

/// Reads a key from a file; `None` when there is no file.
///
/// # Errors
/// When it cannot be read, or holds something else.
fn read(path: &Path) -> io::Result<Option<SigningKey>> {
    match fs::read_to_string(path) {
        Ok(text) => match SigningKey::from_secret(&text) {
            Some(key) => Ok(Some(key)),
            None => Err(io::Error::new(io::ErrorKind::InvalidData, "the file holds no checkpoint key")),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The key of a file; made, readable by its owner alone, when there is no such file. Answers whether
/// it was made.
///
/// # Errors
/// When the file cannot be read or written, or holds something else.
pub fn signing_key_file(path: &Path) -> io::Result<(SigningKey, bool)> {
    if let Some(key) = read(path)? {
        return Ok((key, false));
    }
    let key = SigningKey::generate().map_err(io::Error::other)?;
    write_signing_key(path, &key)?;
    Ok((key, true))
}

/// Never replaces a file.
fn write_signing_key(path: &Path, key: &SigningKey) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{}", key.secret())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_key_file_is_made_once_for_its_owner_alone_and_read_ever_after() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        let (made, new) = signing_key_file(&path).unwrap();
        assert!(new);
        let (read, new) = signing_key_file(&path).unwrap();
        assert!(!new);
        assert_eq!(made.public_key(), read.public_key());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_file_with_something_else_is_an_error_and_stays() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("notes.txt");
        fs::write(&path, "my notes").unwrap();
        assert!(signing_key_file(&path).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "my notes");
    }
}

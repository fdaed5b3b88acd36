//! The superuser's password: random, in a file that only the server's account may read.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::EmbeddedError;
use crate::account::RunAs;
use crate::directory::random_hex;

/// Reads the password of an existing cluster.
pub(crate) fn read(file: &Path) -> Result<String, EmbeddedError> {
    match fs::read_to_string(file) {
        Ok(password) => Ok(password.trim().to_owned()),
        Err(source) => Err(EmbeddedError::PasswordMissing { path: file.to_owned(), source }),
    }
}

/// Chooses a password for a cluster about to be made. What an interrupted init left is replaced.
pub(crate) fn choose(file: &Path, run_as: &RunAs) -> Result<String, EmbeddedError> {
    let password = write(file).map_err(EmbeddedError::file("Cannot write", file))?;
    run_as.give(file)?;
    Ok(password)
}

fn write(file: &Path) -> io::Result<String> {
    let password = random_hex::<24>()?;
    if let Err(error) = fs::remove_file(file)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error);
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut open = options.open(file)?;
    open.write_all(password.as_bytes())?;
    open.sync_all()?;
    Ok(password)
}

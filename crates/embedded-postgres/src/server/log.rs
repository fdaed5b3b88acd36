//! The server's log: bounded by starting afresh, and its end for error messages.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::EmbeddedError;
use crate::account::RunAs;

/// A larger log is put aside, replacing the one put aside before.
const LARGEST: u64 = 4 << 20;
/// How many lines an error message shows.
const TAIL_LINES: usize = 8;

pub(crate) struct Log {
    path: PathBuf,
    file: File,
    /// Where this start's lines begin.
    begin: u64,
}

impl Log {
    pub(crate) fn open(path: &Path, run_as: &RunAs) -> Result<Self, EmbeddedError> {
        if fs::metadata(path).is_ok_and(|metadata| metadata.len() > LARGEST) {
            let _ = fs::rename(path, path.with_extension("log.old"));
        }
        let open = OpenOptions::new().create(true).append(true).open(path);
        let file = open.map_err(EmbeddedError::file("Cannot write", path))?;
        run_as.give(path)?;
        let begin = file.metadata().map_or(0, |metadata| metadata.len());
        Ok(Self { path: path.to_owned(), file, begin })
    }

    /// For the server's output and errors.
    pub(crate) fn writers(&self) -> io::Result<(File, File)> {
        Ok((self.file.try_clone()?, self.file.try_clone()?))
    }

    /// The last lines since this start.
    pub(crate) fn tail(&self) -> String {
        let mut bytes = Vec::new();
        let read = File::open(&self.path).and_then(|mut file| {
            file.seek(SeekFrom::Start(self.begin))?;
            file.read_to_end(&mut bytes)
        });
        if read.is_err() {
            return String::new();
        }
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
    }
}

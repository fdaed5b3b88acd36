//! One file that is being exported: written beside its final place, and put there when it is whole.
//! Given up for whatever reason, it leaves nothing behind.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Serialize;
use tokio::{fs::File, io::AsyncWriteExt as _};
use ts_rs::TS;

use super::{
    Progress,
    csv::{self, Cell},
};
use crate::{CommandError, ErrorCode};

/// Bytes that are gathered before they are written.
const CHUNK: usize = 64 * 1024;

/// Names with a number that are tried before giving up.
const MOST_NAMES: u32 = 10_000;

/// Characters of a file's name without its ending, at most.
const LONGEST_NAME: usize = 120;

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Exported {
    /// Its name; with a number when the wished one was taken.
    pub file_name: String,
    /// The directory that it is in.
    pub directory: String,
    /// Rows without the header.
    #[ts(type = "number")]
    pub rows: u64,
    /// Its size.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// A file under way. Dropped before it is finished, it is removed.
#[derive(Debug)]
pub(crate) struct ExportFile {
    part: Part,
    file: File,
    directory: PathBuf,
    name: String,
    pending: String,
    bytes: u64,
    progress: Arc<Progress>,
}

/// The unfinished file on the disk.
#[derive(Debug)]
struct Part {
    path: PathBuf,
    kept: bool,
}

impl ExportFile {
    /// Begins a file in `directory`, which is made when it is not there.
    pub(super) async fn create(
        directory: PathBuf,
        suggested_name: &str,
        progress: Arc<Progress>,
    ) -> Result<Self, CommandError> {
        let name = file_name(suggested_name);
        let begin = {
            let (directory, name) = (directory.clone(), name.clone());
            move || {
                fs::create_dir_all(&directory)?;
                let (path, file) = first_free(&directory, &format!("{name}.part"))?;
                // Made here, so that it is removed also when nobody waits for it any more.
                Ok((Part { path, kept: false }, file))
            }
        };
        let begun = tokio::task::spawn_blocking(begin).await.map_err(CommandError::internal)?;
        let (part, file) = begun.map_err(|error| unwritable(&directory, &error))?;
        let file = File::from_std(file);
        Ok(ExportFile { part, file, directory, name, pending: String::new(), bytes: 0, progress })
    }

    /// Notes about how many rows there will be.
    pub(crate) fn expect(&self, rows: Option<u64>) {
        self.progress.expect(rows);
    }

    /// Notes that so many things were looked at without becoming rows; progress is then told by these
    /// instead of by rows.
    pub(crate) fn saw(&self, looked_at: usize) {
        self.progress.saw(looked_at as u64);
    }

    /// Begins a CSV file: the names of its columns.
    pub(crate) async fn csv_header(&mut self, names: &[&str]) -> Result<(), CommandError> {
        self.pending.push_str(csv::BYTE_ORDER_MARK);
        let cells: Vec<Cell<'_>> = names.iter().map(|name| Cell::Text(name)).collect();
        csv::push_row(&mut self.pending, &cells);
        self.write_when_large().await
    }

    /// A row of a CSV file.
    pub(crate) async fn csv_row(&mut self, cells: &[Cell<'_>]) -> Result<(), CommandError> {
        csv::push_row(&mut self.pending, cells);
        self.progress.wrote_row();
        self.write_when_large().await
    }

    /// A row of a file of lines; the line's end is added.
    pub(crate) async fn line(&mut self, line: &str) -> Result<(), CommandError> {
        self.pending.push_str(line);
        self.pending.push('\n');
        self.progress.wrote_row();
        self.write_when_large().await
    }

    /// A line of a file of lines that is no row, such as a header; the line's end is added.
    pub(crate) async fn line_beside(&mut self, line: &str) -> Result<(), CommandError> {
        self.pending.push_str(line);
        self.pending.push('\n');
        self.write_when_large().await
    }

    async fn write_when_large(&mut self) -> Result<(), CommandError> {
        if self.pending.len() < CHUNK { Ok(()) } else { self.write().await }
    }

    async fn write(&mut self) -> Result<(), CommandError> {
        let written = self.file.write_all(self.pending.as_bytes()).await;
        written.map_err(|error| unwritable(&self.directory, &error))?;
        self.bytes += self.pending.len() as u64;
        self.pending.clear();
        Ok(())
    }

    /// Puts the whole file in its place, under a name that is free.
    pub(super) async fn finish(mut self) -> Result<Exported, CommandError> {
        self.write().await?;
        let synced = async {
            self.file.flush().await?;
            self.file.sync_all().await
        };
        synced.await.map_err(|error| unwritable(&self.directory, &error))?;
        let ExportFile { part, directory, name, bytes, progress, .. } = self;
        // Two quick calls and no waiting: from here on it cannot be cancelled any more.
        let target = part.put_in_place(&directory, &name).map_err(|error| unwritable(&directory, &error))?;
        let file_name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Exported { file_name, directory: directory.display().to_string(), rows: progress.rows(), bytes })
    }
}

impl Part {
    fn put_in_place(mut self, directory: &Path, name: &str) -> io::Result<PathBuf> {
        // Takes the name first: renaming alone would overwrite somebody's file.
        let (target, _) = first_free(directory, name)?;
        fs::rename(&self.path, &target).inspect_err(|_| drop(fs::remove_file(&target)))?;
        self.kept = true;
        Ok(target)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, path = %self.path.display(), "an unfinished export is left behind");
        }
    }
}

/// Makes the first of `name.csv`, `name (2).csv`, … that is free.
fn first_free(directory: &Path, name: &str) -> io::Result<(PathBuf, fs::File)> {
    let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
    let ending = if ending.is_empty() { String::new() } else { format!(".{ending}") };
    for number in 1..MOST_NAMES {
        let name = if number == 1 { name.to_owned() } else { format!("{stem} ({number}){ending}") };
        let path = directory.join(name);
        match fs::File::create_new(&path) {
            Ok(made) => return Ok((path, made)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// A name that every file system takes: letters, digits, `-` and `_`, then one ending. What else a flag's
/// key holds becomes a dash.
fn file_name(suggested: &str) -> String {
    let (stem, ending) = suggested.rsplit_once('.').unwrap_or((suggested, "csv"));
    let plain = |text: &str, longest: usize| -> String {
        let kept = |character: char| {
            if character.is_ascii_alphanumeric() || matches!(character, '-' | '_') { character } else { '-' }
        };
        text.chars().take(longest).map(kept).collect()
    };
    format!("{}.{}", plain(stem, LONGEST_NAME), plain(ending, 8))
}

fn unwritable(directory: &Path, error: &io::Error) -> CommandError {
    tracing::warn!(%error, directory = %directory.display(), "an export cannot be written");
    let why = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        io::ErrorKind::PermissionDenied => "you may not write there".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "it is read-only".to_owned(),
        _ => format!("the system says “{error}”"),
    };
    let message = format!("The file cannot be written to {}: {why}.", directory.display());
    CommandError::new(ErrorCode::Internal, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_every_file_system() {
        assert_eq!(file_name("new-dashboard-gain.csv"), "new-dashboard-gain.csv");
        assert_eq!(file_name("a.b/../c:d-gain.csv"), "a-b----c-d-gain.csv");
        assert_eq!(file_name("audit.ndjson"), "audit.ndjson");
        assert_eq!(file_name(&format!("{}.csv", "x".repeat(500))).len(), LONGEST_NAME + 4);
    }
}

//! Files that people take away: into their Downloads directory, never to a path that the page names.
//! [`csv`] writes cells, [`file`] one file, and this the exports under way, which others follow and cancel.
//!
//! A command that exports records the access first (`Store::record_access`), then does
//! `app.exporting().run(topic, "flag-gain.csv", async |file| { … })` and answers the [`Exported`].

pub(crate) mod csv;
mod file;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::Serialize;
use tokio::sync::watch;
use ts_rs::TS;

pub use self::file::Exported;
pub(crate) use self::{csv::Cell, file::ExportFile};
use crate::{CommandError, ErrorCode};

/// How far an export is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportProgress {
    /// False: there is no export of this topic now.
    pub running: bool,
    /// Rows written so far.
    #[ts(type = "number")]
    pub rows: u64,
    /// Looked at so far, of `estimated`; the rows themselves where each becomes one.
    #[ts(type = "number")]
    pub seen: u64,
    /// About how many there are to look at; null when nobody knows.
    #[ts(type = "number | null")]
    pub estimated: Option<u64>,
}

/// The exports of the app. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Exporting {
    directory: Option<PathBuf>,
    by_topic: Arc<Mutex<HashMap<String, Arc<Progress>>>>,
}

/// How far one export is, and whether somebody cancelled it.
#[derive(Debug)]
struct Progress {
    rows: AtomicU64,
    seen: AtomicU64,
    /// Zero: not known.
    estimated: AtomicU64,
    cancelled: watch::Sender<bool>,
}

impl Exporting {
    /// Exports go to this directory, when there is one.
    pub(crate) fn new(directory: Option<PathBuf>) -> Self {
        Exporting { directory, by_topic: Arc::default() }
    }

    /// Writes a file under a topic by which others follow and cancel it. `suggested_name` may hold a
    /// flag's key; what a file name cannot hold becomes a dash. Cancelled or failed, no file is left.
    ///
    /// # Errors
    /// `cancelled`; `invalid` when an export of this topic is under way; when there is no directory or it
    /// cannot be written; and those of `rows`.
    pub(crate) async fn run(
        &self,
        topic: &str,
        suggested_name: &str,
        rows: impl AsyncFnOnce(&mut ExportFile) -> Result<(), CommandError>,
    ) -> Result<Exported, CommandError> {
        let directory = self.directory.clone().ok_or_else(no_directory)?;
        let progress = Arc::new(Progress::new());
        let _listed = self.list(topic, &progress)?;
        let mut cancelled = progress.cancelled.subscribe();
        let export = async {
            let mut file = ExportFile::create(directory, suggested_name, Arc::clone(&progress)).await?;
            rows(&mut file).await?;
            file.finish().await
        };
        tokio::select! {
            exported = export => exported,
            // The sender lives as long as `progress`.
            _ = cancelled.wait_for(|cancelled| *cancelled) => Err(CommandError::export_cancelled()),
        }
    }

    /// How far the export of a topic is.
    pub(crate) fn progress(&self, topic: &str) -> ExportProgress {
        match self.by_topic().get(topic) {
            None => ExportProgress { running: false, rows: 0, seen: 0, estimated: None },
            Some(progress) => progress.told(),
        }
    }

    /// Cancels the export of a topic, if one is under way.
    pub(crate) fn cancel(&self, topic: &str) {
        if let Some(progress) = self.by_topic().get(topic) {
            progress.cancelled.send_replace(true);
        }
    }

    fn list<'a>(&'a self, topic: &'a str, progress: &Arc<Progress>) -> Result<Listed<'a>, CommandError> {
        let mut by_topic = self.by_topic();
        if by_topic.contains_key(topic) {
            return Err(CommandError::invalid_field("topic", "This export is already under way."));
        }
        by_topic.insert(topic.to_owned(), Arc::clone(progress));
        Ok(Listed { exporting: self, topic })
    }

    fn by_topic(&self) -> MutexGuard<'_, HashMap<String, Arc<Progress>>> {
        self.by_topic.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An export in the list of those under way.
struct Listed<'a> {
    exporting: &'a Exporting,
    topic: &'a str,
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        self.exporting.by_topic().remove(self.topic);
    }
}

impl Progress {
    fn new() -> Self {
        Progress {
            rows: AtomicU64::new(0),
            seen: AtomicU64::new(0),
            estimated: AtomicU64::new(0),
            cancelled: watch::Sender::new(false),
        }
    }

    fn expect(&self, rows: Option<u64>) {
        self.estimated.store(rows.unwrap_or_default(), Ordering::Relaxed);
    }

    fn saw(&self, looked_at: u64) {
        self.seen.fetch_add(looked_at, Ordering::Relaxed);
    }

    fn wrote_row(&self) {
        self.rows.fetch_add(1, Ordering::Relaxed);
    }

    fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    fn told(&self) -> ExportProgress {
        let rows = self.rows();
        let seen = self.seen.load(Ordering::Relaxed).max(rows);
        let estimated = self.estimated.load(Ordering::Relaxed);
        let estimated = (estimated > 0).then_some(estimated.max(seen));
        ExportProgress { running: true, rows, seen, estimated }
    }
}

impl CommandError {
    fn export_cancelled() -> Self {
        CommandError::new(ErrorCode::Cancelled, "The export was cancelled. No file was kept.")
    }
}

fn no_directory() -> CommandError {
    CommandError::new(
        ErrorCode::NotFound,
        "There is no Downloads directory to export to. Make one in your home directory, then start Halyard again.",
    )
}

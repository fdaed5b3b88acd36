//! Taking evaluations out of the log: into a file, and for good. Either way the audit trail says so.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering};

use chrono::Utc;
use halyard_store::{
    Store,
    access::{Access, AccessAction},
    evaluations::{Erased, ErasureProgress, EvaluationFilter, EvaluationRow, EvaluationsPage},
};
use serde::Serialize;
use serde_json::json;
use tokio::sync::mpsc;
use ts_rs::TS;

use crate::{
    App, CommandError,
    export::{Cell, ExportFile, Exported},
};

/// Pages that wait to be written: no more are read until one is taken.
const WAITING: usize = 1;
/// The file's columns.
const COLUMNS: [&str; 15] = [
    "evaluated_at",
    "environment",
    "entity_id",
    "flag_key",
    "flag_version",
    "value",
    "reason",
    "off_by",
    "error_kind",
    "rule_index",
    "rule_id",
    "source",
    "sdk",
    "stale",
    "call_id",
];

/// Writes what a filter finds to a file, newest first.
pub(crate) async fn export(
    app: &App,
    filter: &EvaluationFilter,
    topic: &str,
) -> Result<Exported, CommandError> {
    filter.check()?;
    let workspace = app.workspace()?;
    let store = workspace.store();
    let what = filter.flag_key.as_deref().or(filter.entity_id.as_deref()).unwrap_or("all");
    let name = format!("evaluations-{what}-{}.csv", Utc::now().format("%Y-%m-%d"));
    app.exporting()
        .run(topic, &name, async |file| {
            // The trail is for good: whose evaluations they were must be erasable.
            let asked = EvaluationFilter { entity_id: None, ..filter.clone() };
            let access = Access {
                action: AccessAction::EvaluationsExported,
                entity_type: "evaluations".to_owned(),
                entity_id: String::new(),
                entity_key: filter.flag_key.clone().unwrap_or_default(),
                details: json!({ "filter": asked, "oneCustomer": filter.entity_id.is_some() }),
            };
            store.record_access(&access, &workspace.author(None)).await?;
            // What comes while it is written does not belong to it.
            let now = Utc::now();
            let filter =
                EvaluationFilter { to: Some(filter.to.map_or(now, |to| to.min(now))), ..filter.clone() };
            file.expect(store.evaluations_estimated(&filter).await?);
            write(store, &filter, file).await
        })
        .await
}

async fn write(store: &Store, filter: &EvaluationFilter, file: &mut ExportFile) -> Result<(), CommandError> {
    file.csv_header(&COLUMNS).await?;
    // Read while the page before is written.
    let (to, mut pages) = mpsc::channel::<EvaluationsPage>(WAITING);
    let read = async {
        let mut cursor = None;
        loop {
            let page = store.evaluations_chunk(filter, cursor.as_deref()).await?;
            cursor.clone_from(&page.next_cursor);
            if to.send(page).await.is_err() || cursor.is_none() {
                break;
            }
        }
        drop(to);
        Ok::<_, CommandError>(())
    };
    let write = async {
        while let Some(page) = pages.recv().await {
            for row in &page.evaluations {
                file.csv_row(&cells(row, &row.rule_id.map(|id| id.0.to_string()), &row.call_id.to_string()))
                    .await?;
            }
        }
        Ok::<_, CommandError>(())
    };
    tokio::try_join!(read, write)?;
    Ok(())
}

fn cells<'a>(row: &'a EvaluationRow, rule_id: &'a Option<String>, call_id: &'a str) -> [Cell<'a>; 15] {
    [
        Cell::Time(row.at),
        Cell::Text(&row.environment),
        Cell::Text(&row.entity_id),
        Cell::Text(&row.flag_key),
        Cell::Number(i64::from(row.flag_version)),
        Cell::Value(&row.value),
        Cell::Text(&row.reason),
        Cell::optional(row.off_by.as_deref()),
        Cell::optional(row.error_kind.as_deref()),
        row.rule_index.map_or(Cell::Empty, |index| Cell::Number(i64::from(index))),
        Cell::optional(rule_id.as_deref()),
        Cell::Text(&row.source),
        Cell::Text(&row.sdk),
        Cell::Text(if row.stale { "true" } else { "false" }),
        Cell::Text(call_id),
    ]
}

/// The erasure that is under way in a workspace; one at a time.
#[derive(Debug, Default)]
pub(crate) struct Erasing(Mutex<Option<Arc<ErasureProgress>>>);

/// How far the erasure of a customer is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EraseProgress {
    /// False: nobody is being erased now.
    pub running: bool,
    /// Days of the log gone through.
    #[ts(type = "number")]
    pub partitions: i64,
    /// Days there are; zero before it is known.
    #[ts(type = "number")]
    pub of: i64,
    /// Calls removed so far.
    #[ts(type = "number")]
    pub removed: i64,
}

impl Erasing {
    /// How far it is.
    pub(crate) fn progress(&self) -> EraseProgress {
        self.lock().as_deref().map_or_else(EraseProgress::default, |progress| EraseProgress {
            running: true,
            partitions: progress.partitions.load(Ordering::Relaxed),
            of: progress.of.load(Ordering::Relaxed),
            removed: progress.removed.load(Ordering::Relaxed),
        })
    }

    fn begin(&self) -> Option<(Under<'_>, Arc<ErasureProgress>)> {
        let mut under_way = self.lock();
        if under_way.is_some() {
            return None;
        }
        let progress = Arc::new(ErasureProgress::default());
        *under_way = Some(Arc::clone(&progress));
        Some((Under(self), progress))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<ErasureProgress>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Dropped when the erasure ends, however it does.
struct Under<'a>(&'a Erasing);

impl Drop for Under<'_> {
    fn drop(&mut self) {
        *self.0.lock() = None;
    }
}

/// Erases a customer from the log, once the person has named them twice.
pub(crate) async fn erase(
    app: &App,
    entity_id: &str,
    confirm: &str,
    note: Option<String>,
) -> Result<Erased, CommandError> {
    if confirm != entity_id {
        return Err(CommandError::invalid_field("confirm", "Type the customer's id just as it is shown."));
    }
    if !entity_id.is_empty() && note.as_ref().is_some_and(|note| note.contains(entity_id)) {
        let message = "The note stays in the audit trail for good: do not name the customer in it.";
        return Err(CommandError::invalid_field("note", message));
    }
    let workspace = app.workspace()?;
    let Some((_under, progress)) = workspace.erasing().begin() else {
        let message = "Another customer is being erased. Wait for that to end.";
        return Err(CommandError::invalid_field("entityId", message));
    };
    Ok(workspace.store().customer_erase(entity_id, &progress, &workspace.author(note.as_deref())).await?)
}

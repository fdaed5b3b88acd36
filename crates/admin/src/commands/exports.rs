//! Commands that follow exports and cancel them.

use serde::Deserialize;
use ts_rs::TS;

use super::Nothing;
pub use crate::export::{ExportProgress, Exported};
use crate::{App, CommandError};

/// Names an export.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ExportTopic {
    /// As the export was asked for.
    pub topic: String,
}

pub(super) async fn export_progress(app: &App, request: ExportTopic) -> Result<ExportProgress, CommandError> {
    Ok(app.exporting().progress(&request.topic))
}

pub(super) async fn export_cancel(app: &App, request: ExportTopic) -> Result<Nothing, CommandError> {
    app.exporting().cancel(&request.topic);
    Ok(Nothing {})
}

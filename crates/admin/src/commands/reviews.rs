//! Review afterwards: what was killed, restored or switched off without a word, and saying why.

use halyard_store::reviews::ReviewDue;
use serde::Deserialize;
use ts_rs::TS;

use super::Nothing;
use crate::{App, CommandError};

pub(super) async fn reviews_list(app: &App, _: Nothing) -> Result<Vec<ReviewDue>, CommandError> {
    Ok(app.workspace()?.store().reviews_due().await?)
}

/// Says why a change was made.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeNoteAdd {
    /// The change's entry in the audit trail.
    #[ts(type = "number")]
    pub seq: i64,
    /// Why, in 1 to 2,000 characters.
    pub note: String,
}

pub(super) async fn change_note_add(app: &App, request: ChangeNoteAdd) -> Result<Nothing, CommandError> {
    let workspace = app.workspace()?;
    workspace.store().add_note(request.seq, &request.note, &workspace.author(None)).await?;
    Ok(Nothing {})
}

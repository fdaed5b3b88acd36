//! Commands on the audit trail: lists, verification in the background, checkpoints.

pub use halyard_store::audit::checkpoint::Checkpoint;
use halyard_store::audit::{AuditAuthors, AuditFilter, AuditPage, AuditQuery};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Nothing, exports::Exported, limited, reach::topic};
pub use crate::audit::export::AuditFormat;
pub use crate::audit::{
    signing::KeyPlace,
    verification::{VerificationState, VerificationStatus},
};
use crate::{App, CommandError, audit};

pub(super) async fn audit_list(app: &App, request: AuditQuery) -> Result<AuditPage, CommandError> {
    limited("limit", i64::from(request.limit), 500)?;
    Ok(app.workspace()?.store().audit_list(&request).await?)
}

pub(super) async fn audit_authors(app: &App, _: Nothing) -> Result<AuditAuthors, CommandError> {
    Ok(app.workspace()?.store().audit_authors().await?)
}

pub(super) async fn audit_verify_start(app: &App, _: Nothing) -> Result<VerificationStatus, CommandError> {
    let workspace = app.workspace()?;
    workspace.verification().start(workspace.store());
    Ok(workspace.verification().status())
}

pub(super) async fn audit_verification(app: &App, _: Nothing) -> Result<VerificationStatus, CommandError> {
    let workspace = app.workspace()?;
    let newest = workspace.live().state().borrow().config_version;
    workspace.verification().go_on(workspace.store(), newest);
    Ok(workspace.verification().status())
}

pub(super) async fn audit_verify_cancel(app: &App, _: Nothing) -> Result<VerificationStatus, CommandError> {
    let workspace = app.workspace()?;
    workspace.verification().cancel();
    Ok(workspace.verification().status())
}

/// A checkpoint, and where the key that signed it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckpointMade {
    /// The text to keep elsewhere: one line of JSON, as `halyard-server audit verify` reads it.
    pub line: String,
    /// What it says.
    pub checkpoint: Checkpoint,
    /// Where the secret key is kept.
    pub key_place: KeyPlace,
}

pub(super) async fn audit_checkpoint(app: &App, _: Nothing) -> Result<CheckpointMade, CommandError> {
    let workspace = app.workspace()?;
    let (key, key_place) = app.signing_key().await?;
    let checkpoint = workspace.verification().checkpoint(workspace.store(), &key).await?;
    let line = serde_json::to_string(&checkpoint).map_err(CommandError::internal)?;
    Ok(CheckpointMade { line, checkpoint, key_place })
}

/// Writes entries to a file.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditExport {
    /// What kind of file.
    pub format: AuditFormat,
    /// Which entries; absent: all.
    #[serde(default)]
    #[ts(optional, as = "Option<AuditFilter>")]
    pub filter: AuditFilter,
    /// What `export_progress` and `export_cancel` know this export by.
    pub topic: String,
}

pub(super) async fn audit_export(app: &App, request: AuditExport) -> Result<Exported, CommandError> {
    let topic = topic(Some(request.topic))?.unwrap_or_default();
    audit::export::export(app, request.format, &request.filter, &topic).await
}

//! Commands on what is kept of the evaluation log: for how long, how large it is, and of whom.

use halyard_store::{
    evaluations::{Erased, LogStorage},
    settings::Settings,
};
use serde::Deserialize;
use ts_rs::TS;

use super::Nothing;
pub use crate::evaluation_log::EraseProgress;
use crate::{App, CommandError, evaluation_log};

pub(super) async fn log_storage(app: &App, _: Nothing) -> Result<LogStorage, CommandError> {
    Ok(app.workspace()?.store().log_storage().await?)
}

pub(super) async fn settings_get(app: &App, _: Nothing) -> Result<Settings, CommandError> {
    Ok(app.workspace()?.store().settings().await?)
}

/// Sets the workspace's settings.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingsSet {
    /// All of them.
    pub settings: Settings,
    /// Why.
    #[ts(optional)]
    pub note: Option<String>,
}

pub(super) async fn settings_set(app: &App, request: SettingsSet) -> Result<Settings, CommandError> {
    let workspace = app.workspace()?;
    Ok(workspace.store().settings_set(&request.settings, &workspace.author(request.note.as_deref())).await?)
}

/// Erases a customer from the log.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomerErase {
    /// Whom.
    pub entity_id: String,
    /// The same id again, typed by the person.
    pub confirm: String,
    /// Why. It stays in the audit trail: do not name the customer here.
    #[ts(optional)]
    pub note: Option<String>,
}

pub(super) async fn customer_erase(app: &App, request: CustomerErase) -> Result<Erased, CommandError> {
    evaluation_log::erase(app, &request.entity_id, &request.confirm, request.note).await
}

pub(super) async fn customer_erase_progress(app: &App, _: Nothing) -> Result<EraseProgress, CommandError> {
    Ok(app.workspace()?.erasing().progress())
}

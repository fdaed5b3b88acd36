//! Commands on environments; each change answers with the whole list in its order.

use halyard_store::environments::{Environment, EnvironmentChanges, NewEnvironment};
use serde::Deserialize;
use ts_rs::TS;

use super::Nothing;
use crate::{App, CommandError};

pub(super) async fn environments_list(app: &App, _: Nothing) -> Result<Vec<Environment>, CommandError> {
    Ok(app.workspace()?.store().environments().await?)
}

pub(super) async fn environment_create(
    app: &App,
    request: NewEnvironment,
) -> Result<Vec<Environment>, CommandError> {
    let workspace = app.workspace()?;
    Ok(workspace.store().environment_create(&request, &workspace.author(None)).await?)
}

/// Changes some fields of an environment.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnvironmentUpdate {
    /// Its key, which never changes.
    pub key: String,
    /// The fields to replace.
    pub changes: EnvironmentChanges,
    /// Why, for the audit.
    #[serde(default)]
    #[ts(optional)]
    pub note: Option<String>,
}

pub(super) async fn environment_update(
    app: &App,
    request: EnvironmentUpdate,
) -> Result<Vec<Environment>, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(request.note.as_deref());
    Ok(workspace.store().environment_update(&request.key, &request.changes, &author).await?)
}

/// Puts the environments in another order.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnvironmentsReorder {
    /// All keys in their new order.
    pub keys: Vec<String>,
}

pub(super) async fn environments_reorder(
    app: &App,
    request: EnvironmentsReorder,
) -> Result<Vec<Environment>, CommandError> {
    let workspace = app.workspace()?;
    Ok(workspace.store().environments_reorder(&request.keys, &workspace.author(None)).await?)
}

/// Deletes an environment.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnvironmentDelete {
    /// Its key.
    pub key: String,
    /// Why, for the audit.
    #[serde(default)]
    #[ts(optional)]
    pub note: Option<String>,
}

pub(super) async fn environment_delete(
    app: &App,
    request: EnvironmentDelete,
) -> Result<Vec<Environment>, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(request.note.as_deref());
    Ok(workspace.store().environment_delete(&request.key, &author).await?)
}

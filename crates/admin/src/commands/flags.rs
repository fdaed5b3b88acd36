//! Commands on flags.

use halyard_store::flags::{Flag, FlagChanges, FlagVersion, FlagsList, NewFlag};
use serde::Deserialize;
use ts_rs::TS;

use super::limited;
use crate::{App, CommandError};

/// Which flags to list.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagsListRequest {
    /// True lists archived flags alone, false the others.
    pub archived: bool,
}

pub(super) async fn flags_list(app: &App, request: FlagsListRequest) -> Result<FlagsList, CommandError> {
    Ok(app.workspace()?.store().flags_list(request.archived).await?)
}

/// Names a flag.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagGet {
    /// Its id or key.
    pub flag: String,
}

pub(super) async fn flag_get(app: &App, request: FlagGet) -> Result<Flag, CommandError> {
    Ok(app.workspace()?.store().flag_get(&request.flag).await?)
}

pub(super) async fn flag_create(app: &App, request: NewFlag) -> Result<Flag, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(request.note.as_deref());
    Ok(workspace.store().flag_create(&request, &author).await?)
}

/// Changes some fields of a flag.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagUpdate {
    /// Its id or key.
    pub flag: String,
    /// The version the edit started from; a field changed since then is a conflict.
    pub base_version: i32,
    /// The fields to replace.
    pub changes: FlagChanges,
    /// Why, for the audit.
    #[ts(optional)]
    pub note: Option<String>,
}

pub(super) async fn flag_update(app: &App, request: FlagUpdate) -> Result<Flag, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(request.note.as_deref());
    Ok(workspace.store().flag_update(&request.flag, request.base_version, &request.changes, &author).await?)
}

/// Switches a flag on or off in one environment.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagSetEnvironment {
    /// Its id or key.
    pub flag: String,
    /// The environment's key.
    pub environment: String,
    /// On or off.
    pub enabled: bool,
    /// Why, for the audit.
    #[ts(optional)]
    pub note: Option<String>,
}

pub(super) async fn flag_set_environment(
    app: &App,
    request: FlagSetEnvironment,
) -> Result<Flag, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(request.note.as_deref());
    let FlagSetEnvironment { flag, environment, enabled, .. } = &request;
    Ok(workspace.store().flag_set_environment(flag, environment, *enabled, &author).await?)
}

/// Takes a flag out of use, or back into it.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagArchive {
    /// Its id or key.
    pub flag: String,
    /// Why, for the audit.
    #[ts(optional)]
    pub note: Option<String>,
}

pub(super) async fn flag_archive(app: &App, request: FlagArchive) -> Result<Flag, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(request.note.as_deref());
    Ok(workspace.store().flag_archive(&request.flag, &author).await?)
}

pub(super) async fn flag_unarchive(app: &App, request: FlagArchive) -> Result<Flag, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(request.note.as_deref());
    Ok(workspace.store().flag_unarchive(&request.flag, &author).await?)
}

/// Makes an earlier version the newest one.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagRevert {
    /// Its id or key.
    pub flag: String,
    /// The version to bring back.
    pub version: i32,
    /// Why, for the audit.
    #[ts(optional)]
    pub note: Option<String>,
}

pub(super) async fn flag_revert(app: &App, request: FlagRevert) -> Result<Flag, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(request.note.as_deref());
    Ok(workspace.store().flag_revert(&request.flag, request.version, &author).await?)
}

/// A page of a flag's history, newest first.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagVersionsRequest {
    /// Its id or key.
    pub flag: String,
    /// Only versions before this one; null starts at the newest.
    pub before: Option<i32>,
    /// How many, 1 to 200.
    pub limit: i64,
}

pub(super) async fn flag_versions(
    app: &App,
    request: FlagVersionsRequest,
) -> Result<Vec<FlagVersion>, CommandError> {
    let limit = limited("limit", request.limit, 200)?;
    Ok(app.workspace()?.store().flag_versions(&request.flag, request.before, limit).await?)
}

//! Commands on audiences and the attributes their conditions use.

use halyard_engine::AudienceId;
use halyard_store::{
    attribute::Attribute,
    audiences::{Audience, AudienceChanges, NewAudience},
    condition::Condition,
    memberships::AudienceCount,
    suggestions::{AttributeSuggestions, EventNames},
};
use serde::Deserialize;
use ts_rs::TS;

use super::Nothing;
use crate::{App, CommandError, workspace::TENANT_DEADLINE};

pub(super) async fn audiences_list(app: &App, _: Nothing) -> Result<Vec<Audience>, CommandError> {
    Ok(app.workspace()?.store().audiences_list().await?)
}

/// Names an audience.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AudienceGet {
    /// Its id.
    pub id: AudienceId,
}

pub(super) async fn audience_get(app: &App, request: AudienceGet) -> Result<Audience, CommandError> {
    Ok(app.workspace()?.store().audience_get(request.id).await?)
}

pub(super) async fn audience_create(app: &App, request: NewAudience) -> Result<Audience, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(request.note.as_deref());
    Ok(workspace.store().audience_create(&request, &author).await?)
}

/// Changes some fields of an audience.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AudienceUpdate {
    /// Its id.
    pub id: AudienceId,
    /// The version the edit started from; a field changed since then is a conflict.
    pub base_version: i32,
    /// The fields to replace.
    pub changes: AudienceChanges,
    /// Why, for the audit.
    #[ts(optional)]
    pub note: Option<String>,
}

pub(super) async fn audience_update(app: &App, request: AudienceUpdate) -> Result<Audience, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(request.note.as_deref());
    Ok(workspace.store().audience_update(request.id, request.base_version, &request.changes, &author).await?)
}

/// Deletes an audience that no flag uses.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AudienceDelete {
    /// Its id.
    pub id: AudienceId,
    /// Why, for the audit.
    #[ts(optional)]
    pub note: Option<String>,
}

pub(super) async fn audience_delete(app: &App, request: AudienceDelete) -> Result<Nothing, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(request.note.as_deref());
    workspace.store().audience_delete(request.id, &author).await?;
    Ok(Nothing {})
}

/// Counts the customers a condition holds for.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AudienceCountRequest {
    /// A saved condition, or one being edited.
    pub condition: Condition,
}

pub(super) async fn audience_count(
    app: &App,
    request: AudienceCountRequest,
) -> Result<AudienceCount, CommandError> {
    let workspace = app.workspace()?;
    let _turn = workspace.counting().turn().await;
    let source = workspace.source().await?;
    Ok(workspace.store().audience_count(&source, &request.condition, TENANT_DEADLINE).await?)
}

/// Names an attribute.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttributeSuggestionsRequest {
    /// One of `attributes_list`.
    pub attribute: String,
}

pub(super) async fn attribute_suggestions(
    app: &App,
    request: AttributeSuggestionsRequest,
) -> Result<AttributeSuggestions, CommandError> {
    let workspace = app.workspace()?;
    let source = workspace.source().await?;
    Ok(workspace.store().attribute_suggestions(&source, &request.attribute, TENANT_DEADLINE).await?)
}

pub(super) async fn event_names(app: &App, _: Nothing) -> Result<Option<EventNames>, CommandError> {
    let workspace = app.workspace()?;
    let source = workspace.source().await?;
    Ok(workspace.store().event_names(&source, TENANT_DEADLINE).await?)
}

pub(super) async fn attributes_list(app: &App, _: Nothing) -> Result<Vec<Attribute>, CommandError> {
    Ok(app.workspace()?.store().attributes().await?)
}

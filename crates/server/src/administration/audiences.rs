//! Audiences: listed, made, shown, changed and deleted.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use halyard_engine::AudienceId;
use halyard_store::{
    StoreError,
    audiences::{Audience, AudienceChanges, NewAudience},
    condition::Condition,
    error::Current,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    body::{Fields, Object, expected, shortened},
    callers::{Editor, Viewer},
    flags::{is_unknown_version, unknown_version},
    paging::Page,
    parameters::Parameters,
    path::Named,
    precondition::{IfMatch, etag},
};
use crate::{Api, problem::Problem};

/// A page of audiences.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AudiencesPage {
    /// By name.
    audiences: Vec<Audience>,
    /// To ask for the next page with; null at the end.
    next_cursor: Option<String>,
}

pub(super) async fn list(
    _: Viewer,
    State(api): State<Api>,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let search = parameters.text("search").unwrap_or_default().to_lowercase();
    let page = Page::asked(&mut parameters);
    parameters.finish()?;
    let mut audiences = api.store().audiences_list().await?;
    let contains = |text: &str| text.to_lowercase().contains(search.trim());
    audiences.retain(|audience| contains(&audience.name) || contains(&audience.description));
    let place = |audience: &Audience| vec![audience.name.to_lowercase(), audience.name.clone()];
    let (audiences, next_cursor) = page.cut(audiences, place);
    Ok(Json(AudiencesPage { audiences, next_cursor }).into_response())
}

pub(super) async fn show(
    _: Viewer,
    State(api): State<Api>,
    Named(id): Named<String>,
) -> Result<Response, Problem> {
    Ok(shown(api.store().audience_get(audience_id(&id)?).await?))
}

pub(super) async fn create(
    Editor(author): Editor,
    State(api): State<Api>,
    Object(mut fields): Object,
) -> Result<Response, Problem> {
    let name = fields.required::<String>("name", expected::TEXT);
    let description = fields.optional::<String>("description", expected::TEXT);
    let condition = condition(&mut fields);
    if condition.is_none() && !fields.is_refused("condition") {
        fields.refuse("condition", "This field is missing. Say who is in the audience.");
    }
    let note = fields.note();
    fields.finish(|validation| {
        validation.name(name.as_deref().unwrap_or_default());
        validation.description(description.as_deref().unwrap_or_default());
    })?;
    let (Some(name), Some(condition)) = (name, condition) else {
        return Err(Problem::internal("a required field is missing and nobody noticed"));
    };
    let new = NewAudience { name, description, condition, note: None };
    let audience = api.store().audience_create(&new, &author.with_note(note)).await?;
    let location = format!("/audiences/{}", audience.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], shown(audience)).into_response())
}

pub(super) async fn change(
    Editor(author): Editor,
    State(api): State<Api>,
    Named(id): Named<String>,
    if_match: IfMatch,
    Object(mut fields): Object,
) -> Result<Response, Problem> {
    let id = audience_id(&id)?;
    let current = api.store().audience_get(id).await?;
    let changes = AudienceChanges {
        name: fields.optional("name", expected::TEXT),
        description: fields.optional("description", expected::TEXT),
        condition: condition(&mut fields),
    };
    let note = fields.note();
    fields.finish(|validation| {
        validation.name(changes.name.as_deref().unwrap_or_default());
        validation.description(changes.description.as_deref().unwrap_or_default());
    })?;
    let author = author.with_note(note);
    let mut version = match if_match {
        IfMatch::Version(version) => version,
        IfMatch::Any => current.version,
    };
    loop {
        match api.store().audience_update(id, version, &changes, &author).await {
            Ok(audience) => return Ok(shown(audience)),
            // Changed again in the meantime: whatever version there is now is as good.
            Err(StoreError::Conflict { current, .. }) if if_match == IfMatch::Any => match *current {
                Current::Audience(audience) => version = audience.version,
                Current::Flag(_) => return Err(Problem::internal("an audience conflicts with a flag")),
            },
            Err(error) if is_unknown_version(&error) => {
                return Err(unknown_version(version, current.version).with("current", current));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

pub(super) async fn delete(
    Editor(author): Editor,
    State(api): State<Api>,
    Named(id): Named<String>,
    mut parameters: Parameters,
) -> Result<StatusCode, Problem> {
    let note = parameters.note();
    parameters.finish()?;
    api.store().audience_delete(audience_id(&id)?, &author.with_note(note)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An audience with its version as `ETag`.
fn shown(audience: Audience) -> Response {
    ([(header::ETAG, etag(audience.version))], Json(audience)).into_response()
}

/// No audience is called by what is not an id.
fn audience_id(text: &str) -> Result<AudienceId, Problem> {
    text.parse().map_err(|_| Problem::not_found(format!("There is no audience “{}”.", shortened(text))))
}

fn condition(fields: &mut Fields) -> Option<Condition> {
    let json = fields.value("condition")?;
    Condition::parse(&json, "condition").map_err(|violations| fields.refuse_all(violations)).ok()
}

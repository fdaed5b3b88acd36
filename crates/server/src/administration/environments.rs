//! Environments: listed, made, changed and deleted. They have no versions: a change names the whole
//! of each field that it sends.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use halyard_store::{
    StoreError,
    environments::{Environment, EnvironmentChanges, NewEnvironment},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    body::{Object, expected},
    callers::{Editor, Viewer},
    parameters::Parameters,
    path::Named,
};
use crate::{
    Api,
    problem::{Problem, ProblemCode},
};

/// What an environment looks like until somebody chooses a colour.
const USUAL_COLOR: &str = "#6b7280";

/// Every environment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Environments {
    /// In their order.
    environments: Vec<Environment>,
}

pub(super) async fn list(
    _: Viewer,
    State(api): State<Api>,
    parameters: Parameters,
) -> Result<Json<Environments>, Problem> {
    parameters.finish()?;
    Ok(Json(Environments { environments: api.store().environments().await? }))
}

pub(super) async fn create(
    Editor(author): Editor,
    State(api): State<Api>,
    Object(mut fields): Object,
) -> Result<Response, Problem> {
    let key = fields.required::<String>("key", expected::TEXT);
    let name = fields.optional::<String>("name", expected::TEXT);
    let color = fields.optional("color", "a colour such as #c2500f");
    let production = fields.optional("production", expected::BOOLEAN);
    let note_required = fields.optional("noteRequired", expected::BOOLEAN);
    let note = fields.note();
    fields.finish(|validation| {
        if let Some(key) = &key {
            validation.environment_key("key", key);
        }
        validation.name(name.as_deref().unwrap_or_default());
    })?;
    let Some(key) = key else {
        return Err(Problem::internal("a required field is missing and nobody noticed"));
    };
    let new = NewEnvironment {
        name: name.unwrap_or_else(|| key.clone()),
        key,
        color: color.unwrap_or_else(|| USUAL_COLOR.to_owned()),
        production: production.unwrap_or_default(),
        note_required,
    };
    let all = api.store().environment_create(&new, &author.with_note(note)).await?;
    let location = format!("/environments/{}", new.key);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(named(all, &new.key)?)).into_response())
}

pub(super) async fn change(
    Editor(author): Editor,
    State(api): State<Api>,
    Named(key): Named<String>,
    Object(mut fields): Object,
) -> Result<Json<Environment>, Problem> {
    let changes = EnvironmentChanges {
        name: fields.optional("name", expected::TEXT),
        color: fields.optional("color", "a colour such as #c2500f"),
        production: fields.optional("production", expected::BOOLEAN),
        note_required: fields.optional("noteRequired", expected::BOOLEAN),
    };
    let note = fields.note();
    fields.finish(|validation| {
        validation.name(changes.name.as_deref().unwrap_or_default());
    })?;
    let all = api.store().environment_update(&key, &changes, &author.with_note(note)).await?;
    named(all, &key).map(Json)
}

pub(super) async fn delete(
    Editor(author): Editor,
    State(api): State<Api>,
    Named(key): Named<String>,
    mut parameters: Parameters,
) -> Result<StatusCode, Problem> {
    let note = parameters.note();
    parameters.finish()?;
    match api.store().environment_delete(&key, &author.with_note(note)).await {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        // Nothing is wrong with the request: something else needs the environment.
        Err(error @ StoreError::Invalid(_)) => {
            Err(Problem::new(StatusCode::CONFLICT, ProblemCode::InUse, error.to_string()))
        }
        Err(error) => Err(error.into()),
    }
}

/// The environment that was just written, out of all.
fn named(all: Vec<Environment>, key: &str) -> Result<Environment, Problem> {
    let found = all.into_iter().find(|environment| environment.key == key);
    found.ok_or_else(|| Problem::internal("an environment that was written is not there"))
}

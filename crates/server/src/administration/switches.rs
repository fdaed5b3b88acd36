//! What is done to a flag in one move: kill and restore, switch in an environment, archive, bring
//! back, revert. None of them needs a version, and none conflicts.

use axum::{extract::State, response::Response};
use halyard_store::StoreError;

use super::{
    body::{Fields, Object, ObjectOrNothing, expected},
    callers::{Editor, Operator},
    flags::shown,
    path::Named,
};
use crate::{Api, problem::Problem};

/// Flips the kill switch, or sets it when the body says how.
pub(super) async fn toggle(
    Operator(author): Operator,
    State(api): State<Api>,
    Named(flag): Named<String>,
    ObjectOrNothing(mut fields): ObjectOrNothing,
) -> Result<Response, Problem> {
    let is_active = fields.optional("isActive", expected::BOOLEAN);
    let note = fields.note();
    fields.finish(|_| {})?;
    let author = author.with_note(note);
    let flag = match is_active {
        Some(is_active) => api.store().flag_set_active(&flag, is_active, &author).await?.flag,
        None => api.store().flag_flip_active(&flag, &author).await?.flag,
    };
    Ok(shown(flag))
}

pub(super) async fn switch(
    Operator(author): Operator,
    State(api): State<Api>,
    Named((flag, environment)): Named<(String, String)>,
    Object(mut fields): Object,
) -> Result<Response, Problem> {
    let enabled = fields.required("enabled", expected::BOOLEAN);
    let note = fields.note();
    fields.finish(|_| {})?;
    let enabled = enabled.ok_or_else(unnoticed)?;
    match api.store().flag_set_environment(&flag, &environment, enabled, &author.with_note(note)).await {
        Ok(flag) => Ok(shown(flag)),
        // Here it is named in the address, not in the request.
        Err(StoreError::Invalid(violations)) if violations.iter().any(|v| v.path == "environment") => {
            Err(Problem::not_found(format!("There is no environment “{environment}”.")))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn archive(
    Editor(author): Editor,
    State(api): State<Api>,
    Named(flag): Named<String>,
    ObjectOrNothing(fields): ObjectOrNothing,
) -> Result<Response, Problem> {
    let author = author.with_note(only_note(fields)?);
    Ok(shown(api.store().flag_archive(&flag, &author).await?))
}

pub(super) async fn unarchive(
    Editor(author): Editor,
    State(api): State<Api>,
    Named(flag): Named<String>,
    ObjectOrNothing(fields): ObjectOrNothing,
) -> Result<Response, Problem> {
    let author = author.with_note(only_note(fields)?);
    Ok(shown(api.store().flag_unarchive(&flag, &author).await?))
}

/// Makes an earlier version the newest one.
pub(super) async fn revert(
    Editor(author): Editor,
    State(api): State<Api>,
    Named(flag): Named<String>,
    Object(mut fields): Object,
) -> Result<Response, Problem> {
    let version = fields.required("version", expected::VERSION);
    let note = fields.note();
    fields.finish(|_| {})?;
    let version = version.ok_or_else(unnoticed)?;
    Ok(shown(api.store().flag_revert(&flag, version, &author.with_note(note)).await?))
}

fn only_note(mut fields: Fields) -> Result<String, Problem> {
    let note = fields.note();
    fields.finish(|_| {})?;
    Ok(note)
}

fn unnoticed() -> Problem {
    Problem::internal("a required field is missing and nobody noticed")
}

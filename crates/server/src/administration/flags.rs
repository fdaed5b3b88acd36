//! Flags: listed, made, shown and changed. The switches have a file of their own.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use halyard_engine::{FlagType, RuleId, RuleInput, Validation};
use halyard_store::{
    StoreError,
    error::Current,
    flags::{Flag, FlagChanges, FlagState, FlagsPageQuery, NewFlag},
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    body::{Fields, Object, expected},
    callers::{Editor, Viewer},
    parameters::Parameters,
    path::Named,
    precondition::{IfMatch, etag},
};
use crate::{
    Api,
    problem::{Problem, ProblemCode},
};

const TYPES: &[(&str, FlagType)] = &[
    ("boolean", FlagType::Boolean),
    ("string", FlagType::String),
    ("number", FlagType::Number),
    ("json", FlagType::Json),
];

const STATES: &[(&str, FlagState)] = &[
    ("serving", FlagState::Serving),
    ("off", FlagState::Off),
    ("killed", FlagState::Killed),
    ("archived", FlagState::Archived),
];

pub(super) async fn list(
    _: Viewer,
    State(api): State<Api>,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let query = FlagsPageQuery {
        search: parameters.text("search"),
        tag: parameters.text("tag"),
        flag_type: parameters.one_of("type", TYPES),
        state: parameters.one_of("state", STATES),
        environment: parameters.text("environment"),
        audience_id: parameters.parsed("audienceId", "the id of an audience"),
        archived: parameters.boolean("archived"),
        cursor: parameters.text("cursor"),
        limit: parameters.limit(),
    };
    parameters.finish()?;
    Ok(Json(api.store().flags_page(&query).await?).into_response())
}

pub(super) async fn show(
    _: Viewer,
    State(api): State<Api>,
    Named(flag): Named<String>,
) -> Result<Response, Problem> {
    Ok(shown(api.store().flag_get(&flag).await?))
}

pub(super) async fn create(
    Editor(author): Editor,
    State(api): State<Api>,
    Object(fields): Object,
) -> Result<Response, Problem> {
    let new = new_flag(fields)?;
    let author = author.with_note(new.note.as_deref().unwrap_or_default());
    let flag = api.store().flag_create(&new, &author).await?;
    // By id, which names it even if its key is the name of another route.
    let location = format!("/feature-flags/{}", flag.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], shown(flag)).into_response())
}

pub(super) async fn change(
    Editor(author): Editor,
    State(api): State<Api>,
    Named(flag): Named<String>,
    if_match: IfMatch,
    Object(fields): Object,
) -> Result<Response, Problem> {
    // A flag that is not there is said before what is wrong with the change.
    let current = api.store().flag_get(&flag).await?;
    let (changes, note) = flag_changes(fields, current.flag_type)?;
    let author = author.with_note(note);
    let mut version = match if_match {
        IfMatch::Version(version) => version,
        IfMatch::Any => current.version,
    };
    loop {
        match api.store().flag_update(&flag, version, &changes, &author).await {
            Ok(flag) => return Ok(shown(flag)),
            // Changed again in the meantime: whatever version there is now is as good.
            Err(StoreError::Conflict { current, .. }) if if_match == IfMatch::Any => match *current {
                Current::Flag(flag) => version = flag.version,
                Current::Audience(_) => return Err(Problem::internal("a flag conflicts with an audience")),
            },
            Err(error) if is_unknown_version(&error) => {
                return Err(unknown_version(version, current.version).with("current", current));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// A flag with its version as `ETag`.
pub(super) fn shown(flag: Flag) -> Response {
    ([(header::ETAG, etag(flag.version))], Json(flag)).into_response()
}

/// Whether a change started from a version that never was.
pub(super) fn is_unknown_version(error: &StoreError) -> bool {
    matches!(error, StoreError::Invalid(violations)
        if violations.iter().all(|violation| violation.path == "baseVersion"))
}

pub(super) fn unknown_version(asked: i32, current: i32) -> Problem {
    Problem::new(
        StatusCode::PRECONDITION_FAILED,
        ProblemCode::Conflict,
        format!("There was never a version {asked}; it is at {current}. Load it again."),
    )
}

fn new_flag(mut fields: Fields) -> Result<NewFlag, Problem> {
    let key = fields.required::<String>("key", expected::TEXT);
    let name = fields.optional::<String>("name", expected::TEXT);
    let description = fields.optional::<String>("description", expected::TEXT);
    let flag_type = fields.required::<FlagType>("type", expected::FLAG_TYPE);
    let default_value = fields.required::<Value>("defaultValue", "what is served when no rule matches");
    let rules = fields.objects("rules", rule);
    let client_visible = fields.optional("clientVisible", expected::BOOLEAN);
    let permanent = fields.optional("permanent", expected::BOOLEAN);
    let tags = fields.optional::<Vec<String>>("tags", expected::TEXTS);
    let note = fields.note();
    fields.finish(|validation| {
        if let Some(key) = &key {
            validation.flag_key(key);
        }
        check_texts(validation, name.as_deref(), description.as_deref(), tags.as_deref());
        if let Some(flag_type) = flag_type {
            check_values(validation, flag_type, default_value.as_ref(), rules.as_deref());
        }
    })?;
    let (Some(key), Some(flag_type), Some(default_value)) = (key, flag_type, default_value) else {
        return Err(Problem::internal("a required field is missing and nobody noticed"));
    };
    Ok(NewFlag {
        name: name.unwrap_or_else(|| key.clone()),
        key,
        description,
        flag_type,
        default_value,
        rules,
        client_visible: client_visible.unwrap_or_default(),
        permanent,
        tags,
        note: Some(note),
    })
}

fn flag_changes(mut fields: Fields, flag_type: FlagType) -> Result<(FlagChanges, String), Problem> {
    let changes = FlagChanges {
        name: fields.optional("name", expected::TEXT),
        description: fields.optional("description", expected::TEXT),
        default_value: fields.value("defaultValue"),
        rules: fields.objects("rules", rule),
        environments: fields.optional("environments", expected::SWITCHES),
        client_visible: fields.optional("clientVisible", expected::BOOLEAN),
        permanent: fields.optional("permanent", expected::BOOLEAN),
        tags: fields.optional("tags", expected::TEXTS),
    };
    let note = fields.note();
    fields.finish(|validation| {
        let FlagChanges { name, description, tags, .. } = &changes;
        check_texts(validation, name.as_deref(), description.as_deref(), tags.as_deref());
        check_values(validation, flag_type, changes.default_value.as_ref(), changes.rules.as_deref());
    })?;
    Ok((changes, note))
}

fn rule(fields: &mut Fields) -> RuleInput {
    RuleInput {
        id: fields.optional("id", expected::TEXT),
        audience_id: fields.nullable("audienceId", "the id of an audience"),
        percentage: fields.nullable("percentage", expected::NUMBER),
        value: fields.value("value"),
        description: fields.optional("description", expected::TEXT),
    }
}

fn check_texts(
    validation: &mut Validation,
    name: Option<&str>,
    description: Option<&str>,
    tags: Option<&[String]>,
) {
    validation.name(name.unwrap_or_default());
    validation.description(description.unwrap_or_default());
    validation.tags(tags.unwrap_or_default());
}

fn check_values(
    validation: &mut Validation,
    flag_type: FlagType,
    default_value: Option<&Value>,
    rules: Option<&[RuleInput]>,
) {
    if let Some(value) = default_value {
        validation.value("defaultValue", flag_type, value);
    }
    validation.rules(flag_type, rules.unwrap_or_default(), || RuleId(Uuid::nil()));
}

//! Halyard's own routes: one flag, and all flags of an environment.

use std::borrow::Cow;

use axum::{
    extract::{Request, State},
    response::Response,
};
use halyard_engine::{Evaluation, Reason, Violation};
use halyard_evaluator::Call;
use halyard_store::evaluations::EvaluationSource;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{body, body::BodyError, caching, entity_id, field::Field, sdk::sdk};
use crate::{
    Api,
    keys::EvaluationKey,
    problem::{Problem, ProblemCode},
};

/// What both routes take. Further fields are left alone: they may mean something to a later version.
#[derive(Deserialize)]
struct Asked<'a> {
    #[serde(borrow, default)]
    key: Field<'a>,
    #[serde(borrow, default, rename = "entityId")]
    entity_id: Field<'a>,
}

/// One flag's answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answered<'a> {
    key: &'a str,
    value: &'a Value,
    variation_index: Option<u32>,
    reason: Reason,
    version: i32,
}

/// `POST /feature-flags/evaluate`
pub(super) async fn evaluate(
    State(api): State<Api>,
    key: EvaluationKey,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let body = body::object(&parts.headers, body).await?;
    let asked = parse(&body)?;
    let (flag, entity_id) = flag_and_entity(&asked)?;
    let call = Call {
        environment: key.environment(),
        entity_id,
        source: EvaluationSource::Evaluate,
        sdk: &sdk(api.names(), &parts.headers),
    };
    let Some(answer) = api.evaluate(flag, key.visibility(), call).await else {
        return Err(Problem::not_found(
            "There is no such flag, or it is archived, or this key may not see it.",
        )
        .with("reason", Evaluation::flag_not_found().reason));
    };
    let answered = Answered {
        key: flag,
        value: answer.value(),
        variation_index: answer.variation_index(),
        reason: answer.reason(),
        version: answer.flag().version,
    };
    let json = serde_json::to_vec(&answered).map_err(Problem::internal)?;
    Ok(caching::json(json.into()))
}

/// `POST /feature-flags/evaluate-all`
pub(super) async fn evaluate_all(
    State(api): State<Api>,
    key: EvaluationKey,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let body = body::object(&parts.headers, body).await?;
    let asked = parse(&body)?;
    let call = Call {
        environment: key.environment(),
        entity_id: entity(&asked).map_err(|violation| Problem::violations(vec![violation]))?,
        source: EvaluationSource::EvaluateAll,
        sdk: &sdk(api.names(), &parts.headers),
    };
    let answers = api.evaluate_all(key.visibility(), call).await;
    Ok(caching::json(answers.flag_map(true).into()))
}

fn parse(body: &[u8]) -> Result<Asked<'_>, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Problem::invalid("", format!("The body is not JSON from line {line}, column {column} on."))
    })
}

/// Everything that is wrong is said at once.
fn flag_and_entity<'a>(asked: &'a Asked<'_>) -> Result<(&'a str, Option<&'a str>), Problem> {
    match (flag(asked), entity(asked)) {
        (Ok(flag), Ok(entity)) => Ok((flag, entity)),
        (flag, entity) => Err(Problem::violations(flag.err().into_iter().chain(entity.err()).collect())),
    }
}

fn flag<'a>(asked: &'a Asked<'_>) -> Result<&'a str, Violation> {
    let message: Cow<'static, str> = match &asked.key {
        Field::Text(key) if !key.is_empty() => return Ok(key),
        Field::Absent | Field::Text(_) => "Say which flag: send its key, such as \"new-dashboard\".".into(),
        other => {
            format!("The flag's key is {}. Send it as text, such as \"new-dashboard\".", other.kind()).into()
        }
    };
    Err(Violation { path: "key".into(), message: message.into() })
}

fn entity<'a>(asked: &'a Asked<'_>) -> Result<Option<&'a str>, Violation> {
    let message = match &asked.entity_id {
        Field::Absent => return Ok(None),
        Field::Text(text) => match entity_id::check(text) {
            Ok(()) => return Ok(Some(text)),
            Err(invalid) => format!("The entity id {invalid}."),
        },
        other => format!("The entity id is {}. Send it as text, such as \"42\".", other.kind()),
    };
    Err(Violation { path: "entityId".into(), message })
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Self {
        let code = match error {
            BodyError::TooLarge(_) => ProblemCode::TooLarge,
            BodyError::MediaType | BodyError::Encoded => ProblemCode::UnsupportedMediaType,
            BodyError::Incomplete | BodyError::TooDeep | BodyError::NotAnObject => {
                return Problem::invalid("", error.to_string());
            }
        };
        Problem::new(error.status(), code, error.to_string())
    }
}

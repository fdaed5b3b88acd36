//! OpenFeature Remote Evaluation Protocol 0.3.0:
//! <https://github.com/open-feature/protocol/blob/v0.3.0/service/openapi.yaml>

use std::borrow::Cow;

use axum::{
    extract::{FromRequestParts, Path, Request, State, rejection::PathRejection},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use halyard_engine::{ErrorKind, OffBy, Reason};
use halyard_evaluator::{Answer, Call};
use halyard_store::evaluations::EvaluationSource;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{body, caching, entity_id, field::Field, sdk::sdk};
use crate::{
    Api,
    keys::{EvaluationKey, Refusal, presented},
    problem::Problem,
};

/// A flag's answer.
#[derive(Serialize)]
struct Evaluated<'a> {
    key: &'a str,
    value: &'a Value,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<String>,
    metadata: Metadata,
}

/// What Halyard's reason says beyond OpenFeature's; flat, as the protocol wants it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    version: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_id: Option<halyard_engine::RuleId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    off_by: Option<OffBy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_kind: Option<ErrorKind>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stale: bool,
}

/// Flags' answers.
#[derive(Serialize)]
struct EvaluatedAll<'a> {
    flags: Vec<Evaluated<'a>>,
    metadata: Value,
}

/// Why nothing was evaluated, in the protocol's shape.
#[derive(Debug)]
pub(super) struct Failure {
    status: StatusCode,
    error_code: &'static str,
    details: Cow<'static, str>,
    refusal: Option<Refusal>,
}

/// The key in the request's headers, refused in the protocol's shape.
struct Caller(EvaluationKey);

#[derive(Deserialize)]
struct Asked<'a> {
    #[serde(borrow, default)]
    context: Field<'a, Context<'a>>,
}

/// Only the targeting key is read; attributes are in the customers table.
#[derive(Deserialize)]
struct Context<'a> {
    #[serde(borrow, default, rename = "targetingKey")]
    targeting_key: Field<'a>,
}

/// `POST /ofrep/v1/evaluate/flags/{key}`
pub(super) async fn evaluate(
    State(api): State<Api>,
    flag: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let Ok(Path(flag)) = flag else {
        return Failure::new(StatusCode::BAD_REQUEST, "PARSE_ERROR", "The flag's key is not UTF-8.")
            .respond(None);
    };
    match evaluated(&api, &flag, request).await {
        Ok(response) => response,
        Err(failure) => failure.respond(Some(&flag)),
    }
}

/// `POST /ofrep/v1/evaluate/flags`
pub(super) async fn evaluate_all(State(api): State<Api>, request: Request) -> Response {
    match evaluated_all(&api, request).await {
        Ok(response) => response,
        Err(failure) => failure.respond(None),
    }
}

async fn evaluated(api: &Api, flag: &str, request: Request) -> Result<Response, Failure> {
    let (parts, Caller(key), body) = open(api, request).await?;
    let asked = parse(&body)?;
    let call = Call {
        environment: key.environment(),
        entity_id: Some(targeting_key(&asked)?),
        source: EvaluationSource::Ofrep,
        sdk: &sdk(api.names(), &parts.headers),
    };
    let answer = api.evaluate(flag, key.visibility(), call).await.ok_or_else(|| {
        let details = "There is no such flag, or it is archived, or this key may not see it.";
        Failure::new(StatusCode::NOT_FOUND, "FLAG_NOT_FOUND", details)
    })?;
    written(&Evaluated::new(flag, &answer)).map(caching::json)
}

async fn evaluated_all(api: &Api, request: Request) -> Result<Response, Failure> {
    let (parts, Caller(key), body) = open(api, request).await?;
    let asked = parse(&body)?;
    let call = Call {
        environment: key.environment(),
        entity_id: Some(targeting_key(&asked)?),
        source: EvaluationSource::OfrepAll,
        sdk: &sdk(api.names(), &parts.headers),
    };
    let answers: Vec<Answer> = api.evaluate_all(key.visibility(), call).await.iter().collect();
    let flags = answers.iter().map(|answer| Evaluated::new(answer.flag().compiled.key(), answer)).collect();
    let body = written(&EvaluatedAll { flags, metadata: json!({}) })?;
    Ok(caching::json_or_not_modified(&parts.headers, body))
}

/// The key before the body: whoever has none is not read.
async fn open(api: &Api, request: Request) -> Result<(Parts, Caller, Bytes), Failure> {
    let (mut parts, body) = request.into_parts();
    let caller = Caller::from_request_parts(&mut parts, api).await?;
    let body = body::object(&parts.headers, body).await.map_err(|error| {
        let code = if error.status() == StatusCode::PAYLOAD_TOO_LARGE { "GENERAL" } else { "PARSE_ERROR" };
        Failure::new(error.status(), code, error.to_string())
    })?;
    Ok((parts, caller, body))
}

fn parse(body: &[u8]) -> Result<Asked<'_>, Failure> {
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let details = format!("The body is not JSON from line {line}, column {column} on.");
        Failure::new(StatusCode::BAD_REQUEST, "PARSE_ERROR", details)
    })
}

/// The entity id. The protocol has no evaluation for nobody.
fn targeting_key<'a>(asked: &'a Asked<'_>) -> Result<&'a str, Failure> {
    let invalid = |details: String| Failure::new(StatusCode::BAD_REQUEST, "INVALID_CONTEXT", details);
    let missing = || {
        let details = "Send the customer's id as `targetingKey` in the context.";
        Failure::new(StatusCode::BAD_REQUEST, "TARGETING_KEY_MISSING", details)
    };
    let targeting_key = match &asked.context {
        Field::Absent => return Err(missing()),
        Field::Object(Context { targeting_key }) => targeting_key,
        other => return Err(invalid(format!("The context is {}. Send an object.", other.kind()))),
    };
    match targeting_key {
        Field::Absent => Err(missing()),
        Field::Text(text) if text.is_empty() => Err(missing()),
        Field::Text(text) => match entity_id::check(text) {
            Ok(()) => Ok(text),
            Err(wrong) => Err(invalid(format!("The targeting key {wrong}."))),
        },
        other => Err(invalid(format!("The targeting key is {}. Send it as text.", other.kind()))),
    }
}

impl<'a> Evaluated<'a> {
    fn new(key: &'a str, answer: &'a Answer) -> Self {
        let reason = answer.reason();
        Evaluated {
            key,
            value: answer.value(),
            reason: reason_of(answer),
            variant: answer.variation_index().map(|index| index.to_string()),
            metadata: Metadata::new(answer.flag().version, reason),
        }
    }
}

impl Metadata {
    fn new(version: i32, reason: Reason) -> Self {
        let none = Metadata {
            version,
            rule_index: None,
            rule_id: None,
            off_by: None,
            error_kind: None,
            stale: false,
        };
        match reason {
            Reason::Off { off_by } => Metadata { off_by: Some(off_by), ..none },
            Reason::RuleMatch { rule_index, rule_id, stale } => {
                Metadata { rule_index: Some(rule_index), rule_id: Some(rule_id), stale, ..none }
            }
            Reason::Fallthrough { stale } => Metadata { stale, ..none },
            Reason::Error { error_kind } => Metadata { error_kind: Some(error_kind), ..none },
        }
    }
}

/// OpenFeature's word for a reason.
fn reason_of(answer: &Answer) -> &'static str {
    match answer.reason() {
        Reason::Off { .. } => "DISABLED",
        Reason::RuleMatch { rule_index, .. } if has_percentage(answer, rule_index) => "SPLIT",
        Reason::RuleMatch { .. } => "TARGETING_MATCH",
        Reason::Fallthrough { .. } => "STATIC",
        Reason::Error { .. } => "ERROR",
    }
}

fn has_percentage(answer: &Answer, rule_index: u32) -> bool {
    let rules = answer.flag().compiled.rules();
    rules.get(rule_index as usize).is_some_and(|rule| rule.percentage().is_some())
}

/// Says a problem that kept a request from its route.
pub(super) fn refuse(path: &str, problem: &Problem) -> Response {
    let flag = path.strip_prefix("/ofrep/v1/evaluate/flags/").filter(|flag| !flag.is_empty());
    let flag = flag.map(|flag| percent_decode_str(flag).decode_utf8_lossy());
    let code = match flag {
        Some(_) if problem.status() == StatusCode::NOT_FOUND => "FLAG_NOT_FOUND",
        _ => "GENERAL",
    };
    let failure = Failure::new(problem.status(), code, problem.detail().to_owned());
    let mut response = failure.respond(flag.as_deref());
    response.headers_mut().extend(problem.headers());
    response
}

impl Failure {
    fn new(status: StatusCode, error_code: &'static str, details: impl Into<Cow<'static, str>>) -> Self {
        Failure { status, error_code, details: details.into(), refusal: None }
    }

    /// `flag` is the key that was asked for, if one was.
    fn respond(self, flag: Option<&str>) -> Response {
        let mut body = json!({ "errorCode": self.error_code, "errorDetails": self.details });
        if let Some(flag) = flag {
            body["key"] = flag.into();
        }
        let mut response = (self.status, caching::json(body.to_string().into())).into_response();
        let headers = response.headers_mut();
        if let Some(challenge) = self.refusal.and_then(Refusal::challenge) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.refusal.and_then(Refusal::retry_after) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl FromRequestParts<Api> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Failure> {
        let found = EvaluationKey::find(api, presented(&parts.headers), &parts.extensions);
        found.map(Caller).map_err(|refusal| Failure {
            refusal: Some(refusal),
            ..Failure::new(refusal.status(), "GENERAL", refusal.detail())
        })
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.respond(None)
    }
}

fn written(answer: &impl Serialize) -> Result<Bytes, Failure> {
    serde_json::to_vec(answer).map(Bytes::from).map_err(|cause| {
        tracing::error!(%cause, "request failed");
        let details = "Something went wrong inside Halyard; the server's log has the details.";
        Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "GENERAL", details)
    })
}

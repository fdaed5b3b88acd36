//! LaunchDarkly's client-side contract, for its unmodified clients with streaming off.

mod context;

use std::borrow::Cow;

use axum::{
    Router,
    extract::{Path, RawQuery, Request, State, rejection::PathRejection},
    http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use bytes::Bytes;
use halyard_evaluator::Call;
use halyard_store::evaluations::EvaluationSource;
use serde_json::json;

use self::context::InvalidContext;
use super::{body, body::BodyError, caching, sdk::sdk};
use crate::{
    Api,
    keys::{EvaluationKey, Presented, Refusal, presented_by_mobile_client},
    problem::Problem,
};

pub(super) fn routes() -> Router<Api> {
    Router::new()
        // The rest of the path, because base64 may have slashes.
        .route("/sdk/evalx/{env_id}/contexts/{*context}", get(by_page))
        .route("/sdk/evalx/{env_id}/users/{*context}", get(by_page))
        .route("/sdk/evalx/{env_id}/context", any(report_by_page))
        .route("/sdk/evalx/{env_id}/user", any(report_by_page))
        .route("/msdk/evalx/contexts/{*context}", get(by_app))
        .route("/msdk/evalx/users/{*context}", get(by_app))
        .route("/msdk/evalx/context", any(report_by_app))
        .route("/msdk/evalx/user", any(report_by_app))
        .route("/sdk/goals/{env_id}", get(goals))
        .route("/events/bulk/{env_id}", post(events))
        .route("/events/diagnostic/{env_id}", post(events))
        .route("/mobile", post(events))
        .route("/mobile/events", post(events))
        .route("/mobile/events/bulk", post(events))
        .route("/mobile/events/diagnostic", post(events))
        .route("/eval/{*rest}", any(stream))
        .route("/meval/{*rest}", any(stream))
        .route("/ping/{*rest}", any(stream))
        .route("/mping", any(stream))
}

/// A request's answer when it is not the flag map: `{"message": …}`.
#[derive(Debug)]
struct Failure {
    status: StatusCode,
    message: Cow<'static, str>,
    header: Option<(header::HeaderName, HeaderValue)>,
}

/// `GET /sdk/evalx/{envId}/contexts/{base64url}`
async fn by_page(
    State(api): State<Api>,
    path: Result<Path<(String, String)>, PathRejection>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, Failure> {
    let Path((env_id, context)) = path?;
    let key = key_in_path(&api, &env_id, request.extensions())?;
    let map = flag_map(&api, &key, request.headers(), query.as_deref(), &context::decode(&context)?).await?;
    Ok(caching::json_or_not_modified(request.headers(), map))
}

/// `GET /msdk/evalx/contexts/{base64url}`
async fn by_app(
    State(api): State<Api>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, Failure> {
    let key = key_in_header(&api, request.headers(), request.extensions())?;
    let Path(context) = path?;
    let map = flag_map(&api, &key, request.headers(), query.as_deref(), &context::decode(&context)?).await?;
    Ok(caching::json_or_not_modified(request.headers(), map))
}

/// `REPORT /sdk/evalx/{envId}/context`
async fn report_by_page(
    State(api): State<Api>,
    env_id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, Failure> {
    require_report(request.method())?;
    let Path(env_id) = env_id?;
    let key = key_in_path(&api, &env_id, request.extensions())?;
    reported(&api, &key, query.as_deref(), request).await
}

/// `REPORT /msdk/evalx/context`
async fn report_by_app(
    State(api): State<Api>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, Failure> {
    require_report(request.method())?;
    let key = key_in_header(&api, request.headers(), request.extensions())?;
    reported(&api, &key, query.as_deref(), request).await
}

/// `GET /sdk/goals/{envId}`: there are no goals.
async fn goals(
    State(api): State<Api>,
    env_id: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Failure> {
    let Path(env_id) = env_id?;
    key_in_path(&api, &env_id, request.extensions())?;
    Ok(caching::json(Bytes::from_static(b"[]")))
}

/// Events, in whatever encoding: accepted and dropped. Evaluations are logged where they are made.
async fn events(request: Request) -> Result<StatusCode, Failure> {
    body::drop_events(request.into_body()).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Streams: there are none, and clients told so go on polling.
async fn stream() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "There is no streaming. Switch it off, and poll.")
}

async fn reported(
    api: &Api,
    key: &EvaluationKey,
    query: Option<&str>,
    request: Request,
) -> Result<Response, Failure> {
    let (parts, body) = request.into_parts();
    let context = body::object(&parts.headers, body).await?;
    flag_map(api, key, &parts.headers, query, &context).await.map(caching::json)
}

async fn flag_map(
    api: &Api,
    key: &EvaluationKey,
    headers: &HeaderMap,
    query: Option<&str>,
    context: &[u8],
) -> Result<Bytes, Failure> {
    let call = Call {
        environment: key.environment(),
        entity_id: Some(&context::entity_id(context)?),
        source: EvaluationSource::LaunchDarkly,
        sdk: &sdk(api.names(), headers),
    };
    let answers = api.evaluate_all(key.visibility(), call).await;
    Ok(answers.flag_map(with_reasons(query)).into())
}

/// Whether reasons were asked for. Other parameters are ignored.
fn with_reasons(query: Option<&str>) -> bool {
    query.unwrap_or_default().split('&').any(|parameter| parameter == "withReasons=true")
}

/// The client key in an address. Whatever is wrong with it, there is no such environment.
fn key_in_path(api: &Api, env_id: &str, extensions: &Extensions) -> Result<EvaluationKey, Failure> {
    EvaluationKey::find(api, Presented::Public(env_id.as_bytes()), extensions).map_err(
        |refusal| match refusal {
            Refusal::TooMany(_) | Refusal::NotReady => Failure::from(refusal),
            _ => Failure::new(StatusCode::NOT_FOUND, refusal.detail()),
        },
    )
}

fn key_in_header(api: &Api, headers: &HeaderMap, extensions: &Extensions) -> Result<EvaluationKey, Failure> {
    Ok(EvaluationKey::find(api, presented_by_mobile_client(headers), extensions)?)
}

/// OpenAPI and axum have no filter for REPORT: RFC 3253's way to ask with a body.
fn require_report(method: &Method) -> Result<(), Failure> {
    let allowed = HeaderValue::from_static("REPORT, OPTIONS");
    if method.as_str() == "REPORT" { Ok(()) } else { Err(Failure::method_not_allowed(allowed)) }
}

/// Says a problem that kept a request from its route.
pub(super) fn refuse(problem: &Problem) -> Response {
    let mut response = Failure::new(problem.status(), problem.detail().to_owned()).into_response();
    response.headers_mut().extend(problem.headers());
    response
}

impl Failure {
    fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Failure { status, message: message.into(), header: None }
    }

    fn method_not_allowed(allowed: HeaderValue) -> Self {
        let message = "This route has other methods; the header Allow lists them.";
        Failure {
            header: Some((header::ALLOW, allowed)),
            ..Failure::new(StatusCode::METHOD_NOT_ALLOWED, message)
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let challenge = refusal.challenge().map(|challenge| (header::WWW_AUTHENTICATE, challenge));
        let retry_after = refusal.retry_after().map(|seconds| (header::RETRY_AFTER, seconds.into()));
        Failure { header: challenge.or(retry_after), ..Failure::new(refusal.status(), refusal.detail()) }
    }
}

impl From<InvalidContext> for Failure {
    fn from(invalid: InvalidContext) -> Self {
        Failure::new(StatusCode::BAD_REQUEST, invalid.to_string())
    }
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        Failure::new(error.status(), error.to_string())
    }
}

impl From<PathRejection> for Failure {
    fn from(_: PathRejection) -> Self {
        Failure::new(StatusCode::BAD_REQUEST, "The address is not UTF-8.")
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = json!({ "message": self.message }).to_string();
        let mut response = (self.status, caching::json(body.into())).into_response();
        response.headers_mut().extend(self.header);
        response
    }
}

//! What a client is told when its request cannot be served: RFC 9457 `application/problem+json`,
//! with a closed set of codes. Causes go to the log, never to a client.

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use halyard_admin::{CommandError, ErrorCode};
use halyard_engine::Violation;
use halyard_store::StoreError;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::serving;

/// What kind of failure. Clients decide by this and by the status, never by a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProblemCode {
    /// The request breaks a rule; `errors` lists every one.
    Invalid,
    /// There is no such route, flag, audience or environment.
    NotFound,
    /// Somebody else changed the same fields; `current` is what it is now.
    Conflict,
    /// The key or name is taken.
    AlreadyExists,
    /// Something else depends on it; `flags` says what.
    InUse,
    /// What changes is live in a guarded environment: send a `note`. `environments` names them.
    NoteRequired,
    /// The key may not do this, or the server's database role may not.
    PermissionDenied,
    /// The database cannot be reached; trying again later is right.
    DatabaseUnavailable,
    /// The request was not served in time.
    Timeout,
    /// Another session of the database holds what would be changed; trying again later is right.
    Blocked,
    /// The database takes no changes now: a standby, or made read-only.
    ReadOnly,
    /// There is no key, or it is wrong, expired or revoked.
    Unauthenticated,
    /// The route has other methods; `Allow` lists them.
    MethodNotAllowed,
    /// The body, the address or a header is larger than the limit.
    TooLarge,
    /// The body is not JSON by its `Content-Type`, or is compressed.
    UnsupportedMediaType,
    /// The change needs `If-Match` with the version it starts from.
    PreconditionRequired,
    /// Too many requests with this key from this address; `Retry-After` says when.
    TooManyRequests,
    /// The server has no room for the request now; `Retry-After` says when.
    Overloaded,
    /// The server has no configuration to evaluate with yet.
    NotReady,
    /// A fault of Halyard; the server's log has the cause.
    Internal,
}

/// Violations that an answer lists at most; `detail` says how many there are. A body full of mistakes
/// would otherwise be answered with a far larger one.
const MAX_ERRORS: usize = 100;

/// A response that says what is wrong, and what would be right.
#[derive(Debug, Clone)]
pub(crate) struct Problem(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    status: StatusCode,
    body: ProblemBody,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// A problem as it is written.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// `about:blank`: the `code` tells problems apart.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What happened and what to do, for people.
    #[schema(value_type = String)]
    detail: Cow<'static, str>,
    /// What kind of failure.
    code: ProblemCode,
    /// Every violation at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemField>,
    /// What a client can act on, such as `reason` or `current`.
    #[serde(flatten)]
    #[schema(value_type = Object, additional_properties)]
    members: Map<String, Value>,
}

/// One violation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ProblemField {
    /// Where it is, such as `rules[3].percentage`; empty for the whole request.
    path: String,
    /// What is wrong, and what would be right.
    message: String,
}

impl Problem {
    /// A problem with nothing but a status, a code and a sentence for people.
    pub(crate) fn new(status: StatusCode, code: ProblemCode, detail: impl Into<Cow<'static, str>>) -> Self {
        let body = ProblemBody {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into(),
            code,
            errors: Vec::new(),
            members: Map::new(),
        };
        Problem(Box::new(Parts { status, body, headers: Vec::new() }))
    }

    /// 400 about one field.
    pub(crate) fn invalid(path: impl Into<String>, message: impl Into<String>) -> Self {
        Problem::violations(vec![Violation { path: path.into(), message: message.into() }])
    }

    /// 400 with every violation; the detail is the first of them.
    pub(crate) fn violations(violations: Vec<Violation>) -> Self {
        let detail = match violations.as_slice() {
            [] => "The request is not valid.".to_owned(),
            [only] => only.message.clone(),
            [first, rest @ ..] => format!("{} ({} more to fix.)", first.message, rest.len()),
        };
        let mut problem = Problem::new(StatusCode::BAD_REQUEST, ProblemCode::Invalid, detail);
        problem.0.body.errors = violations
            .into_iter()
            .take(MAX_ERRORS)
            .map(|Violation { path, message }| ProblemField { path, message })
            .collect();
        problem
    }

    /// 404: there is no such thing.
    pub(crate) fn not_found(detail: impl Into<Cow<'static, str>>) -> Self {
        Problem::new(StatusCode::NOT_FOUND, ProblemCode::NotFound, detail)
    }

    /// 500, whose cause goes to the log alone.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Self {
        serving::request_id(|request| tracing::error!(%cause, request, "request failed"));
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            ProblemCode::Internal,
            "Something went wrong inside Halyard; the server's log has the details.",
        )
    }

    /// The same problem with one more member, such as `reason`. A value that cannot be written as
    /// JSON is left out.
    pub(crate) fn with(mut self, member: &str, value: impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.0.body.members.insert(member.to_owned(), value);
        }
        self
    }

    /// The same problem with one more header.
    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// What it is answered with.
    pub(crate) fn status(&self) -> StatusCode {
        self.0.status
    }

    /// What happened and what to do, for people.
    pub(crate) fn detail(&self) -> &str {
        &self.0.body.detail
    }

    /// Its headers besides those of the body.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        self.0.headers.iter().cloned()
    }

    /// The same problem, saying after how many seconds to try again.
    pub(crate) fn retry_after(self, seconds: u32) -> Self {
        self.with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Parts { status, body, headers } = *self.0;
        // Names are texts and values come from JSON: this cannot fail.
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        let media_type = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
        response.headers_mut().extend(headers);
        response
    }
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        let details = error.details;
        if error.code == ErrorCode::Invalid
            && let Some(violations) = details.violations
        {
            return Problem::violations(violations);
        }
        let current = details.current_flag.is_some() || details.current_audience.is_some();
        let (status, code) = match error.code {
            ErrorCode::Invalid => (StatusCode::BAD_REQUEST, ProblemCode::Invalid),
            ErrorCode::NotFound => (StatusCode::NOT_FOUND, ProblemCode::NotFound),
            // The version in If-Match is not the one that is there.
            ErrorCode::Conflict if current => (StatusCode::PRECONDITION_FAILED, ProblemCode::Conflict),
            ErrorCode::Conflict => (StatusCode::CONFLICT, ProblemCode::Conflict),
            ErrorCode::AlreadyExists => (StatusCode::CONFLICT, ProblemCode::AlreadyExists),
            ErrorCode::InUse => (StatusCode::CONFLICT, ProblemCode::InUse),
            ErrorCode::PermissionDenied | ErrorCode::Forbidden => {
                (StatusCode::FORBIDDEN, ProblemCode::PermissionDenied)
            }
            ErrorCode::NoteRequired => (StatusCode::UNPROCESSABLE_ENTITY, ProblemCode::NoteRequired),
            ErrorCode::DatabaseUnavailable | ErrorCode::NoWorkspace => {
                (StatusCode::SERVICE_UNAVAILABLE, ProblemCode::DatabaseUnavailable)
            }
            // Counts are called off by the app alone; no route runs one.
            ErrorCode::Timeout | ErrorCode::Cancelled => {
                (StatusCode::SERVICE_UNAVAILABLE, ProblemCode::Timeout)
            }
            ErrorCode::Blocked => (StatusCode::SERVICE_UNAVAILABLE, ProblemCode::Blocked),
            ErrorCode::ReadOnly => (StatusCode::SERVICE_UNAVAILABLE, ProblemCode::ReadOnly),
            ErrorCode::Internal => (StatusCode::INTERNAL_SERVER_ERROR, ProblemCode::Internal),
        };
        let mut problem = Problem::new(status, code, error.message);
        if let Some(fields) = details.fields {
            problem = problem.with("fields", fields);
        }
        if let Some(flag) = details.current_flag {
            problem = problem.with("current", flag);
        }
        if let Some(audience) = details.current_audience {
            problem = problem.with("current", audience);
        }
        if let Some(flags) = details.flags {
            problem = problem.with("flags", flags);
        }
        if let Some(violations) = details.violations {
            problem.0.body.errors = violations
                .into_iter()
                .map(|Violation { path, message }| ProblemField { path, message })
                .collect();
        }
        if let Some(environments) = details.environments {
            problem = problem.with("environments", environments);
        }
        if let Some(archived) = details.archived {
            problem = problem.with("archived", archived);
        }
        if status == StatusCode::SERVICE_UNAVAILABLE { problem.retry_after(1) } else { problem }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            // Nothing that was asked for is missing: the database is not the one it should be.
            StoreError::Schema(problem) => {
                tracing::error!(%problem, "the database's schema does not fit this server");
                Problem::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    ProblemCode::DatabaseUnavailable,
                    "The database is not ready for this server. Whoever runs it finds out more with `halyard-server doctor`.",
                )
                .retry_after(10)
            }
            StoreError::PermissionDenied(_) | StoreError::Forbidden { .. } => {
                let detail = "The server's database role may not do this.";
                tracing::warn!(cause = ?std::error::Error::source(&error).map(ToString::to_string), detail);
                Problem::new(StatusCode::FORBIDDEN, ProblemCode::PermissionDenied, detail)
            }
            error => CommandError::from(error).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use halyard_store::schema::SchemaProblem;

    use super::*;

    fn internal() -> StoreError {
        StoreError::Internal(Box::new(io::Error::other("relation \"secrets\" at 10.0.0.7")))
    }

    #[test]
    fn every_error_of_the_store_has_its_status_and_code() {
        let check = |error: StoreError, status: u16, code: ProblemCode| {
            let shown = error.to_string();
            let Problem(parts) = error.into();
            assert_eq!((parts.status.as_u16(), parts.body.code), (status, code), "{shown}");
            let retry = parts.headers.iter().any(|(name, _)| name == header::RETRY_AFTER);
            assert_eq!(retry, status == 503, "{shown}");
        };
        let id = String::from("x");
        let key = String::from("x");
        check(StoreError::Invalid(Vec::new()), 400, ProblemCode::Invalid);
        check(StoreError::NotFound { what: "flag", id }, 404, ProblemCode::NotFound);
        let taken = StoreError::AlreadyExists { what: "flag", key, archived: false, flag: None };
        check(taken, 409, ProblemCode::AlreadyExists);
        check(StoreError::InUse { what: "audience", flags: Vec::new() }, 409, ProblemCode::InUse);
        check(StoreError::Timeout(None), 503, ProblemCode::Timeout);
        check(StoreError::Schema(SchemaProblem::Missing), 503, ProblemCode::DatabaseUnavailable);
        check(internal(), 500, ProblemCode::Internal);
    }

    #[test]
    fn causes_never_reach_a_client() {
        let Problem(parts) = internal().into();
        let body = serde_json::to_string(&parts.body).unwrap_or_default();
        assert!(!body.contains("secrets") && !body.contains("10.0.0.7"), "{body}");
    }

    #[test]
    fn violations_are_told_one_by_one_and_the_rest_is_counted() {
        let violation = |path: &str| Violation { path: path.into(), message: "No.".into() };
        let Problem(parts) = Problem::violations(vec![violation("a"), violation("b")]).with("reason", "x");
        let body = serde_json::to_value(&parts.body).unwrap_or_default();
        let expected = serde_json::json!({
            "type": "about:blank", "title": "Bad Request", "status": 400, "code": "invalid",
            "detail": "No. (1 more to fix.)", "reason": "x",
            "errors": [{ "path": "a", "message": "No." }, { "path": "b", "message": "No." }],
        });
        assert_eq!(body, expected);
    }
}

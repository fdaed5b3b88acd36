//! Bodies of requests that evaluate: small JSON objects, read once and bounded in size and depth
//! before anything is made of them.

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header},
};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// The most bytes of a body that is read.
pub(super) const MAX_BODY: usize = 64 * 1024;
/// The most bytes of events, which are dropped as they arrive.
pub(super) const MAX_EVENTS: usize = 1024 * 1024;
/// How deep JSON may nest. Parsers recurse, so this is checked before they begin.
const MAX_DEPTH: usize = 32;

/// Why a body cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum BodyError {
    /// More bytes than are read.
    #[error("The body is too large. Send at most {} KiB.", .0 / 1024)]
    TooLarge(usize),
    /// The client went away, or broke off.
    #[error("The body did not arrive whole.")]
    Incomplete,
    /// `Content-Type` is something else.
    #[error("The body must be JSON: send `Content-Type: application/json`.")]
    MediaType,
    /// `Content-Encoding` is something.
    #[error("The body must not be compressed: send it without `Content-Encoding`.")]
    Encoded,
    /// More than 32 arrays and objects within each other.
    #[error("The body is nested too deeply. At most {MAX_DEPTH} levels are read.")]
    TooDeep,
    /// Something else than `{…}`.
    #[error("The body must be a JSON object, such as {{\"entityId\": \"ALFKI\"}}.")]
    NotAnObject,
}

impl BodyError {
    /// What it is answered with.
    pub(super) fn status(self) -> StatusCode {
        match self {
            BodyError::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            BodyError::MediaType | BodyError::Encoded => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            BodyError::Incomplete | BodyError::TooDeep | BodyError::NotAnObject => StatusCode::BAD_REQUEST,
        }
    }
}

/// Reads the text of a JSON object. It may still be no JSON at all; but parsing it is safe.
pub(super) async fn object(headers: &HeaderMap, body: Body) -> Result<Bytes, BodyError> {
    if !is_json(headers) {
        return Err(BodyError::MediaType);
    }
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(BodyError::Encoded);
    }
    let bytes = whole(body).await?;
    check_object(&bytes)?;
    Ok(bytes)
}

/// Checks that a text begins as an object and does not nest too deeply.
pub(super) fn check_object(json: &[u8]) -> Result<(), BodyError> {
    if json.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(BodyError::NotAnObject);
    }
    if is_too_deep(json) { Err(BodyError::TooDeep) } else { Ok(()) }
}

/// Lets a body pass, chunk by chunk, without keeping any of it.
pub(super) async fn drop_events(body: Body) -> Result<(), BodyError> {
    let mut body = Limited::new(body, MAX_EVENTS);
    while let Some(frame) = body.frame().await {
        frame.map_err(|error| broken(error.as_ref(), MAX_EVENTS))?;
    }
    Ok(())
}

async fn whole(body: Body) -> Result<Bytes, BodyError> {
    match Limited::new(body, MAX_BODY).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) => Err(broken(error.as_ref(), MAX_BODY)),
    }
}

/// Limits of outer layers come wrapped in errors of their own.
fn broken(error: &(dyn std::error::Error + 'static), limit: usize) -> BodyError {
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    if causes.any(|cause| cause.is::<LengthLimitError>()) {
        BodyError::TooLarge(limit)
    } else {
        BodyError::Incomplete
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    const JSON: &[u8] = b"application/json";
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.as_bytes().get(..JSON.len()))
        .is_some_and(|start| start.eq_ignore_ascii_case(JSON))
}

/// Whether arrays and objects nest too deeply, in one pass without recursion. What is no JSON may
/// pass; the parser refuses it.
fn is_too_deep(json: &[u8]) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return true;
                }
            }
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    fn nested(depth: usize) -> String {
        format!("{{\"x\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1))
    }

    #[test]
    fn depth_is_counted_outside_of_texts() {
        let check = |json: &str, expected| assert_eq!(is_too_deep(json.as_bytes()), expected, "{json}");
        check(&nested(32), false);
        check(&nested(33), true);
        check(&nested(100_000), true);
        check(&format!("{{\"x\":\"{}\"}}", "[".repeat(40)), false);
        check(&format!("{{\"x\":\"\\\"{}\"}}", "[".repeat(40)), false);
        check(&format!("{{\"x\":\"\\\\\",\"y\":{}", "[".repeat(40)), true);
        check(&"[]".repeat(100), false);
    }

    #[test]
    fn only_what_begins_as_an_object_passes() {
        assert_eq!(check_object(b" \n{}"), Ok(()));
        for other in ["", " ", "[]", "null", "\"{\"", "\u{feff}{}"] {
            assert_eq!(check_object(other.as_bytes()), Err(BodyError::NotAnObject), "{other}");
        }
    }

    #[test]
    fn media_type_begins_with_application_json() {
        let check = |value: &str, expected| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, value.parse().unwrap());
            assert_eq!(is_json(&headers), expected, "{value}");
        };
        check("application/json", true);
        check("Application/JSON; charset=utf-8", true);
        check("application/jso", false);
        check("text/plain", false);
        assert!(!is_json(&HeaderMap::new()));
    }
}

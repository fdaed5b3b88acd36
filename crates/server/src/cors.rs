//! Cross-origin rules: every response of the evaluate routes may be read by any page, errors and
//! 304 included; administration has no CORS at all.
//!
//! Whoever answers decides by path, outside of everything else, so that a 404 of an unknown subpath,
//! a 413 and a 503 of the limits carry the headers too.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Everything below these.
const BELOW: [&str; 8] =
    ["/sdk/", "/msdk/", "/events/", "/mobile/", "/eval/", "/meval/", "/ping/", "/ofrep/"];
/// These alone: `/feature-flags/evaluate/toggle` administrates a flag that is called `evaluate`.
const EXACTLY: [&str; 4] = ["/feature-flags/evaluate", "/feature-flags/evaluate-all", "/mobile", "/mping"];

const HEADERS: [(HeaderName, HeaderValue); 2] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    (header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Date, ETag, Retry-After")),
];

const PREFLIGHT_HEADERS: [(HeaderName, HeaderValue); 3] = [
    (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET,POST,REPORT,OPTIONS")),
    (
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static(
            "X-LaunchDarkly-User-Agent,X-LaunchDarkly-Wrapper,X-LaunchDarkly-Tags,\
             X-LaunchDarkly-Event-Schema,X-LaunchDarkly-Payload-ID,X-LaunchDarkly-Instance-Id,\
             Content-Type,Authorization,X-API-Key,If-None-Match,X-Halyard-SDK",
        ),
    ),
    (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("300")),
];

/// Whether `path` is one of those that pages of any origin may call.
#[must_use]
pub(crate) fn applies_to(path: &str) -> bool {
    BELOW.iter().any(|prefix| path.starts_with(prefix)) || EXACTLY.contains(&path)
}

/// Adds what every response of an evaluate route carries.
pub(crate) fn add_headers(headers: &mut HeaderMap) {
    headers.extend(HEADERS.iter().cloned());
}

/// Answers what a browser asks before a request with headers of its own; needs no key. The headers
/// of [`add_headers`] are still to be added.
#[must_use]
pub(crate) fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.headers_mut().extend(PREFLIGHT_HEADERS.iter().cloned());
    response
}

#[cfg(test)]
mod tests {
    use super::applies_to;

    #[test]
    fn evaluate_routes_have_cors_and_administration_has_none() {
        for path in [
            "/feature-flags/evaluate",
            "/feature-flags/evaluate-all",
            "/sdk/evalx/hal_cli_x/contexts/e30",
            "/sdk/nowhere",
            "/msdk/evalx/context",
            "/mobile",
            "/mobile/events/bulk",
            "/events/bulk/x",
            "/mping",
            "/ping/x",
            "/eval/x/y",
            "/meval/x",
            "/ofrep/v1/evaluate/flags/a/b",
        ] {
            assert!(applies_to(path), "{path}");
        }
        for path in [
            "/",
            "/feature-flags",
            "/feature-flags/evaluated",
            "/feature-flags/evaluate/toggle",
            "/mobiles",
            "/audiences",
            "/metrics",
        ] {
            assert!(!applies_to(path), "{path}");
        }
    }
}

//! `If-Match`: the version that a change starts from (RFC 9110, section 13.1.1).

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
};

use crate::{
    Api,
    problem::{Problem, ProblemCode},
};

/// What a change says about the version that it starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IfMatch {
    /// `*`: whatever version there is; nothing that was changed since counts as a conflict.
    Any,
    /// `"7"`; of several, the newest.
    Version(i32),
}

impl FromRequestParts<Api> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Problem> {
        let mut tags = Vec::new();
        for value in parts.headers.get_all(header::IF_MATCH) {
            tags.extend(value.to_str().map_err(|_| garbage())?.split(',').map(str::trim));
        }
        read(&tags)
    }
}

fn read(tags: &[&str]) -> Result<IfMatch, Problem> {
    match tags {
        [] => Err(Problem::new(
            StatusCode::PRECONDITION_REQUIRED,
            ProblemCode::PreconditionRequired,
            "This change needs the header If-Match with the version it starts from: the ETag of a GET, \
             such as \"7\", or * for whatever version there is.",
        )),
        ["*"] => Ok(IfMatch::Any),
        tags => tags
            .iter()
            .map(|tag| version(tag).ok_or_else(garbage))
            .try_fold(0, |newest, version| version.map(|version| newest.max(version)))
            .map(IfMatch::Version),
    }
}

/// A strong tag that this server gave: a number from 1 in quotes. Weak tags never match.
fn version(tag: &str) -> Option<i32> {
    let digits = tag.strip_prefix('"')?.strip_suffix('"')?;
    let is_written_as_ours = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    is_written_as_ours.then(|| digits.parse().ok()).flatten()
}

fn garbage() -> Problem {
    Problem::invalid(
        "If-Match",
        "The header If-Match is not a version. Send the ETag of a GET as it was, quotes included, such as \"7\", or *.",
    )
}

/// The `ETag` of a version.
pub(super) fn etag(version: i32) -> HeaderValue {
    // Digits and quotes are always a header value.
    HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

    use axum::response::IntoResponse;

    use super::*;

    fn status(tags: &[&str]) -> StatusCode {
        read(tags).unwrap_err().into_response().status()
    }

    #[test]
    fn versions_are_read_as_etag_wrote_them() {
        assert_eq!(read(&["\"7\""]).unwrap(), IfMatch::Version(7));
        assert_eq!(read(&["\"7\"", "\"9\"", "\"8\""]).unwrap(), IfMatch::Version(9));
        assert_eq!(read(&["*"]).unwrap(), IfMatch::Any);
        assert_eq!(etag(7), "\"7\"");
    }

    #[test]
    fn nothing_is_428_and_garbage_400() {
        assert_eq!(status(&[]), StatusCode::PRECONDITION_REQUIRED);
        for garbage in
            ["", "7", "\"\"", "\"7", "W/\"7\"", "\"0\"", "\"-1\"", "\"07\"", "\"9999999999\"", "\"a\""]
        {
            assert_eq!(status(&[garbage]), StatusCode::BAD_REQUEST, "{garbage}");
        }
        assert_eq!(status(&["\"7\"", "*"]), StatusCode::BAD_REQUEST);
    }
}

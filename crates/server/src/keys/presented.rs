//! Where a key stands in a request.

use axum::http::{HeaderMap, HeaderName, header};

use super::Refusal;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// A text that stands where a key should.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Presented<'a> {
    /// Nothing stands there.
    Nothing,
    /// What a back end keeps to itself.
    Secret(&'a [u8]),
    /// What anybody may read: an address, or a header of an app that people install.
    Public(&'a [u8]),
}

impl<'a> Presented<'a> {
    /// Whether anybody may read it, so that it must be no secret.
    pub(super) fn is_public(self) -> bool {
        matches!(self, Presented::Public(_))
    }

    /// What is to be checked.
    pub(super) fn text(self) -> Result<&'a str, Refusal> {
        match self {
            Presented::Nothing => Err(Refusal::Missing),
            // No key has such characters, so the empty text says the same.
            Presented::Secret(bytes) | Presented::Public(bytes) => {
                Ok(std::str::from_utf8(bytes).unwrap_or_default().trim())
            }
        }
    }
}

/// The key in `Authorization: Bearer …`, else in `X-API-Key`.
pub(crate) fn presented(headers: &HeaderMap) -> Presented<'_> {
    let bearer =
        headers.get(header::AUTHORIZATION).and_then(|value| after_scheme(value.as_bytes(), b"bearer"));
    match bearer.or_else(|| headers.get(API_KEY).map(|value| value.as_bytes())) {
        Some(key) => Presented::Secret(key),
        None => Presented::Nothing,
    }
}

/// The same, or as LaunchDarkly's mobile clients send it: `Authorization: <key>` or
/// `Authorization: api_key <key>`.
pub(crate) fn presented_by_mobile_client(headers: &HeaderMap) -> Presented<'_> {
    match (presented(headers), headers.get(header::AUTHORIZATION)) {
        (Presented::Nothing, Some(value)) => {
            let value = value.as_bytes();
            Presented::Public(after_scheme(value, b"api_key").unwrap_or(value))
        }
        (presented, _) => presented,
    }
}

/// What follows `<scheme> ` in whatever case.
fn after_scheme<'a>(value: &'a [u8], scheme: &[u8]) -> Option<&'a [u8]> {
    let (before, after) = value.split_at_checked(scheme.len())?;
    let space = after.first().is_some_and(u8::is_ascii_whitespace);
    (space && before.eq_ignore_ascii_case(scheme)).then(|| &after[1..])
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    fn shown(presented: Presented<'_>) -> String {
        match presented {
            Presented::Nothing => "nothing".to_owned(),
            Presented::Secret(_) => format!("secret {}", presented.text().unwrap()),
            Presented::Public(_) => format!("public {}", presented.text().unwrap()),
        }
    }

    #[test]
    fn key_is_found_where_a_back_end_puts_it() {
        let check = |lines, expected| assert_eq!(shown(presented(&headers(lines))), expected, "{lines:?}");
        check(&[], "nothing");
        check(&[("authorization", "Bearer k")], "secret k");
        check(&[("authorization", "bearer   k ")], "secret k");
        check(&[("authorization", "BEARER k"), ("x-api-key", "other")], "secret k");
        check(&[("x-api-key", "k")], "secret k");
        check(&[("authorization", "Basic abc"), ("x-api-key", "k")], "secret k");
        check(&[("authorization", "Basic abc")], "nothing");
        check(&[("authorization", "k")], "nothing");
        check(&[("authorization", "Bearer")], "nothing");
        check(&[("x-api-key", "ключ")], "secret ключ");
    }

    #[test]
    fn mobile_client_may_send_its_key_bare() {
        let check = |lines, expected| {
            assert_eq!(shown(presented_by_mobile_client(&headers(lines))), expected, "{lines:?}");
        };
        check(&[], "nothing");
        check(&[("authorization", "k")], "public k");
        check(&[("authorization", "api_key k")], "public k");
        check(&[("authorization", "Bearer k")], "secret k");
        check(&[("x-api-key", "k")], "secret k");
    }
}

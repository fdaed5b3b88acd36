//! What a caller says it is, for the evaluation log.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, header};

use super::Names;

/// What clients say in browsers, where `User-Agent` is the browser's: ours, and LaunchDarkly's.
const HALYARD_SDK: HeaderName = HeaderName::from_static("x-halyard-sdk");
const LAUNCHDARKLY_USER_AGENT: HeaderName = HeaderName::from_static("x-launchdarkly-user-agent");
const MAX_CHARACTERS: usize = 100;

/// The caller's name, such as `JSClient/3.9.5`; at most 100 characters, empty if it says nothing.
pub(super) fn sdk(names: &Names, headers: &HeaderMap) -> Arc<str> {
    let names_of_clients = [HALYARD_SDK, LAUNCHDARKLY_USER_AGENT, header::USER_AGENT];
    let said = names_of_clients.iter().find_map(|name| headers.get(name));
    // `to_str` takes visible ASCII only, so bytes are characters.
    let name = said.and_then(|name| name.to_str().ok()).unwrap_or_default();
    names.shared(name.get(..MAX_CHARACTERS).unwrap_or(name))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn the_client_is_named_before_its_browser_and_cut() {
        let check = |lines: &[(HeaderName, &str)], expected: &str| {
            let headers = lines.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
            assert_eq!(&*sdk(&Names::default(), &headers), expected);
        };
        check(&[], "");
        check(&[(header::USER_AGENT, "curl/8")], "curl/8");
        check(
            &[(header::USER_AGENT, "Mozilla/5.0"), (LAUNCHDARKLY_USER_AGENT, "JSClient/3.9.5")],
            "JSClient/3.9.5",
        );
        check(&[(header::USER_AGENT, "Mozilla/5.0"), (HALYARD_SDK, "halyard-js/0.1.0")], "halyard-js/0.1.0");
        check(&[(header::USER_AGENT, &"x".repeat(101))], &"x".repeat(100));
        check(&[(header::USER_AGENT, "ключ")], "");
    }
}

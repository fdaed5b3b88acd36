//! Answers that a client may keep and ask about: `ETag` over the body, never over the configuration
//! alone, because membership changes without it.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use bytes::Bytes;
use twox_hash::xxhash3_128;

/// A JSON answer.
pub(super) fn json(body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A JSON answer with its `ETag`; 304 without it if the request says that it knows this very body.
pub(super) fn json_or_not_modified(request: &HeaderMap, body: Bytes) -> Response {
    let tag = format!("\"{:032x}\"", xxhash3_128::Hasher::oneshot(&body));
    let mut response = if knows(request, &tag) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        json(body)
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// Whether `If-None-Match` has `tag` or is `*`; weak tags count, as they must:
/// <https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2>
fn knows(request: &HeaderMap, tag: &str) -> bool {
    let lists = request.get_all(header::IF_NONE_MATCH).iter();
    lists
        .filter_map(|list| list.to_str().ok())
        .any(|list| list.trim() == "*" || tags(list).any(|known| known == tag))
}

/// The tags of a list, quotes included, `W/` excluded. A comma within quotes separates nothing.
fn tags(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = list;
    std::iter::from_fn(move || {
        let begin = rest.find('"')?;
        let length = rest[begin + 1..].find('"')? + 2;
        let tag = &rest[begin..begin + length];
        rest = &rest[begin + length..];
        Some(tag)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    fn headers(lists: &[&str]) -> HeaderMap {
        lists.iter().map(|list| (header::IF_NONE_MATCH, list.parse().unwrap())).collect()
    }

    #[test]
    fn known_tag_is_found_in_any_list() {
        let check =
            |lists: &[&str], expected| assert_eq!(knows(&headers(lists), "\"a,b\""), expected, "{lists:?}");
        check(&[], false);
        check(&[""], false);
        check(&["\"a,b\""], true);
        check(&["W/\"a,b\""], true);
        check(&["\"x\", W/\"y\" ,\"a,b\""], true);
        check(&["\"x\"", "\"a,b\""], true);
        check(&["*"], true);
        check(&[" * "], true);
        check(&["\"*\""], false);
        check(&["a,b"], false);
        check(&["\"a\",\"b\""], false);
        check(&["\"a,b"], false);
    }

    #[test]
    fn answer_is_whole_unless_the_client_knows_it() {
        let first = json_or_not_modified(&headers(&[]), Bytes::from_static(b"{}"));
        assert_eq!(first.status(), StatusCode::OK);
        let tag = first.headers()[header::ETAG].clone();
        let second = json_or_not_modified(&headers(&[tag.to_str().unwrap()]), Bytes::from_static(b"{}"));
        assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(second.headers()[header::ETAG], tag);
        assert_eq!(second.headers()[header::CACHE_CONTROL], "no-cache");
        let changed = json_or_not_modified(&headers(&[tag.to_str().unwrap()]), Bytes::from_static(b"{ }"));
        assert_eq!(changed.status(), StatusCode::OK);
    }
}

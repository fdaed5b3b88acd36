//! What is known of the request that this task is answering: its id, for logs and problems, and its
//! route, for metrics.

use std::{
    cell::OnceCell,
    sync::atomic::{AtomicU64, Ordering},
};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use uuid::Uuid;

/// Where a request's id travels, in both directions.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over from a client.
const LONGEST_ID: usize = 128;

tokio::task_local! {
    static CURRENT: Current;
}

#[derive(Debug)]
struct Current {
    id: HeaderValue,
    route: OnceCell<MatchedPath>,
}

/// Runs `answering` as the request with this id, and tells the route it came to.
pub(super) async fn scope<T>(
    id: HeaderValue,
    answering: impl Future<Output = T>,
) -> (T, Option<MatchedPath>) {
    let current = Current { id, route: OnceCell::new() };
    CURRENT
        .scope(current, async {
            let answer = answering.await;
            (answer, CURRENT.with(|current| current.route.get().cloned()))
        })
        .await
}

/// Calls `tell` with the id of the request that this task is answering, if it is answering one.
pub(crate) fn request_id<T>(tell: impl FnOnce(Option<&str>) -> T) -> T {
    let mut tell = Some(tell);
    let told = CURRENT.try_with(|current| tell.take().map(|tell| tell(current.id.to_str().ok())));
    match (told, tell) {
        (Ok(Some(told)), _) => told,
        (_, Some(tell)) => tell(None),
        (_, None) => unreachable!("told once"),
    }
}

/// The middleware that notes which route a request came to.
pub(crate) async fn note_route(request: Request, next: Next) -> Response {
    if let Some(route) = request.extensions().get::<MatchedPath>() {
        let _ = CURRENT.try_with(|current| current.route.set(route.clone()));
    }
    next.run(request).await
}

/// Names requests that come without a name: a random part for the process, and a number.
#[derive(Debug)]
pub(super) struct RequestIds {
    process: String,
    next: AtomicU64,
}

impl RequestIds {
    pub(super) fn new() -> Self {
        let mut process = Uuid::new_v4().simple().to_string();
        process.truncate(12);
        RequestIds { process, next: AtomicU64::new(1) }
    }

    /// The client's own id if it is sane, else a new one.
    pub(super) fn of(&self, headers: &HeaderMap) -> HeaderValue {
        match headers.get(REQUEST_ID) {
            Some(id) if sane(id.as_bytes()) => id.clone(),
            _ => self.make(),
        }
    }

    fn make(&self) -> HeaderValue {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let id = format!("{}-{number:x}", self.process);
        HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("-"))
    }
}

/// Short, and nothing in it that a log could mistake for something else.
fn sane(id: &[u8]) -> bool {
    (1..=LONGEST_ID).contains(&id.len())
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sane_id_is_kept_and_any_other_replaced() {
        let ids = RequestIds::new();
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, HeaderValue::from_static("0af7651916cd43dd-8448:eb.2_1"));
        assert_eq!(ids.of(&headers), "0af7651916cd43dd-8448:eb.2_1");
        for strange in ["", "two words", "quoted\"", "a=b", &"x".repeat(129)] {
            headers.insert(REQUEST_ID, HeaderValue::from_str(strange).unwrap());
            assert_ne!(ids.of(&headers), strange);
        }
        assert_ne!(ids.of(&HeaderMap::new()), ids.of(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn the_id_is_known_while_answering_and_at_no_other_time() {
        let known = || request_id(|id| id.map(str::to_owned));
        assert_eq!(known(), None);
        let (inside, route) = scope(HeaderValue::from_static("r1"), async { known() }).await;
        assert_eq!(inside.as_deref(), Some("r1"));
        assert!(route.is_none());
    }
}

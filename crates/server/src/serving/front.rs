//! What happens to every request around its route: an id, the limits, cross-origin headers, the
//! numbers. It wraps the routes as one plain function, not as layers, each of which would box every
//! request once more.

use std::{
    future::poll_fn,
    net::{IpAddr, SocketAddr},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::atomic::{AtomicUsize, Ordering},
    task::Poll,
    time::Duration,
};

use axum::{
    BoxError, Router,
    body::{Body, HttpBody},
    http::{HeaderMap, HeaderName, Method, Request, StatusCode, Uri},
    response::Response,
};
use bytes::Bytes;
use http_body_util::Limited;
use tokio::time::{Instant, timeout};
use tower::Service;

use super::{
    ClientAddress,
    request::{self, REQUEST_ID, RequestIds},
};
use crate::{
    administration, cors, evaluation,
    operations::Metrics,
    problem::{Problem, ProblemCode},
};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What a body may hold, in bytes.
const BODY: u64 = 64 * 1024;
/// The same for events, which are dropped as they arrive.
const EVENTS_BODY: u64 = 1024 * 1024;

/// The routes and what is around them.
#[derive(Debug)]
pub(super) struct Front {
    router: Router,
    behind_proxy: bool,
    time: Duration,
    requests: usize,
    answering: AtomicUsize,
    ids: RequestIds,
    metrics: Metrics,
}

impl Front {
    /// At most `requests` are answered at a time, each within `time`.
    pub(super) fn new(
        router: Router,
        metrics: Metrics,
        behind_proxy: bool,
        requests: usize,
        time: Duration,
    ) -> Self {
        let answering = AtomicUsize::new(0);
        Front { router, behind_proxy, time, requests, answering, ids: RequestIds::new(), metrics }
    }

    /// Answers one request that came from `peer`.
    pub(super) async fn answer<B>(&self, mut request: Request<B>, peer: IpAddr) -> Response
    where
        B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let began = Instant::now();
        let id = self.ids.of(request.headers());
        let method = request.method().clone();
        let cross_origin = cors::applies_to(request.uri().path());
        let client = ClientAddress(self.client(request.headers(), peer));
        request.extensions_mut().insert(client);

        let (mut response, route) = if cross_origin && method == Method::OPTIONS {
            (cors::preflight(), None)
        } else {
            request::scope(id.clone(), self.routed(request)).await
        };

        if cross_origin {
            cors::add_headers(response.headers_mut());
        }
        let route = route.as_ref().map_or("unmatched", |route| route.as_str());
        let took = began.elapsed();
        self.metrics.answered(route, &method, response.status(), took);
        if response.status().is_server_error() {
            let (status, ms) = (response.status().as_u16(), took.as_millis());
            let request = id.to_str().unwrap_or_default();
            tracing::warn!(%method, route, status, ms, request, "a request could not be served");
        }
        response.headers_mut().insert(REQUEST_ID, id);
        response
    }

    /// The route's answer, or why the request did not get as far or found no end.
    async fn routed<B>(&self, request: Request<B>) -> Response
    where
        B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let uri: Uri = request.uri().clone();
        let answered = unless_it_panics(self.within_limits(request)).await;
        answered.unwrap_or_else(|problem| evaluation::refuse(uri.path(), problem))
    }

    async fn within_limits<B>(&self, request: Request<B>) -> Result<Response, Problem>
    where
        B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let path = request.uri().path();
        if !plainly_spelt(path) {
            return Err(Problem::not_found("There is no such route."));
        }
        let limit = body_limit(path);
        if request.body().size_hint().lower() > limit {
            return Err(too_large(limit));
        }
        // Whoever watches over the server must reach it when it has most to do.
        let _room = if is_operation(path) { None } else { Some(self.room().ok_or_else(|| self.shed())?) };
        let request = request.map(|body| Body::new(Limited::new(body, limit as usize)));
        match timeout(self.time, self.router.clone().call(request)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(never)) => match never {},
            Err(_) => Err(late()),
        }
    }

    /// Behind a proxy, the address that the proxy saw: the last entry, as those before it are what
    /// the client says.
    fn client(&self, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
        if !self.behind_proxy {
            return peer;
        }
        let forwarded = headers.get_all(X_FORWARDED_FOR).iter().next_back();
        let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next());
        last.and_then(address).unwrap_or(peer)
    }

    fn room(&self) -> Option<Room<'_>> {
        let room = Room(&self.answering);
        // The room is given back by its drop, also when it was one too many.
        (self.answering.fetch_add(1, Ordering::Relaxed) < self.requests).then_some(room)
    }

    fn shed(&self) -> Problem {
        self.metrics.shed();
        let detail = "The server is answering as many requests as it can. Try again in a moment.";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::Overloaded, detail).retry_after(1)
    }
}

fn late() -> Problem {
    let detail = "The request could not be answered in time. Try again in a moment.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::Timeout, detail).retry_after(1)
}

/// What `answering` answers. A panic is a fault of this program: it fails the one request that met it,
/// not the connection and those who wait for an answer on it.
async fn unless_it_panics(
    answering: impl Future<Output = Result<Response, Problem>>,
) -> Result<Response, Problem> {
    let mut answering = pin!(answering);
    poll_fn(|context| {
        // After a panic it is not polled again, and what it shares bears being left half-way.
        let polled = catch_unwind(AssertUnwindSafe(|| answering.as_mut().poll(context)));
        polled.unwrap_or_else(|_| Poll::Ready(Err(Problem::internal("a panic, told on stderr"))))
    })
    .await
}

/// An address as proxies write it, some with the port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    text.parse().or_else(|_| text.parse().map(|address: SocketAddr| address.ip())).ok()
}

/// The right to be answered now, given back when dropped.
#[derive(Debug)]
struct Room<'a>(&'a AtomicUsize);

impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn too_large(limit: u64) -> Problem {
    let detail = format!("The body is too large: at most {} KiB are read.", limit / 1024);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, ProblemCode::TooLarge, detail)
}

fn body_limit(path: &str) -> u64 {
    if takes_events(path) {
        EVENTS_BODY
    } else if administration::owns(path) {
        administration::MAX_BODY
    } else {
        BODY
    }
}

fn takes_events(path: &str) -> bool {
    path.starts_with("/events/") || path == "/mobile" || path.starts_with("/mobile/")
}

fn is_operation(path: &str) -> bool {
    matches!(path, "/livez" | "/readyz" | "/metrics")
}

/// Whether a path means the same to everybody who reads it. A proxy that guards a route by its path
/// may read `/a/../b`, `//b` or `/%2e/b` as another route than this server does, so these have none.
fn plainly_spelt(path: &str) -> bool {
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        if (segment.is_empty() && !last) || is_dots(segment) {
            return false;
        }
    }
    true
}

/// `.` and `..`, percent-encoded or not, with parameters or without.
fn is_dots(segment: &str) -> bool {
    if !segment.starts_with(['.', '%']) {
        return false;
    }
    let segment = segment.split(';').next().unwrap_or_default().to_ascii_lowercase().replace("%2e", ".");
    matches!(segment.as_str(), "." | "..")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use std::{net::Ipv4Addr, sync::Arc};

    use axum::routing::any;
    use http_body_util::BodyExt;
    use serde_json::Value;
    use tokio::sync::Semaphore;

    use super::*;

    const PEER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn front(router: Router) -> Front {
        let metrics = Metrics::start(Arc::new(Semaphore::new(1)), 1);
        Front::new(router, metrics, true, 1, Duration::from_secs(60))
    }

    async fn asked(front: &Front, path: &str) -> (StatusCode, HeaderMap, Value) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let (parts, body) = front.answer(request, PEER).await.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status, parts.headers, serde_json::from_slice(&body).unwrap_or_default())
    }

    #[tokio::test]
    async fn a_panic_fails_one_request_in_the_words_of_its_contract() {
        let falls = any(async || -> StatusCode { panic!("a fault, made by a test") });
        let front = front(Router::new().fallback_service(falls));
        // More often than requests may be under way: each gives its room back.
        for _ in 0..3 {
            let (status, headers, body) = asked(&front, "/feature-flags").await;
            assert_eq!((status.as_u16(), &body["code"]), (500, &"internal".into()));
            assert!(headers.contains_key(REQUEST_ID));
        }
        let (status, headers, body) = asked(&front, "/sdk/evalx/k/contexts/e30").await;
        assert_eq!(status.as_u16(), 500);
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert!(body["message"].is_string(), "{body}");
        let (status, _, body) = asked(&front, "/ofrep/v1/evaluate/flags/dark%20mode").await;
        assert_eq!(status.as_u16(), 500);
        assert_eq!((&body["errorCode"], &body["key"]), (&"GENERAL".into(), &"dark mode".into()));
        assert!(!body.to_string().contains("made by a test"), "{body}");
    }

    #[tokio::test]
    async fn the_address_that_the_proxy_added_last_is_the_clients() {
        let front = front(Router::new());
        let client = |lines: &[&str]| {
            let lines = lines.iter().map(|line| (X_FORWARDED_FOR, line.parse().unwrap()));
            front.client(&lines.collect(), PEER).to_string()
        };
        assert_eq!(client(&["192.0.2.1"]), "192.0.2.1");
        assert_eq!(client(&["192.0.2.9, 192.0.2.1"]), "192.0.2.1");
        assert_eq!(client(&["192.0.2.1", "192.0.2.9,192.0.2.2 "]), "192.0.2.2");
        assert_eq!(client(&["192.0.2.1:4711"]), "192.0.2.1");
        assert_eq!(client(&["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(client(&["192.0.2.1, unknown"]), "127.0.0.1");
        assert_eq!(client(&[]), "127.0.0.1");
    }

    #[test]
    fn a_path_with_empty_or_dotted_segments_is_not_plainly_spelt() {
        for path in [
            "//feature-flags",
            "/feature-flags//x",
            "/./feature-flags",
            "/feature-flags/.",
            "/feature-flags/../audiences",
            "/feature-flags/%2e%2e/audiences",
            "/feature-flags/.%2E",
            "/%2E/feature-flags",
            "/feature-flags/..;x=1/audiences",
        ] {
            assert!(!plainly_spelt(path), "{path}");
        }
        for path in ["/", "/feature-flags", "/feature-flags/", "/feature-flags/a.b", "/x/...", "/x/%2ea", "*"]
        {
            assert!(plainly_spelt(path), "{path}");
        }
    }
}

//! What happens to every request around its route: an id, the limits, cross-origin headers, the
//! numbers. It wraps the routes as one plain function, not as layers, each of which would box every
//! request once more.

use std::{
    net::IpAddr,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, HttpBody},
    http::{HeaderMap, Method, Request, StatusCode},
    response::{IntoResponse, Response},
};
use http_body_util::Limited;
use hyper::body::Incoming;
use tokio::time::{Instant, timeout};
use tower::Service;

use super::{
    ClientAddress,
    request::{self, REQUEST_ID, RequestIds},
};
use crate::{
    administration, cors,
    operations::Metrics,
    problem::{Problem, ProblemCode},
};

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
    pub(super) async fn answer(&self, mut request: Request<Incoming>, peer: IpAddr) -> Response {
        let began = Instant::now();
        let id = self.ids.of(request.headers());
        let method = request.method().clone();
        let cross_origin = cors::applies_to(request.uri().path());
        let client = ClientAddress(self.client(request.headers(), peer));
        request.extensions_mut().insert(client);

        let (mut response, route) = if cross_origin && method == Method::OPTIONS {
            (cors::preflight(), None)
        } else {
            request::scope(id.clone(), self.within_limits(request)).await
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

    async fn within_limits(&self, request: Request<Incoming>) -> Response {
        let path = request.uri().path();
        if !plainly_spelt(path) {
            return Problem::not_found("There is no such route.").into_response();
        }
        let limit = body_limit(path);
        if request.body().size_hint().lower() > limit {
            return too_large(limit).into_response();
        }
        // Whoever watches over the server must reach it when it has most to do.
        let _room = if is_operation(path) {
            None
        } else {
            match self.room() {
                Some(room) => Some(room),
                None => return self.shed().into_response(),
            }
        };
        let request = request.map(|body| Body::new(Limited::new(body, limit as usize)));
        match timeout(self.time, self.router.clone().call(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(_) => self.late().into_response(),
        }
    }

    /// Behind a proxy, the address that the proxy saw: the last entry, as those before it are what
    /// the client says.
    fn client(&self, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
        if !self.behind_proxy {
            return peer;
        }
        let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
        let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next());
        last.and_then(|address| address.trim().parse().ok()).unwrap_or(peer)
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

    fn late(&self) -> Problem {
        let detail = "The request could not be answered in time. Try again in a moment.";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::Timeout, detail).retry_after(1)
    }
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
mod tests {
    use super::plainly_spelt;

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

//! Administration: flags, audiences, environments, the customer source and the audit log, for those
//! who hold an admin key. What a change means, `halyard-store` decides; this folder reads requests
//! strictly, says who asks, and answers.
//!
//! Each file owns the routes of one thing. `body` and `parameters` read what was sent and name
//! everything that is wrong with it at once, `precondition` reads `If-Match`, `callers` are the roles.

mod audiences;
mod audit_log;
mod body;
mod callers;
mod customer_source;
mod environments;
mod flags;
mod paging;
mod parameters;
mod path;
mod precondition;
mod switches;

use axum::{
    Router,
    http::{HeaderValue, header},
    middleware::map_response,
    response::Response,
    routing::{get, patch, post},
};

use crate::Api;

pub(crate) use audiences::AudiencesPage;
pub(crate) use body::MAX_BODY;
pub(crate) use environments::Environments;

/// Every route of administration. No CORS: pages of other origins have no business here.
pub(crate) fn routes() -> Router<Api> {
    Router::new()
        .route("/feature-flags", get(flags::list).post(flags::create))
        .route("/feature-flags/{id}", get(flags::show).patch(flags::change))
        .route("/feature-flags/{id}/toggle", post(switches::toggle))
        .route("/feature-flags/{id}/environments/{env}", post(switches::switch))
        .route("/feature-flags/{id}/archive", post(switches::archive))
        .route("/feature-flags/{id}/unarchive", post(switches::unarchive))
        .route("/feature-flags/{id}/revert", post(switches::revert))
        .route("/audiences", get(audiences::list).post(audiences::create))
        .route("/audiences/{id}", get(audiences::show).patch(audiences::change).delete(audiences::delete))
        .route("/environments", get(environments::list).post(environments::create))
        .route("/environments/{key}", patch(environments::change).delete(environments::delete))
        .route("/customer-source", get(customer_source::show).put(customer_source::choose))
        .route("/audit-log", get(audit_log::list))
        .layer(map_response(not_kept))
}

/// Whether a path is one of administration's.
pub(crate) fn owns(path: &str) -> bool {
    let area = path.split('/').nth(1).unwrap_or_default();
    matches!(area, "feature-flags" | "audiences" | "environments" | "customer-source" | "audit-log")
        && !matches!(path, "/feature-flags/evaluate" | "/feature-flags/evaluate-all")
}

/// What a key opens must not stay in a cache.
async fn not_kept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

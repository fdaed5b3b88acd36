//! Routes for those who operate the server: liveness, readiness, metrics.

use axum::Router;

use crate::Api;

pub(crate) fn routes() -> Router<Api> {
    Router::new()
}

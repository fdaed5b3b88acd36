//! Routes of administration.

use axum::Router;

use crate::Api;

pub(crate) fn routes() -> Router<Api> {
    Router::new()
}

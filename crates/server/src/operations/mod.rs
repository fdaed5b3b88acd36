//! For those who operate the server: whether it lives and is ready, its numbers, its log.

mod health;
mod log;
mod metrics;
mod names;

use axum::{Router, routing::get};

use crate::Api;

pub use log::{LogFormat, log_to_stderr};
pub(crate) use metrics::Metrics;

pub(crate) fn routes() -> Router<Api> {
    Router::new()
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics))
}

//! Every route that evaluates: Halyard's own, LaunchDarkly's client-side contract, and OFREP. They
//! differ in where the key and the entity id stand and in how answers and errors are written; what
//! is answered, the evaluator decides.

mod body;
mod caching;
mod entity_id;
mod field;
mod launchdarkly;
mod names;
mod native;
mod ofrep;
mod sdk;

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::post,
};

pub(crate) use names::Names;

use crate::{Api, cors, problem::Problem};

/// Every route of evaluation.
pub(crate) fn routes() -> Router<Api> {
    Router::new()
        .route("/feature-flags/evaluate", post(native::evaluate))
        .route("/feature-flags/evaluate-all", post(native::evaluate_all))
        .route("/ofrep/v1/evaluate/flags", post(ofrep::evaluate_all))
        // The rest of the path, because a flag's key may be asked for with slashes.
        .route("/ofrep/v1/evaluate/flags/{*key}", post(ofrep::evaluate))
        .merge(launchdarkly::routes())
}

/// Says that a request was refused before or instead of a route, in the words of the contract that its
/// path belongs to.
pub(crate) fn refuse(path: &str, problem: Problem) -> Response {
    if path.starts_with("/ofrep/") {
        ofrep::refuse(path, &problem)
    } else if cors::applies_to(path) && !path.starts_with("/feature-flags/") {
        launchdarkly::refuse(&problem)
    } else {
        problem.into_response()
    }
}

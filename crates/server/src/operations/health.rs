//! `/livez`: the process answers. `/readyz`: it has a configuration to answer with.

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Api,
    problem::{Problem, ProblemCode},
};

/// The process answers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Liveness {
    /// Always `ok`.
    status: &'static str,
}

/// The server has a configuration.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Readiness {
    /// `ok`, or `stale` while the database does not answer and the last configuration is served.
    status: &'static str,
    /// The config version that is served.
    config_version: i64,
}

/// Whether the process answers. It does not look at the database: starting a server anew does not
/// bring a database back.
#[utoipa::path(get, path = "/livez", tag = "operations", responses((status = 200, body = Liveness)))]
pub(crate) async fn livez() -> Json<Liveness> {
    Json(Liveness { status: "ok" })
}

/// Whether there is a configuration to evaluate with, be it the last known one.
#[utoipa::path(
    get, path = "/readyz", tag = "operations",
    responses((status = 200, body = Readiness), (status = 503, body = crate::problem::ProblemBody,
        content_type = "application/problem+json"))
)]
pub(crate) async fn readyz(State(api): State<Api>) -> Result<Json<Readiness>, Problem> {
    let state = api.live().state();
    let state = state.borrow();
    if !state.configured {
        let reason = state.problem.as_deref().unwrap_or("The database has not answered yet.");
        let detail = format!("There is no configuration to evaluate with yet. {reason}");
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::NotReady, detail);
        return Err(problem.retry_after(1));
    }
    let status = if state.connected { "ok" } else { "stale" };
    Ok(Json(Readiness { status, config_version: state.config_version }))
}

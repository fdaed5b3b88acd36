//! The audit log, newest first.

use axum::{Json, extract::State};
use halyard_store::audit::{AuditPage, AuditQuery};

use super::{callers::Viewer, parameters::Parameters};
use crate::{Api, problem::Problem};

pub(super) async fn list(
    _: Viewer,
    State(api): State<Api>,
    mut parameters: Parameters,
) -> Result<Json<AuditPage>, Problem> {
    let query = AuditQuery {
        cursor: parameters.text("cursor"),
        limit: parameters.limit(),
        entity_type: parameters.text("entityType"),
        entity_id: parameters.text("entityId"),
        search: parameters.text("search"),
    };
    parameters.finish()?;
    Ok(Json(api.store().audit_list(&query).await?))
}

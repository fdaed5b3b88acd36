//! The audit log, newest first.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use halyard_store::audit::{AuditFilter, AuditPage, AuditQuery};

use super::{callers::Viewer, parameters::Parameters};
use crate::{Api, problem::Problem};

pub(super) async fn list(
    _: Viewer,
    State(api): State<Api>,
    mut parameters: Parameters,
) -> Result<Json<AuditPage>, Problem> {
    let moment = "a moment such as 2026-12-24T18:00:00Z";
    let actions = parameters.text("action");
    let query = AuditQuery {
        cursor: parameters.text("cursor"),
        limit: parameters.limit(),
        filter: AuditFilter {
            actor: parameters.text("actor"),
            actions: actions.iter().flat_map(|text| text.split(',')).map(str::to_owned).collect(),
            flag: parameters.text("flag"),
            entity_type: parameters.text("entityType"),
            entity_id: parameters.text("entityId"),
            environment: parameters.text("environment"),
            from: parameters.parsed::<DateTime<Utc>>("from", moment),
            to: parameters.parsed::<DateTime<Utc>>("to", moment),
            search: parameters.text("search"),
        },
    };
    parameters.finish()?;
    Ok(Json(api.store().audit_list(&query).await?))
}

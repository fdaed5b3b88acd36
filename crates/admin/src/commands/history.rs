//! Commands that read what happened: the evaluation log.

use halyard_store::evaluations::{EvaluationFilter, EvaluationsPage};
use serde::Deserialize;
use ts_rs::TS;

use super::limited;
use crate::{App, CommandError};

/// A page of the evaluation log, newest first.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvaluationsList {
    /// `nextCursor` of the page before; absent starts at the newest.
    #[ts(optional)]
    pub cursor: Option<String>,
    /// How many, 1 to 500.
    pub limit: i64,
    /// Only evaluations of this flag.
    #[ts(optional)]
    pub flag_key: Option<String>,
    /// Only evaluations for this customer.
    #[ts(optional)]
    pub entity_id: Option<String>,
    /// Only evaluations in this environment.
    #[ts(optional)]
    pub environment: Option<String>,
}

pub(super) async fn evaluations_list(
    app: &App,
    request: EvaluationsList,
) -> Result<EvaluationsPage, CommandError> {
    let limit = limited("limit", request.limit, 500)?;
    let filter = EvaluationFilter {
        flag_key: request.flag_key,
        entity_id: request.entity_id,
        environment: request.environment,
    };
    Ok(app.workspace()?.store().evaluations_list(&filter, request.cursor.as_deref(), limit).await?)
}

//! Commands on the evaluation log: pages, a call, histograms, usage, looking on, taking out.

use chrono::{DateTime, Utc};
use halyard_store::{
    evaluations::{
        Direction, EvaluationCallDetail, EvaluationFilter, EvaluationsHistogram, EvaluationsPage,
        EvaluationsSince, FlagUsage, FlagsUsage, HistogramAsk, MAX_BUCKETS, MAX_PAGE, MAX_TAIL, SdkSeen,
    },
    unknown_flags::UnknownFlag,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::{Nothing, exports::Exported, limited, reach::topic};
use crate::{App, CommandError, evaluation_log};

/// A page of the evaluation log.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvaluationsList {
    /// Which; absent: all.
    #[serde(default)]
    #[ts(optional, as = "Option<EvaluationFilter>")]
    pub filter: EvaluationFilter,
    /// `nextCursor` of a page to go on to older ones, `newerCursor` to newer ones; absent starts at the
    /// newest.
    #[ts(optional)]
    pub cursor: Option<String>,
    /// Which way to go from the cursor; absent: `older`.
    #[serde(default)]
    #[ts(optional, as = "Option<Direction>")]
    pub direction: Direction,
    /// How many, 1 to 500.
    pub limit: i64,
}

pub(super) async fn evaluations_list(
    app: &App,
    request: EvaluationsList,
) -> Result<EvaluationsPage, CommandError> {
    let limit = limited("limit", request.limit, MAX_PAGE)?;
    let EvaluationsList { filter, cursor, direction, .. } = request;
    Ok(app.workspace()?.store().evaluations_page(&filter, cursor.as_deref(), direction, limit).await?)
}

/// Names a call as a row of the list does.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvaluationCallGet {
    /// Its `callId`.
    pub id: Uuid,
    /// Its `at`.
    pub evaluated_at: DateTime<Utc>,
}

pub(super) async fn evaluation_call(
    app: &App,
    request: EvaluationCallGet,
) -> Result<EvaluationCallDetail, CommandError> {
    Ok(app.workspace()?.store().evaluation_call(request.id, request.evaluated_at).await?)
}

/// Evaluations over time.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvaluationsHistogramRequest {
    /// Which; absent: all. Its own times are left aside.
    #[serde(default)]
    #[ts(optional, as = "Option<EvaluationFilter>")]
    pub filter: EvaluationFilter,
    /// The beginning.
    pub from: DateTime<Utc>,
    /// The end, exclusive.
    pub to: DateTime<Utc>,
    /// At most so many buckets, 1 to 1,000.
    pub buckets: i64,
}

pub(super) async fn evaluations_histogram(
    app: &App,
    request: EvaluationsHistogramRequest,
) -> Result<EvaluationsHistogram, CommandError> {
    let buckets = limited("buckets", request.buckets, MAX_BUCKETS)?;
    let EvaluationsHistogramRequest { filter, from, to, .. } = request;
    let ask = HistogramAsk { filter, from, to, buckets };
    Ok(app.workspace()?.store().evaluations_histogram(&ask).await?)
}

/// How a flag is used.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagUsageRequest {
    /// Its key.
    pub flag_key: String,
    /// Only in this environment; absent: in all.
    #[ts(optional)]
    pub environment: Option<String>,
    /// The beginning.
    pub from: DateTime<Utc>,
    /// The end, exclusive.
    pub to: DateTime<Utc>,
    /// At most so many buckets, 1 to 1,000.
    pub buckets: i64,
}

pub(super) async fn flag_usage(app: &App, request: FlagUsageRequest) -> Result<FlagUsage, CommandError> {
    let buckets = limited("buckets", request.buckets, MAX_BUCKETS)?;
    let FlagUsageRequest { flag_key, environment, from, to, .. } = request;
    let store = app.workspace()?;
    Ok(store.store().flag_usage(&flag_key, environment.as_deref(), from, to, buckets).await?)
}

pub(super) async fn flags_usage(app: &App, _: Nothing) -> Result<FlagsUsage, CommandError> {
    Ok(app.workspace()?.store().flags_usage().await?)
}

pub(super) async fn unknown_flags_list(app: &App, _: Nothing) -> Result<Vec<UnknownFlag>, CommandError> {
    Ok(app.workspace()?.store().unknown_flags().await?)
}

/// Which SDKs call.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvaluationsSdks {
    /// Only in this environment; absent: in all.
    #[ts(optional)]
    pub environment: Option<String>,
    /// That called since this moment.
    pub since: DateTime<Utc>,
}

pub(super) async fn evaluations_sdks(
    app: &App,
    request: EvaluationsSdks,
) -> Result<Vec<SdkSeen>, CommandError> {
    Ok(app.workspace()?.store().sdks_seen(request.environment.as_deref(), request.since).await?)
}

/// Looking on.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvaluationsSinceRequest {
    /// Which; absent: all.
    #[serde(default)]
    #[ts(optional, as = "Option<EvaluationFilter>")]
    pub filter: EvaluationFilter,
    /// `cursor` of the answer before.
    #[ts(optional)]
    pub after: Option<String>,
    /// `cursor` of the answer whose rows are held still: what came after it is counted.
    #[ts(optional)]
    pub held: Option<String>,
    /// At most so many rows, 1 to 200.
    pub limit: i64,
}

/// What came.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EvaluationsTail {
    #[serde(flatten)]
    since: EvaluationsSince,
    /// Calls after those that are held still: up to 50,000, which means "or more"; 0 without `held`.
    #[ts(type = "number")]
    waiting: i64,
}

pub(super) async fn evaluations_since(
    app: &App,
    request: EvaluationsSinceRequest,
) -> Result<EvaluationsTail, CommandError> {
    let limit = limited("limit", request.limit, MAX_TAIL)?;
    let workspace = app.workspace()?;
    let EvaluationsSinceRequest { filter, after, held, .. } = request;
    let since = workspace.store().evaluations_since(&filter, after.as_deref(), limit).await?;
    let waiting = match held {
        Some(held) => workspace.store().evaluations_after(&filter, &held).await?,
        None => 0,
    };
    Ok(EvaluationsTail { since, waiting })
}

/// Writes evaluations to a CSV file in the Downloads directory.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvaluationsExport {
    /// Which; absent: all.
    #[serde(default)]
    #[ts(optional, as = "Option<EvaluationFilter>")]
    pub filter: EvaluationFilter,
    /// What `export_progress` and `export_cancel` know this export by.
    pub topic: String,
}

pub(super) async fn evaluations_export(
    app: &App,
    request: EvaluationsExport,
) -> Result<Exported, CommandError> {
    let topic = topic(Some(request.topic))?.unwrap_or_default();
    evaluation_log::export(app, &request.filter, &topic).await
}

/// A filter.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvaluationsSqlRequest {
    /// Which evaluations; absent: all.
    #[serde(default)]
    #[ts(optional, as = "Option<EvaluationFilter>")]
    pub filter: EvaluationFilter,
}

/// A statement.
#[derive(Debug, Serialize, TS)]
pub struct EvaluationsSql {
    /// A SELECT over `halyard.flag_evaluations`, to paste into any tool.
    pub sql: String,
}

pub(super) async fn evaluations_sql(
    _: &App,
    request: EvaluationsSqlRequest,
) -> Result<EvaluationsSql, CommandError> {
    Ok(EvaluationsSql { sql: request.filter.to_sql()? })
}

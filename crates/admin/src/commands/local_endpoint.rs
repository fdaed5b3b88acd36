//! Commands on the workspace's local endpoint: the evaluation API on this computer, for developers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Nothing;
use crate::{
    App, CommandError,
    workspace::{Workspace, endpoint::EndpointSetting},
};

/// The local endpoint as the page shows it.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LocalEndpointStatus {
    /// Whether it is served while the workspace is open. With neither `url` nor `problem` it is
    /// being started.
    pub enabled: bool,
    /// The port it is, or would be, served on.
    pub port: u16,
    /// Where it answers; null when it does not.
    pub url: Option<String>,
    /// Since when it answers.
    pub since: Option<DateTime<Utc>>,
    /// Calls that it has evaluated since then.
    #[ts(type = "number")]
    pub evaluations: u64,
    /// Why it does not answer though it should.
    pub problem: Option<CommandError>,
}

pub(super) async fn local_endpoint_get(app: &App, _: Nothing) -> Result<LocalEndpointStatus, CommandError> {
    Ok(status(&*app.workspace()?).await)
}

/// Serves the local endpoint, or stops it; kept for the next time the workspace is opened.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LocalEndpointSet {
    /// Whether to serve it.
    pub enabled: bool,
    /// On which port of 127.0.0.1, 1 to 65535.
    #[ts(type = "number")]
    pub port: i64,
}

pub(super) async fn local_endpoint_set(
    app: &App,
    request: LocalEndpointSet,
) -> Result<LocalEndpointStatus, CommandError> {
    let port = u16::try_from(request.port).ok().filter(|port| *port != 0).ok_or_else(|| {
        CommandError::invalid_field("port", format!("{} is not a port; choose 1 to 65535.", request.port))
    })?;
    let setting = EndpointSetting { enabled: request.enabled, port };
    let workspace = app.workspace()?;
    workspace.endpoint().set(setting).await?;
    app.change_record(|record| record.local_endpoint = setting)?;
    Ok(status(&workspace).await)
}

async fn status(workspace: &Workspace) -> LocalEndpointStatus {
    let EndpointSetting { enabled, port } = workspace.record().local_endpoint;
    let state = workspace.endpoint().state().await;
    LocalEndpointStatus {
        enabled,
        port,
        url: state.port.map(|port| format!("http://127.0.0.1:{port}")),
        since: state.since,
        evaluations: state.evaluations,
        problem: state.problem,
    }
}

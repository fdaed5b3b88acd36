//! Commands on workspaces: first start, connecting, opening, closing, and the state of it all.

use std::time::Duration;

use serde::Deserialize;
use tokio::{select, time::timeout};
use ts_rs::TS;
use uuid::Uuid;

use super::Nothing;
pub use crate::workspace::{
    connection::ConnectionInput,
    info::{Live, WorkspaceStatus},
};
use crate::{
    App, CommandError, ErrorCode,
    app::State,
    workspace::{
        Workspace,
        info::WorkspaceKind,
        opening::{self, Schema},
        remembered::Record,
    },
};
pub use halyard_store::connect::ConnectionReport;

/// The longest that `live_wait` holds its answer back.
const LIVE_WAIT: Duration = Duration::from_secs(25);
/// The longest that counting evaluators may delay it.
const EVALUATORS_COUNT: Duration = Duration::from_millis(500);

pub(super) async fn workspace_status(app: &App, _: Nothing) -> Result<WorkspaceStatus, CommandError> {
    if let Ok(workspace) = app.workspace() {
        workspace.refresh_rights().await;
    }
    Ok(app.status())
}

pub(super) async fn workspace_explore_sample(app: &App, _: Nothing) -> Result<WorkspaceStatus, CommandError> {
    app.explore_sample().await;
    Ok(app.status())
}

/// Tries a connection.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkspaceTestConnection {
    /// What to try.
    pub connection: ConnectionInput,
}

pub(super) async fn workspace_test_connection(
    _: &App,
    request: WorkspaceTestConnection,
) -> Result<ConnectionReport, CommandError> {
    let (server, password) = request.connection.check()?;
    Ok(server.with_password(password).test().await)
}

/// Opens a database that was not opened before.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkspaceConnect {
    /// What to call the workspace; 1 to 100 characters.
    pub name: String,
    /// How to reach its database.
    pub connection: ConnectionInput,
    /// Whether Halyard's schema may be created when it is missing.
    pub create_schema: bool,
    /// Whether to keep the password in the system's keychain; otherwise it is kept for this session.
    pub remember_password: bool,
}

pub(super) async fn workspace_connect(
    app: &App,
    request: WorkspaceConnect,
) -> Result<WorkspaceStatus, CommandError> {
    let name = checked_name(&request.name)?;
    let (server, password) = request.connection.check()?;
    let known = app.remembered().all().iter().find(|record| record.server.as_ref() == Some(&server)).cloned();
    let id = known.as_ref().map_or_else(Uuid::now_v7, |record| record.id);
    let record = Record {
        id,
        name,
        kind: WorkspaceKind::Connected,
        server: Some(server.clone()),
        actor: known.as_ref().and_then(|record| record.actor.clone()),
        kill_notifications: known.as_ref().is_some_and(|record| record.kill_notifications),
        local_endpoint: known.map(|record| record.local_endpoint).unwrap_or_default(),
    };
    let schema = if request.create_schema { Schema::CreateWhenMissing } else { Schema::MustExist };
    let workspace = opening::connect(app, &record, &server, password.clone(), schema).await?;
    app.passwords().keep(id, password, request.remember_password).await;
    app.stop_opening().await;
    app.opened(workspace).await;
    Ok(app.status())
}

/// Opens a remembered workspace.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkspaceOpen {
    /// Which.
    pub id: Uuid,
    /// For a connected workspace whose password was not remembered; kept for this session.
    #[ts(optional)]
    pub password: Option<String>,
}

pub(super) async fn workspace_open(
    app: &App,
    request: WorkspaceOpen,
) -> Result<WorkspaceStatus, CommandError> {
    let record = app.remembered().get(request.id).ok_or_else(not_remembered)?;
    let open = matches!(app.state(), State::Ready(workspace) if workspace.record().id == record.id);
    match (open, &record.server) {
        (true, _) => {}
        (false, None) => app.open_in_background(record).await,
        (false, Some(_)) => {
            let password = request.password.map(halyard_store::connect::Password::new);
            match opening::open(app, &record, password.clone()).await {
                Ok(workspace) => {
                    if let Some(password) = password {
                        app.passwords().keep(record.id, password, false).await;
                    }
                    app.stop_opening().await;
                    app.opened(workspace).await;
                }
                // Nothing to lose: show what is wrong, and keep trying.
                Err(problem) if problem.is_outage() && app.workspace().is_err() => {
                    if let Some(password) = password {
                        app.passwords().keep(record.id, password, false).await;
                    }
                    app.open_in_background(record).await;
                }
                Err(problem) => return Err(problem),
            }
        }
    }
    Ok(app.status())
}

pub(super) async fn workspace_close(app: &App, _: Nothing) -> Result<WorkspaceStatus, CommandError> {
    app.stop_opening().await;
    app.replace_state(State::None { problem: None }).await;
    app.remembered().closed().map_err(CommandError::internal)?;
    Ok(app.status())
}

/// Removes a workspace from the list; its database is not touched.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkspaceForget {
    /// Which.
    pub id: Uuid,
}

pub(super) async fn workspace_forget(
    app: &App,
    request: WorkspaceForget,
) -> Result<WorkspaceStatus, CommandError> {
    app.remembered().get(request.id).ok_or_else(not_remembered)?;
    if app.current_id() == Some(request.id) {
        app.stop_opening().await;
        app.replace_state(State::None { problem: None }).await;
    }
    app.remembered().forget(request.id).map_err(CommandError::internal)?;
    app.passwords().forget(request.id).await;
    Ok(app.status())
}

/// Gives the open workspace another name.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkspaceRename {
    /// 1 to 100 characters.
    pub name: String,
}

pub(super) async fn workspace_rename(
    app: &App,
    request: WorkspaceRename,
) -> Result<WorkspaceStatus, CommandError> {
    let name = checked_name(&request.name)?;
    app.change_record(|record| record.name.clone_from(&name))?;
    Ok(app.status())
}

/// Says who makes changes in the open workspace.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ActorSet {
    /// As the audit will show it; 1 to 200 characters.
    pub actor: String,
}

pub(super) async fn actor_set(app: &App, request: ActorSet) -> Result<WorkspaceStatus, CommandError> {
    let actor = one_line("actor", "Your name", &request.actor, 200)?;
    app.change_record(|record| record.actor = Some(actor.clone()))?;
    Ok(app.status())
}

/// Asks for the live state once it is another than the page knows.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LiveWait {
    /// The config version the page has; null when none.
    #[ts(type = "number | null")]
    pub known_config_version: Option<i64>,
    /// Whether the page thinks it is connected; null when it does not know.
    pub known_connected: Option<bool>,
}

pub(super) async fn live_wait(app: &App, request: LiveWait) -> Result<Live, CommandError> {
    let workspace = app.workspace()?;
    let mut state = workspace.live().state();
    let mut opened = app.watch_state();
    let news = state.wait_for(|state| {
        request.known_config_version != Some(state.config_version)
            || request.known_connected != Some(state.connected)
    });
    // Ends early when this workspace is no longer the open one.
    let gone = opened
        .wait_for(|state| !matches!(state, State::Ready(open) if std::sync::Arc::ptr_eq(open, &workspace)));
    select! {
        _ = news => {}
        _ = gone => return Err(CommandError::no_workspace()),
        () = tokio::time::sleep(LIVE_WAIT) => {}
    }
    Ok(live(&workspace).await)
}

async fn live(workspace: &Workspace) -> Live {
    let state = workspace.live().state().borrow().clone();
    let evaluators = match state.connected {
        true => timeout(EVALUATORS_COUNT, workspace.store().evaluators_count()).await,
        false => Ok(Ok(0)),
    };
    let evaluators = evaluators.ok().and_then(Result::ok).and_then(|count| u32::try_from(count).ok());
    Live {
        config_version: state.config_version,
        connected: state.connected,
        since: state.since,
        problem: state.problem,
        evaluators: evaluators.unwrap_or(0),
    }
}

fn not_remembered() -> CommandError {
    CommandError::new(ErrorCode::NotFound, "This workspace is not remembered any more.")
}

fn checked_name(name: &str) -> Result<String, CommandError> {
    one_line("name", "The name", name, 100)
}

/// A text of one line, trimmed, of 1 to `most` characters.
fn one_line(path: &str, what: &str, text: &str, most: usize) -> Result<String, CommandError> {
    let text = text.trim();
    let length = text.chars().count();
    let problem = if length == 0 {
        format!("{what} is empty; enter 1 to {most} characters.")
    } else if length > most {
        format!("{what} is {length} characters long; the most is {most}.")
    } else if text.chars().any(char::is_control) {
        format!("{what} holds a line break or another control character.")
    } else {
        return Ok(text.to_owned());
    };
    Err(CommandError::invalid_field(path, problem))
}

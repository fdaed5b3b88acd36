//! Commands that kill and restore flags, and that show what a kill did and would do.

use chrono::{DateTime, Utc};
use halyard_store::kill::{ConfirmingEvaluator, KillBoard, KillResult, KillsSince, OldServed, SdkCalls};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Nothing, reach::topic, workspace::WorkspaceStatus};
pub use crate::kill::{
    attempts::{AttemptState, KillAttempt},
    consequence::KillConsequence,
    statement::KillStatement,
};
use crate::{App, CommandError, kill};

/// Kills or restores a flag: everybody gets the default value, everywhere, or what the rules say again.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagKill {
    /// Its id or key.
    pub flag: String,
    /// Why, for the audit; at most 2,000 characters. It can be added later.
    #[ts(optional)]
    pub note: Option<String>,
}

pub(super) async fn flag_kill(app: &App, request: FlagKill) -> Result<KillResult, CommandError> {
    kill::switch(app, &request.flag, false, request.note.as_deref()).await
}

pub(super) async fn flag_restore(app: &App, request: FlagKill) -> Result<KillResult, CommandError> {
    kill::switch(app, &request.flag, true, request.note.as_deref()).await
}

/// Kills several flags, each for itself: one that is held does not delay the others.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagsKill {
    /// Their ids or keys, 1 to 500.
    pub flags: Vec<String>,
    /// Why, for the audit of each.
    #[ts(optional)]
    pub note: Option<String>,
}

/// How the kill of one of several flags went: one of `result` and `problem` is there.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FlagKilled {
    /// As it was asked for.
    pub flag: String,
    /// It is killed.
    pub result: Option<KillResult>,
    /// Why it is not; `blocked` and `database_unavailable` go on in the background.
    pub problem: Option<CommandError>,
}

pub(super) async fn flags_kill(app: &App, request: FlagsKill) -> Result<Vec<FlagKilled>, CommandError> {
    kill::switch_many(app, request.flags, request.note.as_deref()).await
}

/// Names the flag whose kill is tried.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KillOf {
    /// Its id or key.
    pub flag: String,
}

pub(super) async fn kill_attempt(app: &App, request: KillOf) -> Result<Option<KillAttempt>, CommandError> {
    let workspace = app.workspace()?;
    Ok(workspace.kills().attempt(&workspace.key_of(&request.flag)))
}

pub(super) async fn kill_call_off(app: &App, request: KillOf) -> Result<Nothing, CommandError> {
    let workspace = app.workspace()?;
    workspace.kills().call_off(&workspace.key_of(&request.flag));
    Ok(Nothing {})
}

/// Ends a session that holds a flag.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SessionEnd {
    /// The blocker's, as `kill_attempt` names it now: no other session can be ended.
    pub pid: i32,
    /// The flag's id or key.
    pub flag: String,
}

pub(super) async fn session_end(app: &App, request: SessionEnd) -> Result<Nothing, CommandError> {
    kill::end_session(app, request.pid, &request.flag).await?;
    Ok(Nothing {})
}

/// Asks what is known of the effect of a kill or restore.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KillEffectRequest {
    /// The flag's id or key.
    pub flag: String,
    /// `seq` of its [`KillResult`].
    #[ts(type = "number")]
    pub seq: i64,
}

/// What is known of the effect of a kill or restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KillEffect {
    /// When the change was committed, by the database's clock.
    pub killed_at: DateTime<Utc>,
    /// Every evaluator that was running then: servers first, by host.
    pub evaluators: Vec<ConfirmingEvaluator>,
    /// How many of the servers confirmed.
    pub confirmed: u32,
    /// How many servers there are; local endpoints of desktops are not counted in either.
    pub of: u32,
    /// Whether the log holds a call that was still answered by what was in force before.
    pub old_served: OldServed,
    /// `known`: when the last of them was answered, by the clock of the server that did. For a kill, by
    /// a rule; for a restore, by the kill switch.
    pub last_old_served_at: Option<DateTime<Utc>>,
    /// How far the log is behind, at most; null when a server cannot say.
    #[ts(type = "number | null")]
    pub log_behind_ms: Option<i64>,
    /// Who asked for the flag in the last hour, most calls first; null while nobody knows.
    pub sdks_last_hour: Option<Vec<SdkCalls>>,
}

pub(super) async fn kill_effect(app: &App, request: KillEffectRequest) -> Result<KillEffect, CommandError> {
    kill::effect::effect(app, &request.flag, request.seq).await
}

/// Asks what killing, or restoring, a flag does to the customers.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KillConsequenceRequest {
    /// Its id or key.
    pub flag: String,
    /// The environment's key.
    pub environment: String,
    /// One of `attributes_list` to break those down by whose value changes; when it is left out, one
    /// that names the customer's plan, if there is one.
    #[ts(optional)]
    pub attribute: Option<String>,
    /// See `flag_impact`.
    #[ts(optional)]
    pub topic: Option<String>,
}

pub(super) async fn kill_consequence(
    app: &App,
    request: KillConsequenceRequest,
) -> Result<KillConsequence, CommandError> {
    let KillConsequenceRequest { flag, environment, attribute, topic: of } = request;
    kill::consequence::count(app, &flag, &environment, attribute, topic(of)?).await
}

/// Asks how to kill or restore a flag without the app.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagKillStatement {
    /// Its id or key.
    pub flag: String,
    /// True restores; left out, it kills.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub is_active: bool,
}

pub(super) async fn flag_kill_statement(
    app: &App,
    request: FlagKillStatement,
) -> Result<KillStatement, CommandError> {
    kill::statement::statement(app, &request.flag, request.is_active)
}

pub(super) async fn kill_board(app: &App, _: Nothing) -> Result<KillBoard, CommandError> {
    let workspace = app.workspace()?;
    app.unless_cut_off(async { Ok(workspace.store().kill_board().await?) }).await
}

/// Asks for kills and restores since an audit entry.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KillsSinceRequest {
    /// `seq` of the answer before; null asks for where to begin, and none.
    #[ts(type = "number | null")]
    pub seq: Option<i64>,
}

pub(super) async fn kills_since(app: &App, request: KillsSinceRequest) -> Result<KillsSince, CommandError> {
    let workspace = app.workspace()?;
    app.unless_cut_off(async { Ok(workspace.store().kills_since(request.seq).await?) }).await
}

/// Whether this computer tells of kills and restores by others in the open workspace.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KillNotificationsSet {
    /// True tells.
    pub enabled: bool,
}

pub(super) async fn kill_notifications_set(
    app: &App,
    request: KillNotificationsSet,
) -> Result<WorkspaceStatus, CommandError> {
    app.change_record(|record| record.kill_notifications = request.enabled)?;
    Ok(app.status())
}

//! What the page is told about workspaces.

use halyard_store::roles::Rights;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::CommandError;

/// Where a workspace's database runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WorkspaceKind {
    /// In the app's own data directory, with sample data.
    Embedded,
    /// At the tenant's.
    Connected,
}

/// The open workspace.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceInfo {
    /// Stable for as long as it is remembered.
    pub id: Uuid,
    /// As shown; can be changed.
    pub name: String,
    /// Where the database runs.
    pub kind: WorkspaceKind,
    /// Name or address of the database's machine.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The database's name.
    pub database: String,
    /// The database role the app is logged in as.
    pub role: String,
    /// The version of Postgres, as `18.1`; empty until connected.
    pub server_version: String,
}

/// How far opening is.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// What is being done.
    pub label: String,
    /// 0 to 1; null when unknown.
    pub fraction: Option<f64>,
}

/// Whether a workspace can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WorkspaceState {
    /// None is open: show first start.
    None,
    /// One is being opened: show progress.
    Opening,
    /// One is open.
    Ready,
    /// The last one cannot be opened: the database cannot be reached (tried again in the
    /// background), or the password is not known.
    Unavailable,
}

/// Everything the page's frame needs.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceStatus {
    /// Whether a workspace can be used.
    pub state: WorkspaceState,
    /// The workspace that is open, being opened or unavailable.
    pub workspace: Option<WorkspaceInfo>,
    /// While opening.
    pub progress: Option<Progress>,
    /// Why it is unavailable, or why opening failed. `permission_denied` asks for a password.
    pub problem: Option<CommandError>,
    /// Who the audit says made a change; null until asked.
    pub actor: Option<String>,
    /// What the database role may do, in the open workspace.
    pub rights: Option<Rights>,
    /// Prefill for the question, from the system.
    pub suggested_actor: String,
    /// Whether this computer tells of kills and restores by others in the workspace.
    pub kill_notifications: bool,
    /// Remembered workspaces, the last used first.
    pub remembered: Vec<RememberedWorkspace>,
}

/// A workspace that can be opened again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RememberedWorkspace {
    /// For `workspace_open`.
    pub id: Uuid,
    /// As shown.
    pub name: String,
    /// Where the database runs.
    pub kind: WorkspaceKind,
    /// Name or address of the database's machine.
    pub host: String,
    /// The database's name.
    pub database: String,
}

/// Whether the open workspace's database answers, and its config version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Live {
    /// Sequence number of the last audit entry: changes with every change of configuration.
    pub config_version: i64,
    /// False: the database cannot be reached; lists show the last known state.
    pub connected: bool,
    /// Since when it is connected, or not.
    pub since: chrono::DateTime<chrono::Utc>,
    /// Why it is not connected, in a sentence.
    pub problem: Option<String>,
    /// Evaluators seen in the last minute.
    pub evaluators: u32,
}

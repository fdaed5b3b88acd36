//! Follows the open workspace for what is shown outside of its windows: the flags in the tray's menu, and
//! notifications of kills by others.

use std::time::Duration;

use halyard_admin::{App, CommandError, ErrorCode, dispatch};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tauri::AppHandle;

use crate::{
    notifications::{self, Kill},
    tray::{self, TrayFlag},
};

/// Before asking again an app that has no workspace, or a database that does not answer.
const PAUSE: Duration = Duration::from_secs(1);

/// What was seen last.
#[derive(Debug, Default)]
struct Seen {
    workspace: Option<String>,
    config_version: Option<i64>,
    connected: Option<bool>,
    /// The audit entry up to which kills are known.
    seq: Option<i64>,
    flags: Vec<TrayFlag>,
}

/// Follows until the app ends.
pub(crate) fn follow(handle: AppHandle, app: App) {
    tauri::async_runtime::spawn(async move {
        let mut seen = Seen::default();
        loop {
            if let Err(problem) = look(&handle, &app, &mut seen).await {
                if problem.code == ErrorCode::NoWorkspace {
                    seen.forget(&handle);
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    });
}

/// Waits until something changed, or a while, and tells what is new.
async fn look(handle: &AppHandle, app: &App, seen: &mut Seen) -> Result<(), CommandError> {
    let known = json!({ "knownConfigVersion": seen.config_version, "knownConnected": seen.connected });
    let live: Live = ask(app, "live_wait", known).await?;
    seen.connected = Some(live.connected);
    if !live.connected || seen.config_version == Some(live.config_version) {
        return Ok(());
    }
    let status: Status = ask(app, "workspace_status", json!({})).await?;
    let workspace = status.workspace.map(|workspace| workspace.id);
    if seen.workspace != workspace {
        seen.forget(handle);
        seen.workspace = workspace;
    }
    let board: Board = ask(app, "kill_board", json!({})).await?;
    let flags = board.flags.into_iter().take(tray::FLAGS);
    seen.list(handle, flags.map(|flag| TrayFlag { key: flag.key, killed: !flag.is_active }).collect());
    let since: Since = ask(app, "kills_since", json!({ "seq": seen.seq })).await?;
    seen.seq = Some(since.seq);
    // Only once all of it is known: what failed is asked for again.
    seen.config_version = Some(live.config_version);
    if status.kill_notifications {
        let by_others = |kill: &Kill| status.actor.as_ref() != Some(&kill.actor);
        notifications::show(handle, since.kills.into_iter().filter(by_others).collect());
    }
    Ok(())
}

impl Seen {
    /// The workspace is another or none: nothing that was known of it says anything.
    fn forget(&mut self, handle: &AppHandle) {
        self.list(handle, Vec::new());
        *self = Self::default();
    }

    fn list(&mut self, handle: &AppHandle, flags: Vec<TrayFlag>) {
        if self.flags != flags {
            tray::list(handle, &flags);
            self.flags = flags;
        }
    }
}

async fn ask<T: DeserializeOwned>(app: &App, command: &str, request: Value) -> Result<T, CommandError> {
    let answer = dispatch(app, command, request).await?;
    serde_json::from_value(answer).map_err(|error| CommandError {
        code: ErrorCode::Internal,
        message: error.to_string(),
        details: Box::default(),
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Live {
    config_version: i64,
    connected: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    workspace: Option<Workspace>,
    actor: Option<String>,
    kill_notifications: bool,
}

#[derive(Debug, Deserialize)]
struct Workspace {
    id: String,
}

#[derive(Debug, Deserialize)]
struct Board {
    flags: Vec<BoardFlag>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BoardFlag {
    key: String,
    is_active: bool,
}

#[derive(Debug, Deserialize)]
struct Since {
    seq: i64,
    kills: Vec<Kill>,
}

//! Kills that are tried in the background, because somebody holds the flag or the database is gone.

use chrono::{DateTime, Utc};
use halyard_store::kill::{Blocker, KillResult};
use serde::Serialize;
use ts_rs::TS;

use crate::CommandError;

/// How far a kill or restore is that did not get through at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// It is tried, again and again.
    Trying,
    /// It got through.
    Done,
    /// It was refused, or given up.
    Failed,
}

/// A kill or restore that did not get through at once and is tried in the background.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KillAttempt {
    /// False: a kill. True: a restore.
    pub is_active: bool,
    /// When it was asked for, by the app's clock.
    pub since: DateTime<Utc>,
    /// How far it is.
    pub state: AttemptState,
    /// `trying`: who holds the flag, as far as Postgres says.
    pub blocker: Option<Blocker>,
    /// `trying`: why it did not get through the last time. `failed`: why it never will.
    pub problem: Option<CommandError>,
    /// `done`: the flag.
    pub result: Option<KillResult>,
}

/// The kills of a workspace that are tried in the background.
#[derive(Debug, Default)]
pub(crate) struct Kills {}

impl Kills {
    /// The kill or restore of a flag that is tried, or was.
    pub(crate) fn attempt(&self, _flag: &str) -> Option<KillAttempt> {
        None
    }

    /// Stops trying. What is already on its way to the database may still get through.
    pub(crate) fn call_off(&self, _flag: &str) {}
}

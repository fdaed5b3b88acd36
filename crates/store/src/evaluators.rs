//! Running evaluators: their heartbeats. State, outside version, audit and NOTIFY.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::{Store, StoreError};

/// What kind of process evaluates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EvaluatorKind {
    /// A `halyard-server`.
    Server,
    /// The local endpoint of a desktop app.
    Desktop,
}

/// What a running evaluator says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// Made when the process starts.
    pub id: Uuid,
    /// What kind of process it is.
    pub kind: EvaluatorKind,
    /// The computer it runs on.
    pub host: String,
    /// Version of the program.
    pub program: String,
    /// When the process started.
    pub started_at: DateTime<Utc>,
    /// The config version that it serves.
    pub config_version: i64,
}

/// An evaluator as last heard of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Evaluator {
    /// Made when the process started.
    pub id: Uuid,
    /// What kind of process it is.
    pub kind: EvaluatorKind,
    /// The computer it runs on.
    pub host: String,
    /// Version of the program.
    pub program: String,
    /// When the process started.
    pub started_at: DateTime<Utc>,
    /// When it was last heard of, by the database's clock.
    pub seen_at: DateTime<Utc>,
    /// Milliseconds since then, by the database's clock.
    #[ts(type = "number")]
    pub silent_ms: i64,
    /// The config version that it serves.
    #[ts(type = "number")]
    pub config_version: i64,
    /// When it first reported that config version, by the database's clock.
    pub applied_at: DateTime<Utc>,
}

impl Store {
    /// Records that an evaluator runs and which configuration it serves.
    ///
    /// # Errors
    /// Outages.
    pub async fn evaluator_heartbeat(&self, heartbeat: &Heartbeat) -> Result<(), StoreError> {
        let _ = heartbeat;
        todo!()
    }

    /// An evaluator ends in good order.
    ///
    /// # Errors
    /// Outages.
    pub async fn evaluator_stopped(&self, id: Uuid) -> Result<(), StoreError> {
        let _ = id;
        todo!()
    }

    /// Evaluators heard of in the last 60 s, servers first, by host.
    ///
    /// # Errors
    /// Outages.
    pub async fn evaluators(&self) -> Result<Vec<Evaluator>, StoreError> {
        todo!()
    }

    /// How many evaluators were heard of in the last 60 s.
    ///
    /// # Errors
    /// Outages.
    pub async fn evaluators_count(&self) -> Result<i64, StoreError> {
        todo!()
    }
}

//! Tells the database that this evaluator runs and which configuration it serves: at once when
//! that changes, else every few seconds, more often for a while after a change.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use halyard_store::evaluators::{EvaluatorKind, Heartbeat};
use tokio::{
    task::AbortHandle,
    time::{Instant, timeout},
};
use uuid::Uuid;

use crate::{LiveConfiguration, log::Log};

/// Between two heartbeats while nothing changes.
const EVERY: Duration = Duration::from_secs(5);
/// The same for a while after a change, when somebody may watch what becomes of it.
const SOON: Duration = Duration::from_secs(1);
/// How long that while is.
const WATCHED: Duration = Duration::from_secs(15);
/// How long a heartbeat may take.
const DEADLINE: Duration = Duration::from_secs(2);

/// What an evaluator says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Made when the process starts.
    pub id: Uuid,
    /// What kind of process it is.
    pub kind: EvaluatorKind,
    /// The computer it runs on.
    pub host: String,
    /// The program and its version.
    pub program: String,
    /// When the process started.
    pub started_at: DateTime<Utc>,
}

impl Identity {
    /// Of a process that starts now.
    #[must_use]
    pub fn new(kind: EvaluatorKind, host: impl Into<String>, program: impl Into<String>) -> Self {
        let (host, program) = (host.into(), program.into());
        Identity { id: Uuid::now_v7(), kind, host, program, started_at: Utc::now() }
    }
}

#[derive(Debug)]
pub(crate) struct Registration(AbortHandle);

impl Registration {
    pub(crate) fn begin(live: LiveConfiguration, log: Arc<Log>, identity: Identity) -> Self {
        Registration(tokio::spawn(keep(live, log, identity)).abort_handle())
    }

    /// Takes the evaluator off the list, if the database answers.
    pub(crate) async fn end(&self, live: &LiveConfiguration, id: Uuid) {
        self.0.abort();
        let _ = timeout(DEADLINE, live.store().evaluator_stopped(id)).await;
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn keep(live: LiveConfiguration, log: Arc<Log>, identity: Identity) {
    let mut state = live.state();
    let (mut served, mut changed_at) = (None, Instant::now());
    loop {
        let config_version = state.borrow_and_update().config_version;
        if served.replace(config_version) != Some(config_version) {
            changed_at = Instant::now();
        }
        let Identity { id, kind, host, program, started_at } = identity.clone();
        let counts = log.counts();
        let heartbeat = Heartbeat {
            id,
            kind,
            host,
            program,
            started_at,
            config_version,
            queued: calls(counts.queued),
            spooled: calls(counts.spooled),
            dropped: calls(counts.dropped()),
            log_behind_ms: log.behind().map(|behind| i64::try_from(behind.as_millis()).unwrap_or(i64::MAX)),
        };
        if let Ok(Err(error)) = timeout(DEADLINE, live.store().evaluator_heartbeat(&heartbeat)).await {
            tracing::debug!(%error, "the evaluator cannot be registered");
        }
        let pause = if changed_at.elapsed() < WATCHED { SOON } else { EVERY };
        if let Ok(Err(_)) = timeout(pause, state.changed()).await {
            return;
        }
    }
}

fn calls(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

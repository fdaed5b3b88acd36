//! Verification of a workspace's audit trail in the background: from the first entry when somebody
//! asks, and of what is new whenever there is something new.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::{DateTime, Utc};
use halyard_store::{
    Store,
    audit::{
        AuditVerification,
        chain::{Chain, Fault},
        checkpoint::{Checkpoint, SigningKey},
    },
};
use serde::Serialize;
use tokio::task::AbortHandle;
use ts_rs::TS;
use uuid::Uuid;

use super::remembered::RememberedTrail;
use crate::CommandError;

/// What is known of the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VerificationState {
    /// It was not verified since the workspace was opened, or could not be read.
    Idle,
    /// It is being verified.
    Running,
    /// Every entry is what it was when it was written.
    Intact,
    /// Some entry is not.
    Broken,
}

/// How far verification is, and what it found.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VerificationStatus {
    /// What is known.
    pub state: VerificationState,
    /// Entries that were found intact.
    #[ts(type = "number")]
    pub checked: i64,
    /// Entries that there are.
    #[ts(type = "number")]
    pub of: i64,
    /// When verification last came to its end and everything was intact; remembered between runs.
    pub verified_at: Option<DateTime<Utc>>,
    /// `broken`: the first entry that may be the bad one.
    #[ts(type = "number | null")]
    pub broken_at: Option<i64>,
    /// `broken`: the last entry that may be; the same as `brokenAt` when it is known which.
    #[ts(type = "number | null")]
    pub broken_through: Option<i64>,
    /// What is wrong, or why the trail could not be read, in a sentence.
    pub problem: Option<String>,
    /// The newest checkpoint that this computer knows; verification holds the trail against it.
    pub checkpoint: Option<Checkpoint>,
}

/// The verification of an open workspace. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Verification {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    reached: AtomicI64,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    trail: RememberedTrail,
    found: Found,
    /// The newest entry that is known of.
    newest: i64,
    running: Option<AbortHandle>,
}

/// What the last verification of this session found.
#[derive(Debug)]
enum Found {
    Nothing,
    Intact,
    Broken(Fault),
    Failed(CommandError),
}

impl Verification {
    pub(crate) fn new(data_dir: &Path, workspace: Uuid) -> Self {
        let trail = RememberedTrail::load(data_dir, workspace);
        let reached = trail.verified().map_or(0, |verified| verified.mark.seq);
        let inner = Inner { trail, found: Found::Nothing, newest: reached, running: None };
        Verification { shared: Arc::new(Shared { reached: reached.into(), inner: Mutex::new(inner) }) }
    }

    /// Verifies from the first entry, unless that is being done.
    pub(crate) fn start(&self, store: &Store) {
        let mut inner = self.inner();
        if inner.running.is_none() {
            let chain = Chain::new(inner.trail.marks());
            self.run(&mut inner, store, chain);
        }
    }

    /// Verifies what came after an intact trail, if something did.
    pub(crate) fn go_on(&self, store: &Store, newest: i64) {
        let mut inner = self.inner();
        inner.newest = inner.newest.max(newest);
        let verified = inner.trail.verified().map(|verified| verified.mark.clone());
        if let (None, Found::Intact, Some(mark)) = (&inner.running, &inner.found, verified)
            && mark.seq < newest
        {
            let chain = Chain::after(mark, inner.trail.marks());
            self.run(&mut inner, store, chain);
        }
    }

    /// Stops; what was found before is shown again.
    pub(crate) fn cancel(&self) {
        let mut inner = self.inner();
        if let Some(running) = inner.running.take() {
            running.abort();
        }
        let verified = inner.trail.verified().map_or(0, |verified| verified.mark.seq);
        self.shared.reached.store(verified, Ordering::Relaxed);
    }

    /// Signs what the trail is now, and remembers it.
    ///
    /// # Errors
    /// Outages.
    pub(crate) async fn checkpoint(
        &self,
        store: &Store,
        key: &SigningKey,
    ) -> Result<Checkpoint, CommandError> {
        let checkpoint = key.checkpoint(&store.audit_head().await?, Utc::now());
        self.keep(checkpoint.clone());
        Ok(checkpoint)
    }

    /// Remembers a checkpoint.
    pub(crate) fn keep(&self, checkpoint: Checkpoint) {
        self.inner().trail.keep(checkpoint);
    }

    pub(crate) fn status(&self) -> VerificationStatus {
        let inner = self.inner();
        let reached = self.shared.reached.load(Ordering::Relaxed);
        let (fault, problem) = match &inner.found {
            Found::Nothing | Found::Intact => (None, None),
            Found::Broken(fault) => (Some(fault), Some(fault.to_string())),
            Found::Failed(error) => (None, Some(error.message.clone())),
        };
        let state = match (&inner.running, &inner.found) {
            (Some(_), _) => VerificationState::Running,
            (None, Found::Intact) => VerificationState::Intact,
            (None, Found::Broken(_)) => VerificationState::Broken,
            (None, Found::Nothing | Found::Failed(_)) => VerificationState::Idle,
        };
        VerificationStatus {
            state,
            checked: reached,
            of: inner.newest.max(reached),
            verified_at: inner.trail.verified().map(|verified| verified.at),
            broken_at: fault.map(|fault| fault.seq),
            broken_through: fault.map(|fault| fault.through),
            problem,
            checkpoint: inner.trail.newest().cloned(),
        }
    }

    fn run(&self, inner: &mut Inner, store: &Store, chain: Chain) {
        self.shared.reached.store(chain.reached().seq, Ordering::Relaxed);
        let (this, store) = (self.clone(), store.clone());
        let task = tokio::spawn(async move {
            let verified = this.verify(&store, chain).await;
            this.ended(verified);
        });
        inner.running = Some(task.abort_handle());
    }

    async fn verify(&self, store: &Store, chain: Chain) -> Result<AuditVerification, CommandError> {
        let newest = store.audit_head().await?.seq;
        {
            let mut inner = self.inner();
            inner.newest = inner.newest.max(newest);
        }
        let reached = |seq| self.shared.reached.store(seq, Ordering::Relaxed);
        Ok(store.audit_verify(chain, reached).await?)
    }

    fn ended(&self, verified: Result<AuditVerification, CommandError>) {
        let mut inner = self.inner();
        inner.running = None;
        inner.found = match verified {
            Ok(AuditVerification::Intact { last }) => {
                inner.newest = inner.newest.max(last.seq);
                inner.trail.found_intact(last, Utc::now());
                Found::Intact
            }
            Ok(AuditVerification::Broken(fault)) => Found::Broken(fault),
            Err(error) => Found::Failed(error),
        };
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.shared.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

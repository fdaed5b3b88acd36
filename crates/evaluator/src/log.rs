//! The evaluation log's writer: a bounded queue in memory, batches by size or age, each stored
//! exactly once. The caller of evaluate never waits for it. At any time, counted in calls,
//! `evaluated = stored + queued + dropped`.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use halyard_store::{
    Store, StoreError,
    evaluations::{Appended, EvaluationBatch, EvaluationCall},
};
use tokio::{
    sync::{Notify, mpsc},
    time::{Instant, timeout_at},
};
use uuid::Uuid;

/// Calls in a batch, at most.
const BATCH: usize = 1_000;
/// How long a batch is collected, at most.
const AGE: Duration = Duration::from_millis(200);
/// How long storing a batch may take.
const STORE_DEADLINE: Duration = Duration::from_secs(10);
/// Between two tries, at first and at most.
const RETRY: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// How calls are logged.
#[derive(Debug, Clone)]
pub struct LogOptions {
    /// False: nothing is logged or counted.
    pub enabled: bool,
    /// Calls that may wait in memory; what is more goes to the spool, or is dropped and counted.
    pub queued_calls: usize,
    /// Where calls wait on disk while the database is slow or gone; `None`: they wait in memory alone.
    pub spool: Option<SpoolOptions>,
}

impl Default for LogOptions {
    /// On, 100,000 calls, no spool.
    fn default() -> Self {
        LogOptions { enabled: true, queued_calls: 100_000, spool: None }
    }
}

/// Where calls wait on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpoolOptions {
    /// A directory for the spool alone; made if missing. One process at a time uses it, which a lock
    /// ensures; what a crashed one left is stored by the next.
    pub dir: PathBuf,
    /// What the spool may take, in bytes; calls past it are dropped and counted.
    pub max_bytes: u64,
}

/// Why the spool cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// Another process has it.
    #[error("the spool directory {} is in use by another process; give each server a directory of its own", .dir.display())]
    InUse {
        /// The directory.
        dir: PathBuf,
    },
    /// It cannot be read or written.
    #[error("the spool directory {} cannot be used: {source}", .dir.display())]
    Unusable {
        /// The directory.
        dir: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// Where calls are. At any time
/// `evaluated + recovered = stored + queued + spooled + dropped()`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogCounts {
    /// Calls that were answered by this process.
    pub evaluated: u64,
    /// Calls that an earlier process had left in the spool.
    pub recovered: u64,
    /// In the database.
    pub stored: u64,
    /// Waiting in memory, or being stored.
    pub queued: u64,
    /// Waiting on disk.
    pub spooled: u64,
    /// Lost because the queue was full, or the process ended before they could be kept anywhere.
    pub dropped_full: u64,
    /// Lost because their day's part of the log is gone.
    pub dropped_expired: u64,
    /// Lost because they cannot be stored.
    pub dropped_refused: u64,
    /// Lost because the spool has reached its cap.
    pub dropped_spool_full: u64,
    /// Lost because the spool could not be written or read: a full disk, or a broken one.
    pub dropped_spool_error: u64,
}

impl LogCounts {
    /// Lost calls by reason, named as the metric's label: `queue_full`, `expired`, `refused`,
    /// `spool_full`, `spool_error`.
    #[must_use]
    pub fn dropped_by_reason(&self) -> [(&'static str, u64); 5] {
        [
            ("queue_full", self.dropped_full),
            ("expired", self.dropped_expired),
            ("refused", self.dropped_refused),
            ("spool_full", self.dropped_spool_full),
            ("spool_error", self.dropped_spool_error),
        ]
    }

    /// All lost calls.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped_by_reason().iter().map(|(_, calls)| calls).sum()
    }
}

/// Takes calls and stores them behind the caller's back.
#[derive(Debug)]
pub(crate) struct Log {
    sender: mpsc::Sender<EvaluationCall>,
    counts: Arc<Mutex<LogCounts>>,
    closing: Arc<Notify>,
    writer: Mutex<Option<tokio::task::JoinHandle<()>>>,
}

impl Log {
    /// `writer`: the process that serves; `capacity`: calls that may wait.
    pub(crate) fn start(store: Store, writer: Uuid, capacity: usize) -> Self {
        let (sender, received) = mpsc::channel(capacity);
        let counts = Arc::<Mutex<LogCounts>>::default();
        let closing = Arc::new(Notify::new());
        let task =
            Writer { store, writer, received, counts: Arc::clone(&counts), closing: Arc::clone(&closing) };
        let task = tokio::spawn(task.run());
        Log { sender, counts, closing, writer: Mutex::new(Some(task)) }
    }

    /// Notes a call; never waits.
    pub(crate) fn record(&self, call: EvaluationCall) {
        // Counted first, or the writer could store what is not counted yet.
        change(&self.counts, |counts| {
            counts.evaluated += 1;
            counts.queued += 1;
        });
        if self.sender.try_send(call).is_err() {
            change(&self.counts, |counts| {
                counts.queued -= 1;
                counts.dropped_full += 1;
            });
        }
    }

    pub(crate) fn counts(&self) -> LogCounts {
        change(&self.counts, |counts| *counts)
    }

    /// Stores what is queued; what is not stored by `deadline` is dropped.
    pub(crate) async fn close(&self, deadline: Instant) {
        self.closing.notify_one();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(writer) = writer else { return };
        let aborting = writer.abort_handle();
        if timeout_at(deadline, writer).await.is_err() {
            aborting.abort();
            change(&self.counts, |counts| {
                counts.dropped_full += counts.queued;
                counts.queued = 0;
            });
        }
    }
}

struct Writer {
    store: Store,
    writer: Uuid,
    received: mpsc::Receiver<EvaluationCall>,
    counts: Arc<Mutex<LogCounts>>,
    closing: Arc<Notify>,
}

impl Writer {
    async fn run(mut self) {
        while let Some(calls) = self.collect().await {
            let batch = EvaluationBatch { id: Uuid::now_v7(), writer: self.writer, calls };
            self.store(&batch).await;
        }
    }

    /// The next batch; `None` once closed and empty.
    async fn collect(&mut self) -> Option<Vec<EvaluationCall>> {
        let first = tokio::select! {
            first = self.received.recv() => first?,
            () = self.closing.notified() => {
                self.received.close();
                self.received.recv().await?
            }
        };
        let mut calls = vec![first];
        let until = Instant::now() + AGE;
        while calls.len() < BATCH {
            let room = BATCH - calls.len();
            tokio::select! {
                more = self.received.recv_many(&mut calls, room) => if more == 0 { break },
                () = tokio::time::sleep_until(until) => break,
                () = self.closing.notified() => self.received.close(),
            }
        }
        Some(calls)
    }

    /// Tries until the batch is stored or proves impossible to store.
    async fn store(&self, batch: &EvaluationBatch) {
        let calls = u64::try_from(batch.calls.len()).unwrap_or(u64::MAX);
        let mut pause = RETRY.0;
        loop {
            match self.store.evaluations_append(batch, STORE_DEADLINE).await {
                Ok(Appended { stored, refused, expired, .. }) => {
                    return change(&self.counts, |counts| {
                        counts.queued -= calls;
                        counts.stored += as_count(stored);
                        counts.dropped_refused += as_count(refused);
                        counts.dropped_expired += as_count(expired);
                    });
                }
                Err(error) if may_pass(&error) => {
                    tracing::debug!(%error, "the evaluation log cannot be written; trying again");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(RETRY.1);
                }
                Err(error) => {
                    let cause = std::error::Error::source(&error);
                    tracing::error!(%error, ?cause, calls, "a batch of the evaluation log was refused");
                    return change(&self.counts, |counts| {
                        counts.queued -= calls;
                        counts.dropped_refused += calls;
                    });
                }
            }
        }
    }
}

/// Whether the same batch may be stored later.
fn may_pass(error: &StoreError) -> bool {
    error.is_outage() || matches!(error, StoreError::PermissionDenied(_))
}

fn as_count(calls: usize) -> u64 {
    u64::try_from(calls).unwrap_or(u64::MAX)
}

fn change<T>(counts: &Mutex<LogCounts>, change: impl FnOnce(&mut LogCounts) -> T) -> T {
    change(&mut counts.lock().unwrap_or_else(PoisonError::into_inner))
}

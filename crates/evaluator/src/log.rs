//! The evaluation log: a bounded queue in memory, batches by size or age, a spool on disk for bad
//! times, and each batch stored exactly once. The caller of evaluate never waits for any of it. At
//! any time, counted in calls, `evaluated + recovered = stored + queued + spooled + dropped`.

mod counts;
mod destination;
mod encoding;
mod pipeline;
mod queue;
mod segment;
mod spool;
#[cfg(test)]
mod tests;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use halyard_store::evaluations::EvaluationCall;
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, timeout_at},
};
use uuid::Uuid;

use counts::Ledger;
pub use counts::LogCounts;
use destination::Destination;
use pipeline::{BATCH, Pipeline};
use queue::Queue;
use spool::Spool;

/// Of the time to shut down, what is kept to spool what the database did not take.
const TO_SPOOL: Duration = Duration::from_millis(500);
/// How long a log that was dropped instead of closed still waits for the database.
const ABANDONED: Duration = Duration::from_secs(5);

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

/// Takes calls and stores them behind the caller's back.
#[derive(Debug)]
pub(crate) struct Log {
    /// `None`: nothing is logged.
    queue: Option<Arc<Queue>>,
    /// Whether calls wait on disk while the database is slow.
    spools: bool,
    ledger: Arc<Ledger>,
    giving_up: watch::Sender<Option<Instant>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Log {
    /// `writer`: the process that serves.
    pub(crate) fn start(
        destination: impl Destination,
        writer: Uuid,
        options: &LogOptions,
    ) -> Result<Self, SpoolError> {
        let (giving_up, given_up) = watch::channel(None);
        let ledger = Arc::<Ledger>::default();
        if !options.enabled {
            return Ok(Log { queue: None, spools: false, ledger, giving_up, writer: Mutex::default() });
        }
        let spool = options.spool.as_ref().map(Spool::open).transpose()?;
        let queue = Arc::new(Queue::new(options.queued_calls, BATCH));
        let (shared_queue, shared_ledger) = (Arc::clone(&queue), Arc::clone(&ledger));
        let pipeline = Pipeline::new(destination, writer, shared_queue, shared_ledger, spool, given_up);
        let writer = Mutex::new(Some(tokio::spawn(pipeline.run())));
        Ok(Log { queue: Some(queue), spools: options.spool.is_some(), ledger, giving_up, writer })
    }

    /// Whether calls are logged at all.
    pub(crate) fn is_enabled(&self) -> bool {
        self.queue.is_some()
    }

    /// Notes a call; never waits.
    pub(crate) fn record(&self, call: EvaluationCall) {
        if let Some(queue) = &self.queue {
            queue.put(call);
        }
    }

    pub(crate) fn counts(&self) -> LogCounts {
        // In this order: see `Ledger::settled`.
        let settled = self.ledger.settled();
        self.queue.as_ref().map_or(settled, |queue| with_queued(settled, queue))
    }

    /// How old the youngest call may be that is neither in the database nor lost: what was evaluated
    /// longer ago is stored, or counted as dropped. `None` when nobody can say: calls wait on disk, or
    /// for a database that is slow, or are not logged at all.
    pub(crate) fn behind(&self) -> Option<Duration> {
        self.queue.as_ref()?;
        let counts = self.counts();
        match (counts.queued, counts.spooled, self.spools) {
            (_, 1.., _) => None,
            (0, 0, _) => Some(Duration::ZERO),
            (_, 0, spools) => spools.then_some(pipeline::SPOOLED_AFTER),
        }
    }

    /// Stores what is queued, or spools it; what is neither by `deadline` is dropped.
    pub(crate) async fn close(&self, deadline: Instant) {
        let Some(queue) = &self.queue else { return };
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(writer) = writer else { return };
        let left = deadline.saturating_duration_since(Instant::now());
        queue.close();
        self.giving_up.send_replace(Some(deadline - TO_SPOOL.min(left / 2)));
        let aborting = writer.abort_handle();
        if timeout_at(deadline, writer).await.is_err() {
            aborting.abort();
            self.ledger.close(|settled| with_queued(*settled, queue).queued);
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        if let Some(queue) = &self.queue {
            queue.close();
            self.giving_up.send_if_modified(|giving_up| {
                let news = giving_up.is_none();
                giving_up.get_or_insert_with(|| Instant::now() + ABANDONED);
                news
            });
        }
    }
}

/// What was settled, completed by what the queue knows.
fn with_queued(settled: LogCounts, queue: &Queue) -> LogCounts {
    let (evaluated, dropped) = queue.counts();
    let mut counts = LogCounts { evaluated, dropped_full: settled.dropped_full + dropped, ..settled };
    let elsewhere = counts.stored + counts.spooled + counts.dropped();
    counts.queued = (evaluated + counts.recovered).saturating_sub(elsewhere);
    counts
}

//! Where calls are: counted so that no reader ever sees one twice or none.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Where calls are. At any time
/// `evaluated + recovered = stored + queued + spooled + dropped()`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogCounts {
    /// Calls that were answered by this process.
    pub evaluated: u64,
    /// Calls that an earlier process had left in the spool. A file of the spool goes once all of its
    /// batches are stored, so some of them may have been stored, and counted, before; the database
    /// knows their batches and keeps them once.
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
    /// Left out because they were a customer's who has been erased meanwhile.
    pub dropped_erased: u64,
    /// Lost because the spool has reached its cap.
    pub dropped_spool_full: u64,
    /// Lost because the spool could not be written or read: a full disk, or a broken one.
    pub dropped_spool_error: u64,
}

impl LogCounts {
    /// Lost calls by reason, named as the metric's label: `queue_full`, `expired`, `refused`,
    /// `erased`, `spool_full`, `spool_error`.
    #[must_use]
    pub fn dropped_by_reason(&self) -> [(&'static str, u64); 6] {
        [
            ("queue_full", self.dropped_full),
            ("expired", self.dropped_expired),
            ("refused", self.dropped_refused),
            ("erased", self.dropped_erased),
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

/// What became of calls that have left the queue. Changed for whole batches, never for a call.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Settled>);

#[derive(Debug, Default)]
struct Settled {
    /// `evaluated` and `queued` are not kept here: the queue knows the one, the other is what is left.
    counts: LogCounts,
    closed: bool,
}

impl Ledger {
    /// Moves calls from one term to others.
    pub(crate) fn settle(&self, change: impl FnOnce(&mut LogCounts)) {
        let mut settled = self.lock();
        if !settled.closed {
            change(&mut settled.counts);
        }
    }

    /// Everything that has been settled, to be read before what was evaluated: then a call that
    /// moves meanwhile still counts as queued.
    pub(crate) fn settled(&self) -> LogCounts {
        self.lock().counts
    }

    /// Gives up what is still queued by `queued`, and settles nothing more: whoever is still on their
    /// way comes too late to be counted again.
    pub(crate) fn close(&self, queued: impl Fn(&LogCounts) -> u64) {
        let mut settled = self.lock();
        if !settled.closed {
            settled.closed = true;
            settled.counts.dropped_full += queued(&settled.counts);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Settled> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

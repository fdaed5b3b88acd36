//! The queue in memory: callers put calls in without waiting, the writer takes all of them out at
//! once. Split by thread, so that callers on many cores do not meet.

use std::{
    cell::Cell,
    mem,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use halyard_store::evaluations::EvaluationCall;
use tokio::sync::Notify;

/// Parts of the queue, at most.
const PARTS: usize = 16;
/// A part's room that is kept between two takings.
const KEPT_ROOM: usize = 1_024;

/// Calls that wait for the writer.
#[derive(Debug)]
pub(crate) struct Queue {
    parts: Box<[Mutex<Part>]>,
    /// Calls that wait in the parts.
    waiting: AtomicUsize,
    /// Calls in memory: those that wait, and those that the writer has taken and not let go of.
    held: AtomicUsize,
    capacity: usize,
    /// So many waiting calls make a batch.
    batch: usize,
    closed: AtomicBool,
    wake: Notify,
}

#[derive(Debug, Default)]
struct Part {
    calls: Vec<EvaluationCall>,
    evaluated: u64,
    dropped: u64,
}

impl Queue {
    /// Room for `capacity` calls; the writer is woken when `batch` wait.
    pub(crate) fn new(capacity: usize, batch: usize) -> Self {
        let parts = std::thread::available_parallelism().map_or(1, usize::from).min(PARTS);
        Queue {
            parts: (0..parts).map(|_| Mutex::default()).collect(),
            waiting: AtomicUsize::new(0),
            held: AtomicUsize::new(0),
            capacity,
            batch,
            closed: AtomicBool::new(false),
            wake: Notify::new(),
        }
    }

    /// Puts a call in, or drops and counts it when there is no room.
    pub(crate) fn put(&self, call: EvaluationCall) {
        let mut part = lock(&self.parts[part_of_this_thread() % self.parts.len()]);
        part.evaluated += 1;
        // The lock of the part orders this against `close`.
        let held = self.held.fetch_add(1, Ordering::Relaxed);
        if held >= self.capacity || self.closed.load(Ordering::Relaxed) {
            self.held.fetch_sub(1, Ordering::Relaxed);
            part.dropped += 1;
            return;
        }
        part.calls.push(call);
        let waiting = self.waiting.fetch_add(1, Ordering::AcqRel) + 1;
        drop(part);
        if waiting == 1 || waiting == self.batch {
            self.wake.notify_one();
        }
    }

    /// Waits until there may be something to take.
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Takes every waiting call. They count as held until [`Queue::release`].
    pub(crate) fn take(&self) -> Vec<EvaluationCall> {
        let mut taken = Vec::new();
        for part in &self.parts {
            let mut part = lock(part);
            let room = part.calls.len().min(KEPT_ROOM);
            let calls = mem::replace(&mut part.calls, Vec::with_capacity(room));
            self.waiting.fetch_sub(calls.len(), Ordering::AcqRel);
            drop(part);
            if taken.is_empty() {
                taken = calls;
            } else {
                taken.extend(calls);
            }
        }
        // What came into a part already taken found others waiting, and woke nobody.
        if self.waiting() > 0 {
            self.wake.notify_one();
        }
        taken
    }

    /// How many calls can be taken.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    /// Calls that were taken are no longer in memory.
    pub(crate) fn release(&self, calls: usize) {
        self.held.fetch_sub(calls, Ordering::Relaxed);
    }

    /// How many calls are in memory.
    pub(crate) fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    /// Whether so many calls are in memory that more should not be let wait.
    pub(crate) fn is_filling(&self) -> bool {
        self.held() > self.capacity / 2
    }

    /// Lets nothing more in. What is in can still be taken.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        // Whoever did not see it yet is done once their part was free.
        self.parts.iter().for_each(|part| drop(lock(part)));
        self.wake.notify_one();
    }

    /// Calls that were ever put in, and those of them that found no room.
    pub(crate) fn counts(&self) -> (u64, u64) {
        self.parts
            .iter()
            .map(|part| lock(part))
            .fold((0, 0), |(evaluated, dropped), part| (evaluated + part.evaluated, dropped + part.dropped))
    }
}

/// Threads take the parts by turns.
fn part_of_this_thread() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static PART: Cell<Option<usize>> = const { Cell::new(None) };
    }
    PART.with(|part| {
        part.get().unwrap_or_else(|| {
            let next = NEXT.fetch_add(1, Ordering::Relaxed);
            part.set(Some(next));
            next
        })
    })
}

fn lock(part: &Mutex<Part>) -> MutexGuard<'_, Part> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

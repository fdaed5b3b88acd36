//! Counts over all customers: how many run at once, how far each is, calling it off, and the stream
//! of customers that all of them are counted from.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use halyard_store::{
    Store,
    customer_source::{CustomerSource, ResolvedSource},
    memberships::{CustomerBatch, Memberships},
};
use serde::Serialize;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch},
    task::JoinSet,
};
use ts_rs::TS;

use crate::{CommandError, ErrorCode};

/// How long counting may take before it is given up.
pub(crate) const DEADLINE: Duration = Duration::from_secs(300);

/// Counts over all customers that run at once, besides that of all flags.
const AT_ONCE: usize = 3;

/// Batches that wait to be counted: the database sends no more until one is taken.
const WAITING: usize = 2;

/// How far a count is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CountProgress {
    /// False: there is no count of this topic now.
    pub running: bool,
    /// Customers counted so far.
    #[ts(type = "number")]
    pub seen: u64,
    /// About how many there are; null when nobody knows yet.
    #[ts(type = "number | null")]
    pub estimated: Option<u64>,
}

/// The counts of a workspace. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Counting {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    turns: Arc<Semaphore>,
    by_topic: Mutex<HashMap<String, Arc<Count>>>,
    /// How many customers the last complete count saw.
    last: Mutex<Option<(CustomerSource, u64)>>,
}

/// One count under way.
#[derive(Debug)]
pub(crate) struct Count {
    seen: AtomicU64,
    /// Zero: not known.
    estimated: AtomicU64,
    called_off: watch::Sender<bool>,
}

/// What is counted, a batch of customers at a time. Several clones count side by side and are merged.
pub(crate) trait Tally: Clone + Send + 'static {
    fn count(&mut self, batch: &CustomerBatch);
    fn merge(&mut self, other: Self);
}

impl Default for Counting {
    fn default() -> Self {
        let shared = Shared {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            by_topic: Mutex::default(),
            last: Mutex::default(),
        };
        Counting { shared: Arc::new(shared) }
    }
}

impl Counting {
    /// The right to read the whole customers table, kept until dropped. A page asks for many counts
    /// at once; without it they would take every connection, and changes would have to wait.
    pub(crate) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.shared.turns).acquire_owned().await.ok()
    }

    /// Runs a count that others can follow and call off by its topic. A newer one of the same topic
    /// calls it off: what it counts is outdated.
    ///
    /// # Errors
    /// `cancelled` when it was called off; else those of the count.
    pub(crate) async fn run<T, F: Future<Output = Result<T, CommandError>>>(
        &self,
        topic: Option<String>,
        count: impl FnOnce(Arc<Count>) -> F,
    ) -> Result<T, CommandError> {
        let running = Arc::new(Count::new());
        let _listed = topic.map(|topic| {
            if let Some(older) = self.by_topic().insert(topic.clone(), Arc::clone(&running)) {
                older.call_off();
            }
            Listed { counting: self, topic, count: Arc::clone(&running) }
        });
        let mut called_off = running.called_off.subscribe();
        tokio::select! {
            answer = count(Arc::clone(&running)) => answer,
            // The sender lives as long as `running`.
            _ = called_off.wait_for(|called_off| *called_off) => Err(CommandError::cancelled()),
        }
    }

    /// How far the count of a topic is.
    pub(crate) fn progress(&self, topic: &str) -> CountProgress {
        match self.by_topic().get(topic) {
            None => CountProgress { running: false, seen: 0, estimated: None },
            Some(count) => {
                let seen = count.seen.load(Ordering::Relaxed);
                let estimated = count.estimated.load(Ordering::Relaxed);
                // The table may have grown since.
                let estimated = (estimated > 0).then_some(estimated.max(seen));
                CountProgress { running: true, seen, estimated }
            }
        }
    }

    /// Calls off the count of a topic, if one is under way.
    pub(crate) fn call_off(&self, topic: &str) {
        if let Some(count) = self.by_topic().get(topic) {
            count.call_off();
        }
    }

    /// Streams every customer past a tally; answers how many there are, too.
    pub(crate) async fn over_all_customers<T: Tally>(
        &self,
        store: &Store,
        prepared: &Memberships,
        attribute: Option<&str>,
        tally: T,
        count: &Count,
    ) -> Result<(u64, T), CommandError> {
        let source = &prepared.source().source;
        count.expect(self.estimated_customers(prepared.source()));
        let (to, batches) = mpsc::channel(WAITING);
        let (streamed, counted) = tokio::join!(
            store.stream_customers(prepared, attribute, DEADLINE, to),
            count_batches(batches, tally, count),
        );
        streamed?;
        let (customers, tally) = counted?;
        *self.last() = Some((source.clone(), customers));
        Ok((customers, tally))
    }

    /// About how many customers there are: as many as last time, else as the server remembers.
    pub(crate) fn estimated_customers(&self, source: &ResolvedSource) -> Option<u64> {
        let last = self.last();
        let last = last.as_ref().filter(|(of, _)| *of == source.source).map(|(_, customers)| *customers);
        last.or_else(|| source.estimated_customers())
    }

    fn by_topic(&self) -> MutexGuard<'_, HashMap<String, Arc<Count>>> {
        self.shared.by_topic.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn last(&self) -> MutexGuard<'_, Option<(CustomerSource, u64)>> {
        self.shared.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts batches as they come, on as many threads as there are processors.
async fn count_batches<T: Tally>(
    mut batches: mpsc::Receiver<CustomerBatch>,
    tally: T,
    count: &Count,
) -> Result<(u64, T), CommandError> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut idle = vec![tally; threads];
    let mut busy = JoinSet::new();
    let mut customers = 0;
    while let Some(batch) = batches.recv().await {
        let mut tally = match idle.pop() {
            Some(tally) => tally,
            None => next_done(&mut busy).await?,
        };
        let size = batch.entities.len();
        busy.spawn_blocking(move || {
            tally.count(&batch);
            tally
        });
        customers += size as u64;
        count.saw(size);
    }
    while !busy.is_empty() {
        idle.push(next_done(&mut busy).await?);
    }
    let mut tallies = idle.into_iter();
    let mut sum = tallies.next().ok_or_else(|| CommandError::internal("nobody counted"))?;
    tallies.for_each(|tally| sum.merge(tally));
    Ok((customers, sum))
}

async fn next_done<T: 'static>(busy: &mut JoinSet<T>) -> Result<T, CommandError> {
    match busy.join_next().await {
        Some(done) => done.map_err(CommandError::internal),
        None => Err(CommandError::internal("a tally is lost")),
    }
}

impl Count {
    pub(crate) fn new() -> Self {
        Count { seen: AtomicU64::new(0), estimated: AtomicU64::new(0), called_off: watch::Sender::new(false) }
    }

    /// Notes about how many customers there are.
    pub(crate) fn expect(&self, customers: Option<u64>) {
        self.estimated.store(customers.unwrap_or_default(), Ordering::Relaxed);
    }

    /// Notes that so many more customers were looked at.
    pub(crate) fn saw(&self, customers: usize) {
        self.seen.fetch_add(customers as u64, Ordering::Relaxed);
    }

    fn call_off(&self) {
        self.called_off.send_replace(true);
    }
}

/// A count in the list of those under way.
struct Listed<'a> {
    counting: &'a Counting,
    topic: String,
    count: Arc<Count>,
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        let mut by_topic = self.counting.by_topic();
        // A newer count may have taken its place.
        if by_topic.get(&self.topic).is_some_and(|listed| Arc::ptr_eq(listed, &self.count)) {
            by_topic.remove(&self.topic);
        }
    }
}

impl CommandError {
    fn cancelled() -> Self {
        CommandError::new(ErrorCode::Cancelled, "The count was called off.")
    }
}

pub(crate) fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

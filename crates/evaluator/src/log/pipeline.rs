//! The log's writer: takes calls from the queue in batches and stores them; while the database is
//! slow or gone, batches go to the spool and come back from it, oldest first. A batch keeps its id
//! over every attempt, so that one whose fate is unknown can be tried again.

use std::{
    mem,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use halyard_store::{
    StoreError,
    evaluations::{Appended, EvaluationBatch, EvaluationCall},
};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, watch},
    task::spawn_blocking,
    time::{Instant, sleep, sleep_until, timeout},
};
use uuid::Uuid;

use super::{
    counts::{Ledger, LogCounts},
    destination::{self, Destination},
    encoding,
    queue::Queue,
    spool::{NotSpooled, Spool},
};

/// Calls in a batch, at most.
pub(crate) const BATCH: usize = 5_000;
/// How long a batch is collected, at most.
const AGE: Duration = Duration::from_millis(200);
/// Batches on their way to the database at once.
const UNDER_WAY: u32 = 2;
/// How long storing a batch may take before it is spooled, where a process that is killed does not
/// lose it.
const STORE_DEADLINE: Duration = Duration::from_secs(2);
/// The same where there is no spool, and for what is in it already.
const LONG_DEADLINE: Duration = Duration::from_secs(10);
/// How long a batch waits for those under way before it is spooled.
const PATIENCE: Duration = Duration::from_millis(500);
/// From this age on a call is stored, dropped or in the spool, where there is one.
pub(crate) const SPOOLED_AFTER: Duration = AGE.saturating_add(PATIENCE).saturating_add(STORE_DEADLINE);
/// Between two looks at whether the queue fills meanwhile.
const GLANCE: Duration = Duration::from_millis(20);
/// Between two tries, at first and at most.
const RETRY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));
/// Between two syncs of the spool: what a machine that loses power may lose.
const SYNC: Duration = Duration::from_millis(100);
/// Attempts to read a batch from the spool before it counts as lost.
const READS: u32 = 5;

/// What the writer's tasks share.
#[derive(Debug)]
pub(crate) struct Pipeline<D> {
    pub(crate) destination: D,
    /// The process that serves the calls.
    pub(crate) writer: Uuid,
    pub(crate) queue: Arc<Queue>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) spool: Option<Arc<Mutex<Spool>>>,
    /// Once set, nothing more comes, and from then on the database is not waited for.
    pub(crate) giving_up: watch::Receiver<Option<Instant>>,
    under_way: Arc<Semaphore>,
    /// The last attempt failed; new batches go to the spool while something is in it.
    down: AtomicBool,
    /// Something was spooled, for who stores it.
    spooled: Notify,
    /// Something was spooled, for who syncs it.
    unsynced: Notify,
}

impl<D: Destination> Pipeline<D> {
    pub(crate) fn new(
        destination: D,
        writer: Uuid,
        queue: Arc<Queue>,
        ledger: Arc<Ledger>,
        spool: Option<Spool>,
        giving_up: watch::Receiver<Option<Instant>>,
    ) -> Self {
        Pipeline {
            destination,
            writer,
            queue,
            ledger,
            spool: spool.map(Mutex::new).map(Arc::new),
            giving_up,
            under_way: Arc::new(Semaphore::new(UNDER_WAY as usize)),
            down: AtomicBool::new(false),
            spooled: Notify::new(),
            unsynced: Notify::new(),
        }
    }

    /// Writes until it is closed and everything is stored, spooled or given up.
    pub(crate) async fn run(self) {
        let this = Arc::new(self);
        let spooling = this.spool.clone().map(|spool| {
            let (replaying, syncing) = (Arc::clone(&this), Arc::clone(&this));
            let replay = tokio::spawn({
                let spool = Arc::clone(&spool);
                async move { replaying.replay(&spool).await }
            });
            (replay, tokio::spawn(async move { syncing.sync(&spool).await }))
        });
        loop {
            this.collect().await;
            // Before the taking: what comes in afterwards is refused.
            let closing = this.is_closing();
            let mut calls = this.queue.take();
            while !calls.is_empty() {
                let rest = calls.split_off(calls.len().min(BATCH));
                this.dispatch(mem::replace(&mut calls, rest)).await;
            }
            if closing {
                break;
            }
        }
        // Whoever is under way gives up in time.
        let _ = this.under_way.acquire_many(UNDER_WAY).await;
        if let Some((replay, sync)) = spooling {
            let _ = tokio::join!(replay, sync);
        }
        if let Some(spool) = &this.spool {
            sync(spool).await;
            lock(spool).leave();
        }
    }

    fn is_closing(&self) -> bool {
        self.giving_up.borrow().is_some()
    }

    /// Waits until nothing more comes.
    async fn closing(&self) {
        let _ = self.giving_up.clone().wait_for(Option::is_some).await;
    }

    /// Waits until the database is not to be waited for any longer.
    async fn given_up(&self) {
        let until = self.giving_up.clone().wait_for(Option::is_some).await.ok().and_then(|until| *until);
        if let Some(until) = until {
            sleep_until(until).await;
        }
    }

    /// Waits until calls make a batch, by number or by age.
    async fn collect(&self) {
        tokio::select! {
            () = self.closing() => return,
            () = async { while self.queue.waiting() == 0 { self.queue.woken().await } } => {}
        }
        let enough = async {
            while self.queue.waiting() < BATCH {
                self.queue.woken().await;
            }
        };
        tokio::select! {
            () = enough => {}
            () = sleep(AGE) => {}
            () = self.closing() => {}
        }
    }

    /// Sends a batch off to the database, or to the spool when that is slow or gone.
    async fn dispatch(self: &Arc<Self>, calls: Vec<EvaluationCall>) {
        let batch = EvaluationBatch { id: Uuid::now_v7(), writer: self.writer, calls };
        if let Some(spool) = &self.spool
            && (!self.destination.is_there() || self.down.load(Ordering::Relaxed) && !lock(spool).is_empty())
        {
            return self.put_away(batch).await;
        }
        match self.turn().await {
            Some(turn) => {
                let this = Arc::clone(self);
                tokio::spawn(async move {
                    this.store(batch).await;
                    drop(turn);
                });
            }
            None => {
                self.down.store(true, Ordering::Relaxed);
                self.put_away(batch).await;
            }
        }
    }

    /// A place among the batches under way; `None` when none is free soon enough.
    async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        let acquiring = Arc::clone(&self.under_way).acquire_owned();
        tokio::pin!(acquiring);
        if self.spool.is_none() {
            // There is nowhere else to go: callers fill the queue, and drop when it is full.
            return tokio::select! {
                turn = acquiring => turn.ok(),
                () = self.given_up() => None,
            };
        }
        let patience = Instant::now() + PATIENCE;
        loop {
            if let Ok(turn) = timeout(GLANCE, &mut acquiring).await {
                return turn.ok();
            }
            let until = self.giving_up.borrow().unwrap_or(patience);
            let filling = self.queue.is_filling() && !self.is_closing();
            if filling || Instant::now() >= until {
                return None;
            }
        }
    }

    /// Stores a batch; spools it, or without a spool tries again, when that fails for now.
    async fn store(&self, batch: EvaluationBatch) {
        let mut pause = RETRY.0;
        let within = if self.spool.is_some() { STORE_DEADLINE } else { LONG_DEADLINE };
        let given_up = self.given_up();
        tokio::pin!(given_up);
        loop {
            let attempt = tokio::select! {
                attempt = self.destination.append(&batch, within) => attempt,
                () = &mut given_up => Err(StoreError::Timeout(None)),
            };
            match attempt {
                Ok(appended) => {
                    self.down.store(false, Ordering::Relaxed);
                    self.ledger.settle(|counts| count_stored(counts, &batch, appended));
                    return self.queue.release(batch.calls.len());
                }
                Err(error) if !destination::may_pass(&error) => {
                    refused(&batch, &error);
                    self.ledger.settle(|counts| counts.dropped_refused += calls_of(&batch));
                    return self.queue.release(batch.calls.len());
                }
                Err(error) => tracing::debug!(%error, "the evaluation log cannot be written"),
            }
            if self.spool.is_some() {
                self.down.store(true, Ordering::Relaxed);
                return self.put_away(batch).await;
            }
            tokio::select! {
                () = sleep(pause) => pause = (pause * 2).min(RETRY.1),
                () = &mut given_up => return self.put_away(batch).await,
            }
        }
    }

    /// Spools a batch; drops and counts it when that is impossible.
    async fn put_away(&self, batch: EvaluationBatch) {
        let (calls, held) = (calls_of(&batch), batch.calls.len());
        match &self.spool {
            None => self.ledger.settle(|counts| counts.dropped_full += calls),
            Some(spool) => {
                let (spool, ledger) = (Arc::clone(spool), Arc::clone(&self.ledger));
                let spooled = spawn_blocking(move || {
                    let bytes = encoding::encode(&batch);
                    let mut spool = lock(&spool);
                    let spooled = spool.append(&bytes, calls);
                    // Counted before anybody else sees the batch.
                    ledger.settle(|counts| match &spooled {
                        Ok(()) => counts.spooled += calls,
                        Err(NotSpooled::Full) => counts.dropped_spool_full += calls,
                        Err(NotSpooled::Failed(_)) => counts.dropped_spool_error += calls,
                    });
                    spooled
                });
                if let Ok(Err(error)) = spooled.await {
                    tracing::warn!(%error, calls, "calls are lost to the log");
                }
                self.spooled.notify_waiters();
                self.unsynced.notify_one();
            }
        }
        self.queue.release(held);
    }

    /// Brings batches back from the spool, oldest first, until it is closed.
    async fn replay(&self, spool: &Arc<Mutex<Spool>>) {
        let recovered = spawn_blocking({
            let (spool, ledger) = (Arc::clone(spool), Arc::clone(&self.ledger));
            move || {
                let mut spool = lock(&spool);
                let calls = spool.recover();
                ledger.settle(|counts| {
                    counts.recovered += calls;
                    counts.spooled += calls;
                });
                calls
            }
        });
        if let Ok(calls @ 1..) = recovered.await {
            tracing::info!(calls, "storing what an earlier process left in the spool");
        }
        let forever = async {
            let mut pause = RETRY.0;
            loop {
                match self.bring_back(spool).await {
                    BroughtBack::Settled => pause = RETRY.0,
                    BroughtBack::Nothing => self.until_spooled(spool).await,
                    BroughtBack::NotNow => {
                        sleep(pause).await;
                        pause = (pause * 2).min(RETRY.1);
                    }
                }
            }
        };
        // What is interrupted is still in the spool.
        tokio::select! {
            () = forever => {}
            () = self.closing() => {}
        }
    }

    async fn until_spooled(&self, spool: &Mutex<Spool>) {
        let mut spooled = std::pin::pin!(self.spooled.notified());
        spooled.as_mut().enable();
        if lock(spool).is_empty() {
            spooled.await;
        }
    }

    /// Tries to store the oldest batch of the spool.
    async fn bring_back(&self, spool: &Arc<Mutex<Spool>>) -> BroughtBack {
        let Some((path, record)) = lock(spool).oldest() else { return BroughtBack::Nothing };
        let mut batch = None;
        for _ in 0..READS {
            let path = path.clone();
            let read = spawn_blocking(move || record.read(&path)).await;
            match read.map_err(std::io::Error::other).flatten() {
                Ok(bytes) => {
                    batch = encoding::decode(&bytes);
                    break;
                }
                Err(error) => tracing::error!(%error, "a batch in the spool cannot be read"),
            }
            sleep(RETRY.0).await;
        }
        let settle = |change: &dyn Fn(&mut LogCounts)| {
            let mut spool = lock(spool);
            spool.remove_oldest();
            self.ledger.settle(|counts| {
                counts.spooled -= record.calls;
                change(counts);
            });
            BroughtBack::Settled
        };
        let Some(batch) = batch else {
            tracing::error!(calls = record.calls, "a batch in the spool is lost");
            return settle(&|counts| counts.dropped_spool_error += record.calls);
        };
        match self.destination.append(&batch, LONG_DEADLINE).await {
            Ok(appended) => {
                self.down.store(false, Ordering::Relaxed);
                settle(&|counts| count_stored(counts, &batch, appended))
            }
            Err(error) if destination::may_pass(&error) => {
                tracing::debug!(%error, "the spool cannot be emptied");
                BroughtBack::NotNow
            }
            Err(error) => {
                refused(&batch, &error);
                settle(&|counts| counts.dropped_refused += record.calls)
            }
        }
    }

    /// Syncs the spool soon after something was appended, until it is closed.
    async fn sync(&self, spool: &Arc<Mutex<Spool>>) {
        let forever = async {
            loop {
                self.unsynced.notified().await;
                sleep(SYNC).await;
                sync(spool).await;
            }
        };
        tokio::select! {
            () = forever => {}
            () = self.closing() => {}
        }
    }
}

/// What became of an attempt to empty the spool by one batch.
enum BroughtBack {
    /// It is no longer in the spool.
    Settled,
    /// There was none.
    Nothing,
    /// It will have to wait.
    NotNow,
}

async fn sync(spool: &Arc<Mutex<Spool>>) {
    let spool = Arc::clone(spool);
    let synced = spawn_blocking(move || {
        let files = lock(&spool).unsynced();
        files.unwrap_or_default().iter().try_for_each(|file| file.sync_data())
    });
    if let Ok(Err(error)) = synced.await {
        tracing::warn!(%error, "the spool cannot be synced");
    }
}

fn refused(batch: &EvaluationBatch, error: &StoreError) {
    let cause = std::error::Error::source(error);
    tracing::error!(%error, ?cause, calls = batch.calls.len(), "a batch of the evaluation log was refused");
}

fn count_stored(counts: &mut LogCounts, batch: &EvaluationBatch, appended: Appended) {
    let [stored, expired, erased] = [appended.stored, appended.expired, appended.erased].map(as_count);
    counts.stored += stored;
    counts.dropped_expired += expired;
    counts.dropped_erased += erased;
    counts.dropped_refused += calls_of(batch).saturating_sub(stored + expired + erased);
}

fn calls_of(batch: &EvaluationBatch) -> u64 {
    as_count(batch.calls.len())
}

fn as_count(calls: usize) -> u64 {
    u64::try_from(calls).unwrap_or(u64::MAX)
}

fn lock(spool: &Mutex<Spool>) -> std::sync::MutexGuard<'_, Spool> {
    spool.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The log against a database that fails in every way: where calls are must add up at any moment,
//! and every call must end up stored once, or be counted as lost.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::{HashMap, HashSet},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use halyard_store::{
    StoreError,
    evaluations::{Appended, EvaluationBatch, EvaluationSource, FlagSet},
};
use proptest::prelude::*;

use super::*;

/// What the database does with the next attempt.
#[derive(Debug, Clone, Copy)]
enum Mood {
    Stores,
    /// It is gone.
    Refuses,
    /// It stores, but the answer is lost.
    StoresSilently,
    /// It hangs until it is given up.
    Hangs,
    /// It says that the batch cannot be stored, ever.
    Rejects,
    /// The calls' day is gone.
    Expired,
}

#[derive(Debug, Default)]
struct Database {
    moods: Mutex<Vec<Mood>>,
    batches: Mutex<HashMap<Uuid, Appended>>,
    calls: Mutex<Vec<Uuid>>,
}

impl Destination for Arc<Database> {
    async fn append(&self, batch: &EvaluationBatch, _: Duration) -> Result<Appended, StoreError> {
        tokio::task::yield_now().await;
        let mood = self.moods.lock().unwrap().pop().unwrap_or(Mood::Stores);
        match mood {
            Mood::Refuses => return Err(StoreError::Timeout(None)),
            Mood::Hangs => std::future::pending().await,
            Mood::Rejects => return Err(StoreError::Internal("no".into())),
            Mood::Stores | Mood::StoresSilently | Mood::Expired => {}
        }
        let mut batches = self.batches.lock().unwrap();
        let appended = match batches.get(&batch.id) {
            Some(appended) => Appended { replayed: true, ..*appended },
            None => {
                let calls = batch.calls.len();
                let (stored, expired) = if matches!(mood, Mood::Expired) { (0, calls) } else { (calls, 0) };
                let appended = Appended { stored, refused: 0, expired, erased: 0, replayed: false };
                if stored > 0 {
                    self.calls.lock().unwrap().extend(batch.calls.iter().map(|call| call.id));
                }
                batches.insert(batch.id, appended);
                appended
            }
        };
        if matches!(mood, Mood::StoresSilently) { Err(StoreError::Timeout(None)) } else { Ok(appended) }
    }

    fn is_there(&self) -> bool {
        true
    }
}

fn call() -> EvaluationCall {
    EvaluationCall {
        id: Uuid::now_v7(),
        evaluated_at: chrono::Utc::now(),
        environment: "production".into(),
        entity_id: "c1".into(),
        source: EvaluationSource::Evaluate,
        sdk: "test".into(),
        stale: false,
        config_version: 1,
        flag_set: Arc::new(FlagSet::new([(1, 1)])),
        outcomes: Box::new([0]),
    }
}

fn adds_up(counts: LogCounts) -> bool {
    counts.evaluated + counts.recovered == counts.stored + counts.queued + counts.spooled + counts.dropped()
}

fn moods() -> impl Strategy<Value = Vec<Mood>> {
    let mood = prop_oneof![
        4 => Just(Mood::Stores),
        4 => Just(Mood::Refuses),
        2 => Just(Mood::StoresSilently),
        1 => Just(Mood::Hangs),
        1 => Just(Mood::Rejects),
        1 => Just(Mood::Expired),
    ];
    prop::collection::vec(mood, 0..12)
}

/// Runs a log from start to end and returns how the calls were counted at last.
async fn run(database: &Arc<Database>, options: &LogOptions, bursts: &[usize]) -> LogCounts {
    let log = Arc::new(Log::start(Arc::clone(database), Uuid::now_v7(), options).unwrap());
    let (done, wrong) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let watching = std::thread::spawn({
        let (log, done, wrong) = (Arc::clone(&log), Arc::clone(&done), Arc::clone(&wrong));
        move || {
            let mut evaluated = 0;
            while !done.load(Ordering::Relaxed) {
                let counts = log.counts();
                let is_right = adds_up(counts) && counts.evaluated >= evaluated;
                wrong.fetch_add(u64::from(!is_right), Ordering::Relaxed);
                evaluated = counts.evaluated;
            }
        }
    });
    for burst in bursts {
        let threads = (0..2).map(|_| {
            let (log, calls) = (Arc::clone(&log), *burst);
            std::thread::spawn(move || (0..calls).for_each(|_| log.record(call())))
        });
        threads.collect::<Vec<_>>().into_iter().for_each(|thread| thread.join().unwrap());
        // Time passes by leaps while nothing else is to be done.
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    log.close(Instant::now() + Duration::from_millis(1_500)).await;
    done.store(true, Ordering::Relaxed);
    watching.join().unwrap();
    let counts = log.counts();
    assert_eq!(wrong.load(Ordering::Relaxed), 0, "not always did it add up: {counts:?}");
    assert!(adds_up(counts) && counts.queued == 0, "{counts:?}");
    assert_eq!(counts.evaluated, 2 * bursts.iter().sum::<usize>() as u64);
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn calls_add_up_at_any_time_and_are_stored_once_whatever_the_database_does(
        moods in moods(),
        bursts in prop::collection::vec(0_usize..400, 1..6),
        max_bytes in prop_oneof![Just(1_u64 << 20), Just(20_000)],
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let dir = tempfile::tempdir().unwrap();
            let spool = SpoolOptions { dir: dir.path().to_owned(), max_bytes };
            let options = LogOptions { spool: Some(spool), queued_calls: 1_000, ..LogOptions::default() };
            let database = Arc::new(Database { moods: Mutex::new(moods), ..Database::default() });
            let first = run(&database, &options, &bursts).await;

            // The next process finds what the first left, and a database that is well.
            database.moods.lock().unwrap().clear();
            let log = Log::start(Arc::clone(&database), Uuid::now_v7(), &options).unwrap();
            while log.counts().recovered < first.spooled || log.counts().spooled > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            log.close(Instant::now() + Duration::from_millis(1_500)).await;
            let second = log.counts();
            // A file goes once all of its batches are stored: some may be found, and counted, again.
            assert!(second.recovered >= first.spooled, "{first:?} {second:?}");
            let again = second.recovered - first.spooled;

            let calls = database.calls.lock().unwrap();
            let distinct: HashSet<_> = calls.iter().collect();
            assert_eq!(distinct.len(), calls.len(), "a call was stored twice");
            let lost = first.dropped() + second.dropped();
            // One that was stored silently and then given up counts as lost although it is not.
            assert!(calls.len() as u64 + lost >= first.evaluated, "{first:?} {second:?}");
            assert_eq!(first.stored + second.stored + lost, first.evaluated + again, "{first:?} {second:?}");
        });
    }
}

#[tokio::test]
async fn a_disabled_log_counts_nothing() {
    let options = LogOptions { enabled: false, ..LogOptions::default() };
    let log = Log::start(Arc::<Database>::default(), Uuid::now_v7(), &options).unwrap();
    log.record(call());
    log.close(Instant::now()).await;
    assert_eq!(log.counts(), LogCounts::default());
}

#[tokio::test]
async fn an_outage_fills_the_spool_to_its_cap_and_counts_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let spool = SpoolOptions { dir: dir.path().to_owned(), max_bytes: 10_000 };
    let options = LogOptions { spool: Some(spool), ..LogOptions::default() };
    let moods = Mutex::new(vec![Mood::Refuses; 1_000_000]);
    let database = Arc::new(Database { moods, ..Database::default() });
    let log = Log::start(Arc::clone(&database), Uuid::now_v7(), &options).unwrap();
    // A batch of its own: the next may be larger than the cap.
    log.record(call());
    while log.counts().spooled == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    while log.counts().dropped_spool_full == 0 {
        log.record(call());
        tokio::time::sleep(Duration::from_micros(100)).await;
    }
    let counts = log.counts();
    assert!(adds_up(counts) && counts.spooled > 0, "{counts:?}");
    // Back to normal: what was spooled is stored.
    database.moods.lock().unwrap().clear();
    while log.counts().spooled > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    log.close(Instant::now() + Duration::from_millis(1_500)).await;
    let counts = log.counts();
    assert_eq!(counts.stored, database.calls.lock().unwrap().len() as u64);
    assert_eq!(counts.evaluated, counts.stored + counts.dropped_spool_full);
}

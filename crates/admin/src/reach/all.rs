//! The count of all flags, kept: asking is free, one count runs at a time, and after a change only
//! the flags that it concerns are counted again.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use chrono::Utc;
use halyard_engine::{
    AudienceId,
    tally::{DistributionTally, SlottedFlag},
};
use halyard_evaluator::{LiveFlag, Snapshot};
use halyard_store::{
    Store,
    condition::Condition,
    customer_source::{CustomerSource, ResolvedSource},
    memberships::Memberships,
};
use uuid::Uuid;

use super::{CountState, FlagsReach, ValueShare, distribution};
use crate::{
    CommandError,
    counting::{Count, Counting, milliseconds},
};

/// The topic of this count.
pub(crate) const COUNT_OF_ALL: &str = "flags_reach";

/// Customers change without telling us: counts older than this are made again when asked for.
const FRESH: Duration = Duration::from_secs(300);
/// But counting takes at most one part in so many of the time.
const REST: u32 = 20;
/// A count that failed is not tried again before.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// What a flag's count depends on beside the customers: its version and its audiences' versions.
type Fingerprint = (i32, Vec<(AudienceId, i32)>);

/// All flags, counted.
#[derive(Debug, Clone)]
struct Counted {
    source: CustomerSource,
    fingerprints: BTreeMap<Uuid, Fingerprint>,
    /// When the oldest of the counts was made, and how long that took.
    since: Instant,
    took: Duration,
    reach: FlagsReach,
}

/// The last count of all flags of a workspace.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReachCache {
    inner: Arc<Mutex<Cached>>,
}

#[derive(Debug, Default)]
struct Cached {
    running: bool,
    /// The config version that was last tried, and when.
    tried: Option<(i64, Instant)>,
    counted: Option<Counted>,
    problem: Option<String>,
}

impl ReachCache {
    /// The count for this snapshot if there is one; else begins it, and answers what is known.
    pub(crate) fn get(&self, store: &Store, counting: &Counting, snapshot: Arc<Snapshot>) -> FlagsReach {
        let mut cached = self.lock();
        if !cached.running && cached.is_due(snapshot.config_version()) {
            cached.running = true;
            let (cache, before) = (self.clone(), cached.counted.clone());
            let (store, counting) = (store.clone(), counting.clone());
            tokio::spawn(async move {
                let counted = counting
                    .run(Some(COUNT_OF_ALL.to_owned()), async |count| {
                        count_all(&store, &counting, &snapshot, before, &count).await
                    })
                    .await;
                cache.finish(snapshot.config_version(), counted);
            });
        }
        cached.answer()
    }

    fn finish(&self, config_version: i64, counted: Result<Counted, CommandError>) {
        let mut cached = self.lock();
        cached.running = false;
        cached.tried = Some((config_version, Instant::now()));
        match counted {
            Ok(counted) => (cached.counted, cached.problem) = (Some(counted), None),
            Err(error) => cached.problem = Some(error.message),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Cached> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cached {
    fn is_due(&self, config_version: i64) -> bool {
        match (&self.tried, &self.counted) {
            (Some((tried, _)), _) if *tried != config_version => true,
            (Some((_, at)), _) if self.problem.is_some() => at.elapsed() > AFTER_FAILURE,
            (Some(_), Some(counted)) => !counted.is_fresh(),
            (None, _) | (_, None) => true,
        }
    }

    fn answer(&self) -> FlagsReach {
        let (state, problem) = match (self.running, &self.problem) {
            (true, _) => (CountState::Counting, None),
            (false, Some(problem)) => (CountState::Failed, Some(problem.clone())),
            (false, None) => (CountState::Ready, None),
        };
        match &self.counted {
            Some(counted) => FlagsReach { state, problem, ..counted.reach.clone() },
            None => FlagsReach {
                state,
                problem,
                customers: 0,
                counted_at: None,
                duration_ms: None,
                flags: BTreeMap::new(),
            },
        }
    }
}

impl Counted {
    fn is_fresh(&self) -> bool {
        self.since.elapsed() < FRESH.max(self.took * REST)
    }

    /// The count of a flag that is the same as when it was counted.
    fn still(&self, flag: &LiveFlag, fingerprint: &Fingerprint) -> Option<&Vec<ValueShare>> {
        let same = self.fingerprints.get(&flag.id) == Some(fingerprint);
        same.then(|| self.reach.flags.get(&flag.id)).flatten()
    }
}

/// Counts every flag of a snapshot that has rules, in one pass; those that are the same as before
/// are not counted again while that count is fresh.
async fn count_all(
    store: &Store,
    counting: &Counting,
    snapshot: &Snapshot,
    before: Option<Counted>,
    progress: &Count,
) -> Result<Counted, CommandError> {
    let source = store.resolved_source().await?.ok_or_else(CommandError::no_customer_source)?;
    let before = before.filter(|before| before.is_fresh() && before.source == source.source);
    let versions: BTreeMap<AudienceId, i32> =
        snapshot.audiences().map(|audience| (audience.id, audience.version)).collect();

    let mut counted = Counted {
        source: source.source.clone(),
        fingerprints: BTreeMap::new(),
        since: Instant::now(),
        took: Duration::ZERO,
        reach: FlagsReach {
            state: CountState::Ready,
            problem: None,
            customers: 0,
            counted_at: Some(Utc::now()),
            duration_ms: None,
            flags: BTreeMap::new(),
        },
    };
    let mut to_count = Vec::new();
    for (_, flag) in snapshot.flags().filter(|(_, flag)| !flag.compiled.rules().is_empty()) {
        let used = flag.compiled.audiences().iter();
        let used = used.map(|id| (*id, versions.get(id).copied().unwrap_or_default())).collect();
        let fingerprint = (flag.version, used);
        match before.as_ref().and_then(|before| before.still(flag, &fingerprint)) {
            Some(shares) => _ = counted.reach.flags.insert(flag.id, shares.clone()),
            None => to_count.push(flag),
        }
        counted.fingerprints.insert(flag.id, fingerprint);
    }

    let passed = if to_count.is_empty() && before.is_some() {
        None
    } else {
        let (prepared, tallies) = prepare(&source, snapshot, &to_count);
        let (ids, tallies): (Vec<Uuid>, Vec<DistributionTally>) = tallies.into_iter().unzip();
        let (customers, tallies) =
            counting.over_all_customers(store, &prepared, None, tallies, progress).await?;
        let shares = tallies.iter().map(|tally| distribution(tally.flag(), &tally.by_variation()));
        Some((customers, ids.into_iter().zip(shares).collect::<Vec<_>>()))
    };
    counted.took = counted.since.elapsed();
    counted.reach.duration_ms = Some(milliseconds(counted.since));
    if let Some((customers, flags)) = passed {
        counted.reach.customers = customers;
        counted.reach.flags.extend(flags);
    }
    if let Some(before) = before {
        // As old as the oldest of its counts.
        (counted.since, counted.took) = (before.since, before.took);
        counted.reach.counted_at = before.reach.counted_at;
        counted.reach.duration_ms = before.reach.duration_ms;
        counted.reach.customers = before.reach.customers;
    }
    Ok(counted)
}

/// What one pass over the customers counts for some flags. A flag with an audience that cannot be
/// computed is left out.
fn prepare(
    source: &ResolvedSource,
    snapshot: &Snapshot,
    flags: &[&Arc<LiveFlag>],
) -> (Memberships, Vec<(Uuid, DistributionTally)>) {
    let used: BTreeSet<AudienceId> =
        flags.iter().flat_map(|flag| flag.compiled.audiences()).copied().collect();
    let audiences: Vec<(AudienceId, &Condition)> = snapshot
        .audiences()
        .filter(|audience| used.contains(&audience.id))
        .map(|audience| (audience.id, &audience.condition))
        .collect();
    let prepared = Memberships::prepare(source, &audiences);
    let tally = |flag: &&Arc<LiveFlag>| {
        let slotted = SlottedFlag::new(flag.compiled.clone(), |audience| prepared.slot(audience))?;
        Some((flag.id, DistributionTally::new(slotted)))
    };
    let tallies = flags.iter().filter_map(tally).collect();
    (prepared, tallies)
}

//! Whom a flag reaches: every customer counted through the engine, by the path that serves
//! evaluations. One pass over the customers serves any number of flags.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use halyard_engine::{AudienceId, CompiledFlag, Membership, Outcome, RuleId};
use halyard_evaluator::Snapshot;
use halyard_store::{
    Store, StoreError,
    condition::Condition,
    customer_source::ResolvedSource,
    memberships::{EntityMembership, Memberships},
};
use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;
use uuid::Uuid;

use crate::CommandError;

/// How long counting may take before it is given up.
const DEADLINE: Duration = Duration::from_secs(120);
/// Customers change without telling us: a count older than this is made again when asked for.
const FRESH: Duration = Duration::from_secs(300);
/// A count that failed is not tried again before.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// How many customers get a value.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ValueShare {
    /// One of the flag's values.
    pub value: Value,
    /// Customers who get it.
    #[ts(type = "number")]
    pub customers: u64,
}

/// Whom one rule reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RuleReach {
    /// The rule's id.
    pub rule_id: RuleId,
    /// In the rule's audience (everyone when it has none).
    #[ts(type = "number")]
    pub in_audience: u64,
    /// Of those, inside its percentage.
    #[ts(type = "number")]
    pub in_percentage: u64,
    /// Of those, not taken by a rule above: what the rule really serves.
    #[ts(type = "number")]
    pub net: u64,
}

/// Whom a flag reaches where it is on.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FlagReach {
    /// All customers.
    #[ts(type = "number")]
    pub customers: u64,
    /// In the order of the rules.
    pub rules: Vec<RuleReach>,
    /// Customers whom no rule reaches.
    #[ts(type = "number")]
    pub otherwise: u64,
    /// By value, default first, then in order of the rules.
    pub distribution: Vec<ValueShare>,
    /// By the app's clock.
    pub counted_at: DateTime<Utc>,
    /// Milliseconds.
    #[ts(type = "number")]
    pub duration_ms: u64,
}

/// How far counting all flags is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CountState {
    /// Ask again in a moment; `flags` holds the count before, if there was one.
    Counting,
    /// As of the live configuration.
    Ready,
    /// `problem` says why.
    Failed,
}

/// Distribution under the rules of every flag that has some, counted in one pass.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FlagsReach {
    /// How far it is.
    #[ts(inline)]
    pub state: CountState,
    /// Why it failed, in a sentence.
    pub problem: Option<String>,
    /// All customers.
    #[ts(type = "number")]
    pub customers: u64,
    /// By the app's clock; null until counted.
    pub counted_at: Option<DateTime<Utc>>,
    /// Milliseconds; null until counted.
    #[ts(type = "number | null")]
    pub duration_ms: Option<u64>,
    /// By flag id. A flag is missing while one of its audiences cannot be computed.
    #[ts(type = "{ [flagId in string]: Array<ValueShare> }")]
    pub flags: BTreeMap<Uuid, Vec<ValueShare>>,
}

/// Counts of one flag: a few integers, whatever the number of customers.
#[derive(Debug)]
struct Tally {
    flag: CompiledFlag,
    audiences: Vec<u64>,
    in_percentage: Vec<u64>,
    net: Vec<u64>,
    otherwise: u64,
}

impl Tally {
    fn new(flag: CompiledFlag) -> Self {
        let rules = flag.rules().len();
        Tally {
            audiences: vec![0; rules],
            in_percentage: vec![0; rules],
            net: vec![0; rules],
            otherwise: 0,
            flag,
        }
    }

    /// Counts whom the flag serves what.
    fn count(&mut self, id: &str, is_member: impl Fn(AudienceId) -> Membership) {
        let audiences = self.flag.audiences();
        match self.flag.decide_by_rules(self.flag.bucket(id), |position| is_member(audiences[position])) {
            Outcome::Rule(rule) => self.net[rule as usize] += 1,
            _ => self.otherwise += 1,
        }
    }

    /// Counts whom each rule would reach if it stood alone.
    fn count_alone(&mut self, id: &str, is_member: impl Fn(AudienceId) -> Membership) {
        let bucket = self.flag.bucket(id);
        for (index, rule) in self.flag.rules().iter().enumerate() {
            let inside = rule
                .audience()
                .is_none_or(|position| is_member(self.flag.audiences()[position]) == Membership::In);
            self.audiences[index] += u64::from(inside);
            self.in_percentage[index] += u64::from(inside && rule.includes(bucket));
        }
    }

    fn distribution(&self) -> Vec<ValueShare> {
        let mut customers = vec![0; self.flag.variations().len()];
        customers[0] = self.otherwise;
        for (rule, net) in self.flag.rules().iter().zip(&self.net) {
            customers[rule.variation_index() as usize] += net;
        }
        let values = self.flag.variations().into_iter().cloned();
        values.zip(customers).map(|(value, customers)| ValueShare { value, customers }).collect()
    }
}

/// Streams every customer past `each`, on a thread where computing may take its time.
async fn over_all_customers<T: Send + 'static>(
    store: &Store,
    prepared: Memberships,
    mut counts: T,
    mut each: impl FnMut(&mut T, &str, &EntityMembership, &Memberships) + Send + 'static,
) -> Result<T, StoreError> {
    let (store, runtime) = (store.clone(), tokio::runtime::Handle::current());
    let counting = tokio::task::spawn_blocking(move || {
        runtime.block_on(async {
            let seen = |id: &str, entity: &EntityMembership| each(&mut counts, id, entity, &prepared);
            store.stream_memberships(&prepared, DEADLINE, seen).await?;
            Ok(counts)
        })
    });
    counting.await.unwrap_or_else(|panic| Err(StoreError::Internal(Box::new(panic))))
}

/// Counts one flag over all customers.
pub(crate) async fn count_flag(
    store: &Store,
    source: &ResolvedSource,
    flag: CompiledFlag,
    audiences: &[(AudienceId, &Condition)],
) -> Result<FlagReach, StoreError> {
    let started = Instant::now();
    let prepared = Memberships::prepare(source, audiences);
    if let Some((_, violations)) = prepared.broken().first() {
        return Err(StoreError::Invalid(violations.clone()));
    }
    let counts = (0, Tally::new(flag));
    let (customers, tally) =
        over_all_customers(store, prepared, counts, |(customers, tally), id, entity, prepared| {
            *customers += 1;
            tally.count(id, |audience| prepared.of(entity, audience));
            tally.count_alone(id, |audience| prepared.of(entity, audience));
        })
        .await?;
    let rules = tally.flag.rules().iter().enumerate().map(|(index, rule)| RuleReach {
        rule_id: rule.id(),
        in_audience: tally.audiences[index],
        in_percentage: tally.in_percentage[index],
        net: tally.net[index],
    });
    Ok(FlagReach {
        customers,
        rules: rules.collect(),
        otherwise: tally.otherwise,
        distribution: tally.distribution(),
        counted_at: Utc::now(),
        duration_ms: milliseconds(started),
    })
}

/// Counts every flag of a snapshot that has rules, in one pass.
async fn count_all(
    store: &Store,
    source: &ResolvedSource,
    snapshot: &Snapshot,
) -> Result<FlagsReach, StoreError> {
    let started = Instant::now();
    let audiences: Vec<(AudienceId, &Condition)> =
        snapshot.audiences().map(|audience| (audience.id, &audience.condition)).collect();
    let prepared = Memberships::prepare(source, &audiences);
    let broken: Vec<AudienceId> = prepared.broken().iter().map(|(id, _)| *id).collect();
    let countable = snapshot.flags().filter(|(_, flag)| {
        !flag.compiled.rules().is_empty() && !flag.compiled.audiences().iter().any(|id| broken.contains(id))
    });
    let tallies: Vec<(Uuid, Tally)> =
        countable.map(|(_, flag)| (flag.id, Tally::new(flag.compiled.clone()))).collect();
    let (customers, tallies) =
        over_all_customers(store, prepared, (0, tallies), |(customers, tallies), id, entity, prepared| {
            *customers += 1;
            for (_, tally) in tallies {
                tally.count(id, |audience| prepared.of(entity, audience));
            }
        })
        .await?;
    Ok(FlagsReach {
        state: CountState::Ready,
        problem: None,
        customers,
        counted_at: Some(Utc::now()),
        duration_ms: Some(milliseconds(started)),
        flags: tallies.into_iter().map(|(id, tally)| (id, tally.distribution())).collect(),
    })
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// The last count of all flags. However many ask, one count runs at a time.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReachCache {
    inner: Arc<Mutex<Cached>>,
}

#[derive(Debug, Default)]
struct Cached {
    running: bool,
    latest: Option<Latest>,
}

#[derive(Debug)]
struct Latest {
    config_version: i64,
    at: Instant,
    reach: FlagsReach,
}

impl ReachCache {
    /// The count for this snapshot if there is one; else begins it, and answers what is known.
    pub(crate) fn get(
        &self,
        snapshot: Arc<Snapshot>,
        count: impl Future<Output = Result<FlagsReach, StoreError>> + Send + 'static,
    ) -> FlagsReach {
        let mut cached = self.lock();
        if let Some(latest) = &cached.latest {
            let fresh = if latest.reach.state == CountState::Failed { AFTER_FAILURE } else { FRESH };
            if latest.config_version == snapshot.config_version() && latest.at.elapsed() < fresh {
                return latest.reach.clone();
            }
        }
        if !cached.running {
            cached.running = true;
            let cache = self.clone();
            tokio::spawn(async move {
                let counted = count.await;
                cache.finish(snapshot.config_version(), counted);
            });
        }
        match &cached.latest {
            Some(latest) => FlagsReach { state: CountState::Counting, problem: None, ..latest.reach.clone() },
            None => FlagsReach::unknown(CountState::Counting, None),
        }
    }

    fn finish(&self, config_version: i64, counted: Result<FlagsReach, StoreError>) {
        let mut cached = self.lock();
        cached.running = false;
        let reach = counted.unwrap_or_else(|error| {
            tracing::info!(%error, "flags cannot be counted");
            FlagsReach::unknown(CountState::Failed, Some(error.to_string()))
        });
        cached.latest = Some(Latest { config_version, at: Instant::now(), reach });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Cached> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FlagsReach {
    fn unknown(state: CountState, problem: Option<String>) -> Self {
        FlagsReach {
            state,
            problem,
            customers: 0,
            counted_at: None,
            duration_ms: None,
            flags: BTreeMap::new(),
        }
    }
}

/// Counts all flags of a snapshot, finding out first where customers live now.
pub(crate) async fn count_snapshot(store: Store, snapshot: Arc<Snapshot>) -> Result<FlagsReach, StoreError> {
    match store.resolved_source().await? {
        Some(source) => count_all(&store, &source, &snapshot).await,
        None => {
            let problem = CommandError::no_customer_source().message;
            Ok(FlagsReach::unknown(CountState::Failed, Some(problem)))
        }
    }
}

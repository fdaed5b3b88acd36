//! Whom a flag reaches: every customer counted through the engine, by the path that serves
//! evaluations. One pass over the customers serves any number of flags; [`all`] keeps the count
//! of all of them.

mod all;

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use halyard_engine::{AudienceId, CompiledFlag, Membership, Outcome, RuleId};
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

pub(crate) use self::all::ReachCache;

/// How long counting may take before it is given up.
const DEADLINE: Duration = Duration::from_secs(300);

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

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

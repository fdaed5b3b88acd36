//! Whom a flag reaches: every customer counted through the engine, by the path that serves
//! evaluations. One pass over the customers serves any number of flags; [`all`] keeps the count
//! of all of them.

mod all;

use std::{collections::BTreeMap, time::Instant};

use chrono::{DateTime, Utc};
use halyard_engine::{
    RuleId,
    tally::{DistributionTally, RulesTally, SlottedFlag, count_distributions},
};
use halyard_store::{
    Store,
    memberships::{CustomerBatch, Memberships},
};
use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;
use uuid::Uuid;

use crate::{
    CommandError,
    counting::{Count, Counting, Tally, milliseconds},
};

pub(crate) use self::all::{COUNT_OF_ALL, ReachCache};

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

impl Tally for RulesTally {
    fn count(&mut self, batch: &CustomerBatch) {
        RulesTally::count(self, &batch.entities);
    }

    fn merge(&mut self, other: Self) {
        RulesTally::merge(self, &other);
    }
}

impl Tally for Vec<DistributionTally> {
    fn count(&mut self, batch: &CustomerBatch) {
        count_distributions(self, &batch.entities);
    }

    fn merge(&mut self, other: Self) {
        self.iter_mut().zip(&other).for_each(|(tally, other)| tally.merge(other));
    }
}

/// Customers by value, default first, then in order of the rules.
fn distribution(flag: &SlottedFlag, by_variation: &[u64]) -> Vec<ValueShare> {
    let values = flag.flag().variations().into_iter().cloned();
    values.zip(by_variation).map(|(value, customers)| ValueShare { value, customers: *customers }).collect()
}

/// Counts one flag over all customers.
pub(crate) async fn count_flag(
    counting: &Counting,
    store: &Store,
    prepared: &Memberships,
    flag: SlottedFlag,
    count: &Count,
) -> Result<FlagReach, CommandError> {
    let started = Instant::now();
    let tally = RulesTally::new(flag);
    let (customers, tally) = counting.over_all_customers(store, prepared, None, tally, count).await?;
    let rules = tally.flag().flag().rules().iter().enumerate().map(|(index, rule)| RuleReach {
        rule_id: rule.id(),
        in_audience: tally.in_audience(index),
        in_percentage: tally.in_percentage(index),
        net: tally.net(index),
    });
    Ok(FlagReach {
        customers,
        rules: rules.collect(),
        otherwise: tally.otherwise(),
        distribution: distribution(tally.flag(), &tally.by_variation()),
        counted_at: Utc::now(),
        duration_ms: milliseconds(started),
    })
}

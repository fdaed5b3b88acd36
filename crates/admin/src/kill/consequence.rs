//! What killing or restoring a flag does to the customers, counted in the background by the engine.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use halyard_engine::{CompiledFlag, json_equal, tally::Comparison};
use halyard_store::{
    attribute::AttributeType, customer_source::ResolvedSource, flags::Flag, memberships::CustomerBatch,
};
use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;

use crate::{App, CommandError, commands::impact::compile, counting::Tally, impact::Edit};

/// Attributes that say what a customer pays for, the best first.
const PLANS: [&str; 6] = ["plan", "tier", "subscription", "segment", "plan_name", "account_type"];
/// Different values of an attribute that are told apart; with more there is no breakdown.
const MOST_VALUES: usize = 1_000;
/// Values that are listed.
const LISTED_VALUES: usize = 10;

/// How many customers get a value.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ValueCount {
    /// The value.
    pub value: Value,
    /// How many get it.
    #[ts(type = "number")]
    pub customers: u64,
}

/// Those whose value changes, by an attribute.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConsequenceBreakdown {
    /// The attribute's name.
    pub attribute: String,
    /// Its values, most customers first, ten at most; null: none.
    pub values: Vec<ValueCount>,
}

/// What a kill changes for the customers, and a restore changes back.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KillConsequence {
    /// All customers.
    #[ts(type = "number")]
    pub customers: u64,
    /// Whether the flag is on in the environment: elsewhere everybody gets the default value anyway, and
    /// neither changes anything.
    pub on: bool,
    /// What the customers get where the flag is on and not killed; default value first.
    pub from: Vec<ValueCount>,
    /// What everybody gets while it is killed: the default value.
    pub to: Value,
    /// Customers for whom that is another value.
    #[ts(type = "number")]
    pub changed: u64,
    /// Those, by an attribute such as their plan.
    pub breakdown: Option<ConsequenceBreakdown>,
    /// The version of the flag that was counted.
    pub version: i32,
    /// By the app's clock.
    pub counted_at: DateTime<Utc>,
}

/// Counts what the rules of a flag give the customers, beside its default value.
pub(crate) async fn count(
    app: &App,
    flag: &str,
    environment: &str,
    attribute: Option<String>,
    topic: Option<String>,
) -> Result<KillConsequence, CommandError> {
    let workspace = app.workspace()?;
    let (counting, store) = (workspace.counting(), workspace.store());
    let counted = counting.run(topic, async |count| {
        let flag = store.flag_get(flag).await?;
        let known = store.audiences_list().await?;
        let source = workspace.source().await?;
        let attribute = match attribute {
            Some(attribute) => Some(attribute),
            None => plan(&source),
        };
        let (rules, killed) = (compile(&flag)?, compile(&Flag { rules: Vec::new(), ..flag.clone() })?);
        let edit = Edit::prepare(flag.flag_type, rules, killed, &known, &source)?;
        let _turn = counting.turn().await;
        let tally = ConsequenceTally::new(edit.comparison);
        let (customers, tally) =
            counting.over_all_customers(store, &edit.prepared, attribute.as_deref(), tally, &count).await?;
        let on = flag.environments.get(environment).copied().unwrap_or(false);
        Ok(tally.consequence(&flag, on, customers, attribute))
    });
    app.unless_cut_off(counted).await
}

/// The attribute that names a customer's plan, if there is one.
fn plan(source: &ResolvedSource) -> Option<String> {
    let named = |name: &str| {
        source.attributes.iter().find(|attribute| {
            attribute.attribute_type == AttributeType::Text && attribute.name.eq_ignore_ascii_case(name)
        })
    };
    PLANS.into_iter().find_map(named).map(|attribute| attribute.name.clone())
}

#[derive(Debug, Clone)]
struct ConsequenceTally {
    comparison: Arc<Comparison>,
    /// Whether the value at a place of the rules is another than the default value.
    changes: Arc<[bool]>,
    by_place: Vec<u64>,
    changed: HashMap<Option<String>, u64>,
}

impl ConsequenceTally {
    fn new(comparison: Comparison) -> Self {
        let places = comparison.before().flag().rules().len() + 1;
        let changes = (0..places).map(|place| {
            let (rules, killed) = comparison.values((place, 0));
            !json_equal(rules, killed)
        });
        let changes = changes.collect();
        ConsequenceTally {
            changes,
            comparison: Arc::new(comparison),
            by_place: vec![0; places],
            changed: HashMap::new(),
        }
    }

    fn consequence(
        self,
        flag: &Flag,
        on: bool,
        customers: u64,
        attribute: Option<String>,
    ) -> KillConsequence {
        let rules: &CompiledFlag = self.comparison.before().flag();
        let mut from = vec![ValueCount { value: rules.default_value().clone(), customers: 0 }];
        for (place, customers) in self.by_place.iter().enumerate() {
            let value = rules.rules().get(place).map_or(rules.default_value(), |rule| rule.value());
            match from.iter_mut().find(|count| json_equal(&count.value, value)) {
                Some(count) => count.customers += customers,
                None => from.push(ValueCount { value: value.clone(), customers: *customers }),
            }
        }
        let to = rules.default_value().clone();
        let changed = self.by_place.iter().zip(&*self.changes).filter(|(_, changes)| **changes);
        let changed = changed.map(|(customers, _)| customers).sum();
        let breakdown = attribute.filter(|_| self.changed.len() <= MOST_VALUES).map(|attribute| {
            let value = |text: Option<String>| match text {
                // A shortened text is no JSON any more.
                Some(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
                None => Value::Null,
            };
            let mut values: Vec<_> = self.changed.into_iter().collect();
            values.sort_by(|(value, one), (other, more)| more.cmp(one).then_with(|| value.cmp(other)));
            values.truncate(LISTED_VALUES);
            let values = values
                .into_iter()
                .map(|(text, customers)| ValueCount { value: value(text), customers })
                .collect();
            ConsequenceBreakdown { attribute, values }
        });
        let (version, counted_at) = (flag.version, Utc::now());
        KillConsequence { customers, on, from, to, changed, breakdown, version, counted_at }
    }
}

impl Tally for ConsequenceTally {
    fn count(&mut self, batch: &CustomerBatch) {
        for (index, (place, _)) in self.comparison.places(&batch.entities).into_iter().enumerate() {
            self.by_place[place] += 1;
            let value = batch.values.get(index).filter(|_| self.changes[place]);
            if let Some(value) = value
                && self.changed.len() <= MOST_VALUES
            {
                match self.changed.get_mut(value) {
                    Some(customers) => *customers += 1,
                    None => *self.changed.entry(value.clone()).or_default() += 1,
                }
            }
        }
    }

    fn merge(&mut self, other: Self) {
        for (sum, more) in self.by_place.iter_mut().zip(other.by_place) {
            *sum += more;
        }
        for (value, more) in other.changed {
            *self.changed.entry(value).or_default() += more;
        }
    }
}

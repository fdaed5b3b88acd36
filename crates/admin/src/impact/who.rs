//! Who the customers are that an edit moves: by name, a page at a time, and broken down by an attribute.

use std::{collections::HashMap, sync::Arc, time::Instant};

use chrono::{DateTime, Utc};
use halyard_engine::{
    RuleId, json_equal,
    tally::{Comparison, Entities},
};
use halyard_store::{
    Store,
    customers::CustomerReference,
    memberships::{CustomerBatch, CustomersAfter, Memberships},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::{Edit, Effect, Effects};
use crate::{
    CommandError,
    counting::{Count, Counting, DEADLINE, Tally, milliseconds},
};

/// Customers read at first to fill a page, and at most at a time when they turn out to be rare.
const FIRST_READ: u32 = 1_024;
pub(super) const LARGEST_READ: u32 = 32_768;

/// Different values of an attribute that are told apart while counting.
const MOST_VALUES: usize = 10_000;
/// Values that are listed; the others are summed up.
const LISTED_VALUES: usize = 20;

/// Which of the customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Who {
    /// Everybody who gets another value than now.
    AllMoved,
    /// Who get one value now and will get another.
    Moved {
        /// What they get now.
        from: Value,
        /// What they will get.
        to: Value,
    },
    /// Everybody who is affected in this way.
    Affected {
        /// The way.
        effect: Effect,
    },
    /// Whom a rule of the draft will serve.
    Reached {
        /// The rule.
        rule_id: RuleId,
    },
}

/// A customer, and what an edit does for them.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CustomerMove {
    /// Who it is.
    #[serde(flatten)]
    #[ts(flatten)]
    pub customer: CustomerReference,
    /// What they get now.
    pub from: Value,
    /// What they will get.
    pub to: Value,
}

/// Some of the customers, in the order of their ids.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CustomersPage {
    /// At most as many as were asked for.
    pub customers: Vec<CustomerMove>,
    /// Where the next page begins; null on the last one.
    pub next_cursor: Option<String>,
}

/// Customers with one value of an attribute.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ValueEffects {
    /// What they have in the attribute, null for nothing; long ones are shortened.
    pub value: Value,
    /// How many of them gain, lose or change value.
    #[serde(flatten)]
    #[ts(flatten)]
    pub effects: Effects,
}

/// Customers with one of the values that are not listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
pub struct OtherValues {
    /// Different values.
    #[ts(type = "number")]
    pub values: u64,
    /// How many customers gain, lose or change value.
    #[serde(flatten)]
    #[ts(flatten)]
    pub effects: Effects,
}

/// Whom an edit moves, by the values of an attribute.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImpactBreakdown {
    /// All customers.
    #[ts(type = "number")]
    pub customers: u64,
    /// At most 20, those of most customers first.
    pub values: Vec<ValueEffects>,
    /// All others.
    pub others: OtherValues,
    /// By the app's clock.
    pub counted_at: DateTime<Utc>,
    /// Milliseconds.
    #[ts(type = "number")]
    pub duration_ms: u64,
}

/// Which page of which customers.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) who: Who,
    pub(crate) rows: PageRows,
}

/// Which page of a list of customers.
#[derive(Debug)]
pub(crate) struct PageRows {
    pub(crate) search: String,
    pub(crate) cursor: Option<String>,
    pub(crate) limit: usize,
}

/// Something about each pair of places that a customer can have before and after an edit.
pub(super) fn by_places<T>(comparison: &Comparison, of: impl Fn((usize, usize)) -> T) -> Vec<Vec<T>> {
    let [before, after] = [comparison.before(), comparison.after()].map(|flag| flag.flag().rules().len() + 1);
    (0..before).map(|before| (0..after).map(|after| of((before, after))).collect()).collect()
}

impl Edit {
    pub(super) fn effect(&self, places: (usize, usize)) -> Option<Effect> {
        let [saved, draft] = [self.comparison.before(), self.comparison.after()].map(|flag| flag.flag());
        let (from, to) = self.comparison.values(places);
        Effect::of(self.flag_type, (saved.default_value(), draft.default_value()), from, to)
    }

    pub(super) fn is_among(&self, who: &Who, places: (usize, usize)) -> bool {
        let rules = self.comparison.after().flag().rules();
        let (now, after) = self.comparison.values(places);
        match who {
            Who::AllMoved => self.effect(places).is_some(),
            Who::Moved { from, to } => json_equal(now, from) && json_equal(after, to),
            Who::Affected { effect } => self.effect(places) == Some(*effect),
            Who::Reached { rule_id } => rules.get(places.1).is_some_and(|rule| rule.id() == *rule_id),
        }
    }
}

/// One page of the customers.
pub(crate) async fn page(
    store: &Store,
    edit: &Edit,
    page: &Page,
    count: &Count,
) -> Result<CustomersPage, CommandError> {
    let selected = by_places(&edit.comparison, |places| edit.is_among(&page.who, places));
    let among = |entities: &Entities| {
        let places = edit.comparison.places(entities).into_iter();
        places.map(|places| selected[places.0][places.1].then_some(places)).collect()
    };
    let (found, next_cursor) = read_page(store, &edit.prepared, &page.rows, count, among).await?;
    let moved = found.into_iter().map(|(customer, places)| {
        let (from, to) = edit.comparison.values(places);
        CustomerMove { customer, from: from.clone(), to: to.clone() }
    });
    Ok(CustomersPage { customers: moved.collect(), next_cursor })
}

/// One page of those customers of whom `among` knows something, and where the next page begins. Reads
/// on from the cursor until the page is full, ever more at a time.
pub(super) async fn read_page<T>(
    store: &Store,
    prepared: &Memberships,
    page: &PageRows,
    count: &Count,
    among: impl Fn(&Entities) -> Vec<Option<T>>,
) -> Result<(Vec<(CustomerReference, T)>, Option<String>), CommandError> {
    let mut found: Vec<(CustomerReference, T)> = Vec::new();
    let mut after = page.cursor.clone();
    let mut limit = FIRST_READ;
    loop {
        let which = CustomersAfter { after: after.as_deref(), search: &page.search, limit };
        let read = store.customers_in_order(prepared, which, DEADLINE).await?;
        count.saw(read.references.len());
        let is_last = read.references.len() < limit as usize;
        after = read.references.last().map(|customer| customer.entity_id.clone());
        let known = among(&read.entities);
        for (customer, known) in read.references.into_iter().zip(known) {
            let Some(known) = known else { continue };
            if found.len() == page.limit {
                // There is at least this one more.
                let next_cursor = found.last().map(|(last, _)| last.entity_id.clone());
                return Ok((found, next_cursor));
            }
            found.push((customer, known));
        }
        if is_last {
            return Ok((found, None));
        }
        limit = (limit * 2).min(LARGEST_READ);
    }
}

#[derive(Debug, Clone)]
struct BreakdownTally {
    comparison: Arc<Comparison>,
    effects: Arc<Vec<Vec<Option<Effect>>>>,
    by_value: HashMap<Option<String>, Effects>,
}

impl Tally for BreakdownTally {
    fn count(&mut self, batch: &CustomerBatch) {
        if self.by_value.len() > MOST_VALUES {
            return;
        }
        for ((before, after), value) in self.comparison.places(&batch.entities).into_iter().zip(&batch.values)
        {
            let Some(effect) = self.effects[before][after] else { continue };
            match self.by_value.get_mut(value) {
                Some(effects) => effects.add(effect, 1),
                None => self.by_value.entry(value.clone()).or_default().add(effect, 1),
            }
        }
    }

    fn merge(&mut self, other: Self) {
        for (value, more) in other.by_value {
            *self.by_value.entry(value).or_default() += more;
        }
    }
}

/// Counts whom the draft moves, by the values of an attribute.
pub(crate) async fn break_down(
    counting: &Counting,
    store: &Store,
    edit: Edit,
    attribute: &str,
    count: &Count,
) -> Result<ImpactBreakdown, CommandError> {
    let started = Instant::now();
    let effects = by_places(&edit.comparison, |places| edit.effect(places));
    let tally = BreakdownTally {
        comparison: Arc::new(edit.comparison),
        effects: Arc::new(effects),
        by_value: HashMap::new(),
    };
    let (customers, tally) =
        counting.over_all_customers(store, &edit.prepared, Some(attribute), tally, count).await?;
    if tally.by_value.len() > MOST_VALUES {
        return Err(CommandError::invalid_field(
            "attribute",
            format!("{attribute} has more than {MOST_VALUES} different values. Choose another attribute."),
        ));
    }
    let mut values: Vec<(Option<String>, Effects)> = tally.by_value.into_iter().collect();
    values.sort_by(|(value, one), (other_value, other)| {
        other.sum().cmp(&one.sum()).then_with(|| value.cmp(other_value))
    });
    let mut others = OtherValues::default();
    for (_, effects) in values.drain(LISTED_VALUES.min(values.len())..) {
        others.values += 1;
        others.effects += effects;
    }
    let value = |text: Option<String>| match text {
        // A shortened text is no JSON any more.
        Some(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        None => Value::Null,
    };
    Ok(ImpactBreakdown {
        customers,
        values: values
            .into_iter()
            .map(|(text, effects)| ValueEffects { value: value(text), effects })
            .collect(),
        others,
        counted_at: Utc::now(),
        duration_ms: milliseconds(started),
    })
}

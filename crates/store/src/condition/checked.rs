//! Conditions held against the tenant's columns: fully typed, as the compiler takes them.

use std::sync::Arc;

use serde_json::Number;

use super::moment::Moment;
use super::{AttributeCondition, ConditionLeaf, EventCondition};
use crate::attribute::{AttributeType, Storage};
use crate::customer_source::ResolvedEvents;

/// A condition that fits the attributes it was checked against.
#[derive(Debug, Clone)]
pub(crate) enum CheckedCondition {
    All(Vec<CheckedCondition>),
    Any(Vec<CheckedCondition>),
    Not(Box<CheckedCondition>),
    Leaf(CheckedLeaf),
}

impl CheckedCondition {
    /// Its tests in reading order.
    pub(crate) fn leaves(&self) -> Vec<&CheckedLeaf> {
        match self {
            CheckedCondition::All(parts) | CheckedCondition::Any(parts) => {
                parts.iter().flat_map(CheckedCondition::leaves).collect()
            }
            CheckedCondition::Not(inner) => inner.leaves(),
            CheckedCondition::Leaf(leaf) => vec![leaf],
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum CheckedLeaf {
    Attribute(CheckedAttribute),
    Event(CheckedEvent),
}

impl CheckedLeaf {
    /// The test as it was written.
    pub(crate) fn written(&self) -> ConditionLeaf {
        match self {
            CheckedLeaf::Attribute(leaf) => ConditionLeaf::Attribute(leaf.written.clone()),
            CheckedLeaf::Event(leaf) => ConditionLeaf::Event(leaf.written.clone()),
        }
    }
}

/// One test of the customer's events.
#[derive(Debug, Clone)]
pub(crate) struct CheckedEvent {
    pub(crate) written: EventCondition,
    pub(crate) events: Arc<ResolvedEvents>,
}

/// One test of one attribute; `negated` turns it round, so that it holds for a missing value.
#[derive(Debug, Clone)]
pub(crate) struct CheckedAttribute {
    pub(crate) written: AttributeCondition,
    pub(crate) column: String,
    pub(crate) storage: Storage,
    /// Empty unless the column is json.
    pub(crate) path: Vec<String>,
    /// What the value is read as: the column's type, or the one chosen inside json. `Json` when
    /// only its presence is asked for.
    pub(crate) read_as: AttributeType,
    pub(crate) test: Test,
    pub(crate) negated: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Test {
    IsSet,
    Text { matching: TextMatch, ignore_case: bool },
    OneOfNumbers(Vec<Number>),
    CompareNumber(Comparison, Number),
    NumberBetween(Number, Number),
    Boolean(bool),
    CompareMoment(Comparison, Moment),
    MomentBetween(Moment, Moment),
    WithinLastDays(i64),
    ArrayContainsAny(Vec<String>),
    ArrayContainsAll(Vec<String>),
}

#[derive(Debug, Clone)]
pub(crate) enum TextMatch {
    OneOf(Vec<String>),
    Contains(String),
    StartsWith(String),
    EndsWith(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Less,
    AtMost,
    Greater,
    AtLeast,
}

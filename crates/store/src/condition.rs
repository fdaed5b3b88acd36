//! Conditions over customers as people save them: their shape, how JSON is read into it, and nothing
//! about SQL or the tenant's columns. [`check`] holds them against the catalogue.

use halyard_engine::Violation;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;
use ts_rs::TS;

pub(crate) mod check;
pub(crate) mod checked;
mod event;
pub(crate) mod moment;
mod parse;

pub use event::{EventCondition, EventOperator};

use crate::attribute::AttributeType;

/// Groups may be nested this deep; a lone test has depth 0.
pub const MAX_DEPTH: usize = 5;
/// Tests in one condition, over all groups.
pub const MAX_LEAVES: usize = 100;
/// Values in the list of one attribute condition.
pub const MAX_LIST_VALUES: usize = 1_000;
/// Days that a test may look back.
pub const MAX_DAYS: u32 = 36_500;
/// Times that an event may be asked for.
pub const MAX_TIMES: u32 = 1_000_000;

/// Who belongs to an audience: tests of attributes and events combined by all / any / not.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Condition {
    /// Every one of them holds. Never empty in a checked condition.
    All {
        /// The conditions that must all hold.
        #[cfg_attr(feature = "openapi", schema(no_recursion))]
        all: Vec<Condition>,
    },
    /// At least one of them holds. Never empty in a checked condition.
    Any {
        /// The conditions of which one must hold.
        #[cfg_attr(feature = "openapi", schema(no_recursion))]
        any: Vec<Condition>,
    },
    /// It does not hold.
    Not {
        /// The condition that must not hold.
        #[cfg_attr(feature = "openapi", schema(no_recursion))]
        not: Box<Condition>,
    },
    /// One test.
    Leaf(ConditionLeaf),
}

/// One test of the customer: of an attribute, or of the events there are of them.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum ConditionLeaf {
    /// A test of one attribute.
    Attribute(AttributeCondition),
    /// A test of the customer's events.
    Event(EventCondition),
}

/// A test of one attribute of the customer's row.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AttributeCondition {
    /// A column of the customers table.
    pub attribute: String,
    /// Inside a json attribute: where to look. Absent or empty means the column's value itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub path: Option<Vec<String>>,
    /// Inside a json attribute: the type to read it as.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub read_as: Option<AttributeType>,
    /// The test.
    pub operator: Operator,
    /// A scalar, a list (in, contains_*), or `[from, to]` (between); absent for is_set and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub value: Option<Value>,
    /// Compares text by its lower-case form.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub ignore_case: Option<bool>,
}

macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident => $wire:literal, $words:literal;)*) => {
        /// What is asked of an attribute. Negative operators hold for a missing value, all others do not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum Operator { $($(#[$doc])* $name,)* }

        impl Operator {
            /// Every operator, in the order the condition builder offers them.
            pub const ALL: &[Operator] = &[$(Operator::$name,)*];

            /// The operator as it is written in JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Operator::$name => $wire,)* }
            }

            /// The operator in the middle of a sentence: "plan *is not* free".
            pub fn words(self) -> &'static str {
                match self { $(Operator::$name => $words,)* }
            }

            fn parse(text: &str) -> Option<Operator> {
                match text { $($wire => Some(Operator::$name),)* _ => None }
            }
        }
    };
}

operators! {
    /// The same value.
    Equals => "equals", "is";
    /// Another value, or none.
    NotEquals => "not_equals", "is not";
    /// One of the listed values.
    In => "in", "is one of";
    /// None of the listed values, or no value.
    NotIn => "not_in", "is none of";
    /// The text occurs in it.
    Contains => "contains", "contains";
    /// The text does not occur in it, or there is no value.
    NotContains => "not_contains", "does not contain";
    /// It begins with the text.
    StartsWith => "starts_with", "starts with";
    /// It ends with the text.
    EndsWith => "ends_with", "ends with";
    /// Smaller than the number.
    LessThan => "less_than", "is less than";
    /// The number or smaller.
    AtMost => "at_most", "is at most";
    /// Larger than the number.
    GreaterThan => "greater_than", "is greater than";
    /// The number or larger.
    AtLeast => "at_least", "is at least";
    /// From the first to the second value, both included.
    Between => "between", "is between";
    /// True.
    IsTrue => "is_true", "is true";
    /// False; a missing value is neither true nor false.
    IsFalse => "is_false", "is false";
    /// Earlier than the time.
    Before => "before", "is before";
    /// Later than the time.
    After => "after", "is after";
    /// In the past so many times 24 hours, the future excluded.
    WithinLastDays => "within_last_days", "is within the last days";
    /// Not in the past so many times 24 hours, or no value.
    NotWithinLastDays => "not_within_last_days", "is not within the last days";
    /// At least one of the listed texts is in the array.
    ContainsAny => "contains_any", "contains any of";
    /// All of the listed texts are in the array.
    ContainsAll => "contains_all", "contains all of";
    /// None of the listed texts is in the array, or there is no value.
    ContainsNone => "contains_none", "contains none of";
    /// There is a value; an empty text is one, JSON null is not.
    IsSet => "is_set", "is set";
    /// There is no value.
    IsNotSet => "is_not_set", "is not set";
}

impl Condition {
    /// Reads a condition from JSON, naming every mistake in its shape by path.
    ///
    /// # Errors
    /// All violations at once; paths start with `path`, as in `condition.all[1].operator`.
    pub fn parse(json: &Value, path: &str) -> Result<Condition, Vec<Violation>> {
        parse::condition(json, path)
    }

    /// The tests in reading order.
    pub fn leaves(&self) -> Vec<&ConditionLeaf> {
        match self {
            Condition::All { all: parts } | Condition::Any { any: parts } => {
                parts.iter().flat_map(Condition::leaves).collect()
            }
            Condition::Not { not } => not.leaves(),
            Condition::Leaf(leaf) => vec![leaf],
        }
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Value::deserialize(deserializer)?;
        Condition::parse(&json, "condition").map_err(|violations| {
            let sentences: Vec<String> = violations
                .iter()
                .map(|violation| format!("{}: {}", violation.path, violation.message))
                .collect();
            de::Error::custom(sentences.join("; "))
        })
    }
}

impl<'de> Deserialize<'de> for AttributeCondition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Condition::deserialize(deserializer)? {
            Condition::Leaf(ConditionLeaf::Attribute(leaf)) => Ok(leaf),
            _ => Err(de::Error::custom("expected a condition on one attribute, not a group")),
        }
    }
}

/// Text from outside as it may appear in a message.
pub(crate) fn shortened(text: &str) -> String {
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(59).chain(['…']).collect() }
}

#[cfg(test)]
mod tests;

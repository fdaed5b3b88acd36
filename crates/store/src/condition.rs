//! Conditions over customers as people save them: their shape, how JSON is read into it, and nothing
//! about SQL or the tenant's columns. [`check`] holds them against the catalogue.

use halyard_engine::Violation;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Map, Value};
use ts_rs::TS;

pub(crate) mod check;

use crate::attribute::AttributeType;

/// Groups may be nested this deep; a lone attribute condition has depth 0.
pub const MAX_DEPTH: usize = 5;
/// Attribute conditions in one condition, over all groups.
pub const MAX_LEAVES: usize = 100;
/// Values in the list of one attribute condition.
pub const MAX_LIST_VALUES: usize = 1_000;

/// Who belongs to an audience: attribute conditions combined by all / any / not.
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
    /// A test of one attribute.
    Attribute(AttributeCondition),
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
        let mut violations = Vec::new();
        let condition = parse_node(json, path, 0, &mut violations);
        match condition {
            Some(condition) if violations.is_empty() => Ok(condition),
            _ => Err(violations),
        }
    }

    /// The attribute conditions in reading order.
    pub fn leaves(&self) -> Vec<&AttributeCondition> {
        match self {
            Condition::All { all: parts } | Condition::Any { any: parts } => {
                parts.iter().flat_map(Condition::leaves).collect()
            }
            Condition::Not { not } => not.leaves(),
            Condition::Attribute(leaf) => vec![leaf],
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
            Condition::Attribute(leaf) => Ok(leaf),
            _ => Err(de::Error::custom("expected a condition on one attribute, not a group")),
        }
    }
}

fn violation(path: impl Into<String>, message: impl Into<String>) -> Violation {
    Violation { path: path.into(), message: message.into() }
}

fn parse_node(json: &Value, path: &str, depth: usize, violations: &mut Vec<Violation>) -> Option<Condition> {
    let Some(object) = json.as_object() else {
        violations.push(violation(
            path,
            "This is not a condition. Give an object with all, any, not, or attribute and operator.",
        ));
        return None;
    };
    let group = ["all", "any", "not"].into_iter().find(|name| object.contains_key(*name));
    let Some(group) = group else {
        return parse_leaf(object, path, violations).map(Condition::Attribute);
    };
    if depth == MAX_DEPTH {
        violations
            .push(violation(path, format!("Groups are nested too deep. Use at most {MAX_DEPTH} levels.")));
        return None;
    }
    refuse_other_fields(object, &[group], path, violations);
    let inner_path = format!("{path}.{group}");
    if group == "not" {
        let not = parse_node(&object[group], &inner_path, depth + 1, violations)?;
        return Some(Condition::Not { not: Box::new(not) });
    }
    let Some(parts) = object[group].as_array() else {
        violations.push(violation(inner_path, "This is not a list of conditions. Give a list."));
        return None;
    };
    let parts: Vec<Condition> = parts
        .iter()
        .enumerate()
        .filter_map(|(index, part)| {
            parse_node(part, &format!("{inner_path}[{index}]"), depth + 1, violations)
        })
        .collect();
    Some(if group == "all" { Condition::All { all: parts } } else { Condition::Any { any: parts } })
}

const LEAF_FIELDS: &[&str] = &["attribute", "path", "type", "operator", "value", "ignoreCase"];

fn parse_leaf(
    object: &Map<String, Value>,
    path: &str,
    violations: &mut Vec<Violation>,
) -> Option<AttributeCondition> {
    if object.contains_key("event") {
        violations.push(violation(
            format!("{path}.event"),
            "Conditions on events come later. Use an attribute, such as a last-seen time.",
        ));
        return None;
    }
    if !object.contains_key("attribute") && !object.contains_key("operator") {
        violations.push(violation(path, "The condition is empty. Choose an attribute and an operator."));
        return None;
    }
    let before = violations.len();
    refuse_other_fields(object, LEAF_FIELDS, path, violations);
    let present = |name: &str| object.get(name).filter(|value| !value.is_null());

    let attribute = match present("attribute").map(Value::as_str) {
        Some(Some(name)) if !name.is_empty() => Some(name.to_owned()),
        _ => {
            violations.push(violation(format!("{path}.attribute"), "Choose an attribute of the customer."));
            None
        }
    };
    let operator = match present("operator").map(Value::as_str) {
        Some(Some(name)) => Operator::parse(name).or_else(|| {
            violations.push(violation(
                format!("{path}.operator"),
                format!("“{}” is not an operator. Choose one from the list.", shortened(name)),
            ));
            None
        }),
        _ => {
            violations.push(violation(format!("{path}.operator"), "Choose an operator."));
            None
        }
    };
    let json_path = present("path").and_then(|value| {
        let parts: Option<Vec<String>> = value
            .as_array()
            .and_then(|parts| parts.iter().map(|part| part.as_str().map(str::to_owned)).collect());
        if parts.is_none() {
            violations.push(violation(
                format!("{path}.path"),
                "The path is not a list of names. Give one such as [\"plan\", \"tier\"].",
            ));
        }
        parts
    });
    let read_as = present("type").and_then(|value| {
        let read_as = serde_json::from_value::<AttributeType>(value.clone()).ok();
        if read_as.is_none() {
            violations.push(violation(
                format!("{path}.type"),
                "This is not a type. Choose text, number, boolean, timestamp, date or text_array.",
            ));
        }
        read_as
    });
    let ignore_case = present("ignoreCase").and_then(|value| {
        if !value.is_boolean() {
            violations.push(violation(
                format!("{path}.ignoreCase"),
                "This is not true or false. Give one of them.",
            ));
        }
        value.as_bool()
    });
    if violations.len() > before {
        return None;
    }
    Some(AttributeCondition {
        attribute: attribute?,
        path: json_path,
        read_as,
        operator: operator?,
        value: present("value").cloned(),
        ignore_case,
    })
}

fn refuse_other_fields(
    object: &Map<String, Value>,
    known: &[&str],
    path: &str,
    violations: &mut Vec<Violation>,
) {
    for name in object.keys().filter(|name| !known.contains(&name.as_str())) {
        violations.push(violation(
            path,
            format!("“{}” does not belong here. Remove it; known are {}.", shortened(name), known.join(", ")),
        ));
    }
}

/// Text from outside as it may appear in a message.
pub(crate) fn shortened(text: &str) -> String {
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(59).chain(['…']).collect() }
}

#[cfg(test)]
mod tests;

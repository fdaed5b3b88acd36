//! Conditions from JSON: every mistake in the shape is named by its path.

use std::ops::RangeInclusive;

use halyard_engine::Violation;
use serde_json::{Map, Value};

use super::{
    AttributeCondition, Condition, ConditionLeaf, EventCondition, EventOperator, MAX_DAYS, MAX_DEPTH,
    MAX_TIMES, Operator, shortened,
};
use crate::attribute::AttributeType;

/// Reads a condition; paths start with `path`.
pub(super) fn condition(json: &Value, path: &str) -> Result<Condition, Vec<Violation>> {
    let mut violations = Vec::new();
    match parse_node(json, path, 0, &mut violations) {
        Some(condition) if violations.is_empty() => Ok(condition),
        _ => Err(violations),
    }
}

fn violation(path: impl Into<String>, message: impl Into<String>) -> Violation {
    Violation { path: path.into(), message: message.into() }
}

fn parse_node(json: &Value, path: &str, depth: usize, violations: &mut Vec<Violation>) -> Option<Condition> {
    let Some(object) = json.as_object() else {
        violations.push(violation(
            path,
            "This is not a condition. Give an object with all, any, not, attribute and operator, or event and operator.",
        ));
        return None;
    };
    let group = ["all", "any", "not"].into_iter().find(|name| object.contains_key(*name));
    let Some(group) = group else {
        return parse_leaf(object, path, violations).map(Condition::Leaf);
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

fn parse_leaf(
    object: &Map<String, Value>,
    path: &str,
    violations: &mut Vec<Violation>,
) -> Option<ConditionLeaf> {
    if object.contains_key("event") {
        return parse_event(object, path, violations).map(ConditionLeaf::Event);
    }
    if !object.contains_key("attribute") && !object.contains_key("operator") {
        violations.push(violation(path, "The condition is empty. Choose an attribute and an operator."));
        return None;
    }
    parse_attribute(object, path, violations).map(ConditionLeaf::Attribute)
}

const EVENT_FIELDS: &[&str] = &["event", "operator", "times", "withinDays"];

fn parse_event(
    object: &Map<String, Value>,
    path: &str,
    violations: &mut Vec<Violation>,
) -> Option<EventCondition> {
    let before = violations.len();
    refuse_other_fields(object, EVENT_FIELDS, path, violations);
    let event = match object["event"].as_str() {
        Some(name) if name.contains('\0') => {
            violations.push(violation(
                format!("{path}.event"),
                "The name contains the character U+0000, which Postgres cannot hold. Remove it.",
            ));
            None
        }
        Some(name) if !name.is_empty() => Some(name.to_owned()),
        _ => {
            violations.push(violation(
                format!("{path}.event"),
                "Choose an event. Give its name, or * for any event.",
            ));
            None
        }
    };
    let operator = object.get("operator").and_then(Value::as_str).and_then(EventOperator::parse);
    if operator.is_none() {
        violations.push(violation(
            format!("{path}.operator"),
            "Choose whether the event was performed: give performed or not_performed.",
        ));
    }
    let mut number = |name: &str, what: &str, range: RangeInclusive<u32>| {
        let given = object.get(name).filter(|value| !value.is_null())?;
        let number = given.as_u64().and_then(|number| u32::try_from(number).ok());
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let message = format!(
                "This is not a number of {what}. Give a whole number from {} to {}.",
                range.start(),
                range.end()
            );
            violations.push(violation(format!("{path}.{name}"), message));
        }
        number
    };
    let times = number("times", "times", 1..=MAX_TIMES);
    let within_days = number("withinDays", "days", 1..=MAX_DAYS);
    if violations.len() > before {
        return None;
    }
    Some(EventCondition { event: event?, operator: operator?, times, within_days })
}

const ATTRIBUTE_FIELDS: &[&str] = &["attribute", "path", "type", "operator", "value", "ignoreCase"];

fn parse_attribute(
    object: &Map<String, Value>,
    path: &str,
    violations: &mut Vec<Violation>,
) -> Option<AttributeCondition> {
    let before = violations.len();
    refuse_other_fields(object, ATTRIBUTE_FIELDS, path, violations);
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

//! Conditions decided in memory, plainly and without SQL: what the compiler is held against. It reads
//! the JSON that people write and shares no code with the store.

use std::cmp::Ordering;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde_json::{Map, Number, Value};

/// A customer's row, as JSON: the very thing that was loaded into the table. Under [`EVENTS`] what was
/// loaded into the table of events.
pub(crate) type Row = Map<String, Value>;

/// No column is called so.
pub(crate) const EVENTS: &str = "(events)";

pub(crate) struct Interpreter {
    pub(crate) now: DateTime<Utc>,
    /// `lower()` knows only ASCII in a cluster with locale C.
    pub(crate) lower: fn(&str) -> String,
    /// Column name → what conditions read it as.
    pub(crate) kind: fn(&str) -> &'static str,
}

impl Interpreter {
    pub(crate) fn holds(&self, condition: &Value, row: &Row) -> bool {
        if let Some(parts) = condition.get("all") {
            return parts.as_array().unwrap().iter().all(|part| self.holds(part, row));
        }
        if let Some(parts) = condition.get("any") {
            return parts.as_array().unwrap().iter().any(|part| self.holds(part, row));
        }
        if let Some(inner) = condition.get("not") {
            return !self.holds(inner, row);
        }
        if condition.get("event").is_some() {
            return self.performed(condition, row) == (condition["operator"] == "performed");
        }
        let operator = condition["operator"].as_str().unwrap();
        match operator {
            "not_equals" => !self.positive(condition, "equals", row),
            "not_in" => !self.positive(condition, "in", row),
            "not_contains" => !self.positive(condition, "contains", row),
            "not_within_last_days" => !self.positive(condition, "within_last_days", row),
            "contains_none" => !self.positive(condition, "contains_any", row),
            "is_not_set" => !self.positive(condition, "is_set", row),
            positive => self.positive(condition, positive, row),
        }
    }

    fn performed(&self, leaf: &Value, row: &Row) -> bool {
        let times = leaf.get("times").and_then(Value::as_u64).unwrap_or(1);
        self.events(leaf, row) >= times
    }

    /// How many events count.
    pub(crate) fn events(&self, leaf: &Value, row: &Row) -> u64 {
        let counts = |event: &&Value| {
            let Some(at) = event["at"].as_str().and_then(instant) else { return false };
            let days = leaf.get("withinDays").and_then(Value::as_i64);
            (leaf["event"] == "*" || event["name"] == leaf["event"])
                && at <= self.now
                && days.is_none_or(|days| at >= self.now - TimeDelta::hours(24 * days))
        };
        row[EVENTS].as_array().unwrap().iter().filter(counts).count() as u64
    }

    fn positive(&self, leaf: &Value, operator: &str, row: &Row) -> bool {
        let column = leaf["attribute"].as_str().unwrap();
        let own = (self.kind)(column);
        let read_as =
            if own == "json" { leaf.get("type").and_then(Value::as_str).unwrap_or("json") } else { own };
        let Some(found) = self.look_up(leaf, column, row) else { return false };
        let value = leaf.get("value").unwrap_or(&Value::Null);
        let ignore_case = leaf.get("ignoreCase") == Some(&Value::Bool(true));
        match read_as {
            "json" => true,
            "text" => {
                let Some(text) = found.as_str() else { return false };
                let fold = |text: &str| if ignore_case { (self.lower)(text) } else { text.to_owned() };
                let text = fold(text);
                let wanted = |value: &Value| fold(value.as_str().unwrap());
                match operator {
                    "equals" => text == wanted(value),
                    "in" => value.as_array().unwrap().iter().any(|value| text == wanted(value)),
                    "contains" => text.contains(&wanted(value)),
                    "starts_with" => text.starts_with(&wanted(value)),
                    "ends_with" => text.ends_with(&wanted(value)),
                    _ => true,
                }
            }
            "number" => {
                let Value::Number(number) = &found else { return false };
                let against = |value: &Value| match value {
                    Value::Number(value) => compare(number, value),
                    _ => unreachable!(),
                };
                match operator {
                    "equals" => against(value).is_eq(),
                    "in" => value.as_array().unwrap().iter().any(|value| against(value).is_eq()),
                    "less_than" => against(value).is_lt(),
                    "at_most" => against(value).is_le(),
                    "greater_than" => against(value).is_gt(),
                    "at_least" => against(value).is_ge(),
                    "between" => against(&value[0]).is_ge() && against(&value[1]).is_le(),
                    _ => true,
                }
            }
            "boolean" => match operator {
                "is_true" => found == Value::Bool(true),
                "is_false" => found == Value::Bool(false),
                _ => found.is_boolean(),
            },
            "timestamp" | "date" => {
                let parse = |text: &str| if read_as == "date" { midnight(text) } else { instant(text) };
                let Some(at) = found.as_str().and_then(parse) else { return false };
                let wanted = |value: &Value| parse(value.as_str().unwrap()).unwrap();
                match operator {
                    "before" => at < wanted(value),
                    "after" => at > wanted(value),
                    "between" => at >= wanted(&value[0]) && at <= wanted(&value[1]),
                    "within_last_days" => {
                        at <= self.now && at >= self.now - TimeDelta::hours(24 * value.as_i64().unwrap())
                    }
                    _ => true,
                }
            }
            "text_array" => {
                let Some(items) = found.as_array() else { return false };
                let has = |wanted: &Value| items.iter().any(|item| item.is_string() && item == wanted);
                match operator {
                    "contains_any" => value.as_array().unwrap().iter().any(has),
                    "contains_all" => value.as_array().unwrap().iter().all(has),
                    _ => true,
                }
            }
            other => panic!("no attribute type {other}"),
        }
    }

    fn look_up(&self, leaf: &Value, column: &str, row: &Row) -> Option<Value> {
        let mut found = row.get(column)?.clone();
        if column == "padded" {
            found = Value::String(found.as_str()?.trim_end_matches(' ').to_owned());
        }
        for step in leaf.get("path").and_then(Value::as_array).into_iter().flatten() {
            let step = step.as_str().unwrap();
            found = match &found {
                Value::Object(fields) => fields.get(step)?.clone(),
                Value::Array(items) => {
                    let index: i64 = step.parse().ok()?;
                    let index = if index < 0 { index + items.len() as i64 } else { index };
                    items.get(usize::try_from(index).ok()?)?.clone()
                }
                _ => return None,
            };
        }
        (!found.is_null()).then_some(found)
    }
}

fn compare(left: &Number, right: &Number) -> Ordering {
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.as_f64().partial_cmp(&right.as_f64()).unwrap(),
    }
}

fn midnight(text: &str) -> Option<DateTime<Utc>> {
    let shape = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    let day: NaiveDate = if shape { text.parse().ok()? } else { return None };
    (day >= NaiveDate::from_ymd_opt(1, 1, 1)?).then(|| day.and_hms_opt(0, 0, 0).unwrap().and_utc())
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    if text.len() <= 10 {
        return midnight(text);
    }
    midnight(text.get(..10)?)?;
    if text.get(16..19) == Some(":60") {
        // Postgres has no leap seconds.
        return None;
    }
    let text = text.replacen(' ', "T", 1);
    let with_zone = DateTime::parse_from_rfc3339(&text).ok().or_else(|| {
        // Without seconds.
        DateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M%:z").ok()
    });
    if let Some(time) = with_zone {
        return Some(time.to_utc());
    }
    let time = NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f")
        .or_else(|_| NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M"))
        .ok()?;
    Some(time.and_utc())
}

//! What flags serve: JSON values, their equality and their limits.

use std::io;

use serde_json::Value;

use crate::FlagType;

/// The most bytes that a value may have as compact JSON: 32 KiB.
pub const MAX_VALUE_BYTES: usize = 32 * 1024;

/// The deepest that lists and objects may be nested. JSON readers refuse 128, and a value is always
/// read inside something: a rule, a flag, an audit entry.
pub const MAX_VALUE_DEPTH: usize = 100;

/// Whether two values are equal as JSON: numbers as 64-bit floats (`1` equals `1.0`), objects without
/// order.
#[must_use]
pub fn json_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| json_equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| json_equal(left, right)))
        }
        (left, right) => left == right,
    }
}

/// What is wrong with a value for a flag of a type: none, one or several sentences.
pub(crate) fn problems(flag_type: FlagType, value: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let matches_type = match flag_type {
        FlagType::Boolean => value.is_boolean(),
        FlagType::String => value.is_string(),
        FlagType::Number => value.as_f64().is_some_and(f64::is_finite),
        FlagType::Json => true,
    };
    if !matches_type {
        problems.push(format!("The value is {}. Give {}.", kind(value), expected(flag_type)));
    }
    if is_deeper_than(value, MAX_VALUE_DEPTH) {
        // Measuring on would recurse as deep as the value.
        problems
            .push(format!("The value is nested more than {MAX_VALUE_DEPTH} levels deep. Make it flatter."));
        return problems;
    }
    let bytes = serialized_length(value);
    if bytes > MAX_VALUE_BYTES {
        problems.push(format!(
            "The value takes {bytes} bytes as JSON. Keep it within {MAX_VALUE_BYTES} bytes (32 KiB)."
        ));
    }
    if contains_nul(value) {
        problems.push(
            "The value contains the character U+0000, which Postgres cannot hold. Remove it.".to_owned(),
        );
    }
    problems
}

/// Bytes as compact JSON.
fn serialized_length(value: &Value) -> usize {
    struct Counter(usize);

    impl io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut counter = Counter(0);
    match serde_json::to_writer(&mut counter, value) {
        Ok(()) => counter.0,
        // Neither the counter nor a JSON value can fail; if one did, the value must not pass.
        Err(_) => usize::MAX,
    }
}

fn contains_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(contains_nul),
        Value::Object(fields) => fields.iter().any(|(key, value)| key.contains('\0') || contains_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_deeper_than(value: &Value, levels: usize) -> bool {
    let inside = |value| is_deeper_than(value, levels - 1);
    match value {
        Value::Array(values) => levels == 0 || values.iter().any(inside),
        Value::Object(fields) => levels == 0 || fields.values().any(inside),
        _ => false,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

pub(crate) fn expected(flag_type: FlagType) -> &'static str {
    match flag_type {
        FlagType::Boolean => "true or false, because this is a boolean flag",
        FlagType::String => "text, because this is a string flag",
        FlagType::Number => "a number, because this is a number flag",
        FlagType::Json => "a JSON value",
    }
}

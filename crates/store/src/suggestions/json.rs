//! What is inside JSON documents: every path, the types that were seen there, and common values.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;

use super::LONGEST;
use crate::attribute::AttributeType;
use crate::condition::moment::{parse_day, parse_instant};

/// Paths in one answer, at most.
const MOST_PATHS: usize = 200;
/// Paths that are kept in mind; documents with ids for keys have any number.
const REMEMBERED_PATHS: usize = 5_000;
/// Steps of a path, as in conditions.
const DEEPEST: usize = 10;
/// Different values that are counted at a path.
const COUNTED_VALUES: usize = 500;
/// Values that are suggested at a path.
const MOST_VALUES: usize = 20;

/// A place inside JSON documents.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct JsonPath {
    /// The keys on the way; empty for the document itself.
    pub path: Vec<String>,
    /// What was seen there, the most common first.
    pub types: Vec<AttributeType>,
    /// Documents of the sample that have something there.
    #[ts(type = "number")]
    pub documents: u64,
    /// Common texts, numbers, or texts in lists; the most common first, at most 20.
    pub values: Vec<Value>,
}

/// Everything seen so far.
#[derive(Debug, Default)]
pub(super) struct Paths {
    places: BTreeMap<Vec<String>, Place>,
}

#[derive(Debug, Default)]
struct Place {
    documents: u64,
    types: HashMap<AttributeType, u64>,
    /// By their JSON text.
    values: HashMap<String, u64>,
}

impl Paths {
    pub(super) fn add(&mut self, document: &Value) {
        self.visit(document, &mut Vec::new());
    }

    fn visit(&mut self, value: &Value, path: &mut Vec<String>) {
        if let Value::Object(fields) = value {
            if path.len() < DEEPEST {
                for (key, value) in fields.iter().filter(|(key, _)| !key.contains('\0')) {
                    path.push(key.clone());
                    self.visit(value, path);
                    path.pop();
                }
            }
            return;
        }
        let Some(read_as) = read_as(value) else { return };
        if !self.places.contains_key(path) {
            if self.places.len() == REMEMBERED_PATHS {
                return;
            }
            self.places.insert(path.clone(), Place::default());
        }
        let Some(place) = self.places.get_mut(path) else { return };
        place.documents += 1;
        *place.types.entry(read_as).or_default() += 1;
        match (read_as, value) {
            (AttributeType::TextArray, Value::Array(items)) => {
                items.iter().filter(|item| item.is_string()).for_each(|item| place.count(item));
            }
            (AttributeType::Text | AttributeType::Number, value) => place.count(value),
            _ => {}
        }
    }

    /// The paths that most documents have.
    pub(super) fn finish(self) -> Vec<JsonPath> {
        let mut paths: Vec<JsonPath> = self
            .places
            .into_iter()
            .map(|(path, place)| JsonPath {
                path,
                types: most_common(place.types),
                documents: place.documents,
                values: common_values(place.values),
            })
            .collect();
        paths.sort_by_key(|path| std::cmp::Reverse(path.documents));
        paths.truncate(MOST_PATHS);
        paths
    }
}

impl Place {
    fn count(&mut self, value: &Value) {
        let text = value.to_string();
        if text.chars().count() as u64 <= LONGEST && text != "\"\"" {
            if let Some(count) = self.values.get_mut(&text) {
                *count += 1;
            } else if self.values.len() < COUNTED_VALUES {
                self.values.insert(text, 1);
            }
        }
    }
}

/// None when nearly every document has another: an id or the like.
fn common_values(mut values: HashMap<String, u64>) -> Vec<Value> {
    if values.len() > MOST_VALUES {
        values.retain(|_, count| *count > 1);
    }
    let common = most_common(values);
    common.iter().take(MOST_VALUES).filter_map(|text| serde_json::from_str(text).ok()).collect()
}

/// The most common first; among equals in the order of their text, so that answers do not change.
fn most_common<K: std::fmt::Debug>(counts: HashMap<K, u64>) -> Vec<K> {
    let mut counted: Vec<(K, u64)> = counts.into_iter().collect();
    counted.sort_by_cached_key(|(what, count)| (std::cmp::Reverse(*count), format!("{what:?}")));
    counted.into_iter().map(|(what, _)| what).collect()
}

/// As what a condition would read the value; none for null.
fn read_as(value: &Value) -> Option<AttributeType> {
    match value {
        Value::Null | Value::Object(_) => None,
        Value::Bool(_) => Some(AttributeType::Boolean),
        Value::Number(_) => Some(AttributeType::Number),
        Value::Array(_) => Some(AttributeType::TextArray),
        Value::String(text) if parse_day(text).is_some() => Some(AttributeType::Date),
        Value::String(text) if parse_instant(text).is_some() => Some(AttributeType::Timestamp),
        Value::String(_) => Some(AttributeType::Text),
    }
}

//! The JSON of flags' answers as LaunchDarkly's clients read it, rendered once per flag and outcome.

use std::sync::{Arc, OnceLock};

use halyard_engine::{CompiledFlag, Outcome, Reason};
use serde::Serialize;
use serde_json::Value;

use crate::{
    LiveFlag,
    answer::{Outcomes, Staleness},
};

/// The lowest code of an outcome; see [`Outcome::code`].
const LOWEST: i16 = -5;
/// What turns a rendered reason into a stale one, before the braces that close it and its entry.
const STALE: &[u8] = br#","stale":true"#;

/// A flag's entries in a flag map, one for each outcome, made when it first comes out so.
#[derive(Debug)]
pub(crate) struct RenderedFlag(Box<[OnceLock<Entry>]>);

/// `"<key>":{"value":…,"reason":{…}}`, reason last.
#[derive(Debug)]
struct Entry {
    text: Box<[u8]>,
    /// Where the reason begins, with the comma before it.
    reason_at: usize,
    /// Whether the reason can be stale.
    may_be_stale: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    value: &'a Value,
    variation: Option<u32>,
    version: i32,
    flag_version: i32,
    track_events: bool,
}

impl RenderedFlag {
    /// Room for every outcome of a flag.
    pub(crate) fn new(compiled: &CompiledFlag) -> Self {
        let outcomes = compiled.rules().len() + usize::from(LOWEST.unsigned_abs());
        RenderedFlag((0..outcomes).map(|_| OnceLock::new()).collect())
    }

    fn entry(&self, flag: &LiveFlag, code: i16) -> Option<&Entry> {
        let position = usize::try_from(i32::from(code) - i32::from(LOWEST)).ok()?;
        Some(self.0.get(position)?.get_or_init(|| Entry::render(flag, code)))
    }
}

impl Entry {
    fn render(flag: &LiveFlag, code: i16) -> Self {
        let decision = flag.compiled.decision(Outcome::from_code(code).unwrap_or(Outcome::Exception));
        let fields = Fields {
            value: decision.value(),
            variation: decision.variation_index(),
            version: flag.version,
            flag_version: flag.version,
            track_events: false,
        };
        let reason = decision.reason();
        // Text, numbers and finite values: serde_json has nothing to refuse.
        let json = |rendered: serde_json::Result<String>| rendered.unwrap_or_else(|_| String::from("null"));
        let mut text = json(serde_json::to_string(flag.compiled.key().as_str()));
        text.push(':');
        text.push_str(&json(serde_json::to_string(&fields)));
        text.pop();
        let reason_at = text.len();
        text.push_str(",\"reason\":");
        text.push_str(&json(serde_json::to_string(&reason)));
        text.push('}');
        let may_be_stale = matches!(reason, Reason::RuleMatch { .. } | Reason::Fallthrough { .. });
        Entry { text: text.into_bytes().into(), reason_at, may_be_stale }
    }

    /// Its length in a map, with the longest of what it may become.
    fn room(&self, with_reason: bool) -> usize {
        (if with_reason { self.text.len() + STALE.len() } else { self.reason_at + 1 }) + 1
    }

    fn push(&self, map: &mut Vec<u8>, with_reason: bool, stale: bool) {
        if !with_reason {
            map.extend_from_slice(&self.text[..self.reason_at]);
            map.push(b'}');
        } else if stale && self.may_be_stale {
            let (open, closing) = self.text.split_at(self.text.len() - 2);
            map.extend_from_slice(open);
            map.extend_from_slice(STALE);
            map.extend_from_slice(closing);
        } else {
            map.extend_from_slice(&self.text);
        }
    }
}

/// The flag map of some flags' outcomes.
pub(crate) fn flag_map(flags: &[Arc<LiveFlag>], outcomes: &Outcomes, with_reasons: bool) -> Vec<u8> {
    let entries = || flags.iter().zip(&outcomes.codes).map(|(flag, code)| flag.rendered.entry(flag, *code));
    let room: usize = entries().flatten().map(|entry| entry.room(with_reasons)).sum();
    let mut map = Vec::with_capacity(room + 2);
    map.push(b'{');
    let fresh = outcomes.staleness == Staleness::Fresh;
    for (position, entry) in entries().enumerate() {
        let Some(entry) = entry else { continue };
        if map.len() > 1 {
            map.push(b',');
        }
        entry.push(&mut map, with_reasons, !fresh && outcomes.staleness.at(position));
    }
    map.push(b'}');
    map
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use halyard_store::configuration::{Configuration, ConfiguredFlag};
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::{Snapshot, Visibility, answer::Answers};

    /// Flags with awkward values and keys, and as many rules as there may be.
    fn snapshot() -> Snapshot {
        let flag = |number: i32, key: &str, flag_type: &str, values: Vec<Value>| {
            let rules: Vec<Value> =
                values.iter().map(|value| json!({ "id": Uuid::now_v7(), "value": value })).collect();
            let definition = json!({
                "key": key, "type": flag_type, "defaultValue": values[0], "rules": rules,
                "environments": {}, "isActive": true
            });
            let definition = serde_json::from_value(definition).unwrap();
            ConfiguredFlag { id: Uuid::now_v7(), number, version: 7, client_visible: true, definition }
        };
        let texts = (0..20).map(|number| json!(format!("\"{number}\" \\ {{}} é\u{1}"))).collect();
        Snapshot::new(Configuration {
            config_version: 1,
            flags: vec![
                flag(1, "a.text_flag-1", "string", texts),
                flag(2, "nested", "json", vec![json!({ "a": [1, null, "}}"] }), json!([])]),
                flag(3, "switch", "boolean", vec![json!(false), json!(true)]),
                flag(4, "ratio", "number", vec![json!(0.1), json!(1e300)]),
            ],
            unreadable: Vec::new(),
            audiences: Vec::new(),
            environments: Vec::new(),
            customer_source: None,
            keys: Vec::new(),
        })
    }

    fn expected(answers: &Answers, with_reasons: bool) -> Value {
        let entries = answers.iter().map(|answer| {
            let version = answer.flag().version;
            let mut entry = json!({
                "value": answer.value(), "variation": answer.variation_index(),
                "version": version, "flagVersion": version, "trackEvents": false
            });
            if with_reasons {
                entry["reason"] = serde_json::to_value(answer.reason()).unwrap();
            }
            (answer.flag().compiled.key().to_string(), entry)
        });
        Value::Object(entries.collect())
    }

    #[test]
    fn a_flag_map_is_what_its_answers_say_for_every_outcome_fresh_and_stale() {
        let flags = &snapshot().visible(Visibility::All).flags.clone();
        assert_eq!(flags.len(), 4);
        for code in LOWEST..20 {
            let fitting = flags.iter().map(|flag| code.min(flag.compiled.rules().len() as i16 - 1));
            let codes: Box<[i16]> = fitting.collect();
            for staleness in [Staleness::Fresh, Staleness::All, Staleness::Some(vec![1, 3])] {
                let outcomes = Outcomes { codes: codes.clone(), staleness };
                let answers = Answers { flags: Arc::clone(flags), outcomes };
                for with_reasons in [false, true] {
                    let map: Value = serde_json::from_slice(&answers.flag_map(with_reasons)).unwrap();
                    assert_eq!(map, expected(&answers, with_reasons), "outcome {code}");
                }
            }
        }
    }

    #[test]
    fn a_flag_map_of_no_flags_is_an_empty_object() {
        let outcomes = Outcomes { codes: Box::new([]), staleness: Staleness::Fresh };
        assert_eq!(flag_map(&[], &outcomes, true), b"{}");
    }
}

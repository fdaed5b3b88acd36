//! Every limit of a condition, and the path and sentence that name its violation.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::{Value, json};

use super::Condition;
use crate::attribute::{Attribute, Storage};
use crate::customer_source::Events;

fn attributes() -> Vec<Attribute> {
    let attribute = |name: &str, storage: Storage| Attribute {
        name: name.to_owned(),
        attribute_type: storage.attribute_type(),
        db_type: String::new(),
        nullable: true,
        enum_values: Vec::new(),
        operators: storage.attribute_type().operators().to_vec(),
        storage,
    };
    vec![
        attribute("plan", Storage::Text),
        attribute("seats", Storage::Integer),
        attribute("beta", Storage::Boolean),
        attribute("seen", Storage::TimestampWithZone),
        attribute("born", Storage::Date),
        attribute("tags", Storage::TextArray),
        attribute("doc", Storage::Json),
        attribute("blob", Storage::Unsupported),
    ]
}

/// The violations' paths and messages, as the command layer would report them.
fn violations(json: &Value) -> Vec<(String, String)> {
    let checked = Condition::parse(json, "condition")
        .and_then(|condition| condition.check_against(&attributes(), &Events::NotChosen, "condition"));
    let violations = checked.err().unwrap_or_default();
    violations.into_iter().map(|violation| (violation.path, violation.message)).collect()
}

fn check(json: Value, expected_path: &str, expected_words: &str) {
    let found = violations(&json);
    let [(path, message)] = found.as_slice() else { panic!("{json}: {found:?}") };
    assert_eq!(path, expected_path, "{json}: {message}");
    assert!(message.contains(expected_words), "{json}: {message}");
}

fn fine(json: Value) {
    assert_eq!(violations(&json), [], "{json}");
}

fn set() -> Value {
    json!({ "attribute": "plan", "operator": "is_set" })
}

#[test]
fn empty_filter_never_means_everyone() {
    check(json!({ "all": [] }), "condition.all", "empty");
    check(json!({ "any": [] }), "condition.any", "empty");
    check(json!({ "all": [set(), { "any": [] }] }), "condition.all[1].any", "empty");
    check(json!({}), "condition", "empty");
    check(json!({ "not": {} }), "condition.not", "empty");
    check(json!(null), "condition", "not a condition");
}

#[test]
fn groups_nest_five_deep() {
    let nested = |depth: usize| (0..depth).fold(set(), |inner, _| json!({ "all": [inner] }));
    fine(nested(5));
    check(nested(6), "condition.all[0].all[0].all[0].all[0].all[0]", "at most 5");
}

#[test]
fn a_hundred_conditions_and_a_thousand_values_are_the_most() {
    let leaves = |count: usize| json!({ "any": vec![set(); count] });
    fine(leaves(100));
    check(leaves(101), "condition", "101 conditions. Use at most 100");
    let listed = |count: usize| json!({ "attribute": "plan", "operator": "in", "value": vec!["x"; count] });
    fine(listed(1_000));
    check(listed(1_001), "condition.value", "1001 values. Use at most 1000");
    check(listed(0), "condition.value", "empty");
}

#[test]
fn attribute_and_operator_must_fit() {
    check(json!({ "attribute": "nope", "operator": "is_set" }), "condition.attribute", "no attribute “nope”");
    check(
        json!({ "attribute": "plan", "operator": "at_least", "value": 1 }),
        "condition.operator",
        "Choose one of: is,",
    );
    check(json!({ "attribute": "plan", "operator": "sounds_like" }), "condition.operator", "sounds_like");
    check(
        json!({ "attribute": "beta", "operator": "equals", "value": true }),
        "condition.operator",
        "is true",
    );
    check(
        json!({ "attribute": "blob", "operator": "is_set" }),
        "condition.operator",
        "conditions cannot use",
    );
    check(json!({ "operator": "is_set" }), "condition.attribute", "Choose an attribute");
    check(json!({ "attribute": "plan" }), "condition.operator", "Choose an operator");
    check(json!({ "attribute": "plan", "operator": "is_set", "valeu": 1 }), "condition", "valeu");
    check(json!({ "all": [set()], "any": [set()] }), "condition", "any");
    check(json!({ "event": "*", "operator": "performed" }), "condition.event", "has no events");
}

#[test]
fn tests_of_events_are_read_and_written_as_they_were_and_refused_by_path() {
    for json in [
        json!({ "event": "*", "operator": "performed" }),
        json!({ "not": { "event": "check out", "operator": "not_performed", "times": 3, "withinDays": 30 } }),
    ] {
        let condition = Condition::parse(&json, "condition").unwrap();
        assert_eq!(serde_json::to_value(&condition).unwrap(), json);
        assert_eq!(condition.leaves().len(), 1);
    }
    let event = |field: &str, value: Value| {
        let mut leaf = json!({ "event": "x", "operator": "performed" });
        leaf[field] = value;
        leaf
    };
    check(event("event", json!("")), "condition.event", "Choose an event");
    check(event("event", json!(7)), "condition.event", "Choose an event");
    check(event("event", json!("a\0b")), "condition.event", "U+0000");
    check(event("operator", json!("equals")), "condition.operator", "performed or not_performed");
    for times in [json!(0), json!(-1), json!(1.5), json!("3"), json!(1_000_001), json!(u64::MAX)] {
        check(event("times", times), "condition.times", "whole number from 1 to 1000000");
    }
    check(event("withinDays", json!(36_501)), "condition.withinDays", "1 to 36500");
    check(event("value", json!(1)), "condition", "does not belong here");
    let all = json!({ "all": [
        { "event": "", "times": 0, "withinDays": 0, "attribute": "x" },
        { "event": "x", "operator": "performed", "times": 0 },
    ] });
    let paths: Vec<String> = violations(&all).into_iter().map(|(path, _)| path).collect();
    let first = ["all[0]", "all[0].event", "all[0].operator", "all[0].times", "all[0].withinDays"];
    let expected: Vec<String> =
        first.iter().chain(&["all[1].times"]).map(|path| format!("condition.{path}")).collect();
    assert_eq!(paths, expected);
}

#[test]
fn values_must_be_of_the_attributes_type() {
    let value = |attribute: &str, operator: &str, value: Value| json!({ "attribute": attribute, "operator": operator, "value": value });
    for (json, words) in [
        (value("plan", "equals", json!(1)), "not a text"),
        (value("plan", "contains", json!("")), "empty"),
        (value("plan", "equals", json!("a\0")), "U+0000"),
        (value("plan", "in", json!("x")), "not a list"),
        (value("seats", "equals", json!("1")), "not a number"),
        (value("seats", "between", json!([3, 2])), "Swap"),
        (value("seats", "between", json!([3])), "two values"),
        (value("beta", "is_true", json!(true)), "takes no value"),
        (value("seen", "before", json!("yesterday")), "not a time"),
        (value("seen", "before", json!("2026-02-30T00:00:00Z")), "not a time"),
        (value("seen", "before", json!("2026-01-31T10:00:60Z")), "not a time"),
        (value("seen", "between", json!(["2026-02-01", "2026-01-01"])), "later"),
        (value("seen", "within_last_days", json!(0)), "1 to 36500"),
        (value("seen", "within_last_days", json!(1.5)), "whole number"),
        (value("born", "before", json!("2026-01-31T09:30:00Z")), "not a date"),
        (value("born", "before", json!("0000-01-01")), "not a date"),
        (json!({ "attribute": "plan", "operator": "equals" }), "not a text"),
    ] {
        check(json, "condition.value", words);
    }
    check(value("plan", "in", json!(["a", 1, "b"])), "condition.value[1]", "not a text");
    check(value("tags", "contains_all", json!([null])), "condition.value[0]", "not a text");
    for json in [
        value("plan", "equals", json!("")),
        value("seen", "after", json!("2026-01-31")),
        value("seen", "after", json!("2026-01-31T09:30:00")),
        value("seen", "between", json!(["2026-01-31T09:30:00+02:00", "2026-01-31"])),
        value("seats", "at_most", json!(-1.5)),
    ] {
        if json["operator"] == "between" {
            check(json, "condition.value", "later");
        } else {
            fine(json);
        }
    }
}

#[test]
fn json_needs_a_type_and_only_json_has_a_path() {
    let doc = |extra: Value| {
        let mut leaf =
            json!({ "attribute": "doc", "path": ["plan", "tier"], "operator": "equals", "value": "x" });
        leaf.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        leaf
    };
    fine(doc(json!({ "type": "text" })));
    fine(json!({ "attribute": "doc", "operator": "is_set" }));
    check(doc(json!({})), "condition.type", "Say what");
    check(doc(json!({ "type": "json" })), "condition.type", "Say what");
    check(doc(json!({ "type": "colour" })), "condition.type", "not a type");
    check(doc(json!({ "type": "number" })), "condition.value", "not a number");
    check(doc(json!({ "type": "text", "path": ["a\0"] })), "condition.path[0]", "U+0000");
    check(doc(json!({ "type": "text", "path": vec!["a"; 11] })), "condition.path", "at most 10");
    check(doc(json!({ "type": "text", "path": "a.b" })), "condition.path", "list of names");
    check(json!({ "attribute": "plan", "path": ["a"], "operator": "is_set" }), "condition.path", "not JSON");
    check(
        json!({ "attribute": "plan", "type": "number", "operator": "is_set" }),
        "condition.type",
        "Leave the type out",
    );
    check(
        json!({ "attribute": "seats", "operator": "is_set", "ignoreCase": true }),
        "condition.ignoreCase",
        "Switch it off",
    );
}

#[test]
fn all_violations_are_reported_at_once() {
    let json = json!({ "all": [
        { "attribute": "nope", "operator": "is_set" },
        { "not": { "attribute": "seats", "operator": "equals", "value": "x" } },
        { "any": [] },
    ] });
    let paths: Vec<String> = violations(&json).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["condition.all[0].attribute", "condition.all[1].not.value", "condition.all[2].any"]);
}

#[test]
fn condition_is_written_as_it_was_read() {
    let json = json!({ "all": [
        { "attribute": "plan", "operator": "equals", "value": "x", "ignoreCase": true },
        { "not": { "any": [{ "attribute": "doc", "path": ["a"], "type": "number", "operator": "in", "value": [1, 2.5] }] } },
    ] });
    let condition: Condition = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&condition).unwrap(), json);
    let error = serde_json::from_value::<Condition>(json!({ "all": [{ "attribute": "x" }] })).unwrap_err();
    assert!(error.to_string().contains("condition.all[0].operator"), "{error}");
}

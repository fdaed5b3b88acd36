//! LaunchDarkly's evaluation crate. An audience is a clause on an attribute of the context.

use divan::{Bencher, black_box};
use launchdarkly_server_sdk_evaluation::{
    Context, ContextBuilder, Flag, FlagValue, Segment, Store, evaluate,
};
use serde_json::{Value, json};

use crate::flags::{ENTITY_ID, ONE_RULE, PERCENTAGE, RULE_COUNT, TWENTY_RULES};

/// Neither flag refers to another flag or to a segment.
struct Empty;

impl Store for Empty {
    fn flag(&self, _: &str) -> Option<Flag> {
        None
    }

    fn segment(&self, _: &str) -> Option<Segment> {
        None
    }
}

fn flag(key: &str, clauses: &[Value]) -> Flag {
    let rules: Vec<Value> = clauses
        .iter()
        .enumerate()
        .map(|(number, clauses)| {
            json!({ "id": format!("rule-{number}"), "clauses": clauses, "trackEvents": false, "rollout": { "variations": [
                { "variation": 1, "weight": PERCENTAGE * 1000 },
                { "variation": 0, "weight": (100 - PERCENTAGE) * 1000 },
            ] } })
        })
        .collect();
    serde_json::from_value(json!({
        "key": key, "version": 1, "on": true, "targets": [], "prerequisites": [], "rules": rules,
        "fallthrough": { "variation": 0 }, "offVariation": 0, "variations": [false, true],
        "salt": "salt", "clientSideAvailability": { "usingMobileKey": false, "usingEnvironmentId": false },
    }))
    .unwrap()
}

fn context() -> Context {
    let mut builder = ContextBuilder::new(ENTITY_ID);
    builder.set_string("segment", format!("s{}", RULE_COUNT - 1));
    builder.build().unwrap()
}

fn check_and_time(bencher: Bencher<'_, '_>, flag: &Flag) {
    let context = context();
    assert_eq!(evaluate(&Empty, flag, &context, None).value, Some(&FlagValue::Bool(true)));
    bencher.bench(|| {
        evaluate(&Empty, black_box(flag), black_box(&context), None).value.and_then(FlagValue::as_bool)
    });
}

#[divan::bench]
fn one_rule(bencher: Bencher<'_, '_>) {
    check_and_time(bencher, &flag(ONE_RULE, &[json!([])]));
}

#[divan::bench]
fn twenty_rules(bencher: Bencher<'_, '_>) {
    let clauses: Vec<Value> = (0..RULE_COUNT)
        .map(|number| json!([{ "attribute": "segment", "op": "in", "values": [format!("s{number}")] }]))
        .collect();
    check_and_time(bencher, &flag(TWENTY_RULES, &clauses));
}

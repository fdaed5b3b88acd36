//! Unleash's evaluation crate. A rule is a strategy, an audience is a constraint on a property of the
//! context. `check_enabled` with a context made beforehand is its quickest way.

use std::collections::HashMap;

use divan::{Bencher, black_box};
use serde_json::{Value, json};
use unleash_yggdrasil::{Context, EngineState, UpdateMessage, state::EnrichedContext};

use crate::flags::{ENTITY_ID, ONE_RULE, PERCENTAGE, RULE_COUNT, TWENTY_RULES};

fn engine(key: &str, constraints: &[Value]) -> EngineState {
    let strategies: Vec<Value> = constraints
        .iter()
        .map(|constraints| {
            json!({ "name": "flexibleRollout", "constraints": constraints, "parameters": {
                "rollout": PERCENTAGE.to_string(), "stickiness": "userId", "groupId": key,
            } })
        })
        .collect();
    let features = json!({
        "version": 2,
        "features": [{ "name": key, "enabled": true, "strategies": strategies }],
    });
    let engine = EngineState::default();
    let message: UpdateMessage = serde_json::from_value(features).unwrap();
    assert!(engine.take_state(message).is_none(), "the strategies compile without warnings");
    engine
}

fn check_and_time(bencher: Bencher<'_, '_>, key: &str, engine: &EngineState) {
    let segment = ("segment".to_owned(), format!("s{}", RULE_COUNT - 1));
    let context = Context {
        user_id: Some(ENTITY_ID.to_owned()),
        properties: Some(HashMap::from([segment])),
        ..Context::default()
    };
    let context = EnrichedContext::from(&context, key, None);
    assert_eq!(engine.check_enabled(&context), Some(true));
    bencher.bench(|| engine.check_enabled(black_box(&context)));
}

#[divan::bench]
fn one_rule(bencher: Bencher<'_, '_>) {
    check_and_time(bencher, ONE_RULE, &engine(ONE_RULE, &[json!([])]));
}

#[divan::bench]
fn twenty_rules(bencher: Bencher<'_, '_>) {
    let constraints: Vec<Value> = (0..RULE_COUNT)
        .map(|number| {
            json!([{ "contextName": "segment", "operator": "IN", "values": [format!("s{number}")] }])
        })
        .collect();
    check_and_time(bencher, TWENTY_RULES, &engine(TWENTY_RULES, &constraints));
}

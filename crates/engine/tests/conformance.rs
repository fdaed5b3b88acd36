//! Every shared conformance vector, through evaluation, trace and the counting path.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fs, path::Path};

use halyard_engine::{
    AudienceId, CompiledFlag, FlagDefinition, FlagKey, Membership, Outcome, Reason, RuleOutcome, bucket,
    evaluate, explain, json_equal,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

fn vectors<T: DeserializeOwned>(file: &str) -> Vec<T> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance").join(file);
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BucketVector {
    flag_key: FlagKey,
    entity_id: String,
    bucket: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EvaluationVector {
    flag: FlagDefinition,
    environment: String,
    entity_id: Option<String>,
    audiences: BTreeSet<AudienceId>,
    expect: Value,
}

#[test]
fn buckets_agree_with_the_vectors() {
    let vectors = vectors::<BucketVector>("bucketing.json");
    assert_eq!(vectors.len(), 200);
    for vector in vectors {
        let found = bucket(&vector.flag_key, &vector.entity_id);
        assert_eq!(found, vector.bucket, "{} : {:?}", vector.flag_key, vector.entity_id);
    }
}

#[test]
fn evaluations_agree_with_the_vectors() {
    let vectors = vectors::<EvaluationVector>("evaluation.json");
    assert_eq!(vectors.len(), 1500);
    for (index, vector) in vectors.into_iter().enumerate() {
        let flag = CompiledFlag::compile(&vector.flag).expect("a valid flag");
        let audiences = |id| Membership::from(vector.audiences.contains(&id));
        let entity_id = vector.entity_id.as_deref();

        let evaluation = evaluate(&flag, &vector.environment, entity_id, audiences);
        let on_the_wire = serde_json::to_value(&evaluation).unwrap();
        assert!(
            json_equal(&on_the_wire, &vector.expect),
            "vector {index}: {on_the_wire} instead of {}",
            vector.expect
        );

        let (explained, trace) = explain(&flag, &vector.environment, entity_id, audiences);
        assert_eq!(explained, evaluation, "vector {index}");
        let matched = trace.rules.iter().position(|rule| rule.outcome == RuleOutcome::Matched);
        let expected_rule = vector.expect["reason"]["ruleIndex"].as_u64().map(|rule| rule as usize);
        assert_eq!(matched, expected_rule, "vector {index}: {trace:?}");
        assert_eq!(trace.rules.len(), vector.flag.rules.len());

        if let (Some(entity_id), Reason::RuleMatch { .. } | Reason::Fallthrough { .. }) =
            (entity_id, evaluation.reason)
        {
            let counted = flag
                .decide_by_rules(flag.bucket(entity_id), |position| audiences(flag.audiences()[position]));
            let expected = expected_rule.map_or(Outcome::Fallthrough, |rule| Outcome::Rule(rule as u32));
            assert_eq!(counted, expected, "vector {index}");
        }
    }
}

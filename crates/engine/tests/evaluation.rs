//! How flags are decided, case by case: switches, order of rules, absent entities, outages.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::cell::Cell;

use halyard_engine::{
    AudienceId, CompiledFlag, Evaluation, FlagDefinition, Membership, Outcome, Reason, evaluate, explain,
    json_equal,
};
use serde_json::{Value, json};
use uuid::Uuid;

const BETA: u128 = 1;
const STAFF: u128 = 2;

fn audience(number: u128) -> AudienceId {
    AudienceId(Uuid::from_u128(number))
}

/// A string flag `f`, on in production, whose rule number n serves `rule n`. `42` falls into
/// bucket 64,753 of it.
fn flag(rules: &[(Option<u128>, Option<f64>)]) -> Value {
    let rules: Vec<Value> = (0_u128..)
        .zip(rules)
        .map(|(number, (audience, percentage))| {
            json!({
                "id": Uuid::from_u128(100 + number),
                "audienceId": audience.map(Uuid::from_u128),
                "percentage": percentage,
                "value": format!("rule {number}"),
            })
        })
        .collect();
    json!({
        "key": "f", "type": "string", "defaultValue": "default", "rules": rules,
        "environments": { "production": true, "staging": false }, "isActive": true,
    })
}

fn compile(flag: &Value) -> CompiledFlag {
    let definition: FlagDefinition = serde_json::from_value(flag.clone()).unwrap();
    CompiledFlag::compile(&definition).unwrap()
}

fn in_audiences(members: &[u128]) -> impl Fn(AudienceId) -> Membership {
    move |id| members.iter().any(|&member| audience(member) == id).into()
}

fn out_of_reach(_: AudienceId) -> Membership {
    Membership::Unavailable
}

/// Evaluates in production and expects this value and reason, from evaluation and explanation alike.
fn check(
    flag: &Value,
    entity_id: Option<&str>,
    audiences: impl Fn(AudienceId) -> Membership,
    value: &str,
    reason: Value,
) {
    let flag = compile(flag);
    let evaluation = evaluate(&flag, "production", entity_id, &audiences);
    assert_eq!(evaluation.value, json!(value));
    assert_eq!(serde_json::to_value(evaluation.reason).unwrap(), reason);
    assert_eq!(explain(&flag, "production", entity_id, &audiences).0, evaluation);
}

fn rule_match(index: u32) -> Value {
    json!({ "kind": "RULE_MATCH", "ruleIndex": index, "ruleId": Uuid::from_u128(100 + u128::from(index)) })
}

fn fallthrough() -> Value {
    json!({ "kind": "FALLTHROUGH" })
}

fn audience_unavailable() -> Value {
    json!({ "kind": "ERROR", "errorKind": "AUDIENCE_UNAVAILABLE" })
}

#[test]
fn killed_flag_serves_default_to_everyone_in_every_environment() {
    let mut killed = flag(&[(None, None)]);
    killed["isActive"] = json!(false);
    let off = json!({ "kind": "OFF", "offBy": "KILL_SWITCH" });
    check(&killed, Some("42"), in_audiences(&[]), "default", off.clone());
    check(&killed, None, in_audiences(&[]), "default", off.clone());
    for environment in ["staging", "nowhere"] {
        let evaluation = evaluate(&compile(&killed), environment, Some("42"), out_of_reach);
        assert_eq!(serde_json::to_value(evaluation.reason).unwrap(), off);
    }
}

#[test]
fn flag_is_off_where_its_switch_is_off_or_missing() {
    let flag = compile(&flag(&[(None, None)]));
    for environment in ["staging", "nowhere", "", "Production", "production "] {
        let evaluation = evaluate(&flag, environment, Some("42"), in_audiences(&[]));
        assert_eq!(evaluation.value, json!("default"));
        assert_eq!(
            serde_json::to_value(evaluation.reason).unwrap(),
            json!({ "kind": "OFF", "offBy": "ENVIRONMENT" }),
            "{environment:?}"
        );
    }
}

#[test]
fn the_first_rule_that_holds_the_entity_wins() {
    let rules = flag(&[(Some(STAFF), None), (Some(BETA), Some(100.0)), (None, None)]);
    check(&rules, Some("42"), in_audiences(&[BETA]), "rule 1", rule_match(1));
    check(&rules, Some("42"), in_audiences(&[BETA, STAFF]), "rule 0", rule_match(0));
    check(&rules, Some("42"), in_audiences(&[]), "rule 2", rule_match(2));
    check(&flag(&[]), Some("42"), in_audiences(&[]), "default", fallthrough());
}

#[test]
fn a_percentage_includes_the_buckets_below_it() {
    assert_eq!(compile(&flag(&[])).bucket("42"), 64_753);
    for (percentage, included) in
        [(0.0, false), (64.753, false), (64.754, true), (100.0, true), (0.001, false)]
    {
        let rules = flag(&[(None, Some(percentage))]);
        if included {
            check(&rules, Some("42"), in_audiences(&[]), "rule 0", rule_match(0));
        } else {
            check(&rules, Some("42"), in_audiences(&[]), "default", fallthrough());
        }
    }
}

#[test]
fn without_an_entity_only_a_rule_for_everybody_matches() {
    let rules = flag(&[(Some(BETA), None), (None, Some(100.0)), (Some(BETA), Some(100.0))]);
    check(&rules, None, in_audiences(&[BETA]), "default", fallthrough());
    check(&rules, None, out_of_reach, "default", fallthrough());
    let rules = flag(&[(None, Some(100.0)), (None, None)]);
    check(&rules, None, out_of_reach, "rule 1", rule_match(1));
}

#[test]
fn an_empty_entity_id_is_an_entity_all_the_same() {
    check(&flag(&[(None, Some(100.0))]), Some(""), in_audiences(&[]), "rule 0", rule_match(0));
}

#[test]
fn an_unavailable_audience_is_an_error_unless_an_earlier_rule_matched() {
    check(
        &flag(&[(Some(BETA), None), (None, None)]),
        Some("42"),
        out_of_reach,
        "default",
        audience_unavailable(),
    );
    check(&flag(&[(None, None), (Some(BETA), None)]), Some("42"), out_of_reach, "rule 0", rule_match(0));
    let known_in_part = |id| if id == audience(BETA) { Membership::In } else { Membership::Unavailable };
    check(
        &flag(&[(Some(BETA), None), (Some(STAFF), None)]),
        Some("42"),
        known_in_part,
        "rule 0",
        rule_match(0),
    );
}

#[test]
fn a_rule_whose_percentage_leaves_the_entity_out_does_not_need_its_audience() {
    check(
        &flag(&[(Some(BETA), Some(64.753)), (None, Some(100.0))]),
        Some("42"),
        out_of_reach,
        "rule 1",
        rule_match(1),
    );
    check(
        &flag(&[(Some(BETA), Some(64.754)), (None, Some(100.0))]),
        Some("42"),
        out_of_reach,
        "default",
        audience_unavailable(),
    );
}

#[test]
fn an_error_has_a_value_but_no_variation() {
    let flag = compile(&flag(&[(Some(BETA), None)]));
    let evaluation = evaluate(&flag, "production", Some("42"), out_of_reach);
    assert_eq!((evaluation.value, evaluation.variation_index), (json!("default"), None));
    let not_found = serde_json::to_value(Evaluation::flag_not_found()).unwrap();
    assert_eq!(
        not_found,
        json!({
            "value": null, "variationIndex": null,
            "reason": { "kind": "ERROR", "errorKind": "FLAG_NOT_FOUND" },
        })
    );
}

#[test]
fn variations_are_the_distinct_values_default_first() {
    let values = [json!(1.0), json!({"a": 1, "b": 2}), json!({"b": 2.0, "a": 1}), json!(null), json!("1")];
    let mut with_values = flag(&[(None, None); 5]);
    with_values["type"] = json!("json");
    with_values["defaultValue"] = json!(1);
    for (index, value) in values.iter().enumerate() {
        with_values["rules"][index]["value"] = value.clone();
    }
    let flag = compile(&with_values);
    let indexes: Vec<u32> = flag.rules().iter().map(halyard_engine::CompiledRule::variation_index).collect();
    assert_eq!(indexes, [0, 1, 1, 2, 3]);
    assert_eq!(flag.variations(), [&json!(1), &json!({"a": 1, "b": 2}), &json!(null), &json!("1")]);
}

#[test]
fn a_rule_serves_its_own_value_even_when_an_equal_one_came_first() {
    let mut numbers = flag(&[(None, None)]);
    numbers["type"] = json!("number");
    numbers["defaultValue"] = json!(1);
    numbers["rules"][0]["value"] = json!(1.0);
    let evaluation = evaluate(&compile(&numbers), "production", None, out_of_reach);
    assert_eq!((evaluation.value.to_string().as_str(), evaluation.variation_index), ("1.0", Some(0)));
}

#[test]
fn values_are_equal_as_json_values() {
    let (big, neighbour) = (json!(9_007_199_254_740_992_u64), json!(9_007_199_254_740_993_u64));
    for (left, right) in [
        (json!(1), json!(1.0)),
        (json!(0.0), json!(-0.0)),
        (json!(-1), json!(-1.0)),
        (json!([1, {"x": 2}]), json!([1.0, {"x": 2.0}])),
        (json!({"a": 1, "b": null}), json!({"b": null, "a": 1})),
        (big, neighbour),
    ] {
        assert!(json_equal(&left, &right), "{left} and {right}");
    }
    for (left, right) in [
        (json!(1), json!("1")),
        (json!(1), json!(true)),
        (json!(null), json!(false)),
        (json!([1, 2]), json!([2, 1])),
        (json!([1]), json!([1, 1])),
        (json!({"a": null}), json!({})),
        (json!({"a": 1}), json!({"b": 1})),
        (json!("é"), json!("e\u{301}")),
    ] {
        assert!(!json_equal(&left, &right), "{left} and {right}");
        assert!(!json_equal(&right, &left), "{right} and {left}");
    }
}

#[test]
fn a_decision_asks_about_audiences_only_as_far_as_it_must() {
    let asked = Cell::new(0);
    let counting = |_| {
        asked.set(asked.get() + 1);
        Membership::In
    };
    let flag = compile(&flag(&[(None, Some(0.0)), (Some(BETA), None), (Some(STAFF), None)]));
    assert_eq!(flag.decide("production", Some("42"), counting).outcome(), Outcome::Rule(1));
    assert_eq!(asked.get(), 1);
    assert_eq!(flag.decide("staging", Some("42"), counting).outcome(), Outcome::EnvironmentOff);
    assert_eq!(flag.decide("production", None, counting).outcome(), Outcome::Fallthrough);
    assert_eq!(asked.get(), 1);
}

#[test]
fn rules_that_share_an_audience_share_its_position() {
    let flag = compile(&flag(&[(Some(STAFF), None), (None, None), (Some(BETA), None), (Some(STAFF), None)]));
    assert_eq!(flag.audiences(), [audience(STAFF), audience(BETA)]);
    let positions: Vec<Option<usize>> =
        flag.rules().iter().map(halyard_engine::CompiledRule::audience).collect();
    assert_eq!(positions, [Some(0), None, Some(1), Some(0)]);
    let only_beta = |position| Membership::from(position == 1);
    assert_eq!(flag.decide_by_rules(0, only_beta), Outcome::Rule(1));
}

#[test]
fn outcomes_are_stored_as_numbers() {
    for (outcome, code) in [
        (Outcome::Rule(0), 0),
        (Outcome::Rule(19), 19),
        (Outcome::Fallthrough, -1),
        (Outcome::Killed, -2),
        (Outcome::EnvironmentOff, -3),
        (Outcome::AudienceUnavailable, -4),
        (Outcome::Exception, -5),
    ] {
        assert_eq!(outcome.code(), code);
        assert_eq!(Outcome::from_code(code), Some(outcome));
    }
    assert_eq!(Outcome::from_code(-6), None);
}

#[test]
fn only_answers_that_depend_on_membership_can_be_stale() {
    let stale = |reason: Value| {
        let reason: Reason = serde_json::from_value(reason).unwrap();
        serde_json::to_value(reason.marked_stale()).unwrap()
    };
    let mut matched = rule_match(3);
    matched["stale"] = json!(true);
    assert_eq!(stale(rule_match(3)), matched);
    assert_eq!(stale(fallthrough()), json!({ "kind": "FALLTHROUGH", "stale": true }));
    let off = json!({ "kind": "OFF", "offBy": "KILL_SWITCH" });
    assert_eq!(stale(off.clone()), off);
    assert_eq!(stale(audience_unavailable()), audience_unavailable());
}

/// The trace of `42` in production: bucket, and per rule audience, threshold and outcome.
fn check_trace(
    flag: &Value,
    audiences: impl Fn(AudienceId) -> Membership,
    rules: &[(Option<bool>, Option<u32>, &str)],
) {
    let (_, trace) = explain(&compile(flag), "production", Some("42"), audiences);
    let trace = serde_json::to_value(trace).unwrap();
    let rules: Vec<Value> = (100_u128..)
        .zip(rules)
        .map(|(id, (audience_matched, threshold, outcome))| {
            json!({
                "ruleId": Uuid::from_u128(id), "audienceMatched": audience_matched,
                "threshold": threshold, "outcome": outcome,
            })
        })
        .collect();
    assert_eq!(
        trace,
        json!({ "isActive": flag["isActive"], "environmentOn": true, "bucket": 64_753, "rules": rules })
    );
}

#[test]
fn the_trace_shows_how_every_rule_fared() {
    let rules = [
        (Some(BETA), Some(100.0)),
        (Some(STAFF), Some(10.0)),
        (None, Some(64.753)),
        (Some(STAFF), Some(64.754)),
        (Some(STAFF), None),
    ];
    check_trace(
        &flag(&rules),
        in_audiences(&[STAFF]),
        &[
            (Some(false), Some(100_000), "audience_no"),
            (Some(true), Some(10_000), "percentage_no"),
            (None, Some(64_753), "percentage_no"),
            (Some(true), Some(64_754), "matched"),
            (None, None, "not_reached"),
        ],
    );
    check_trace(
        &flag(&rules),
        out_of_reach,
        &[
            (None, Some(100_000), "not_reached"),
            (None, Some(10_000), "not_reached"),
            (None, Some(64_753), "not_reached"),
            (None, Some(64_754), "not_reached"),
            (None, None, "not_reached"),
        ],
    );
    let mut killed = flag(&rules[..1]);
    killed["isActive"] = json!(false);
    check_trace(&killed, in_audiences(&[BETA]), &[(None, Some(100_000), "not_reached")]);
}

#[test]
fn the_trace_has_no_bucket_without_an_entity() {
    let (_, trace) = explain(&compile(&flag(&[(None, Some(100.0))])), "staging", None, out_of_reach);
    assert_eq!((trace.bucket, trace.is_active, trace.environment_on), (None, true, false));
}

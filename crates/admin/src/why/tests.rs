//! Why agrees with the engine's vectors, and the changes that it names really change what is served.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fs, path::Path};

use halyard_engine::{
    AudienceId, ErrorKind, FlagDefinition, FlagKey, FlagType, Membership, OffBy, Outcome, Percentage, Reason,
    Rule, RuleId, evaluate, json_equal,
};
use halyard_store::{
    condition::{AttributeCondition, ConditionLeaf, Operator},
    memberships::ConditionTrace,
};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Situation,
    changes::{Change, flips, with},
    logged::{Basis, explain_past},
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    flag: FlagDefinition,
    environment: String,
    entity_id: Option<String>,
    audiences: BTreeSet<AudienceId>,
    expect: Value,
}

/// The shared vectors that name an entity: Why is always about one.
fn vectors() -> Vec<(Situation, Value)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance/evaluation.json");
    let vectors: Vec<Vector> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    assert_eq!(vectors.len(), 1500);
    let situation = |vector: Vector| {
        let situation = Situation {
            archived: false,
            environment: vector.environment,
            entity_id: vector.entity_id?,
            memberships: vector.audiences.into_iter().map(|id| (id, Membership::In)).collect(),
            otherwise: Membership::Out,
            definition: vector.flag,
        };
        Some((situation, vector.expect))
    };
    vectors.into_iter().filter_map(situation).collect()
}

/// Asks the engine itself, not Why.
fn served(situation: &Situation) -> Value {
    let compiled = situation.compile().unwrap();
    let evaluation = evaluate(&compiled, &situation.environment, Some(&situation.entity_id), |id| {
        situation.membership(id)
    });
    evaluation.value
}

#[test]
fn why_agrees_with_the_engine_on_all_conformance_vectors() {
    let vectors = vectors();
    assert!(vectors.len() > 1_200, "{}", vectors.len());
    for (index, (situation, expect)) in vectors.into_iter().enumerate() {
        let (evaluation, trace) = situation.explain().unwrap();
        let on_the_wire = serde_json::to_value(&evaluation).unwrap();
        assert!(json_equal(&on_the_wire, &expect), "vector {index}: {on_the_wire} instead of {expect}");
        assert_eq!(trace.rules.len(), situation.definition.rules.len());
    }
}

#[test]
fn every_change_named_for_a_conformance_vector_gives_the_value_it_names() {
    let (mut named, mut without) = (0, 0);
    for (index, (situation, _)) in vectors().into_iter().enumerate() {
        let before = served(&situation);
        let flips = flips(&situation, &[]);
        without += usize::from(flips.is_empty());
        for flip in flips {
            let after = served(&with(&situation, &flip.change).unwrap());
            assert!(!json_equal(&after, &before), "vector {index}: {:?} changes nothing", flip.change);
            assert!(json_equal(&after, &flip.value), "vector {index}: {:?} gives {after}", flip.change);
            named += 1;
        }
    }
    assert!(named > 1_000 && without > 0, "{named} named, {without} without");
}

#[test]
fn the_percentage_named_is_the_least_and_the_most_that_flips() {
    let mut seen = 0;
    for (situation, _) in vectors() {
        for flip in flips(&situation, &[]) {
            let nearer = match flip.change {
                Change::AtLeast { rule_index, threshold } => {
                    Change::AtLeast { rule_index, threshold: threshold - 1 }
                }
                Change::AtMost { rule_index, threshold } => {
                    Change::AtMost { rule_index, threshold: threshold + 1 }
                }
                _ => continue,
            };
            assert!(
                json_equal(&served(&with(&situation, &nearer).unwrap()), &served(&situation)),
                "{nearer:?}"
            );
            seen += 1;
        }
    }
    assert!(seen > 500, "{seen}");
}

#[test]
fn what_was_logged_is_explained_as_it_was_whatever_the_row_says_today() {
    for (index, (situation, expect)) in vectors().into_iter().enumerate() {
        let outcome = match situation.explain().unwrap().0.reason {
            Reason::RuleMatch { rule_index, .. } => Outcome::Rule(rule_index),
            Reason::Fallthrough { .. } => Outcome::Fallthrough,
            Reason::Off { off_by: OffBy::KillSwitch } => Outcome::Killed,
            Reason::Off { off_by: OffBy::Environment } => Outcome::EnvironmentOff,
            Reason::Error { .. } => continue,
        };
        for today in [Membership::In, Membership::Out, Membership::Unavailable] {
            let today = Situation { memberships: [].into(), otherwise: today, ..situation.clone() };
            let (basis, evaluation, trace) = explain_past(&today, Some(outcome)).unwrap();
            assert_eq!(basis, Basis::Logged, "vector {index}");
            assert_eq!(
                trace,
                explain_past(&situation, Some(outcome)).unwrap().2,
                "vector {index}: of today's"
            );
            assert!(json_equal(&serde_json::to_value(&evaluation).unwrap(), &expect), "vector {index}");
        }
    }
}

#[test]
fn what_could_not_be_read_or_failed_is_explained_as_it_was_served() {
    let mut unreadable = 0;
    for (index, (situation, _)) in vectors().into_iter().enumerate() {
        let (basis, evaluation, _) = explain_past(&situation, Some(Outcome::Exception)).unwrap();
        assert_eq!(basis, Basis::Logged);
        assert_eq!(evaluation.reason, Reason::Error { error_kind: ErrorKind::Exception });
        assert!(json_equal(&evaluation.value, &situation.definition.default_value), "vector {index}");

        let unread = Membership::Unavailable;
        let away = Situation { memberships: [].into(), otherwise: unread, ..situation.clone() };
        let (served, _) = away.explain().unwrap();
        let (basis, evaluation, _) = explain_past(&situation, Some(Outcome::AudienceUnavailable)).unwrap();
        if served.reason == (Reason::Error { error_kind: ErrorKind::AudienceUnavailable }) {
            assert_eq!((basis, evaluation), (Basis::Logged, served), "vector {index}");
            unreadable += 1;
        } else {
            assert_ne!(basis, Basis::Logged, "vector {index}: no such outcome can have been served");
        }
    }
    assert!(unreadable > 200, "{unreadable}");
}

#[test]
fn without_a_log_only_what_no_audience_decides_is_certain() {
    for (situation, _) in vectors() {
        let answers = [Membership::In, Membership::Out].map(|otherwise| {
            let row = Situation { memberships: [].into(), otherwise, ..situation.clone() };
            explain_past(&row, None).unwrap()
        });
        let [(one, if_in, _), (other, if_out, _)] = answers;
        assert_eq!(one, other);
        if one == Basis::Settings {
            assert_eq!(if_in, if_out);
        }
    }
}

// ------------------------------------------------------------------------------ tests of a row

/// A row of two attributes, each one of three texts or missing.
type Row = [Option<&'static str>; 2];

const ATTRIBUTES: [&str; 2] = ["plan", "country"];
const VALUES: [Option<&str>; 4] = [Some("a"), Some("b"), Some("c"), None];

fn test_of(attribute: usize, operator: Operator, value: Option<Value>) -> ConditionTrace {
    let leaf = ConditionLeaf::Attribute(AttributeCondition {
        attribute: ATTRIBUTES[attribute].to_owned(),
        path: None,
        read_as: None,
        operator,
        value,
        ignore_case: None,
    });
    ConditionTrace::Leaf { leaf, row_value: Value::Null, holds: false }
}

fn leaf_strategy() -> impl Strategy<Value = ConditionTrace> {
    let value = prop::sample::select(vec!["a", "b", "c"]);
    (0..2_usize, 0..6_usize, value.clone(), value).prop_map(
        |(attribute, operator, one, other)| match operator {
            0 | 1 => test_of(attribute, Operator::Equals, Some(json!(one))),
            2 => test_of(attribute, Operator::NotEquals, Some(json!(one))),
            3 => test_of(attribute, Operator::In, Some(json!([one, other]))),
            4 => test_of(attribute, Operator::NotIn, Some(json!([one, other]))),
            _ => test_of(attribute, Operator::IsSet, None),
        },
    )
}

fn condition_strategy() -> impl Strategy<Value = ConditionTrace> {
    leaf_strategy().prop_recursive(2, 6, 3, |inner| {
        let parts = prop::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            parts.clone().prop_map(|all| ConditionTrace::All { all, holds: false }),
            parts.prop_map(|any| ConditionTrace::Any { any, holds: false }),
            inner.prop_map(|not| ConditionTrace::Not { not: Box::new(not), holds: false }),
        ]
    })
}

/// Whether a test holds for a row, by what domain.md says of the operators.
fn holds(leaf: &ConditionLeaf, row: Row) -> bool {
    let ConditionLeaf::Attribute(leaf) = leaf else { return false };
    let found = row[ATTRIBUTES.iter().position(|name| *name == leaf.attribute).unwrap()];
    let value = leaf.value.clone().unwrap_or_default();
    let equals = found.is_some_and(|found| value == json!(found));
    let among =
        found.is_some_and(|found| value.as_array().is_some_and(|values| values.contains(&json!(found))));
    match leaf.operator {
        Operator::Equals => equals,
        Operator::NotEquals => !equals,
        Operator::In => among,
        Operator::NotIn => !among,
        Operator::IsSet => found.is_some(),
        _ => unreachable!("not made here"),
    }
}

/// The condition with how it fares for a row.
fn traced(condition: &ConditionTrace, row: Row) -> ConditionTrace {
    let each = |parts: &[ConditionTrace]| parts.iter().map(|part| traced(part, row)).collect::<Vec<_>>();
    match condition {
        ConditionTrace::All { all, .. } => {
            let all = each(all);
            let holds = all.iter().all(ConditionTrace::holds);
            ConditionTrace::All { all, holds }
        }
        ConditionTrace::Any { any, .. } => {
            let any = each(any);
            let holds = any.iter().any(ConditionTrace::holds);
            ConditionTrace::Any { any, holds }
        }
        ConditionTrace::Not { not, .. } => {
            let not = Box::new(traced(not, row));
            let holds = !not.holds();
            ConditionTrace::Not { not, holds }
        }
        ConditionTrace::Leaf { leaf, .. } => {
            ConditionTrace::Leaf { leaf: leaf.clone(), row_value: Value::Null, holds: holds(leaf, row) }
        }
    }
}

fn situation_of(rules: &[(ConditionTrace, Option<u32>, usize)], active: bool, row: Row) -> Situation {
    let id = |index: usize| Uuid::from_u128(index as u128 + 1);
    let each = rules.iter().enumerate().map(|(index, (_, threshold, value))| Rule {
        id: RuleId(id(index)),
        audience_id: Some(AudienceId(id(index))),
        percentage: threshold.and_then(Percentage::from_thousandths),
        value: json!(["off", "one", "two"][*value]),
        description: String::new(),
    });
    let members = rules.iter().enumerate().map(|(index, (condition, ..))| {
        (AudienceId(id(index)), Membership::from(traced(condition, row).holds()))
    });
    Situation {
        definition: FlagDefinition {
            key: FlagKey::parse("theme").unwrap(),
            flag_type: FlagType::String,
            default_value: json!("off"),
            rules: each.collect(),
            environments: [("production".to_owned(), true)].into(),
            is_active: active,
        },
        archived: false,
        environment: "production".to_owned(),
        entity_id: "ALFKI".to_owned(),
        memberships: members.collect(),
        otherwise: Membership::Out,
    }
}

proptest! {
    /// Whatever value turns the test as it is named, every such row gets the value that is named.
    #[test]
    fn a_test_that_is_named_flips_for_every_value_that_turns_it(
        rules in prop::collection::vec(
            (condition_strategy(), prop::option::of(0..=100_000_u32), 0..3_usize), 1..4),
        active in prop::bool::weighted(0.9),
        row in (0..4_usize, 0..4_usize).prop_map(|(one, other)| [VALUES[one], VALUES[other]]),
    ) {
        let situation = situation_of(&rules, active, row);
        let before = served(&situation);
        let traces: Vec<ConditionTrace> = rules.iter().map(|(condition, ..)| traced(condition, row)).collect();
        let audiences: Vec<_> =
            situation.definition.rules.iter().filter_map(|rule| rule.audience_id).zip(&traces).collect();
        for flip in flips(&situation, &audiences) {
            prop_assert!(!json_equal(&flip.value, &before), "{:?} changes nothing", flip.change);
            let Change::Test { leaf, holds: wanted, .. } = &flip.change else {
                prop_assert_eq!(&served(&with(&situation, &flip.change).unwrap()), &flip.value);
                continue;
            };
            let ConditionLeaf::Attribute(test) = leaf else { continue };
            let attribute = ATTRIBUTES.iter().position(|name| *name == test.attribute).unwrap();
            for value in VALUES {
                let mut turned = row;
                turned[attribute] = value;
                if holds(leaf, turned) == *wanted {
                    prop_assert_eq!(&served(&situation_of(&rules, active, turned)), &flip.value, "{:?} {:?}", leaf, value);
                }
            }
        }
    }
}

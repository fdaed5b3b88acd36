//! This project's engine. `decide` lends the value from the flag, as the peers do; `evaluate` gives away
//! an answer of its own.

use std::collections::{BTreeMap, HashSet};

use divan::{Bencher, black_box};
use halyard_engine::{
    AudienceId, CompiledFlag, FlagDefinition, FlagKey, FlagType, Membership, Percentage, Rule, RuleId,
    evaluate,
};
use serde_json::json;
use uuid::Uuid;

use crate::flags::{ENTITY_ID, ONE_RULE, PERCENTAGE, RULE_COUNT, TWENTY_RULES};

const ENVIRONMENT: &str = "production";

fn flag(key: &str, audiences: &[Option<AudienceId>]) -> CompiledFlag {
    let rules = (0..).zip(audiences).map(|(number, &audience_id)| Rule {
        id: RuleId(Uuid::from_u128(number)),
        audience_id,
        percentage: Percentage::from_thousandths(PERCENTAGE * 1000),
        value: json!(true),
        description: String::new(),
    });
    let definition = FlagDefinition {
        key: FlagKey::parse(key).unwrap(),
        flag_type: FlagType::Boolean,
        default_value: json!(false),
        rules: rules.collect(),
        environments: BTreeMap::from([
            ("development".to_owned(), true),
            (ENVIRONMENT.to_owned(), true),
            ("staging".to_owned(), true),
        ]),
        is_active: true,
    };
    CompiledFlag::compile(&definition).unwrap()
}

fn one_rule() -> CompiledFlag {
    flag(ONE_RULE, &[None])
}

fn twenty_rules() -> CompiledFlag {
    let audiences: Vec<_> = (0..RULE_COUNT).map(|number| Some(audience(number))).collect();
    flag(TWENTY_RULES, &audiences)
}

fn audience(number: usize) -> AudienceId {
    AudienceId(Uuid::from_u128(0x0192_f0c6_9a7e_7cc1_b3d0_5f1e_0000_0000 + number as u128))
}

fn nobody(_: usize) -> Membership {
    Membership::Out
}

#[divan::bench]
fn one_rule_decide(bencher: Bencher<'_, '_>) {
    let flag = one_rule();
    assert_eq!(flag.decide_by_position(ENVIRONMENT, Some(ENTITY_ID), nobody).value(), &json!(true));
    bencher.bench(|| {
        black_box(&flag)
            .decide_by_position(black_box(ENVIRONMENT), Some(black_box(ENTITY_ID)), nobody)
            .value()
            .as_bool()
    });
}

#[divan::bench]
fn one_rule_evaluate(bencher: Bencher<'_, '_>) {
    let flag = one_rule();
    bencher.bench(|| {
        evaluate(black_box(&flag), black_box(ENVIRONMENT), Some(black_box(ENTITY_ID)), |_| Membership::Out)
    });
}

/// Membership as the bits that one look-up in the database brings.
#[divan::bench]
fn twenty_rules_decide(bencher: Bencher<'_, '_>) {
    let flag = twenty_rules();
    let bits = 1_u32 << (RULE_COUNT - 1);
    let member = |bits: u32| move |position: usize| Membership::from(bits >> position & 1 == 1);
    assert_eq!(flag.decide_by_position(ENVIRONMENT, Some(ENTITY_ID), member(bits)).value(), &json!(true));
    bencher.bench(|| {
        black_box(&flag)
            .decide_by_position(black_box(ENVIRONMENT), Some(black_box(ENTITY_ID)), member(black_box(bits)))
            .value()
            .as_bool()
    });
}

/// Membership as a set of audience ids, the comfortable way.
#[divan::bench]
fn twenty_rules_evaluate_with_a_set(bencher: Bencher<'_, '_>) {
    let flag = twenty_rules();
    let members = HashSet::from([audience(RULE_COUNT - 1)]);
    bencher.bench(|| {
        evaluate(black_box(&flag), black_box(ENVIRONMENT), Some(black_box(ENTITY_ID)), |id| {
            members.contains(&id).into()
        })
    });
}

/// One customer of a count over all customers.
#[divan::bench]
fn twenty_rules_count(bencher: Bencher<'_, '_>) {
    let flag = twenty_rules();
    let bits = 1_u32 << (RULE_COUNT - 1);
    bencher.bench(|| {
        let flag = black_box(&flag);
        let bits = black_box(bits);
        flag.decide_by_rules(flag.bucket(black_box(ENTITY_ID)), |position| (bits >> position & 1 == 1).into())
    });
}

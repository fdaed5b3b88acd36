//! Counting many is deciding each: tallies equal what `evaluate` says one by one.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use halyard_engine::{
    AudienceId, CompiledFlag, FlagDefinition, FlagKey, FlagType, Percentage, Reason, Rule, RuleId, bucket,
    evaluate,
    tally::{
        AudienceSlot, Comparison, DistributionTally, Entities, ImpactTally, RulesTally, SlottedFlag,
        count_distributions,
    },
};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

/// Audiences lie in two words, the third at the very end of the first.
const SLOTS: [AudienceSlot; 4] = [
    AudienceSlot { word: 0, bit: 0 },
    AudienceSlot { word: 0, bit: 1 },
    AudienceSlot { word: 0, bit: 63 },
    AudienceSlot { word: 1, bit: 0 },
];

fn audience(number: usize) -> AudienceId {
    AudienceId(Uuid::from_u128(number as u128))
}

fn slot(id: AudienceId) -> Option<AudienceSlot> {
    SLOTS.get(usize::try_from(id.0.as_u128()).unwrap()).copied()
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let percentage = prop_oneof![
        Just(None),
        Just(Some(Percentage::ZERO)),
        Just(Some(Percentage::HUNDRED)),
        (0..=100_000_u32).prop_map(Percentage::from_thousandths),
    ];
    let rule = (proptest::option::of(0..SLOTS.len()), percentage, 0..3);
    proptest::collection::vec(rule, 0..6).prop_map(|rules| {
        let rule = |(number, (in_audience, percentage, value)): (usize, (Option<usize>, _, i32))| Rule {
            id: RuleId(Uuid::from_u128(number as u128)),
            audience_id: in_audience.map(audience),
            percentage,
            value: json!(value),
            description: String::new(),
        };
        rules.into_iter().enumerate().map(rule).collect()
    })
}

fn compiled(default: i32, rules: Vec<Rule>) -> CompiledFlag {
    CompiledFlag::compile(&FlagDefinition {
        key: FlagKey::parse("a-flag").unwrap(),
        flag_type: FlagType::Number,
        default_value: json!(default),
        rules,
        environments: BTreeMap::from([("live".to_owned(), true)]),
        is_active: true,
    })
    .unwrap()
}

fn slotted(flag: &CompiledFlag) -> SlottedFlag {
    SlottedFlag::new(flag.clone(), slot).unwrap()
}

/// Some hundred entities, in any of the audiences.
fn entities(numbers: &[u8]) -> Entities {
    let mut entities = Entities::new(2);
    for (index, number) in numbers.iter().enumerate() {
        let bits = u64::from(*number);
        entities.push(&format!("entity-{index}"), [bits & 3 | (bits >> 2 & 1) << 63, bits >> 3 & 1]);
    }
    entities
}

/// What the flag serves each, and by which rule.
fn served(flag: &CompiledFlag, entities: &Entities) -> Vec<(Value, Option<usize>)> {
    let one = |index: usize| {
        let is_in = |id| entities.is_in(index, slot(id).unwrap()).into();
        let evaluation = evaluate(flag, "live", Some(entities.id(index)), is_in);
        let rule = match evaluation.reason {
            Reason::RuleMatch { rule_index, .. } => Some(rule_index as usize),
            _ => None,
        };
        (evaluation.value, rule)
    };
    (0..entities.len()).map(one).collect()
}

proptest! {
    #[test]
    fn tallies_count_what_evaluate_says(
        (before, after) in (rules(), rules()),
        defaults in (0..3, 0..3),
        numbers in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let (before, after) = (compiled(defaults.0, before), compiled(defaults.1, after));
        let entities = entities(&numbers);
        let (was, will) = (served(&before, &entities), served(&after, &entities));
        let with = |side: &[(Value, Option<usize>)], value: &Value| {
            side.iter().filter(|(served, _)| served == value).count() as u64
        };

        let mut distribution = [DistributionTally::new(slotted(&before))];
        count_distributions(&mut distribution, &entities);
        let by_value = distribution[0].by_variation();
        for (value, count) in before.variations().into_iter().zip(by_value) {
            prop_assert_eq!(count, with(&was, value));
        }

        // Counted in two halves and merged.
        let comparison = Comparison::new(slotted(&before), slotted(&after));
        let mut impact = ImpactTally::new(comparison.clone());
        let mut rest = impact.clone();
        let (mut first, mut second) = (Entities::new(2), Entities::new(2));
        for index in 0..entities.len() {
            let half = if index % 2 == 0 { &mut first } else { &mut second };
            half.push(entities.id(index), entities.words_of(index).iter().copied());
        }
        impact.count(&first);
        rest.count(&second);
        impact.merge(&rest);
        let moved = |from: &Value, to: &Value| {
            was.iter().zip(&will).filter(|((was, _), (will, _))| was == from && will == to).count() as u64
        };
        let moves = impact.moves();
        let sum: u64 = moves.iter().map(|it| it.entities).sum();
        for it in &moves {
            prop_assert_eq!(it.entities, moved(it.from, it.to));
        }
        let all = was.iter().zip(&will).filter(|((was, _), (will, _))| was != will).count() as u64;
        prop_assert_eq!(sum, all);
        for (value, count) in before.variations().into_iter().zip(impact.before_by_variation()) {
            prop_assert_eq!(count, with(&was, value));
        }
        for ((before, after), (was, will)) in comparison.places(&entities).into_iter().zip(was.iter().zip(&will)) {
            prop_assert_eq!(comparison.values((before, after)), (&was.0, &will.0));
        }
        for rule in 0..before.rules().len() {
            let by_rule = was.iter().filter(|(_, by)| *by == Some(rule)).count() as u64;
            prop_assert_eq!(impact.net_before(rule), by_rule);
        }

        let mut rules = RulesTally::new(slotted(&after));
        rules.count(&entities);
        for (index, rule) in after.rules().iter().enumerate() {
            let is_alone_in = |entity: &usize| {
                rule.audience().is_none_or(|position| entities.is_in(*entity, slot(after.audiences()[position]).unwrap()))
            };
            let in_audience: Vec<usize> = (0..entities.len()).filter(is_alone_in).collect();
            let within = |entity: &&usize| rule.includes(bucket(after.key(), entities.id(**entity)));
            let in_percentage: Vec<&usize> = in_audience.iter().filter(within).collect();
            prop_assert_eq!(rules.in_audience(index), in_audience.len() as u64);
            prop_assert_eq!(rules.in_percentage(index), in_percentage.len() as u64);
            for (above, taken) in rules.taken_by(index) {
                let by_it = in_percentage.iter().filter(|entity| will[***entity].1 == Some(above)).count() as u64;
                prop_assert_eq!((above < index, taken), (true, by_it));
            }
            let taken: u64 = rules.taken_by(index).map(|(_, taken)| taken).sum();
            prop_assert_eq!(rules.net(index) + taken, rules.in_percentage(index));
        }
        prop_assert_eq!(rules.otherwise(), will.iter().filter(|(_, by)| by.is_none()).count() as u64);
    }
}

#[test]
fn a_flag_with_an_audience_that_has_no_place_is_not_counted() {
    let rule = Rule {
        id: RuleId(Uuid::nil()),
        audience_id: Some(audience(99)),
        percentage: None,
        value: json!(1),
        description: String::new(),
    };
    assert!(SlottedFlag::new(compiled(0, vec![rule]), slot).is_none());
}

//! What holds for every flag and every entity.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::{collections::BTreeMap, hash::Hasher};

use halyard_engine::{
    AudienceId, CompiledFlag, Evaluation, FlagDefinition, FlagKey, FlagType, Membership, Outcome, Percentage,
    Reason, Rule, RuleId, RuleOutcome, bucket, evaluate, explain,
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::json;
use twox_hash::XxHash64;
use uuid::Uuid;

const ENVIRONMENTS: [&str; 3] = ["production", "staging", "missing"];
const AUDIENCE_COUNT: u128 = 4;

fn any_key() -> impl Strategy<Value = FlagKey> {
    "[A-Za-z0-9][A-Za-z0-9._-]{0,99}".prop_filter_map("not a UUID", |key| FlagKey::parse(&key).ok())
}

fn any_percentage() -> impl Strategy<Value = Percentage> {
    prop_oneof![Just(0), Just(100_000), 0..=100_000_u32]
        .prop_map(|thousandths| Percentage::from_thousandths(thousandths).unwrap())
}

fn any_entity_id() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9-]{1,40}", "[^\0]{1,256}"]
}

prop_compose! {
    fn any_flag()(
        key in any_key(),
        rules in vec((option::of(0..AUDIENCE_COUNT), option::of(any_percentage()), "[abc]"), 0..=20),
        production in any::<bool>(),
        is_active in any::<bool>(),
    ) -> FlagDefinition {
        let rules = (0_u128..).zip(rules).map(|(id, (audience, percentage, value))| Rule {
            id: RuleId(Uuid::from_u128(id)),
            audience_id: audience.map(|audience| AudienceId(Uuid::from_u128(audience))),
            percentage,
            value: json!(value),
            description: String::new(),
        });
        FlagDefinition {
            key,
            flag_type: FlagType::String,
            default_value: json!("a"),
            rules: rules.collect(),
            environments: BTreeMap::from([("production".into(), production), ("staging".into(), true)]),
            is_active,
        }
    }
}

/// What is known of each audience.
fn any_memberships() -> impl Strategy<Value = Vec<Membership>> {
    let one = select(vec![Membership::In, Membership::Out, Membership::Unavailable]);
    vec(one, AUDIENCE_COUNT as usize)
}

fn known(memberships: &[Membership]) -> impl Fn(AudienceId) -> Membership {
    |id| memberships[id.0.as_u128() as usize]
}

fn evaluated(
    flag: &FlagDefinition,
    environment: &str,
    entity_id: Option<&str>,
    memberships: &[Membership],
) -> Evaluation {
    evaluate(&CompiledFlag::compile(flag).unwrap(), environment, entity_id, known(memberships))
}

/// The definition said again in the plainest way, to compare with.
fn by_definition(
    flag: &FlagDefinition,
    environment: &str,
    entity_id: Option<&str>,
    memberships: &[Membership],
) -> Outcome {
    if !flag.is_active {
        return Outcome::Killed;
    }
    if flag.environments.get(environment) != Some(&true) {
        return Outcome::EnvironmentOff;
    }
    for (index, rule) in flag.rules.iter().enumerate() {
        let included = rule.percentage.is_none_or(|percentage| {
            entity_id.is_some_and(|entity_id| bucket(&flag.key, entity_id) < percentage.thousandths())
        });
        let membership = match rule.audience_id {
            None => Membership::In,
            Some(_) if entity_id.is_none() => Membership::Out,
            Some(id) => known(memberships)(id),
        };
        match membership {
            Membership::In if included => return Outcome::Rule(index as u32),
            Membership::Unavailable if included => return Outcome::AudienceUnavailable,
            _ => {}
        }
    }
    Outcome::Fallthrough
}

/// Keys and ids of every length that may be, because each length is laid out in its own way.
#[test]
fn buckets_are_those_of_the_published_formula_at_every_length() {
    for key_length in 1..=100 {
        let key = FlagKey::parse(&"kK3-_.xyz".repeat(12)[..key_length]).unwrap();
        for id_length in 0..=300 {
            let longest = "0123456789abcdefü".repeat(20);
            let Some(entity_id) = longest.get(..id_length) else { continue };
            let mut hasher = XxHash64::with_seed(0);
            hasher.write(format!("{key}:{entity_id}").as_bytes());
            assert_eq!(u64::from(bucket(&key, entity_id)), hasher.finish() % 100_000, "{key}:{entity_id}");
        }
    }
}

proptest! {
    #[test]
    fn buckets_are_those_of_the_published_formula_for_any_text(key in any_key(), entity_id in any_entity_id()) {
        let mut hasher = XxHash64::with_seed(0);
        hasher.write(format!("{key}:{entity_id}").as_bytes());
        prop_assert_eq!(u64::from(bucket(&key, &entity_id)), hasher.finish() % 100_000);
    }

    #[test]
    fn every_path_agrees_with_the_definition(
        flag in any_flag(),
        environment in select(ENVIRONMENTS.to_vec()),
        entity_id in option::of(any_entity_id()),
        memberships in any_memberships(),
    ) {
        let compiled = CompiledFlag::compile(&flag).unwrap();
        let entity_id = entity_id.as_deref();
        let expected = by_definition(&flag, environment, entity_id, &memberships);
        let decision = compiled.decide(environment, entity_id, known(&memberships));
        prop_assert_eq!(decision.outcome(), expected);
        let by_position = |position: usize| known(&memberships)(compiled.audiences()[position]);
        prop_assert_eq!(compiled.decide_by_position(environment, entity_id, by_position).outcome(), expected);
        if let (Some(entity_id), false) =
            (entity_id, matches!(expected, Outcome::Killed | Outcome::EnvironmentOff))
        {
            prop_assert_eq!(compiled.decide_by_rules(compiled.bucket(entity_id), by_position), expected);
        }
    }

    #[test]
    fn the_trace_agrees_with_the_result(
        flag in any_flag(),
        environment in select(ENVIRONMENTS.to_vec()),
        entity_id in option::of(any_entity_id()),
        memberships in any_memberships(),
    ) {
        let compiled = CompiledFlag::compile(&flag).unwrap();
        let (evaluation, trace) = explain(&compiled, environment, entity_id.as_deref(), known(&memberships));
        prop_assert_eq!(&evaluation, &evaluated(&flag, environment, entity_id.as_deref(), &memberships));
        prop_assert_eq!(trace.is_active, flag.is_active);
        prop_assert_eq!(trace.environment_on, flag.environments.get(environment) == Some(&true));
        prop_assert_eq!(trace.bucket, entity_id.map(|entity_id| bucket(&flag.key, &entity_id)));

        let outcomes: Vec<RuleOutcome> = trace.rules.iter().map(|rule| rule.outcome).collect();
        let reached = outcomes.iter().position(|outcome| *outcome == RuleOutcome::NotReached);
        let (passed, rest) = outcomes.split_at(reached.unwrap_or(outcomes.len()));
        prop_assert!(rest.iter().all(|outcome| *outcome == RuleOutcome::NotReached));
        let matched = passed.iter().position(|outcome| *outcome == RuleOutcome::Matched);
        prop_assert!(matched.is_none_or(|matched| matched + 1 == passed.len()));
        match evaluation.reason {
            Reason::RuleMatch { rule_index, rule_id, .. } => {
                prop_assert_eq!(matched, Some(rule_index as usize));
                prop_assert_eq!(trace.rules[rule_index as usize].rule_id, rule_id);
            }
            Reason::Fallthrough { .. } => prop_assert!(matched.is_none() && rest.is_empty()),
            Reason::Off { .. } => prop_assert!(passed.is_empty()),
            Reason::Error { .. } => prop_assert!(matched.is_none() && !rest.is_empty()),
        }
        for (rule, trace) in flag.rules.iter().zip(&trace.rules) {
            prop_assert_eq!(trace.threshold, rule.percentage.map(Percentage::thousandths));
            prop_assert!(rule.audience_id.is_some() || trace.audience_matched.is_none());
        }
    }

    #[test]
    fn off_beats_everything(
        mut flag in any_flag(),
        environment in select(ENVIRONMENTS.to_vec()),
        entity_id in option::of(any_entity_id()),
        memberships in any_memberships(),
        killed in any::<bool>(),
    ) {
        if killed {
            flag.is_active = false;
        } else {
            flag.environments.insert(environment.to_owned(), false);
        }
        let evaluation = evaluated(&flag, environment, entity_id.as_deref(), &memberships);
        prop_assert_eq!(evaluation.value, flag.default_value);
        prop_assert_eq!(evaluation.variation_index, Some(0));
        let is_off = matches!(evaluation.reason, Reason::Off { .. });
        prop_assert!(is_off);
    }

    #[test]
    fn entities_keep_their_side_when_a_flag_is_edited_around_its_rule(
        flag in any_flag(),
        entity_id in any_entity_id(),
        percentage in any_percentage(),
        description in "[a-z ]{0,20}",
    ) {
        let rollout = Rule {
            id: RuleId(Uuid::from_u128(999)),
            audience_id: None,
            percentage: Some(percentage),
            value: json!("rollout"),
            description,
        };
        let serves = |flag: &FlagDefinition| {
            evaluated(flag, "staging", Some(&entity_id), &[Membership::Out; 4]).value == json!("rollout")
        };
        // Rules for audiences without this entity, in any number and order, move nobody.
        let mut alone = FlagDefinition { rules: vec![rollout.clone()], is_active: true, ..flag.clone() };
        let mut among = FlagDefinition { is_active: true, ..flag };
        among.rules.retain(|rule| rule.audience_id.is_some());
        among.rules.truncate(19);
        among.rules.push(rollout);
        prop_assert_eq!(serves(&among), serves(&alone));
        among.rules.reverse();
        prop_assert_eq!(serves(&among), serves(&alone));
        alone.rules[0].id = RuleId(Uuid::from_u128(998));
        alone.rules[0].value = json!("rollout");
        prop_assert_eq!(serves(&among), serves(&alone));
    }

    #[test]
    fn raising_a_percentage_never_removes_anyone(
        key in any_key(),
        entity_ids in vec(any_entity_id(), 1..50),
        one in any_percentage(),
        other in any_percentage(),
    ) {
        let included = |percentage: Percentage, entity_id: &str| {
            let flag = percentage_flag(key.clone(), percentage);
            evaluated(&flag, "staging", Some(entity_id), &[]).value == json!(true)
        };
        for entity_id in &entity_ids {
            prop_assert!(included(one.max(other), entity_id) || !included(one.min(other), entity_id));
            prop_assert!(included(Percentage::HUNDRED, entity_id));
            prop_assert!(!included(Percentage::ZERO, entity_id));
        }
    }

    /// Among 10,000 entities the share of both flags together is the product of their shares, within
    /// six standard deviations.
    #[test]
    fn two_flags_are_independent(
        (one, other) in (any_key(), any_key()).prop_filter("two flags", |(one, other)| one != other),
        (of_one, of_other) in (10_000..90_000_u32, 10_000..90_000_u32),
        prefix in "[a-z-]{0,8}",
    ) {
        const ENTITIES: u32 = 10_000;
        let both = (0..ENTITIES)
            .map(|number| format!("{prefix}{number}"))
            .filter(|id| bucket(&one, id) < of_one && bucket(&other, id) < of_other)
            .count();
        let expected = f64::from(of_one) / 1e5 * (f64::from(of_other) / 1e5);
        let deviation = (expected * (1.0 - expected) / f64::from(ENTITIES)).sqrt();
        let found = both as f64 / f64::from(ENTITIES);
        prop_assert!((found - expected).abs() < 6.0 * deviation, "{found} instead of {expected}");
    }
}

fn percentage_flag(key: FlagKey, percentage: Percentage) -> FlagDefinition {
    FlagDefinition {
        key,
        flag_type: FlagType::Boolean,
        default_value: json!(false),
        rules: vec![Rule {
            id: RuleId(Uuid::nil()),
            audience_id: None,
            percentage: Some(percentage),
            value: json!(true),
            description: String::new(),
        }],
        environments: BTreeMap::from([("staging".into(), true)]),
        is_active: true,
    }
}

//! The single changes that would give a customer another value. Each is found by making it and asking
//! the engine again; none is concluded from the rules.

use halyard_engine::{AudienceId, CompiledFlag, Evaluation, Membership, Percentage, Reason, json_equal};
use halyard_store::{
    condition::{AttributeCondition, ConditionLeaf, Operator},
    memberships::ConditionTrace,
};
use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;

use super::Situation;

/// Tests of the same attribute that are tried both ways, at most: beyond, nothing is said.
const MAX_UNDECIDED: usize = 4;
/// Changes that are named, at most.
const MAX_FLIPS: usize = 20;

/// One change of the flag or of the customer.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Change {
    /// The flag is unarchived.
    Unarchive,
    /// The flag is restored.
    Restore,
    /// The flag is switched on in the environment.
    SwitchOn,
    /// A rule takes so much or more.
    AtLeast {
        /// From 0.
        rule_index: u32,
        /// Thousandths of a percent, 1 to 100,000: the least that includes the bucket.
        threshold: u32,
    },
    /// A rule takes so much or less.
    AtMost {
        /// From 0.
        rule_index: u32,
        /// Thousandths of a percent, 0 to 99,999: the most that leaves the bucket out.
        threshold: u32,
    },
    /// A test turns out otherwise, wherever the flag's audiences make it.
    Test {
        /// The first rule whose audience makes it, from 0.
        rule_index: u32,
        /// Which test.
        leaf: ConditionLeaf,
        /// How it turns out then.
        holds: bool,
    },
    /// The customer comes into an audience, or leaves it, which takes more than one test.
    Audience {
        /// The first rule that asks for it, from 0.
        rule_index: u32,
        /// Which audience.
        audience_id: AudienceId,
        /// Whether they are in it then.
        member: bool,
    },
}

/// A change, and what the customer would get.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Flip {
    /// The change.
    pub change: Change,
    /// The other value.
    pub value: Value,
    /// Why they would get it.
    pub reason: Reason,
}

/// An audience with how its tests fared for the customer.
pub(crate) type Traced<'a> = (AudienceId, &'a ConditionTrace);

/// The single changes that give another value, simplest first: switches, then rule by rule its
/// percentage and tests, then whole audiences.
///
/// `audiences` are those of the flag that could be computed; without any, as for an entity that is not
/// in the table, no test is named.
pub(crate) fn flips(situation: &Situation, audiences: &[Traced<'_>]) -> Vec<Flip> {
    let Ok(compiled) = situation.compile() else { return Vec::new() };
    let (now, _) = situation.explain_as(&compiled, |id| situation.membership(id));
    let changed =
        |evaluation: &Evaluation| !json_equal(&evaluation.value, &now.value) && is_value(evaluation);
    let flip = |change, Evaluation { value, reason, .. }| Flip { change, value, reason };

    let of_flag = switches(situation).into_iter().chain(percentages(situation, &compiled));
    let mut flips: Vec<Flip> = of_flag
        .filter_map(|change| {
            let (evaluation, _) = with(situation, &change)?.explain().ok()?;
            (changed(&evaluation) || was_not_found(&now, &evaluation)).then(|| flip(change, evaluation))
        })
        .collect();
    let tests = tests(situation, audiences).into_iter().filter_map(|change| {
        let evaluation = decided(situation, &compiled, audiences, &change)?;
        changed(&evaluation).then(|| flip(change, evaluation))
    });
    flips.extend(tests.collect::<Vec<_>>());
    for change in whole_audiences(situation, &compiled) {
        let Some(changed_situation) = with(situation, &change) else { continue };
        let (evaluation, _) = situation.explain_as(&compiled, |id| changed_situation.membership(id));
        let simpler =
            |flip: &Flip| matches!(flip.change, Change::Test { .. }) && flip.reason == evaluation.reason;
        if changed(&evaluation) && !flips.iter().any(simpler) {
            flips.push(flip(change, evaluation));
        }
    }
    flips.sort_by_key(|flip| rank(&flip.change));
    flips.truncate(MAX_FLIPS);
    flips
}

/// The situation after a change; `None` for tests, which say nothing of a situation but of a condition.
pub(crate) fn with(situation: &Situation, change: &Change) -> Option<Situation> {
    let mut changed = situation.clone();
    match change {
        Change::Unarchive => changed.archived = false,
        Change::Restore => changed.definition.is_active = true,
        Change::SwitchOn => {
            changed.definition.environments.insert(situation.environment.clone(), true);
        }
        Change::AtLeast { rule_index, threshold } | Change::AtMost { rule_index, threshold } => {
            let rule = changed.definition.rules.get_mut(*rule_index as usize)?;
            rule.percentage = Some(Percentage::from_thousandths(*threshold)?);
        }
        Change::Audience { audience_id, member, .. } => {
            changed.memberships.insert(*audience_id, Membership::from(*member));
        }
        Change::Test { .. } => return None,
    }
    Some(changed)
}

fn switches(situation: &Situation) -> Vec<Change> {
    let on = situation.definition.environments.get(&situation.environment) == Some(&true);
    let each = [
        (situation.archived, Change::Unarchive),
        (!situation.definition.is_active, Change::Restore),
        (!on, Change::SwitchOn),
    ];
    each.into_iter().filter_map(|(is_so, change)| is_so.then_some(change)).collect()
}

/// Each rule's percentage to the other side of the bucket.
fn percentages(situation: &Situation, compiled: &CompiledFlag) -> Vec<Change> {
    let bucket = compiled.bucket(&situation.entity_id);
    (0_u32..)
        .zip(compiled.rules())
        .map(|(rule_index, rule)| {
            if rule.includes(bucket) {
                Change::AtMost { rule_index, threshold: bucket }
            } else {
                Change::AtLeast { rule_index, threshold: bucket + 1 }
            }
        })
        .collect()
}

/// Every test that the flag's audiences make, once.
fn tests(situation: &Situation, audiences: &[Traced<'_>]) -> Vec<Change> {
    let mut tests: Vec<Change> = Vec::new();
    for (rule_index, rule) in (0_u32..).zip(&situation.definition.rules) {
        let Some((_, trace)) = audiences.iter().find(|(id, _)| Some(*id) == rule.audience_id) else {
            continue;
        };
        for (leaf, holds) in leaves(trace) {
            let known =
                tests.iter().any(|test| matches!(test, Change::Test { leaf: known, .. } if known == leaf));
            if !known {
                tests.push(Change::Test { rule_index, leaf: leaf.clone(), holds: !holds });
            }
        }
    }
    tests
}

/// What comes of a test that turns out otherwise. Whatever would have to change for that may turn other
/// tests of the same attribute as well: they are tried both ways, and only what comes in each case is
/// said.
fn decided(
    situation: &Situation,
    compiled: &CompiledFlag,
    audiences: &[Traced<'_>],
    change: &Change,
) -> Option<Evaluation> {
    let Change::Test { leaf, holds, .. } = change else { return None };
    let mut known: Vec<(&ConditionLeaf, bool)> = vec![(leaf, *holds)];
    let mut undecided: Vec<&ConditionLeaf> = Vec::new();
    for (other, _) in audiences.iter().flat_map(|(_, trace)| leaves(trace)) {
        if other == leaf || undecided.contains(&other) || !same_subject(leaf, other) {
            continue;
        }
        match follows(leaf, *holds, other) {
            Some(follows) => known.push((other, follows)),
            None => undecided.push(other),
        }
    }
    if undecided.len() > MAX_UNDECIDED {
        return None;
    }
    let mut found: Option<Evaluation> = None;
    for case in 0_u32..1 << undecided.len() {
        let turned = |asked: &ConditionLeaf, now: bool| {
            let in_case = undecided.iter().position(|other| *other == asked).map(|bit| case >> bit & 1 == 1);
            in_case
                .or_else(|| known.iter().find(|(other, _)| *other == asked).map(|(_, holds)| *holds))
                .unwrap_or(now)
        };
        let (evaluation, _) = situation.explain_as(compiled, |id| {
            let traced = audiences.iter().find(|(audience, _)| *audience == id);
            traced.map_or(situation.membership(id), |(_, trace)| holds_if(trace, &turned).into())
        });
        if found.as_ref().is_some_and(|found| !json_equal(&found.value, &evaluation.value)) {
            return None;
        }
        found.get_or_insert(evaluation);
    }
    found
}

fn whole_audiences(situation: &Situation, compiled: &CompiledFlag) -> Vec<Change> {
    let changes = compiled.audiences().iter().filter_map(|audience_id| {
        let first =
            situation.definition.rules.iter().position(|rule| rule.audience_id == Some(*audience_id))?;
        let member = match situation.membership(*audience_id) {
            Membership::In => false,
            Membership::Out => true,
            Membership::Unavailable => return None,
        };
        Some(Change::Audience { rule_index: u32::try_from(first).ok()?, audience_id: *audience_id, member })
    });
    changes.collect()
}

/// Simplest first.
fn rank(change: &Change) -> (u8, u32) {
    match change {
        Change::Unarchive | Change::Restore | Change::SwitchOn => (0, 0),
        Change::AtLeast { rule_index, .. }
        | Change::AtMost { rule_index, .. }
        | Change::Test { rule_index, .. } => (1, *rule_index),
        Change::Audience { rule_index, .. } => (2, *rule_index),
    }
}

/// Whether it is a value at all, and not the app's own fallback or the default for want of knowledge.
fn is_value(evaluation: &Evaluation) -> bool {
    !matches!(evaluation.reason, Reason::Error { .. })
}

/// From no value at all every value is another.
fn was_not_found(now: &Evaluation, then: &Evaluation) -> bool {
    *now == Evaluation::flag_not_found() && is_value(then)
}

/// The tests with how they turned out, in reading order.
pub(crate) fn leaves(trace: &ConditionTrace) -> Vec<(&ConditionLeaf, bool)> {
    match trace {
        ConditionTrace::All { all: parts, .. } | ConditionTrace::Any { any: parts, .. } => {
            parts.iter().flat_map(leaves).collect()
        }
        ConditionTrace::Not { not, .. } => leaves(not),
        ConditionTrace::Leaf { leaf, holds, .. } => vec![(leaf, *holds)],
    }
}

/// Whether a condition would hold if its tests turned out as `turned` says.
pub(crate) fn holds_if(trace: &ConditionTrace, turned: &impl Fn(&ConditionLeaf, bool) -> bool) -> bool {
    match trace {
        ConditionTrace::All { all, .. } => all.iter().all(|part| holds_if(part, turned)),
        ConditionTrace::Any { any, .. } => any.iter().any(|part| holds_if(part, turned)),
        ConditionTrace::Not { not, .. } => !holds_if(not, turned),
        ConditionTrace::Leaf { leaf, holds, .. } => turned(leaf, *holds),
    }
}

/// Whether what turns one test may turn the other.
fn same_subject(one: &ConditionLeaf, other: &ConditionLeaf) -> bool {
    match (one, other) {
        (ConditionLeaf::Attribute(one), ConditionLeaf::Attribute(other)) => one.attribute == other.attribute,
        (ConditionLeaf::Event(_), ConditionLeaf::Event(_)) => true,
        _ => false,
    }
}

/// How a test turns out once another one does, where that follows: an attribute that equals one text
/// equals no other.
fn follows(leaf: &ConditionLeaf, holds: bool, other: &ConditionLeaf) -> Option<bool> {
    let (ConditionLeaf::Attribute(leaf), ConditionLeaf::Attribute(other)) = (leaf, other) else {
        return None;
    };
    let folds = |condition: &AttributeCondition| condition.ignore_case == Some(true);
    if !holds || leaf.operator != Operator::Equals || leaf.path != other.path || folds(leaf) || folds(other) {
        return None;
    }
    let text = leaf.value.as_ref()?.as_str()?;
    let same = |value: &Value| value.as_str().map(|value| value == text);
    let among = |value: &Value| Some(value.as_array()?.iter().any(|value| value.as_str() == Some(text)));
    match other.operator {
        Operator::Equals => same(other.value.as_ref()?),
        Operator::NotEquals => same(other.value.as_ref()?).map(|same| !same),
        Operator::In => among(other.value.as_ref()?),
        Operator::NotIn => among(other.value.as_ref()?).map(|among| !among),
        Operator::IsSet => Some(true),
        Operator::IsNotSet => Some(false),
        _ => None,
    }
}

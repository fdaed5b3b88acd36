//! What was found on the way to a decision: all that *Why* shows about the flag.

use serde::{Deserialize, Serialize};

use crate::{CompiledFlag, Membership, Percentage, RuleId, evaluate::Observer};

/// How an evaluation went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// False: killed.
    pub is_active: bool,
    /// Whether the flag is switched on in the environment.
    pub environment_on: bool,
    /// 0 to 99,999; null without an entity id.
    pub bucket: Option<u32>,
    /// Every rule, in order.
    pub rules: Vec<RuleTrace>,
}

/// How one rule fared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RuleTrace {
    /// The rule's id.
    pub rule_id: RuleId,
    /// null: the rule has no audience, was not reached, or the audience could not be asked.
    pub audience_matched: Option<bool>,
    /// In thousandths of a percent, 0 to 100,000: buckets below it are included. null: the rule has no
    /// percentage.
    pub threshold: Option<u32>,
    /// What came of it.
    pub outcome: RuleOutcome,
}

/// What came of one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RuleOutcome {
    /// It decided.
    Matched,
    /// The entity is not in its audience.
    AudienceNo,
    /// The entity's bucket is not within its percentage.
    PercentageNo,
    /// It was never decided: the flag is off, an earlier rule matched, or its audience (or an earlier
    /// rule's) could not be asked.
    NotReached,
}

/// Writes the trace while the flag is decided.
pub(crate) struct Recorder<'flag> {
    flag: &'flag CompiledFlag,
    trace: Trace,
    reached: usize,
}

impl<'flag> Recorder<'flag> {
    pub(crate) fn new(flag: &'flag CompiledFlag, environment: &str, entity_id: Option<&str>) -> Self {
        let rules = flag.rules().iter().map(|rule| RuleTrace {
            rule_id: rule.id(),
            audience_matched: None,
            threshold: rule.percentage().map(Percentage::thousandths),
            outcome: RuleOutcome::NotReached,
        });
        let trace = Trace {
            is_active: flag.is_active(),
            environment_on: flag.is_on_in(environment),
            bucket: entity_id.map(|entity_id| flag.bucket(entity_id)),
            rules: rules.collect(),
        };
        Self { flag, trace, reached: 0 }
    }

    pub(crate) fn into_trace(self) -> Trace {
        self.trace
    }
}

impl Observer for Recorder<'_> {
    fn rule_reached(&mut self, membership: Membership, included: bool) {
        let index = self.reached;
        self.reached += 1;
        let (Some(rule), Some(trace)) = (self.flag.rules().get(index), self.trace.rules.get_mut(index))
        else {
            return;
        };
        trace.audience_matched = match membership {
            Membership::Unavailable => None,
            Membership::In | Membership::Out => rule.audience().map(|_| membership == Membership::In),
        };
        trace.outcome = match (membership, included) {
            (Membership::In, true) => RuleOutcome::Matched,
            (Membership::Out, _) => RuleOutcome::AudienceNo,
            (Membership::Unavailable, true) => RuleOutcome::NotReached,
            (Membership::In | Membership::Unavailable, false) => RuleOutcome::PercentageNo,
        };
    }
}

//! The one way in which a flag is decided. Serving, explaining and counting all end in
//! [`CompiledFlag::first_match`]; the trace is written down on the way by an [`Observer`].

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    AudienceId, CompiledFlag, ErrorKind, OffBy, Reason, Trace,
    compile::{EVERYBODY, NO_BUCKET},
    trace::Recorder,
};

/// Whether an entity is in an audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// It is.
    In,
    /// It is not; so is every entity that the customers table does not have.
    Out,
    /// The database cannot say now, and nothing is remembered.
    Unavailable,
}

impl From<bool> for Membership {
    fn from(is_member: bool) -> Self {
        if is_member { Self::In } else { Self::Out }
    }
}

/// How an evaluation came out, without the flag it speaks of: small, comparable, and what the
/// evaluation log stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The rule at this position, from 0, matched.
    Rule(u32),
    /// No rule matched.
    Fallthrough,
    /// The flag is killed.
    Killed,
    /// The flag is off in the environment.
    EnvironmentOff,
    /// A rule could not be decided without knowing its audience.
    AudienceUnavailable,
    /// Something that should not happen; never made here, but by those who serve evaluations.
    Exception,
}

impl Outcome {
    /// The number that the evaluation log stores: the rule's position, or −1 fallthrough, −2 killed,
    /// −3 environment off, −4 audience unavailable, −5 exception.
    #[must_use]
    pub fn code(self) -> i16 {
        match self {
            Self::Rule(index) => i16::try_from(index).unwrap_or(i16::MAX),
            Self::Fallthrough => -1,
            Self::Killed => -2,
            Self::EnvironmentOff => -3,
            Self::AudienceUnavailable => -4,
            Self::Exception => -5,
        }
    }

    /// The outcome that a stored number stands for; `None` for numbers that stand for nothing.
    #[must_use]
    pub fn from_code(code: i16) -> Option<Self> {
        Some(match code {
            -1 => Self::Fallthrough,
            -2 => Self::Killed,
            -3 => Self::EnvironmentOff,
            -4 => Self::AudienceUnavailable,
            -5 => Self::Exception,
            index => Self::Rule(u32::try_from(index).ok()?),
        })
    }
}

/// A flag's answer for one entity; borrows from the flag and costs no allocation.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'flag> {
    flag: &'flag CompiledFlag,
    outcome: Outcome,
}

impl<'flag> Decision<'flag> {
    /// How it came out.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// What is served.
    #[must_use]
    pub fn value(&self) -> &'flag Value {
        match self.rule() {
            Some((_, rule)) => &rule.value,
            None => &self.flag.default_value,
        }
    }

    /// Which of the flag's variations is served; `None` for an error.
    #[must_use]
    pub fn variation_index(&self) -> Option<u32> {
        match self.outcome {
            Outcome::AudienceUnavailable | Outcome::Exception => None,
            _ => Some(self.rule().map_or(0, |(_, rule)| rule.variation_index)),
        }
    }

    /// Why it is served.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self.outcome {
            Outcome::Rule(_) => match self.rule() {
                Some((rule_index, rule)) => Reason::RuleMatch { rule_index, rule_id: rule.id, stale: false },
                None => Reason::Error { error_kind: ErrorKind::Exception },
            },
            Outcome::Fallthrough => Reason::Fallthrough { stale: false },
            Outcome::Killed => Reason::Off { off_by: OffBy::KillSwitch },
            Outcome::EnvironmentOff => Reason::Off { off_by: OffBy::Environment },
            Outcome::AudienceUnavailable => Reason::Error { error_kind: ErrorKind::AudienceUnavailable },
            Outcome::Exception => Reason::Error { error_kind: ErrorKind::Exception },
        }
    }

    /// The same as data of its own.
    #[must_use]
    pub fn to_evaluation(&self) -> Evaluation {
        Evaluation {
            value: self.value().clone(),
            variation_index: self.variation_index(),
            reason: self.reason(),
        }
    }

    fn rule(&self) -> Option<(u32, &'flag crate::CompiledRule)> {
        match self.outcome {
            Outcome::Rule(index) => self.flag.rules.get(index as usize).map(|rule| (index, rule)),
            _ => None,
        }
    }
}

/// A flag's answer for one entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Evaluation {
    /// What is served.
    pub value: Value,
    /// Which of the flag's variations it is; `None` for an error.
    pub variation_index: Option<u32>,
    /// Why it is served.
    pub reason: Reason,
}

impl Evaluation {
    /// The answer about a flag that is unknown or archived: there is no value.
    #[must_use]
    pub fn flag_not_found() -> Self {
        Self {
            value: Value::Null,
            variation_index: None,
            reason: Reason::Error { error_kind: ErrorKind::FlagNotFound },
        }
    }
}

/// Decides a flag for an entity in an environment.
///
/// `audiences` says whether the entity is in an audience; it is asked about audiences of this flag
/// only, and never without an entity id.
pub fn evaluate(
    flag: &CompiledFlag,
    environment: &str,
    entity_id: Option<&str>,
    audiences: impl Fn(AudienceId) -> Membership,
) -> Evaluation {
    flag.decide(environment, entity_id, audiences).to_evaluation()
}

/// The same as [`evaluate`], with what was found on the way.
pub fn explain(
    flag: &CompiledFlag,
    environment: &str,
    entity_id: Option<&str>,
    audiences: impl Fn(AudienceId) -> Membership,
) -> (Evaluation, Trace) {
    let mut recorder = Recorder::new(flag, environment, entity_id);
    let decision =
        flag.decide_observed(environment, entity_id, |slot| audiences(flag.audiences()[slot]), &mut recorder);
    (decision.to_evaluation(), recorder.into_trace())
}

impl CompiledFlag {
    /// Decides for an entity in an environment, as [`evaluate`], without allocating.
    pub fn decide(
        &self,
        environment: &str,
        entity_id: Option<&str>,
        audiences: impl Fn(AudienceId) -> Membership,
    ) -> Decision<'_> {
        self.decide_by_position(environment, entity_id, |position| audiences(self.audiences()[position]))
    }

    /// The same for callers that have prepared what they know: `audiences` is given the position of
    /// the audience in [`Self::audiences`].
    pub fn decide_by_position(
        &self,
        environment: &str,
        entity_id: Option<&str>,
        audiences: impl Fn(usize) -> Membership,
    ) -> Decision<'_> {
        self.decide_observed(environment, entity_id, audiences, &mut ())
    }

    /// What the rules alone come to, as if the flag were on: for counting whom a flag reaches.
    /// `bucket` is [`Self::bucket`] of the entity, which callers compute once.
    pub fn decide_by_rules(&self, bucket: u32, audiences: impl Fn(usize) -> Membership) -> Outcome {
        self.first_match(bucket, audiences, &mut ())
    }

    /// The answer that an outcome of this flag stands for, such as one kept from before.
    #[must_use]
    pub fn decision(&self, outcome: Outcome) -> Decision<'_> {
        Decision { flag: self, outcome }
    }

    fn decide_observed(
        &self,
        environment: &str,
        entity_id: Option<&str>,
        audiences: impl Fn(usize) -> Membership,
        observer: &mut impl Observer,
    ) -> Decision<'_> {
        let outcome = if !self.is_active {
            Outcome::Killed
        } else if !self.is_on_in(environment) {
            Outcome::EnvironmentOff
        } else {
            match entity_id {
                Some(entity_id) => {
                    let bucket = if self.needs_bucket { self.bucket(entity_id) } else { 0 };
                    self.first_match(bucket, audiences, observer)
                }
                None => self.first_match(NO_BUCKET, |_| Membership::Out, observer),
            }
        };
        Decision { flag: self, outcome }
    }

    /// The first rule that holds the entity. A rule whose percentage leaves the entity out does not
    /// need its audience, so an unavailable one does no harm there.
    fn first_match(
        &self,
        bucket: u32,
        audiences: impl Fn(usize) -> Membership,
        observer: &mut impl Observer,
    ) -> Outcome {
        for (index, gate) in (0_u32..).zip(&self.gates) {
            let included = bucket < gate.threshold;
            let membership =
                if gate.audience == EVERYBODY { Membership::In } else { audiences(gate.audience as usize) };
            observer.rule_reached(membership, included);
            match (membership, included) {
                (Membership::In, true) => return Outcome::Rule(index),
                (Membership::Unavailable, true) => return Outcome::AudienceUnavailable,
                (Membership::Out, _) | (_, false) => {}
            }
        }
        Outcome::Fallthrough
    }
}

/// Sees each rule that is reached, in order.
pub(crate) trait Observer {
    /// `membership` is `In` for a rule without audience; `included` is true for one without
    /// percentage.
    fn rule_reached(&mut self, membership: Membership, included: bool);
}

/// Nobody looks: costs nothing.
impl Observer for () {
    fn rule_reached(&mut self, _: Membership, _: bool) {}
}

//! What an evaluator answers: outcomes beside the flags they speak of. Values are lent by the
//! flags, never copied.

use std::sync::Arc;

use halyard_engine::{Decision, Evaluation, Outcome, Reason};
use serde_json::Value;

use crate::LiveFlag;

/// A flag's answer.
#[derive(Debug, Clone)]
pub struct Answer {
    flag: Arc<LiveFlag>,
    outcome: Outcome,
    stale: bool,
}

impl Answer {
    /// The flag that was evaluated.
    #[must_use]
    pub fn flag(&self) -> &LiveFlag {
        &self.flag
    }

    /// What is served.
    #[must_use]
    pub fn value(&self) -> &Value {
        self.decision().value()
    }

    /// Which of the flag's variations it is; `None` for an error.
    #[must_use]
    pub fn variation_index(&self) -> Option<u32> {
        self.decision().variation_index()
    }

    /// Why it is served; marked stale where it is.
    #[must_use]
    pub fn reason(&self) -> Reason {
        let reason = self.decision().reason();
        if self.stale { reason.marked_stale() } else { reason }
    }

    /// How the evaluation came out.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The same as data of its own.
    #[must_use]
    pub fn to_evaluation(&self) -> Evaluation {
        Evaluation { reason: self.reason(), ..self.decision().to_evaluation() }
    }

    fn decision(&self) -> Decision<'_> {
        self.flag.compiled.decision(self.outcome)
    }
}

/// How flags came out, beside the flags.
#[derive(Debug, Clone)]
pub(crate) struct Outcomes {
    /// One for each flag, as [`Outcome::code`].
    pub(crate) codes: Box<[i16]>,
    pub(crate) staleness: Staleness,
}

/// Which answers rest on what was known before, because the database does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Staleness {
    /// None: they are as of now.
    Fresh,
    /// All: the configuration is from the disk and the database has not confirmed it yet.
    All,
    /// These, by position in ascending order: they were decided on the last known membership.
    Some(Vec<u32>),
}

impl Staleness {
    pub(crate) fn at(&self, position: usize) -> bool {
        match self {
            Self::Fresh => false,
            Self::All => true,
            Self::Some(positions) => {
                u32::try_from(position).is_ok_and(|position| positions.binary_search(&position).is_ok())
            }
        }
    }
}

/// The answers of all flags that a caller may see, by key.
#[derive(Debug, Clone)]
pub struct Answers {
    pub(crate) flags: Arc<[Arc<LiveFlag>]>,
    pub(crate) outcomes: Outcomes,
}

impl Answers {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.flags.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty()
    }

    /// Each answer, by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Answer> {
        let codes = self.outcomes.codes.iter();
        self.flags
            .iter()
            .zip(codes)
            .enumerate()
            .map(|(position, (flag, code))| answer(flag, *code, self.outcomes.staleness.at(position)))
    }

    /// LaunchDarkly's flag map as JSON text: `{"<key>": {"value", "variation", "version",
    /// "flagVersion", "trackEvents", "reason"}}`, in the order of the keys; the reason only if asked
    /// for. Joined from parts that each flag renders once.
    #[must_use]
    pub fn flag_map(&self, with_reasons: bool) -> Vec<u8> {
        crate::rendered::flag_map(&self.flags, &self.outcomes, with_reasons)
    }
}

/// One flag's answer from the code of its outcome.
pub(crate) fn answer(flag: &Arc<LiveFlag>, code: i16, stale: bool) -> Answer {
    let outcome = Outcome::from_code(code).unwrap_or(Outcome::Exception);
    Answer { flag: Arc::clone(flag), outcome, stale }
}

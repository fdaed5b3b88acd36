//! Why an evaluation came out as it did, in the shape that LaunchDarkly's clients read, with additions
//! that they ignore.

use serde::{Deserialize, Serialize};

use crate::RuleId;

/// Why a value was served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum Reason {
    /// The flag is killed, or off in the environment.
    Off {
        /// Which of the two; killed comes first.
        off_by: OffBy,
    },
    /// A rule matched.
    RuleMatch {
        /// Position among the flag's rules, from 0.
        rule_index: u32,
        /// The rule's id.
        rule_id: RuleId,
        /// True: decided on the last known membership, during an outage.
        #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional))]
        #[serde(default, skip_serializing_if = "is_false")]
        stale: bool,
    },
    /// No rule matched.
    Fallthrough {
        /// True: decided on the last known membership, during an outage.
        #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional))]
        #[serde(default, skip_serializing_if = "is_false")]
        stale: bool,
    },
    /// No proper answer.
    Error {
        /// What went wrong.
        error_kind: ErrorKind,
    },
}

impl Reason {
    /// The same reason, marked as decided on the last known membership. Reasons that do not depend on
    /// membership stay as they are.
    #[must_use]
    pub const fn marked_stale(self) -> Self {
        match self {
            Self::RuleMatch { rule_index, rule_id, .. } => {
                Self::RuleMatch { rule_index, rule_id, stale: true }
            }
            Self::Fallthrough { .. } => Self::Fallthrough { stale: true },
            Self::Off { .. } | Self::Error { .. } => self,
        }
    }
}

/// What keeps a flag off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OffBy {
    /// The flag is killed, in every environment.
    KillSwitch,
    /// The flag is off in this environment.
    Environment,
}

/// What stands in the way of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorKind {
    /// There is no such flag, or it is archived.
    FlagNotFound,
    /// Whether the entity is in an audience cannot be known now.
    AudienceUnavailable,
    /// Something that should not happen.
    Exception,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

//! Tests of the customer's events: how often something was done, ever or in the last days.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A test of the customer's events. Events without a time, and those in the future, do not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EventCondition {
    /// The event's name; `*` is any event.
    pub event: String,
    /// Whether it must have been performed.
    pub operator: EventOperator,
    /// How often at least, 1 to 1,000,000; 1 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub times: Option<u32>,
    /// In the past so many times 24 hours, 1 to 36,500; ever when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub within_days: Option<u32>,
}

impl EventCondition {
    /// The name that stands for any event.
    pub const ANY: &'static str = "*";

    /// How often the event is asked for.
    #[must_use]
    pub fn at_least(&self) -> u32 {
        self.times.unwrap_or(1)
    }
}

/// What is asked of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EventOperator {
    /// At least so many times.
    Performed,
    /// Less often than that, never included.
    NotPerformed,
}

impl EventOperator {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "performed" => Some(Self::Performed),
            "not_performed" => Some(Self::NotPerformed),
            _ => None,
        }
    }
}

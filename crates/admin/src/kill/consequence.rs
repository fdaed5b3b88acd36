//! What killing or restoring a flag does to the customers, counted in the background.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;

use crate::{App, CommandError, ErrorCode};

/// How many customers get a value.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ValueCount {
    /// The value.
    pub value: Value,
    /// How many get it.
    #[ts(type = "number")]
    pub customers: u64,
}

/// How many of those whose value changes have a value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AttributeCount {
    /// The attribute's value; null: none.
    pub value: Option<String>,
    /// How many.
    #[ts(type = "number")]
    pub customers: u64,
}

/// Those whose value changes, by an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConsequenceBreakdown {
    /// The attribute's name.
    pub attribute: String,
    /// Most customers first.
    pub values: Vec<AttributeCount>,
}

/// What a kill changes for the customers, and a restore changes back.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KillConsequence {
    /// All customers.
    #[ts(type = "number")]
    pub customers: u64,
    /// Whether the flag is on in the environment: elsewhere everybody gets the default value anyway.
    pub on: bool,
    /// What the customers get there while the flag is not killed; default value first.
    pub from: Vec<ValueCount>,
    /// What everybody gets while it is killed: the default value.
    pub to: Value,
    /// Customers for whom that is another value.
    #[ts(type = "number")]
    pub changed: u64,
    /// Those, by an attribute such as their plan.
    pub breakdown: Option<ConsequenceBreakdown>,
    /// By the app's clock.
    pub counted_at: DateTime<Utc>,
}

/// Counts it.
pub(crate) async fn count(
    app: &App,
    _flag: &str,
    _environment: &str,
    _attribute: Option<String>,
    _topic: Option<String>,
) -> Result<KillConsequence, CommandError> {
    app.workspace()?;
    Err(CommandError::new(ErrorCode::Cancelled, "The consequence of a kill is not counted yet."))
}

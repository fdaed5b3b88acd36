//! What a flag is: its type, its rules, and the part of it that decides evaluations.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::{AudienceId, FlagKey, Percentage, RuleId};

/// The type of a flag's values. It never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum FlagType {
    /// `true` or `false`.
    Boolean,
    /// Text.
    String,
    /// A finite 64-bit float.
    Number,
    /// Any JSON value, `null` included.
    Json,
}

impl FlagType {
    /// The type as it is written in JSON and SQL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::String => "string",
            Self::Number => "number",
            Self::Json => "json",
        }
    }

    /// The type named by `text`, as it is written in JSON and SQL.
    #[must_use]
    pub fn from_name(text: &str) -> Option<Self> {
        [Self::Boolean, Self::String, Self::Number, Self::Json]
            .into_iter()
            .find(|flag_type| flag_type.as_str() == text)
    }
}

/// A stored rule: whom it holds (audience and percentage, both optional) and what it serves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// Kept when the rule is edited or moved.
    pub id: RuleId,
    /// `None`: everybody.
    #[serde(default)]
    pub audience_id: Option<AudienceId>,
    /// 0 to 100, at most 3 decimals; `None`: everyone who passed the audience.
    #[serde(default)]
    pub percentage: Option<Percentage>,
    /// Of the flag's type. Stored rules always have one.
    pub value: Value,
    /// For people; at most 4,000 characters.
    #[serde(default)]
    pub description: String,
}

/// A rule as sent, unchecked: [`crate::Validation::rules`] makes a [`Rule`] of it.
///
/// An unknown field is refused: a misspelt `audienceId` would otherwise be a rule for everybody.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct RuleInput {
    /// Absent: a new rule.
    #[cfg_attr(feature = "typescript", ts(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Absent or null: everybody.
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience_id: Option<String>,
    /// 0 to 100, at most 3 decimals. Absent or null: everyone who passed the audience.
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percentage: Option<f64>,
    /// Absent on a boolean flag: `true`. `Some(Value::Null)` is JSON null, sent on purpose.
    #[cfg_attr(feature = "typescript", ts(optional))]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub value: Option<Value>,
    /// For people.
    #[cfg_attr(feature = "typescript", ts(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Tells `null`, which is a value, from an absent field, which is none.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl From<Rule> for RuleInput {
    fn from(rule: Rule) -> Self {
        Self {
            id: Some(rule.id.to_string()),
            audience_id: rule.audience_id.map(|id| id.to_string()),
            percentage: rule.percentage.map(Percentage::percents),
            value: Some(rule.value),
            description: Some(rule.description),
        }
    }
}

/// The part of a stored flag that decides evaluations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FlagDefinition {
    /// Unique; part of the bucket.
    pub key: FlagKey,
    /// What its values are.
    #[serde(rename = "type")]
    pub flag_type: FlagType,
    /// Served while off, and when no rule matches.
    pub default_value: Value,
    /// In order: the first that matches wins.
    pub rules: Vec<Rule>,
    /// Environment key → on. An environment that is missing is off.
    pub environments: BTreeMap<String, bool>,
    /// False: killed. Everybody gets the default value, in every environment.
    pub is_active: bool,
}

//! Flags as they cross into the app: whole, as a list shows them, new, changed, and past.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use halyard_engine::{AudienceId, FlagType, Rule, RuleInput};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use ts_rs::TS;
use uuid::Uuid;

/// A flag as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Flag {
    /// Stays the same for ever.
    pub id: Uuid,
    /// Unique among unarchived and archived flags; never changes.
    pub key: String,
    /// At most 200 characters.
    pub name: String,
    /// At most 4,000 characters.
    pub description: String,
    /// Never changes.
    #[serde(rename = "type")]
    pub flag_type: FlagType,
    /// Served while off or killed, and when no rule matches.
    pub default_value: Value,
    /// In order; the first that matches serves its value.
    pub rules: Vec<Rule>,
    /// Environment key → on; a missing one is off.
    #[ts(type = "{ [key in string]: boolean }")]
    pub environments: BTreeMap<String, bool>,
    /// False: killed.
    pub is_active: bool,
    /// Whether client-side keys may see it.
    pub client_visible: bool,
    /// Marked as meant to stay: no clean-up hints.
    pub permanent: bool,
    /// At most 20 of 50 characters.
    pub tags: Vec<String>,
    /// From 1, +1 at every change.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its newest version was made.
    pub updated_at: DateTime<Utc>,
    /// Who made the newest version.
    pub updated_by: String,
    /// Since when it is archived.
    pub archived_at: Option<DateTime<Utc>>,
    /// Since when it is killed.
    pub killed_at: Option<DateTime<Utc>>,
    /// Who killed it.
    pub killed_by: Option<String>,
}

/// A flag as the list shows it: everything but rule and default contents, which may be large.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FlagSummary {
    /// Stays the same for ever.
    pub id: Uuid,
    /// Unique; never changes.
    pub key: String,
    /// At most 200 characters.
    pub name: String,
    /// Never changes.
    #[serde(rename = "type")]
    pub flag_type: FlagType,
    /// The default value as compact JSON, cut to 80 characters.
    pub default_preview: String,
    /// How many rules it has.
    pub rule_count: i32,
    /// The audiences of its rules.
    pub audience_ids: Vec<AudienceId>,
    /// Environment key → on; a missing one is off.
    #[ts(type = "{ [key in string]: boolean }")]
    pub environments: BTreeMap<String, bool>,
    /// False: killed.
    pub is_active: bool,
    /// Whether client-side keys may see it.
    pub client_visible: bool,
    /// Marked as meant to stay.
    pub permanent: bool,
    /// At most 20 of 50 characters.
    pub tags: Vec<String>,
    /// From 1, +1 at every change.
    pub version: i32,
    /// When its newest version was made.
    pub updated_at: DateTime<Utc>,
    /// Who made the newest version.
    pub updated_by: String,
    /// Since when it is archived.
    pub archived_at: Option<DateTime<Utc>>,
    /// Since when it is killed.
    pub killed_at: Option<DateTime<Utc>>,
    /// Who killed it.
    pub killed_by: Option<String>,
}

/// The flags, and the config version at which they were so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FlagsList {
    /// By key.
    pub flags: Vec<FlagSummary>,
    /// The sequence number of the last audit entry.
    #[ts(type = "number")]
    pub config_version: i64,
}

/// A flag's id and key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FlagReference {
    /// The flag's id.
    pub id: Uuid,
    /// The flag's key.
    pub key: String,
}

/// A flag to be made. It starts active, and off in every environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewFlag {
    /// `^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$` and not a UUID; never changes.
    pub key: String,
    /// At most 200 characters.
    pub name: String,
    /// At most 4,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub description: Option<String>,
    /// Never changes.
    #[serde(rename = "type")]
    pub flag_type: FlagType,
    /// Of the flag's type.
    pub default_value: Value,
    /// At most 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub rules: Option<Vec<RuleInput>>,
    /// Whether client-side keys may see it.
    pub client_visible: bool,
    /// Marked as meant to stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub permanent: Option<bool>,
    /// At most 20 of 50 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tags: Option<Vec<String>>,
    /// Why; at most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub note: Option<String>,
}

/// A change of a flag: only the given fields change, and a given field replaces the whole of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct FlagChanges {
    /// At most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// At most 4,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub description: Option<String>,
    /// Of the flag's type. `Some(Value::Null)` is the JSON value null, `None` is no change.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[ts(optional)]
    pub default_value: Option<Value>,
    /// At most 20. Rules with an id that the flag knows keep it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub rules: Option<Vec<RuleInput>>,
    /// Environment key → on; those that are left out are off.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "{ [key in string]: boolean }")]
    pub environments: Option<BTreeMap<String, bool>>,
    /// Whether client-side keys may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub client_visible: Option<bool>,
    /// Marked as meant to stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub permanent: Option<bool>,
    /// At most 20 of 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tags: Option<Vec<String>>,
}

/// One past (or the present) version of a flag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FlagVersion {
    /// Its number.
    pub version: i32,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Who made it.
    pub actor: String,
    /// What made it, as the audit calls it: `flag.updated`, `flag.killed`, …
    pub action: String,
    /// Why.
    pub note: String,
    /// The whole flag as it was.
    pub flag: Flag,
}

/// Tells `null`, a value, from an absent field.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

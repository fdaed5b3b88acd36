//! What of a flag is not now as it was at a moment, and since which version.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use halyard_engine::{RuleId, json_equal};
use halyard_store::{
    audiences::AudienceVersion,
    flags::{Flag, FlagVersion},
};
use serde::Serialize;
use serde_json::{Value, json};
use ts_rs::TS;

/// A part of a flag that decides what is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// Archived or not.
    Archived,
    /// Active, or killed.
    Active,
    /// On in the environment.
    Environment,
    /// The rule is there.
    Rule,
    /// The rule's audience: its id or null.
    Audience,
    /// What the rule's audience asks for.
    Condition,
    /// The rule's percentage; null for everyone.
    Percentage,
    /// The rule's value.
    Value,
    /// The order of the rules: their ids.
    Order,
    /// The default value.
    DefaultValue,
}

/// A version: when, by whom and why.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VersionMark {
    /// Its number.
    pub version: i32,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: String,
    /// Why; empty when nobody said.
    pub note: String,
}

impl From<&FlagVersion> for VersionMark {
    fn from(version: &FlagVersion) -> Self {
        let FlagVersion { version, at, actor, note, .. } = version;
        Self { version: *version, at: *at, actor: actor.clone(), note: note.clone() }
    }
}

impl From<&AudienceVersion> for VersionMark {
    fn from(version: &AudienceVersion) -> Self {
        let AudienceVersion { version, at, actor, note, .. } = version;
        Self { version: *version, at: *at, actor: actor.clone(), note: note.clone() }
    }
}

/// A part that is not as it was.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// Which part.
    pub part: Part,
    /// Of which rule; null for the flag as a whole.
    pub rule_id: Option<RuleId>,
    /// What it was; null when there was none.
    pub from: Value,
    /// What it is; null when there is none.
    pub to: Value,
    /// The version that made it what it is now.
    pub since: VersionMark,
}

/// The parts of a flag with what they are.
type Parts = BTreeMap<(Option<RuleId>, Part), Value>;

/// What differs between the flag as it was and the newest of its `later` versions (newest first, none:
/// nothing), for an environment. The flag as a whole comes first, then rule by rule as they were.
pub(crate) fn differences(then: &Flag, later: &[FlagVersion], environment: &str) -> Vec<Difference> {
    let Some(newest) = later.first() else { return Vec::new() };
    let was = parts(then, environment);
    let is = parts(&newest.flag, environment);
    let versions: Vec<Parts> = later.iter().map(|version| parts(&version.flag, environment)).collect();
    let keys: BTreeSet<_> = was.keys().chain(is.keys()).copied().collect();
    let of = |parts: &Parts, key| parts.get(key).cloned().unwrap_or(Value::Null);
    let mut found: Vec<Difference> = keys
        .iter()
        .filter(|key| !json_equal(&of(&was, key), &of(&is, key)))
        // A rule that came or went says so once.
        .filter(|(rule, part)| *part == Part::Rule || rule.is_none() || in_both(&was, &is, *rule))
        .map(|key| {
            let unchanged = versions.iter().take_while(|parts| json_equal(&of(parts, key), &of(&is, key)));
            let since = later.get(unchanged.count().saturating_sub(1)).unwrap_or(newest);
            Difference {
                part: key.1,
                rule_id: key.0,
                from: of(&was, key),
                to: of(&is, key),
                since: since.into(),
            }
        })
        .collect();
    let place = |rule: Option<RuleId>| {
        let was = then.rules.iter().position(|each| Some(each.id) == rule);
        rule.map(|_| was.unwrap_or(usize::MAX))
    };
    found.sort_by_key(|difference| (place(difference.rule_id), difference.part));
    found
}

/// The version that made a flag on or off in an environment, killed or archived as the newest of its
/// `versions` (newest first) is; None where they do not go back so far.
pub(crate) fn switched(versions: &[FlagVersion], environment: &str) -> Option<VersionMark> {
    let switches = |flag: &Flag| {
        (flag.archived_at.is_some(), flag.is_active, flag.environments.get(environment) == Some(&true))
    };
    let is = switches(&versions.first()?.flag);
    let first = versions.iter().take_while(|version| switches(&version.flag) == is).last()?;
    let before = versions.last().is_some_and(|oldest| oldest.version < first.version);
    (before || first.version == 1).then(|| first.into())
}

fn in_both(was: &Parts, is: &Parts, rule: Option<RuleId>) -> bool {
    was.contains_key(&(rule, Part::Rule)) && is.contains_key(&(rule, Part::Rule))
}

fn parts(flag: &Flag, environment: &str) -> Parts {
    let mut parts = Parts::from([
        ((None, Part::Archived), json!(flag.archived_at.is_some())),
        ((None, Part::Active), json!(flag.is_active)),
        ((None, Part::Environment), json!(flag.environments.get(environment) == Some(&true))),
        ((None, Part::DefaultValue), flag.default_value.clone()),
    ]);
    for rule in &flag.rules {
        let id = Some(rule.id);
        parts.insert((id, Part::Rule), json!(true));
        parts.insert((id, Part::Audience), json!(rule.audience_id));
        parts.insert((id, Part::Percentage), json!(rule.percentage));
        parts.insert((id, Part::Value), rule.value.clone());
    }
    parts
}

/// Whether the rules that are in both stand in another order.
pub(crate) fn moved(then: &Flag, later: &[FlagVersion]) -> Option<Difference> {
    let newest = later.first()?;
    let order = |flag: &Flag, other: &Flag| -> Vec<RuleId> {
        let kept = |id: &RuleId| other.rules.iter().any(|rule| rule.id == *id);
        flag.rules.iter().map(|rule| rule.id).filter(kept).collect()
    };
    let (was, is) = (order(then, &newest.flag), order(&newest.flag, then));
    if was == is {
        return None;
    }
    let unchanged = later.iter().take_while(|version| order(&version.flag, then) == is).count();
    let since = later.get(unchanged.saturating_sub(1)).unwrap_or(newest);
    Some(Difference {
        part: Part::Order,
        rule_id: None,
        from: json!(was),
        to: json!(is),
        since: since.into(),
    })
}

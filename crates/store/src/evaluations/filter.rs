//! Which evaluations are wanted: the filter as people set it, and what it means for calls and results.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use halyard_engine::{OffBy, Outcome, RuleId, Validation};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{PgConnection, Postgres, QueryBuilder};
use ts_rs::TS;

use super::call::Served;
use super::remembered::OTHER;
use crate::StoreError;

/// The longest text that a filter takes, in characters.
const MAX_TEXT: usize = 1_000;

/// Which evaluations are wanted. What is absent lets everything through.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct EvaluationFilter {
    /// Of this flag alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flag_key: Option<String>,
    /// Of this entity alone; `''` for calls without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_id: Option<String>,
    /// In this environment alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// That served this value; null is no filter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// For this reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<EvaluationReason>,
    /// Because the flag was killed, or off in the environment: two ways of the reason `OFF`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub off_by: Option<OffBy>,
    /// That this rule decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(as = "Option<String>")]
    pub rule_id: Option<RuleId>,
    /// Through this door: `evaluate`, `evaluate_all`, `launchdarkly`, `ofrep` or `ofrep_all`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// By this SDK, named exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdk: Option<String>,
    /// By an SDK whose name contains this, in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdk_contains: Option<String>,
    /// Not before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime<Utc>>,
}

/// Why a value was served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EvaluationReason {
    /// A rule matched.
    RuleMatch,
    /// No rule did.
    Fallthrough,
    /// Killed, or off in the environment.
    Off,
    /// Something went wrong.
    Error,
}

impl EvaluationReason {
    /// Every reason.
    pub const ALL: [EvaluationReason; 4] = [Self::RuleMatch, Self::Fallthrough, Self::Off, Self::Error];

    /// Of an outcome as it is stored.
    pub fn of(outcome: i16) -> Self {
        match outcome {
            0.. => Self::RuleMatch,
            -1 => Self::Fallthrough,
            -2 | -3 => Self::Off,
            _ => Self::Error,
        }
    }

    /// As the log's view writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RuleMatch => "RULE_MATCH",
            Self::Fallthrough => "FALLTHROUGH",
            Self::Off => "OFF",
            Self::Error => "ERROR",
        }
    }

    /// The outcomes that have it.
    pub(super) fn outcomes(self) -> Vec<i16> {
        (super::counts::LOWEST..)
            .take(super::counts::OUTCOMES)
            .filter(|code| Self::of(*code) == self)
            .collect()
    }
}

impl EvaluationFilter {
    /// What is wrong with it.
    ///
    /// # Errors
    /// `Invalid`, with all of it.
    pub fn check(&self) -> Result<(), StoreError> {
        let mut validation = Validation::new();
        let texts = [
            ("filter.flagKey", &self.flag_key),
            ("filter.entityId", &self.entity_id),
            ("filter.environment", &self.environment),
            ("filter.source", &self.source),
            ("filter.sdk", &self.sdk),
            ("filter.sdkContains", &self.sdk_contains),
        ];
        for (path, text) in texts {
            if text.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT) {
                validation.add(path, "This is too long to be in the log: 1,000 characters at most.");
            }
        }
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from >= to
        {
            validation.add("filter.to", "The end must be after the beginning.");
        }
        validation.finish().map_err(StoreError::Invalid)
    }

    /// The outcomes that its reason has, and what kept the flag off; `None`: any.
    fn outcomes(&self) -> Option<Vec<i16>> {
        let off = self.off_by.map(|by| vec![outcome_of(by)]);
        match (self.reason, off) {
            (Some(reason), Some(off)) => {
                Some(off.into_iter().filter(|code| EvaluationReason::of(*code) == reason).collect())
            }
            (reason, off) => off.or_else(|| reason.map(EvaluationReason::outcomes)),
        }
    }

    /// Whether a text could not be in the database, so that nothing is found.
    fn is_impossible(&self) -> bool {
        let texts =
            [&self.flag_key, &self.entity_id, &self.environment, &self.source, &self.sdk, &self.sdk_contains];
        texts.into_iter().flatten().any(|text| text.contains('\0'))
            || self.value.as_ref().is_some_and(|value| value.to_string().contains("\\u0000"))
    }
}

/// What kept a flag off, by the outcome as it is stored.
pub(super) fn off_by(outcome: i16) -> Option<OffBy> {
    [OffBy::KillSwitch, OffBy::Environment].into_iter().find(|by| outcome_of(*by) == outcome)
}

fn outcome_of(by: OffBy) -> i16 {
    match by {
        OffBy::KillSwitch => Outcome::Killed.code(),
        OffBy::Environment => Outcome::EnvironmentOff.code(),
    }
}

/// A filter as the log understands it: by the flag's number, and by what was served.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) filter: EvaluationFilter,
    pub(super) flag: Option<i32>,
    /// Outcomes that the reason has, whatever the flag.
    pub(super) outcomes: Option<Vec<i16>>,
    /// Results that serve a value, or that a rule decided.
    pub(super) served: Option<HashSet<Served>>,
}

impl Wanted {
    /// `None`: nothing can be found.
    pub(super) async fn resolve(
        connection: &mut PgConnection,
        filter: &EvaluationFilter,
    ) -> Result<Option<Self>, StoreError> {
        filter.check()?;
        if filter.is_impossible() {
            return Ok(None);
        }
        let mut flag = None;
        if let Some(key) = &filter.flag_key {
            flag = number_of(connection, key).await?;
            if flag.is_none() {
                return Ok(None);
            }
        }
        let mut served = None;
        if filter.value.is_some() || filter.rule_id.is_some() {
            let found = served_as(connection, flag, filter).await?;
            if found.is_empty() {
                return Ok(None);
            }
            served = Some(found);
        }
        let outcomes = filter.outcomes();
        if outcomes.as_ref().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        Ok(Some(Self { filter: filter.clone(), flag, outcomes, served }))
    }

    /// Whether a result is wanted, given that its call is.
    pub(super) fn holds(&self, served: Served) -> bool {
        let (flag, _, outcome) = served;
        self.flag.is_none_or(|wanted| wanted == flag)
            && self.outcomes.as_ref().is_none_or(|wanted| wanted.contains(&outcome))
            && self.served.as_ref().is_none_or(|wanted| wanted.contains(&served))
    }

    /// Whether it looks for something that may be rare and that the counts know.
    pub(super) fn is_counted(&self) -> bool {
        let filter = &self.filter;
        self.flag.is_some()
            || self.outcomes.is_some()
            || self.served.is_some()
            || filter.environment.is_some()
            || filter.source.is_some()
            || filter.sdk.is_some()
            || filter.sdk_contains.is_some()
    }

    /// Conditions on a call `e` with flag set `s`, all but the time's.
    pub(super) fn push_calls(&self, query: &mut QueryBuilder<Postgres>) {
        let filter = &self.filter;
        if let Some(flag) = self.flag {
            query.push(" and e.flag_set = any(array(select f.id from halyard.flag_sets f where ");
            query.push_bind(flag).push(" = any(f.flags)))");
        }
        let columns = [
            (" and e.environment = ", &filter.environment),
            (" and e.entity_id = ", &filter.entity_id),
            (" and e.source = ", &filter.source),
            (" and e.sdk = ", &filter.sdk),
        ];
        for (condition, text) in columns {
            if let Some(text) = text {
                query.push(condition).push_bind(text.clone());
            }
        }
        if let Some(part) = &filter.sdk_contains {
            query.push(" and strpos(lower(e.sdk), lower(").push_bind(part.clone()).push(")) > 0");
        }
        if let Some(outcomes) = &self.outcomes {
            query.push(" and e.outcomes && ").push_bind(outcomes.clone());
        }
        if self.served.is_some() || (self.flag.is_some() && self.outcomes.is_some()) {
            query.push(
                " and exists (select from unnest(s.flags, s.versions, e.outcomes) r (f, v, o) where true",
            );
            self.push_results(query, ["r.f", "r.v", "r.o"]);
            query.push(")");
        }
    }

    /// Conditions on results, whose flag, version and outcome are in these columns.
    pub(super) fn push_results(&self, query: &mut QueryBuilder<Postgres>, columns: [&str; 3]) {
        let [flag, version, outcome] = columns;
        if let Some(number) = self.flag {
            query.push(format!(" and {flag} = ")).push_bind(number);
        }
        if let Some(outcomes) = &self.outcomes {
            query.push(format!(" and {outcome} = any(")).push_bind(outcomes.clone()).push(")");
        }
        if let Some(served) = &self.served {
            let (mut flags, mut versions, mut outcomes) = (Vec::new(), Vec::new(), Vec::new());
            for (flag, version, outcome) in served {
                flags.push(*flag);
                versions.push(*version);
                outcomes.push(*outcome);
            }
            query.push(format!(" and ({flag}, {version}, {outcome}) in (select * from unnest("));
            query.push_bind(flags).push(", ").push_bind(versions).push(", ").push_bind(outcomes).push("))");
        }
    }

    /// Conditions on counts `c`, all but the time's. An SDK beyond those that are counted apart may be
    /// among `other`.
    pub(super) fn push_counts(&self, query: &mut QueryBuilder<Postgres>, or_other_sdk: bool) {
        self.push_results(query, ["c.flag", "c.version", "c.outcome"]);
        let filter = &self.filter;
        if let Some(environment) = &filter.environment {
            query.push(" and c.environment = ").push_bind(environment.clone());
        }
        if let Some(source) = &filter.source {
            query.push(" and c.source = ").push_bind(source.clone());
        }
        if let Some(sdk) = &filter.sdk {
            query.push(" and c.sdk in (").push_bind(sdk.clone());
            query.push(", ").push_bind(if or_other_sdk { OTHER.to_owned() } else { sdk.clone() }).push(")");
        }
        if let Some(part) = &filter.sdk_contains {
            query.push(" and (strpos(lower(c.sdk), lower(").push_bind(part.clone()).push(")) > 0");
            if or_other_sdk {
                query.push(" or c.sdk = ").push_bind(OTHER);
            }
            query.push(")");
        }
    }
}

/// The number of the flag that has a key, or had it last.
pub(super) async fn number_of(connection: &mut PgConnection, key: &str) -> Result<Option<i32>, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce((select number from halyard.feature_flags where key = $1),
                           (select max(number) from halyard.flag_versions where key = $1))"#,
        key
    )
    .fetch_one(connection)
    .await?)
}

/// Every result that serves the filter's value and that its rule decided.
async fn served_as(
    connection: &mut PgConnection,
    flag: Option<i32>,
    filter: &EvaluationFilter,
) -> Result<HashSet<Served>, StoreError> {
    let rows = sqlx::query!(
        r#"select v.number as "number!", v.version as "version!", o.outcome as "outcome!"
         from halyard.flag_versions v
         cross join lateral (
             select (r.position - 1)::int2 as outcome, r.rule -> 'value' as value, (r.rule ->> 'id')::uuid as rule
             from jsonb_array_elements(v.flag -> 'rules') with ordinality r (rule, position)
             union all
             select code::int2, v.flag -> 'defaultValue', null from generate_series(-5, -1) code
         ) o
         where ($1::int4 is null or v.number = $1)
             and ($2::text::jsonb is null or o.value = $2::text::jsonb)
             and ($3::uuid is null or o.rule = $3)"#,
        flag,
        filter.value.as_ref().map(Value::to_string),
        filter.rule_id.map(|id| id.0),
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.number, row.version, row.outcome)).collect())
}

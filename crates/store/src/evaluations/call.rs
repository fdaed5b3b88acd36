//! A call of the log, and what its results mean: read from the versions of the flags that were served.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use halyard_engine::RuleId;
use serde::Serialize;
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row};
use ts_rs::TS;
use uuid::Uuid;

use super::filter::{EvaluationReason, Wanted};
use super::{EvaluationRow, Position};
use crate::customers::json_from_text;
use crate::store::DEADLINE;
use crate::{Store, StoreError};

/// A call with everything that it answered.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EvaluationCallDetail {
    /// The call's id.
    pub call_id: Uuid,
    /// When it was answered.
    pub at: DateTime<Utc>,
    /// The configuration it was answered from.
    #[ts(type = "number")]
    pub config_version: i64,
    /// All flags of the call, in the order they were evaluated in. Environment, customer, source and SDK
    /// are the same in each.
    pub evaluations: Vec<EvaluationRow>,
}

impl Store {
    /// One call, by what a row of the list says of it.
    ///
    /// # Errors
    /// `NotFound` when it was dropped by age, or erased; `Forbidden`; outages.
    pub async fn evaluation_call(
        &self,
        id: Uuid,
        at: DateTime<Utc>,
    ) -> Result<EvaluationCallDetail, StoreError> {
        self.read(DEADLINE, async |connection| {
            let mut query = calls_query();
            // Times travel in milliseconds at least; the log has microseconds.
            query.push(" and e.evaluated_at >= ").push_bind(at - chrono::TimeDelta::milliseconds(1));
            query.push(" and e.evaluated_at <= ").push_bind(at + chrono::TimeDelta::milliseconds(1));
            query.push(" and e.id = ").push_bind(id);
            let calls = fetch(connection, query).await?;
            let call = calls.first().ok_or_else(|| StoreError::not_found("call", id))?;
            Ok(EvaluationCallDetail {
                call_id: call.id,
                at: call.at,
                config_version: call.config_version,
                evaluations: rows(connection, &calls, |_| true).await?,
            })
        })
        .await
    }
}

/// Flag number, version, outcome.
pub(super) type Served = (i32, i32, i16);

/// A row of the log with its flag set.
pub(super) struct Call {
    pub(super) id: Uuid,
    pub(super) at: DateTime<Utc>,
    environment: String,
    entity_id: String,
    source: String,
    sdk: String,
    stale: bool,
    flags: Vec<i32>,
    versions: Vec<i32>,
    outcomes: Vec<i16>,
    config_version: i64,
}

impl Call {
    pub(super) fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Call {
            id: row.try_get(0)?,
            at: row.try_get(1)?,
            environment: row.try_get(2)?,
            entity_id: row.try_get(3)?,
            source: row.try_get(4)?,
            sdk: row.try_get(5)?,
            stale: row.try_get(6)?,
            flags: row.try_get(7)?,
            versions: row.try_get(8)?,
            outcomes: row.try_get(9)?,
            config_version: row.try_get(10)?,
        })
    }

    /// Each result with its position in the call.
    fn results(&self) -> impl Iterator<Item = (usize, Served)> {
        let flags = self.flags.iter().zip(&self.versions).zip(&self.outcomes).enumerate();
        flags.map(|(position, ((flag, version), outcome))| (position, (*flag, *version, *outcome)))
    }

    /// How many results are wanted.
    pub(super) fn count(&self, wanted: &Wanted) -> usize {
        self.results().filter(|(_, served)| wanted.holds(*served)).count()
    }

    pub(super) fn position(&self) -> Position {
        Position { at: self.at, id: self.id }
    }
}

/// All calls, to be narrowed down by ` and …`.
pub(super) const CALLS: &str =
    "select e.id, e.evaluated_at, e.environment, e.entity_id, e.source, e.sdk, e.stale,
            s.flags, s.versions, e.outcomes, e.config_version
     from halyard.evaluations e join halyard.flag_sets s on s.id = e.flag_set where true";

pub(super) fn calls_query() -> QueryBuilder<Postgres> {
    QueryBuilder::new(CALLS)
}

pub(super) async fn fetch(
    connection: &mut PgConnection,
    mut query: QueryBuilder<Postgres>,
) -> Result<Vec<Call>, StoreError> {
    let rows = query.build().fetch_all(connection).await?;
    Ok(rows.iter().map(Call::from_row).collect::<Result<_, _>>()?)
}

/// What a flag's version says about an outcome.
pub(super) struct Meaning {
    pub(super) key: String,
    pub(super) value: Value,
    rule_id: Option<RuleId>,
}

/// The rows of calls, in their order, that `holds` lets through.
pub(super) async fn rows(
    connection: &mut PgConnection,
    calls: &[Call],
    holds: impl Fn(Served) -> bool,
) -> Result<Vec<EvaluationRow>, StoreError> {
    let served: HashSet<Served> = calls
        .iter()
        .flat_map(Call::results)
        .map(|(_, served)| served)
        .filter(|served| holds(*served))
        .collect();
    let meanings = meanings(connection, &served).await?;
    let of = |call| {
        let (meanings, holds) = (&meanings, &holds);
        Call::results(call)
            .filter(move |(_, served)| holds(*served))
            .map(move |(position, served)| row(call, position, served, meanings.get(&served)))
    };
    Ok(calls.iter().flat_map(of).collect())
}

pub(super) async fn meanings(
    connection: &mut PgConnection,
    served: &HashSet<Served>,
) -> Result<HashMap<Served, Meaning>, StoreError> {
    if served.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query!(
        r#"select u.flag as "flag!", u.version as "version!", u.outcome as "outcome!", v.key,
                (case when u.outcome >= 0 then v.flag -> 'rules' -> u.outcome::int -> 'value'
                      else v.flag -> 'defaultValue' end)::text as value,
                case when u.outcome >= 0 then (v.flag -> 'rules' -> u.outcome::int ->> 'id')::uuid end as rule_id
         from unnest($1::int4[], $2::int4[], $3::int2[]) u (flag, version, outcome)
         join halyard.flag_versions v on v.number = u.flag and v.version = u.version"#,
        &served.iter().map(|(flag, _, _)| *flag).collect::<Vec<_>>(),
        &served.iter().map(|(_, version, _)| *version).collect::<Vec<_>>(),
        &served.iter().map(|(_, _, outcome)| *outcome).collect::<Vec<_>>(),
    )
    .fetch_all(connection)
    .await?;
    let mut meanings = HashMap::with_capacity(rows.len());
    for row in rows {
        let meaning = Meaning {
            key: row.key,
            value: row.value.map_or(Value::Null, json_from_text),
            rule_id: row.rule_id.map(RuleId),
        };
        meanings.insert((row.flag, row.version, row.outcome), meaning);
    }
    Ok(meanings)
}

fn row(
    call: &Call,
    position: usize,
    (_, version, outcome): Served,
    meaning: Option<&Meaning>,
) -> EvaluationRow {
    let off_by = match outcome {
        -2 => Some("KILL_SWITCH"),
        -3 => Some("ENVIRONMENT"),
        _ => None,
    };
    let error_kind = match outcome {
        -4 => Some("AUDIENCE_UNAVAILABLE"),
        -5 => Some("EXCEPTION"),
        _ => None,
    };
    EvaluationRow {
        id: format!("{}-{position}", call.id),
        call_id: call.id,
        at: call.at,
        environment: call.environment.clone(),
        entity_id: call.entity_id.clone(),
        source: call.source.clone(),
        sdk: call.sdk.clone(),
        stale: call.stale,
        flag_key: meaning.map(|meaning| meaning.key.clone()).unwrap_or_default(),
        flag_version: version,
        value: meaning.map_or(Value::Null, |meaning| meaning.value.clone()),
        reason: EvaluationReason::of(outcome).as_str().to_owned(),
        off_by: off_by.map(str::to_owned),
        error_kind: error_kind.map(str::to_owned),
        rule_index: (outcome >= 0).then_some(outcome),
        rule_id: meaning.and_then(|meaning| meaning.rule_id),
    }
}

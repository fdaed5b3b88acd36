//! Listing the log: pages over calls, newest first, and expands only the calls it shows.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use halyard_engine::RuleId;
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row};
use uuid::Uuid;

use super::{EvaluationRow, EvaluationsPage};
use crate::customers::json_from_text;
use crate::store::DEADLINE;
use crate::{Store, StoreError};

/// Rows on a page, at most (the last call's rows stay together and may go beyond).
pub const MAX_PAGE: u32 = 500;
/// Ten-minute windows that one page of a rare flag looks into, at most.
const MAX_WINDOWS: i64 = 1_000;

/// Which evaluations to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EvaluationFilter {
    /// Of this flag alone.
    pub flag_key: Option<String>,
    /// Of this entity alone.
    pub entity_id: Option<String>,
    /// In this environment alone.
    pub environment: Option<String>,
}

impl Store {
    /// Evaluations, newest first; about `limit` rows, since a call's rows stay together.
    ///
    /// # Errors
    /// `Invalid` for a cursor that is none; `Timeout`, `Unavailable`.
    pub async fn evaluations_list(
        &self,
        filter: &EvaluationFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<EvaluationsPage, StoreError> {
        let texts = [&filter.flag_key, &filter.entity_id, &filter.environment];
        if texts.into_iter().flatten().any(|text| text.contains('\0')) {
            return Ok(EvaluationsPage::default());
        }
        let before = cursor.map(Position::parse).transpose()?;
        let limit = limit.clamp(1, MAX_PAGE) as usize;
        self.read(DEADLINE, async |connection| page(connection, filter, before, limit).await).await
    }
}

/// A place between two calls: the page goes on with calls before it.
#[derive(Debug, Clone, Copy)]
struct Position {
    at: DateTime<Utc>,
    id: Uuid,
}

impl Position {
    fn parse(cursor: &str) -> Result<Self, StoreError> {
        let parsed = cursor.split_once('.').and_then(|(micros, id)| {
            Some(Position {
                at: DateTime::from_timestamp_micros(micros.parse().ok()?)?,
                id: id.parse().ok()?,
            })
        });
        parsed.ok_or_else(|| StoreError::invalid("cursor", "The cursor is not one that this list gave."))
    }

    fn cursor(self) -> String {
        format!("{}.{}", self.at.timestamp_micros(), self.id.simple())
    }
}

struct Call {
    id: Uuid,
    at: DateTime<Utc>,
    environment: String,
    entity_id: String,
    source: String,
    sdk: String,
    stale: bool,
    flags: Vec<i32>,
    versions: Vec<i32>,
    outcomes: Vec<i16>,
}

impl Call {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
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
        })
    }

    /// Position in the call, flag number, version and outcome of each result that the filter wants.
    fn results(&self, only: Option<i32>) -> impl Iterator<Item = (usize, Served)> {
        let flags = self.flags.iter().zip(&self.versions).zip(&self.outcomes).enumerate();
        flags
            .map(|(position, ((flag, version), outcome))| (position, (*flag, *version, *outcome)))
            .filter(move |(_, (flag, _, _))| only.is_none_or(|only| only == *flag))
    }

    fn position(&self) -> Position {
        Position { at: self.at, id: self.id }
    }
}

/// Flag number, version, outcome.
type Served = (i32, i32, i16);

/// What a flag's version says about an outcome.
struct Meaning {
    key: String,
    value: Value,
    rule_id: Option<RuleId>,
}

async fn page(
    connection: &mut PgConnection,
    filter: &EvaluationFilter,
    before: Option<Position>,
    limit: usize,
) -> Result<EvaluationsPage, StoreError> {
    let mut flag = None;
    if let Some(key) = &filter.flag_key {
        flag = sqlx::query_scalar!("select number from halyard.feature_flags where key = $1", key)
            .fetch_optional(&mut *connection)
            .await?;
        if flag.is_none() {
            return Ok(EvaluationsPage::default());
        }
    }
    // One call more than fits tells whether there is a next page.
    let (calls, looked_until) = match (flag, &filter.entity_id) {
        (Some(flag), None) => calls_in_windows(connection, flag, filter, before, limit + 1).await?,
        (flag, _) => {
            let mut query = calls_query(flag, filter, before);
            query.push(" order by e.evaluated_at desc, e.id desc limit ").push_bind((limit + 1) as i64);
            (fetch(connection, query).await?, None)
        }
    };

    let mut shown = 0;
    let mut rows = 0;
    while rows < limit && shown < calls.len() {
        rows += calls[shown].results(flag).count();
        shown += 1;
    }
    let next = if shown < calls.len() {
        calls[..shown].last().map(Call::position)
    } else {
        // Nothing is left of what was looked at; older windows may be.
        looked_until
    };
    let calls = &calls[..shown];
    let meanings = meanings(connection, calls.iter().flat_map(|call| call.results(flag))).await?;
    let evaluations = calls
        .iter()
        .flat_map(|call| {
            call.results(flag).map(|(position, served)| row(call, position, served, meanings.get(&served)))
        })
        .collect();
    Ok(EvaluationsPage { evaluations, next_cursor: next.map(Position::cursor) })
}

fn calls_query(
    flag: Option<i32>,
    filter: &EvaluationFilter,
    before: Option<Position>,
) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        "select e.id, e.evaluated_at, e.environment, e.entity_id, e.source, e.sdk, e.stale,
                s.flags, s.versions, e.outcomes
         from halyard.evaluations e join halyard.flag_sets s on s.id = e.flag_set where true",
    );
    if let Some(Position { at, id }) = before {
        // The plain bound prunes partitions; the pair alone would not.
        query.push(" and e.evaluated_at <= ").push_bind(at);
        query.push(" and (e.evaluated_at, e.id) < (").push_bind(at).push(", ").push_bind(id).push(")");
    }
    if let Some(flag) = flag {
        query.push(" and e.flag_set = any(array(select f.id from halyard.flag_sets f where ");
        query.push_bind(flag).push(" = any(f.flags)))");
    }
    if let Some(environment) = &filter.environment {
        query.push(" and e.environment = ").push_bind(environment.clone());
    }
    if let Some(entity_id) = &filter.entity_id {
        query.push(" and e.entity_id = ").push_bind(entity_id.clone());
    }
    query
}

async fn fetch(
    connection: &mut PgConnection,
    mut query: QueryBuilder<Postgres>,
) -> Result<Vec<Call>, StoreError> {
    let rows = query.build().fetch_all(connection).await?;
    Ok(rows.iter().map(Call::from_row).collect::<Result<_, _>>()?)
}

/// Calls with a flag, looked for only in the ten minutes that the counts name: a rare flag among
/// millions of calls is found at once. Also says from where on older windows were not looked at.
async fn calls_in_windows(
    connection: &mut PgConnection,
    flag: i32,
    filter: &EvaluationFilter,
    before: Option<Position>,
    limit: usize,
) -> Result<(Vec<Call>, Option<Position>), StoreError> {
    let windows: Vec<DateTime<Utc>> = sqlx::query_scalar!(
        "select distinct at from halyard.evaluation_counts
         where flag = $1 and ($2::timestamptz is null or at <= $2) and ($3::text is null or environment = $3)
         order by at desc limit $4",
        flag,
        before.map(|position| position.at),
        filter.environment.as_deref(),
        MAX_WINDOWS,
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut calls = Vec::new();
    for (index, start) in windows.iter().enumerate() {
        if calls.len() >= limit {
            return Ok((calls, None));
        }
        let mut query = calls_query(Some(flag), filter, before);
        query.push(" and e.evaluated_at >= ").push_bind(*start);
        query.push(" and e.evaluated_at < ").push_bind(*start + chrono::TimeDelta::minutes(10));
        query.push(" order by e.evaluated_at desc, e.id desc limit ").push_bind((limit - calls.len()) as i64);
        calls.extend(fetch(connection, query).await?);
        let last_possible = index + 1 == usize::try_from(MAX_WINDOWS).unwrap_or(usize::MAX);
        if last_possible && calls.len() < limit {
            return Ok((calls, Some(Position { at: *start, id: Uuid::nil() })));
        }
    }
    Ok((calls, None))
}

async fn meanings(
    connection: &mut PgConnection,
    results: impl Iterator<Item = (usize, Served)>,
) -> Result<HashMap<Served, Meaning>, StoreError> {
    let served: HashSet<Served> = results.map(|(_, served)| served).collect();
    let served: Vec<Served> = served.into_iter().collect();
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
    let (reason, off_by) = match outcome {
        0.. => ("RULE_MATCH", None),
        -1 => ("FALLTHROUGH", None),
        -2 => ("OFF", Some("KILL_SWITCH")),
        -3 => ("OFF", Some("ENVIRONMENT")),
        _ => ("ERROR", None),
    };
    EvaluationRow {
        id: format!("{}-{position}", call.id),
        at: call.at,
        environment: call.environment.clone(),
        entity_id: call.entity_id.clone(),
        source: call.source.clone(),
        sdk: call.sdk.clone(),
        stale: call.stale,
        flag_key: meaning.map(|meaning| meaning.key.clone()).unwrap_or_default(),
        flag_version: version,
        value: meaning.map_or(Value::Null, |meaning| meaning.value.clone()),
        reason: reason.to_owned(),
        off_by: off_by.map(str::to_owned),
        rule_index: (outcome >= 0).then_some(outcome),
        rule_id: meaning.and_then(|meaning| meaning.rule_id),
    }
}

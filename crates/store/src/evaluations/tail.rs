//! Looking on while calls come in: bounded however many there are.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sqlx::{PgConnection, Postgres, QueryBuilder};
use ts_rs::TS;
use uuid::Uuid;

use super::call::{self, Call, calls_query, fetch};
use super::filter::{EvaluationFilter, Wanted};
use super::{EvaluationRow, Position};
use crate::store::DEADLINE;
use crate::{Store, StoreError};

/// Rows in one answer, at most (the last call's rows stay together and may go beyond).
pub const MAX_TAIL: u32 = 200;
/// Servers write in batches: a call may come after one that is younger.
const LATE: TimeDelta = TimeDelta::seconds(10);
/// The rate is that of so much time, and calls beyond this many are not counted.
const RATED: TimeDelta = TimeDelta::seconds(10);
const MOST_COUNTED: i64 = 50_000;

/// What came since.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EvaluationsSince {
    /// The newest, newest first. Some may have been in the answer before, since servers write in batches:
    /// tell them by their ids.
    pub evaluations: Vec<EvaluationRow>,
    /// What to ask with next; null while there is none yet.
    pub cursor: Option<String>,
    /// Calls a second, over the last ten seconds.
    pub calls_per_second: f64,
    /// More came than are shown: the oldest of them were left out.
    pub sampled: bool,
}

impl Store {
    /// The newest evaluations since a cursor, or simply the newest without one.
    ///
    /// # Errors
    /// `Invalid`; outages.
    pub async fn evaluations_since(
        &self,
        filter: &EvaluationFilter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<EvaluationsSince, StoreError> {
        let after = after.map(Position::parse).transpose()?;
        let limit = limit.clamp(1, MAX_TAIL) as usize;
        self.read(DEADLINE, async |connection| since(connection, filter, after, limit).await).await
    }

    /// How many calls are newer than a cursor: up to 50,000, which means "or more".
    ///
    /// # Errors
    /// `Invalid`; outages.
    pub async fn evaluations_after(
        &self,
        filter: &EvaluationFilter,
        cursor: &str,
    ) -> Result<i64, StoreError> {
        let after = Position::parse(cursor)?;
        self.read(DEADLINE, async |connection| match Wanted::resolve(connection, filter).await? {
            Some(wanted) => count(connection, &wanted, after, Utc::now()).await,
            None => Ok(0),
        })
        .await
    }
}

async fn since(
    connection: &mut PgConnection,
    filter: &EvaluationFilter,
    after: Option<Position>,
    limit: usize,
) -> Result<EvaluationsSince, StoreError> {
    let same = EvaluationsSince { cursor: after.map(Position::cursor), ..EvaluationsSince::default() };
    let Some(wanted) = Wanted::resolve(connection, filter).await? else { return Ok(same) };
    let now = Utc::now();
    // Without a cursor the last minute is enough: who looks on wants what comes.
    let start = after.map_or(now - TimeDelta::minutes(1), |position| position.at - LATE);
    let mut query = calls_query();
    query.push(" and e.evaluated_at > ").push_bind(start.max(now - TimeDelta::hours(1)));
    wanted.push_calls(&mut query);
    query.push(" order by e.evaluated_at desc, e.id desc limit ").push_bind((limit + 1) as i64);
    let mut calls = fetch(connection, query).await?;
    let (mut shown, mut rows) = (0, 0);
    while rows < limit && shown < calls.len() {
        rows += calls[shown].count(&wanted);
        shown += 1;
    }
    let is_new = |call: &Call| after.is_none_or(|after| (call.at, call.id) > (after.at, after.id));
    let sampled = calls.get(shown).is_some_and(is_new);
    calls.truncate(shown);
    let newest = calls.first().map(Call::position).into_iter().chain(after).max_by_key(|p| (p.at, p.id));
    Ok(EvaluationsSince {
        evaluations: call::rows(connection, &calls, |served| wanted.holds(served)).await?,
        cursor: newest.map(Position::cursor),
        calls_per_second: rate(connection, &wanted, now).await?,
        sampled,
    })
}

async fn rate(connection: &mut PgConnection, wanted: &Wanted, now: DateTime<Utc>) -> Result<f64, StoreError> {
    let begin = Position { at: now - RATED, id: Uuid::max() };
    let calls = count(connection, wanted, begin, now).await?;
    Ok(calls as f64 / RATED.num_seconds() as f64)
}

/// Calls after a position until now, as far as they are counted.
async fn count(
    connection: &mut PgConnection,
    wanted: &Wanted,
    Position { at, id }: Position,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let mut query: QueryBuilder<Postgres> = QueryBuilder::new(
        "select count(*) from (select from halyard.evaluations e join halyard.flag_sets s on s.id = e.flag_set
         where e.evaluated_at >= ",
    );
    query.push_bind(at).push(" and (e.evaluated_at, e.id) > (").push_bind(at).push(", ").push_bind(id);
    query.push(") and e.evaluated_at <= ").push_bind(now);
    wanted.push_calls(&mut query);
    query.push(" limit ").push_bind(MOST_COUNTED).push(") as counted");
    Ok(query.build_query_scalar().fetch_one(connection).await?)
}

//! Listing the log: pages over calls by time, in both directions, and expands only the calls it shows.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use ts_rs::TS;
use uuid::Uuid;

use super::EvaluationsPage;
use super::call::{self, Call, calls_query, fetch};
use super::filter::{EvaluationFilter, Wanted};
use super::search::{Missing, Search};
use crate::store::DEADLINE;
use crate::{Store, StoreError};

/// Rows on a page, at most (the last call's rows stay together and may go beyond).
pub const MAX_PAGE: u32 = 500;
/// Rows that an export reads at a time.
const MAX_CHUNK: usize = 5_000;
/// Calls of one entity that are looked through without asking the counts.
const FEW_CALLS: i64 = 5_000;
/// Rows of a call, to begin with, when nobody knows.
const FEW_ROWS: usize = 4;
/// A page that is not full by then says how far it looked, and where to go on.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// Rows that fill a screen are not kept back for longer than this by others that are rare.
const SCREENFUL: usize = 25;
const SOON: Duration = Duration::from_millis(50);

/// Which way a page goes from its cursor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Back in time.
    #[default]
    Older,
    /// Towards now.
    Newer,
}

impl Store {
    /// Evaluations, newest first; about `limit` rows, since a call's rows stay together. The next page
    /// is older.
    ///
    /// # Errors
    /// `Invalid` for a cursor that is none; `Timeout`, `Unavailable`.
    pub async fn evaluations_list(
        &self,
        filter: &EvaluationFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<EvaluationsPage, StoreError> {
        self.evaluations_page(filter, cursor, Direction::Older, limit).await
    }

    /// A page from a cursor in either direction, newest first in both. Without a cursor: the newest, or
    /// the oldest when going to newer ones. Answers within about two seconds, if need be with fewer
    /// rows and how far it looked.
    ///
    /// # Errors
    /// `Invalid` for a cursor that is none and for a filter that cannot be; `Timeout`, `Unavailable`.
    pub async fn evaluations_page(
        &self,
        filter: &EvaluationFilter,
        cursor: Option<&str>,
        direction: Direction,
        limit: u32,
    ) -> Result<EvaluationsPage, StoreError> {
        let from = cursor.map(Position::parse).transpose()?;
        let limit = limit.clamp(1, MAX_PAGE) as usize;
        self.read(DEADLINE, async |connection| page(connection, filter, from, direction, limit).await).await
    }

    /// A larger page, back in time, for whoever takes out all of them.
    ///
    /// # Errors
    /// As [`Store::evaluations_page`].
    pub async fn evaluations_chunk(
        &self,
        filter: &EvaluationFilter,
        cursor: Option<&str>,
    ) -> Result<EvaluationsPage, StoreError> {
        let from = cursor.map(Position::parse).transpose()?;
        let older = Direction::Older;
        self.read(DEADLINE, async |connection| page(connection, filter, from, older, MAX_CHUNK).await).await
    }
}

/// A place between two calls: the page goes on with calls before it, or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) at: DateTime<Utc>,
    pub(super) id: Uuid,
}

impl Position {
    pub(super) fn parse(cursor: &str) -> Result<Self, StoreError> {
        let parsed = cursor.split_once('.').and_then(|(micros, id)| {
            Some(Position {
                at: DateTime::from_timestamp_micros(micros.parse().ok()?)?,
                id: id.parse().ok()?,
            })
        });
        let parsed = parsed.filter(|position| super::is_time(position.at));
        parsed.ok_or_else(|| StoreError::invalid("cursor", "The cursor is not one that this list gave."))
    }

    pub(super) fn cursor(self) -> String {
        format!("{}.{}", self.at.timestamp_micros(), self.id.simple())
    }
}

async fn page(
    connection: &mut PgConnection,
    filter: &EvaluationFilter,
    from: Option<Position>,
    direction: Direction,
    limit: usize,
) -> Result<EvaluationsPage, StoreError> {
    let Some(wanted) = Wanted::resolve(connection, filter).await? else {
        return Ok(EvaluationsPage::default());
    };
    let Found { mut calls, shown, looked_to, .. } = find(connection, &wanted, from, direction, limit).await?;
    let is_cut = shown < calls.len();
    calls.truncate(shown);
    let looked_to = if is_cut { None } else { looked_to };
    // Where the page ends on, and where it began.
    let end = looked_to.or_else(|| if is_cut { calls.last().map(Call::position) } else { None });
    let begin = calls.first().map(Call::position).or(from);
    let last = calls.last().map(Call::position).or(from);
    if direction == Direction::Newer {
        calls.reverse();
    }
    let evaluations = call::rows(connection, &calls, |served| wanted.holds(served)).await?;
    let (next, previous) = match direction {
        Direction::Older => (end, if from.is_some() || !calls.is_empty() { begin } else { None }),
        // There may always come newer ones.
        Direction::Newer => (begin, looked_to.or(last)),
    };
    Ok(EvaluationsPage {
        evaluations,
        next_cursor: next.map(Position::cursor),
        newer_cursor: previous.map(Position::cursor),
        looked_to: looked_to.map(|position| position.at),
    })
}

/// Calls in the order of the direction, up to one more than fits: it tells whether there is a next page.
struct Found {
    calls: Vec<Call>,
    /// How many of them fill the page.
    shown: usize,
    /// Wanted rows of those.
    rows: usize,
    limit: usize,
    /// How far was looked when that was not everything.
    looked_to: Option<Position>,
}

impl Found {
    fn is_cut(&self) -> bool {
        self.shown < self.calls.len()
    }

    fn push(&mut self, call: Call, wanted: &Wanted) {
        if self.rows < self.limit {
            self.rows += call.count(wanted);
            self.shown += 1;
        }
        self.calls.push(call);
    }

    /// What the page lacks. Calls of all flags have many rows each.
    fn missing(&self, wanted: &Wanted) -> Missing {
        let rows_each = match self.rows.checked_div(self.shown) {
            Some(rows_each) => rows_each.max(1),
            None if wanted.flag.is_some() => 1,
            None => FEW_ROWS,
        };
        let rows = self.limit.saturating_sub(self.rows);
        Missing { rows, calls: rows.div_ceil(rows_each) + 1 }
    }

    /// Adds calls until the page is full, or there are no more.
    async fn fill(
        &mut self,
        connection: &mut PgConnection,
        wanted: &Wanted,
        mut from: Option<Position>,
        direction: Direction,
    ) -> Result<(), StoreError> {
        while !self.is_cut() {
            let missing = self.missing(wanted).calls;
            let calls = slice(connection, wanted, from, direction, missing).await?;
            let is_all = calls.len() < missing;
            from = calls.last().map(Call::position).or(from);
            calls.into_iter().for_each(|call| self.push(call, wanted));
            if is_all {
                break;
            }
        }
        Ok(())
    }
}

async fn find(
    connection: &mut PgConnection,
    wanted: &Wanted,
    from: Option<Position>,
    direction: Direction,
    limit: usize,
) -> Result<Found, StoreError> {
    let mut found = Found { calls: Vec::new(), shown: 0, rows: 0, limit, looked_to: None };
    if !wanted.is_counted() || has_few_calls(connection, &wanted.filter).await? {
        found.fill(connection, wanted, from, direction).await?;
        return Ok(found);
    }
    let began = Instant::now();
    let mut search = Search::new(from, direction);
    while let Some(calls) = search.next(connection, wanted, found.missing(wanted)).await? {
        calls.into_iter().for_each(|call| found.push(call, wanted));
        if found.is_cut() {
            break;
        }
        let is_enough = found.rows >= SCREENFUL && began.elapsed() >= SOON;
        if is_enough || began.elapsed() >= PATIENCE {
            found.looked_to = search.position();
            break;
        }
    }
    Ok(found)
}

/// Whether it is about one entity whose calls are soon looked through, whatever else is wanted of them.
async fn has_few_calls(connection: &mut PgConnection, filter: &EvaluationFilter) -> Result<bool, StoreError> {
    let Some(entity_id) = &filter.entity_id else { return Ok(false) };
    let calls = sqlx::query_scalar!(
        r#"select count(*) as "calls!" from (
             select from halyard.evaluations
             where entity_id = $1 and evaluated_at >= coalesce($2::timestamptz, '-infinity')
                 and evaluated_at < coalesce($3::timestamptz, 'infinity')
             limit $4) as counted"#,
        entity_id,
        filter.from,
        filter.to,
        FEW_CALLS
    )
    .fetch_one(connection)
    .await?;
    Ok(calls < FEW_CALLS)
}

/// The first calls in the order of the direction.
async fn slice(
    connection: &mut PgConnection,
    wanted: &Wanted,
    from: Option<Position>,
    direction: Direction,
    limit: usize,
) -> Result<Vec<Call>, StoreError> {
    let mut query = calls_query();
    // Plain bounds prune partitions; the pair alone would not.
    let (plain, pair, order) = match direction {
        Direction::Older => (" and e.evaluated_at <= ", " and (e.evaluated_at, e.id) < (", "desc"),
        Direction::Newer => (" and e.evaluated_at >= ", " and (e.evaluated_at, e.id) > (", "asc"),
    };
    if let Some(Position { at, id }) = from {
        query.push(plain).push_bind(at).push(pair).push_bind(at).push(", ").push_bind(id).push(")");
    }
    if let Some(start) = wanted.filter.from {
        query.push(" and e.evaluated_at >= ").push_bind(start);
    }
    if let Some(end) = wanted.filter.to {
        query.push(" and e.evaluated_at < ").push_bind(end);
    }
    wanted.push_calls(&mut query);
    query.push(format!(" order by e.evaluated_at {order}, e.id {order} limit ")).push_bind(limit as i64);
    fetch(connection, query).await
}

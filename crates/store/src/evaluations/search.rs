//! Finding calls that may be rare where the counts say that there are some: first in which hours, by their
//! sums, then in which ten minutes of those, and how many. Many ten minutes are looked through in one
//! statement, more as long as that is quick; each no further than to the last call it holds. A flag among
//! millions of calls is found at once, and a page never hangs.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, Postgres, QueryBuilder, Row};
use uuid::Uuid;

use super::Position;
use super::call::{CALLS, Call};
use super::filter::Wanted;
use super::hours::{HOUR, PERIOD, hour_of, start_of};
use super::list::Direction;
use crate::StoreError;

/// How many hours are asked for first, and at most, at a time.
const FIRST: i64 = 6;
const MOST: i64 = 1_000;
/// How much of the log is looked through in the first statement, and in any: very busy logs have millions of
/// calls in ten minutes.
const SPAN: TimeDelta = TimeDelta::minutes(2);
const SHORTEST_SPAN: TimeDelta = TimeDelta::seconds(1);
const LONGEST_SPAN: TimeDelta = TimeDelta::hours(48);
/// A statement that took less is followed by a wider one, by up to four times; one that took more, by a
/// narrower one.
const QUICK: Duration = Duration::from_millis(30);

/// How far the search is.
pub(super) struct Search {
    direction: Direction,
    /// What is before it, in the order of the direction, was looked through.
    position: Option<Position>,
    /// Hours that may hold some, in the order of the direction, and how many evaluations; 0 where no sums are
    /// made.
    hours: VecDeque<(DateTime<Utc>, i64)>,
    is_last: bool,
    ask: i64,
    span: TimeDelta,
}

/// How much a page still lacks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Missing {
    pub(super) rows: usize,
    /// As many calls most likely suffice.
    pub(super) calls: usize,
}

/// What a statement found in ten minutes, or a part of them.
struct Window {
    /// The bound where it ends in the order of the direction.
    end: DateTime<Utc>,
    /// Evaluations in all of the ten minutes.
    rows: i64,
    calls: Vec<Call>,
}

impl Search {
    pub(super) fn new(from: Option<Position>, direction: Direction) -> Self {
        let hours = VecDeque::new();
        Self { direction, position: from, hours, is_last: false, ask: FIRST, span: SPAN }
    }

    /// Where to go on.
    pub(super) fn position(&self) -> Option<Position> {
        self.position
    }

    /// The next calls, perhaps none yet; `None`: there are no more.
    pub(super) async fn next(
        &mut self,
        connection: &mut PgConnection,
        wanted: &Wanted,
        missing: Missing,
    ) -> Result<Option<Vec<Call>>, StoreError> {
        if self.hours.is_empty() && !self.is_last {
            self.ask(connection, wanted).await?;
        }
        if self.hours.is_empty() {
            return Ok(None);
        }
        let began = Instant::now();
        let most = (self.span.num_seconds() / PERIOD.num_seconds()).max(1);
        // Each hour's counts are looked up, so no more of them than a page needs.
        let mut before = 0;
        let is_needed = |(_, rows): &&(DateTime<Utc>, i64)| {
            let is_needed = before <= missing.rows as i64;
            before += *rows;
            is_needed
        };
        let most_hours = usize::try_from(most).unwrap_or(1);
        let hours: Vec<_> =
            self.hours.iter().take(most_hours).take_while(is_needed).map(|(hour, _)| *hour).collect();
        let windows = self.look(connection, wanted, &hours, most, missing).await?;
        let took = began.elapsed().as_secs_f64().max(0.001);
        let times = (QUICK.as_secs_f64() / took).clamp(0.25, 4.0);
        let span = TimeDelta::milliseconds((self.span.num_milliseconds() as f64 * times) as i64);
        self.span = span.clamp(SHORTEST_SPAN, LONGEST_SPAN);
        let rows: i64 = windows.iter().map(|window| window.rows).sum();
        let is_all = i64::try_from(windows.len()).is_ok_and(|found| found < most)
            && usize::try_from(rows).is_ok_and(|rows| rows <= missing.rows);
        let mut calls = Vec::new();
        for window in windows {
            let is_full = window.calls.len() >= missing.calls;
            calls.extend(window.calls);
            if is_full {
                // There may be more of them behind the last one.
                self.position = calls.last().map(Call::position);
                self.pass();
                return Ok(Some(calls));
            }
            self.position = Some(Position { at: window.end, id: Uuid::nil() });
        }
        if let (true, Some(last)) = (is_all, hours.last()) {
            let at = if self.direction == Direction::Older { *last } else { *last + HOUR };
            self.position = Some(Position { at, id: Uuid::nil() });
        }
        self.pass();
        Ok(Some(calls))
    }

    /// Leaves the hours behind that were looked through.
    fn pass(&mut self) {
        let Some(Position { at, .. }) = self.position else { return };
        let is_over = |hour: DateTime<Utc>| match self.direction {
            Direction::Older => hour >= at,
            Direction::Newer => hour + HOUR <= at,
        };
        while self.hours.front().is_some_and(|(hour, _)| is_over(*hour)) {
            self.hours.pop_front();
        }
    }

    /// Asks for the next hours that hold some, or of which no sums are made.
    async fn ask(&mut self, connection: &mut PgConnection, wanted: &Wanted) -> Result<(), StoreError> {
        let (bound, order) = match self.direction {
            Direction::Older => (" and h.at <= ", "desc"),
            Direction::Newer => (" and h.at >= ", "asc"),
        };
        let next = self.position.map(|position| hour_of(position.at));
        let push_span = |query: &mut QueryBuilder<Postgres>| {
            if let Some(next) = next {
                query.push(bound).push_bind(next);
            }
            if let Some(from) = wanted.filter.from {
                query.push(" and h.at >= ").push_bind(hour_of(from));
            }
            if let Some(to) = wanted.filter.to {
                query.push(" and h.at < ").push_bind(to);
            }
        };
        let mut query: QueryBuilder<Postgres> = QueryBuilder::new(
            "select at, min(rows) from ((select h.at, sum(h.evaluations)::int8 as rows
             from (select c.at, c.evaluations from halyard.hourly_counts c where true",
        );
        if wanted.flag.is_none() && wanted.served.is_none() {
            query.push(" and c.flag = 0 and c.version = 0");
        }
        wanted.push_counts(&mut query, true);
        query.push(") h where true");
        push_span(&mut query);
        query.push(format!(" group by 1 order by 1 {order} limit ")).push_bind(self.ask);
        query.push(
            ") union all (select h.at, 0 from generate_series(
                 (select date_bin('1 hour', min(c.at), 'epoch') from halyard.evaluation_counts c),
                 (select max(c.at) from halyard.evaluation_counts c), interval '1 hour') h (at)
             where not exists (select from halyard.evaluation_hours m where m.at = h.at)",
        );
        push_span(&mut query);
        query.push(format!(" order by 1 {order} limit ")).push_bind(self.ask);
        query.push(format!(")) hours group by at order by at {order} limit ")).push_bind(self.ask);
        let hours: Vec<(DateTime<Utc>, i64)> = query.build_query_as().fetch_all(connection).await?;
        self.is_last = i64::try_from(hours.len()).is_ok_and(|found| found < self.ask);
        self.ask = (self.ask * 12).min(MOST);
        self.hours = hours.into();
        Ok(())
    }

    /// Looks through the next ten minutes of these hours that hold some, as many as `most` and no more than
    /// are needed. Counted and looked through in one statement, so that no call comes in between.
    async fn look(
        &self,
        connection: &mut PgConnection,
        wanted: &Wanted,
        hours: &[DateTime<Utc>],
        most: i64,
        missing: Missing,
    ) -> Result<Vec<Window>, StoreError> {
        let is_older = self.direction == Direction::Older;
        let order = if is_older { "desc" } else { "asc" };
        let mut query: QueryBuilder<Postgres> = QueryBuilder::new(format!(
            "with windows as materialized (
                 select w.at, w.rows from (
                     select c.at, sum(c.evaluations)::int8 as rows,
                         sum(sum(c.evaluations)) over (order by c.at {order}) - sum(c.evaluations) as before,
                         row_number() over (order by c.at {order}) as place
                     from unnest("
        ));
        // Fenced (`offset 0`), or the planner would read all counts where a condition is rare.
        query.push_bind(hours.to_vec()).push(
            ") as h (at) cross join lateral (
                 select c.at, c.evaluations from halyard.evaluation_counts c
                 where c.at >= h.at and c.at < h.at + interval '1 hour'",
        );
        wanted.push_counts(&mut query, true);
        if let Some(Position { at, id }) = self.position {
            let bound = match self.direction {
                // Nothing is before the first call of a moment.
                Direction::Older if id.is_nil() => " and c.at < ",
                Direction::Older => " and c.at <= ",
                Direction::Newer => " and c.at >= ",
            };
            query.push(bound).push_bind(if is_older { at } else { start_of(at) });
        }
        if let Some(from) = wanted.filter.from {
            query.push(" and c.at >= ").push_bind(start_of(from));
        }
        if let Some(to) = wanted.filter.to {
            query.push(" and c.at < ").push_bind(to);
        }
        query.push(" offset 0) c group by c.at) w where w.place <= ").push_bind(most);
        query.push(" and w.before <= ").push_bind(missing.rows as i64);
        query.push("), spans as (select w.at, w.rows, ");
        let ten_minutes = format!("w.at + interval '{} seconds'", PERIOD.num_seconds());
        if is_older {
            let upper =
                self.position.map_or_else(|| Utc::now() + TimeDelta::minutes(1), |position| position.at);
            query.push(format!("greatest(w.at, least({ten_minutes}, ")).push_bind(upper).push(") - ");
            query.push_bind(self.span).push(format!(") as begin, {ten_minutes} as until from windows w)"));
        } else {
            let lower = self.position.map_or(DateTime::UNIX_EPOCH, |position| position.at);
            query.push("greatest(w.at, ").push_bind(lower);
            query.push(format!(") as begin, least({ten_minutes}, greatest(w.at, ")).push_bind(lower);
            query.push(") + ").push_bind(self.span).push(") as until from windows w)");
        }
        query
            .push(" select e.*, w.at, w.begin, w.until, w.rows from spans w left join lateral (")
            .push(CALLS);
        query.push(" and e.evaluated_at >= w.begin and e.evaluated_at < w.until");
        self.push_bounds(&mut query, wanted, hours);
        wanted.push_calls(&mut query);
        // Ordered and limited, or the planner would turn it inside out and read the whole log.
        query.push(format!(" order by e.evaluated_at {order}, e.id {order} limit least(w.rows, "));
        query.push_bind(missing.calls as i64).push(")) e on true");
        query.push(format!(" order by w.at {order}, e.evaluated_at {order}, e.id {order}"));

        let mut windows: Vec<(DateTime<Utc>, Window)> = Vec::new();
        for row in query.build().fetch_all(connection).await? {
            let at = row.try_get(11)?;
            if windows.last().is_none_or(|(last, _)| *last != at) {
                let end = row.try_get(if is_older { 12 } else { 13 })?;
                windows.push((at, Window { end, rows: row.try_get(14)?, calls: Vec::new() }));
            }
            if let (Some((_, window)), Some(_)) = (windows.last_mut(), row.try_get::<Option<Uuid>, _>(0)?) {
                window.calls.push(Call::from_row(&row)?);
            }
        }
        Ok(windows.into_iter().map(|(_, window)| window).collect())
    }

    /// Plain bounds of all of the hours, by which days of the log are left out before any is planned for.
    fn push_bounds(&self, query: &mut QueryBuilder<Postgres>, wanted: &Wanted, hours: &[DateTime<Utc>]) {
        let begin = hours.iter().min().copied().into_iter().chain(wanted.filter.from).max();
        let end = hours.iter().max().map(|hour| *hour + HOUR).into_iter().chain(wanted.filter.to).min();
        if let (Some(begin), Some(end)) = (begin, end) {
            query
                .push(" and e.evaluated_at >= ")
                .push_bind(begin)
                .push(" and e.evaluated_at < ")
                .push_bind(end);
        }
        if let Some(Position { at, id }) = self.position {
            // Not as a pair, with which an index scan would begin, far from the ten minutes.
            let pair = if self.direction == Direction::Older { "<" } else { ">" };
            query.push(format!(" and e.evaluated_at {pair}= ")).push_bind(at);
            query.push(" and (e.evaluated_at <> ").push_bind(at);
            query.push(format!(" or e.id {pair} ")).push_bind(id).push(")");
        }
    }
}

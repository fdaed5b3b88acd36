//! Where to look for what may be rare: the ten minutes that the counts name, joined into spans that grow
//! as long as looking through them is quick. A flag among millions of calls is found at once.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, Postgres, QueryBuilder};

use super::filter::Wanted;
use super::list::Direction;
use crate::StoreError;

/// What the counts count together.
const PERIOD: TimeDelta = TimeDelta::minutes(10);
/// How many ten minutes are asked for first, and at most, at a time.
const FIRST: i64 = 6;
const MOST: i64 = 1_000;
/// Ten minutes that are looked through in one query, first and at most.
const SPAN: usize = 1;
const LONGEST_SPAN: usize = 144;
/// A span that took less is followed by a longer one.
const QUICK: Duration = Duration::from_millis(60);

/// Spans of time that hold what is wanted, in the order of a direction.
pub(super) struct Windows {
    direction: Direction,
    /// Ten minutes from here on were not asked for yet.
    next: Option<DateTime<Utc>>,
    ask: i64,
    starts: VecDeque<DateTime<Utc>>,
    is_last: bool,
    span: usize,
    given_at: Option<Instant>,
}

impl Windows {
    /// Beginning with the ten minutes that a moment is in.
    pub(super) fn new(from: Option<DateTime<Utc>>, direction: Direction) -> Self {
        let next = from.map(start_of);
        Self {
            direction,
            next,
            ask: FIRST,
            starts: VecDeque::new(),
            is_last: false,
            span: SPAN,
            given_at: None,
        }
    }

    /// The next span that holds some; the end is exclusive.
    pub(super) async fn next(
        &mut self,
        connection: &mut PgConnection,
        wanted: &Wanted,
    ) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>, StoreError> {
        if let Some(given_at) = self.given_at {
            self.span = if given_at.elapsed() < QUICK {
                (self.span * 4).min(LONGEST_SPAN)
            } else {
                (self.span / 2).max(1)
            };
        }
        if self.starts.is_empty() && !self.is_last {
            self.ask(connection, wanted).await?;
        }
        let Some(first) = self.starts.pop_front() else { return Ok(None) };
        let step = if self.direction == Direction::Older { -PERIOD } else { PERIOD };
        let mut last = first;
        for _ in 1..self.span {
            if self.starts.front() != Some(&(last + step)) {
                break;
            }
            last += step;
            self.starts.pop_front();
        }
        self.given_at = Some(Instant::now());
        Ok(Some((first.min(last), first.max(last) + PERIOD)))
    }

    async fn ask(&mut self, connection: &mut PgConnection, wanted: &Wanted) -> Result<(), StoreError> {
        let mut query: QueryBuilder<Postgres> =
            QueryBuilder::new("select distinct c.at from halyard.evaluation_counts c where true");
        wanted.push_counts(&mut query, true);
        if let Some(from) = wanted.filter.from {
            query.push(" and c.at >= ").push_bind(start_of(from));
        }
        if let Some(to) = wanted.filter.to {
            query.push(" and c.at < ").push_bind(to);
        }
        if let Some(next) = self.next {
            let bound = if self.direction == Direction::Older { " and c.at <= " } else { " and c.at >= " };
            query.push(bound).push_bind(next);
        }
        let order = if self.direction == Direction::Older { "desc" } else { "asc" };
        query.push(format!(" order by c.at {order} limit ")).push_bind(self.ask);
        let starts: Vec<DateTime<Utc>> = query.build_query_scalar().fetch_all(connection).await?;
        self.is_last = i64::try_from(starts.len()).is_ok_and(|found| found < self.ask);
        if let Some(last) = starts.last() {
            let step = if self.direction == Direction::Older { -PERIOD } else { PERIOD };
            self.next = Some(*last + step);
        }
        self.ask = (self.ask * 12).min(MOST);
        self.starts = starts.into();
        Ok(())
    }
}

/// Start of the ten minutes that a moment is in.
pub(super) fn start_of(at: DateTime<Utc>) -> DateTime<Utc> {
    let period = PERIOD.num_seconds();
    DateTime::from_timestamp(at.timestamp().div_euclid(period) * period, 0).unwrap_or(at)
}

//! Counts of a span of time, of which most is read by the hour: the sums of hours that are marked as true,
//! and the counts of ten minutes where there is none, or where the span cuts an hour.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Postgres, QueryBuilder};

use super::filter::Wanted;

/// What is counted together.
pub(super) const PERIOD: TimeDelta = TimeDelta::minutes(10);
/// What is summed up together.
pub(super) const HOUR: TimeDelta = TimeDelta::hours(1);
/// Nothing was counted before, nothing will be after.
const EVER: (DateTime<Utc>, DateTime<Utc>) = (
    DateTime::UNIX_EPOCH,
    match DateTime::from_timestamp(250_000_000_000, 0) {
        Some(end) => end,
        None => DateTime::<Utc>::MAX_UTC,
    },
);

/// A query over `counts c`: the columns of `halyard.evaluation_counts` but the writer, for what is wanted
/// from `from` (whole ten minutes) to `to`. `c.at` is the start of an hour, or of ten minutes. Where neither a
/// flag nor a value is wanted, flag and version say nothing. One statement, so that a batch which comes late
/// is either in both halves or in none; with a fence (`offset 0`), or the planner would read all counts where
/// a condition is rare.
pub(super) fn counts(
    wanted: &Wanted,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    select: &str,
) -> QueryBuilder<Postgres> {
    let (begin, end) = whole(from, to);
    let (first, last) = (hour_of(begin), hour_of(end));
    let first = if first < begin { first + HOUR } else { first };
    if last <= first {
        return counts_of_ten_minutes(wanted, from, to, select);
    }
    let mut query = QueryBuilder::new(
        "with open (begin, until) as materialized (
             select g.at, g.at + interval '1 hour' from generate_series(
                 greatest(date_bin('1 hour', (select min(c.at) from halyard.evaluation_counts c), 'epoch'), ",
    );
    query.push_bind(first);
    query.push("), least(coalesce((select max(c.at) from halyard.evaluation_counts c), 'epoch'), ");
    query.push_bind(last - HOUR).push("), interval '1 hour') as g (at)");
    query.push(" where not exists (select from halyard.evaluation_hours h where h.at = g.at)");
    for (begin, until) in [(begin, first), (last, end)] {
        query.push(" union all select ").push_bind(begin).push(", ").push_bind(until);
    }
    query.push("), counts as (").push(COLUMNS);
    query.push(" from halyard.hourly_counts c join halyard.evaluation_hours h on h.at = c.at where c.at >= ");
    query.push_bind(first).push(" and c.at < ").push_bind(last);
    if wanted.flag.is_none() && wanted.served.is_none() {
        query.push(" and c.flag = 0 and c.version = 0");
    }
    wanted.push_counts(&mut query, false);
    query.push(" union all select c.* from open o cross join lateral (").push(COLUMNS);
    query.push(" from halyard.evaluation_counts c where c.at >= o.begin and c.at < o.until");
    wanted.push_counts(&mut query, false);
    query.push(" offset 0) c) ").push(select);
    query
}

/// [`counts`] by ten minutes alone.
pub(super) fn counts_of_ten_minutes(
    wanted: &Wanted,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    select: &str,
) -> QueryBuilder<Postgres> {
    let (begin, end) = whole(from, to);
    let mut query = QueryBuilder::new("with counts as (");
    query.push(COLUMNS).push(" from halyard.evaluation_counts c where c.at >= ");
    query.push_bind(begin).push(" and c.at < ").push_bind(end);
    wanted.push_counts(&mut query, false);
    query.push(") ").push(select);
    query
}

/// A span that ends with whole ten minutes.
fn whole(from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) -> (DateTime<Utc>, DateTime<Utc>) {
    let end = to.unwrap_or(EVER.1).min(EVER.1);
    let end = if start_of(end) < end { start_of(end) + PERIOD } else { end };
    (start_of(from.unwrap_or(EVER.0)), end)
}

const COLUMNS: &str =
    "select c.at, c.flag, c.version, c.environment, c.source, c.sdk, c.outcome, c.evaluations";

/// Start of the hour that a moment is in.
pub(super) fn hour_of(at: DateTime<Utc>) -> DateTime<Utc> {
    let hour = HOUR.num_seconds();
    DateTime::from_timestamp(at.timestamp().div_euclid(hour) * hour, 0).unwrap_or(at)
}

/// Start of the ten minutes that a moment is in.
pub(super) fn start_of(at: DateTime<Utc>) -> DateTime<Utc> {
    let period = PERIOD.num_seconds();
    DateTime::from_timestamp(at.timestamp().div_euclid(period) * period, 0).unwrap_or(at)
}

//! Evaluations over time, from the counts alone: never from the log itself.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use halyard_engine::{OffBy, Validation};
use serde::Serialize;
use serde_json::Value;
use sqlx::{PgConnection, Row};
use ts_rs::TS;

use super::call::{Meaning, Served, meanings};
use super::filter::{EvaluationFilter, EvaluationReason, Wanted, off_by};
use super::hours::{HOUR, counts, counts_of_ten_minutes};
use super::remembered::OTHER;
use crate::store::DEADLINE;
use crate::{Store, StoreError};

/// Buckets of a histogram, at most.
pub const MAX_BUCKETS: u32 = 1_000;
/// Values that get a series each; the others are one together.
const MAX_VALUES: usize = 6;
/// Lengths that a bucket may have, in seconds: whole ten minutes, hours, days.
const STEPS: [i64; 11] =
    [600, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 2 * 86_400, 7 * 86_400];

/// Which histogram.
#[derive(Debug, Clone, PartialEq)]
pub struct HistogramAsk {
    /// Its own times are left aside.
    pub filter: EvaluationFilter,
    /// The beginning.
    pub from: DateTime<Utc>,
    /// The end, exclusive.
    pub to: DateTime<Utc>,
    /// About how many buckets, 1 to [`MAX_BUCKETS`].
    pub buckets: u32,
}

/// Evaluations over time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EvaluationsHistogram {
    /// Seconds that a bucket is long: ten minutes or more.
    #[ts(type = "number")]
    pub step: i64,
    /// What is counted apart, in the order of each bucket's counts: values where one flag is asked for,
    /// reasons otherwise.
    pub series: Vec<HistogramSeries>,
    /// Every bucket from the beginning to the end, empty ones too.
    pub buckets: Vec<HistogramBucket>,
    /// All of them together.
    #[ts(type = "number")]
    pub total: i64,
    /// Names of filters that are set and that the counts do not follow: `entityId`, which they know nothing
    /// of; `sdk` and `sdkContains` where some SDKs are counted together.
    pub not_applied: Vec<String>,
}

/// What is counted apart.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistogramSeries {
    /// The value; null where reasons are counted.
    pub value: Option<Value>,
    /// The reason; null where values are counted.
    pub reason: Option<EvaluationReason>,
    /// What kept it off, where reasons are counted: killed and off are two series.
    pub off_by: Option<OffBy>,
    /// All values beyond the six most served.
    pub other: bool,
    /// All of them together.
    #[ts(type = "number")]
    pub total: i64,
}

/// A bucket.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct HistogramBucket {
    /// Its beginning.
    pub at: DateTime<Utc>,
    /// Evaluations of each series.
    #[ts(type = "Array<number>")]
    pub counts: Vec<i64>,
}

impl HistogramAsk {
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let mut validation = Validation::new();
        if !super::is_time(self.from) || !super::is_time(self.to) || self.from >= self.to {
            validation.add("to", "The end must be after the beginning.");
        } else if self.to - self.from > chrono::TimeDelta::days(4_000) {
            validation.add("from", "The span is longer than anything is kept: 4,000 days at most.");
        }
        if !(1..=MAX_BUCKETS).contains(&self.buckets) {
            validation.add("buckets", "Ask for 1 to 1,000 buckets.");
        }
        validation.finish().map_err(StoreError::Invalid)
    }

    /// The length of a bucket that gives no more than were asked for, if any does.
    fn step(&self) -> i64 {
        let seconds = (self.to - self.from).num_seconds();
        let fits = |step: &&i64| seconds / **step < i64::from(self.buckets);
        STEPS.iter().find(fits).copied().unwrap_or_else(|| {
            let days = seconds / i64::from(self.buckets) / 86_400 + 1;
            days * 86_400
        })
    }
}

impl Store {
    /// Counts evaluations over time.
    ///
    /// # Errors
    /// `Invalid`; outages.
    pub async fn evaluations_histogram(
        &self,
        ask: &HistogramAsk,
    ) -> Result<EvaluationsHistogram, StoreError> {
        ask.check()?;
        self.read(DEADLINE, async |connection| histogram(connection, ask).await).await
    }

    /// About how many rows a filter finds, by the counts; `None` when those cannot tell.
    ///
    /// # Errors
    /// `Invalid`; outages.
    pub async fn evaluations_estimated(&self, filter: &EvaluationFilter) -> Result<Option<u64>, StoreError> {
        if filter.entity_id.is_some() {
            return Ok(None);
        }
        self.read(DEADLINE, async |connection| {
            let Some(wanted) = Wanted::resolve(connection, filter).await? else { return Ok(Some(0)) };
            let sum = "select coalesce(sum(c.evaluations), 0)::int8 from counts c";
            let mut query = counts(&wanted, filter.from, filter.to, sum);
            let rows: i64 = query.build_query_scalar().fetch_one(connection).await?;
            Ok(u64::try_from(rows).ok())
        })
        .await
    }
}

/// Which series an outcome belongs to.
type Sorted = BTreeMap<DateTime<Utc>, HashMap<String, i64>>;

pub(super) async fn histogram(
    connection: &mut PgConnection,
    ask: &HistogramAsk,
) -> Result<EvaluationsHistogram, StoreError> {
    let step = ask.step();
    let not_applied = if ask.filter.entity_id.is_some() { vec!["entityId".to_owned()] } else { Vec::new() };
    // The counts decide where buckets begin: whole ten minutes, hours, days of UTC.
    let floor = |at: DateTime<Utc>| at.timestamp().div_euclid(step) * step;
    let begin = floor(ask.from);
    let mut histogram = EvaluationsHistogram { step, not_applied, ..EvaluationsHistogram::default() };
    let starts = (begin..ask.to.timestamp().max(begin + 1)).step_by(usize::try_from(step).unwrap_or(600));
    let starts: Vec<DateTime<Utc>> = starts.filter_map(|start| DateTime::from_timestamp(start, 0)).collect();

    let filter = EvaluationFilter { from: None, to: None, entity_id: None, ..ask.filter.clone() };
    let mut counted = Sorted::new();
    let mut totals: HashMap<String, (HistogramSeries, i64)> = HashMap::new();
    if let Some(wanted) = Wanted::resolve(connection, &filter).await? {
        if let Some(name) = uncounted_sdk(connection, ask).await? {
            histogram.not_applied.push(name.to_owned());
        }
        let rows = count(connection, &wanted, ask, step).await?;
        let by_value = wanted.flag.is_some();
        let served: HashSet<Served> = rows.iter().filter_map(|(_, served, _)| *served).collect();
        let meanings = if by_value { meanings(connection, &served).await? } else { HashMap::new() };
        for (at, served, evaluations) in rows {
            let series = series_of(served, by_value, &meanings);
            let name =
                serde_json::to_string(&(&series.value, &series.reason, &series.off_by)).unwrap_or_default();
            *counted.entry(at).or_default().entry(name.clone()).or_default() += evaluations;
            totals.entry(name).or_insert((series, 0)).1 += evaluations;
        }
    }
    let mut ranked: Vec<(String, HistogramSeries, i64)> =
        totals.into_iter().map(|(name, (series, total))| (name, series, total)).collect();
    ranked.sort_by(|one, other| (other.2, &one.0).cmp(&(one.2, &other.0)));
    let others = ranked.split_off(ranked.len().min(MAX_VALUES));
    histogram.series =
        ranked.iter().map(|(_, series, total)| HistogramSeries { total: *total, ..series.clone() }).collect();
    if !others.is_empty() {
        let total = others.iter().map(|(_, _, total)| total).sum();
        histogram.series.push(HistogramSeries {
            value: None,
            reason: None,
            off_by: None,
            other: true,
            total,
        });
    }
    histogram.total = histogram.series.iter().map(|series| series.total).sum();
    let empty = HashMap::new();
    for at in starts {
        let of = counted.get(&at).unwrap_or(&empty);
        let mut counts: Vec<i64> =
            ranked.iter().map(|(name, _, _)| of.get(name).copied().unwrap_or_default()).collect();
        if !others.is_empty() {
            counts.push(of.values().sum::<i64>() - counts.iter().sum::<i64>());
        }
        histogram.buckets.push(HistogramBucket { at, counts });
    }
    Ok(histogram)
}

/// The filter for an SDK, where some in the span are counted together: it may be one of them.
async fn uncounted_sdk(
    connection: &mut PgConnection,
    ask: &HistogramAsk,
) -> Result<Option<&'static str>, StoreError> {
    let name = match (&ask.filter.sdk, &ask.filter.sdk_contains) {
        (Some(_), _) => "sdk",
        (None, Some(_)) => "sdkContains",
        (None, None) => return Ok(None),
    };
    let filter = EvaluationFilter { sdk: Some(OTHER.to_owned()), ..EvaluationFilter::default() };
    let others = Wanted { filter, flag: None, outcomes: None, served: None };
    let mut query = counts(&others, Some(ask.from), Some(ask.to), "select exists (select from counts)");
    let together: bool = query.build_query_scalar().fetch_one(connection).await?;
    Ok(together.then_some(name))
}

fn series_of(served: Option<Served>, by_value: bool, meanings: &HashMap<Served, Meaning>) -> HistogramSeries {
    let outcome = served.map_or(0, |(_, _, outcome)| outcome);
    let value = served.and_then(|served| meanings.get(&served)).map(|meaning| meaning.value.clone());
    if by_value {
        return HistogramSeries { value, reason: None, off_by: None, other: false, total: 0 };
    }
    let (reason, off_by) = (Some(EvaluationReason::of(outcome)), off_by(outcome));
    HistogramSeries { value: None, reason, off_by, other: false, total: 0 }
}

/// Evaluations by bucket and what was served; without a flag only the outcome is told apart.
async fn count(
    connection: &mut PgConnection,
    wanted: &Wanted,
    ask: &HistogramAsk,
    step: i64,
) -> Result<Vec<(DateTime<Utc>, Option<Served>, i64)>, StoreError> {
    let told = if wanted.flag.is_some() { "c.flag, c.version" } else { "0, 0" };
    let counts = if step < HOUR.num_seconds() { counts_of_ten_minutes } else { counts };
    let mut query = counts(wanted, Some(ask.from), Some(ask.to), "select date_bin(interval '1 second' * ");
    query.push_bind(step).push(", c.at, 'epoch'), ");
    query.push(told).push(", c.outcome, sum(c.evaluations)::int8 from counts c group by 1, 2, 3, 4");
    let rows = query.build().fetch_all(connection).await?;
    let read = |row: &sqlx::postgres::PgRow| {
        let served = (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
        Ok((row.try_get(0)?, Some(served), row.try_get(4)?))
    };
    Ok(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
}

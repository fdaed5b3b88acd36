//! How flags are used, from the counts: by whom, when last, and whether a flag still decides anything.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::{FromRow, PgConnection};
use ts_rs::TS;
use uuid::Uuid;

use super::call::{Served, meanings};
use super::filter::{EvaluationFilter, Wanted, number_of};
use super::histogram::{EvaluationsHistogram, HistogramAsk, histogram};
use super::hours::counts;
use crate::store::DEADLINE;
use crate::{Store, StoreError};

/// A flag that was not evaluated, or served one value, for so long has probably done its work.
const LONG: TimeDelta = TimeDelta::days(30);

/// How one flag is used.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FlagUsage {
    /// Its values over time.
    pub histogram: EvaluationsHistogram,
    /// Versions that began in the histogram's time, oldest first.
    pub versions: Vec<FlagVersionMark>,
    /// Who read it in the histogram's time, most first.
    pub sdks: Vec<SdkUsage>,
    /// The ten minutes in which it was last evaluated, ever; null: never.
    pub last_evaluated_at: Option<DateTime<Utc>>,
    /// What the counts of the last 30 days say, over all environments.
    pub state: UsageState,
}

/// When a version began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FlagVersionMark {
    /// The version.
    pub version: i32,
    /// When it was saved.
    pub at: DateTime<Utc>,
}

/// An SDK that reads a flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, FromRow)]
#[serde(rename_all = "camelCase")]
pub struct SdkUsage {
    /// What it says it is; `other` beyond the hundredth.
    pub sdk: String,
    /// Which door it came through.
    pub source: String,
    /// The environment.
    pub environment: String,
    /// How often.
    #[ts(type = "number")]
    pub evaluations: i64,
    /// When it last did: the ten minutes, or the hour where those are summed up.
    pub last_at: DateTime<Utc>,
}

/// What the counts say about whether a flag is needed.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum UsageState {
    /// Nobody ever asked for it.
    Never,
    /// Nobody asked for it in the last 30 days.
    Idle {
        /// When somebody last did.
        since: DateTime<Utc>,
    },
    /// It is only fetched together with all flags: nobody can tell whether it is read.
    BulkOnly,
    /// Everybody got the same value for 30 days.
    SameValue {
        /// Which.
        value: Value,
    },
    /// It is in use.
    Used,
}

/// All flags, briefly.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FlagsUsage {
    /// The beginning of the first of the 24 hours.
    pub from: DateTime<Utc>,
    /// Flags that were evaluated at least once.
    pub flags: Vec<FlagUsageBrief>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FlagUsageBrief {
    /// The flag.
    pub flag_id: Uuid,
    /// Evaluations in each of the last 24 hours, oldest first; the last one is under way.
    #[ts(type = "Array<number>")]
    pub hourly: Vec<i64>,
    /// The ten minutes in which it was last evaluated.
    pub last_evaluated_at: DateTime<Utc>,
}

impl Store {
    /// How a flag (by key) is used.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`; outages.
    pub async fn flag_usage(
        &self,
        flag_key: &str,
        environment: Option<&str>,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        buckets: u32,
    ) -> Result<FlagUsage, StoreError> {
        let filter = EvaluationFilter {
            flag_key: Some(flag_key.to_owned()),
            environment: environment.map(str::to_owned),
            ..EvaluationFilter::default()
        };
        let ask = HistogramAsk { filter, from, to, buckets };
        ask.check()?;
        self.read_snapshot(DEADLINE, async |connection| usage(connection, flag_key, &ask).await).await
    }

    /// Every flag's last 24 hours, and when it was last evaluated.
    ///
    /// # Errors
    /// Outages.
    pub async fn flags_usage(&self) -> Result<FlagsUsage, StoreError> {
        let this_hour = Utc::now().timestamp().div_euclid(3_600) * 3_600;
        let from = DateTime::from_timestamp(this_hour, 0).unwrap_or_default() - TimeDelta::hours(23);
        self.read(DEADLINE, async |connection| {
            let rows = sqlx::query!(
                r#"with counts as (
                     select c.flag, c.at, c.evaluations
                     from halyard.hourly_counts c join halyard.evaluation_hours h on h.at = c.at
                     where c.at >= $1 and c.flag <> 0
                     union all
                     select c.flag, g.at, c.evaluations
                     from generate_series($1, $1 + interval '23 hours', interval '1 hour') as g (at)
                     join halyard.evaluation_counts c on c.at >= g.at and c.at < g.at + interval '1 hour'
                     where not exists (select from halyard.evaluation_hours h where h.at = g.at)),
                 recent as materialized (
                     select c.flag, c.at, sum(c.evaluations)::int8 as evaluations from counts c group by 1, 2)
                 select f.id, last.at as "last_evaluated_at!",
                     array(select coalesce(h.evaluations, 0)
                           from generate_series($1, $1 + interval '23 hours', interval '1 hour') as hour (at)
                           left join recent h on h.flag = f.number and h.at = hour.at
                           order by hour.at) as "hourly!"
                 from halyard.feature_flags f
                 cross join lateral (
                     select max(c.at) as at from halyard.evaluation_counts c where c.flag = f.number) last
                 where last.at is not null"#,
                from
            )
            .fetch_all(connection)
            .await?;
            let flags = rows.into_iter().map(|row| FlagUsageBrief {
                flag_id: row.id,
                hourly: row.hourly,
                last_evaluated_at: row.last_evaluated_at,
            });
            Ok(FlagsUsage { from, flags: flags.collect() })
        })
        .await
    }
}

async fn usage(
    connection: &mut PgConnection,
    flag_key: &str,
    ask: &HistogramAsk,
) -> Result<FlagUsage, StoreError> {
    let number =
        number_of(connection, flag_key).await?.ok_or_else(|| StoreError::not_found("flag", flag_key))?;
    let histogram = histogram(connection, ask).await?;
    let versions = sqlx::query_as!(
        FlagVersionMark,
        r#"select version, (flag ->> 'updatedAt')::timestamptz as "at!" from halyard.flag_versions
         where number = $1 and (flag ->> 'updatedAt')::timestamptz >= $2
             and (flag ->> 'updatedAt')::timestamptz < $3
         order by version"#,
        number,
        ask.from,
        ask.to
    )
    .fetch_all(&mut *connection)
    .await?;
    let of_flag = |environment| Wanted {
        filter: EvaluationFilter { environment, ..EvaluationFilter::default() },
        flag: Some(number),
        outcomes: None,
        served: None,
    };
    let sdks = "select c.sdk, c.source, c.environment, sum(c.evaluations)::int8 as evaluations,
             max(c.at) as last_at
         from counts c group by 1, 2, 3 order by 4 desc, 1, 2, 3 limit 100";
    let sdks = counts(&of_flag(ask.filter.environment.clone()), Some(ask.from), Some(ask.to), sdks)
        .build_query_as::<SdkUsage>()
        .fetch_all(&mut *connection)
        .await?;
    let last_evaluated_at =
        sqlx::query_scalar!("select max(at) from halyard.evaluation_counts where flag = $1", number)
            .fetch_one(&mut *connection)
            .await?;
    let state = state(connection, &of_flag(None), number, last_evaluated_at).await?;
    Ok(FlagUsage { histogram, versions, sdks, last_evaluated_at, state })
}

async fn state(
    connection: &mut PgConnection,
    of_flag: &Wanted,
    number: i32,
    last_evaluated_at: Option<DateTime<Utc>>,
) -> Result<UsageState, StoreError> {
    let Some(last) = last_evaluated_at else { return Ok(UsageState::Never) };
    let since = Utc::now() - LONG;
    if last < since {
        return Ok(UsageState::Idle { since: last });
    }
    let recent = "select c.version, c.outcome, bool_or(c.source in ('evaluate', 'ofrep'))
         from counts c group by 1, 2";
    let recent: Vec<(i32, i16, bool)> =
        counts(of_flag, Some(since), None, recent).build_query_as().fetch_all(&mut *connection).await?;
    if !recent.iter().any(|(_, _, one_by_one)| *one_by_one) {
        return Ok(UsageState::BulkOnly);
    }
    // The same value for a month: only for what was there, and asked for, that long.
    let older = sqlx::query_scalar!(
        r#"select exists (select from halyard.evaluation_counts where flag = $1 and at < $2) as "older!""#,
        number,
        since + TimeDelta::days(1)
    )
    .fetch_one(&mut *connection)
    .await?;
    let served: HashSet<Served> =
        recent.iter().map(|(version, outcome, _)| (number, *version, *outcome)).collect();
    let values = meanings(connection, &served).await?;
    let mut told = served.iter().map(|served| values.get(served).map(|meaning| &meaning.value));
    Ok(match told.next().flatten() {
        Some(first) if older && told.all(|value| value == Some(first)) => {
            UsageState::SameValue { value: first.clone() }
        }
        _ => UsageState::Used,
    })
}

//! Storing a batch: rows, counts, flag sets and the batch's id in one transaction.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{EvaluationBatch, EvaluationCall, FlagSet, StoredDays};
use crate::memberships::entity_id::is_entity_id;
use crate::{Store, StoreError};

const MAX_SDK_LENGTH: usize = 100;
const MAX_ENVIRONMENT_LENGTH: usize = 50;

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Calls that are in the log now; those of an earlier attempt when `replayed`.
    pub stored: usize,
    /// Calls that cannot be stored: a text that Postgres cannot hold, or results that do not fit
    /// their flag set.
    pub refused: usize,
    /// Calls from a day whose part of the log is gone, or not made yet.
    pub expired: usize,
    /// The batch had been stored before; nothing was written.
    pub replayed: bool,
}

impl Store {
    /// Appends a batch to the evaluation log, in one transaction: all or nothing, and exactly once
    /// however often it is tried.
    ///
    /// # Errors
    /// `Timeout` after `within`; `Unavailable`. The batch may be tried again.
    pub async fn evaluations_append(
        &self,
        batch: &EvaluationBatch,
        within: Duration,
    ) -> Result<Appended, StoreError> {
        self.read(within, async |connection| {
            let mut transaction = sqlx::Connection::begin(connection).await?;
            let appended = append(&mut transaction, batch).await?;
            transaction.commit().await?;
            Ok(appended)
        })
        .await
    }
}

async fn append(transaction: &mut PgConnection, batch: &EvaluationBatch) -> Result<Appended, StoreError> {
    let fit: Vec<&EvaluationCall> = batch.calls.iter().filter(|call| fits(call)).collect();
    let refused = batch.calls.len() - fit.len();

    let days = StoredDays::load(transaction).await?;
    let kept: Vec<&EvaluationCall> =
        fit.iter().copied().filter(|call| days.contains(call.evaluated_at)).collect();
    let expired = fit.len() - kept.len();

    let new = sqlx::query!(
        "insert into halyard.evaluation_batches (id, writer, calls) values ($1, $2, $3) on conflict (id) do nothing",
        batch.id,
        batch.writer,
        i32::try_from(kept.len()).unwrap_or(i32::MAX),
    )
    .execute(&mut *transaction)
    .await?
    .rows_affected()
        == 1;
    if new && !kept.is_empty() {
        insert_flag_sets(transaction, &kept).await?;
        insert_calls(transaction, &kept).await?;
        add_counts(transaction, batch.writer, &kept).await?;
    }
    Ok(Appended { stored: kept.len(), refused, expired, replayed: !new })
}

fn fits(call: &EvaluationCall) -> bool {
    let environment_fits = !call.environment.is_empty()
        && !call.environment.contains('\0')
        && call.environment.len() <= MAX_ENVIRONMENT_LENGTH;
    environment_fits
        && (call.entity_id.is_empty() || is_entity_id(&call.entity_id))
        && call.outcomes.len() == call.flag_set.len()
        && !call.outcomes.is_empty()
}

/// What callers say about themselves is not worth refusing their calls.
fn presentable_sdk(sdk: &str) -> String {
    sdk.chars().filter(|character| !character.is_control()).take(MAX_SDK_LENGTH).collect()
}

async fn insert_flag_sets(
    transaction: &mut PgConnection,
    calls: &[&EvaluationCall],
) -> Result<(), StoreError> {
    let sets: HashMap<Uuid, &FlagSet> =
        calls.iter().map(|call| (call.flag_set.id, &*call.flag_set)).collect();
    let mut sets: Vec<&FlagSet> = sets.into_values().collect();
    // In one order everywhere, so that two writers never wait for each other in a circle.
    sets.sort_by_key(|set| set.id);
    for set in sets {
        sqlx::query!(
            "insert into halyard.flag_sets (id, flags, versions) values ($1, $2, $3) on conflict (id) do nothing",
            set.id,
            &set.flags,
            &set.versions,
        )
        .execute(&mut *transaction)
            .await?;
    }
    Ok(())
}

async fn insert_calls(transaction: &mut PgConnection, calls: &[&EvaluationCall]) -> Result<(), StoreError> {
    // unnest would flatten arrays of arrays, so outcomes travel as the text of an array.
    let outcomes = |call: &EvaluationCall| {
        let codes: Vec<String> = call.outcomes.iter().map(i16::to_string).collect();
        format!("{{{}}}", codes.join(","))
    };
    sqlx::query!(
        "insert into halyard.evaluations
             (id, evaluated_at, environment, entity_id, source, sdk, stale, config_version, flag_set, outcomes)
         select u.id, u.at, u.environment, u.entity_id, u.source, u.sdk, u.stale, u.config_version, u.flag_set,
                u.outcomes::smallint[]
         from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bool[],
                     $8::int8[], $9::uuid[], $10::text[])
              u (id, at, environment, entity_id, source, sdk, stale, config_version, flag_set, outcomes)",
        &calls.iter().map(|call| call.id).collect::<Vec<_>>(),
        &calls.iter().map(|call| call.evaluated_at).collect::<Vec<_>>(),
        &calls.iter().map(|call| &*call.environment).collect::<Vec<_>>() as _,
        &calls.iter().map(|call| &*call.entity_id).collect::<Vec<_>>() as _,
        &calls.iter().map(|call| call.source.as_str()).collect::<Vec<_>>() as _,
        &calls.iter().map(|call| presentable_sdk(&call.sdk)).collect::<Vec<_>>(),
        &calls.iter().map(|call| call.stale).collect::<Vec<_>>(),
        &calls.iter().map(|call| call.config_version).collect::<Vec<_>>(),
        &calls.iter().map(|call| call.flag_set.id).collect::<Vec<_>>(),
        &calls.iter().map(|call| outcomes(call)).collect::<Vec<_>>(),
    )
    .execute(transaction)
    .await?;
    Ok(())
}

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct CountKey {
    flag: i32,
    at: DateTime<Utc>,
    version: i32,
    environment: String,
    source: &'static str,
    sdk: String,
    outcome: i16,
}

fn counts(calls: &[&EvaluationCall]) -> Vec<(CountKey, i64)> {
    let mut counts: HashMap<CountKey, i64> = HashMap::new();
    for call in calls {
        let at = call.evaluated_at.duration_trunc(TimeDelta::minutes(10)).unwrap_or(call.evaluated_at);
        let sdk = presentable_sdk(&call.sdk);
        let flags = call.flag_set.flags.iter().zip(&call.flag_set.versions);
        for ((flag, version), outcome) in flags.zip(&call.outcomes) {
            let key = CountKey {
                flag: *flag,
                at,
                version: *version,
                environment: call.environment.to_string(),
                source: call.source.as_str(),
                sdk: sdk.clone(),
                outcome: *outcome,
            };
            *counts.entry(key).or_default() += 1;
        }
    }
    let mut counts: Vec<(CountKey, i64)> = counts.into_iter().collect();
    counts.sort();
    counts
}

async fn add_counts(
    transaction: &mut PgConnection,
    writer: Uuid,
    calls: &[&EvaluationCall],
) -> Result<(), StoreError> {
    let counts = counts(calls);
    sqlx::query!(
        "insert into halyard.evaluation_counts as c
             (at, flag, version, environment, source, sdk, outcome, writer, evaluations)
         select u.at, u.flag, u.version, u.environment, u.source, u.sdk, u.outcome, $1, u.evaluations
         from unnest($2::timestamptz[], $3::int4[], $4::int4[], $5::text[], $6::text[], $7::text[], $8::int2[],
                     $9::int8[]) u (at, flag, version, environment, source, sdk, outcome, evaluations)
         on conflict (flag, at, version, environment, source, sdk, outcome, writer)
         do update set evaluations = c.evaluations + excluded.evaluations",
        writer,
        &counts.iter().map(|(key, _)| key.at).collect::<Vec<_>>(),
        &counts.iter().map(|(key, _)| key.flag).collect::<Vec<_>>(),
        &counts.iter().map(|(key, _)| key.version).collect::<Vec<_>>(),
        &counts.iter().map(|(key, _)| key.environment.as_str()).collect::<Vec<_>>() as _,
        &counts.iter().map(|(key, _)| key.source).collect::<Vec<_>>() as _,
        &counts.iter().map(|(key, _)| key.sdk.as_str()).collect::<Vec<_>>() as _,
        &counts.iter().map(|(key, _)| key.outcome).collect::<Vec<_>>(),
        &counts.iter().map(|(_, evaluations)| *evaluations).collect::<Vec<_>>(),
    )
    .execute(transaction)
    .await?;
    Ok(())
}

//! Storing a batch: its rows, its counts and its id in one transaction.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::copy::{self, Rows};
use super::counts::{self, is_outcome};
use super::erased::Erasures;
use super::remembered::Remembered;
use super::{EvaluationBatch, EvaluationCall, FlagSet, StoredDays};
use crate::memberships::entity_id::is_entity_id;
use crate::{Store, StoreError};

const MAX_SDK_LENGTH: usize = 100;
const MAX_ENVIRONMENT_LENGTH: usize = 50;
/// Bytes that are sent to the database at a time.
const CHUNK: usize = 256 * 1024;

/// Whoever erases an entity waits for the batches under way, and keeps others from beginning until the
/// tombstone is there for all to see: see `erase`. Each statement sees what was committed before it.
const BESIDE_ERASURES: &str = "begin isolation level read committed;
    select pg_advisory_xact_lock_shared(hashtext('halyard.erasing'))";

/// What became of a batch. All but `replayed` add up to its calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Calls that are in the log now; those of an earlier attempt when `replayed`.
    pub stored: usize,
    /// Calls that cannot be stored: a text that Postgres cannot hold, or results that do not fit
    /// their flag set.
    pub refused: usize,
    /// Calls from a day whose part of the log is gone, or not made yet.
    pub expired: usize,
    /// Calls of entities that were erased from the log since.
    pub erased: usize,
    /// The batch had been stored before; nothing was written.
    pub replayed: bool,
}

impl Store {
    /// Appends a batch to the evaluation log, in one transaction: all or nothing, and exactly once
    /// however often it is tried. Never notifies anybody.
    ///
    /// # Errors
    /// `Timeout` after `within`; `Unavailable`. The batch may be tried again.
    pub async fn evaluations_append(
        &self,
        batch: &EvaluationBatch,
        within: Duration,
    ) -> Result<Appended, StoreError> {
        let attempt = async || {
            self.read(within, async |connection| append(connection, batch, self.remembered()).await).await
        };
        let mut appended = attempt().await;
        // A day that was dropped since it was last asked for.
        if matches!(appended, Err(StoreError::Invalid(_))) {
            self.remembered().forget();
            appended = attempt().await;
        }
        if appended.is_err() {
            self.remembered().forget();
        }
        appended
    }
}

async fn append(
    connection: &mut PgConnection,
    batch: &EvaluationBatch,
    remembered: &Remembered,
) -> Result<Appended, StoreError> {
    let all = batch.calls.len();
    let fit: Vec<&EvaluationCall> = batch.calls.iter().filter(|call| fits(call)).collect();
    let refused = all - fit.len();
    let days = stored_days(connection, &fit, remembered).await?;
    let in_time: Vec<_> = fit.into_iter().filter(|call| days.contains(call.evaluated_at)).collect();
    let expired = all - refused - in_time.len();
    // Before the transaction, or other writers would wait for it to end: a set alone does no harm.
    store_flag_sets(connection, &in_time, remembered).await?;

    let mut transaction = connection.begin_with(BESIDE_ERASURES).await?;
    let in_days = in_time.len();
    let kept = Erasures::load(&mut transaction, &in_time).await?.strike(in_time);
    let erased = in_days - kept.len();
    let is_new = sqlx::query!(
        "insert into halyard.evaluation_batches (id, writer, calls) values ($1, $2, $3) on conflict (id) do nothing",
        batch.id,
        batch.writer,
        i32::try_from(kept.len()).unwrap_or(i32::MAX),
    )
    .execute(&mut *transaction)
    .await?
    .rows_affected()
        == 1;
    if !is_new {
        let stored =
            sqlx::query_scalar!("select calls from halyard.evaluation_batches where id = $1", batch.id)
                .fetch_one(&mut *transaction)
                .await?;
        let stored = usize::try_from(stored).unwrap_or_default().min(all - refused);
        let erased = erased.min(all - refused - stored);
        let expired = all - refused - stored - erased;
        transaction.rollback().await?;
        return Ok(Appended { stored, refused, expired, erased, replayed: true });
    }
    if !kept.is_empty() {
        store_calls(&mut transaction, &kept).await?;
        let counted = kept.iter().map(|call| (*call, remembered.counted_sdk(&presentable(&call.sdk))));
        counts::add(&mut transaction, batch.writer, &counts::count(counted)).await?;
    }
    transaction.commit().await?;
    Ok(Appended { stored: kept.len(), refused, expired, erased, replayed: false })
}

fn fits(call: &EvaluationCall) -> bool {
    let environment_fits = !call.environment.is_empty()
        && !call.environment.contains('\0')
        && call.environment.len() <= MAX_ENVIRONMENT_LENGTH;
    environment_fits
        && (call.entity_id.is_empty() || is_entity_id(&call.entity_id))
        && call.outcomes.len() == call.flag_set.len()
        && !call.outcomes.is_empty()
        && call.outcomes.iter().all(|code| is_outcome(*code))
}

/// What callers say about themselves is not worth refusing their calls.
fn presentable(sdk: &str) -> Cow<'_, str> {
    if sdk.len() <= MAX_SDK_LENGTH && !sdk.chars().any(char::is_control) {
        return Cow::Borrowed(sdk);
    }
    sdk.chars().filter(|character| !character.is_control()).take(MAX_SDK_LENGTH).collect()
}

/// The days that calls can be stored in; made first if nobody has for long.
async fn stored_days(
    connection: &mut PgConnection,
    calls: &[&EvaluationCall],
    remembered: &Remembered,
) -> Result<StoredDays, StoreError> {
    let hold_all = |days: StoredDays| calls.iter().all(|call| days.contains(call.evaluated_at));
    if let Some(days) = remembered.days(hold_all) {
        return Ok(days);
    }
    let mut days = StoredDays::load(connection).await?;
    if !days.contains(Utc::now() + TimeDelta::days(1)) {
        // Calls of today must not be lost because the upkeep failed all week.
        match sqlx::query!("select halyard.maintain_partitions()").execute(&mut *connection).await {
            Ok(_) => days = StoredDays::load(connection).await?,
            Err(error) => tracing::warn!(%error, "the days of the evaluation log cannot be made"),
        }
    }
    remembered.remember_days(days);
    Ok(days)
}

async fn store_flag_sets(
    connection: &mut PgConnection,
    calls: &[&EvaluationCall],
    remembered: &Remembered,
) -> Result<(), StoreError> {
    let sets: HashMap<Uuid, &FlagSet> =
        calls.iter().map(|call| (call.flag_set.id, &*call.flag_set)).collect();
    let mut sets: Vec<&FlagSet> = sets.into_values().filter(|set| !remembered.has_set(set.id)).collect();
    if sets.is_empty() {
        return Ok(());
    }
    // In one order everywhere, so that two writers never wait for each other in a circle.
    sets.sort_by_key(|set| set.id);
    // unnest would flatten arrays of arrays, so they travel as text.
    let text = |numbers: &[i32]| {
        let numbers: Vec<String> = numbers.iter().map(i32::to_string).collect();
        format!("{{{}}}", numbers.join(","))
    };
    sqlx::query!(
        "insert into halyard.flag_sets (id, flags, versions)
         select u.id, u.flags::int4[], u.versions::int4[]
         from unnest($1::uuid[], $2::text[], $3::text[]) as u (id, flags, versions)
         on conflict (id) do nothing",
        &sets.iter().map(|set| set.id).collect::<Vec<_>>(),
        &sets.iter().map(|set| text(&set.flags)).collect::<Vec<_>>(),
        &sets.iter().map(|set| text(&set.versions)).collect::<Vec<_>>(),
    )
    .execute(connection)
    .await?;
    remembered.remember_sets(sets.iter().map(|set| set.id));
    Ok(())
}

async fn store_calls(connection: &mut PgConnection, calls: &[&EvaluationCall]) -> Result<(), StoreError> {
    let mut copying = connection.copy_in_raw(copy::STATEMENT).await?;
    let mut rows = Rows::new(CHUNK + CHUNK / 4);
    for call in calls {
        rows.push(call, &presentable(&call.sdk));
        if rows.len() >= CHUNK {
            copying.send(rows.bytes()).await?;
            rows.clear();
        }
    }
    rows.end();
    copying.send(rows.bytes()).await?;
    copying.finish().await?;
    Ok(())
}

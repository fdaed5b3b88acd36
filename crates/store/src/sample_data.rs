//! A made-up company to explore with: customers, events, audiences, flags and a day of evaluations.
//! The same every time, except that times count back from the time of loading.

mod customers;
mod dice;
mod evaluations;
mod events;
mod names;
mod story;

use std::time::Duration;

use chrono::{DateTime, Timelike, Utc};
use customers::Lifetime;
use sqlx::{Connection, PgConnection};

use crate::catalogue::CatalogueTable;
use crate::{Store, StoreError};

/// Loading everything takes a few seconds; this is for slow machines.
const WITHIN: Duration = Duration::from_secs(120);
/// Bytes handed to COPY at a time.
const CHUNK: usize = 256 * 1024;

/// How far loading is: what is being made, and how much of all is done, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleProgress {
    /// As in "Adding customers".
    pub label: &'static str,
    /// 0 to 1, of the whole load.
    pub fraction: f64,
}

/// Loads the sample company into a database that has Halyard's schema and no customers. This is the
/// only place where Halyard makes tables that are not its own.
///
/// # Errors
/// `Invalid` when `public.customers` or `public.events` exists already; `Unavailable`.
pub async fn load(store: &Store, mut progress: impl FnMut(SampleProgress)) -> Result<(), StoreError> {
    let existing: Vec<CatalogueTable> = store
        .catalogue()
        .await?
        .into_iter()
        .filter(|table| table.schema == "public" && matches!(table.table.as_str(), "customers" | "events"))
        .collect();
    if let Some(table) = existing.first() {
        let message = format!(
            "The database already has a table public.{}. Sample data needs an empty database.",
            table.table
        );
        return Err(StoreError::invalid("", message));
    }
    let now = Utc::now().with_nanosecond(0).unwrap_or_else(Utc::now);
    store.read(WITHIN, async |connection| load_tables(connection, now, &mut progress).await).await?;

    progress(SampleProgress { label: "Making audiences and flags", fraction: 0.86 });
    story::live(store).await?;
    progress(SampleProgress { label: "Replaying a day of evaluations", fraction: 0.95 });
    evaluations::append(store, now).await?;
    progress(SampleProgress { label: "Ready", fraction: 1.0 });
    Ok(())
}

/// Removes a load that was interrupted, Halyard's schema included, so that it can begin again.
/// Only for a database that holds nothing else.
///
/// # Errors
/// Outages.
pub async fn clear(store: &Store) -> Result<(), StoreError> {
    store
        .read(WITHIN, async |connection| {
            let sql = "drop table if exists public.customers, public.events;
                       drop type if exists public.customer_plan;
                       drop schema if exists halyard cascade";
            sqlx::raw_sql(sql).execute(connection).await?;
            Ok(())
        })
        .await
}

/// Customers and events in one transaction: all or nothing, and COPY may freeze the rows it writes.
async fn load_tables(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    progress: &mut impl FnMut(SampleProgress),
) -> Result<(), StoreError> {
    let mut transaction = connection.begin().await?;
    sqlx::query!("select set_config('statement_timeout', $1, true)", WITHIN.as_millis().to_string())
        .fetch_one(&mut *transaction)
        .await?;
    sqlx::raw_sql(customers::TABLE).execute(&mut *transaction).await?;
    sqlx::raw_sql(events::TABLE).execute(&mut *transaction).await?;

    let mut lifetimes: Vec<Lifetime> = Vec::with_capacity(customers::COUNT as usize);
    let mut lines = Lines::begin(&mut transaction, customers::COPY).await?;
    for number in 1..=customers::COUNT {
        lifetimes.push(customers::push_line(&mut lines.text, number, now));
        if lines.send_when_full().await? {
            let done = f64::from(number) / f64::from(customers::COUNT);
            progress(SampleProgress { label: "Adding customers", fraction: 0.2 * done });
        }
    }
    lines.finish().await?;

    let events = events::all(&lifetimes);
    let mut lines = Lines::begin(&mut transaction, events::COPY).await?;
    for (id, event) in (1..).zip(events) {
        events::push_line(&mut lines.text, id, event);
        if lines.send_when_full().await? {
            let done = id as f64 / events::COUNT as f64;
            progress(SampleProgress { label: "Adding events", fraction: 0.2 + 0.45 * done });
        }
    }
    lines.finish().await?;

    progress(SampleProgress { label: "Building indexes", fraction: 0.65 });
    sqlx::raw_sql(customers::INDEXES).execute(&mut *transaction).await?;
    sqlx::raw_sql(events::INDEXES).execute(&mut *transaction).await?;
    transaction.commit().await?;
    progress(SampleProgress { label: "Gathering statistics", fraction: 0.8 });
    sqlx::raw_sql("analyze public.customers; analyze public.events").execute(connection).await?;
    Ok(())
}

/// Lines on their way into a COPY.
struct Lines<'c> {
    copy: sqlx::postgres::PgCopyIn<&'c mut PgConnection>,
    text: String,
}

impl<'c> Lines<'c> {
    async fn begin(connection: &'c mut PgConnection, statement: &'static str) -> Result<Self, StoreError> {
        Ok(Lines {
            copy: connection.copy_in_raw(statement).await?,
            text: String::with_capacity(CHUNK + 4_096),
        })
    }

    /// Whether something was sent.
    async fn send_when_full(&mut self) -> Result<bool, StoreError> {
        if self.text.len() < CHUNK {
            return Ok(false);
        }
        self.copy.send(self.text.as_bytes()).await?;
        self.text.clear();
        Ok(true)
    }

    async fn finish(mut self) -> Result<(), StoreError> {
        self.copy.send(self.text.as_bytes()).await?;
        self.copy.finish().await?;
        Ok(())
    }
}

//! The evaluation log: calls stored a second by the store, beside a bare COPY of the very same rows
//! into the same table, which is the limit; and the bytes that a stored call takes.
//!
//! `cargo bench -p halyard-benches --bench log`, on a throw-away server of the project's own, or on
//! an empty database of your own: `DATABASE_URL=postgres://… cargo bench …`.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark fails by panicking and prints")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use futures_util::TryStreamExt;
use halyard_embedded_postgres::testing::{self, PostgresVersion};
use halyard_store::evaluations::{EvaluationBatch, EvaluationCall, EvaluationSource, FlagSet};
use halyard_store::{ConnectOptions, Store};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

/// Flags of a call.
const FLAGS: i32 = 100;
/// Calls of a batch.
const BATCH: u32 = 5_000;
/// Batches of a round.
const BATCHES: u32 = 4;
/// Rounds of each contestant, in turns; the median counts.
const ROUNDS: usize = 5;
const WITHIN: Duration = Duration::from_secs(60);
const COLUMNS: &str =
    "id, evaluated_at, environment, entity_id, source, sdk, stale, config_version, flag_set, outcomes";

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let url = match std::env::var("DATABASE_URL") {
        Ok(url) => url,
        Err(_) => {
            let server = testing::server(PostgresVersion::V18);
            server.url(&testing::database(server, None))
        }
    };
    let store = Store::connect(&ConnectOptions::from_url(&url).unwrap()).await.unwrap();
    store.migrate().await.unwrap();
    let mut connection = PgConnection::connect(&url).await.unwrap();

    let (mut bare, mut appended) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let batches = batches();
        empty(&mut connection).await;
        let started = Instant::now();
        for batch in &batches {
            let stored = store.evaluations_append(batch, WITHIN).await.unwrap().stored;
            assert_eq!(stored, batch.calls.len());
        }
        let append_took = started.elapsed();

        let mut rows = Vec::new();
        for number in 0..BATCHES {
            rows.push(rows_of(&mut connection, number).await);
        }
        if round == ROUNDS {
            print_size(&mut connection).await;
        }
        empty(&mut connection).await;
        let started = Instant::now();
        for rows in &rows {
            copy(&mut connection, rows).await;
        }
        let copy_took = started.elapsed();
        // The first round warms up.
        if round > 0 {
            appended.push(append_took);
            bare.push(copy_took);
        }
    }
    let [append, copy] = [&mut appended, &mut bare].map(|rounds| calls_per_second(rounds));
    println!("store: {append:>9.0} calls/s, {FLAGS} flags a call, {BATCH} calls a batch");
    println!("COPY:  {copy:>9.0} calls/s, the same rows");
    println!("ratio: {:>9.2}", append / copy);
    store.close().await;
}

/// Calls as a busy page makes them: a few SDKs, one flag set, mostly no rule.
fn batches() -> Vec<EvaluationBatch> {
    let flag_set = Arc::new(FlagSet::new((1..=FLAGS).map(|flag| (flag, 1))));
    let sdks: [Arc<str>; 4] =
        ["halyard-js/1.0", "halyard-react/1.0", "ios/2.4.1", "node/3.1"].map(Into::into);
    let environment: Arc<str> = "production".into();
    let now = Utc::now();
    let call = |batch: u32, number: u32| EvaluationCall {
        id: Uuid::now_v7(),
        evaluated_at: now - TimeDelta::microseconds(i64::from(BATCH - number) * 20),
        environment: Arc::clone(&environment),
        entity_id: format!("customer-{}", (u64::from(batch * BATCH + number) * 2_654_435_761) % 100_000)
            .into(),
        source: EvaluationSource::EvaluateAll,
        sdk: Arc::clone(&sdks[number as usize % sdks.len()]),
        stale: false,
        config_version: i64::from(batch),
        flag_set: Arc::clone(&flag_set),
        outcomes: (0..FLAGS as u32)
            .map(|flag| if (flag * 7 + number).is_multiple_of(10) { 0 } else { -1 })
            .collect(),
    };
    let writer = Uuid::now_v7();
    (0..BATCHES)
        .map(|batch| EvaluationBatch {
            id: Uuid::now_v7(),
            writer,
            calls: (0..BATCH).map(|number| call(batch, number)).collect(),
        })
        .collect()
}

async fn empty(connection: &mut PgConnection) {
    run(connection, "truncate halyard.evaluations, halyard.evaluation_counts, halyard.evaluation_batches")
        .await;
    run(connection, "checkpoint").await;
}

async fn rows_of(connection: &mut PgConnection, batch: u32) -> Vec<u8> {
    let statement = format!(
        "copy (select {COLUMNS} from halyard.evaluations where config_version = {batch} order by id)
         to stdout (format binary)"
    );
    let chunks = connection.copy_out_raw(&statement).await.unwrap();
    chunks
        .try_fold(Vec::new(), async |mut rows, chunk| {
            rows.extend_from_slice(&chunk);
            Ok(rows)
        })
        .await
        .unwrap()
}

async fn copy(connection: &mut PgConnection, rows: &[u8]) {
    let statement = format!("copy halyard.evaluations ({COLUMNS}) from stdin (format binary)");
    let mut copying = connection.copy_in_raw(&statement).await.unwrap();
    for chunk in rows.chunks(256 * 1024) {
        copying.send(chunk).await.unwrap();
    }
    assert_eq!(copying.finish().await.unwrap(), u64::from(BATCH));
}

async fn print_size(connection: &mut PgConnection) {
    let size = |what: &str| {
        format!(
            "select sum({what}(relid))::int8 / {} from pg_partition_tree('halyard.evaluations') where isleaf",
            BATCH * BATCHES
        )
    };
    let total = number(connection, &size("pg_total_relation_size")).await;
    let table = number(connection, &size("pg_table_size")).await;
    println!("bytes: {total:>9} a call, {table} of them without indexes");
}

async fn number(connection: &mut PgConnection, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(connection).await.unwrap()
}

async fn run(connection: &mut PgConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(connection).await.unwrap();
}

fn calls_per_second(rounds: &mut [Duration]) -> f64 {
    rounds.sort();
    f64::from(BATCH * BATCHES) / rounds[rounds.len() / 2].as_secs_f64()
}

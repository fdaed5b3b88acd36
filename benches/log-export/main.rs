//! Exporting evaluations: 5,000,000 rows by the app's own command, beside a bare COPY of the very same rows in
//! no order, which is the limit; the memory that takes, and what a cancelled export leaves.
//!
//! `cargo bench -p halyard-benches --bench log-export`, on a throw-away server of the project's own. `ROWS` makes
//! it another size.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark fails by panicking and prints")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use futures_util::TryStreamExt;
use halyard_admin::{App, AppOptions, dispatch};
use halyard_embedded_postgres::testing::{self, PostgresVersion};
use halyard_store::evaluations::{EvaluationBatch, EvaluationCall, EvaluationSource, FlagSet};
use halyard_store::{ConnectOptions, Store};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

/// Flags of a call.
const FLAGS: usize = 20;
/// Calls of a batch.
const BATCH: u32 = 5_000;
/// Rounds of each contestant, in turns; the median counts.
const ROUNDS: usize = 3;
const WITHIN: Duration = Duration::from_secs(60);

/// The columns of the export.
const BARE: &str =
    "copy (select evaluated_at, environment, entity_id, flag_key, flag_version, value, reason, off_by,
    error_kind, rule_index, rule_id, source, sdk, stale, id
    from halyard.flag_evaluations where environment = 'production') to stdout (format csv)";

#[tokio::main]
async fn main() {
    let rows = std::env::var("ROWS").map_or(5_000_000, |rows| rows.parse().unwrap());
    let mut log = Log::of(rows).await;
    let (mut bare, mut exported) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (bare_took, export_took) = (log.bare().await, log.export().await);
        // The first round warms up.
        if round > 0 {
            bare.push(bare_took);
            exported.push(export_took);
        }
    }
    let [copy, export] = [&mut bare, &mut exported].map(|rounds| {
        rounds.sort();
        rows as f64 / rounds[rounds.len() / 2].as_secs_f64()
    });
    println!("COPY:   {copy:>9.0} rows/s, in no order");
    println!("export: {export:>9.0} rows/s, newest first");
    println!("ratio:  {:>9.2}", export / copy);
    log.cancel().await;
    log.leave().await;
}

/// The app on a database with a long log.
struct Log {
    app: App,
    connection: PgConnection,
    data_dir: PathBuf,
    rows: u64,
}

impl Log {
    async fn of(rows: u64) -> Self {
        let server = testing::server(PostgresVersion::V18);
        let url = server.url(&testing::database(server, None));
        let store = Store::connect(&ConnectOptions::from_url(&url).unwrap()).await.unwrap();
        store.migrate().await.unwrap();
        let data_dir = std::env::temp_dir().join(format!("halyard-bench-{}", Uuid::now_v7()));
        std::fs::create_dir_all(&data_dir).unwrap();
        let app = App::start(AppOptions {
            data_dir: data_dir.clone(),
            exports_dir: Some(data_dir.join("downloads")),
            resource_dir: None,
            client: "bench".into(),
            local_endpoints: None,
        })
        .unwrap();
        let connection = PgConnection::connect(&url).await.unwrap();
        let log = Log { app, connection, data_dir, rows };
        let connect = json!({ "name": "Bench", "connection": { "url": url }, "createSchema": false,
                              "rememberPassword": false });
        log.ok("workspace_connect", connect).await;
        for number in 0..FLAGS {
            let key = format!("flag-{number:02}");
            let rule = json!({ "percentage": 50, "value": true });
            log.ok(
                "flag_create",
                json!({ "key": key, "name": key, "type": "boolean", "defaultValue": false, "clientVisible": true,
                        "rules": [rule] }),
            )
            .await;
        }
        fill(&store, u32::try_from(rows).unwrap() / FLAGS as u32).await;
        store.close().await;
        let mut log = log;
        sqlx::raw_sql("vacuum analyze halyard.evaluations").execute(&mut log.connection).await.unwrap();
        log
    }

    async fn ok(&self, command: &str, request: Value) -> Value {
        dispatch(&self.app, command, request).await.unwrap()
    }

    async fn bare(&mut self) -> Duration {
        let started = Instant::now();
        let chunks = self.connection.copy_out_raw(BARE).await.unwrap();
        let bytes = chunks.try_fold(0, async |sum, chunk| Ok(sum + chunk.len())).await.unwrap();
        assert!(bytes as u64 > self.rows * 50);
        started.elapsed()
    }

    async fn export(&self) -> Duration {
        let before = memory("VmRSS");
        let started = Instant::now();
        let exported = self.ok("evaluations_export", request()).await;
        let took = started.elapsed();
        assert_eq!(exported["rows"], self.rows);
        println!(
            "export of {} rows, {:.0} MB: {:.1} s; memory {before:.1} MB before, {:.1} MB at the peak of all",
            self.rows,
            exported["bytes"].as_f64().unwrap() / 1e6,
            took.as_secs_f64(),
            memory("VmHWM")
        );
        std::fs::remove_file(self.downloads().join(exported["fileName"].as_str().unwrap())).unwrap();
        took
    }

    /// In the middle of it.
    async fn cancel(&self) {
        let app = self.app.clone();
        let running = tokio::spawn(async move { dispatch(&app, "evaluations_export", request()).await });
        let topic = json!({ "topic": "log" });
        let written = loop {
            let progress = self.ok("export_progress", topic.clone()).await;
            let written = progress["rows"].as_u64().unwrap();
            if written > self.rows / 4 {
                break written;
            }
            assert!(!running.is_finished());
        };
        let started = Instant::now();
        self.ok("export_cancel", topic).await;
        running.await.unwrap().unwrap_err();
        let left = std::fs::read_dir(self.downloads()).unwrap().count();
        println!(
            "cancelled after {written} rows: over in {:.0} ms, {left} files left",
            started.elapsed().as_secs_f64() * 1e3
        );
        assert_eq!(left, 0);
    }

    fn downloads(&self) -> PathBuf {
        self.data_dir.join("downloads")
    }

    async fn leave(self) {
        self.app.shut_down().await;
        std::fs::remove_dir_all(&self.data_dir).unwrap();
    }
}

/// As the page asks.
fn request() -> Value {
    json!({ "topic": "log", "filter": { "environment": "production" } })
}

/// Calls of all flags over the last day, of a thousand customers.
async fn fill(store: &Store, calls: u32) {
    let flags = store.configuration().await.unwrap().flags;
    let flag_set = Arc::new(FlagSet::new(flags.iter().map(|flag| (flag.number, flag.version))));
    let (environment, sdk) = (Arc::from("production"), Arc::from("halyard-js/1.4.0"));
    let (now, step) = (Utc::now(), TimeDelta::days(1) / i32::try_from(calls).unwrap());
    let call = |number: u32| EvaluationCall {
        id: Uuid::now_v7(),
        evaluated_at: now - step * i32::try_from(number).unwrap(),
        environment: Arc::clone(&environment),
        entity_id: format!("customer-{}", number % 1_000).into(),
        source: EvaluationSource::EvaluateAll,
        sdk: Arc::clone(&sdk),
        stale: false,
        config_version: 1,
        flag_set: Arc::clone(&flag_set),
        outcomes: (0..FLAGS as u32)
            .map(|flag| if (flag + number).is_multiple_of(3) { 0 } else { -1 })
            .collect(),
    };
    let writer = Uuid::now_v7();
    for first in (0..calls).step_by(BATCH as usize) {
        let last = (first + BATCH).min(calls);
        let batch = EvaluationBatch { id: Uuid::now_v7(), writer, calls: (first..last).map(call).collect() };
        let stored = store.evaluations_append(&batch, WITHIN).await.unwrap().stored;
        assert_eq!(stored, batch.calls.len());
    }
}

/// Of this process, in MB.
fn memory(what: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1_000.0
}

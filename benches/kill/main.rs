//! From the press of a kill to the last of twenty evaluators confirming it, beside the bare round trip:
//! one NOTIFY heard by twenty connections, each of which answers with a NOTIFY of its own.
//!
//! `cargo bench -p halyard-benches --bench kill`, on a throw-away server of the project's own.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark fails by panicking and prints")]
#![expect(clippy::disallowed_methods, reason = "a benchmark paces itself")]

use std::time::{Duration, Instant};

use halyard_admin::{App, AppOptions, dispatch};
use halyard_embedded_postgres::testing::{self, PostgresVersion};
use halyard_evaluator::{Evaluator, EvaluatorOptions, Identity, LiveConfiguration};
use halyard_store::{ConnectOptions, Store, evaluators::EvaluatorKind};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection, postgres::PgListener};
use uuid::Uuid;

const EVALUATORS: usize = 20;
const KILLS: usize = 200;
/// Kills before those that count: connections prepare their statements.
const WARMING: usize = 5;
/// Between two kills.
const PAUSE: Duration = Duration::from_millis(40);
/// Between two looks at who has confirmed.
const LOOK: Duration = Duration::from_millis(1);

#[tokio::main]
async fn main() {
    let server = testing::server(PostgresVersion::V18);
    let url = server.url(&testing::database(server, None));
    let store = connect(&url).await;
    store.migrate().await.unwrap();
    let data_dir = std::env::temp_dir().join(format!("halyard-bench-{}", Uuid::now_v7()));
    std::fs::create_dir_all(&data_dir).unwrap();
    let app = App::start(AppOptions {
        data_dir: data_dir.clone(),
        exports_dir: None,
        resource_dir: None,
        client: "bench".into(),
        local_endpoints: None,
    })
    .unwrap();
    let workspace = json!({
        "name": "Bench", "connection": { "url": url }, "createSchema": false, "rememberPassword": false,
    });
    run(&app, "workspace_connect", workspace).await;
    let flag = json!({
        "key": "measured", "name": "Measured", "type": "boolean", "defaultValue": false, "rules": [{}],
        "clientVisible": false,
    });
    run(&app, "flag_create", flag).await;
    let on = json!({ "flag": "measured", "environment": "production", "enabled": true, "note": "bench" });
    run(&app, "flag_set_environment", on).await;

    let mut evaluators = Vec::new();
    for number in 0..EVALUATORS {
        let live = LiveConfiguration::start(connect(&url).await).await.unwrap();
        let identity = Identity::new(EvaluatorKind::Server, format!("host-{number}"), "bench");
        evaluators.push(Evaluator::start(live, EvaluatorOptions::new(identity)).unwrap());
    }
    while store.evaluators_count().await.unwrap() < EVALUATORS as i64 {
        tokio::time::sleep(LOOK).await;
    }
    let mut bare = Bare::listen(&url).await;

    let mut measured = Measured::default();
    for kill in 0..WARMING + KILLS {
        tokio::time::sleep(PAUSE).await;
        let round_trip = bare.round_trip().await;
        let pressed = Instant::now();
        let killed = run(&app, "flag_kill", json!({ "flag": "measured" })).await;
        let answered = pressed.elapsed();
        let by_the_database = confirmed(&store, &killed).await;
        let seen = pressed.elapsed();
        let restored = run(&app, "flag_restore", json!({ "flag": "measured" })).await;
        confirmed(&store, &restored).await;
        if kill >= WARMING {
            measured.bare.push(round_trip);
            measured.answered.push(answered);
            measured.seen.push(seen);
            measured.by_the_database.push(by_the_database);
        }
    }
    measured.print();
    for evaluator in &evaluators {
        evaluator.shut_down(Duration::from_secs(5)).await;
    }
    app.shut_down().await;
    std::fs::remove_dir_all(data_dir).unwrap();
}

async fn connect(url: &str) -> Store {
    Store::connect(&ConnectOptions::from_url(url).unwrap()).await.unwrap()
}

async fn run(app: &App, command: &str, request: Value) -> Value {
    dispatch(app, command, request).await.unwrap_or_else(|error| panic!("{command}: {error:?}"))
}

/// Waits until all have confirmed; how long the slowest took by the database's clock.
async fn confirmed(store: &Store, result: &Value) -> Duration {
    let seq = result["seq"].as_i64().unwrap();
    loop {
        let known = store.confirmations("measured", seq).await.unwrap();
        let after: Option<Vec<i64>> = known.evaluators.iter().map(|it| it.confirmed_after_ms).collect();
        if let Some(after) = after.filter(|after| after.len() == EVALUATORS) {
            return Duration::from_millis(after.into_iter().max().unwrap_or(0).unsigned_abs());
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Connections that do nothing but hear and answer.
struct Bare {
    sender: PgConnection,
    answers: PgListener,
}

impl Bare {
    async fn listen(url: &str) -> Self {
        let mut answers = PgListener::connect(url).await.unwrap();
        answers.listen("bare_answer").await.unwrap();
        for _ in 0..EVALUATORS {
            let mut hearing = PgListener::connect(url).await.unwrap();
            hearing.listen("bare").await.unwrap();
            let mut answering = PgConnection::connect(url).await.unwrap();
            sqlx::query("set synchronous_commit = off").execute(&mut answering).await.unwrap();
            tokio::spawn(async move {
                while hearing.recv().await.is_ok() {
                    // A payload of its own: Postgres sends equal ones of a transaction once.
                    let answer = sqlx::query("select pg_notify('bare_answer', pg_backend_pid()::text)");
                    answer.execute(&mut answering).await.unwrap();
                }
            });
        }
        Bare { sender: PgConnection::connect(url).await.unwrap(), answers }
    }

    async fn round_trip(&mut self) -> Duration {
        let sent = Instant::now();
        sqlx::query("select pg_notify('bare', '')").execute(&mut self.sender).await.unwrap();
        for _ in 0..EVALUATORS {
            self.answers.recv().await.unwrap();
        }
        sent.elapsed()
    }
}

#[derive(Default)]
struct Measured {
    bare: Vec<Duration>,
    answered: Vec<Duration>,
    seen: Vec<Duration>,
    by_the_database: Vec<Duration>,
}

impl Measured {
    fn print(mut self) {
        println!("{EVALUATORS} evaluators, {KILLS} kills; milliseconds");
        println!("| | p50 | p99 | longest |");
        println!("|---|---:|---:|---:|");
        let rows = [
            ("bare NOTIFY, heard and answered by all", &mut self.bare),
            ("press to the command's answer", &mut self.answered),
            ("press to the last confirmation, as the app sees it", &mut self.seen),
            ("entry to the last confirmation, by the database's clock", &mut self.by_the_database),
        ];
        for (name, times) in rows {
            times.sort_unstable();
            let at = |percent: usize| {
                let rank = (times.len() * percent).div_ceil(100).max(1);
                times[rank - 1].as_secs_f64() * 1_000.0
            };
            println!("| {name} | {:.1} | {:.1} | {:.1} |", at(50), at(99), at(100));
        }
        let middle = |times: &[Duration]| times[times.len() / 2].as_secs_f64();
        println!(
            "press to last confirmation is {:.1} times the bare round trip",
            middle(&self.seen) / middle(&self.bare)
        );
    }
}

//! The log that is read: made on a server of the project's own, on one that is named, or kept from before.

use std::io::Write as _;
use std::time::Instant;

use chrono::{DateTime, Utc};
use halyard_embedded_postgres::testing::{PostgresVersion, TestServer};
use halyard_store::{ConnectOptions, Store};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::pages::literal;

const DATABASE: &str = "halyard_bench_log";
const DAYS: i32 = 30;

/// A database with the log, and what is to be taken away afterwards.
pub(crate) struct Made {
    url: String,
    /// Where to drop the database.
    drop_from: Option<String>,
    /// Takes everything with it when it goes.
    _server: Option<TestServer>,
}

/// The log, and how to read it.
pub(crate) struct Log {
    pub(crate) store: Store,
    /// Which database, for whoever wants a connection of their own.
    pub(crate) url: String,
    /// The end of the log's 30 days.
    pub(crate) ends: DateTime<Utc>,
    /// Until when the hours are summed up, as a literal.
    pub(crate) summed: String,
}

impl Log {
    pub(crate) async fn connect(&self) -> PgConnection {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        run(&mut connection, "set timezone = 'UTC'").await;
        connection
    }
}

impl Made {
    pub(crate) async fn from_environment() -> Self {
        let variable = |name| std::env::var(name).ok();
        let made = if let Some(url) = variable("LOG_DATABASE_URL") {
            Made { url, drop_from: None, _server: None }
        } else if let Some(server) = variable("DATABASE_URL") {
            Made { url: created(&server).await, drop_from: Some(server), _server: None }
        } else {
            let directory = std::env::temp_dir();
            println!("Starting a Postgres 18 of the project's own in {} …", directory.display());
            let server = TestServer::start_in(PostgresVersion::V18, &directory).unwrap();
            Made { url: created(&server.url("postgres")).await, drop_from: None, _server: Some(server) }
        };
        made.fill().await;
        made
    }

    pub(crate) async fn log(&self) -> Log {
        let store = store(&self.url).await;
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        let ends =
            sqlx::query_scalar("select ends from bench.span").fetch_one(&mut connection).await.unwrap();
        let summed = sqlx::query_scalar("select max(at) + interval '1 hour' from halyard.evaluation_hours");
        let summed = literal(summed.fetch_one(&mut connection).await.unwrap());
        Log { store, url: self.url.clone(), ends, summed }
    }

    pub(crate) async fn leave(self) {
        if let Some(server) = &self.drop_from {
            let mut connection = PgConnection::connect(server).await.unwrap();
            run(&mut connection, &format!("drop database {DATABASE} (force)")).await;
        }
    }

    async fn fill(&self) {
        let store = store(&self.url).await;
        store.migrate().await.unwrap();
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        let is_there: bool = sqlx::query_scalar("select to_regclass('bench.span') is not null")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        if !is_there {
            let calls = std::env::var("CALLS").map_or(10_000_000, |calls| calls.parse().unwrap());
            // In one transaction.
            run(&mut connection, include_str!("generate.sql")).await;
            fill_days(&self.url, calls / DAYS).await;
        }
        told("Summing up its hours", async || store.maintain_partitions().await.unwrap()).await;
        if !is_there {
            // As autovacuum does in life.
            told("Vacuuming", async || run(&mut connection, "vacuum (analyze)").await).await;
        }
        store.close().await;
    }
}

/// As many days at once as there are processors.
async fn fill_days(url: &str, calls: i32) {
    println!("Making {} calls of 20 flags …", calls * DAYS);
    let started = Instant::now();
    let at_once = i32::try_from(std::thread::available_parallelism().map_or(2, usize::from)).unwrap_or(2);
    let workers = (0..at_once.min(DAYS)).map(|first| {
        let url = url.to_owned();
        tokio::spawn(async move {
            let mut connection = PgConnection::connect(&url).await.unwrap();
            run(&mut connection, "set synchronous_commit = off").await;
            for day in (first..DAYS).step_by(usize::try_from(at_once).unwrap_or(1)) {
                run(&mut connection, &format!("select bench.fill({day}, {calls})")).await;
                print!("{} ", day + 1);
                std::io::stdout().flush().unwrap();
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    println!("— {DAYS} days in {:.0} s", started.elapsed().as_secs_f64());
}

async fn created(server: &str) -> String {
    let mut connection = PgConnection::connect(server).await.unwrap();
    run(&mut connection, &format!("drop database if exists {DATABASE} (force)")).await;
    run(&mut connection, &format!("create database {DATABASE}")).await;
    format!("{}/{DATABASE}", server.rsplit_once('/').unwrap().0)
}

async fn store(url: &str) -> Store {
    Store::connect(&ConnectOptions::from_url(url).unwrap()).await.unwrap()
}

async fn run(connection: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.unwrap();
}

async fn told(what: &str, work: impl AsyncFnOnce()) {
    print!("{what} … ");
    std::io::stdout().flush().unwrap();
    let started = Instant::now();
    work().await;
    println!("{:.0} s", started.elapsed().as_secs_f64());
}

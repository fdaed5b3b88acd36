//! Reading the evaluation log: pages and histograms as the app asks for them, each beside the same
//! answer from a bare statement, on 10,000,000 calls of 20 flags over 30 days.
//!
//! `make bench-log` makes that log in a database of its own on the server of `DATABASE_URL` (Postgres 18,
//! 4 GB), measures and drops it. `LOG_DATABASE_URL` names one that `generate.sql` filled before instead.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark fails by panicking and prints")]

use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use halyard_store::evaluations::{Direction, EvaluationFilter, HistogramAsk};
use halyard_store::{ConnectOptions, Store};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Rounds of each contestant, in turns; the median counts.
const ROUNDS: usize = 11;
const PAGE: u32 = 100;

#[tokio::main]
async fn main() {
    let made = match std::env::var("LOG_DATABASE_URL") {
        Ok(url) => Made { url, server: None },
        Err(_) => make(&std::env::var("DATABASE_URL").unwrap()).await,
    };
    measure(&made.url).await;
    if let Some(server) = made.server {
        let mut connection = PgConnection::connect(&server).await.unwrap();
        sqlx::raw_sql("drop database halyard_bench_log (force)").execute(&mut connection).await.unwrap();
    }
}

struct Made {
    url: String,
    /// Where to drop it again.
    server: Option<String>,
}

async fn make(server: &str) -> Made {
    let mut connection = PgConnection::connect(server).await.unwrap();
    sqlx::raw_sql("create database halyard_bench_log").execute(&mut connection).await.unwrap();
    let url = format!("{}/halyard_bench_log", server.rsplit_once('/').unwrap().0);
    let store = Store::connect(&ConnectOptions::from_url(&url).unwrap()).await.unwrap();
    store.migrate().await.unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/log-queries/generate.sql");
    let calls = std::env::var("CALLS").unwrap_or_else(|_| "10000000".to_owned());
    let filled = std::process::Command::new("psql")
        .args(["-q", "-d", &url, "-v", &format!("calls={calls}"), "-f", script])
        .status()
        .unwrap();
    assert!(filled.success());
    Made { url, server: Some(server.to_owned()) }
}

/// What a page answers, as one who knows the tables would write it by hand: the calls by the index on
/// time, and only those expanded.
fn bare_page(conditions: &str, results: &str, calls: u32) -> String {
    format!(
        "with calls as materialized (
             select * from halyard.evaluations e where {conditions}
             order by evaluated_at desc, id desc limit {calls})
         select e.id, e.evaluated_at, e.environment, e.entity_id, e.source, e.sdk, e.stale, v.key, r.version,
             case when r.outcome >= 0 then v.flag -> 'rules' -> r.outcome::int -> 'value'
                  else v.flag -> 'defaultValue' end::text, r.outcome
         from calls e join halyard.flag_sets s on s.id = e.flag_set
         cross join lateral unnest(s.flags, s.versions, e.outcomes)
             with ordinality as r (flag, version, outcome, position)
         left join halyard.flag_versions v on v.number = r.flag and v.version = r.version
         where {results}
         order by e.evaluated_at desc, e.id desc, r.position"
    )
}

async fn measure(url: &str) {
    let store = Store::connect(&ConnectOptions::from_url(url).unwrap()).await.unwrap();
    let mut bare = PgConnection::connect(url).await.unwrap();
    let number = async |bare: &mut PgConnection, sql: &'static str| -> i64 {
        sqlx::query_scalar(sql).fetch_one(bare).await.unwrap()
    };
    let rare =
        number(&mut bare, "select number::int8 from halyard.feature_flags where key = 'rare-flag'").await;
    let common =
        number(&mut bare, "select number::int8 from halyard.feature_flags where key = 'flag-12'").await;
    let customer: String = sqlx::query_scalar(
        "select entity_id from halyard.evaluations where entity_id <> '' order by evaluated_at desc limit 1",
    )
    .fetch_one(&mut bare)
    .await
    .unwrap();
    let hour = Utc::now() - TimeDelta::days(7);
    let with =
        |flag: i64| format!("flag_set in (select id from halyard.flag_sets where {flag} = any(flags))");
    let span = format!(
        "evaluated_at >= '{}' and evaluated_at < '{}'",
        (hour - TimeDelta::hours(1)).to_rfc3339(),
        hour.to_rfc3339()
    );
    let all = EvaluationFilter::default;
    let pages = [
        ("no filter", all(), bare_page("true", "true", 6)),
        (
            "one customer",
            EvaluationFilter { entity_id: Some(customer.clone()), ..all() },
            bare_page(&format!("entity_id = '{customer}'"), "true", 6),
        ),
        (
            "a flag of every other call",
            EvaluationFilter { flag_key: Some("flag-12".into()), ..all() },
            bare_page(&with(common), &format!("r.flag = {common}"), 101),
        ),
        (
            "a value of it",
            EvaluationFilter { flag_key: Some("flag-12".into()), value: Some(json!(true)), ..all() },
            bare_page(&with(common), &format!("r.flag = {common} and r.outcome = 0"), 210),
        ),
        (
            "a flag of every 150,000th call",
            EvaluationFilter { flag_key: Some("rare-flag".into()), ..all() },
            bare_page(&with(rare), &format!("r.flag = {rare}"), 101),
        ),
        (
            "one hour a week ago",
            EvaluationFilter { from: Some(hour - TimeDelta::hours(1)), to: Some(hour), ..all() },
            bare_page(&span, "true", 6),
        ),
    ];
    println!(
        "{:<34}{:>9}{:>9}{:>8}{:>7}{:>10}{:>10}",
        "page of 100", "app", "bare", "ratio", "rows", "next", "back"
    );
    for (name, filter, sql) in &pages {
        let (mut app, mut by_hand, mut next, mut back, mut rows) = (vec![], vec![], vec![], vec![], 0);
        // A rare flag without the counts reads the whole log: once is enough.
        let rounds = if name.contains("150,000th") { 2 } else { ROUNDS };
        for round in 0..=ROUNDS {
            let started = Instant::now();
            let first = store.evaluations_page(filter, None, Direction::Older, PAGE).await.unwrap();
            app.push(started.elapsed());
            rows = first.evaluations.len();
            if let Some(cursor) = &first.next_cursor {
                let started = Instant::now();
                let second =
                    store.evaluations_page(filter, Some(cursor), Direction::Older, PAGE).await.unwrap();
                next.push(started.elapsed());
                let cursor = second.newer_cursor.unwrap();
                let started = Instant::now();
                store.evaluations_page(filter, Some(&cursor), Direction::Newer, PAGE).await.unwrap();
                back.push(started.elapsed());
            }
            if round < rounds {
                by_hand.push(bare_time(&mut bare, sql).await);
            }
        }
        let (app, by_hand) = (median(app), median(by_hand));
        println!(
            "{name:<34}{}{}{:>8.2}{rows:>7}{} {}",
            told(app),
            told(by_hand),
            app.as_secs_f64() / by_hand.as_secs_f64(),
            told(median(next)),
            told(median(back))
        );
    }
    println!("{:<34}{:>9}{:>9}{:>8}", "histogram of 30 days", "app", "bare", "ratio");
    for (name, filter, sql) in [
        (
            "no filter",
            all(),
            "select date_bin('6 hours', at, '2000-01-01 00:00:00+00'), outcome, sum(evaluations)::int8
             from halyard.evaluation_counts where at >= now() - interval '30 days' group by 1, 2".to_owned(),
        ),
        (
            "one flag",
            EvaluationFilter { flag_key: Some("flag-12".into()), ..all() },
            format!("select date_bin('6 hours', at, '2000-01-01 00:00:00+00'), version, outcome, sum(evaluations)::int8
             from halyard.evaluation_counts where flag = {common} and at >= now() - interval '30 days' group by 1, 2, 3"),
        ),
    ] {
        let (mut app, mut by_hand) = (vec![], vec![]);
        for _ in 0..=ROUNDS {
            let to = Utc::now();
            let ask = HistogramAsk { filter: filter.clone(), from: to - TimeDelta::days(30), to, buckets: 121 };
            let started = Instant::now();
            store.evaluations_histogram(&ask).await.unwrap();
            app.push(started.elapsed());
            by_hand.push(bare_time(&mut bare, &sql).await);
        }
        let (app, by_hand) = (median(app), median(by_hand));
        println!("{name:<34}{}{}{:>8.2}", told(app), told(by_hand), app.as_secs_f64() / by_hand.as_secs_f64());
    }
    let mut lists = vec![];
    for _ in 0..=ROUNDS {
        let started = Instant::now();
        store.flags_usage().await.unwrap();
        lists.push(started.elapsed());
    }
    println!("{:<34}{}", "24 hours of every flag", told(median(lists)));
    let storage = store.log_storage().await.unwrap();
    println!(
        "{} calls in {} MB: {:.0} bytes a call with indexes; counts {} MB",
        storage.calls,
        storage.bytes >> 20,
        storage.bytes as f64 / storage.calls as f64,
        storage.counts_bytes >> 20
    );
}

async fn bare_time(connection: &mut PgConnection, sql: &str) -> Duration {
    let started = Instant::now();
    // In text, as psql reads it.
    sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(connection).await.unwrap();
    started.elapsed()
}

/// The first one only warms up.
fn median(mut times: Vec<Duration>) -> Duration {
    if times.len() > 1 {
        times.remove(0);
    }
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn told(time: Duration) -> String {
    format!("{:>7.1} ms", time.as_secs_f64() * 1_000.0)
}

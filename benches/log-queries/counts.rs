//! What is read from the counts: histograms, the usage of flags, and how many rows an export will have.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use halyard_store::evaluations::{EvaluationFilter, EvaluationReason, HistogramAsk};
use serde_json::json;
use sqlx::AssertSqlSafe;

use crate::contest::{Times, cells, rounds, run, timed};
use crate::made::Log;
use crate::pages::literal;

/// As many as the app's page asks for.
const BUCKETS: u32 = 150;

pub(crate) async fn measure(log: &Log) {
    println!("\n| histogram | app | by hand | ratio |\n|---|---:|---:|---:|");
    let all = EvaluationFilter::default;
    let flag = || EvaluationFilter { flag_key: Some("flag-12".into()), ..all() };
    let of_flag = "c.flag = (select number from halyard.feature_flags where key = 'flag-12')";
    let month = TimeDelta::days(30);
    for (name, filter, long, told, condition) in [
        ("30 days", all(), month, "c.outcome", "true".to_owned()),
        ("a flag", flag(), month, "c.version, c.outcome", of_flag.to_owned()),
        (
            "a value of it",
            EvaluationFilter { value: Some(json!(true)), ..flag() },
            month,
            "c.version, c.outcome",
            format!("{of_flag} and c.outcome = 0"),
        ),
        (
            "an environment",
            EvaluationFilter { environment: Some("staging".into()), ..all() },
            month,
            "c.outcome",
            "c.environment = 'staging'".to_owned(),
        ),
        (
            "an SDK",
            EvaluationFilter { sdk: Some("openfeature-python/0.9.1".into()), ..all() },
            month,
            "c.outcome",
            "c.sdk = 'openfeature-python/0.9.1'".to_owned(),
        ),
        (
            "a reason",
            EvaluationFilter { reason: Some(EvaluationReason::Error), ..all() },
            month,
            "c.outcome",
            "c.outcome in (-4, -5)".to_owned(),
        ),
        ("7 days", all(), TimeDelta::days(7), "c.outcome", "true".to_owned()),
        ("a day", all(), TimeDelta::days(1), "c.outcome", "true".to_owned()),
        ("a day of a flag", flag(), TimeDelta::days(1), "c.version, c.outcome", of_flag.to_owned()),
    ] {
        let to = log.ends.duration_trunc(TimeDelta::hours(1)).unwrap();
        let ask = HistogramAsk { filter, from: to - long, to, buckets: BUCKETS };
        histogram(log, name, &ask, told, &condition).await;
    }
    println!("\n| usage | app | by hand | ratio |\n|---|---:|---:|---:|");
    flags_usage(log).await;
    flag_usage(log).await;
    estimate(log).await;
}

async fn histogram(log: &Log, name: &str, ask: &HistogramAsk, told: &str, condition: &str) {
    let answer = log.store.evaluations_histogram(ask).await.unwrap();
    let sql = format!(
        "select date_bin('{} seconds', c.at, 'epoch') as begins, {told}, sum(c.evaluations)::int8 as evaluations
         from {} where {condition} group by begins, {told}",
        answer.step,
        if answer.step < 3_600 {
            format!("(select * from halyard.evaluation_counts c where {}) c", between(ask.from, ask.to))
        } else {
            sums(&log.summed, ask, told == "c.outcome")
        }
    );
    let mut bare = log.connect().await;
    let total = format!("select sum(evaluations)::int8 from ({sql}) as buckets");
    let total: i64 = sqlx::query_scalar(AssertSqlSafe(total)).fetch_one(&mut bare).await.unwrap();
    assert_eq!(answer.total, total, "{name}");
    let (mut app, mut by_hand) = (Times::default(), Times::default());
    for _ in rounds() {
        app.push(timed(log.store.evaluations_histogram(ask)).await.1);
        by_hand.push(run(&mut bare, &sql).await.1);
    }
    println!("| {name} | {} |", cells(&app, &by_hand));
}

/// Counts from whole hours, by their sums until they end, by ten minutes from there on.
fn sums(summed: &str, ask: &HistogramAsk, of_all_flags: bool) -> String {
    let columns = "c.at, c.flag, c.version, c.environment, c.source, c.sdk, c.outcome, c.evaluations";
    let time = between(ask.from, ask.to);
    let flag = if of_all_flags { "c.flag = 0 and" } else { "" };
    format!(
        "(select {columns} from halyard.hourly_counts c where {flag} {time} and c.at < {summed}
          union all
          select {columns} from halyard.evaluation_counts c where {time} and c.at >= {summed}) c"
    )
}

fn between(from: DateTime<Utc>, to: DateTime<Utc>) -> String {
    format!("c.at >= {} and c.at < {}", literal(from), literal(to))
}

/// What the list of flags shows of each.
async fn flags_usage(log: &Log) {
    let day = "c.at >= date_trunc('hour', now()) - interval '23 hours'";
    let summed = &log.summed;
    let sql = format!(
        "select c.flag, c.at, sum(c.evaluations)::int8 from halyard.hourly_counts c
         where c.flag <> 0 and {day} and c.at < {summed} group by c.flag, c.at
         union all
         select c.flag, date_bin('1 hour', c.at, 'epoch'), sum(c.evaluations)::int8
         from halyard.evaluation_counts c where {day} and c.at >= {summed} group by 1, 2;
         select f.id, (select max(c.at) from halyard.evaluation_counts c where c.flag = f.number)
         from halyard.feature_flags f"
    );
    let mut bare = log.connect().await;
    let (mut app, mut by_hand) = (Times::default(), Times::default());
    for _ in rounds() {
        app.push(timed(log.store.flags_usage()).await.1);
        by_hand.push(run(&mut bare, &sql).await.1);
    }
    println!("| 24 hours of every flag, and when each was last evaluated | {} |", cells(&app, &by_hand));
}

/// What a flag's own page shows.
async fn flag_usage(log: &Log) {
    let to = log.ends.duration_trunc(TimeDelta::hours(1)).unwrap();
    let from = to - TimeDelta::days(30);
    let filter = EvaluationFilter::default();
    let of_flag = "c.flag = (select number from halyard.feature_flags where key = 'flag-12')";
    let counts = sums(&log.summed, &HistogramAsk { filter, from, to, buckets: BUCKETS }, false);
    let sql = format!(
        "select date_bin('6 hours', c.at, 'epoch') as begins, c.version, c.outcome, sum(c.evaluations)::int8
         from {counts} where {of_flag} group by begins, c.version, c.outcome;
         select c.sdk, c.source, c.environment, sum(c.evaluations)::int8, max(c.at)
         from {counts} where {of_flag} group by c.sdk, c.source, c.environment;
         select c.version, c.outcome, bool_or(c.source in ('evaluate', 'ofrep')), max(c.at)
         from {counts} where {of_flag} group by c.version, c.outcome"
    );
    let mut bare = log.connect().await;
    let (mut app, mut by_hand) = (Times::default(), Times::default());
    for _ in rounds() {
        app.push(timed(log.store.flag_usage("flag-12", None, from, to, BUCKETS)).await.1);
        by_hand.push(run(&mut bare, &sql).await.1);
    }
    println!("| a flag's page: 30 days, its SDKs, its state | {} |", cells(&app, &by_hand));
}

/// How many rows an export expects.
async fn estimate(log: &Log) {
    let sql = "select sum(evaluations)::int8 from halyard.hourly_counts where flag = 0";
    let mut bare = log.connect().await;
    let (mut app, mut by_hand) = (Times::default(), Times::default());
    for _ in rounds() {
        app.push(timed(log.store.evaluations_estimated(&EvaluationFilter::default())).await.1);
        by_hand.push(run(&mut bare, sql).await.1);
    }
    println!("| rows that an export of everything will have | {} |", cells(&app, &by_hand));
}

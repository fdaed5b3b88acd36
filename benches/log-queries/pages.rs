//! Pages of the list: the first, the next, and back again.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use halyard_store::evaluations::{
    Direction, EvaluationFilter, EvaluationReason, EvaluationRow, EvaluationsPage,
};
use serde_json::json;
use sqlx::PgConnection;

use crate::by_hand::{page, rare_page};
use crate::contest::{Times, cell, cells, ratio, rounds, run, timed};
use crate::made::Log;

const PAGE: u32 = 100;
/// How long the statement over the view may take that the app gives away as SQL.
const VIEW_SECONDS: u64 = 10;

/// A filter, and the statement of its page: the first, or that after a row.
struct Case {
    name: &'static str,
    filter: EvaluationFilter,
    by_hand: Box<dyn Fn(Option<&EvaluationRow>) -> String>,
}

pub(crate) async fn measure(log: &Log) {
    let mut bare = log.connect().await;
    println!(
        "\n| page of {PAGE} | app | by hand | ratio | next page | by hand | ratio | back | rows | SQL of the app |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    for case in cases(log, &mut bare).await {
        contest(log, &mut bare, &case).await;
    }
}

async fn contest(log: &Log, bare: &mut PgConnection, case: &Case) {
    let [mut first, mut whole, mut next, mut back] = [(); 4].map(|()| Times::default());
    let [mut first_bare, mut next_bare] = [(); 2].map(|()| Times::default());
    let (mut rows, mut cut) = (0, String::new());
    for _ in rounds() {
        let (page, took) = timed(ask(log, case, None, Direction::Older)).await;
        first.push(took);
        rows = page.evaluations.len();
        // What is rare is shown before the page is full; the app goes on at once.
        let (found, took_on) = timed(rest(log, case, &page)).await;
        whole.push(took + took_on);
        let (found_bare, took_bare) = run(bare, &(case.by_hand)(None)).await;
        first_bare.push(took_bare);
        assert!(found >= found_bare, "{}: {found} rows, by hand {found_bare}", case.name);
        if page.looked_to.is_some() {
            cut = format!(" at once, {found} after {}", cell(whole.median()));
        }
        let (Some(cursor), Some(last)) = (&page.next_cursor, page.evaluations.last()) else { continue };
        let (second, took) = timed(ask(log, case, Some(cursor), Direction::Older)).await;
        let (found, took_bare) = run(bare, &(case.by_hand)(Some(last))).await;
        next.push(took);
        if page.looked_to.is_none() && second.looked_to.is_none() {
            next_bare.push(took_bare);
            assert_eq!(second.evaluations.len(), found, "next page: {}", case.name);
        }
        let Some(cursor) = &second.newer_cursor else { continue };
        let (_, took) = timed(ask(log, case, Some(cursor), Direction::Newer)).await;
        back.push(took);
    }
    println!(
        "| {} | {} | {} | {} | {} | {} | {rows}{cut} | {} |",
        case.name,
        cell(first.median()),
        cell(first_bare.median()),
        ratio(&whole, &first_bare),
        cells(&next, &next_bare),
        cell(back.median()),
        view(bare, &case.filter).await
    );
}

/// How many rows the page has in the end, if it was not full at once.
async fn rest(log: &Log, case: &Case, page: &EvaluationsPage) -> usize {
    let mut rows = page.evaluations.len();
    let mut cursor = page.looked_to.and(page.next_cursor.clone());
    while let Some(at) = cursor.filter(|_| rows < PAGE as usize) {
        let more = ask(log, case, Some(&at), Direction::Older).await;
        rows += more.evaluations.len();
        cursor = more.looked_to.and(more.next_cursor);
    }
    rows
}

async fn ask(log: &Log, case: &Case, cursor: Option<&str>, direction: Direction) -> EvaluationsPage {
    log.store.evaluations_page(&case.filter, cursor, direction, PAGE).await.unwrap()
}

/// Calls before that of a row; all without one.
fn before(row: Option<&EvaluationRow>) -> String {
    row.map_or_else(String::new, |row| {
        let (at, id) = (literal(row.at), row.call_id);
        format!(" and e.evaluated_at <= {at} and (e.evaluated_at, e.id) < ({at}, '{id}')")
    })
}

pub(crate) fn literal(at: DateTime<Utc>) -> String {
    format!("timestamptz '{}'", at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// What the statement over the view takes, once.
async fn view(bare: &mut PgConnection, filter: &EvaluationFilter) -> String {
    let sql = filter.to_sql().unwrap().replace("limit 1000", "limit 100");
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("set statement_timeout = '{VIEW_SECONDS}s'")))
        .execute(&mut *bare)
        .await
        .unwrap();
    let (found, took) = timed(sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *bare)).await;
    sqlx::raw_sql("set statement_timeout = 0").execute(bare).await.unwrap();
    if found.is_ok() { cell(Some(took)) } else { format!("over {VIEW_SECONDS} s") }
}

async fn number(bare: &mut PgConnection, key: &str) -> i32 {
    let number = sqlx::query_scalar("select number from halyard.feature_flags where key = $1");
    number.bind(key).fetch_one(bare).await.unwrap()
}

/// What people look for.
async fn cases(log: &Log, bare: &mut PgConnection) -> Vec<Case> {
    let (common, rare) = (number(bare, "flag-12").await, number(bare, "rare-flag").await);
    let customer: String = sqlx::query_scalar(
        "select entity_id from halyard.evaluations where entity_id <> '' order by evaluated_at desc limit 1",
    )
    .fetch_one(bare)
    .await
    .unwrap();
    let all = EvaluationFilter::default;
    let flag = |key: &str| EvaluationFilter { flag_key: Some(key.to_owned()), ..all() };
    let ends = log.ends - TimeDelta::days(7);
    let begins = ends - TimeDelta::hours(1);
    let hour = format!("e.evaluated_at >= {} and e.evaluated_at < {}", literal(begins), literal(ends));
    let calls_with = |flag: i32| format!("{flag} = any(s.flags)");
    let of_customer = format!("e.entity_id = '{customer}'");
    let case = |name, filter, calls: String, results: String, limit| Case {
        name,
        filter,
        by_hand: Box::new(move |row| page(&format!("{calls}{}", before(row)), &results, limit)),
    };
    let rare_case = |name, filter, counts: &'static str, value: i32, calls: String, results: String| Case {
        name,
        filter,
        by_hand: Box::new(move |row| {
            let since = row.map_or_else(String::new, |row| format!(" and c.at <= {}", literal(row.at)));
            let counts = format!("{counts} = {value}{since}");
            rare_page(&counts, &format!("{calls}{}", before(row)), &results, 100)
        }),
    };
    let whole = || "true".to_owned();
    let result_of = |flag: i32| format!("r.flag = {flag}");
    vec![
        case("no filter", all(), whole(), whole(), 5),
        case(
            "one customer",
            EvaluationFilter { entity_id: Some(customer.clone()), ..all() },
            of_customer.clone(),
            whole(),
            5,
        ),
        case(
            "one flag of that customer",
            EvaluationFilter { entity_id: Some(customer), ..flag("flag-12") },
            format!("{of_customer} and {}", calls_with(common)),
            result_of(common),
            100,
        ),
        case("a flag of every call", flag("flag-12"), calls_with(common), result_of(common), 100),
        case(
            "a value of it",
            EvaluationFilter { value: Some(json!(true)), ..flag("flag-12") },
            format!("{} and e.outcomes[array_position(s.flags, {common})] = 0", calls_with(common)),
            result_of(common),
            100,
        ),
        rare_case(
            "a flag of two calls a day",
            flag("rare-flag"),
            "c.flag",
            rare,
            calls_with(rare),
            result_of(rare),
        ),
        rare_case(
            "a reason of 17 calls a day",
            EvaluationFilter { reason: Some(EvaluationReason::Error), ..all() },
            "c.outcome",
            -4,
            "-4 = any(e.outcomes)".to_owned(),
            "r.outcome = -4".to_owned(),
        ),
        case(
            "a tenth: one environment",
            EvaluationFilter { environment: Some("staging".into()), ..all() },
            "e.environment = 'staging'".to_owned(),
            whole(),
            5,
        ),
        case(
            "an hour a week ago",
            EvaluationFilter { from: Some(begins), to: Some(ends), ..all() },
            hour.clone(),
            whole(),
            5,
        ),
        case(
            "a flag in that hour",
            EvaluationFilter { from: Some(begins), to: Some(ends), ..flag("flag-12") },
            format!("{hour} and {}", calls_with(common)),
            result_of(common),
            100,
        ),
    ]
}

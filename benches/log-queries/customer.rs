//! One customer: found by name or address, why they got what they got, and erased.

use chrono::TimeDelta;
use halyard_store::Author;
use halyard_store::evaluations::{Direction, ErasureProgress, EvaluationFilter};
use sqlx::PgConnection;
use std::time::Duration;

use crate::by_hand::page;
use crate::contest::{Times, cells, rounds, run, timed};
use crate::made::Log;
use crate::pages::literal;

const WITHIN: Duration = Duration::from_secs(30);
/// Customers that are erased by each.
const ERASED: i64 = 5;

pub(crate) async fn measure(log: &Log) {
    println!("\n| one customer | app | by hand | ratio |\n|---|---:|---:|---:|");
    found_by(log, "someone.50123@").await;
    found_by(log, "Customer 50123 of").await;
    near(log, "customer-50123").await;
    call(log, "customer-50123").await;
    erase(log).await;
}

/// What the app does with a part of an address or of a name: searches, and asks for the page.
async fn found_by(log: &Log, part: &str) {
    let sql = page(
        &format!(
            "e.entity_id = (select id from public.customers
             where id ilike '{part}%' or name ilike '%{part}%' or email ilike '%{part}%')"
        ),
        "true",
        5,
    );
    let mut bare = log.connect().await;
    let (mut app, mut by_hand) = (Times::default(), Times::default());
    for _ in rounds() {
        let (found, took) = timed(async {
            let source = log.store.resolved_source().await.unwrap().unwrap();
            let customers = log.store.customers_search(&source, part, 20, WITHIN).await.unwrap();
            let entity_id = Some(customers.first().unwrap().entity_id.clone());
            let filter = EvaluationFilter { entity_id, ..EvaluationFilter::default() };
            log.store.evaluations_page(&filter, None, Direction::Older, 100).await.unwrap()
        })
        .await;
        app.push(took);
        let (rows, took) = run(&mut bare, &sql).await;
        by_hand.push(took);
        assert_eq!(found.evaluations.len(), rows);
    }
    println!("| searched by “{part}”, and the first page | {} |", cells(&app, &by_hand));
}

/// The call that a question about a moment of the past rests on.
async fn near(log: &Log, customer: &str) {
    let at = log.ends - TimeDelta::days(15);
    let half = |than: &str, order: &str| {
        format!(
            "(select e.id, e.evaluated_at, e.source, e.sdk, e.stale, e.config_version,
                  s.versions[array_position(s.flags, f.number)] as version,
                  e.outcomes[array_position(s.flags, f.number)] as outcome
              from halyard.evaluations e join halyard.flag_sets s on s.id = e.flag_set
              join halyard.feature_flags f on f.key = 'flag-12' and f.number = any(s.flags)
              where e.entity_id = '{customer}' and e.environment = 'production' and e.evaluated_at {than} {}
              order by e.evaluated_at {order} limit 1)",
            literal(at)
        )
    };
    let sql = format!("{} union all {}", half("<=", "desc"), half(">", "asc"));
    let mut bare = log.connect().await;
    let (mut app, mut by_hand) = (Times::default(), Times::default());
    for _ in rounds() {
        let (found, took) = timed(log.store.evaluation_near("flag-12", "production", customer, at)).await;
        assert!(found.unwrap().is_some());
        app.push(took);
        by_hand.push(run(&mut bare, &sql).await.1);
    }
    println!("| the call nearest to a moment, for Why | {} |", cells(&app, &by_hand));
}

/// All flags of a call.
async fn call(log: &Log, customer: &str) {
    let filter = EvaluationFilter { entity_id: Some(customer.to_owned()), ..EvaluationFilter::default() };
    let page = log.store.evaluations_page(&filter, None, Direction::Older, 1).await.unwrap();
    let row = page.evaluations.first().unwrap();
    let sql = crate::by_hand::page(
        &format!("e.evaluated_at = {} and e.id = '{}'", literal(row.at), row.call_id),
        "true",
        1,
    );
    let mut bare = log.connect().await;
    let (mut app, mut by_hand) = (Times::default(), Times::default());
    for _ in rounds() {
        let (found, took) = timed(log.store.evaluation_call(row.call_id, row.at)).await;
        app.push(took);
        let (rows, took) = run(&mut bare, &sql).await;
        assert_eq!(found.unwrap().evaluations.len(), rows);
        by_hand.push(took);
    }
    println!("| all flags of one call | {} |", cells(&app, &by_hand));
}

/// Everything of one customer, for good; those that are erased have about 75 calls each.
async fn erase(log: &Log) {
    let mut bare = log.connect().await;
    let (mut app, mut by_hand) = (Times::default(), Times::default());
    let before: i64 =
        sqlx::query_scalar("select count(*) from halyard.erasures").fetch_one(&mut bare).await.unwrap();
    let author = Author::new("bench", "bench");
    let first = 40_000 + 20 * before;
    for customer in (first..=first + ERASED).map(|number| number * 2) {
        let progress = ErasureProgress::default();
        let app_erases = format!("customer-{}", customer % 100_000);
        let (erased, took) = timed(log.store.customer_erase(&app_erases, &progress, &author)).await;
        assert!(erased.unwrap().removed > 0);
        app.push(took);
        by_hand.push(deleted(&mut bare, &format!("customer-{}", customer % 100_000 + 1)).await);
    }
    println!("| erased, with a tombstone | {} |", cells(&app, &by_hand));
}

async fn deleted(bare: &mut PgConnection, customer: &str) -> Duration {
    run(bare, &format!("delete from halyard.evaluations where entity_id = '{customer}'")).await.1
}

//! Reading a long evaluation log: pages, histograms, usage, one customer, and what a call takes on disk, as
//! the app asks for them; beside each the same answer from a statement written by hand, in turns.
//!
//! `make bench-log` makes 10,000,000 calls of 20 flags over 30 days (about 5 GB) on a server of the project's
//! own, measures, and leaves nothing. `DATABASE_URL` names another Postgres 18, on which it makes and drops
//! the database `halyard_bench_log`; `LOG_DATABASE_URL` a database that is made when it is empty, and kept.
//! `CALLS` is another number of calls, a million at least.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark fails by panicking and prints")]

mod by_hand;
mod contest;
mod counts;
mod customer;
mod made;
mod pages;
mod storage;

use made::Made;

#[tokio::main]
async fn main() {
    let made = Made::from_environment().await;
    let log = made.log().await;
    pages::measure(&log).await;
    counts::measure(&log).await;
    customer::measure(&log).await;
    storage::measure(&log).await;
    log.store.close().await;
    made.leave().await;
}

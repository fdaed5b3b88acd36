//! The tenant half of the store against real Postgres servers, the oldest and the newest supported.
//! Every test has a database of its own.
#![allow(missing_docs, reason = "tests are sentences")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed"
)]

mod appending;
mod chance;
mod conditions;
mod customers;
mod entity_ids;
mod evaluations;
mod events;
mod hostile;
mod interpreter;
mod log_counts;
mod log_erasure;
mod log_hours;
mod log_pages;
mod log_upkeep;
mod northwind;
mod sample;
mod source;
mod suggestions;
mod support;

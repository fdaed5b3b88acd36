//! The routes that evaluate, over HTTP on a real Postgres: status, headers and body of each contract.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod caching;
mod cross_origin;
mod hostile;
mod keys;
mod launchdarkly;
mod native;
mod ofrep;
mod outage;
mod shop;
#[path = "../support/mod.rs"]
mod support;

//! The server around its routes: listening, limits, hostile clients, outages, and the end.
#![allow(clippy::unwrap_used, reason = "tests")]

mod audit;
mod hostile;
mod kill;
mod limits;
mod operations;
mod outage;
mod program;
mod shutdown;
mod slow;
#[path = "../support/mod.rs"]
mod support;
mod tls;
mod wire;

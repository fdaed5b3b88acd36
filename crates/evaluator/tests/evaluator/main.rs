//! Online evaluation on a real Postgres.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]

mod conformance;
mod faults;
mod kill;
mod log;
mod outage;
mod propagation;
mod resume;
mod round_trips;
mod spooling;
mod support;

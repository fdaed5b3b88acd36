//! Online evaluation on a real Postgres.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod conformance;
mod faults;
mod log;
mod propagation;
mod round_trips;
mod support;

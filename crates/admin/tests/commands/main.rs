//! The app through its commands, on a real Postgres: what the page can do and what it is told.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests"
)]

mod audiences;
mod audit;
mod brute_force;
mod connecting;
mod customers;
mod editing;
mod exports;
mod impact;
mod kill;
mod limits;
mod local_endpoint;
mod log;
mod reach;
mod reviews;
mod sdk_keys;
mod support;
mod trail;
mod why;
mod why_logged;
mod why_steps;
mod why_strangers;
mod why_then;

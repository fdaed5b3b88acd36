//! The configuration half of the store on real servers: Postgres 14 and 18.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(missing_docs, reason = "test names are sentences")]

mod audiences;
mod audit;
mod concurrency;
mod configuration;
mod conflicts;
mod connect;
mod doctor;
mod door;
mod environments;
mod flags;
mod flags_page;
mod kill;
mod limits;
mod schema;
mod sdk_keys;
mod support;
mod unknown_flags;

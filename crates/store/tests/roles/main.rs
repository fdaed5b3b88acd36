//! Who may do what, on real servers: every group role at every table, statement and command; what
//! nobody may; the production guard; and what is reviewed afterwards.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(missing_docs, reason = "test names are sentences")]

mod bypass;
mod commands;
mod guard;
mod install;
mod people;
mod reviews;
mod rights;
mod source;
#[path = "../configuration/support.rs"]
#[allow(dead_code, reason = "another target uses the rest")]
mod support;
mod tables;

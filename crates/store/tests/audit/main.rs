//! The audit trail on real servers: what tampering is found as, what files are worth, and that every
//! change of the configuration is in it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(missing_docs, reason = "test names are sentences")]

mod columns;
mod files;
mod filters;
mod replay;
#[path = "../configuration/support.rs"]
#[allow(dead_code, reason = "another target uses the rest")]
mod support;
mod tampering;

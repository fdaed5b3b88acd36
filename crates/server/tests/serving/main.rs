//! The server around its routes: listening, limits, hostile clients, and the end.
#![allow(clippy::unwrap_used, reason = "tests")]

mod operations;
#[path = "../support/mod.rs"]
mod support;

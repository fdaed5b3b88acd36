//! The scenes of the product in the real window: the built app under Xvfb, driven by WebKitWebDriver,
//! on its own embedded Postgres.
#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod at_night;
mod endpoint;
mod first_start;
mod kill_board;
mod pages;
mod ramp;
mod steps;
mod tray;
mod why;

//! The app with its embedded database: first start, coming back, and databases that go away.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod outage;
mod sample;
mod support;

//! Everything here runs the real binaries, each test in a directory of its own.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot go on has failed")]

mod binaries;
mod errors;
mod life;
mod recovery;
mod sharing;
mod support;
mod testing;

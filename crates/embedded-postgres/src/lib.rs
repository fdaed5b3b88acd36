//! A private Postgres for people who have none: find, init, start, stop.
//!
//! [`Binaries::find`] locates the server that ships with the app, [`EmbeddedPostgres::start`] makes a
//! cluster under the app's data directory on first use, starts it and hands back how to connect.
//! Everything here blocks (a first start takes most of a second): call it off the async threads.
//!
//! The server listens on loopback and on a Unix socket in a directory of mode 0700, and asks for a random
//! password everywhere. Several instances of the app may use one data directory: they share one server,
//! and the last to leave stops it (see [`EmbeddedPostgres::stop`]). A server that outlives a killed app is
//! taken over by the next start. Started by root, the server runs as whoever owns the data, else as `nobody`.
//!
//! This crate knows no SQL beyond creating its database, and nothing of flags.

mod account;
mod binaries;
mod cluster;
mod directory;
mod embedded;
mod error;
mod instances;
mod password;
mod process;
mod server;
#[cfg(unix)]
pub mod testing;
mod wire;

pub use binaries::Binaries;
pub use directory::default_data_dir;
pub use embedded::{Connection, Departure, EmbeddedPostgres, Options, Step};
pub use error::EmbeddedError;

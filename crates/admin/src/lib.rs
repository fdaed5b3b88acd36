//! What the app can do: one list of commands, their requests, results and errors, and the
//! state they share. It knows neither Tauri nor HTTP: the desktop shell and the test bridge
//! both call [`dispatch`].
//!
//! * [`commands`]: the list, and a file for each area with request, handler and response.
//! * [`App`]: the open workspace and what is remembered between runs.
//! * [`typescript`]: what the page imports, made from the same list.

mod app;
pub mod audit;
pub mod commands;
mod computer;
mod counting;
mod disclosure;
mod error;
mod evaluation_log;
mod export;
mod impact;
mod kill;
mod local_endpoint;
mod reach;
pub mod typescript;
mod why;
mod workspace;

pub use app::{App, AppOptions};
pub use commands::{COMMANDS, CacheTag, CommandInfo, dispatch};
pub use computer::computer_name;
pub use error::{CommandError, ErrorCode, ErrorDetails};
pub use halyard_embedded_postgres::default_data_dir;
pub use halyard_engine::FlagKey;
pub use local_endpoint::{LocalEndpoint, LocalEndpoints, Promised};
pub use workspace::{EmbeddedServer, prepare_sample};

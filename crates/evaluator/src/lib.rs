//! Online evaluation: the live configuration, membership of entities in audiences, and the
//! evaluation log. It knows neither HTTP nor Tauri, and speaks no SQL itself.
//!
//! * [`LiveConfiguration`] follows the configuration of one database.

mod live;
mod snapshot;

pub use live::{LiveConfiguration, LiveState};
pub use snapshot::{LiveFlag, Snapshot};

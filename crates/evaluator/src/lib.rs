//! Online evaluation: the live configuration, membership of entities in audiences, and the
//! evaluation log. It knows neither HTTP nor Tauri, and speaks no SQL itself.
//!
//! * [`LiveConfiguration`] follows the configuration of one database.
//! * [`Evaluator`] answers from it, logs what it answered, and registers itself.

mod audiences;
mod evaluator;
mod last_known;
mod live;
mod log;
mod membership;
mod registration;
mod snapshot;

pub use evaluator::{Answer, Call, Evaluator, EvaluatorOptions};
pub use live::{LiveConfiguration, LiveState};
pub use log::LogCounts;
pub use registration::Identity;
pub use snapshot::{LiveFlag, Snapshot, Visibility};

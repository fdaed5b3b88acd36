//! Online evaluation: the live configuration, membership of entities in audiences, and the
//! evaluation log. It knows neither HTTP nor Tauri, and speaks no SQL itself.
//!
//! * [`LiveConfiguration`] follows the configuration of one database.
//! * [`Evaluator`] answers from it, logs what it answered, and registers itself.

mod answer;
mod audiences;
mod evaluator;
mod last_configuration;
mod last_known;
mod live;
mod log;
pub mod measures;
mod membership;
mod registration;
mod rendered;
mod snapshot;
mod unknown;
mod upkeep;

pub use answer::{Answer, Answers};
pub use evaluator::{Call, Evaluator, EvaluatorOptions};
pub use last_configuration::LastConfiguration;
pub use live::{LiveConfiguration, LiveState};
pub use log::{LogCounts, LogOptions, SpoolError, SpoolOptions};
pub use registration::Identity;
pub use snapshot::{LiveFlag, Snapshot, Visibility};

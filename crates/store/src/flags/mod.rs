//! Flags: list, get, create, change, kill, archive, revert.
//!
//! Each change is one short transaction on one row. Versions, audit entries and the config
//! version are the database's work (see `migrations/0002_one_door.sql`).

mod change;
mod create;
mod history;
mod page;
mod read;
mod row;
mod types;

pub use page::{FlagState, FlagsPage, FlagsPageQuery};
pub(crate) use read::summaries;
pub(crate) use row::{Asked, find, find_locked, flag_type, parse};
pub use types::{Flag, FlagChanges, FlagReference, FlagSummary, FlagVersion, FlagsList, NewFlag};

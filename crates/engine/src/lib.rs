//! Flags, rules, bucketing, evaluation and trace: pure, without I/O, clock, randomness or async.
//!
//! The way of a flag: [`Validation`] checks what a person typed and names everything that is wrong;
//! [`CompiledFlag::compile`] turns a stored [`FlagDefinition`] into its immutable, fast form;
//! [`evaluate`], [`explain`] and [`CompiledFlag::decide`] answer for one entity, all by the same code;
//! [`tally`] counts very many.

mod bucket;
mod compile;
mod evaluate;
mod flag;
mod ids;
mod key;
mod percentage;
mod reason;
pub mod tally;
mod trace;
mod validate;
mod value;

pub use bucket::{BUCKET_COUNT, BUCKETING_VERSION, bucket};
pub use compile::{CompiledFlag, CompiledRule};
pub use evaluate::{Decision, Evaluation, Membership, Outcome, evaluate, explain};
pub use flag::{FlagDefinition, FlagType, Rule, RuleInput};
pub use ids::{AudienceId, RuleId};
pub use key::{FlagKey, InvalidFlagKey, is_environment_key};
pub use percentage::{InvalidPercentage, Percentage};
pub use reason::{ErrorKind, OffBy, Reason};
pub use trace::{RuleOutcome, RuleTrace, Trace};
pub use validate::{Validation, Violation, limits};
pub use value::{MAX_VALUE_BYTES, MAX_VALUE_DEPTH, json_equal};

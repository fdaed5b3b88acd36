//! Kill and restore: the one function that does either, who holds a flag that does not let itself be
//! changed, what evaluators confirmed, and what the kill board shows.

mod blocker;
mod board;
mod effect;
mod switch;

pub use blocker::Blocker;
pub use board::{KillBoard, KillEntry, KillsSince, MAX_KILLS};
pub use effect::{Confirmations, ConfirmingEvaluator, OldServed, SdkCalls};
pub use switch::KillResult;

/// The tag whose flags are on the kill board.
pub const KILL_SWITCH_TAG: &str = "kill-switch";

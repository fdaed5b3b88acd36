//! What the app does with the audit trail: verifies it behind the page's back, remembers on this
//! computer what it was, and signs checkpoints. What is right and what is broken `halyard-store` says.

pub mod csv;
pub mod export;
pub(crate) mod remembered;
pub mod signing;
pub(crate) mod verification;

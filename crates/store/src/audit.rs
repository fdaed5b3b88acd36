//! The audit trail: keyset lists, the hash chain and its verification, signed checkpoints, and
//! exports that verify without the database.
//!
//! `chain`, `checkpoint` and `file` are pure: what they say of a database they say of a file.

mod authors;
pub mod chain;
pub mod checkpoint;
mod export;
pub mod file;
mod filter;
mod list;
mod verify;

pub use authors::AuditAuthors;
pub use export::ExportedEntry;
pub use filter::AuditFilter;
pub use list::{AuditEntry, AuditPage, AuditQuery};
pub use verify::AuditVerification;

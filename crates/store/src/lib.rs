//! Everything that is SQL: schema, migrations, roles and queries.
//!
//! This crate is the only one that speaks SQL. Rules of flags come from `halyard-engine`; this
//! crate must not know HTTP, Tauri, or how evaluation results are used.
//!
//! Two halves share one [`Store`]:
//! * the configuration, in schema `halyard`: flags, audiences, environments, settings, their
//!   versions and the audit trail. The database's own triggers write versions and audit entries
//!   at COMMIT; this crate only says who and why.
//! * the tenant's own tables, read and never written: catalogue, customers, membership of
//!   audiences — and the evaluation log, which is appended to.

pub mod access;
pub mod attribute;
mod audience_sql;
pub mod audiences;
pub mod audit;
pub mod author;
pub mod catalogue;
pub mod condition;
pub mod configuration;
pub mod connect;
pub mod customer_source;
pub mod customers;
mod deadline;
pub mod doctor;
pub mod environments;
pub mod error;
pub mod evaluations;
pub mod evaluators;
pub mod flags;
pub mod kill;
pub mod memberships;
pub mod moment;
pub mod reviews;
pub mod roles;
pub mod sample_data;
pub mod schema;
pub mod sdk_keys;
pub mod server;
pub mod settings;
pub mod stars;
mod store;
pub mod suggestions;
mod tenant_sql;
pub mod unknown_flags;

pub use author::Author;
pub use connect::ConnectOptions;
pub use error::StoreError;
pub use store::{PoolState, Store};

//! Who looked: seeing customers by name, taking data out, and ending somebody's session are entries of
//! the audit trail too, written before it happens.

use serde_json::Value;
use sqlx::PgConnection;

use crate::{Author, Store, StoreError};

/// One look at rows of people, one export, or the end of one session.
#[derive(Clone, Debug, PartialEq)]
pub struct Access {
    /// What was done.
    pub action: AccessAction,
    /// What kind of thing it was about, such as `flag` or `audience`; may be empty.
    pub entity_type: String,
    /// Its id; may be empty.
    pub entity_id: String,
    /// Its key or name; may be empty.
    pub entity_key: String,
    /// What was asked for, such as a filter and how many rows; becomes the entry's `after`.
    pub details: Value,
}

/// What is recorded though it changes no configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessAction {
    /// Customers were shown by name.
    CustomersListed,
    /// Customers were written to a file.
    CustomersExported,
    /// Evaluations were written to a file.
    EvaluationsExported,
    /// Entries of the audit trail were written to a file.
    AuditExported,
    /// A session that held a flag was ended. Written by [`Store::session_end`].
    SessionEnded,
}

impl AccessAction {
    /// As the audit trail writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CustomersListed => "customers.listed",
            Self::CustomersExported => "customers.exported",
            Self::EvaluationsExported => "evaluations.exported",
            Self::AuditExported => "audit.exported",
            Self::SessionEnded => "session.ended",
        }
    }
}

impl Store {
    /// Writes one entry that says who is about to see what. Returns its sequence number. Without it
    /// nothing must be given out.
    ///
    /// # Errors
    /// `Invalid` for an author of too long a name, `Forbidden`; outages.
    pub async fn record_access(&self, access: &Access, author: &Author) -> Result<i64, StoreError> {
        author.check()?;
        self.change(author, async |connection| record(connection, access).await).await
    }
}

/// As part of a change.
pub(crate) async fn record(connection: &mut PgConnection, access: &Access) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"select halyard.record_access($1, $2, $3, $4, $5) as "seq!""#,
        access.action.as_str(),
        access.entity_type,
        access.entity_id,
        access.entity_key,
        access.details,
    )
    .fetch_one(connection)
    .await?)
}

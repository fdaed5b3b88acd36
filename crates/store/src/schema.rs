//! The schema of Halyard in the tenant's database: its state and its migrations.

use std::fmt;

use crate::{Store, StoreError};

/// How the schema in the database relates to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// There is none: ask before creating it.
    Missing,
    /// Just what this program needs.
    Current,
    /// Older: migrate.
    Older {
        /// Migrations that are still to be applied.
        missing: usize,
    },
    /// Made by a newer program; this one must not touch it.
    Newer,
}

/// Why the schema does not fit. Displays as a sentence for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaProblem {
    /// There is none.
    Missing,
    /// Made by a newer program.
    Newer,
    /// An applied migration differs from the one in this program.
    Altered,
}

impl fmt::Display for SchemaProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Missing => "This database has no Halyard schema yet.",
            Self::Newer => {
                "This database was set up by a newer version of Halyard. Update this app to open it."
            }
            Self::Altered => {
                "This database was set up by another build of Halyard. Open it with that build."
            }
        })
    }
}

impl Store {
    /// Whether the schema is there and fits. Changes nothing.
    ///
    /// # Errors
    /// Outages.
    pub async fn schema_state(&self) -> Result<SchemaState, StoreError> {
        todo!()
    }

    /// Creates the schema, or brings it up to this program. Two apps at once wait for each other.
    ///
    /// # Errors
    /// `PermissionDenied` without CREATE on the database; `Schema` when it is newer; outages.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        todo!()
    }
}

//! Listing the log: pages over calls, newest first, and expands only the calls it shows.

use super::EvaluationsPage;
use crate::{Store, StoreError};

/// Which evaluations to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EvaluationFilter {
    /// Of this flag alone.
    pub flag_key: Option<String>,
    /// Of this entity alone.
    pub entity_id: Option<String>,
    /// In this environment alone.
    pub environment: Option<String>,
}

impl Store {
    /// Evaluations, newest first; about `limit` rows, since a call's rows stay together.
    ///
    /// # Errors
    /// `Invalid` for a cursor that is none; `Timeout`, `Unavailable`.
    pub async fn evaluations_list(
        &self,
        filter: &EvaluationFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<EvaluationsPage, StoreError> {
        let _ = (filter, cursor, limit);
        todo!()
    }
}

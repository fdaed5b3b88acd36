//! Where batches end up: the database, as the writer sees it.

use std::time::Duration;

use halyard_store::{
    StoreError,
    evaluations::{Appended, EvaluationBatch},
};

use crate::LiveConfiguration;

/// Where batches end up.
pub(crate) trait Destination: Send + Sync + 'static {
    /// Stores a batch, all or nothing, and once however often it is tried.
    fn append(
        &self,
        batch: &EvaluationBatch,
        within: Duration,
    ) -> impl Future<Output = Result<Appended, StoreError>> + Send;

    /// False when it is known to be gone, so that there is no use in trying.
    fn is_there(&self) -> bool;
}

impl Destination for LiveConfiguration {
    async fn append(&self, batch: &EvaluationBatch, within: Duration) -> Result<Appended, StoreError> {
        self.store().evaluations_append(batch, within).await
    }

    fn is_there(&self) -> bool {
        self.is_connected()
    }
}

/// Whether the same batch may be stored later.
pub(crate) fn may_pass(error: &StoreError) -> bool {
    error.is_outage() || error.is_refusal() || matches!(error, StoreError::Schema(_))
}

//! Every route that evaluates: the native ones, LaunchDarkly's client-side contract and OFREP.

mod names;

pub(crate) use names::Names;

/// Every route of evaluation.
pub(crate) fn routes() -> axum::Router<crate::Api> {
    axum::Router::new()
}

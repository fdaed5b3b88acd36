//! A made-up company to explore with: customers, events, audiences, flags and a day of evaluations.

use crate::{Store, StoreError};

/// How far loading is: what is being made, and how much of all is done, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleProgress {
    /// As in "Adding customers".
    pub label: &'static str,
    /// 0 to 1, of the whole load.
    pub fraction: f64,
}

/// Loads the sample company into a database that has Halyard's schema and nothing else.
///
/// # Errors
/// `Invalid` when `public.customers` or `public.events` exists already; `Unavailable`.
pub async fn load(store: &Store, progress: impl FnMut(SampleProgress)) -> Result<(), StoreError> {
    let _ = (store, progress);
    todo!()
}

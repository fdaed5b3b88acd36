//! When keys were last used: gathered in memory and told to the store every few seconds, never on a
//! request's time.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use halyard_store::Store;
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

/// Between two reports.
const PERIOD: Duration = Duration::from_secs(10);
/// Keys that are remembered while the database is away. Only keys that exist get here, so this is
/// far more than there are.
const MOST: usize = 10_000;

/// Gathers uses of keys. Its reports end with it.
#[derive(Debug)]
pub(crate) struct KeyUses {
    gathered: Arc<Gathered>,
    store: Store,
    reporting: tokio::task::AbortHandle,
}

/// For each key, milliseconds since 1970 of its last use that is not reported yet.
#[derive(Debug, Default)]
struct Gathered(RwLock<HashMap<Uuid, AtomicI64>>);

impl KeyUses {
    /// Starts to report. Must be called inside a tokio runtime.
    pub(crate) fn start(store: Store) -> Self {
        let gathered = Arc::<Gathered>::default();
        let reporting = tokio::spawn(report_regularly(Arc::clone(&gathered), store.clone())).abort_handle();
        KeyUses { gathered, store, reporting }
    }

    /// Notes that a key is used now.
    pub(crate) fn note(&self, key: Uuid) {
        self.gathered.note(key, Utc::now().timestamp_millis());
    }

    /// Reports what is gathered, at the end.
    pub(crate) async fn report(&self) {
        self.gathered.report(&self.store).await;
    }
}

impl Drop for KeyUses {
    fn drop(&mut self) {
        self.reporting.abort();
    }
}

async fn report_regularly(gathered: Arc<Gathered>, store: Store) {
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        gathered.report(&store).await;
    }
}

impl Gathered {
    fn note(&self, key: Uuid, at: i64) {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = known.get(&key) {
            last.fetch_max(at, Ordering::Relaxed);
            return;
        }
        drop(known);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST {
            known.entry(key).or_default().fetch_max(at, Ordering::Relaxed);
        }
    }

    fn take(&self) -> HashMap<Uuid, AtomicI64> {
        std::mem::take(&mut *self.0.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// What cannot be reported is kept for the next time.
    async fn report(&self, store: &Store) {
        let uses: Vec<(Uuid, DateTime<Utc>)> = self
            .take()
            .into_iter()
            .filter_map(|(key, at)| Some((key, DateTime::from_timestamp_millis(at.into_inner())?)))
            .collect();
        if uses.is_empty() {
            return;
        }
        if let Err(error) = store.sdk_keys_used(&uses).await {
            tracing::debug!(%error, "the last use of keys is reported later");
            uses.iter().for_each(|(key, at)| self.note(*key, at.timestamp_millis()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_use_counts_and_is_taken_once() {
        let gathered = Gathered::default();
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        for (key, at) in [(one, 5), (other, 7), (one, 9), (one, 6)] {
            gathered.note(key, at);
        }
        let mut taken: Vec<_> = gathered.take().into_iter().map(|(key, at)| (key, at.into_inner())).collect();
        taken.sort_unstable();
        assert_eq!(taken, [(one, 9), (other, 7)]);
        assert!(gathered.take().is_empty());
    }

    #[test]
    fn what_is_gathered_is_bounded() {
        let gathered = Gathered::default();
        (0..2 * MOST as u128).for_each(|key| gathered.note(Uuid::from_u128(key), 1));
        assert_eq!(gathered.take().len(), MOST);
    }
}

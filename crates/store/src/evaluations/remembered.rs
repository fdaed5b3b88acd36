//! What a store remembers between batches, so that it need not ask or write it each time: the log's
//! days, flag sets that are stored, and names of SDKs.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::StoredDays;

/// What is remembered is true for so long; then it is asked again.
const TRUSTED: Duration = Duration::from_secs(60);
/// A call outside the days that are known is worth a question, but not one for each batch.
const ASKED_AGAIN: Duration = Duration::from_secs(1);
/// Flag sets that are remembered; each is 16 bytes.
const SETS: usize = 20_000;
/// Names of SDKs that are counted apart; anybody may call with any name.
const SDKS: usize = 100;
/// Names are forgotten after so long, so that nobody takes all of them for ever.
const SDKS_TRUSTED: Duration = Duration::from_secs(3_600);
/// What SDKs beyond that are counted as.
pub(super) const OTHER: &str = "other";

/// See the file's head. Shared by all clones of a store.
#[derive(Debug, Default)]
pub(crate) struct Remembered(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    days: Option<(Instant, StoredDays)>,
    sets: HashSet<Uuid>,
    sets_since: Option<Instant>,
    sdks: HashSet<Arc<str>>,
    sdks_since: Option<Instant>,
    other: Option<Arc<str>>,
}

impl Remembered {
    /// The days, unless they must be asked for: because it is long ago, or because a call is not in
    /// them.
    pub(super) fn days(&self, hold_all: impl Fn(StoredDays) -> bool) -> Option<StoredDays> {
        let (asked_at, days) = self.memory().days?;
        let trusted = if hold_all(days) { TRUSTED } else { ASKED_AGAIN };
        (asked_at.elapsed() < trusted).then_some(days)
    }

    pub(super) fn remember_days(&self, days: StoredDays) {
        self.memory().days = Some((Instant::now(), days));
    }

    /// Whether a flag set need not be stored.
    pub(super) fn has_set(&self, id: Uuid) -> bool {
        let mut memory = self.memory();
        if memory.sets_since.is_some_and(|since| since.elapsed() >= TRUSTED) {
            memory.sets.clear();
            memory.sets_since = None;
        }
        memory.sets.contains(&id)
    }

    /// Once they are committed, never before.
    pub(super) fn remember_sets(&self, ids: impl IntoIterator<Item = Uuid>) {
        let mut memory = self.memory();
        memory.sets_since.get_or_insert_with(Instant::now);
        for id in ids {
            if memory.sets.len() < SETS {
                memory.sets.insert(id);
            }
        }
    }

    /// The name that an SDK is counted under.
    pub(super) fn counted_sdk(&self, sdk: &str) -> Arc<str> {
        let mut memory = self.memory();
        if memory.sdks_since.is_some_and(|since| since.elapsed() >= SDKS_TRUSTED) {
            memory.sdks.clear();
            memory.sdks_since = None;
        }
        if let Some(known) = memory.sdks.get(sdk) {
            return Arc::clone(known);
        }
        if memory.sdks.len() >= SDKS {
            return Arc::clone(memory.other.get_or_insert_with(|| OTHER.into()));
        }
        memory.sdks_since.get_or_insert_with(Instant::now);
        let name: Arc<str> = sdk.into();
        memory.sdks.insert(Arc::clone(&name));
        name
    }

    /// After a fault nothing of the database is certain.
    pub(super) fn forget(&self) {
        let mut memory = self.memory();
        memory.days = None;
        memory.sets.clear();
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_the_hundredth_are_counted_as_other() {
        let remembered = Remembered::default();
        for number in 0..100 {
            assert_eq!(&*remembered.counted_sdk(&format!("sdk-{number}")), format!("sdk-{number}"));
        }
        assert_eq!(&*remembered.counted_sdk("sdk-100"), "other");
        assert_eq!(&*remembered.counted_sdk("sdk-99"), "sdk-99");
    }

    #[test]
    fn sets_are_forgotten_after_a_fault() {
        let remembered = Remembered::default();
        remembered.remember_sets([Uuid::nil()]);
        assert!(remembered.has_set(Uuid::nil()));
        remembered.forget();
        assert!(!remembered.has_set(Uuid::nil()));
    }
}

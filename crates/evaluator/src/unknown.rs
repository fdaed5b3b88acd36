//! Keys that were asked for in vain: typos, and code that outlived its flag. Noted in memory, and
//! told to the database every few seconds.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use halyard_store::{Store, unknown_flags::UnknownFlagAsked};
use tokio::task::AbortHandle;

/// Keys that are noted between two tellings, at most: anybody with a client key may ask for any.
const NOTED: usize = 1_000;
/// Longer ones are not noted; no flag's key is as long.
const LONGEST: usize = 200;
/// Between two tellings.
const EVERY: Duration = Duration::from_secs(5);

type Asked = HashMap<Arc<str>, HashMap<Box<str>, (i64, DateTime<Utc>)>>;

/// Keys that were asked for in vain since they were last told.
#[derive(Debug)]
pub(crate) struct UnknownFlags {
    noted: Arc<Noted>,
    telling: AbortHandle,
}

#[derive(Debug, Default)]
struct Noted {
    asked: Mutex<Asked>,
}

impl UnknownFlags {
    pub(crate) fn begin(store: Store) -> Self {
        let noted = Arc::<Noted>::default();
        let telling = tokio::spawn(tell_now_and_then(store, Arc::clone(&noted))).abort_handle();
        UnknownFlags { noted, telling }
    }

    /// Somebody asked for a flag that does not answer to them.
    pub(crate) fn note(&self, environment: &Arc<str>, key: &str) {
        if key.len() <= LONGEST {
            add(&mut self.noted.lock(), environment, key, 1, Utc::now());
        }
    }

    /// Tells what is left, if the database answers.
    pub(crate) async fn end(&self, store: &Store) {
        self.telling.abort();
        self.noted.tell(store).await;
    }
}

impl Drop for UnknownFlags {
    fn drop(&mut self) {
        self.telling.abort();
    }
}

async fn tell_now_and_then(store: Store, noted: Arc<Noted>) {
    loop {
        tokio::time::sleep(EVERY).await;
        noted.tell(&store).await;
    }
}

impl Noted {
    async fn tell(&self, store: &Store) {
        let asked: Vec<UnknownFlagAsked> = mem::take(&mut *self.lock())
            .into_iter()
            .flat_map(|(environment, keys)| {
                keys.into_iter().map(move |(key, (asked, last_asked_at))| UnknownFlagAsked {
                    key: key.into(),
                    environment: environment.as_ref().into(),
                    asked,
                    last_asked_at,
                })
            })
            .collect();
        if asked.is_empty() {
            return;
        }
        if let Err(error) = store.unknown_flags_asked(&asked).await {
            tracing::debug!(%error, "the keys that were asked for in vain cannot be told");
            let mut noted = self.lock();
            for UnknownFlagAsked { key, environment, asked, last_asked_at } in asked {
                add(&mut noted, &environment.into(), &key, asked, last_asked_at);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn add(noted: &mut Asked, environment: &Arc<str>, key: &str, asked: i64, at: DateTime<Utc>) {
    let is_full = noted.values().map(HashMap::len).sum::<usize>() >= NOTED;
    let keys = match noted.get_mut(environment) {
        Some(keys) => keys,
        None if is_full => return,
        None => noted.entry(Arc::clone(environment)).or_default(),
    };
    if let Some((times, last)) = keys.get_mut(key) {
        *times += asked;
        *last = at.max(*last);
    } else if !is_full {
        keys.insert(key.into(), (asked, at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_nobody_has_are_counted_within_bounds() {
        let mut noted = Asked::default();
        let environments: [Arc<str>; 2] = ["production".into(), "staging".into()];
        for number in 0..10 * NOTED {
            add(&mut noted, &environments[0], "tpyo", 1, Utc::now());
            add(&mut noted, &environments[number % 2], &format!("made-up-{number}"), 1, Utc::now());
        }
        assert_eq!(noted.values().map(HashMap::len).sum::<usize>(), NOTED);
        assert_eq!(noted["production"]["tpyo"].0, 10_000);
    }
}

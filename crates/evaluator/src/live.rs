//! Keeps the live configuration: follows the config version by notification and by a poll every
//! second, so that a kill is effective within 2 s even if every notification is lost, and says
//! whether the database answers.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use halyard_store::{
    Store, StoreError,
    configuration::{ConfigurationNews, ConfigurationSince},
};
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};

use crate::{LastConfiguration, Snapshot, audiences::Audiences};

/// Between two looks at the config version while all is well.
const POLL: Duration = Duration::from_secs(1);
/// The same while the database does not answer.
const RETRY: Duration = Duration::from_millis(300);
/// How long a look may take before the database counts as gone.
const LOOK_DEADLINE: Duration = Duration::from_millis(800);
/// How long loading what changed may take.
const LOAD_DEADLINE: Duration = Duration::from_secs(10);

/// Whether the database answers, and which configuration is live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveState {
    /// The config version that is served.
    pub config_version: i64,
    /// Whether the database answered the last time it was asked.
    pub connected: bool,
    /// Since when `connected` is what it is.
    pub since: DateTime<Utc>,
    /// Why it is not connected, for people.
    pub problem: Option<String>,
    /// Whether there is any configuration to serve; without one every flag is unknown. A server is
    /// ready when it has one.
    pub configured: bool,
}

/// The live configuration of one database. Cheap to clone; ends with its last clone.
#[derive(Debug, Clone)]
pub struct LiveConfiguration {
    shared: Arc<Shared>,
    state: watch::Receiver<LiveState>,
    // Held for its Drop: following stops when nobody is left to follow for.
    _tasks: Arc<Tasks>,
}

#[derive(Debug)]
struct Shared {
    store: Store,
    snapshot: ArcSwap<Snapshot>,
    look_now: Notify,
}

#[derive(Debug)]
struct Tasks(Vec<tokio::task::AbortHandle>);

impl Drop for Tasks {
    fn drop(&mut self) {
        self.0.iter().for_each(tokio::task::AbortHandle::abort);
    }
}

impl LiveConfiguration {
    /// Loads the configuration and follows it from then on.
    ///
    /// # Errors
    /// When the first load fails.
    pub async fn start(store: Store) -> Result<Self, StoreError> {
        let snapshot = Snapshot::new(store.configuration().await?);
        let memberships = Audiences::prepare(&store, &snapshot).await?;
        let snapshot = snapshot.with_memberships(memberships);
        let state = LiveState {
            config_version: snapshot.config_version(),
            connected: true,
            since: Utc::now(),
            problem: None,
            configured: true,
        };
        Ok(Self::begin(store, snapshot, state, None))
    }

    /// Serves the last known configuration, or none, until the database answers; follows it from
    /// then on, and keeps the file up to date. Never fails and does not wait for the database. Must be
    /// called inside a tokio runtime.
    #[must_use]
    pub fn resume(store: Store, last: LastConfiguration) -> Self {
        let found = last.load();
        let configured = found.is_some();
        let snapshot = found.map(Snapshot::new).unwrap_or_default().unconfirmed();
        let state = LiveState {
            config_version: snapshot.config_version(),
            connected: false,
            since: Utc::now(),
            problem: Some(String::from("The database has not answered yet.")),
            configured,
        };
        Self::begin(store, snapshot, state, Some(last))
    }

    fn begin(store: Store, snapshot: Snapshot, state: LiveState, last: Option<LastConfiguration>) -> Self {
        let (sender, state) = watch::channel(state);
        let keeper = last.map(|last| tokio::spawn(keep(store.clone(), state.clone(), last)).abort_handle());
        let shared =
            Arc::new(Shared { store, snapshot: ArcSwap::from_pointee(snapshot), look_now: Notify::new() });
        let follower = tokio::spawn(follow(Arc::clone(&shared), sender)).abort_handle();
        let tasks = std::iter::once(follower).chain(keeper).collect();
        LiveConfiguration { shared, state, _tasks: Arc::new(Tasks(tasks)) }
    }

    /// What is served now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.shared.snapshot.load_full()
    }

    /// The database it follows.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// Whether the database answered the last time it was asked.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.state.borrow().connected
    }

    /// Sees every change of the state.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<LiveState> {
        self.state.clone()
    }

    /// Looks for changes at once instead of at the next poll.
    pub fn look_now(&self) {
        self.shared.look_now.notify_one();
    }
}

/// Looks, then waits for a reason to look again, for ever.
async fn follow(shared: Arc<Shared>, state: watch::Sender<LiveState>) {
    let mut news: Option<ConfigurationNews> = None;
    // Word has come that there is something to load.
    let mut told = true;
    // The last change was found without a word, which may still be on its way.
    let mut unannounced = false;
    loop {
        let looked = look(&shared, told).await;
        let answered = looked.is_ok();
        unannounced = !told && (unannounced || matches!(looked, Ok(Found::Change)));
        note(&state, &shared, looked.err());
        told = false;
        if !answered {
            news = None;
        } else if news.is_none() {
            news = listen(&shared.store).await;
            if news.is_some() {
                // Something may have changed between the look and the first word.
                told = true;
                continue;
            }
        }
        let pause = if answered { POLL } else { RETRY };
        tokio::select! {
            () = tokio::time::sleep(pause) => if unannounced {
                tracing::warn!("changes arrive unannounced; listening anew");
                news = None;
                unannounced = false;
            },
            () = shared.look_now.notified() => {}
            heard = hear(&mut news) => match heard {
                Ok(()) => told = true,
                Err(_) => news = None,
            },
        }
    }
}

/// Keeps the file of the last known configuration up to date, for ever.
async fn keep(store: Store, mut state: watch::Receiver<LiveState>, last: LastConfiguration) {
    let last = Arc::new(last);
    let mut kept = None;
    loop {
        // What came from the file itself is not worth keeping again.
        let news = state.wait_for(|state| state.connected && Some(state.config_version) != kept);
        if news.await.map(drop).is_err() {
            return;
        }
        // Changes come in rows, and every server of the database loads the same ones now.
        tokio::time::sleep(POLL).await;
        match within(LOAD_DEADLINE, store.configuration()).await {
            Ok(configuration) => {
                kept = Some(configuration.config_version);
                let last = Arc::clone(&last);
                let saved = tokio::task::spawn_blocking(move || last.save(&configuration)).await;
                if let Err(error) = saved.map_err(std::io::Error::other).flatten() {
                    tracing::error!(%error, "the last known configuration cannot be kept on disk");
                    kept = None;
                }
            }
            Err(error) => tracing::debug!(%error, "the configuration to keep cannot be loaded"),
        }
    }
}

/// The next word of a change; never, when not listening.
async fn hear(news: &mut Option<ConfigurationNews>) -> Result<(), StoreError> {
    match news {
        Some(news) => news.changed().await,
        None => std::future::pending().await,
    }
}

async fn listen(store: &Store) -> Option<ConfigurationNews> {
    match timeout(LOOK_DEADLINE, store.listen()).await {
        Ok(Ok(news)) => Some(news),
        Ok(Err(error)) => {
            tracing::warn!(%error, "cannot listen for changes; polling");
            None
        }
        Err(_) => None,
    }
}

/// What a look found.
enum Found {
    Nothing,
    Change,
}

/// Brings the snapshot up to the database. Who was told of a change saves asking whether there is one.
async fn look(shared: &Shared, told: bool) -> Result<Found, StoreError> {
    let store = &shared.store;
    let current = shared.snapshot.load_full();
    let have = current.config_version();
    let changed = if current.is_unconfirmed() {
        // The file may be older than its version says: the database was restored, or is another.
        Some(Snapshot::new(within(LOAD_DEADLINE, store.configuration()).await?))
    } else if !told && within(LOOK_DEADLINE, store.config_version()).await? == have {
        None
    } else {
        match within(LOAD_DEADLINE, store.configuration_since(have)).await? {
            ConfigurationSince::Unchanged => None,
            ConfigurationSince::Changed(changes) => Some(current.changed(changes)),
            ConfigurationSince::Replaced(configuration) => Some(Snapshot::new(configuration)),
        }
    };
    let found = if changed.is_some() { Found::Change } else { Found::Nothing };
    if let Some(next) = changed {
        let former = current.memberships().cloned();
        let memberships = if Audiences::still_fit(&current, &next) {
            former
        } else {
            // A kill among the changes must not wait for the tenant's tables: what is not compiled
            // soon is compiled below.
            within(LOOK_DEADLINE, Audiences::prepare(store, &next)).await.unwrap_or_else(|_| {
                former.iter().for_each(|audiences| audiences.doubt());
                former
            })
        };
        shared.snapshot.store(Arc::new(next.with_memberships(memberships)));
    }
    // The tenant's tables change without telling us.
    let current = shared.snapshot.load_full();
    if Audiences::need_another_look(&current) {
        let memberships = tokio::select! {
            memberships = within(LOAD_DEADLINE, Audiences::prepare(store, &current)) => memberships?,
            () = change_after(store, current.config_version()) => return Ok(found),
        };
        shared.snapshot.store(Arc::new(Snapshot::clone(&current).with_memberships(memberships)));
    }
    Ok(found)
}

/// Waits until there is a configuration newer than this one: a kill goes before everything else.
async fn change_after(store: &Store, config_version: i64) {
    loop {
        tokio::time::sleep(POLL).await;
        let newest = within(LOOK_DEADLINE, store.config_version()).await;
        if newest.is_ok_and(|newest| newest != config_version) {
            return;
        }
    }
}

async fn within<T>(
    deadline: Duration,
    asked: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    timeout(deadline, asked).await.unwrap_or(Err(StoreError::Timeout(None)))
}

/// Tells the watchers, if anything is news to them.
fn note(state: &watch::Sender<LiveState>, shared: &Shared, failed: Option<StoreError>) {
    let config_version = shared.snapshot.load().config_version();
    let problem = failed.map(|error| {
        tracing::debug!(%error, "the configuration cannot be followed");
        error.to_string()
    });
    state.send_if_modified(|state| {
        let connected = problem.is_none();
        let news = state.config_version != config_version
            || state.connected != connected
            || state.problem != problem;
        if state.connected != connected {
            state.since = Utc::now();
        }
        state.config_version = config_version;
        state.connected = connected;
        state.configured |= connected;
        state.problem = problem;
        news
    });
}

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

use crate::{Snapshot, audiences::Audiences};

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
    // Held for its Drop: the follower stops when nobody is left to follow for.
    _follower: Arc<Follower>,
}

#[derive(Debug)]
struct Shared {
    store: Store,
    snapshot: ArcSwap<Snapshot>,
    look_now: Notify,
}

#[derive(Debug)]
struct Follower(tokio::task::AbortHandle);

impl Drop for Follower {
    fn drop(&mut self) {
        self.0.abort();
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
        let (sender, state) = watch::channel(LiveState {
            config_version: snapshot.config_version(),
            connected: true,
            since: Utc::now(),
            problem: None,
            configured: true,
        });
        let shared =
            Arc::new(Shared { store, snapshot: ArcSwap::from_pointee(snapshot), look_now: Notify::new() });
        let follower = tokio::spawn(follow(Arc::clone(&shared), sender)).abort_handle();
        Ok(LiveConfiguration { shared, state, _follower: Arc::new(Follower(follower)) })
    }

    /// Serves the last known configuration, or none, until the database answers; follows it from
    /// then on, and keeps the file up to date. Never fails and does not wait for the database. Must be
    /// called inside a tokio runtime.
    #[must_use]
    pub fn resume(store: Store, last: crate::LastConfiguration) -> Self {
        let _ = last;
        let snapshot = Snapshot::default().unconfirmed();
        let (sender, state) = watch::channel(LiveState {
            config_version: 0,
            connected: false,
            since: Utc::now(),
            problem: None,
            configured: false,
        });
        let shared =
            Arc::new(Shared { store, snapshot: ArcSwap::from_pointee(snapshot), look_now: Notify::new() });
        let follower = tokio::spawn(follow(Arc::clone(&shared), sender)).abort_handle();
        LiveConfiguration { shared, state, _follower: Arc::new(Follower(follower)) }
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
    loop {
        let looked = look(&shared).await;
        let answered = looked.is_ok();
        note(&state, &shared, looked);
        if !answered {
            news = None;
        } else if news.is_none() {
            news = listen(&shared.store).await;
            if news.is_some() {
                // Something may have changed between the look and the first word.
                continue;
            }
        }
        let pause = if answered { POLL } else { RETRY };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = shared.look_now.notified() => {}
            heard = hear(&mut news) => if heard.is_err() { news = None },
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

/// Brings the snapshot up to the database.
async fn look(shared: &Shared) -> Result<(), StoreError> {
    let current = shared.snapshot.load_full();
    let have = current.config_version();
    let there = within(LOOK_DEADLINE, shared.store.config_version()).await?;
    let changed = if there == have {
        None
    } else {
        match within(LOAD_DEADLINE, shared.store.configuration_since(have)).await? {
            ConfigurationSince::Unchanged => None,
            ConfigurationSince::Changed(changes) => Some(current.changed(changes)),
            ConfigurationSince::Replaced(configuration) => Some(Snapshot::new(configuration)),
        }
    };
    let next = match changed {
        Some(next) => next,
        // The tenant's tables change without telling us.
        None if Audiences::need_another_look(&current) => Snapshot::clone(&current),
        None => return Ok(()),
    };
    let memberships = if Audiences::still_fit(&current, &next) {
        current.memberships().cloned()
    } else {
        within(LOAD_DEADLINE, Audiences::prepare(&shared.store, &next)).await?
    };
    shared.snapshot.store(Arc::new(next.with_memberships(memberships)));
    Ok(())
}

async fn within<T>(
    deadline: Duration,
    asked: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    timeout(deadline, asked).await.unwrap_or(Err(StoreError::Timeout(None)))
}

/// Tells the watchers, if anything is news to them.
fn note(state: &watch::Sender<LiveState>, shared: &Shared, looked: Result<(), StoreError>) {
    let config_version = shared.snapshot.load().config_version();
    let problem = looked.err().map(|error| {
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

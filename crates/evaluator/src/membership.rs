//! Looking up memberships: concurrent callers share round trips, nobody waits longer than the
//! deadline, and what was known before serves while the database does not answer.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use halyard_engine::{AudienceId, Membership};
use halyard_store::{Store, StoreError, memberships::EntityMembership};
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    task::yield_now,
    time::timeout,
};

use crate::{audiences::Audiences, last_known::LastKnown, measures};

/// Turns that other tasks get to join a statement before it is sent. No time passes meanwhile when
/// nobody has anything to do, where the shortest timer would take a millisecond.
const COLLECT: usize = 3;
/// Entities in one statement, at most.
const TOGETHER: usize = 1_000;
/// Statements under way at once, at most.
const UNDER_WAY: usize = 4;
/// Callers waiting to be collected, at most; more are answered as in an outage.
const WAITING: usize = 20_000;
/// Failures in a row after which nobody waits for the database any more.
const FAILURES: u32 = 3;
/// Between two tries from then on, which nobody waits for either.
const PAUSE: Duration = Duration::from_millis(500);

/// How long such a try may take, a new connection included.
const TRY_DEADLINE: Duration = Duration::from_secs(2);

/// What is known of an entity.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    audiences: Arc<Audiences>,
    entity: Arc<EntityMembership>,
    /// True: from before, because the database does not answer.
    pub(crate) stale: bool,
}

impl Known {
    /// Whether the entity is in an audience of the current configuration.
    pub(crate) fn of(&self, current: &Audiences, audience: AudienceId) -> Membership {
        if self.stale && !self.audiences.agrees(current, audience) {
            return Membership::Unavailable;
        }
        self.audiences.of(&self.entity, audience)
    }
}

/// Looks up memberships for one evaluator.
#[derive(Debug)]
pub(crate) struct Lookups {
    asks: mpsc::Sender<Ask>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    store: Store,
    deadline: Duration,
    breaker: Mutex<Breaker>,
    last_known: Mutex<LastKnown<(Arc<Audiences>, Arc<EntityMembership>)>>,
}

#[derive(Debug)]
struct Ask {
    audiences: Arc<Audiences>,
    entity_id: String,
    answer: oneshot::Sender<Arc<EntityMembership>>,
}

impl Lookups {
    /// `deadline`: how long a caller waits; `remembered`: entities whose membership is kept.
    pub(crate) fn start(store: Store, deadline: Duration, remembered: usize) -> Self {
        let shared = Arc::new(Shared {
            store,
            deadline,
            breaker: Mutex::default(),
            last_known: Mutex::new(LastKnown::new(remembered)),
        });
        let (asks, received) = mpsc::channel(WAITING);
        tokio::spawn(collect(Arc::clone(&shared), received));
        Lookups { asks, shared }
    }

    /// Which audiences the entity is in: now, else as last known, else unknown.
    pub(crate) async fn look_up(&self, audiences: &Arc<Audiences>, entity_id: &str) -> Option<Known> {
        audiences.prepared()?;
        if let Some(entity) = self.ask(audiences, entity_id).await {
            return Some(Known { audiences: Arc::clone(audiences), entity, stale: false });
        }
        let last_known = lock(&self.shared.last_known).get(entity_id);
        last_known.map(|(audiences, entity)| Known { audiences, entity, stale: true })
    }

    async fn ask(&self, audiences: &Arc<Audiences>, entity_id: &str) -> Option<Arc<EntityMembership>> {
        if lock(&self.shared.breaker).is_open {
            return None;
        }
        let (answer, answered) = oneshot::channel();
        let ask = Ask { audiences: Arc::clone(audiences), entity_id: entity_id.to_owned(), answer };
        self.asks.try_send(ask).ok()?;
        timeout(self.shared.deadline, answered).await.ok()?.ok()
    }
}

/// Collects callers and sends their statements off, until the evaluator is gone.
async fn collect(shared: Arc<Shared>, mut asks: mpsc::Receiver<Ask>) {
    let under_way = Arc::new(Semaphore::new(UNDER_WAY));
    let mut waiting = Vec::new();
    while asks.recv_many(&mut waiting, TOGETHER).await > 0 {
        // Whoever comes while statements are under way shares the next one.
        let Ok(permit) = Arc::clone(&under_way).acquire_owned().await else { return };
        for _ in 0..COLLECT {
            yield_now().await;
        }
        while waiting.len() < TOGETHER
            && let Ok(ask) = asks.try_recv()
        {
            waiting.push(ask);
        }
        let (shared, together) = (Arc::clone(&shared), std::mem::take(&mut waiting));
        tokio::spawn(async move {
            for asks in by_configuration(together) {
                shared.answer(asks).await;
            }
            drop(permit);
        });
    }
}

/// During a change of configuration callers of the old and of the new one come mixed.
fn by_configuration(asks: Vec<Ask>) -> Vec<Vec<Ask>> {
    let mut groups: Vec<Vec<Ask>> = Vec::with_capacity(1);
    for ask in asks {
        match groups.iter_mut().find(|group| Arc::ptr_eq(&group[0].audiences, &ask.audiences)) {
            Some(group) => group.push(ask),
            None => groups.push(vec![ask]),
        }
    }
    groups
}

impl Shared {
    /// One statement for many callers, who wait no longer than their deadline.
    async fn answer(self: &Arc<Self>, mut asks: Vec<Ask>) {
        // Those who gave up while others were asked for.
        asks.retain(|ask| !ask.answer.is_closed());
        let Some(first) = asks.first() else { return };
        let audiences = Arc::clone(&first.audiences);
        let Some(prepared) = audiences.prepared() else { return };
        let callers = asks.len();
        let mut by_entity: HashMap<String, Vec<oneshot::Sender<Arc<EntityMembership>>>> = HashMap::new();
        for ask in asks {
            by_entity.entry(ask.entity_id).or_default().push(ask.answer);
        }
        let ids: Vec<&str> = by_entity.keys().map(String::as_str).collect();
        let looked_up = self.store.memberships(prepared, &ids, self.deadline).await;
        let entities = match looked_up {
            Ok(entities) => entities,
            // The callers see their channel close and fall back.
            Err(error) => {
                let result = if error.is_outage() { "unanswered" } else { "refused" };
                measures::statement(callers, result);
                return self.failed(&error, &audiences, ids.first().copied().unwrap_or_default());
            }
        };
        measures::statement(callers, "answered");
        let mut breaker = lock(&self.breaker);
        // An open one is closed by who tries; an answer from before may be late.
        if !breaker.is_open {
            breaker.succeeded();
        }
        drop(breaker);
        let found = ids.iter().map(|id| (*id).to_owned()).zip(entities).collect::<Vec<_>>();
        let mut last_known = lock(&self.last_known);
        for (id, entity) in found {
            let entity = Arc::new(entity);
            for answer in by_entity.remove(&id).unwrap_or_default() {
                // A caller who gave up does not mind.
                let _ = answer.send(Arc::clone(&entity));
            }
            last_known.put(id, (Arc::clone(&audiences), entity));
        }
    }

    fn failed(self: &Arc<Self>, error: &StoreError, audiences: &Arc<Audiences>, entity_id: &str) {
        if !error.is_outage() {
            tracing::warn!(%error, "looking up memberships failed; compiling the audiences again");
            return audiences.doubt();
        }
        tracing::debug!(%error, "memberships cannot be looked up");
        if lock(&self.breaker).failed() {
            tracing::warn!("the database does not answer; memberships are served as last known");
            measures::breaker(true);
            let (shared, audiences) = (Arc::downgrade(self), Arc::clone(audiences));
            tokio::spawn(try_until_answered(shared, audiences, entity_id.to_owned()));
        }
    }
}

/// Keeps callers from waiting for a database that keeps failing.
#[derive(Debug, Default)]
struct Breaker {
    failures: u32,
    is_open: bool,
}

impl Breaker {
    /// True when this failure opens it.
    fn failed(&mut self) -> bool {
        self.failures = self.failures.saturating_add(1);
        let opens = self.failures >= FAILURES && !self.is_open;
        self.is_open |= opens;
        opens
    }

    fn succeeded(&mut self) {
        *self = Breaker::default();
    }
}

/// Looks one entity up again and again until the database answers, then lets callers through. Not a
/// caller's errand: nobody waits for it, and it needs no traffic.
async fn try_until_answered(shared: Weak<Shared>, audiences: Arc<Audiences>, entity_id: String) {
    loop {
        tokio::time::sleep(PAUSE).await;
        let (Some(shared), Some(prepared)) = (shared.upgrade(), audiences.prepared()) else { return };
        let tried = shared.store.memberships(prepared, &[&entity_id], TRY_DEADLINE).await;
        if !tried.is_err_and(|error| error.is_outage()) {
            tracing::info!("memberships are looked up again");
            measures::breaker(false);
            lock(&shared.breaker).succeeded();
            return;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The audiences that live flags use, compiled for the tenant's tables as they are now.

use std::{
    collections::BTreeMap,
    sync::Arc,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use halyard_engine::{AudienceId, Membership};
use halyard_store::{
    Store, StoreError,
    customer_source::CustomerSource,
    memberships::{EntityMembership, Memberships},
};

use crate::Snapshot;

/// Audiences that could not be compiled are tried again after this: the tenant's tables may
/// have been put right.
const ANOTHER_LOOK: Duration = Duration::from_secs(10);

/// Compiled audiences, and what they were compiled from.
#[derive(Debug)]
pub(crate) struct Audiences {
    /// `None`: the customer source is not chosen, or does not fit the tables.
    prepared: Option<Memberships>,
    versions: BTreeMap<AudienceId, i32>,
    source: Option<CustomerSource>,
    at: Instant,
    /// A look-up failed as if the tables had changed.
    doubtful: AtomicBool,
}

impl Audiences {
    /// Compiles the audiences that the flags of a snapshot use; `None` when they use none.
    pub(crate) async fn prepare(store: &Store, snapshot: &Snapshot) -> Result<Option<Arc<Self>>, StoreError> {
        let used = snapshot.used_audiences();
        if used.is_empty() {
            return Ok(None);
        }
        let source = match store.resolved_source().await {
            Err(StoreError::Invalid(problems)) => {
                tracing::warn!(?problems, "the customer source does not fit the tables");
                None
            }
            source => source?,
        };
        let conditions: Vec<_> = used.iter().map(|audience| (audience.id, &audience.condition)).collect();
        let prepared = source.map(|source| Memberships::prepare(&source, &conditions));
        for (audience, problems) in prepared.iter().flat_map(Memberships::broken) {
            tracing::warn!(%audience, ?problems, "an audience does not fit the tables");
        }
        Ok(Some(Arc::new(Audiences {
            prepared,
            versions: used.iter().map(|audience| (audience.id, audience.version)).collect(),
            source: snapshot.customer_source().cloned(),
            at: Instant::now(),
            doubtful: AtomicBool::new(false),
        })))
    }

    /// Whether what was compiled for one snapshot serves another as well as it did that.
    pub(crate) fn still_fit(current: &Snapshot, next: &Snapshot) -> bool {
        let used = next.used_audiences();
        match current.memberships() {
            None => used.is_empty(),
            Some(audiences) => {
                audiences.source.as_ref() == next.customer_source()
                    && used.len() == audiences.versions.len()
                    && used
                        .iter()
                        .all(|audience| audiences.versions.get(&audience.id) == Some(&audience.version))
            }
        }
    }

    /// Whether a snapshot's audiences are still to be compiled, or should be again although nothing
    /// changed in it.
    pub(crate) fn need_another_look(snapshot: &Snapshot) -> bool {
        match snapshot.memberships() {
            None => !snapshot.used_audiences().is_empty(),
            Some(audiences) => {
                audiences.doubtful.load(Ordering::Relaxed)
                    || (!audiences.is_whole() && audiences.at.elapsed() > ANOTHER_LOOK)
            }
        }
    }

    fn is_whole(&self) -> bool {
        self.prepared.as_ref().is_some_and(|prepared| prepared.broken().is_empty())
    }

    /// Notes that the tables may have changed.
    pub(crate) fn doubt(&self) {
        self.doubtful.store(true, Ordering::Relaxed);
    }

    /// The statement to look entities up with; `None` when there is nothing to look up in.
    pub(crate) fn prepared(&self) -> Option<&Memberships> {
        self.prepared.as_ref()
    }

    /// Whether an entity is in an audience.
    pub(crate) fn of(&self, entity: &EntityMembership, audience: AudienceId) -> Membership {
        self.prepared.as_ref().map_or(Membership::Unavailable, |prepared| prepared.of(entity, audience))
    }

    /// Whether an audience is the same here and there, so that an older membership still counts.
    pub(crate) fn agrees(&self, other: &Self, audience: AudienceId) -> bool {
        self.versions.get(&audience) == other.versions.get(&audience) && self.source == other.source
    }
}

//! The handle to one tenant's database.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
    time::Duration,
};

use sqlx::{Connection, PgConnection, PgPool};

use crate::{
    Author, ConnectOptions, StoreError, connect, deadline::Lease, evaluations::Remembered, roles::GroupRole,
};

/// How long a read or a change may take, waiting for a connection included.
pub(crate) const DEADLINE: Duration = Duration::from_secs(10);

/// The handle to one tenant's database. Cheap to clone; all clones share its connections.
#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
    lookups: PgPool,
    remembered: Arc<Remembered>,
}

/// A change that is watched while it runs.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    /// How long it waits for what somebody else holds; `None`: as long as any change.
    pub(crate) lock_timeout: Option<Duration>,
    /// The process of the server that serves it; zero before there is one.
    pub(crate) pid: AtomicI32,
}

/// The connections of a pool at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolState {
    /// Those that are open.
    pub open: u32,
    /// Those of them that nobody uses.
    pub idle: u32,
    /// How many it may open.
    pub most: u32,
}

impl PoolState {
    fn of(pool: &PgPool) -> Self {
        let open = pool.size();
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX).min(open);
        PoolState { open, idle, most: pool.options().get_max_connections() }
    }
}

impl Store {
    /// Connects, checks that the server answers, and looks at nothing else.
    ///
    /// # Errors
    /// `Unavailable`, `PermissionDenied` for a wrong password, `Timeout`.
    pub async fn connect(options: &ConnectOptions) -> Result<Self, StoreError> {
        let store = Self::connect_lazy(options);
        store.read(DEADLINE, async |connection| Ok(connection.ping().await?)).await?;
        Ok(store)
    }

    /// Connects at the first use: nothing is opened or tried now, so that a server may start before
    /// its database. Must be called inside a tokio runtime.
    #[must_use]
    pub fn connect_lazy(options: &ConnectOptions) -> Self {
        Self {
            pool: connect::pool(options),
            lookups: connect::lookup_pool(options),
            remembered: Arc::default(),
        }
    }

    /// Closes every connection, waiting for those in use.
    pub async fn close(&self) {
        tokio::join!(self.pool.close(), self.lookups.close());
    }

    /// The connections of each pool, by the pool's name.
    #[must_use]
    pub fn pools(&self) -> [(&'static str, PoolState); 2] {
        [("work", PoolState::of(&self.pool)), ("lookups", PoolState::of(&self.lookups))]
    }

    /// Connections for everything but membership.
    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Connections for membership alone: read-only, timeouts set when they are made, not tried
    /// before use, so that a look-up is one round trip.
    pub(crate) fn lookups(&self) -> &PgPool {
        &self.lookups
    }

    /// What the writer of the evaluation log need not ask again.
    pub(crate) fn remembered(&self) -> &Remembered {
        &self.remembered
    }

    /// Runs reads on one connection within a deadline.
    pub(crate) async fn read<T>(
        &self,
        within: Duration,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        Lease::acquire(&self.pool, within).await?.run(work).await
    }

    /// Runs reads on one snapshot, so that they agree with each other, within a deadline.
    pub(crate) async fn read_snapshot<T>(
        &self,
        within: Duration,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.read(within, async |connection| {
            let mut transaction =
                connection.begin_with("begin isolation level repeatable read read only").await?;
            let result = work(&mut transaction).await?;
            transaction.commit().await?;
            Ok(result)
        })
        .await
    }

    /// Runs one change in one short transaction, as `author`. At its COMMIT the triggers write
    /// version and audit entry.
    pub(crate) async fn change<T>(
        &self,
        author: &Author,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.change_within(DEADLINE, author, work).await
    }

    /// [`Store::change`] for changes of very many rows.
    pub(crate) async fn change_within<T>(
        &self,
        within: Duration,
        author: &Author,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.change_watched(within, &Watched::default(), author, work).await
    }

    /// [`Store::change`], telling which session of the database makes it while it runs.
    pub(crate) async fn change_watched<T>(
        &self,
        within: Duration,
        watched: &Watched,
        author: &Author,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.read(within, async |connection| {
            let mut transaction = connection.begin().await?;
            let session = sqlx::query!(
                "select set_config('halyard.actor', $1, true) as actor,
                     set_config('halyard.client', $2, true) as client,
                     set_config('halyard.note', $3, true) as note,
                     set_config('halyard.reverting_to', '', true) as reverting_to,
                     set_config('statement_timeout', $4, true) as statement_timeout,
                     set_config('lock_timeout', coalesce($5, current_setting('lock_timeout')), true)
                         as lock_timeout,
                     set_config('role', coalesce(halyard.role_to_take($6), current_setting('role')), true)
                         as role,
                     pg_backend_pid() as pid",
                author.actor,
                author.client,
                author.note,
                within.as_millis().to_string(),
                watched.lock_timeout.map(|timeout| timeout.as_millis().to_string()),
                author.role.map(GroupRole::as_str),
            )
            .fetch_one(&mut *transaction)
            .await?;
            watched.pid.store(session.pid.unwrap_or_default(), Ordering::Release);
            let result = work(&mut transaction).await?;
            transaction.commit().await?;
            Ok(result)
        })
        .await
    }
}

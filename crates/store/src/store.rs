//! The handle to one tenant's database.

use std::time::Duration;

use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use crate::{Author, ConnectOptions, StoreError, connect, deadline::Lease};

/// How long a read or a change may take, waiting for a connection included.
pub(crate) const DEADLINE: Duration = Duration::from_secs(10);

/// The handle to one tenant's database. Cheap to clone; all clones share its connections.
#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
    lookups: PgPool,
}

impl Store {
    /// Connects, checks that the server answers, and looks at nothing else.
    ///
    /// # Errors
    /// `Unavailable`, `PermissionDenied` for a wrong password, `Timeout`.
    pub async fn connect(options: &ConnectOptions) -> Result<Self, StoreError> {
        let store = Self { pool: connect::pool(options), lookups: connect::lookup_pool(options) };
        store.read(DEADLINE, async |connection| {
            sqlx::Connection::ping(connection).await?;
            Ok(())
        })
        .await?;
        Ok(store)
    }

    /// Closes every connection, waiting for those in use.
    pub async fn close(&self) {
        tokio::join!(self.pool.close(), self.lookups.close());
    }

    /// Connections for everything but membership.
    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Connections for membership alone: read-only, each statement its own transaction, timeouts
    /// set when they are made, so that a look-up stays one round trip.
    pub(crate) fn lookups(&self) -> &PgPool {
        &self.lookups
    }

    /// Runs reads on one connection within a deadline.
    pub(crate) async fn read<T>(
        &self,
        within: Duration,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        Lease::acquire(&self.pool, within).await?.run(work).await
    }

    /// Runs one change in one transaction within a deadline, as `author`. Triggers do the rest.
    pub(crate) async fn change<T>(
        &self,
        author: &Author,
        work: impl AsyncFnOnce(&mut Transaction<'_, Postgres>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let _ = (author, work);
        todo!()
    }
}

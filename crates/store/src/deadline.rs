//! Deadlines on the client's side. `statement_timeout` cannot fire in a hung server, and a query
//! that is given up leaves its connection busy for the next user; so such a connection is closed.

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use sqlx::{PgConnection, PgPool, Postgres, pool::PoolConnection};
use tokio::time::{Instant, timeout_at};

use crate::StoreError;

/// A pool connection that goes back to the pool only through [`Lease::settle`]. Dropped before,
/// because its user was cancelled, it is closed.
#[derive(Debug)]
pub(crate) struct Lease {
    connection: Option<PoolConnection<Postgres>>,
    deadline: Instant,
}

impl Lease {
    /// Takes a connection for work that must be done `within` this time, waiting included.
    pub(crate) async fn acquire(pool: &PgPool, within: Duration) -> Result<Self, StoreError> {
        let deadline = Instant::now() + within;
        match timeout_at(deadline, pool.acquire()).await {
            Ok(Ok(connection)) => Ok(Self { connection: Some(connection), deadline }),
            // The pool tries refused connections again until its time is up. If it had room for
            // one more, the fault was not too much work but a database that does not answer.
            Ok(Err(error @ sqlx::Error::PoolTimedOut))
                if pool.size() < pool.options().get_max_connections() =>
            {
                Err(StoreError::Unavailable(error))
            }
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(StoreError::Timeout(None)),
        }
    }

    /// Runs `work` on the connection until the deadline. The connection survives an error that
    /// Postgres answered, but not a deadline.
    pub(crate) async fn run<T>(
        mut self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let deadline = self.deadline;
        let outcome = timeout_at(deadline, work(&mut self)).await;
        match outcome {
            Ok(result) => {
                drop(self.connection.take());
                result
            }
            Err(_) => Err(StoreError::Timeout(None)),
        }
    }
}

impl Deref for Lease {
    type Target = PgConnection;

    #[expect(clippy::expect_used, reason = "taken only when the lease ends")]
    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect("a live lease has a connection")
    }
}

impl DerefMut for Lease {
    #[expect(clippy::expect_used, reason = "taken only when the lease ends")]
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("a live lease has a connection")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(connection.detach());
        }
    }
}

//! The server behind a store: what it is, and following it to another port.

use sqlx::Row;

use crate::{Store, StoreError, store::DEADLINE};

/// What a server says about itself and about us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerInfo {
    /// Version of Postgres, such as `18.1`.
    pub version: String,
    /// The role that is logged in.
    pub role: String,
}

impl Store {
    /// What the server is, and as whom we are logged in.
    ///
    /// # Errors
    /// Outages.
    pub async fn server_info(&self) -> Result<ServerInfo, StoreError> {
        self.read(DEADLINE, async |connection| {
            let row = sqlx::query(
                "SELECT split_part(current_setting('server_version'), ' ', 1), session_user::text",
            )
            .fetch_one(connection)
            .await?;
            Ok(ServerInfo { version: row.try_get(0)?, role: row.try_get(1)? })
        })
        .await
    }

    /// The same server listens on another port now: new connections go there.
    pub fn moved_to_port(&self, port: u16) {
        for pool in [self.pool(), self.lookups()] {
            let options = sqlx::postgres::PgConnectOptions::clone(&pool.connect_options()).port(port);
            pool.set_connect_options(options);
        }
    }
}

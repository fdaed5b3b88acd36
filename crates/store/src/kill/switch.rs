//! Killing and restoring a flag: the one function for both, whoever asks.

use std::{pin::pin, sync::atomic::Ordering, time::Duration};

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use tokio::time::sleep;
use ts_rs::TS;

use super::Blocker;
use crate::{
    Author, Store, StoreError,
    flags::{self, Asked, Flag},
    roles::GroupRole,
    store::{DEADLINE, Watched},
};

/// How long a kill waits for whoever holds the flag, before it says so.
const LOCK_TIMEOUT: Duration = Duration::from_secs(1);
/// Between two looks at who holds it meanwhile.
const LOOK: Duration = Duration::from_millis(250);

/// A flag after it was killed or restored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KillResult {
    /// As it is now.
    pub flag: Flag,
    /// The audit entry, and so the config version, since which it is killed, or active.
    #[ts(type = "number")]
    pub seq: i64,
    /// False: it was so already.
    pub changed: bool,
}

impl Store {
    /// Kills (`false`) or restores (`true`) a flag (id or key). Idempotent: needs no version, never
    /// conflicts, and waits for nobody who edits another flag.
    ///
    /// # Errors
    /// `NotFound`; `Blocked` after a second of waiting for somebody who holds the flag; outages.
    pub async fn flag_set_active(
        &self,
        flag: &str,
        is_active: bool,
        author: &Author,
    ) -> Result<KillResult, StoreError> {
        self.switch(flag, Some(is_active), author).await
    }

    /// Kills an active flag, restores a killed one. Two at a time cancel out, whatever their order:
    /// who means one of the two says so with [`Self::flag_set_active`].
    ///
    /// # Errors
    /// As [`Self::flag_set_active`].
    pub async fn flag_flip_active(&self, flag: &str, author: &Author) -> Result<KillResult, StoreError> {
        self.switch(flag, None, author).await
    }

    async fn switch(
        &self,
        flag: &str,
        is_active: Option<bool>,
        author: &Author,
    ) -> Result<KillResult, StoreError> {
        author.check()?;
        let asked = Asked::new(flag);
        let watched = Watched { lock_timeout: Some(LOCK_TIMEOUT), ..Watched::default() };
        let mut switching = pin!(self.change_watched(DEADLINE, &watched, author, async |connection| {
            let is_active = match is_active {
                Some(is_active) => is_active,
                None => !flags::find_locked(connection, asked).await?.is_active,
            };
            let changed = set_active(connection, asked, is_active).await?;
            Ok((flags::find(connection, asked).await?, changed))
        }));
        let (flag, changed) = tokio::select! {
            outcome = &mut switching => outcome,
            blocker = self.blocker_of(&watched) => match switching.await {
                Err(StoreError::Blocked(None)) => Err(StoreError::Blocked(Some(Box::new(blocker)))),
                outcome => outcome,
            },
        }
        .map_err(|error| error.needing(GroupRole::Operator))?;
        // Only now, so that asking does not delay the change.
        let seq = self.read(DEADLINE, async |connection| since(connection, &flag, changed).await).await?;
        Ok(KillResult { flag, seq, changed })
    }

    /// Looks for whom the change waits for, until it waits for somebody.
    async fn blocker_of(&self, watched: &Watched) -> Blocker {
        loop {
            sleep(LOOK).await;
            let pid = watched.pid.load(Ordering::Acquire);
            if pid == 0 {
                continue;
            }
            match self.blocker(pid).await {
                Ok(Some(blocker)) => return blocker,
                Ok(None) => {}
                Err(error) => tracing::debug!(%error, "who holds a flag cannot be found out"),
            }
        }
    }
}

async fn set_active(
    connection: &mut PgConnection,
    asked: Asked<'_>,
    is_active: bool,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "update halyard.feature_flags set is_active = $3
         where (id = $1 or key = $2) and is_active <> $3",
        asked.id,
        asked.key,
        is_active,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The config version that made the flag killed, or active, as it is.
async fn since(connection: &mut PgConnection, flag: &Flag, changed: bool) -> Result<i64, StoreError> {
    if changed {
        return Ok(sqlx::query_scalar!(
            "select config_version from halyard.flag_versions where flag_id = $1 and version = $2",
            flag.id,
            flag.version,
        )
        .fetch_one(connection)
        .await?);
    }
    Ok(sqlx::query_scalar!(
        r#"select coalesce(min(v.config_version), 0) as "seq!"
         from halyard.flag_versions as v
         where v.flag_id = $1 and v.version <= $2 and v.version > coalesce(
             (select max(o.version) from halyard.flag_versions as o
              where o.flag_id = $1 and o.version <= $2
                  and (o.flag ->> 'isActive')::boolean <> $3), 0)"#,
        flag.id,
        flag.version,
        flag.is_active,
    )
    .fetch_one(connection)
    .await?)
}

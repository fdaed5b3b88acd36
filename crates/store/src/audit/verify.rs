//! Verifying the chain of the database.

use std::time::Duration;

use futures_util::TryStreamExt;

use super::chain::{Chain, Fault, Hash, Link, Mark};
use crate::{Store, StoreError, store::DEADLINE};

/// Entries that are read by one query: about a second's worth.
const CHUNK: i64 = 20_000;
/// How long reading them may take.
const CHUNK_DEADLINE: Duration = Duration::from_secs(60);

/// What verifying the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditVerification {
    /// Every entry is there and unchanged.
    Intact {
        /// The newest entry.
        last: Mark,
    },
    /// The first place that is not what it was.
    Broken(Fault),
}

impl Store {
    /// The end of the chain.
    ///
    /// # Errors
    /// Outages.
    pub async fn audit_head(&self) -> Result<Mark, StoreError> {
        self.read(DEADLINE, async |connection| {
            let head = sqlx::query!("select seq, hash from halyard.audit_head").fetch_one(connection).await?;
            Ok(Mark { seq: head.seq, hash: Hash(head.hash) })
        })
        .await
    }

    /// Follows a chain from where it is to the newest entry, in bounded memory, saying after each
    /// entry how far it is. Dropping the future stops it.
    ///
    /// # Errors
    /// Outages only: a broken chain is a result.
    pub async fn audit_verify(
        &self,
        mut chain: Chain,
        mut on_entry: impl FnMut(i64),
    ) -> Result<AuditVerification, StoreError> {
        let head = self.audit_head().await?;
        while chain.reached().seq < head.seq {
            let after = chain.reached().seq;
            let until = head.seq.min(after.saturating_add(CHUNK));
            let fault = self
                .read(CHUNK_DEADLINE, async |connection| {
                    let mut links = sqlx::query!(
                        "select seq, entry, prev_hash, hash from halyard.audit_entries
                         where seq > $1 and seq <= $2 order by seq",
                        after,
                        until,
                    )
                    .fetch(connection);
                    while let Some(row) = links.try_next().await? {
                        let link = Link {
                            seq: row.seq,
                            entry: row.entry,
                            prev_hash: Hash(row.prev_hash),
                            hash: Hash(row.hash),
                        };
                        if let Err(fault) = chain.follow(&link) {
                            return Ok(Some(fault));
                        }
                        on_entry(link.seq);
                    }
                    Ok(None)
                })
                .await?;
            if let Some(fault) = fault {
                return Ok(AuditVerification::Broken(fault));
            }
            if chain.reached().seq < until {
                break;
            }
        }
        Ok(match chain.end(Some(&head)) {
            Ok(last) => AuditVerification::Intact { last },
            Err(fault) => AuditVerification::Broken(fault),
        })
    }
}

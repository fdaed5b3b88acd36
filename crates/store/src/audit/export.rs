//! Streams entries out of the database, for exports.

use std::time::Duration;

use futures_util::TryStreamExt;
use sqlx::{FromRow, Postgres, QueryBuilder};
use tokio::sync::mpsc;

use super::{
    chain::{Chain, Hash, Link, Mark},
    filter::AuditFilter,
};
use crate::{Store, StoreError};

/// Entries that are read by one query.
const CHUNK: i64 = 5_000;
/// How long reading them, and waiting for whoever takes them, may take.
const CHUNK_DEADLINE: Duration = Duration::from_secs(120);
/// Entries that are handed over at a time, at most.
const BATCH: usize = 200;
/// Bytes of entries after which they are handed over.
const BATCH_BYTES: usize = 1 << 20;

/// An entry on its way into an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportedEntry {
    /// One that the filter lets through, and the environments that it affects.
    Whole(Link, Vec<String>),
    /// One that it does not.
    LeftOut(Mark),
}

#[derive(FromRow)]
struct Row {
    seq: i64,
    entry: String,
    prev_hash: Vec<u8>,
    hash: Vec<u8>,
    environments: Vec<String>,
    wanted: bool,
}

impl Store {
    /// Sends every entry up to and including `through`, oldest first, in batches. An entry that does
    /// not follow from those before it is never left out, so that the file shows what is wrong.
    ///
    /// # Errors
    /// `Invalid` for a bad filter; outages. Nothing is wrong when nobody receives any more.
    pub async fn audit_stream(
        &self,
        filter: &AuditFilter,
        through: i64,
        to: mpsc::Sender<Vec<ExportedEntry>>,
    ) -> Result<(), StoreError> {
        filter.check()?;
        let mut chain = Chain::new([]);
        let mut after = 0;
        while after < through && !to.is_closed() {
            let until = through.min(after.saturating_add(CHUNK));
            let mut sql = QueryBuilder::<Postgres>::new(
                "select a.seq, a.entry, a.prev_hash, a.hash,
                     halyard.affected_environments(a.entry::jsonb) as environments, coalesce((true",
            );
            filter.push_sql(&mut sql);
            sql.push("), false) as wanted from halyard.audit_entries as a where a.seq > ").push_bind(after);
            sql.push(" and a.seq <= ").push_bind(until).push(" order by a.seq");
            let (chain, to) = (&mut chain, &to);
            self.read(CHUNK_DEADLINE, async |connection| {
                let mut rows = sql.build_query_as::<Row>().persistent(false).fetch(connection);
                let (mut batch, mut bytes) = (Vec::new(), 0);
                while let Some(row) = rows.try_next().await? {
                    bytes += row.entry.len();
                    batch.push(row.exported(chain));
                    if batch.len() == BATCH || bytes >= BATCH_BYTES {
                        bytes = 0;
                        if to.send(std::mem::take(&mut batch)).await.is_err() {
                            return Ok(());
                        }
                    }
                }
                // Nobody receives any more: nothing is left to do.
                let _ = to.send(batch).await;
                Ok(())
            })
            .await?;
            after = until;
        }
        Ok(())
    }
}

impl Row {
    fn exported(self, chain: &mut Chain) -> ExportedEntry {
        let Row { seq, entry, prev_hash, hash, environments, wanted } = self;
        let link = Link { seq, entry, prev_hash: Hash(prev_hash), hash: Hash(hash) };
        let sound = chain.follow(&link).is_ok();
        if !sound {
            *chain = Chain::after(link.mark(), []);
        }
        if wanted || !sound {
            ExportedEntry::Whole(link, environments)
        } else {
            ExportedEntry::LeftOut(link.mark())
        }
    }
}

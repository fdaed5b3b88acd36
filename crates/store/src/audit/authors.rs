//! Who changed something, and what kinds of changes there are: what a filter offers.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Store, StoreError, store::DEADLINE};

/// The most of each that are offered.
const MOST: i64 = 500;

/// What entries can be filtered by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AuditAuthors {
    /// Whoever changed something, in order; at most 500.
    pub actors: Vec<String>,
    /// What was done, in order; at most 500.
    pub actions: Vec<String>,
}

impl Store {
    /// What entries can be filtered by. Skips from one value to the next in the index, however many
    /// entries there are.
    ///
    /// # Errors
    /// Outages.
    pub async fn audit_authors(&self) -> Result<AuditAuthors, StoreError> {
        self.read(DEADLINE, async |connection| {
            let actors = sqlx::query_scalar!(
                r#"with recursive known as (
                     (select (entry::jsonb) ->> 'actor' as value from halyard.audit_entries
                      order by 1 limit 1)
                     union all
                     select (select (a.entry::jsonb) ->> 'actor' from halyard.audit_entries as a
                             where (a.entry::jsonb) ->> 'actor' > k.value order by 1 limit 1)
                     from known as k where k.value is not null
                 )
                 select value as "value!" from known where value is not null limit $1"#,
                MOST,
            )
            .fetch_all(&mut *connection)
            .await?;
            let actions = sqlx::query_scalar!(
                r#"with recursive known as (
                     (select (entry::jsonb) ->> 'action' as value from halyard.audit_entries
                      order by 1 limit 1)
                     union all
                     select (select (a.entry::jsonb) ->> 'action' from halyard.audit_entries as a
                             where (a.entry::jsonb) ->> 'action' > k.value order by 1 limit 1)
                     from known as k where k.value is not null
                 )
                 select value as "value!" from known where value is not null limit $1"#,
                MOST,
            )
            .fetch_all(connection)
            .await?;
            Ok(AuditAuthors { actors, actions })
        })
        .await
    }
}

//! Pages of entries, newest first.

use chrono::{DateTime, Utc};
use halyard_engine::Validation;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};
use ts_rs::TS;

use super::filter::AuditFilter;
use crate::{Store, StoreError, store::DEADLINE};

/// One change, as it was recorded when it was committed.
#[derive(Clone, Debug, PartialEq, FromRow, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Gap-free, from 1; the config version that the change made.
    #[ts(type = "number")]
    pub seq: i64,
    /// When it was committed.
    pub at: DateTime<Utc>,
    /// Who the app says it was.
    pub actor: String,
    /// The database role that was logged in.
    pub db_role: String,
    /// The program that did it.
    pub client: String,
    /// `flag.created`, `flag.killed`, `audience.updated`, …
    pub action: String,
    /// `flag`, `audience`, `environment`, `customer_source`, `sdk_key` or `setting`.
    pub entity_type: String,
    /// The id; for environments and settings the key.
    pub entity_id: String,
    /// A flag's key, an audience's name, …
    pub entity_key: String,
    /// Keys of the environments that it affects; empty where that means nothing.
    pub environments: Vec<String>,
    /// The whole of it before; null when it was made.
    pub before: Value,
    /// The whole of it after; null when it was deleted.
    pub after: Value,
    /// Why.
    pub note: String,
    /// `flag.reverted`: the version that was brought back.
    pub reverted_to: Option<i32>,
    /// The hash of the chain up to and including it: 64 hexadecimal digits.
    pub hash: String,
}

/// Entries, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditPage {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// To ask for the next page with; null at the end.
    pub next_cursor: Option<String>,
}

/// Which entries to list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditQuery {
    /// Where the page before ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub cursor: Option<String>,
    /// Entries a page, 1 to 500.
    pub limit: u32,
    /// Which; absent: all.
    #[serde(default)]
    #[ts(optional, as = "Option<AuditFilter>")]
    pub filter: AuditFilter,
}

impl Store {
    /// A page of entries, newest first.
    ///
    /// # Errors
    /// `Invalid` for a bad cursor, limit or filter; outages.
    pub async fn audit_list(&self, query: &AuditQuery) -> Result<AuditPage, StoreError> {
        let mut validation = Validation::new();
        if !(1..=500).contains(&query.limit) {
            validation.add("limit", "Ask for 1 to 500 entries at a time.");
        }
        let before = query.cursor.as_deref().map(str::parse::<i64>).transpose().unwrap_or_else(|_| {
            validation.add("cursor", "This is not where a page ended. Start again without it.");
            None
        });
        query.filter.validate(&mut validation);
        validation.finish().map_err(StoreError::Invalid)?;

        self.read(DEADLINE, async |connection| {
            let limit = query.limit as usize;
            let mut entries = Vec::new();
            if query.filter.needs_index() {
                entries = read(connection, query, before, Look::AtNewest).await?;
            }
            if entries.len() <= limit {
                entries = read(connection, query, before, Look::Everywhere).await?;
            }
            let has_more = entries.len() > limit;
            entries.truncate(limit);
            let next_cursor = entries.last().filter(|_| has_more).map(|entry| entry.seq.to_string());
            Ok(AuditPage { entries, next_cursor })
        })
        .await
    }
}

/// Where entries are looked for.
#[derive(Clone, Copy, PartialEq)]
enum Look {
    /// Among the newest of those that the page may hold: what many have is found at once.
    AtNewest,
    Everywhere,
}

/// How many those are.
const NEWEST: i64 = 2_000;

/// One entry more than fits on the page, if there are so many.
async fn read(
    connection: &mut PgConnection,
    query: &AuditQuery,
    before: Option<i64>,
    look: Look,
) -> Result<Vec<AuditEntry>, StoreError> {
    let mut sql = QueryBuilder::<Postgres>::new(ENTRY);
    let order = match look {
        Look::AtNewest => {
            sql.push(" from halyard.audit_entries as a");
            "a.seq"
        }
        Look::Everywhere => query.filter.push_from(&mut sql, before),
    };
    sql.push(" cross join lateral (select a.entry::jsonb as entry offset 0) as e where true");
    if look == Look::AtNewest {
        sql.push(" and a.seq > coalesce(").push_bind(before);
        sql.push(", (select h.seq from halyard.audit_head as h)) - ").push_bind(NEWEST);
    }
    if let Some(before) = before {
        sql.push(" and a.seq < ").push_bind(before);
    }
    query.filter.push_sql(&mut sql);
    sql.push(format_args!(" order by {order} desc limit ")).push_bind(i64::from(query.limit) + 1);
    // Planned each time anew: what is quick depends on what is asked for.
    Ok(sql.build_query_as().persistent(false).fetch_all(connection).await?)
}

/// What a list shows of an entry.
const ENTRY: &str = "
    select a.seq, (e.entry ->> 'at')::timestamptz as at, e.entry ->> 'actor' as actor,
        e.entry ->> 'dbRole' as db_role, e.entry ->> 'client' as client, e.entry ->> 'action' as action,
        e.entry ->> 'entityType' as entity_type, e.entry ->> 'entityId' as entity_id,
        e.entry ->> 'entityKey' as entity_key, halyard.affected_environments(e.entry) as environments,
        coalesce(e.entry -> 'before', 'null') as before, coalesce(e.entry -> 'after', 'null') as after,
        e.entry ->> 'note' as note, (e.entry ->> 'revertedTo')::integer as reverted_to,
        encode(a.hash, 'hex') as hash";

//! The audit trail: keyset list and verification of the hash chain.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::{Store, StoreError};

/// One change, as it was recorded when it was committed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
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
    /// The whole of it before; null when it was made.
    pub before: Value,
    /// The whole of it after; null when it was deleted.
    pub after: Value,
    /// Why.
    pub note: String,
}

/// Entries, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AuditPage {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// To ask for the next page with; null at the end.
    pub next_cursor: Option<String>,
}

/// Which entries to list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AuditQuery {
    /// Where the page before ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub cursor: Option<String>,
    /// Entries a page, 1 to 500.
    pub limit: u32,
    /// Only this kind of entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub entity_type: Option<String>,
    /// Only this entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub entity_id: Option<String>,
    /// In actor, action, key and note, whatever the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub search: Option<String>,
}

/// What verifying the chain found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "outcome")]
pub enum AuditVerification {
    /// Every entry is there and unchanged.
    Intact {
        /// How many there are.
        entries: i64,
    },
    /// The first entry that is missing or was changed.
    Broken {
        /// Its sequence number.
        seq: i64,
        /// What is wrong with it, in a sentence.
        problem: String,
    },
}

impl Store {
    /// A page of entries, newest first.
    ///
    /// # Errors
    /// `Invalid` for a bad cursor or limit; outages.
    pub async fn audit_list(&self, query: &AuditQuery) -> Result<AuditPage, StoreError> {
        let _ = query;
        todo!()
    }

    /// Recomputes the chain from the first entry to the last.
    ///
    /// # Errors
    /// Outages only: a broken chain is a result.
    pub async fn audit_verify(&self) -> Result<AuditVerification, StoreError> {
        todo!()
    }
}

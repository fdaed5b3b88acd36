//! The audit trail: keyset list and verification of the hash chain.

use chrono::{DateTime, Utc};
use halyard_engine::Validation;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use ts_rs::TS;

use crate::{Store, StoreError, store::DEADLINE};

/// One change, as it was recorded when it was committed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
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
    /// The whole of it before; null when it was made.
    pub before: Value,
    /// The whole of it after; null when it was deleted.
    pub after: Value,
    /// Why.
    pub note: String,
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

/// Entries that verification reads at a time.
const VERIFY_CHUNK: i64 = 1_000;

impl Store {
    /// A page of entries, newest first.
    ///
    /// # Errors
    /// `Invalid` for a bad cursor or limit; outages.
    pub async fn audit_list(&self, query: &AuditQuery) -> Result<AuditPage, StoreError> {
        let mut validation = Validation::new();
        if !(1..=500).contains(&query.limit) {
            validation.add("limit", "Ask for 1 to 500 entries at a time.");
        }
        let before = query.cursor.as_deref().map(str::parse::<i64>).transpose().unwrap_or_else(|_| {
            validation.add("cursor", "This is not where a page ended. Start again without it.");
            None
        });
        validation.text("search", query.search.as_deref().unwrap_or_default(), 200);
        validation.text("entityType", query.entity_type.as_deref().unwrap_or_default(), 50);
        validation.text("entityId", query.entity_id.as_deref().unwrap_or_default(), 200);
        validation.finish().map_err(StoreError::Invalid)?;
        let pattern = query.search.as_deref().filter(|text| !text.trim().is_empty()).map(contains);

        self.read(DEADLINE, async |connection| {
            let mut entries = sqlx::query_as!(
                AuditEntry,
                r#"select seq as "seq!", at as "at!", actor as "actor!", db_role as "db_role!",
                     client as "client!", action as "action!", entity_type as "entity_type!",
                     entity_id as "entity_id!", entity_key as "entity_key!",
                     coalesce(before, 'null') as "before!", coalesce(after, 'null') as "after!",
                     note as "note!"
                 from halyard.audit_log
                 where seq < coalesce($1, 9223372036854775807)
                     and ($2::text is null or entity_type = $2)
                     and ($3::text is null or entity_id = $3)
                     and ($4::text is null
                         or concat_ws(' ', actor, db_role, action, entity_key, note) ilike $4)
                 order by seq desc
                 limit $5"#,
                before,
                query.entity_type,
                query.entity_id,
                pattern,
                i64::from(query.limit) + 1,
            )
            .fetch_all(connection)
            .await?;
            let limit = query.limit as usize;
            let has_more = entries.len() > limit;
            entries.truncate(limit);
            let next_cursor = entries.last().filter(|_| has_more).map(|entry| entry.seq.to_string());
            Ok(AuditPage { entries, next_cursor })
        })
        .await
    }

    /// Recomputes the chain from the first entry to the last.
    ///
    /// # Errors
    /// Outages only: a broken chain is a result.
    pub async fn audit_verify(&self) -> Result<AuditVerification, StoreError> {
        let (last, last_hash) = self
            .read(DEADLINE, async |connection| {
                let head =
                    sqlx::query!("select seq, hash from halyard.audit_head").fetch_one(connection).await?;
                Ok((head.seq, head.hash))
            })
            .await?;
        let mut chain = Chain::new();
        while chain.seq < last {
            let links = self
                .read(DEADLINE, async |connection| {
                    Ok(sqlx::query_as!(
                        Link,
                        "select seq, entry, prev_hash, hash from halyard.audit_entries
                         where seq > $1 and seq <= $2 order by seq limit $3",
                        chain.seq,
                        last,
                        VERIFY_CHUNK,
                    )
                    .fetch_all(connection)
                    .await?)
                })
                .await?;
            if links.is_empty() {
                return Ok(broken(chain.seq + 1, "It is missing, and so are all after it."));
            }
            for link in links {
                if let Err(problem) = chain.follow(&link) {
                    return Ok(broken(chain.seq + 1, problem));
                }
            }
        }
        if chain.hash != last_hash {
            return Ok(broken(last, "It is not the entry that was written last."));
        }
        Ok(AuditVerification::Intact { entries: last })
    }
}

/// One stored link of the chain.
struct Link {
    seq: i64,
    entry: String,
    prev_hash: Vec<u8>,
    hash: Vec<u8>,
}

/// The chain up to and including an entry.
struct Chain {
    seq: i64,
    hash: Vec<u8>,
}

impl Chain {
    fn new() -> Self {
        Self { seq: 0, hash: vec![0; 32] }
    }

    /// Goes on to the next entry, or says what is wrong with it.
    fn follow(&mut self, link: &Link) -> Result<(), &'static str> {
        #[derive(Deserialize)]
        struct Numbered {
            seq: i64,
        }

        if link.seq != self.seq + 1 {
            return Err("It is missing.");
        }
        if link.prev_hash != self.hash {
            return Err("It does not follow the entry before it.");
        }
        let hash = Sha256::new().chain_update(&link.prev_hash).chain_update(&link.entry).finalize();
        if hash.as_slice() != link.hash {
            return Err("It was changed after it was written.");
        }
        if serde_json::from_str::<Numbered>(&link.entry).is_ok_and(|entry| entry.seq == link.seq) {
            self.seq = link.seq;
            self.hash.clone_from(&link.hash);
            Ok(())
        } else {
            Err("It is not the entry of this number.")
        }
    }
}

fn broken(seq: i64, problem: &str) -> AuditVerification {
    AuditVerification::Broken { seq, problem: problem.to_owned() }
}

/// A LIKE pattern for texts that contain `text`.
fn contains(text: &str) -> String {
    let escaped = text.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

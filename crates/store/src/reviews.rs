//! Review afterwards: what was hidden or restored in a guarded environment without a word, until
//! somebody says why.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Author, Store, StoreError, roles::GroupRole, store::DEADLINE};

/// A change that waits for a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReviewDue {
    /// Its entry in the audit trail.
    #[ts(type = "number")]
    pub seq: i64,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Who the app says it was.
    pub actor: String,
    /// The database role that was logged in.
    pub db_role: String,
    /// `flag.killed`, `flag.restored` or `flag.switched`.
    pub action: String,
    /// The flag's key.
    pub flag_key: String,
    /// Keys of the guarded environments where the flag was or became live.
    pub environments: Vec<String>,
}

impl Store {
    /// Every change that waits for a reason, newest first.
    ///
    /// # Errors
    /// Outages.
    pub async fn reviews_due(&self) -> Result<Vec<ReviewDue>, StoreError> {
        self.read(DEADLINE, async |connection| {
            let due = sqlx::query!(
                r#"select seq as "seq!", at as "at!", actor as "actor!", db_role as "db_role!",
                     action as "action!", entity_key as "flag_key!",
                     array(select jsonb_array_elements_text(environments)) as "environments!"
                 from halyard.reviews_due order by seq desc"#
            )
            .fetch_all(connection)
            .await?;
            let due = due.into_iter().map(|row| ReviewDue {
                seq: row.seq,
                at: row.at,
                actor: row.actor,
                db_role: row.db_role,
                action: row.action,
                flag_key: row.flag_key,
                environments: row.environments,
            });
            Ok(due.collect())
        })
        .await
    }

    /// Says why a change was made: an entry of its own, `change.noted`, that names `seq`. Returns
    /// the number of that entry.
    ///
    /// # Errors
    /// `Invalid` for a note that is empty or too long, or a change that waits for none; `NotFound`;
    /// `Forbidden`; outages.
    pub async fn add_note(&self, seq: i64, note: &str, author: &Author) -> Result<i64, StoreError> {
        let mut validation = author.validation();
        validation.note(note);
        if note.trim().is_empty() {
            validation.add("note", "The note is empty. Say why the change was made.");
        }
        validation.finish().map_err(StoreError::Invalid)?;
        self.change(author, async |connection| {
            let exists = sqlx::query_scalar!(
                r#"select exists (select from halyard.audit_entries where seq = $1) as "exists!""#,
                seq
            )
            .fetch_one(&mut *connection)
            .await?;
            if !exists {
                return Err(StoreError::not_found("change", seq.to_string()));
            }
            Ok(sqlx::query_scalar!(r#"select halyard.add_note($1, $2) as "seq!""#, seq, note)
                .fetch_one(connection)
                .await?)
        })
        .await
        .map_err(|error| error.needing(GroupRole::Operator))
    }
}

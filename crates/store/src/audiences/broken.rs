//! Audiences that do not fit the tenant's tables any more: a dropped column breaks them visibly.

use halyard_engine::{AudienceId, Violation};
use serde::Serialize;
use ts_rs::TS;

use super::{rows, users};
use crate::condition::Condition;
use crate::customer_source::ResolvedSource;
use crate::flags::FlagReference;
use crate::store::DEADLINE;
use crate::{Store, StoreError};

/// An audience whose membership is unavailable.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BrokenAudience {
    /// Its id.
    pub id: AudienceId,
    /// Its name.
    pub name: String,
    /// What is wrong with its condition, or with the customer source.
    pub violations: Vec<Violation>,
    /// Unarchived and archived flags with a rule on it, by key.
    pub used_by: Vec<FlagReference>,
}

impl Store {
    /// The audiences that do not fit the customers' tables as they are now, by name; all of them when
    /// the customers are gone. Without a customer source there is nothing to fit.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn audiences_broken(&self) -> Result<Vec<BrokenAudience>, StoreError> {
        match self.resolved_source().await {
            Ok(None) => Ok(Vec::new()),
            Ok(Some(source)) => self.audiences_broken_for(Ok(&source)).await,
            Err(StoreError::Invalid(violations)) => self.audiences_broken_for(Err(violations)).await,
            Err(other) => Err(other),
        }
    }

    /// The audiences that do not fit the source, by name; all of them when there is none to fit.
    pub(crate) async fn audiences_broken_for(
        &self,
        source: Result<&ResolvedSource, Vec<Violation>>,
    ) -> Result<Vec<BrokenAudience>, StoreError> {
        let (rows, mut users) = self
            .read(DEADLINE, async |connection| Ok((rows(connection).await?, users(connection, None).await?)))
            .await?;
        let broken = rows.into_iter().filter_map(|row| {
            let violations = match &source {
                Err(violations) => violations.clone(),
                Ok(source) => {
                    // What was written by hand may be anything.
                    let json = serde_json::from_str(&row.condition).unwrap_or_default();
                    Condition::parse(&json, "condition")
                        .and_then(|condition| condition.validate(source, "condition"))
                        .err()?
                }
            };
            let used_by = users.remove(&row.id).unwrap_or_default();
            Some(BrokenAudience { id: AudienceId(row.id), name: row.name, violations, used_by })
        });
        Ok(broken.collect())
    }
}

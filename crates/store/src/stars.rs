//! Flags that a person marked. Per person, so neither versioned nor audited.

use uuid::Uuid;

use crate::{Store, StoreError, store::DEADLINE};

impl Store {
    /// The flags that `actor` marked.
    ///
    /// # Errors
    /// Outages.
    pub async fn stars(&self, actor: &str) -> Result<Vec<Uuid>, StoreError> {
        self.read(DEADLINE, async |connection| {
            Ok(sqlx::query_scalar!(
                "select flag_id from halyard.stars where actor = $1 order by flag_id",
                actor
            )
            .fetch_all(connection)
            .await?)
        })
        .await
    }

    /// Marks a flag for `actor`. Idempotent.
    ///
    /// # Errors
    /// `NotFound`; outages.
    pub async fn star_add(&self, actor: &str, flag: Uuid) -> Result<(), StoreError> {
        self.read(DEADLINE, async |connection| {
            let made = sqlx::query!(
                "insert into halyard.stars (actor, flag_id) values ($1, $2) on conflict do nothing",
                actor,
                flag
            )
            .execute(connection)
            .await;
            match made {
                Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
                    Err(StoreError::not_found("flag", flag.to_string()))
                }
                outcome => Ok(outcome.map(|_| ())?),
            }
        })
        .await
    }

    /// Takes the mark off. Idempotent.
    ///
    /// # Errors
    /// Outages.
    pub async fn star_remove(&self, actor: &str, flag: Uuid) -> Result<(), StoreError> {
        self.read(DEADLINE, async |connection| {
            sqlx::query!("delete from halyard.stars where actor = $1 and flag_id = $2", actor, flag)
                .execute(connection)
                .await?;
            Ok(())
        })
        .await
    }
}

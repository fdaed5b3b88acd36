//! Making a flag.

use halyard_engine::RuleId;
use sqlx::types::Json;
use uuid::Uuid;

use super::{
    Flag, FlagReference, NewFlag,
    row::{self, Asked},
};
use crate::{Author, Store, StoreError};

impl Store {
    /// Makes a flag: active, off in every environment. The note is the author's.
    ///
    /// # Errors
    /// `Invalid`, `AlreadyExists`; outages.
    pub async fn flag_create(&self, new: &NewFlag, author: &Author) -> Result<Flag, StoreError> {
        let rules_sent = new.rules.as_deref().unwrap_or_default();
        let tags = new.tags.as_deref().unwrap_or_default();
        let description = new.description.as_deref().unwrap_or_default();
        self.change(author, async |connection| {
            let mut validation = author.validation();
            validation.flag_key(&new.key);
            validation.name(&new.name);
            validation.description(description);
            validation.value("defaultValue", new.flag_type, &new.default_value);
            let rules = validation.rules(new.flag_type, rules_sent, || RuleId(Uuid::now_v7()));
            validation.tags(tags);
            row::check_audiences(connection, rules_sent, &mut validation).await?;
            validation.finish().map_err(StoreError::Invalid)?;

            let id = Uuid::now_v7();
            let made = sqlx::query!(
                "insert into halyard.feature_flags
                     (id, key, name, description, type, default_value, rules, client_visible, permanent, tags)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 on conflict (key) do nothing",
                id,
                new.key,
                new.name,
                description,
                new.flag_type.as_str(),
                row::stored(&new.default_value) as _,
                Json(&rules) as _,
                new.client_visible,
                new.permanent.unwrap_or_default(),
                tags,
            )
            .execute(&mut *connection)
            .await?;
            if made.rows_affected() == 0 {
                let taken = row::find(connection, Asked::new(&new.key)).await?;
                return Err(StoreError::AlreadyExists {
                    what: "flag",
                    key: new.key.clone(),
                    archived: taken.archived_at.is_some(),
                    flag: Some(FlagReference { id: taken.id, key: taken.key }),
                });
            }
            row::find(connection, Asked::new(&new.key)).await
        })
        .await
    }
}

//! Settings of the workspace that live in the database, shared by everybody who opens it.

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use ts_rs::TS;

use crate::{Author, Store, StoreError, store::DEADLINE};

/// Settings, with defaults for what was never set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Days that the evaluation log is kept, 1 to 3,650.
    pub retention_days: i32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { retention_days: 90 }
    }
}

impl Store {
    /// The settings.
    ///
    /// # Errors
    /// Outages.
    pub async fn settings(&self) -> Result<Settings, StoreError> {
        self.read(DEADLINE, async |connection| load(connection).await).await
    }

    /// Sets the settings; what stays the same writes nothing.
    ///
    /// # Errors
    /// `Invalid`; outages.
    pub async fn settings_set(&self, settings: &Settings, author: &Author) -> Result<Settings, StoreError> {
        let mut validation = author.validation();
        if !(1..=3_650).contains(&settings.retention_days) {
            validation.add("retentionDays", "Keep evaluations for 1 to 3,650 days.");
        }
        validation.finish().map_err(StoreError::Invalid)?;
        self.change(author, async |connection| {
            sqlx::query!(
                "insert into halyard.settings (name, value)
                 values ('retention_days', to_jsonb($1::integer))
                 on conflict (name) do update set value = excluded.value",
                settings.retention_days
            )
            .execute(&mut *connection)
            .await?;
            load(connection).await
        })
        .await
    }
}

async fn load(connection: &mut PgConnection) -> Result<Settings, StoreError> {
    let retention_days = sqlx::query_scalar!(
        r#"select (value #>> '{}')::integer as "value!"
         from halyard.settings where name = 'retention_days'"#
    )
    .fetch_optional(connection)
    .await?;
    let defaults = Settings::default();
    Ok(Settings { retention_days: retention_days.unwrap_or(defaults.retention_days) })
}

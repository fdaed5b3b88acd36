//! Settings of the workspace that live in the database, shared by everybody who opens it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Author, Store, StoreError};

/// Settings, with defaults for what was never set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Days that the evaluation log is kept, 1 to 3,650.
    pub retention_days: i32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { retention_days: 30 }
    }
}

impl Store {
    /// The settings.
    ///
    /// # Errors
    /// Outages.
    pub async fn settings(&self) -> Result<Settings, StoreError> {
        todo!()
    }

    /// Sets the settings; what stays the same writes nothing.
    ///
    /// # Errors
    /// `Invalid`; outages.
    pub async fn settings_set(&self, settings: &Settings, author: &Author) -> Result<Settings, StoreError> {
        let _ = (settings, author);
        todo!()
    }
}

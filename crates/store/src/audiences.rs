//! Audiences: list, get, create, update, delete.

use chrono::{DateTime, Utc};
use halyard_engine::AudienceId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Author, Store, StoreError, condition::Condition, flags::FlagReference};

/// A saved condition over customers. Membership is computed when asked, never stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Audience {
    /// Stays the same when the audience is renamed.
    pub id: AudienceId,
    /// Unique; 1 to 200 characters.
    pub name: String,
    /// At most 4,000 characters.
    pub description: String,
    /// Who is in it.
    pub condition: Condition,
    /// From 1, +1 at every change.
    #[ts(type = "number")]
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its newest version was made.
    pub updated_at: DateTime<Utc>,
    /// Who made the newest version.
    pub updated_by: String,
    /// Unarchived and archived flags with a rule on it, by key.
    pub used_by: Vec<FlagReference>,
}

/// An audience to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NewAudience {
    /// Unique; 1 to 200 characters.
    pub name: String,
    /// At most 4,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub description: Option<String>,
    /// Who is in it.
    pub condition: Condition,
    /// Why; at most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub note: Option<String>,
}

/// A change of an audience: only the given fields change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct AudienceChanges {
    /// Unique; 1 to 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// At most 4,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub description: Option<String>,
    /// Who is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub condition: Option<Condition>,
}

impl Store {
    /// All audiences, by name.
    ///
    /// # Errors
    /// Outages.
    pub async fn audiences_list(&self) -> Result<Vec<Audience>, StoreError> {
        todo!()
    }

    /// One audience.
    ///
    /// # Errors
    /// `NotFound`; outages.
    pub async fn audience_get(&self, id: AudienceId) -> Result<Audience, StoreError> {
        let _ = id;
        todo!()
    }

    /// Makes an audience. The note is the author's.
    ///
    /// # Errors
    /// `Invalid`, `AlreadyExists`; outages.
    pub async fn audience_create(&self, new: &NewAudience, author: &Author) -> Result<Audience, StoreError> {
        let _ = (new, author);
        todo!()
    }

    /// Changes the given fields of an audience that was read at `base_version`.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `AlreadyExists`, `Conflict`; outages.
    pub async fn audience_update(
        &self,
        id: AudienceId,
        base_version: i32,
        changes: &AudienceChanges,
        author: &Author,
    ) -> Result<Audience, StoreError> {
        let _ = (id, base_version, changes, author);
        todo!()
    }

    /// Deletes an audience that no flag uses.
    ///
    /// # Errors
    /// `NotFound`, `InUse` with the flags; outages.
    pub async fn audience_delete(&self, id: AudienceId, author: &Author) -> Result<(), StoreError> {
        let _ = (id, author);
        todo!()
    }
}

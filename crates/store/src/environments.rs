//! Environments: list, create, update, order, delete.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Author, Store, StoreError};

/// `production`, `staging`, … Each flag is on or off in each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    /// `^[a-z0-9][a-z0-9-]{0,49}$`; never changes.
    pub key: String,
    /// 1 to 200 characters.
    pub name: String,
    /// `#rrggbb`
    pub color: String,
    /// Position in every list, from 0.
    pub position: i32,
    /// Whether changes here are seen by real customers.
    pub production: bool,
}

/// An environment to be made; it comes last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NewEnvironment {
    /// `^[a-z0-9][a-z0-9-]{0,49}$`; never changes.
    pub key: String,
    /// 1 to 200 characters.
    pub name: String,
    /// `#rrggbb`
    pub color: String,
    /// Whether changes here are seen by real customers.
    pub production: bool,
}

/// A change of an environment: only the given fields change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct EnvironmentChanges {
    /// 1 to 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// `#rrggbb`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub color: Option<String>,
    /// Whether changes here are seen by real customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub production: Option<bool>,
}

impl Store {
    /// All environments, in order.
    ///
    /// # Errors
    /// Outages.
    pub async fn environments(&self) -> Result<Vec<Environment>, StoreError> {
        todo!()
    }

    /// Makes an environment, as the last one. Every flag is off in it. Returns all.
    ///
    /// # Errors
    /// `Invalid`, `AlreadyExists`; outages.
    pub async fn environment_create(&self, new: &NewEnvironment, author: &Author) -> Result<Vec<Environment>, StoreError> {
        let _ = (new, author);
        todo!()
    }

    /// Changes the given fields. Returns all.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`; outages.
    pub async fn environment_update(&self, key: &str, changes: &EnvironmentChanges, author: &Author) -> Result<Vec<Environment>, StoreError> {
        let _ = (key, changes, author);
        todo!()
    }

    /// Puts all environments in the order of `keys`. Returns all.
    ///
    /// # Errors
    /// `Invalid` unless `keys` names each environment once; outages.
    pub async fn environments_reorder(&self, keys: &[String], author: &Author) -> Result<Vec<Environment>, StoreError> {
        let _ = (keys, author);
        todo!()
    }

    /// Deletes an environment, and its switch from every flag. Returns the others.
    ///
    /// # Errors
    /// `Invalid` for the last one, `NotFound`; outages.
    pub async fn environment_delete(&self, key: &str, author: &Author) -> Result<Vec<Environment>, StoreError> {
        let _ = (key, author);
        todo!()
    }
}

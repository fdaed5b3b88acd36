//! Flags: list, get, create, change, kill, archive, revert.
//!
//! Each change is one short transaction on one row. Versions, audit entries and the config
//! version are the database's work (see `migrations/`).

mod types;

pub use types::{Flag, FlagChanges, FlagReference, FlagSummary, FlagVersion, FlagsList, NewFlag};

use crate::{Author, Store, StoreError};

impl Store {
    /// Summaries by key: of the unarchived flags, or of the archived ones.
    ///
    /// # Errors
    /// Outages.
    pub async fn flags_list(&self, archived: bool) -> Result<FlagsList, StoreError> {
        let _ = archived;
        todo!()
    }

    /// One flag by id or key, archived or not.
    ///
    /// # Errors
    /// `NotFound`; outages.
    pub async fn flag_get(&self, flag: &str) -> Result<Flag, StoreError> {
        let _ = flag;
        todo!()
    }

    /// Makes a flag: active, off in every environment. The note is the author's.
    ///
    /// # Errors
    /// `Invalid`, `AlreadyExists`; outages.
    pub async fn flag_create(&self, new: &NewFlag, author: &Author) -> Result<Flag, StoreError> {
        let _ = (new, author);
        todo!()
    }

    /// Changes the given fields of a flag (id or key) that was read at `base_version`.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `Conflict`; outages.
    pub async fn flag_update(
        &self,
        flag: &str,
        base_version: i32,
        changes: &FlagChanges,
        author: &Author,
    ) -> Result<Flag, StoreError> {
        let _ = (flag, base_version, changes, author);
        todo!()
    }

    /// Kills (`false`) or restores (`true`). Idempotent; never conflicts.
    ///
    /// # Errors
    /// `NotFound`; outages.
    pub async fn flag_set_active(&self, flag: &str, is_active: bool, author: &Author) -> Result<Flag, StoreError> {
        let _ = (flag, is_active, author);
        todo!()
    }

    /// Switches a flag on or off in one environment. Idempotent; never conflicts.
    ///
    /// # Errors
    /// `NotFound` for the flag, `Invalid` for the environment; outages.
    pub async fn flag_set_environment(
        &self,
        flag: &str,
        environment: &str,
        enabled: bool,
        author: &Author,
    ) -> Result<Flag, StoreError> {
        let _ = (flag, environment, enabled, author);
        todo!()
    }

    /// Takes a flag out of use. Idempotent.
    ///
    /// # Errors
    /// `NotFound`; outages.
    pub async fn flag_archive(&self, flag: &str, author: &Author) -> Result<Flag, StoreError> {
        let _ = (flag, author);
        todo!()
    }

    /// Takes a flag back into use. Idempotent.
    ///
    /// # Errors
    /// `NotFound`; outages.
    pub async fn flag_unarchive(&self, flag: &str, author: &Author) -> Result<Flag, StoreError> {
        let _ = (flag, author);
        todo!()
    }

    /// Makes an earlier version the newest one: all but kill switch and archive, which only
    /// restore and unarchive undo.
    ///
    /// # Errors
    /// `NotFound` for flag or version, `Invalid` when the version uses an audience that is gone;
    /// outages.
    pub async fn flag_revert(&self, flag: &str, version: i32, author: &Author) -> Result<Flag, StoreError> {
        let _ = (flag, version, author);
        todo!()
    }

    /// Versions of a flag, newest first: below `before` when given, at most `limit` (1 to 200).
    ///
    /// # Errors
    /// `NotFound`, `Invalid`; outages.
    pub async fn flag_versions(
        &self,
        flag: &str,
        before: Option<i32>,
        limit: u32,
    ) -> Result<Vec<FlagVersion>, StoreError> {
        let _ = (flag, before, limit);
        todo!()
    }
}

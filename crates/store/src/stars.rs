//! Flags that a person marked. Per person, so neither versioned nor audited.

use uuid::Uuid;

use crate::{Store, StoreError};

impl Store {
    /// The flags that `actor` marked.
    ///
    /// # Errors
    /// Outages.
    pub async fn stars(&self, actor: &str) -> Result<Vec<Uuid>, StoreError> {
        let _ = actor;
        todo!()
    }

    /// Marks a flag for `actor`.
    ///
    /// # Errors
    /// `NotFound`; outages.
    pub async fn star_add(&self, actor: &str, flag: Uuid) -> Result<(), StoreError> {
        let _ = (actor, flag);
        todo!()
    }

    /// Takes the mark off.
    ///
    /// # Errors
    /// Outages.
    pub async fn star_remove(&self, actor: &str, flag: Uuid) -> Result<(), StoreError> {
        let _ = (actor, flag);
        todo!()
    }
}

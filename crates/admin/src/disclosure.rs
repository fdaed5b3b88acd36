//! Names of customers are given out only after the audit trail says who is about to see them: once for
//! each list that somebody opens, and once for each file.

use std::collections::VecDeque;

use halyard_store::{
    Author, Store,
    access::{Access, AccessAction},
};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::CommandError;

/// Opened lists that are remembered. One that is forgotten is recorded again, which is no harm.
const REMEMBERED: usize = 1_000;

/// Bytes of an opening's name, at most.
const MAX_OPENING: usize = 200;

/// What somebody is about to see.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Disclosure {
    /// `flag`, `audience`.
    pub(crate) entity_type: &'static str,
    /// Its id.
    pub(crate) entity_id: String,
    /// Its key or name.
    pub(crate) entity_key: String,
    /// Which of the customers.
    pub(crate) details: Value,
}

/// The lists of customers that were opened and recorded, in a workspace.
#[derive(Debug, Default)]
pub(crate) struct Disclosures {
    recorded: Mutex<VecDeque<(String, Disclosure)>>,
}

impl Disclosures {
    /// Records that a list is opened, unless this opening of the same list was recorded before: reading
    /// on and searching in it are no further entries. `opening` is any text that the page makes up anew
    /// each time; without one every request is an opening.
    ///
    /// # Errors
    /// When it cannot be recorded; then the list must not be given out.
    pub(crate) async fn list(
        &self,
        store: &Store,
        author: &Author,
        opening: Option<String>,
        disclosure: Disclosure,
    ) -> Result<(), CommandError> {
        if opening.as_ref().is_some_and(|opening| opening.len() > MAX_OPENING) {
            let message = format!("An opening has at most {MAX_OPENING} bytes.");
            return Err(CommandError::invalid_field("opening", message));
        }
        // Held while recording: two requests of one opening are one entry.
        let mut recorded = self.recorded.lock().await;
        let opened = opening.map(|opening| (opening, disclosure.clone()));
        if opened.as_ref().is_some_and(|opened| recorded.contains(opened)) {
            return Ok(());
        }
        record(store, author, AccessAction::CustomersListed, disclosure).await?;
        if let Some(opened) = opened {
            recorded.truncate(REMEMBERED - 1);
            recorded.push_front(opened);
        }
        Ok(())
    }
}

/// Records that somebody takes or sees rows.
///
/// # Errors
/// When it cannot be recorded; then nothing must be given out.
pub(crate) async fn record(
    store: &Store,
    author: &Author,
    action: AccessAction,
    disclosure: Disclosure,
) -> Result<(), CommandError> {
    let Disclosure { entity_type, entity_id, entity_key, details } = disclosure;
    let entity_type = entity_type.to_owned();
    store.record_access(&Access { action, entity_type, entity_id, entity_key, details }, author).await?;
    Ok(())
}

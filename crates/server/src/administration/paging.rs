//! Pages of what the store lists whole. A page ends at a place in the order, not at a row: the next
//! one begins after it, even if that row was deleted since.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::parameters::Parameters;

/// Rows from one place of an order on.
pub(super) struct Page {
    after: Option<Vec<String>>,
    limit: usize,
}

impl Page {
    /// Takes `cursor` and `limit`.
    pub(super) fn asked(parameters: &mut Parameters) -> Self {
        let limit = parameters.limit() as usize;
        let after = parameters.text("cursor").and_then(|cursor| {
            let place =
                URL_SAFE_NO_PAD.decode(&cursor).ok().and_then(|json| serde_json::from_slice(&json).ok());
            if place.is_none() {
                parameters.refuse("cursor", "This is not where a page ended. Start again without it.");
            }
            place
        });
        Page { after, limit }
    }

    /// The rows of the page, in the order of their `place`, and the cursor of the next page.
    pub(super) fn cut<T>(
        &self,
        mut rows: Vec<T>,
        place: impl Fn(&T) -> Vec<String>,
    ) -> (Vec<T>, Option<String>) {
        rows.retain(|row| self.after.as_ref().is_none_or(|after| place(row) > *after));
        rows.sort_by_cached_key(&place);
        let has_more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let next = rows.last().filter(|_| has_more).and_then(|row| serde_json::to_vec(&place(row)).ok());
        (rows, next.map(|place| URL_SAFE_NO_PAD.encode(place)))
    }
}

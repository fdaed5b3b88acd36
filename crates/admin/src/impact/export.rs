//! The customers whom an edit moves, as a file: read some thousand at a time, so that it takes the same
//! memory for ten of them and for millions.

use halyard_store::{Store, memberships::CustomersAfter};

use super::{
    Edit, Effect, Who,
    who::{LARGEST_READ, by_places},
};
use crate::{
    CommandError,
    counting::DEADLINE,
    export::{Cell, ExportFile},
};

impl Effect {
    fn word(self) -> &'static str {
        match self {
            Effect::Gained => "gained",
            Effect::Lost => "lost",
            Effect::Changed => "changed",
        }
    }
}

/// Writes the customers of a list to a file, in the order of their ids.
pub(crate) async fn export(
    store: &Store,
    edit: &Edit,
    who: &Who,
    search: &str,
    file: &mut ExportFile,
) -> Result<(), CommandError> {
    let selected = by_places(&edit.comparison, |places| edit.is_among(who, places));
    file.csv_header(&["customer_id", "name", "email", "effect", "value_now", "value_after"]).await?;
    let mut after: Option<String> = None;
    loop {
        let which = CustomersAfter { after: after.as_deref(), search, limit: LARGEST_READ };
        let read = store.customers_in_order(&edit.prepared, which, DEADLINE).await?;
        let places = edit.comparison.places(&read.entities);
        for (customer, places) in read.references.iter().zip(places) {
            if !selected[places.0][places.1] {
                continue;
            }
            let (from, to) = edit.comparison.values(places);
            let effect = edit.effect(places).map(Effect::word);
            file.csv_row(&[
                Cell::Text(&customer.entity_id),
                Cell::optional(customer.name.as_deref()),
                Cell::optional(customer.email.as_deref()),
                Cell::optional(effect),
                Cell::Value(from),
                Cell::Value(to),
            ])
            .await?;
        }
        file.saw(read.references.len());
        if read.references.len() < LARGEST_READ as usize {
            return Ok(());
        }
        after = read.references.into_iter().next_back().map(|last| last.entity_id);
    }
}

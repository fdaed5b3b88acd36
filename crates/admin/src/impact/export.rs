//! The customers whom an edit moves, as a file: read some thousand at a time, so that it takes the same
//! memory for ten of them and for millions.

use halyard_engine::tally::Entities;
use halyard_store::{
    Store,
    audiences::Audience,
    condition::Condition,
    customer_source::ResolvedSource,
    customers::CustomerReference,
    memberships::{CustomersAfter, Memberships},
};

use super::{
    Crossing, Edit, Effect, Who,
    audience::Edited,
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

/// Writes the customers whom an edited flag moves to a file, in the order of their ids.
pub(crate) async fn export(
    store: &Store,
    edit: &Edit,
    who: &Who,
    search: &str,
    file: &mut ExportFile,
) -> Result<(), CommandError> {
    let selected = by_places(&edit.comparison, |places| edit.is_among(who, places));
    file.csv_header(&["customer_id", "name", "email", "effect", "value_now", "value_after"]).await?;
    let among = |entities: &Entities| {
        let places = edit.comparison.places(entities).into_iter();
        places.map(|places| selected[places.0][places.1].then_some(places)).collect()
    };
    let cells = |places| {
        let (from, to) = edit.comparison.values(places);
        [Cell::optional(edit.effect(places).map(Effect::word)), Cell::Value(from), Cell::Value(to)]
    };
    write_each(store, &edit.prepared, search, file, among, cells).await
}

/// Writes the customers whom an edited audience takes in or puts out to a file, in the order of their ids.
pub(crate) async fn export_crossing(
    store: &Store,
    source: &ResolvedSource,
    (audience, edited): (&Audience, &Condition),
    crossing: Crossing,
    search: &str,
    file: &mut ExportFile,
) -> Result<(), CommandError> {
    let edited = Edited::of_one(source, audience, edited)?;
    file.csv_header(&["customer_id", "name", "email", "in_audience_now", "in_audience_after"]).await?;
    let word = |is_in| Cell::Text(if is_in { "true" } else { "false" });
    let cells = |()| {
        let (now, after) = crossing.membership();
        [word(now), word(after)]
    };
    let among = |entities: &Entities| edited.crossing(entities, crossing);
    write_each(store, &edited.prepared, search, file, among, cells).await
}

/// Writes a row for each customer of whom `among` knows something: who it is, then the `cells` of that.
async fn write_each<'a, T, const N: usize>(
    store: &Store,
    prepared: &Memberships,
    search: &str,
    file: &mut ExportFile,
    among: impl Fn(&Entities) -> Vec<Option<T>>,
    cells: impl Fn(T) -> [Cell<'a>; N],
) -> Result<(), CommandError> {
    let mut after: Option<String> = None;
    loop {
        let which = CustomersAfter { after: after.as_deref(), search, limit: LARGEST_READ };
        let read = store.customers_in_order(prepared, which, DEADLINE).await?;
        let known = among(&read.entities);
        for (customer, known) in read.references.iter().zip(known) {
            let Some(known) = known else { continue };
            let CustomerReference { entity_id, name, email } = customer;
            let who =
                [Cell::Text(entity_id), Cell::optional(name.as_deref()), Cell::optional(email.as_deref())];
            let row: Vec<Cell<'_>> = who.into_iter().chain(cells(known)).collect();
            file.csv_row(&row).await?;
        }
        file.saw(read.references.len());
        if read.references.len() < LARGEST_READ as usize {
            return Ok(());
        }
        after = read.references.into_iter().next_back().map(|last| last.entity_id);
    }
}

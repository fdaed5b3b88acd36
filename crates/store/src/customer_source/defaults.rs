//! What is taken for customers and events while nobody has chosen.

use super::resolved::{can_be_customer_id, can_be_event_name, can_be_id, can_be_time};
use super::{CustomerSource, CustomerTable, EventTable};
use crate::attribute::Storage;
use crate::catalogue::CatalogueTable;

/// Schema and table, if they exist.
pub(super) const CUSTOMERS: (&str, &str) = ("public", "customers");
/// Schema and table, if they exist.
pub(super) const EVENTS: (&str, &str) = ("public", "events");

/// The usual names; none when the table has no column that can be an id.
pub(super) fn source(customers: &CatalogueTable, events: Option<&CatalogueTable>) -> Option<CustomerSource> {
    let id_column = named(customers, &["id", "customer_id"], |_| true)
        .or_else(|| customers.columns.iter().find(|column| column.unique).map(|column| column.name.clone()))
        .filter(|name| customers.column(name).is_some_and(|column| can_be_id(column.storage)))?;
    let events = events.and_then(|table| {
        Some(EventTable {
            schema: table.schema.clone(),
            table: table.table.clone(),
            customer_id_column: named(table, &["customer_id", "user_id"], can_be_customer_id)?,
            name_column: named(table, &["name", "event", "event_name"], can_be_event_name)?,
            time_column: named(table, &["occurred_at", "created_at", "timestamp", "time"], can_be_time),
        })
    });
    let shown = |names| named(customers, names, |_| true);
    Some(CustomerSource {
        customers: CustomerTable {
            schema: customers.schema.clone(),
            table: customers.table.clone(),
            id_column,
            name_column: shown(&["name", "full_name", "display_name", "company_name"]),
            email_column: shown(&["email", "email_address"]),
        },
        events,
    })
}

/// The first of the names that is a fitting column.
fn named(table: &CatalogueTable, names: &[&str], fits: fn(Storage) -> bool) -> Option<String> {
    names
        .iter()
        .find(|name| table.column(name).is_some_and(|column| fits(column.storage)))
        .map(|name| (*name).to_owned())
}

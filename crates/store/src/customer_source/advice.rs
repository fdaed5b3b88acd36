//! Indexes that the customer source lacks, with the statement that makes each. Halyard never makes
//! them itself: it does not write to the tenant's tables.

use serde::Serialize;
use ts_rs::TS;

use super::resolved::{Events, Relation, ResolvedSource};
use crate::attribute::Storage;
use crate::catalogue::{CatalogueColumn, TableKind};
use crate::tenant_sql::quoted;

/// What a missing index would be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum IndexUse {
    /// Finding a customer by id, which every evaluation with an audience does.
    CustomerId,
    /// Finding a customer's events, which every condition on events does.
    EventCustomerId,
}

/// An index that is missing. Without it each look-up reads the whole table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IndexAdvice {
    /// What it would be used for.
    #[serde(rename = "use")]
    #[ts(inline)]
    pub used_for: IndexUse,
    /// The schema of the table.
    pub schema: String,
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// The statement that makes it; run by somebody who may.
    pub statement: String,
}

impl ResolvedSource {
    /// The indexes that are missing; none for views, which cannot have any.
    #[must_use]
    pub fn advice(&self) -> Vec<IndexAdvice> {
        let mut advice = Vec::new();
        if self.id_is_indexed() == Some(false) {
            let as_stored = self.id_storage != Storage::OtherText;
            advice.extend(missing(IndexUse::CustomerId, &self.customers, &self.id, as_stored));
        }
        if let (Events::Found(events), Some(false)) = (&self.events, self.events_are_indexed()) {
            let as_stored = events.compares_as_stored();
            let (relation, column) = (&events.relation, &events.customer_id);
            advice.extend(missing(IndexUse::EventCustomerId, relation, column, as_stored));
        }
        advice
    }

    /// Whether an index serves looking customers up by id; none for a view.
    #[must_use]
    pub fn id_is_indexed(&self) -> Option<bool> {
        let as_stored = self.id_storage != Storage::OtherText;
        is_indexed(&self.customers, &self.id, as_stored)
    }

    /// Whether an index serves looking a customer's events up; none for a view, and without events.
    #[must_use]
    pub fn events_are_indexed(&self) -> Option<bool> {
        let Events::Found(events) = &self.events else { return None };
        is_indexed(&events.relation, &events.customer_id, events.compares_as_stored())
    }
}

fn is_indexed(relation: &Relation, column: &CatalogueColumn, as_stored: bool) -> Option<bool> {
    matches!(relation.kind, TableKind::Table | TableKind::PartitionedTable | TableKind::MaterializedView)
        .then_some(if as_stored { column.indexed } else { column.text_indexed })
}

/// None when no index can be made: the text of an enum is not immutable for Postgres.
fn missing(
    used_for: IndexUse,
    relation: &Relation,
    column: &CatalogueColumn,
    as_stored: bool,
) -> Option<IndexAdvice> {
    if !as_stored && !column.enum_values.is_empty() {
        return None;
    }
    // A partitioned table's index cannot be made concurrently.
    let concurrently = if relation.kind == TableKind::PartitionedTable { "" } else { " CONCURRENTLY" };
    let name = quoted(&column.name);
    let indexed = if as_stored { name } else { format!("({name}::text)") };
    let (schema, table) = (quoted(&relation.schema), quoted(&relation.table));
    Some(IndexAdvice {
        used_for,
        schema: relation.schema.clone(),
        table: relation.table.clone(),
        column: column.name.clone(),
        statement: format!("CREATE INDEX{concurrently} ON {schema}.{table} ({indexed});"),
    })
}

//! The customer source held against the catalogue: what SQL about customers and events may name, and
//! what is not there any more.

use std::sync::Arc;

use halyard_engine::Violation;

use super::{CustomerSource, CustomerTable, EventTable};
use crate::attribute::{Attribute, AttributeType, Storage};
use crate::catalogue::{CatalogueColumn, CatalogueTable, Collation, TableKind};
use crate::tenant_sql::TenantSql;

/// The customer source as found in the catalogue just now: what SQL about customers may name.
#[derive(Debug, Clone)]
pub struct ResolvedSource {
    /// As it was chosen, without what is lost.
    pub source: CustomerSource,
    /// The columns of the customers table.
    pub attributes: Vec<Attribute>,
    pub(crate) id: CatalogueColumn,
    pub(crate) id_storage: Storage,
    pub(crate) customers: Relation,
    pub(crate) events: Events,
}

/// A table or view, as far as its rows are drawn from it.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    pub(crate) schema: String,
    pub(crate) table: String,
    pub(crate) kind: TableKind,
    pub(crate) estimated_rows: Option<i64>,
}

/// The events of the customers.
#[derive(Debug, Clone)]
pub(crate) enum Events {
    /// The customer source has none.
    NotChosen,
    /// What was chosen is not there any more.
    Lost(Vec<Violation>),
    /// They can be asked.
    Found(Arc<ResolvedEvents>),
}

/// The events table and its columns.
#[derive(Debug, Clone)]
pub(crate) struct ResolvedEvents {
    pub(crate) relation: Relation,
    pub(crate) customer_id: CatalogueColumn,
    pub(crate) name: CatalogueColumn,
    pub(crate) time: Option<CatalogueColumn>,
    /// The customers' id.
    id: CatalogueColumn,
}

impl ResolvedSource {
    /// Appends `FROM` the customers, called `c`.
    pub(crate) fn push_from(&self, sql: &mut TenantSql) {
        self.customers.push_from(sql);
        sql.push(" c");
    }

    /// Appends the id column.
    pub(crate) fn push_id(&self, sql: &mut TenantSql) {
        sql.push("c.").identifier(&self.source.customers.id_column);
    }

    /// Appends the text of a column that may be absent; then NULL.
    pub(crate) fn push_optional_text(&self, sql: &mut TenantSql, column: Option<&str>) {
        match column {
            Some(column) => sql.push("c.").identifier(column).push("::text"),
            None => sql.push("null::text"),
        };
    }
}

impl Relation {
    fn of(table: &CatalogueTable) -> Self {
        Relation {
            schema: table.schema.clone(),
            table: table.table.clone(),
            kind: table.kind,
            estimated_rows: table.estimated_rows,
        }
    }

    /// Appends `FROM` it, without a name of its own.
    pub(crate) fn push_from(&self, sql: &mut TenantSql) {
        sql.push(" from ").identifier(&self.schema).push(".").identifier(&self.table);
    }
}

impl ResolvedEvents {
    /// Appends `FROM` the events, called `e`.
    pub(crate) fn push_from(&self, sql: &mut TenantSql) {
        self.relation.push_from(sql);
        sql.push(" e");
    }

    /// Whether the two ids are compared as they are stored; otherwise by their text, which is what an
    /// entity id is.
    pub(crate) fn compares_as_stored(&self) -> bool {
        use Storage::*;
        matches!(
            (self.customer_id.storage, self.id.storage),
            (Integer | Numeric, Integer | Numeric) | (Uuid, Uuid) | (PaddedText, PaddedText) | (Text, _)
        )
    }

    /// Appends that the event `e` is of the customer `c`, so that an index on the event's customer
    /// id serves: the customer's side alone is converted where the types allow it.
    pub(crate) fn push_same_customer(&self, sql: &mut TenantSql) {
        sql.push("e.").identifier(&self.customer_id.name);
        sql.push(if self.compares_as_stored() { "" } else { "::text" })
            .push(" = c.")
            .identifier(&self.id.name);
        let by_text = !self.compares_as_stored()
            || (self.customer_id.storage == Storage::Text && self.id.storage != Storage::Text);
        sql.push(if by_text { "::text" } else { "" });
        // Columns of two collations cannot be compared without saying by which.
        if self.customer_id.collation != self.id.collation {
            match &self.customer_id.collation {
                Some(Collation { schema, name }) => {
                    sql.push(" collate ").identifier(schema).push(".").identifier(name);
                }
                None if by_text || self.id.collation.is_some() => {
                    sql.push(" collate pg_catalog.\"default\"");
                }
                None => {}
            }
        }
    }

    /// Appends the event's name as text.
    pub(crate) fn push_name(&self, sql: &mut TenantSql) {
        sql.push("e.").identifier(&self.name.name);
        sql.push(if self.name.storage == Storage::Text { "" } else { "::text" });
    }

    /// Appends the event's time; NULL when events have none.
    pub(crate) fn push_time(&self, sql: &mut TenantSql) {
        let Some(time) = &self.time else {
            sql.push("null::timestamptz");
            return;
        };
        let (open, close) = match time.storage {
            Storage::TimestampWithoutZone => ("(", " at time zone 'UTC')"),
            Storage::Date => ("(", "::timestamp at time zone 'UTC')"),
            _ => ("", ""),
        };
        sql.push(open).push("e.").identifier(&time.name).push(close);
    }
}

/// What became of a source: how much of it is there, and all that is wrong with it.
pub(super) struct Resolution {
    source: Option<ResolvedSource>,
    violations: Vec<Violation>,
}

impl Resolution {
    /// The source if all of it is there.
    pub(super) fn whole(self) -> Result<ResolvedSource, Vec<Violation>> {
        match self.source {
            Some(source) if self.violations.is_empty() => Ok(source),
            _ => Err(self.violations),
        }
    }

    /// The source if customers can be found.
    pub(super) fn sufficient(self) -> Result<ResolvedSource, Vec<Violation>> {
        self.source.ok_or(self.violations)
    }

    /// Both, for showing.
    pub(super) fn parts(self) -> (Option<ResolvedSource>, Vec<Violation>) {
        (self.source, self.violations)
    }
}

/// Holds a source against the tables it names, which the catalogue found or not.
pub(super) fn resolve(
    source: &CustomerSource,
    customers: Option<&CatalogueTable>,
    events: Option<&CatalogueTable>,
) -> Resolution {
    let mut violations = Vec::new();
    let mut found = source.clone();
    let id = customers_of(&mut found.customers, customers, &mut violations);
    let lost = violations.len();
    let columns = source.events.as_ref().map(|chosen| events_of(chosen, events, &mut violations));
    let resolved = customers.zip(id).map(|(table, id)| {
        let events = match columns {
            None => Events::NotChosen,
            Some(None) => Events::Lost(violations[lost..].to_vec()),
            Some(Some(columns)) => Events::Found(Arc::new(ResolvedEvents { id: id.clone(), ..columns })),
        };
        ResolvedSource {
            source: found,
            attributes: table.attributes(),
            id_storage: id.storage,
            id,
            customers: Relation::of(table),
            events,
        }
    });
    Resolution { source: resolved, violations }
}

/// The id column; what is not there of the rest is taken out of `chosen`.
fn customers_of(
    chosen: &mut CustomerTable,
    table: Option<&CatalogueTable>,
    violations: &mut Vec<Violation>,
) -> Option<CatalogueColumn> {
    let mut refuse =
        |path: &str, message: String| violations.push(Violation { path: path.to_owned(), message });
    let Some(table) = table else {
        refuse("customers.table", missing_table(&chosen.schema, &chosen.table));
        return None;
    };
    let id = match table.column(&chosen.id_column) {
        None => {
            refuse("customers.idColumn", missing_column(table, &chosen.id_column));
            None
        }
        Some(column) if !can_be_id(column.storage) => {
            let what = "an id";
            refuse("customers.idColumn", unfit(column, what, "text, whole numbers or uuid"));
            None
        }
        Some(column) => Some(column.clone()),
    };
    let shown = [
        ("customers.nameColumn", &mut chosen.name_column),
        ("customers.emailColumn", &mut chosen.email_column),
    ];
    for (path, column) in shown {
        if let Some(name) = column.take_if(|name| table.column(name).is_none()) {
            refuse(path, missing_column(table, &name));
        }
    }
    id
}

/// The columns of events, if all are there; of whose customers is said by the caller.
fn events_of(
    chosen: &EventTable,
    table: Option<&CatalogueTable>,
    violations: &mut Vec<Violation>,
) -> Option<ResolvedEvents> {
    let mut refuse =
        |path: &str, message: String| violations.push(Violation { path: path.to_owned(), message });
    let Some(table) = table else {
        refuse("events.table", missing_table(&chosen.schema, &chosen.table));
        return None;
    };
    let mut column = |path: &str, name: &str, what: &str, fits: fn(Storage) -> bool, types: &str| {
        let found = table.column(name);
        match found {
            None => refuse(path, missing_column(table, name)),
            Some(column) if !fits(column.storage) => refuse(path, unfit(column, what, types)),
            Some(column) => return Some(column.clone()),
        }
        None
    };
    let customer_id = column(
        "events.customerIdColumn",
        &chosen.customer_id_column,
        "a customer's id",
        can_be_customer_id,
        "text, whole numbers or uuid",
    );
    let name = column(
        "events.nameColumn",
        &chosen.name_column,
        "an event's name",
        can_be_event_name,
        "text or whole numbers",
    );
    let time = match &chosen.time_column {
        None => Some(None),
        Some(time) => {
            column("events.timeColumn", time, "a time", can_be_time, "timestamps or dates").map(Some)
        }
    };
    let (customer_id, name, time) = (customer_id?, name?, time?);
    Some(ResolvedEvents { relation: Relation::of(table), id: customer_id.clone(), customer_id, name, time })
}

pub(super) fn can_be_id(storage: Storage) -> bool {
    matches!(
        storage,
        Storage::Text
            | Storage::PaddedText
            | Storage::OtherText
            | Storage::Uuid
            | Storage::Integer
            | Storage::Numeric
    )
}

pub(super) fn can_be_customer_id(storage: Storage) -> bool {
    can_be_id(storage)
}

pub(super) fn can_be_event_name(storage: Storage) -> bool {
    storage.attribute_type() == AttributeType::Text || storage == Storage::Integer
}

pub(super) fn can_be_time(storage: Storage) -> bool {
    matches!(storage, Storage::TimestampWithZone | Storage::TimestampWithoutZone | Storage::Date)
}

fn unfit(column: &CatalogueColumn, what: &str, types: &str) -> String {
    format!("{} cannot be {what}: its type is {}. Choose a column of {types}.", column.name, column.db_type)
}

fn missing_table(schema: &str, table: &str) -> String {
    format!("There is no table or view {schema}.{table} that your database role may read.")
}

fn missing_column(table: &CatalogueTable, column: &str) -> String {
    format!("{}.{} has no column “{column}” that your database role may read.", table.schema, table.table)
}

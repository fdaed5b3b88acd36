//! Entries as rows of CSV, for people with spreadsheets. What can be verified is the other format.
//!
//! Lines come without the line feed at their end, as those of the other format do.

use chrono::{DateTime, Utc};
use halyard_store::audit::chain::Link;
use serde::Deserialize;
use serde_json::Value;

use crate::export::csv::{BYTE_ORDER_MARK, Cell, push_row};

/// The names of the columns, in order.
const COLUMNS: [&str; 14] = [
    "seq",
    "at",
    "actor",
    "db_role",
    "client",
    "action",
    "entity_type",
    "entity_id",
    "entity_key",
    "environments",
    "note",
    "before",
    "after",
    "hash",
];

/// What an entry says.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Said {
    at: Option<DateTime<Utc>>,
    actor: String,
    db_role: String,
    client: String,
    action: String,
    entity_type: String,
    entity_id: String,
    entity_key: String,
    note: String,
    before: Value,
    after: Value,
}

/// The first line, after a byte-order mark.
#[must_use]
pub fn header() -> String {
    let mut out = BYTE_ORDER_MARK.to_owned();
    push_row(&mut out, &COLUMNS.map(Cell::Text));
    without_line_feed(out)
}

/// The line of an entry. One that somebody made unreadable has its number, text and hash.
#[must_use]
pub fn row(link: &Link, environments: &[String]) -> String {
    let said = serde_json::from_str::<Said>(&link.entry)
        .unwrap_or_else(|_| Said { note: link.entry.clone(), ..Said::default() });
    let (environments, hash) = (environments.join(", "), link.hash.to_string());
    let mut out = String::new();
    let cells = [
        Cell::Number(link.seq),
        said.at.map_or(Cell::Empty, Cell::Time),
        Cell::Text(&said.actor),
        Cell::Text(&said.db_role),
        Cell::Text(&said.client),
        Cell::Text(&said.action),
        Cell::Text(&said.entity_type),
        Cell::Text(&said.entity_id),
        Cell::Text(&said.entity_key),
        Cell::Text(&environments),
        Cell::Text(&said.note),
        Cell::Value(&said.before),
        Cell::Value(&said.after),
        Cell::Text(&hash),
    ];
    push_row(&mut out, &cells);
    without_line_feed(out)
}

fn without_line_feed(mut line: String) -> String {
    line.truncate(line.trim_end_matches('\n').len());
    line
}

//! The one place that writes CSV: RFC 4180 with a byte-order mark, times in UTC, and safe to open in a
//! spreadsheet, which would run a cell that looks like a formula.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

/// UTF-8's byte-order mark: without it spreadsheets read another encoding.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What stands in one cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Somebody's text: made safe.
    Text(&'a str),
    /// A whole number.
    Number(i64),
    /// In UTC, to the millisecond.
    Time(DateTime<Utc>),
    /// A string as its text, nothing for null, anything else as JSON.
    Value(&'a Value),
}

impl<'a> Cell<'a> {
    /// A text that may be missing.
    pub(crate) fn optional(text: Option<&'a str>) -> Self {
        text.map_or(Cell::Empty, Cell::Text)
    }
}

/// Appends a line with the cells.
pub(crate) fn push_row(out: &mut String, cells: &[Cell<'_>]) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_cell(out, *cell);
    }
    out.push_str("\r\n");
}

fn push_cell(out: &mut String, cell: Cell<'_>) {
    match cell {
        Cell::Empty | Cell::Value(Value::Null) => {}
        Cell::Text(text) => push_text(out, text),
        // Writing to a string cannot fail.
        Cell::Number(number) => drop(write!(out, "{number}")),
        Cell::Time(time) => out.push_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true)),
        Cell::Value(Value::String(text)) => push_text(out, text),
        // A number that begins with a minus is no formula.
        Cell::Value(Value::Number(number)) => drop(write!(out, "{number}")),
        Cell::Value(value) => push_text(out, &value.to_string()),
    }
}

/// A text that a spreadsheet would take for a formula gets an apostrophe in front
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
fn push_text(out: &mut String, text: &str) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quoted = text.contains(['"', ',', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ');
    if quoted {
        out.push('"');
    }
    if formula {
        out.push('\'');
    }
    if quoted {
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(cell: Cell<'_>, expected: &str) {
        let mut out = String::new();
        push_row(&mut out, &[cell]);
        assert_eq!(out, format!("{expected}\r\n"));
    }

    #[test]
    fn plain_texts_stay_as_they_are() {
        check(Cell::Text("Ana Trujillo"), "Ana Trujillo");
        check(Cell::Text("Größe 🎈"), "Größe 🎈");
        check(Cell::Text(""), "");
        check(Cell::Empty, "");
    }

    #[test]
    fn commas_quotes_and_line_breaks_are_quoted() {
        check(Cell::Text("a,b"), "\"a,b\"");
        check(Cell::Text("say \"hi\""), "\"say \"\"hi\"\"\"");
        check(Cell::Text("two\nlines"), "\"two\nlines\"");
        check(Cell::Text(" spaced "), "\" spaced \"");
    }

    #[test]
    fn what_looks_like_a_formula_is_disarmed() {
        for begin in ["=", "+", "-", "@", "\t"] {
            check(Cell::Text(&format!("{begin}1")), &format!("'{begin}1"));
        }
        check(Cell::Text("=a,b"), "\"'=a,b\"");
        check(Cell::Text("\rx"), "\"'\rx\"");
        check(Cell::Value(&json!("=1+1")), "'=1+1");
        check(Cell::Text("a=b"), "a=b");
    }

    #[test]
    fn numbers_are_not_taken_for_formulas() {
        check(Cell::Number(-5), "-5");
        check(Cell::Value(&json!(-1.5)), "-1.5");
    }

    #[test]
    fn values_are_written_as_json_but_strings_as_text() {
        check(Cell::Value(&json!(true)), "true");
        check(Cell::Value(&json!("dark")), "dark");
        check(Cell::Value(&Value::Null), "");
        check(Cell::Value(&json!({ "a": [1] })), "\"{\"\"a\"\":[1]}\"");
    }

    #[test]
    fn times_are_utc() {
        let time = DateTime::parse_from_rfc3339("2026-03-01T10:00:00.5+02:00").unwrap();
        check(Cell::Time(time.to_utc()), "2026-03-01T08:00:00.500Z");
    }
}

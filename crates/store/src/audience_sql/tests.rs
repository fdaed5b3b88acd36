//! No value changes the shape of a statement, and no name escapes its quotes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::{Value, json};

use super::push_condition;
use crate::attribute::{Attribute, Storage};
use crate::condition::Condition;
use crate::customer_source::Events;
use crate::tenant_sql::TenantSql;

const HOSTILE: &[&str] = &[
    "'; drop table customers; --",
    "' or '1'='1",
    "\\'; select 1; --",
    "$1",
    "$$",
    "$tag$",
    "::text",
    "/* */",
    "-- x",
    "%_\\",
    "\u{2019}; --",
    "E'\\x27'",
    "{1,2}",
    "array['x']",
    "null",
    "\"",
    "\"\"; --",
    "a\u{202e}b",
    "\r\n;",
    "\u{ff07}",
];

fn attribute(name: &str, storage: Storage) -> Attribute {
    Attribute {
        name: name.to_owned(),
        attribute_type: storage.attribute_type(),
        db_type: String::new(),
        nullable: true,
        enum_values: Vec::new(),
        operators: Vec::new(),
        storage,
    }
}

fn sql(json: &Value) -> String {
    let attributes = [
        attribute("plan", Storage::Text),
        attribute("tags", Storage::TextArray),
        attribute("doc", Storage::Json),
    ];
    let condition = Condition::parse(json, "condition").unwrap();
    let condition = condition.check_against(&attributes, &Events::NotChosen, "condition").unwrap();
    let mut sql = TenantSql::default();
    push_condition(&mut sql, &condition);
    sql.build().text().to_owned()
}

#[test]
fn hostile_values_and_paths_leave_the_statement_as_it_is() {
    let with = |text: &str| {
        json!({ "all": [
            { "attribute": "plan", "operator": "equals", "value": text },
            { "attribute": "plan", "operator": "not_in", "value": [text, text], "ignoreCase": true },
            { "attribute": "plan", "operator": "contains", "value": text },
            { "attribute": "plan", "operator": "starts_with", "value": text, "ignoreCase": true },
            { "attribute": "tags", "operator": "contains_none", "value": [text] },
            { "attribute": "doc", "path": [text, text], "type": "text", "operator": "ends_with", "value": text },
            { "attribute": "doc", "path": [text], "type": "date", "operator": "is_set" },
            { "attribute": "doc", "path": [text], "type": "text_array", "operator": "contains_all", "value": [text] },
        ] })
    };
    let harmless = sql(&with("x"));
    for text in HOSTILE {
        assert_eq!(sql(&with(text)), harmless, "{text:?}");
    }
    assert!(!harmless.contains("'x'"));
}

#[test]
fn names_of_columns_are_quoted_whatever_they_are() {
    for name in HOSTILE {
        let mut sql = TenantSql::default();
        sql.identifier(name);
        let quoted = sql.build().text().to_owned();
        let inside = &quoted[1..quoted.len() - 1];
        assert!(quoted.starts_with('"') && quoted.ends_with('"'));
        assert_eq!(inside.replace("\"\"", "").matches('"').count(), 0, "{quoted}");
        assert_eq!(inside.replace("\"\"", "\""), *name);
    }
}

#[test]
fn negative_operators_and_not_never_yield_null() {
    let negative = sql(&json!({ "attribute": "plan", "operator": "not_equals", "value": "x" }));
    assert_eq!(negative, "((c.\"plan\" = $1::text) is not true)");
    let not = sql(&json!({ "not": { "attribute": "plan", "operator": "equals", "value": "x" } }));
    assert_eq!(not, "((c.\"plan\" = $1::text) is not true)");
    let array = sql(
        &json!({ "attribute": "doc", "type": "text_array", "operator": "contains_none", "value": ["x"] }),
    );
    assert!(array.starts_with("((") && array.ends_with(") is not true)"), "{array}");
}

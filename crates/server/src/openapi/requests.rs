//! What administration takes. A test holds the names of the fields against those that are read.

use halyard_engine::limits;
use serde_json::{Value, json};

use super::operation::reference;

/// Every schema of a request, by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("NewFlag", new_flag()),
        ("FlagChanges", flag_changes()),
        ("NewRule", rule()),
        (
            "Toggle",
            object(
                &[],
                json!({ "isActive": boolean("Absent: the opposite of what it is."), "note": note() }),
            ),
        ),
        ("Switch", object(&["enabled"], json!({ "enabled": boolean("On or off."), "note": note() }))),
        ("OnlyNote", object(&[], json!({ "note": note() }))),
        ("Revert", object(&["version"], json!({ "version": version(), "note": note() }))),
        (
            "NewAudience",
            object(
                &["name", "condition"],
                json!({
                    "name": named(), "description": description(),
                    "condition": reference("Condition"), "note": note(),
                }),
            ),
        ),
        (
            "AudienceChanges",
            object(
                &[],
                json!({
                    "name": named(), "description": description(),
                    "condition": reference("Condition"), "note": note(),
                }),
            ),
        ),
        (
            "NewEnvironment",
            object(
                &["key"],
                json!({
                    "key": { "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,49}$" },
                    "name": named(), "color": color(),
                    "production": boolean("Whether changes here are seen by real customers."),
                    "noteRequired": boolean("Whether changing what is live here needs a note. Absent at first: as production."),
                    "note": note(),
                }),
            ),
        ),
        (
            "EnvironmentChanges",
            object(
                &[],
                json!({
                    "name": named(), "color": color(),
                    "production": boolean("Whether changes here are seen by real customers."),
                    "noteRequired": boolean("Whether changing what is live here needs a note. Absent at first: as production."),
                    "note": note(),
                }),
            ),
        ),
        ("NewCustomerSource", customer_source()),
    ]
}

fn new_flag() -> Value {
    object(
        &["key", "type", "defaultValue"],
        json!({
            "key": {
                "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$",
                "description": "Unique among archived and unarchived flags, and not a UUID; never changes.",
            },
            "name": text(limits::NAME, "Absent: the key."),
            "description": description(),
            "type": reference("FlagType"),
            "defaultValue": value(),
            "rules": rules(),
            "clientVisible": boolean("Whether client keys may see it; false if absent."),
            "permanent": boolean("Marked as meant to stay: no hints to clean it up."),
            "tags": tags(),
            "note": note(),
        }),
    )
}

fn flag_changes() -> Value {
    object(
        &[],
        json!({
            "name": text(limits::NAME, "For people."),
            "description": description(),
            "defaultValue": value(),
            "rules": rules(),
            "environments": {
                "type": "object", "additionalProperties": { "type": "boolean" },
                "description": "Environment key → on; those left out are off.",
            },
            "clientVisible": boolean("Whether client keys may see it."),
            "permanent": boolean("Marked as meant to stay."),
            "tags": tags(),
            "note": note(),
        }),
    )
}

fn rule() -> Value {
    object(
        &[],
        json!({
            "id": { "type": "string", "format": "uuid", "description": "Absent: a new rule." },
            "audienceId": { "type": ["string", "null"], "format": "uuid", "description": "Absent: everybody." },
            "percentage": {
                "type": ["number", "null"], "minimum": 0, "maximum": 100,
                "description": "At most 3 decimals. Absent: everyone who passed the audience.",
            },
            "value": { "description": "Of the flag's type; may be left out on a boolean flag, meaning true." },
            "description": description(),
        }),
    )
}

fn customer_source() -> Value {
    let column = json!({ "type": "string", "minLength": 1 });
    let optional = json!({ "type": ["string", "null"] });
    let customers = object(
        &["schema", "table", "idColumn"],
        json!({
            "schema": column, "table": column, "idColumn": column,
            "nameColumn": optional, "emailColumn": optional,
        }),
    );
    let events = object(
        &["schema", "table", "customerIdColumn", "nameColumn"],
        json!({
            "schema": column, "table": column, "customerIdColumn": column,
            "nameColumn": column, "timeColumn": optional,
        }),
    );
    object(
        &["customers"],
        json!({ "customers": customers, "events": { "oneOf": [events, { "type": "null" }] }, "note": note() }),
    )
}

fn object(required: &[&str], properties: Value) -> Value {
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn text(longest: usize, description: &str) -> Value {
    json!({ "type": "string", "maxLength": longest, "description": description })
}

fn named() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": limits::NAME })
}

fn description() -> Value {
    text(limits::DESCRIPTION, "For people.")
}

fn note() -> Value {
    text(limits::NOTE, "Why, for the audit log.")
}

fn boolean(description: &str) -> Value {
    json!({ "type": "boolean", "description": description })
}

fn version() -> Value {
    json!({ "type": "integer", "minimum": 1, "maximum": i32::MAX })
}

fn color() -> Value {
    json!({ "type": "string", "pattern": "^#[0-9A-Fa-f]{6}$" })
}

fn value() -> Value {
    json!({ "description": "Of the flag's type; at most 32 KiB as JSON." })
}

fn rules() -> Value {
    json!({
        "type": "array", "maxItems": limits::RULES, "items": reference("NewRule"),
        "description": "In order: the first that matches serves its value.",
    })
}

fn tags() -> Value {
    let tag = json!({ "type": "string", "minLength": 1, "maxLength": limits::TAG });
    json!({ "type": "array", "maxItems": limits::TAGS, "items": tag })
}

//! The routes of those who run the server.

use serde_json::json;

use super::operation::{Key, Operation};

/// Every operation that needs no key.
pub(super) fn operations() -> Vec<Operation> {
    let operation = |path, id, summary| Operation::new("operations", "get", path, Key::None, id, summary);
    vec![
        operation("/livez", "livez", "Whether the process answers").answers(
            200,
            "It does.",
            Some(json!({ "type": "object" })),
        ),
        operation("/readyz", "readyz", "Whether there is a configuration to evaluate with").answers(
            200,
            "There is.",
            Some(json!({ "type": "object" })),
        ),
        operation("/metrics", "metrics", "The numbers, for Prometheus").answers_as(
            200,
            "In Prometheus' text format.",
            "text/plain",
            Some(json!({ "type": "string" })),
        ),
        operation("/openapi.json", "openapi", "This description").answers(
            200,
            "OpenAPI 3.1.",
            Some(json!({ "type": "object" })),
        ),
    ]
}

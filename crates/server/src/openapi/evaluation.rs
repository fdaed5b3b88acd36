//! The routes that evaluate: the native ones, LaunchDarkly's and OFREP's.

use serde_json::{Value, json};

use super::operation::{Key, Operation, Required, reference};

/// What LaunchDarkly's routes refuse in its shape.
const LAUNCHDARKLY_FAILURES: &[u16] = &[400, 401, 403, 404, 405, 413, 429, 500, 503];
/// What OFREP's routes refuse in its shape.
const OFREP_FAILURES: &[u16] = &[400, 401, 403, 404, 405, 413, 415, 429, 500, 503];

/// Every operation of evaluation.
pub(super) fn operations() -> Vec<Operation> {
    let mut all = native();
    all.extend(launchdarkly());
    all.extend(ofrep());
    all
}

fn native() -> Vec<Operation> {
    let operation =
        |path, id, summary| Operation::new("evaluation", "post", path, Key::Evaluate, id, summary);
    vec![
        operation("/feature-flags/evaluate", "evaluate", "Evaluate one flag")
            .described_as("The environment is the key's.")
            .takes(Required::Yes, reference("EvaluateRequest"))
            .answers(200, "Value and reason.", Some(reference("Evaluated"))),
        operation("/feature-flags/evaluate-all", "evaluateAll", "Evaluate every flag that the key may see")
            .described_as("The environment is the key's.")
            .takes(Required::Yes, reference("EvaluateAllRequest"))
            .answers(200, "LaunchDarkly's flag map.", Some(reference("FlagMap"))),
    ]
}

fn launchdarkly() -> Vec<Operation> {
    let operation =
        |method, path, key, id, summary| Operation::new("launchdarkly", method, path, key, id, summary);
    let evaluated = |path, key, id| {
        cached(
            operation("get", path, key, id, "Evaluate every flag for a context in the address")
                .query("withReasons", "Whether each flag has its reason.", json!({ "type": "boolean" }))
                .answers(200, "The flag map.", Some(reference("FlagMap"))),
        )
        .described_as("The context is JSON as Base64url, padded or not.")
    };
    let events = |path, id| {
        operation("post", path, Key::InPath, id, "Take events, and drop them").answers(202, "Dropped.", None)
    };
    let streams = |path, id| operation("get", path, Key::InPath, id, "There is no streaming");
    let all = vec![
        evaluated("/sdk/evalx/{envId}/contexts/{context}", Key::InPath, "evaluateContext"),
        evaluated("/sdk/evalx/{envId}/users/{context}", Key::InPath, "evaluateUser"),
        evaluated("/msdk/evalx/contexts/{context}", Key::Mobile, "evaluateMobileContext"),
        evaluated("/msdk/evalx/users/{context}", Key::Mobile, "evaluateMobileUser"),
        operation("get", "/sdk/goals/{envId}", Key::InPath, "goals", "There are no goals").answers(
            200,
            "An empty list.",
            Some(json!({ "type": "array", "maxItems": 0 })),
        ),
        events("/events/bulk/{envId}", "events"),
        events("/events/diagnostic/{envId}", "diagnosticEvents"),
        events("/mobile", "mobileEvents"),
        events("/mobile/events", "mobileEventsToo"),
        events("/mobile/events/bulk", "mobileBulkEvents"),
        events("/mobile/events/diagnostic", "mobileDiagnosticEvents"),
        streams("/eval/{rest}", "stream"),
        streams("/meval/{rest}", "mobileContextStream"),
        streams("/ping/{rest}", "ping"),
        streams("/mping", "mobilePing"),
    ];
    all.into_iter().map(|operation| operation.fails_as(LAUNCHDARKLY_FAILURES, reference("Message"))).collect()
}

fn ofrep() -> Vec<Operation> {
    let operation = |path, id, summary| Operation::new("ofrep", "post", path, Key::Evaluate, id, summary);
    vec![
        operation("/ofrep/v1/evaluate/flags/{key}", "ofrepEvaluate", "Evaluate one flag")
            .takes(Required::Yes, reference("OfrepRequest"))
            .answers(200, "Value and reason.", Some(reference("OfrepFlag")))
            .fails_as(OFREP_FAILURES, reference("OfrepError")),
        cached(
            operation(
                "/ofrep/v1/evaluate/flags",
                "ofrepEvaluateAll",
                "Evaluate every flag that the key may see",
            )
            .takes(Required::Yes, reference("OfrepRequest"))
            .answers(200, "Every flag.", Some(reference("OfrepFlags"))),
        )
        .fails_as(OFREP_FAILURES, reference("OfrepError")),
    ]
}

/// What may be asked again with the hash of the last answer.
fn cached(operation: Operation) -> Operation {
    operation
        .header("If-None-Match", "`ETag` of the answer before.", Required::No, json!({ "type": "string" }))
        .with_header(200, "ETag", "A hash of the body.")
        .answers(304, "The same as before.", None)
        .with_header(304, "ETag", "A hash of the body.")
}

/// Every schema of evaluation, by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    let entity =
        json!({ "type": "string", "minLength": 1, "maxLength": 256, "description": "The customer's id." });
    let index = json!({ "type": ["integer", "null"], "minimum": 0 });
    vec![
        (
            "EvaluateRequest",
            json!({
                "type": "object", "required": ["key"],
                "properties": { "key": { "type": "string" }, "entityId": entity },
            }),
        ),
        ("EvaluateAllRequest", json!({ "type": "object", "properties": { "entityId": entity } })),
        (
            "Evaluated",
            json!({
                "type": "object", "required": ["key", "value", "variationIndex", "reason", "version"],
                "properties": {
                    "key": { "type": "string" }, "value": {}, "variationIndex": index,
                    "reason": reference("Reason"), "version": { "type": "integer", "minimum": 1 },
                },
            }),
        ),
        (
            "FlagMap",
            json!({
                "type": "object",
                "description": "Every flag that the key may see, by its key; killed ones included.",
                "additionalProperties": {
                    "type": "object", "required": ["value", "variation", "version"],
                    "properties": {
                        "value": {}, "variation": index,
                        "version": { "type": "integer" }, "flagVersion": { "type": "integer" },
                        "trackEvents": { "type": "boolean" }, "reason": reference("Reason"),
                    },
                },
            }),
        ),
        ("Reason", reason()),
        (
            "Message",
            json!({
                "type": "object", "required": ["message"], "properties": { "message": { "type": "string" } },
            }),
        ),
        (
            "OfrepRequest",
            json!({
                "type": "object", "required": ["context"],
                "properties": {
                    "context": {
                        "type": "object", "required": ["targetingKey"],
                        "properties": { "targetingKey": entity },
                    },
                },
            }),
        ),
        (
            "OfrepFlag",
            json!({
                "type": "object", "required": ["key", "value", "reason"],
                "properties": {
                    "key": { "type": "string" }, "value": {},
                    "reason": { "enum": ["STATIC", "TARGETING_MATCH", "SPLIT", "DISABLED", "ERROR"] },
                    "variant": { "type": "string" }, "metadata": { "type": "object" },
                },
            }),
        ),
        (
            "OfrepFlags",
            json!({
                "type": "object", "required": ["flags"],
                "properties": {
                    "flags": { "type": "array", "items": { "type": "object" } },
                    "metadata": { "type": "object" },
                },
            }),
        ),
        (
            "OfrepError",
            json!({
                "type": "object",
                "properties": {
                    "key": { "type": "string" }, "errorCode": { "type": "string" },
                    "errorDetails": { "type": "string" },
                },
            }),
        ),
    ]
}

fn reason() -> Value {
    let kind = |kind: &str, fields: Value| {
        let mut properties = fields;
        let required: Vec<String> =
            properties.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
        properties["kind"] = json!({ "const": kind });
        if matches!(kind, "RULE_MATCH" | "FALLTHROUGH") {
            properties["stale"] = json!({
                "const": true, "description": "Decided on the last known membership, during an outage.",
            });
        }
        let required: Vec<String> = std::iter::once("kind".to_owned()).chain(required).collect();
        json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
    };
    let rule = json!({
        "ruleIndex": { "type": "integer", "minimum": 0 }, "ruleId": { "type": "string", "format": "uuid" },
    });
    json!({
        "oneOf": [
            kind("OFF", json!({ "offBy": { "enum": ["KILL_SWITCH", "ENVIRONMENT"] } })),
            kind("RULE_MATCH", rule),
            kind("FALLTHROUGH", json!({})),
            kind(
                "ERROR",
                json!({ "errorKind": { "enum": ["FLAG_NOT_FOUND", "AUDIENCE_UNAVAILABLE", "EXCEPTION"] } }),
            ),
        ],
    })
}

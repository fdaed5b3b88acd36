//! One operation: a method on a path, with what it takes and everything it can answer.

use serde_json::{Value, json};

/// What opens an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// An admin key of this role or a greater one.
    Admin(&'static str),
    /// A server or client key.
    Evaluate,
    /// A key as LaunchDarkly's mobile clients send it.
    Mobile,
    /// A client key in the address.
    InPath,
    /// Nothing.
    None,
}

/// What may go wrong on a route whatever it does.
const ALWAYS: &[u16] = &[400, 404, 405, 413, 414, 431, 500, 503];

pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    id: &'static str,
    tag: &'static str,
    summary: &'static str,
    description: Option<&'static str>,
    key: Key,
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: serde_json::Map<String, Value>,
}

impl Operation {
    /// An operation without parameters and body, that can fail like any other.
    pub(super) fn new(
        tag: &'static str,
        method: &'static str,
        path: &'static str,
        key: Key,
        id: &'static str,
        summary: &'static str,
    ) -> Self {
        let mut operation = Operation {
            method,
            path,
            id,
            tag,
            summary,
            description: None,
            key,
            parameters: Vec::new(),
            body: None,
            answers: serde_json::Map::new(),
        };
        for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            operation.parameters.push(json!({
                "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 },
            }));
        }
        let operation = operation.refuses(ALWAYS);
        match key {
            Key::None => operation,
            _ => operation.refuses(&[401, 403, 429]),
        }
    }

    pub(super) fn described_as(mut self, description: &'static str) -> Self {
        self.description = Some(description);
        self
    }

    /// A query parameter that may be left out.
    pub(super) fn query(mut self, name: &str, description: &str, schema: Value) -> Self {
        self.parameters.push(json!({
            "name": name, "in": "query", "description": description, "schema": schema,
        }));
        self
    }

    pub(super) fn header(mut self, name: &str, description: &str, required: Required, schema: Value) -> Self {
        self.parameters.push(json!({
            "name": name, "in": "header", "description": description,
            "required": required == Required::Yes, "schema": schema,
        }));
        self
    }

    /// A JSON body.
    pub(super) fn takes(mut self, required: Required, schema: Value) -> Self {
        self.body = Some(json!({
            "required": required == Required::Yes,
            "content": { "application/json": { "schema": schema } },
        }));
        self.refuses(&[415])
    }

    /// What it answers when all is well.
    pub(super) fn answers(self, status: u16, description: &str, schema: Option<Value>) -> Self {
        self.answers_as(status, description, "application/json", schema)
    }

    pub(super) fn answers_as(
        mut self,
        status: u16,
        description: &str,
        media_type: &str,
        schema: Option<Value>,
    ) -> Self {
        let mut answer = json!({ "description": description });
        if let Some(schema) = schema {
            answer["content"][media_type]["schema"] = schema;
        }
        self.answers.insert(status.to_string(), answer);
        self
    }

    /// A header of an answer that was named before.
    pub(super) fn with_header(mut self, status: u16, name: &str, description: &str) -> Self {
        if let Some(answer) = self.answers.get_mut(&status.to_string()) {
            answer["headers"][name] = json!({ "description": description, "schema": { "type": "string" } });
        }
        self
    }

    /// Statuses that come as problems.
    pub(super) fn refuses(mut self, statuses: &[u16]) -> Self {
        for &status in statuses {
            let description = axum::http::StatusCode::from_u16(status)
                .ok()
                .and_then(|status| status.canonical_reason())
                .unwrap_or("Error");
            self =
                self.answers_as(status, description, "application/problem+json", Some(reference("Problem")));
            match status {
                405 => self = self.with_header(status, "Allow", "The methods of the route."),
                429 | 503 => self = self.with_header(status, "Retry-After", "Seconds to wait."),
                _ => {}
            }
        }
        self
    }

    /// Statuses that come in the shape of a foreign contract.
    pub(super) fn fails_as(mut self, statuses: &[u16], schema: Value) -> Self {
        for &status in statuses {
            self = self.refuses(&[status]);
            if let Some(answer) = self.answers.get_mut(&status.to_string()) {
                answer["content"] = json!({ "application/json": { "schema": schema } });
            }
        }
        self
    }

    /// The operation in the words of OpenAPI.
    pub(super) fn described(self) -> Value {
        let mut described = json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "responses": self.answers,
            "security": match self.key {
                Key::Admin(_) => json!([{ "admin": [] }]),
                Key::Evaluate => json!([{ "evaluate": [] }, { "evaluateHeader": [] }]),
                Key::Mobile => json!([{ "mobile": [] }, { "evaluate": [] }, { "evaluateHeader": [] }]),
                Key::InPath | Key::None => json!([]),
            },
        });
        let role = match self.key {
            Key::Admin(role) => Some(format!("Needs an admin key of the role {role} or a greater one.")),
            Key::InPath => Some("The client key is part of the address.".to_owned()),
            _ => None,
        };
        let words: Vec<String> = self.description.map(str::to_owned).into_iter().chain(role).collect();
        if !words.is_empty() {
            described["description"] = json!(words.join(" "));
        }
        if !self.parameters.is_empty() {
            described["parameters"] = json!(self.parameters);
        }
        if let Some(body) = self.body {
            described["requestBody"] = body;
        }
        described
    }
}

/// Whether a body or a header may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Required {
    Yes,
    No,
}

/// A schema by its name.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

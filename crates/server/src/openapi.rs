//! The description of every route: `/openapi.json`, OpenAPI 3.1.
//!
//! What is answered is described by the types themselves (`ToSchema`); what is sent, and the routes,
//! by the tables in this folder, which a test holds against the router. The method REPORT, which
//! OpenAPI 3.1 does not know, is described in words.

mod administration;
mod evaluation;
mod operation;
mod operations;
mod requests;

use std::sync::LazyLock;

use axum::{Router, http::header, response::IntoResponse, routing::get};
use halyard_store::{
    audiences::Audience,
    audit::AuditPage,
    customer_source::CustomerSource,
    environments::Environment,
    flags::{Flag, FlagsPage},
};
use serde_json::{Value, json};
use utoipa::OpenApi;

use self::operation::Operation;
use crate::{
    Api,
    administration::{AudiencesPage, Environments},
    problem::ProblemBody,
};

/// What is answered, and everything inside it.
#[derive(OpenApi)]
#[openapi(components(schemas(
    Audience,
    AudiencesPage,
    AuditPage,
    CustomerSource,
    Environment,
    Environments,
    Flag,
    FlagsPage,
    ProblemBody,
)))]
struct Answers;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());

/// The route of the description itself; needs no key.
pub(crate) fn routes() -> Router<Api> {
    Router::new().route("/openapi.json", get(show))
}

async fn show() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}

/// Every operation of the server.
fn all() -> Vec<Operation> {
    let mut all = administration::operations();
    all.extend(evaluation::operations());
    all.extend(operations::operations());
    all
}

fn document() -> Value {
    let mut paths = json!({});
    for operation in all() {
        let (path, method) = (operation.path, operation.method);
        paths[path][method] = operation.described();
    }
    let mut schemas = json!({});
    if let Some(components) = Answers::openapi().components {
        for (name, schema) in components.schemas {
            schemas[name] = json!(schema);
        }
    }
    for (name, schema) in requests::schemas().into_iter().chain(evaluation::schemas()) {
        schemas[name] = schema;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Halyard",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Audience-targeted feature flags on your own Postgres: administration, \
                            evaluation, LaunchDarkly's client-side contract and the OpenFeature Remote \
                            Evaluation Protocol.",
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
        },
        "tags": [
            { "name": "administration", "description": "For admin keys; no CORS." },
            { "name": "evaluation", "description": "For server keys, which see every flag, and client keys, \
                which see the client-visible ones; open to pages of every origin." },
            { "name": "launchdarkly", "description": "What LaunchDarkly's client-side SDKs ask for. Routes \
                with the method REPORT, which OpenAPI cannot describe, answer like the GET beside them and \
                take the context as their body: `/sdk/evalx/{envId}/context`, `/sdk/evalx/{envId}/user`, \
                `/msdk/evalx/context`, `/msdk/evalx/user`." },
            { "name": "ofrep", "description": "OpenFeature Remote Evaluation Protocol 0.3.0." },
            { "name": "operations", "description": "For whoever runs the server; no key." },
        ],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "admin": {
                    "type": "http", "scheme": "bearer",
                    "description": "An admin key, `hal_adm_…`, of the role viewer, operator, editor or admin.",
                },
                "evaluate": {
                    "type": "http", "scheme": "bearer",
                    "description": "A server key, `hal_srv_…`, or a client key, `hal_cli_…`.",
                },
                "evaluateHeader": {
                    "type": "apiKey", "in": "header", "name": "X-API-Key",
                    "description": "The same as `evaluate`.",
                },
                "mobile": {
                    "type": "apiKey", "in": "header", "name": "Authorization",
                    "description": "A client key as it is, or after `api_key `.",
                },
            },
        },
    })
}

//! Administration over HTTP: every route, what it answers and what it refuses, on a real Postgres.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod audiences;
mod audit_log;
mod customer_source;
mod described;
mod environments;
mod flags;
mod hostile;
mod lists;
mod roles;
#[path = "../support/mod.rs"]
mod support;
mod switches;

use serde_json::{Value, json};
use support::{Answered, Asking, TestServer};

/// A request with the admin key.
trait AsAdmin {
    fn admin(&self, method: &str, path: &str) -> Asking;
}

impl AsAdmin for TestServer {
    fn admin(&self, method: &str, path: &str) -> Asking {
        self.ask(method, path).key(&self.keys.admin)
    }
}

/// The answer must be a problem of this status and code.
#[track_caller]
fn problem(answered: &Answered, status: u16, code: &str) -> Value {
    assert_eq!(answered.status.as_u16(), status, "{}", answered.text());
    assert_eq!(answered.header("content-type"), "application/problem+json");
    let body = answered.json();
    assert_eq!(body["type"], "about:blank");
    assert_eq!(body["status"], status);
    assert_eq!(body["code"], code);
    assert!(body["title"].is_string() && body["detail"].is_string(), "{body}");
    body
}

/// The answer must be 400 with exactly these paths, in any order.
#[track_caller]
fn refused_fields(answered: &Answered, paths: &[&str]) {
    let body = problem(answered, 400, "invalid");
    let mut found: Vec<&str> =
        body["errors"].as_array().unwrap().iter().map(|error| error["path"].as_str().unwrap()).collect();
    let mut paths = paths.to_vec();
    found.sort_unstable();
    paths.sort_unstable();
    assert_eq!(found, paths, "{body}");
}

/// A flag made over HTTP.
async fn made(server: &TestServer, body: Value) -> Value {
    server.admin("POST", "/feature-flags").json(body).send().await.expect(201).json()
}

/// A boolean flag made over HTTP.
async fn made_boolean(server: &TestServer, key: &str) -> Value {
    made(server, json!({ "key": key, "type": "boolean", "defaultValue": false })).await
}

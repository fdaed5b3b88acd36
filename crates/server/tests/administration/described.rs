//! `/openapi.json` against the server that answers.

use serde_json::{Value, json};

use crate::{AsAdmin, made_boolean, support::TestServer};

async fn document(server: &TestServer) -> Value {
    let answered = server.get("/openapi.json").send().await.expect(200);
    assert_eq!(answered.header("content-type"), "application/json");
    answered.json()
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(|(method, operation)| (method.to_uppercase(), path.clone(), operation.clone()))
    });
    each.collect()
}

/// The path with something in each of its places.
fn filled(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_described_operation_exists() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    assert_eq!(document["openapi"], "3.1.0");
    for (method, path, operation) in operations(&document) {
        let answered = server.ask(&method, &filled(&path)).send().await;
        let status = answered.status.as_u16().to_string();
        assert_ne!(status, "405", "{method} {path} is described, but does not exist");
        let body = answered.text();
        assert!(!body.contains("There is no such route"), "{method} {path} is described, but does not exist");
        assert!(operation["responses"].get(&status).is_some(), "{method} {path} answers {status}: {body}");
    }
}

/// The routes that the source declares, so that none is forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_described() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    let mut declared = Vec::new();
    collect_routes(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut declared);
    assert!(declared.len() > 30, "{declared:?}");
    // OpenAPI has no method REPORT: its routes are described in words.
    let words = document["tags"].to_string();
    let mut described: Vec<String> = words.split('`').skip(1).step_by(2).map(unnamed).collect();
    described.extend(document["paths"].as_object().unwrap().keys().map(|path| unnamed(path)));
    for path in declared {
        assert!(described.contains(&unnamed(&path)), "{path} is not described");
    }
}

/// The path without the names of its places.
fn unnamed(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
}

fn collect_routes(folder: &std::path::Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_routes(&path, found);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for call in source.split(".route(").skip(1) {
            if let Some(literal) = call.trim_start().strip_prefix('"') {
                found.push(literal.split('"').next().unwrap().to_owned());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reference_leads_somewhere() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    let mut references = Vec::new();
    collect_references(&document, &mut references);
    assert!(references.len() > 100);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect_references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                found.push(reference.clone());
            }
            fields.values().for_each(|field| collect_references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, found)),
        _ => {}
    }
}

/// A body with one unknown field is answered with the fields that are known.
#[tokio::test(flavor = "multi_thread")]
async fn described_fields_of_requests_are_those_that_are_read() {
    let server = TestServer::start().await;
    made_boolean(&server, "x").await;
    let audience = server.audience("enterprise").await;
    let document = document(&server).await;
    let mut checked = 0;
    for (method, path, operation) in operations(&document) {
        if operation["tags"] != json!(["administration"]) {
            continue;
        }
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let Some(schema) = schema.as_str() else { continue };
        let schema = document.pointer(schema.strip_prefix('#').unwrap()).unwrap();
        let mut described: Vec<&str> =
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let path = if path == "/audiences/{id}" { format!("/audiences/{audience}") } else { filled(&path) };
        let asking = server.admin(&method, &path).header("if-match", "*");
        let answered = asking.json(json!({ "zzz": 1 })).send().await.expect(400).json();
        let errors = answered["errors"].as_array().unwrap();
        let unknown = errors.iter().find(|error| error["path"] == "zzz").unwrap();
        let known = unknown["message"].as_str().unwrap().split_once("Known are ").unwrap().1;
        let mut known: Vec<&str> = known.trim_end_matches('.').split(", ").collect();
        known.sort_unstable();
        described.sort_unstable();
        assert_eq!(described, known, "{method} {path}");
        let required: Vec<&Value> = schema["required"].as_array().into_iter().flatten().collect();
        let missing = errors.iter().filter(|error| error["path"] != "zzz").map(|error| &error["path"]);
        assert_eq!(missing.collect::<Vec<_>>().len(), required.len(), "{method} {path}: {answered}");
        checked += 1;
    }
    assert!(checked >= 12, "{checked}");
}

//! Who may do what: each role on each route, and everybody without a role.

use halyard_store::sdk_keys::{KeyKind, KeyRole};
use serde_json::{Value, json};

use crate::{AsAdmin, made_boolean, problem, support::TestServer};

const ROLES: [KeyRole; 4] = [KeyRole::Viewer, KeyRole::Operator, KeyRole::Editor, KeyRole::Admin];

/// Every route, the least role for it, and a body that is right.
fn routes(audience: &str) -> Vec<(&'static str, String, KeyRole, Option<Value>)> {
    let flag = |action: &str| format!("/feature-flags/f{action}");
    let audiences = format!("/audiences/{audience}");
    let customers = json!({ "schema": "public", "table": "customers", "idColumn": "id" });
    let condition = json!({ "attribute": "plan", "operator": "is_set" });
    vec![
        ("GET", "/feature-flags".to_owned(), KeyRole::Viewer, None),
        ("GET", flag(""), KeyRole::Viewer, None),
        ("GET", "/audiences".to_owned(), KeyRole::Viewer, None),
        ("GET", audiences.clone(), KeyRole::Viewer, None),
        ("GET", "/environments".to_owned(), KeyRole::Viewer, None),
        ("GET", "/customer-source".to_owned(), KeyRole::Viewer, None),
        ("GET", "/audit-log".to_owned(), KeyRole::Viewer, None),
        ("POST", flag("/toggle"), KeyRole::Operator, None),
        ("POST", flag("/environments/production"), KeyRole::Operator, Some(json!({ "enabled": true }))),
        (
            "POST",
            "/feature-flags".to_owned(),
            KeyRole::Editor,
            Some(json!({ "key": "new", "type": "boolean", "defaultValue": false })),
        ),
        ("PATCH", flag(""), KeyRole::Editor, Some(json!({ "name": "F" }))),
        ("POST", flag("/archive"), KeyRole::Editor, None),
        ("POST", flag("/unarchive"), KeyRole::Editor, None),
        ("POST", flag("/revert"), KeyRole::Editor, Some(json!({ "version": 1 }))),
        (
            "POST",
            "/audiences".to_owned(),
            KeyRole::Editor,
            Some(json!({ "name": "new", "condition": condition })),
        ),
        ("PATCH", audiences.clone(), KeyRole::Editor, Some(json!({ "name": "A" }))),
        ("DELETE", audiences, KeyRole::Editor, None),
        ("POST", "/environments".to_owned(), KeyRole::Editor, Some(json!({ "key": "new" }))),
        ("PATCH", "/environments/qa".to_owned(), KeyRole::Editor, Some(json!({ "name": "Q" }))),
        ("DELETE", "/environments/qa".to_owned(), KeyRole::Editor, None),
        ("PUT", "/customer-source".to_owned(), KeyRole::Admin, Some(json!({ "customers": customers }))),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_opens_its_routes_and_no_others() {
    for role in ROLES {
        let server = TestServer::start().await;
        made_boolean(&server, "f").await;
        server.admin("POST", "/environments").json(json!({ "key": "qa" })).send().await.expect(201);
        let audience = server.audience("enterprise").await;
        let key = server.key(KeyKind::Admin, None, Some(role)).await;
        let before = server.number("select count(*) from halyard.audit_entries").await;
        let mut changes = 0;
        for (method, path, least, body) in routes(&audience) {
            let mut asking = server.ask(method, &path).key(&key).header("if-match", "*");
            if let Some(body) = body {
                asking = asking.json(body);
            }
            let answered = asking.send().await;
            if role >= least {
                assert!(answered.status.is_success(), "{role:?} {method} {path}: {}", answered.text());
                changes += i64::from(method != "GET");
            } else {
                let body = problem(&answered, 403, "permission_denied");
                let detail = body["detail"].as_str().unwrap().to_lowercase();
                let named = format!("{least:?}").to_lowercase();
                assert!(detail.contains(&named), "{role:?} {method} {path}: {detail}");
            }
            assert!(!answered.headers.contains_key("access-control-allow-origin"), "{method} {path}");
        }
        let after = server.number("select count(*) from halyard.audit_entries").await;
        assert!(after - before <= changes, "{role:?} made changes it may not make");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_opens_without_an_admin_key() {
    let server = TestServer::start().await;
    let nobody = "0192f0c6-0000-7000-8000-000000000000";
    let before = server.number("select count(*) from halyard.audit_entries").await;
    let mistyped = format!("{}x", &server.keys.admin[..server.keys.admin.len() - 1]);
    for (method, path, _, body) in routes(nobody) {
        let ask = || {
            let asking = server.ask(method, &path).header("if-match", "*");
            match &body {
                Some(body) => asking.json(body.clone()),
                None => asking,
            }
        };
        let none = ask().send().await;
        problem(&none, 401, "unauthenticated");
        assert!(none.header("www-authenticate").starts_with("Bearer"), "{method} {path}");
        for key in [mistyped.as_str(), "", "hal_adm_", "🤖"] {
            let answered = ask().key(key).send().await;
            problem(&answered, 401, "unauthenticated");
            assert!(key.is_empty() || !answered.text().contains(key), "the key is not repeated");
        }
        for key in [&server.keys.server, &server.keys.client] {
            let status = ask().key(key).send().await.status.as_u16();
            assert!([401, 403].contains(&status), "{method} {path}: {status}");
        }
    }
    assert_eq!(server.number("select count(*) from halyard.audit_entries").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn revoked_key_opens_nothing() {
    let server = TestServer::start().await;
    let key = server.key(KeyKind::Admin, None, Some(KeyRole::Viewer)).await;
    server.get("/feature-flags").key(&key).send().await.expect(200);
    let all = server.store.sdk_keys().await.unwrap();
    let id = all.iter().find(|key| key.role == Some(KeyRole::Viewer)).unwrap().id;
    server.store.sdk_key_revoke(id, &crate::support::ada()).await.unwrap();
    server.caught_up().await;
    problem(&server.get("/feature-flags").key(&key).send().await, 401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn lack_of_a_role_is_said_before_anything_about_the_request() {
    let server = TestServer::start().await;
    let key = server.key(KeyKind::Admin, None, Some(KeyRole::Viewer)).await;
    let answered = server.post("/feature-flags").key(&key).body("{").send().await;
    problem(&answered, 403, "permission_denied");
    let unknown = server.ask("PATCH", "/feature-flags/nobody").key(&key).send().await;
    problem(&unknown, 403, "permission_denied");
}

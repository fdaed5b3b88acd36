//! Making, showing and changing flags.

use serde_json::json;

use crate::{AsAdmin, made, made_boolean, problem, refused_fields, support::TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn flag_is_made_active_and_off_everywhere() {
    let server = TestServer::start().await;
    let audience = server.audience("enterprise").await;
    let answered = server
        .admin("POST", "/feature-flags")
        .json(json!({
            "key": "new-dashboard", "name": "New dashboard", "description": "For those who pay",
            "type": "string", "defaultValue": "old", "clientVisible": true, "permanent": true,
            "tags": ["growth"], "note": "as agreed",
            "rules": [{ "audienceId": audience, "percentage": 33.333, "value": "new", "description": "a third" }],
        }))
        .send()
        .await
        .expect(201);
    let flag = answered.json();
    let id = flag["id"].as_str().unwrap();
    assert_eq!(answered.header("location"), format!("/feature-flags/{id}"));
    assert_eq!(answered.header("etag"), "\"1\"");
    assert_eq!(answered.header("cache-control"), "no-store");
    assert_eq!(
        flag,
        json!({
            "id": id, "key": "new-dashboard", "name": "New dashboard", "description": "For those who pay",
            "type": "string", "defaultValue": "old",
            "rules": [{
                "id": flag["rules"][0]["id"], "audienceId": audience, "percentage": 33.333, "value": "new",
                "description": "a third",
            }],
            "environments": {}, "isActive": true, "clientVisible": true, "permanent": true,
            "tags": ["growth"], "version": 1, "createdAt": flag["createdAt"], "updatedAt": flag["updatedAt"],
            "updatedBy": "Test admin", "archivedAt": null, "killedAt": null, "killedBy": null,
        })
    );
    for path in [answered.header("location"), "/feature-flags/new-dashboard"] {
        let shown = server.admin("GET", path).send().await.expect(200);
        assert_eq!(shown.json(), flag);
        assert_eq!(shown.header("etag"), "\"1\"");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn flag_needs_no_more_than_key_type_and_default() {
    let server = TestServer::start().await;
    let flag = made(&server, json!({ "key": "plain", "type": "json", "defaultValue": null })).await;
    assert_eq!(flag["name"], "plain");
    assert_eq!(flag["clientVisible"], false);
    assert_eq!(flag["defaultValue"], json!(null));
    assert_eq!(flag["rules"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_wrong_with_a_new_flag_is_named_at_once() {
    let server = TestServer::start().await;
    let body = json!({
        "key": "not a key", "name": 3, "type": "boolean", "defaultValue": "text", "colour": "red",
        "clientVisible": null, "tags": ["", 7],
        "rules": [
            { "percentage": "half", "value": 1 },
            { "percentage": 12.3456, "audience": "x" },
            { "percentage": 101 },
            "rule",
        ],
    });
    let answered = server.admin("POST", "/feature-flags").json(body).send().await;
    refused_fields(
        &answered,
        &[
            "key",
            "name",
            "defaultValue",
            "colour",
            "clientVisible",
            "tags",
            "rules[0].percentage",
            "rules[1].audience",
            "rules[2].percentage",
            "rules[3]",
        ],
    );
    let empty = server.admin("POST", "/feature-flags").json(json!({})).send().await;
    refused_fields(&empty, &["key", "type", "defaultValue"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_on_an_audience_that_is_not_there_is_refused() {
    let server = TestServer::start().await;
    let gone = "0192f0c6-0000-7000-8000-000000000000";
    let body = json!({
        "key": "x", "type": "boolean", "defaultValue": false, "rules": [{}, { "audienceId": gone }],
    });
    let answered = server.admin("POST", "/feature-flags").json(body).send().await;
    refused_fields(&answered, &["rules[1].audienceId"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn key_that_is_taken_is_409_and_names_the_flag() {
    let server = TestServer::start().await;
    let first = made_boolean(&server, "taken").await;
    server.admin("POST", "/feature-flags/taken/archive").send().await.expect(200);
    let again = json!({ "key": "taken", "type": "boolean", "defaultValue": false });
    let answered = server.admin("POST", "/feature-flags").json(again).send().await;
    let body = problem(&answered, 409, "already_exists");
    assert_eq!(body["flags"], json!([{ "id": first["id"], "key": "taken" }]));
    assert_eq!(body["archived"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn flag_that_is_not_there_is_404_on_every_route() {
    let server = TestServer::start().await;
    for id in ["nobody", "0192f0c6-0000-7000-8000-000000000000", "%00", "a%2Fb", "%F0%9F%9A%A9"] {
        for (method, action, body) in [
            ("GET", "", None),
            ("PATCH", "", Some(json!({}))),
            ("POST", "/toggle", None),
            ("POST", "/environments/production", Some(json!({ "enabled": true }))),
            ("POST", "/archive", None),
            ("POST", "/unarchive", None),
            ("POST", "/revert", Some(json!({ "version": 1 }))),
        ] {
            let mut asking = server.admin(method, &format!("/feature-flags/{id}{action}"));
            asking = asking.header("if-match", "*");
            if let Some(body) = body {
                asking = asking.json(body);
            }
            problem(&asking.send().await, 404, "not_found");
        }
    }
    problem(&server.admin("GET", "/feature-flags/%FF").send().await, 404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn change_replaces_the_fields_that_are_sent() {
    let server = TestServer::start().await;
    let flag = made(
        &server,
        json!({ "key": "f", "type": "number", "defaultValue": 1, "tags": ["a"], "rules": [{ "value": 2 }] }),
    )
    .await;
    let rule = &flag["rules"][0]["id"];
    let answered = server
        .admin("PATCH", "/feature-flags/f")
        .header("if-match", "\"1\"")
        .json(json!({
            "defaultValue": 1.5, "rules": [{ "value": 3 }, { "id": rule, "value": 2 }],
            "environments": { "production": true },
        }))
        .send()
        .await
        .expect(200);
    let changed = answered.json();
    assert_eq!(answered.header("etag"), "\"2\"");
    assert_eq!(changed["version"], 2);
    assert_eq!(changed["defaultValue"], 1.5);
    assert_eq!(changed["tags"], json!(["a"]));
    assert_eq!(changed["rules"][1]["id"], *rule);
    assert_eq!(changed["environments"], json!({ "production": true }));

    let same = server
        .admin("PATCH", "/feature-flags/f")
        .header("if-match", "\"2\"")
        .json(json!({ "defaultValue": 1.5 }))
        .send()
        .await
        .expect(200);
    assert_eq!(same.json()["version"], 2, "a change that changes nothing writes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_wrong_with_a_change_is_named_at_once() {
    let server = TestServer::start().await;
    made(&server, json!({ "key": "f", "type": "string", "defaultValue": "a" })).await;
    let answered = server
        .admin("PATCH", "/feature-flags/f")
        .header("if-match", "\"1\"")
        .json(json!({
            "key": "g", "type": "number", "isActive": false, "defaultValue": 1, "rules": [{}],
            "name": "n".repeat(201), "note": false,
        }))
        .send()
        .await;
    refused_fields(&answered, &["key", "type", "isActive", "note", "defaultValue", "rules[0].value", "name"]);
    let unknown = server
        .admin("PATCH", "/feature-flags/f")
        .header("if-match", "\"1\"")
        .json(json!({ "environments": { "moon": true, "Not A Key": true } }))
        .send()
        .await;
    refused_fields(&unknown, &["environments.moon", "environments[\"Not A Key\"]"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn change_needs_the_version_it_starts_from() {
    let server = TestServer::start().await;
    made_boolean(&server, "f").await;
    let change = || server.admin("PATCH", "/feature-flags/f").json(json!({ "name": "g" }));
    problem(&change().send().await, 428, "precondition_required");
    for garbage in ["1", "W/\"1\"", "\"one\"", "\"0\"", "\"1", "\"1\" \"2\"", "\"1\", *"] {
        refused_fields(&change().header("if-match", garbage).send().await, &["If-Match"]);
    }
    let never = problem(&change().header("if-match", "\"9\"").send().await, 412, "conflict");
    assert_eq!(never["current"]["version"], 1);
    let changed = change().header("if-match", "\"7\", \"1\"").send().await;
    problem(&changed, 412, "conflict");
    change().header("if-match", "\"1\"").send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn field_changed_since_is_412_with_the_flag_as_it_is_now() {
    let server = TestServer::start().await;
    made_boolean(&server, "f").await;
    let change = |version: &'static str, body| {
        server.admin("PATCH", "/feature-flags/f").header("if-match", version).json(body).send()
    };
    let mine = change("\"1\"", json!({ "name": "mine" })).await.expect(200).json();
    let body = problem(&change("\"1\"", json!({ "name": "theirs" })).await, 412, "conflict");
    assert_eq!(body["fields"], json!(["name"]));
    assert_eq!(body["current"], mine);
    // Another field, or the same value, does not conflict.
    change("\"1\"", json!({ "description": "theirs" })).await.expect(200);
    change("\"1\"", json!({ "name": "mine" })).await.expect(200);
    // Whatever version there is.
    let last = change("*", json!({ "name": "theirs" })).await.expect(200).json();
    assert_eq!((&last["name"], &last["version"]), (&json!("theirs"), &json!(4)));
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_with_a_star_all_succeed_at_the_same_time() {
    let server = TestServer::start().await;
    made_boolean(&server, "f").await;
    let changes = (0..12).map(|n| {
        let asking = server.admin("PATCH", "/feature-flags/f").header("if-match", "*");
        tokio::spawn(asking.json(json!({ "name": format!("name {n}") })).send())
    });
    for change in changes.collect::<Vec<_>>() {
        change.await.unwrap().expect(200);
    }
    assert_eq!(server.admin("GET", "/feature-flags/f").send().await.json()["version"], 13);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_change_one_field_at_once_one_is_refused() {
    let server = TestServer::start().await;
    made_boolean(&server, "f").await;
    let change = |name: &str| {
        let asking = server.admin("PATCH", "/feature-flags/f").header("if-match", "\"1\"");
        tokio::spawn(asking.json(json!({ "name": name })).send())
    };
    let (one, other) = (change("one"), change("other"));
    let mut statuses = [one.await.unwrap().status.as_u16(), other.await.unwrap().status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[tokio::test(flavor = "multi_thread")]
async fn flag_called_like_another_route_is_reached_by_its_location() {
    let server = TestServer::start().await;
    let flag = made_boolean(&server, "evaluate").await;
    let path = format!("/feature-flags/{}", flag["id"].as_str().unwrap());
    assert_eq!(server.admin("GET", &path).send().await.expect(200).json(), flag);
    let killed = server.admin("POST", "/feature-flags/evaluate/toggle").send().await.expect(200).json();
    assert_eq!(killed["isActive"], false);
}

//! Every limit of the domain, from the page's side: the code, and the path of each field.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{TestApp, new_flag, with};

/// `flag_create` with one thing wrong answers with exactly this path.
async fn check_new_flag(test: &TestApp, fields: Value, path: &str) {
    let request = with(new_flag("limits"), fields.clone());
    let paths = test.violations("flag_create", request).await;
    let shown: String = fields.to_string().chars().take(200).collect();
    assert_eq!(paths, [path], "{shown}");
}

fn rules(count: usize) -> Value {
    json!(vec![json!({ "value": true }); count])
}

fn string_rule(rule: Value) -> Value {
    json!({ "type": "string", "defaultValue": "", "rules": [rule] })
}

#[tokio::test]
async fn each_limit_of_a_new_flag_is_refused_by_name() {
    let test = TestApp::connected().await;
    for key in ["", "-a", ".a", "a b", "ü", "a/b", &"k".repeat(101), &Uuid::new_v4().to_string()] {
        check_new_flag(&test, json!({ "key": key }), "key").await;
    }
    check_new_flag(&test, json!({ "name": "n".repeat(201) }), "name").await;
    check_new_flag(&test, json!({ "name": "a\u{0}b" }), "name").await;
    check_new_flag(&test, json!({ "description": "d".repeat(4_001) }), "description").await;
    check_new_flag(&test, json!({ "note": "n".repeat(2_001) }), "note").await;
    check_new_flag(&test, json!({ "tags": vec!["t"; 21] }), "tags").await;
    check_new_flag(&test, json!({ "tags": ["ok", "t".repeat(51)] }), "tags[1]").await;
    check_new_flag(&test, json!({ "tags": [""] }), "tags[0]").await;
    check_new_flag(&test, json!({ "rules": rules(21) }), "rules").await;
}

#[tokio::test]
async fn a_value_must_be_of_the_flags_type_and_fit() {
    let test = TestApp::connected().await;
    let large = "x".repeat(32 * 1024);
    for (flag_type, value) in [
        ("boolean", json!("true")),
        ("boolean", json!(null)),
        ("string", json!(1)),
        ("number", json!("1")),
        ("string", json!("a\u{0}b")),
        ("json", json!({ "a\u{0}": 1 })),
        ("json", json!([["\u{0}"]])),
        ("string", json!(large)),
        ("json", json!({ "a": large })),
    ] {
        check_new_flag(&test, json!({ "type": flag_type, "defaultValue": value }), "defaultValue").await;
    }
    for (flag_type, default, value) in [
        ("boolean", json!(false), json!("yes")),
        ("string", json!(""), json!(false)),
        ("number", json!(0), json!([])),
    ] {
        let fields = json!({ "type": flag_type, "defaultValue": default, "rules": [{ "value": value }] });
        check_new_flag(&test, fields, "rules[0].value").await;
    }
    check_new_flag(&test, string_rule(json!({ "percentage": 5 })), "rules[0].value").await;
}

#[tokio::test]
async fn each_limit_of_a_rule_is_refused_by_name() {
    let test = TestApp::connected().await;
    for percentage in [json!(-1), json!(-0.001), json!(100.001), json!(1e300), json!(0.0001), json!(33.3333)]
    {
        check_new_flag(&test, json!({ "rules": [{ "percentage": percentage }] }), "rules[0].percentage")
            .await;
    }
    for audience in [Uuid::new_v4().to_string(), "everyone".into(), String::new()] {
        check_new_flag(&test, json!({ "rules": [{}, { "audienceId": audience }] }), "rules[1].audienceId")
            .await;
    }
    check_new_flag(&test, json!({ "rules": [{ "id": "first" }] }), "rules[0].id").await;
    let id = Uuid::new_v4();
    check_new_flag(&test, json!({ "rules": [{ "id": id }, { "id": id }] }), "rules[1].id").await;
    let description = "d".repeat(4_001);
    check_new_flag(&test, json!({ "rules": [{ "description": description }] }), "rules[0].description").await;
}

#[tokio::test]
async fn what_is_just_within_the_limits_is_kept_as_sent() {
    let test = TestApp::connected().await;
    let request = json!({
        "key": format!("9{}", "k._-".repeat(24) + "abc"),
        "name": "n".repeat(200),
        "description": "ü".repeat(4_000),
        "type": "string",
        "defaultValue": "x".repeat(32 * 1024 - 2),
        "rules": vec![json!({ "percentage": 99.999, "value": "" }); 20],
        "clientVisible": true,
        "tags": vec!["t".repeat(50); 1],
        "note": "n".repeat(2_000),
    });
    assert_eq!(request["key"].as_str().unwrap().len(), 100);
    let flag = test.ok("flag_create", request.clone()).await;
    for field in ["key", "name", "description", "defaultValue", "tags"] {
        assert_eq!(flag[field], request[field], "{field}");
    }
    let rules = flag["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 20);
    assert!(rules.iter().all(|rule| rule["percentage"] == json!(99.999) && rule["value"] == json!("")));
}

#[tokio::test]
async fn ugly_values_come_back_as_they_were_sent() {
    let test = TestApp::connected().await;
    for (number, value) in [
        json!(null),
        json!(""),
        json!("'; drop table halyard.feature_flags; --"),
        json!("\u{202e}rtl \u{1f6a9} e\u{301} \u{feff}"),
        json!({ "": { "__proto__": [null, 1.5e308, -0.0, 1e-300] }, "$ref": "#", "a.b": [[[]]] }),
        json!(9_007_199_254_740_993_i64),
    ]
    .into_iter()
    .enumerate()
    {
        let key = format!("ugly-{number}");
        let request = with(
            new_flag(&key),
            json!({ "type": "json", "defaultValue": value, "rules": [{ "value": value }] }),
        );
        test.ok("flag_create", request).await;
        let flag = test.ok("flag_get", json!({ "flag": key })).await;
        assert_eq!(flag["defaultValue"], value);
        assert_eq!(flag["rules"][0]["value"], value);
    }
}

#[tokio::test]
async fn every_violation_is_told_at_once() {
    let test = TestApp::connected().await;
    let request = json!({
        "key": "a b", "name": "n".repeat(201), "type": "number", "defaultValue": "1", "clientVisible": false,
        "tags": ["t".repeat(51)], "note": "n".repeat(2_001),
        "rules": [{ "percentage": 101, "value": 1 }, { "audienceId": "x", "value": "2" }],
    });
    let mut paths = test.violations("flag_create", request).await;
    paths.sort();
    assert_eq!(
        paths,
        [
            "defaultValue",
            "key",
            "name",
            "note",
            "rules[0].percentage",
            "rules[1].audienceId",
            "rules[1].value",
            "tags[0]",
        ]
    );
}

#[tokio::test]
async fn a_request_of_another_shape_names_the_field() {
    let test = TestApp::connected().await;
    let flag = new_flag("shape");
    for (command, request, path) in [
        ("flag_create", with(flag.clone(), json!({ "name": 5 })), "name"),
        ("flag_create", with(flag.clone(), json!({ "type": "multivariate" })), "type"),
        (
            "flag_create",
            with(flag.clone(), json!({ "rules": [{ "percentage": "5" }] })),
            "rules[0].percentage",
        ),
        ("flag_create", with(flag.clone(), json!({ "rules": [{ "percent": 5 }] })), "rules[0].percent"),
        ("flag_create", with(flag, json!({ "enviroments": {} })), "enviroments"),
        ("flag_update", json!({ "flag": "x", "baseVersion": 1, "changes": { "key": "y" } }), "changes.key"),
        ("flag_update", json!({ "flag": "x", "baseVersion": "1", "changes": {} }), "baseVersion"),
        ("flags_list", json!({ "archived": "no" }), "archived"),
        ("audience_get", json!({ "id": "x" }), "id"),
        ("flags_list", json!([true]), ""),
    ] {
        assert_eq!(test.violations(command, request.clone()).await, [path], "{command} {request}");
    }
    test.fails("flag_explode", json!({}), "not_found").await;
}

#[tokio::test]
async fn a_changed_flag_has_the_same_limits_as_a_new_one() {
    let test = TestApp::connected().await;
    test.flag("limits").await;
    for (changes, path) in [
        (json!({ "name": "n".repeat(201) }), "name"),
        (json!({ "description": "d".repeat(4_001) }), "description"),
        (json!({ "defaultValue": 1 }), "defaultValue"),
        (json!({ "defaultValue": null }), "defaultValue"),
        (json!({ "rules": rules(21) }), "rules"),
        (json!({ "rules": [{ "percentage": 0.0005 }] }), "rules[0].percentage"),
        (json!({ "rules": [{ "audienceId": Uuid::new_v4() }] }), "rules[0].audienceId"),
        (json!({ "tags": vec!["t"; 21] }), "tags"),
    ] {
        let request = json!({ "flag": "limits", "baseVersion": 1, "changes": changes });
        let paths = test.violations("flag_update", request).await;
        assert!(paths.iter().any(|found| found.ends_with(path)), "{changes}: {paths:?}");
    }
    let note = json!({ "flag": "limits", "note": "n".repeat(2_001) });
    assert_eq!(test.violations("flag_kill", note).await, ["note"]);
    let unknown = json!({ "flag": "limits", "environment": "moon", "enabled": true });
    assert_eq!(test.violations("flag_set_environment", unknown).await.len(), 1);
    let flag = test.ok("flag_get", json!({ "flag": "limits" })).await;
    assert_eq!(flag["version"], 1, "nothing was changed by what was refused");
}

#[tokio::test]
async fn each_limit_of_an_environment_is_refused_by_name() {
    let test = TestApp::connected().await;
    let good = json!({ "key": "qa", "name": "QA", "color": "#2f9e44", "production": false });
    for (fields, path) in [
        (json!({ "key": "" }), "key"),
        (json!({ "key": "QA" }), "key"),
        (json!({ "key": "-qa" }), "key"),
        (json!({ "key": "q".repeat(51) }), "key"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": "n".repeat(201) }), "name"),
        (json!({ "color": "green" }), "color"),
        (json!({ "color": "#12345" }), "color"),
    ] {
        let request = with(good.clone(), fields.clone());
        assert_eq!(test.violations("environment_create", request).await, [path], "{fields}");
    }
    let environments = test.ok("environment_create", good.clone()).await;
    assert_eq!(environments.as_array().unwrap().last().unwrap()["key"], "qa");
    test.fails("environment_create", good, "already_exists").await;
    test.violations("environments_reorder", json!({ "keys": ["qa"] })).await;
    test.fails("environment_delete", json!({ "key": "moon" }), "not_found").await;
    let left: Vec<Value> = environments.as_array().unwrap()[1..].to_vec();
    for environment in left {
        test.ok("environment_delete", json!({ "key": environment["key"] })).await;
    }
    let last = test.ok("environments_list", json!({})).await;
    test.violations("environment_delete", json!({ "key": last[0]["key"] })).await;
}

#[tokio::test]
async fn each_limit_of_an_audience_is_refused_by_name() {
    let test = TestApp::connected().await;
    let leaf = json!({ "attribute": "plan", "operator": "equals", "value": "free" });
    let nested = |depth: usize| (1..depth).fold(leaf.clone(), |inner, _| json!({ "not": inner }));
    let leaves = |count: usize| json!({ "any": vec![leaf.clone(); count] });
    let list = |count: usize| json!({ "attribute": "plan", "operator": "in", "value": vec!["x"; count] });
    let good = json!({ "name": "A", "condition": leaf });
    for (fields, path) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": "n".repeat(201) }), "name"),
        (json!({ "description": "d".repeat(4_001) }), "description"),
        (json!({ "note": "n".repeat(2_001) }), "note"),
        (json!({ "condition": { "all": [] } }), "condition"),
        (json!({ "condition": { "not": { "any": [] } } }), "condition"),
        (json!({ "condition": nested(7) }), "condition"),
        (json!({ "condition": leaves(101) }), "condition"),
        (json!({ "condition": list(1_001) }), "condition"),
        (json!({ "condition": { "attribute": "plan", "operator": "in", "value": [] } }), "condition"),
        (json!({ "condition": { "attribute": "plan", "operator": "less_than", "value": 1 } }), "condition"),
        (json!({ "condition": { "attribute": "nope", "operator": "is_set" } }), "condition"),
        (
            json!({ "condition": { "attribute": "seats", "operator": "equals", "value": "many" } }),
            "condition",
        ),
    ] {
        let paths = test.violations("audience_create", with(good.clone(), fields.clone())).await;
        let shown: String = fields.to_string().chars().take(150).collect();
        assert!(paths.iter().all(|found| found.starts_with(path)), "{shown}: {paths:?}");
    }
    test.ok("audience_create", with(good.clone(), json!({ "name": "Wide", "condition": leaves(100) }))).await;
    test.ok("audience_create", with(good.clone(), json!({ "name": "List", "condition": list(1_000) }))).await;
    test.ok("audience_create", good.clone()).await;
    test.fails("audience_create", good, "already_exists").await;
}

#[tokio::test]
async fn an_entity_id_has_1_to_256_characters_and_no_nul() {
    let test = TestApp::connected().await;
    test.flag("limits").await;
    for entity_id in ["", &"e".repeat(257), "a\u{0}b"] {
        let request = json!({ "flag": "limits", "environment": "production", "entityId": entity_id });
        assert_eq!(test.violations("why", request).await, ["entityId"]);
    }
    let longest = json!({ "flag": "limits", "environment": "production", "entityId": "é".repeat(256) });
    test.ok("why", longest).await;
    let elsewhere = json!({ "flag": "limits", "environment": "moon", "entityId": "c1" });
    assert_eq!(test.violations("why", elsewhere).await, ["environment"]);
}

#[tokio::test]
async fn pages_have_a_largest_size() {
    let test = TestApp::connected().await;
    test.flag("limits").await;
    for limit in [0, 501, -1] {
        assert_eq!(test.violations("audit_list", json!({ "limit": limit })).await, ["limit"]);
        assert_eq!(test.violations("evaluations_list", json!({ "limit": limit })).await, ["limit"]);
        let versions = json!({ "flag": "limits", "before": null, "limit": limit });
        assert_eq!(test.violations("flag_versions", versions).await, ["limit"]);
        let search = json!({ "query": "", "limit": limit });
        assert_eq!(test.violations("customers_search", search).await, ["limit"]);
    }
    test.violations("audit_list", json!({ "limit": 1, "cursor": "x'; --" })).await;
    test.violations("evaluations_list", json!({ "limit": 1, "cursor": "x'; --" })).await;
}

#[tokio::test]
async fn a_workspace_and_its_actor_are_named_in_one_line() {
    let test = TestApp::connected().await;
    for name in ["", "  ", "two\nlines", &"n".repeat(101)] {
        assert_eq!(test.violations("workspace_rename", json!({ "name": name })).await, ["name"]);
    }
    for actor in ["", "two\nlines", "a\u{0}", &"n".repeat(201)] {
        assert_eq!(test.violations("actor_set", json!({ "actor": actor })).await, ["actor"]);
    }
    let status = test.ok("workspace_rename", json!({ "name": " Shop of Ada " })).await;
    assert_eq!(status["workspace"]["name"], "Shop of Ada");
    assert_eq!(status["remembered"][0]["name"], "Shop of Ada");
}

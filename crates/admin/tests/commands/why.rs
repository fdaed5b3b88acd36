//! Why: value, trace and what each audience compared, agreeing with each other.

use serde_json::{Value, json};

use crate::support::{TestApp, new_flag, with};

async fn flag_for_enterprise(test: &TestApp) -> Value {
    let audience = test.audience("Enterprise", "enterprise").await;
    let rules = json!([
        { "audienceId": audience["id"], "value": "large" },
        { "percentage": 0, "value": "never" },
        { "value": "rest" },
    ]);
    let fields = json!({ "type": "string", "defaultValue": "off", "rules": rules });
    test.ok("flag_create", with(new_flag("theme"), fields)).await;
    test.ok("flag_set_environment", json!({ "flag": "theme", "environment": "production", "enabled": true }))
        .await
}

fn why(entity_id: &str) -> Value {
    json!({ "flag": "theme", "environment": "production", "entityId": entity_id })
}

#[tokio::test]
async fn a_member_gets_the_rules_value_and_sees_what_was_compared() {
    let test = TestApp::connected().await;
    let flag = flag_for_enterprise(&test).await;
    let answer = test.ok("why", why("c10")).await;
    assert_eq!(answer["evaluation"]["value"], "large");
    assert_eq!(answer["evaluation"]["reason"]["kind"], "RULE_MATCH");
    assert_eq!(answer["evaluation"]["reason"]["ruleId"], flag["rules"][0]["id"]);
    assert_eq!(answer["customer"]["email"], "c10@example.com");
    let audience = &answer["audiences"][0];
    assert_eq!((&audience["name"], &audience["member"]), (&json!("Enterprise"), &json!(true)));
    assert_eq!(audience["condition"]["rowValue"], "enterprise");
    let outcomes: Vec<&Value> =
        answer["trace"]["rules"].as_array().unwrap().iter().map(|rule| &rule["outcome"]).collect();
    assert_eq!(outcomes, ["matched", "not_reached", "not_reached"]);
}

#[tokio::test]
async fn a_stranger_is_in_no_audience_but_still_has_a_bucket() {
    let test = TestApp::connected().await;
    flag_for_enterprise(&test).await;
    let answer = test.ok("why", why("nobody")).await;
    assert_eq!(answer["customer"], Value::Null);
    assert_eq!(answer["audiences"][0]["name"], "Enterprise");
    assert_eq!(answer["audiences"][0]["condition"], Value::Null, "nothing was compared");
    assert_eq!(answer["evaluation"]["value"], "rest");
    assert!(answer["trace"]["bucket"].is_u64());
    assert_eq!(answer["trace"]["rules"][0]["outcome"], "audience_no");
    assert_eq!(answer["trace"]["rules"][1]["outcome"], "percentage_no");
}

#[tokio::test]
async fn a_killed_flag_serves_its_default_whatever_the_rules_say() {
    let test = TestApp::connected().await;
    flag_for_enterprise(&test).await;
    test.ok("flag_kill", json!({ "flag": "theme" })).await;
    let answer = test.ok("why", why("c10")).await;
    assert_eq!(answer["evaluation"]["value"], "off");
    assert_eq!(answer["evaluation"]["reason"], json!({ "kind": "OFF", "offBy": "KILL_SWITCH" }));
}

#[tokio::test]
async fn customers_are_found_by_what_support_pastes() {
    let test = TestApp::connected().await;
    let found = test.ok("customers_search", json!({ "query": "C77@EXAMPLE", "limit": 5 })).await;
    assert_eq!(found[0]["entityId"], "c77");
    let customer = test.ok("customer_get", json!({ "entityId": "c77" })).await;
    assert_eq!(customer["name"], "Customer 77");
    test.fails("customer_get", json!({ "entityId": "c7777" }), "not_found").await;
    let nothing = test.ok("customers_search", json!({ "query": "%' or true --", "limit": 5 })).await;
    assert_eq!(nothing, json!([]));
}

//! Why, at the edges: ids outside the table, large and odd values, percentages to the last bucket, and
//! audiences or customers that cannot be read.

use serde_json::{Value, json};

use crate::{
    support::{TestApp, new_flag, with},
    why_steps::{now, switch_on},
};

async fn flag_for_enterprise(test: &TestApp) -> Value {
    let audience = test.audience("Enterprise", "enterprise").await;
    let rules = json!([{ "audienceId": audience["id"], "value": true }, { "percentage": 0, "value": true }]);
    test.ok("flag_create", with(new_flag("ramp"), json!({ "rules": rules }))).await;
    switch_on(test, "ramp").await
}

#[tokio::test]
async fn ids_that_differ_by_case_are_two_and_audiences_have_their_name_for_strangers() {
    let test = TestApp::connected().await;
    flag_for_enterprise(&test).await;
    let known = test.ok("why", now("c10")).await;
    let stranger = test.ok("why", now("C10")).await;
    assert_eq!(
        (&known["evaluation"]["value"], &stranger["evaluation"]["value"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(stranger["customer"], Value::Null);
    assert_ne!(known["trace"]["bucket"], stranger["trace"]["bucket"]);
    let nothing_compared = json!({ "member": false, "condition": null, "problem": null });
    let audience = &stranger["audiences"][0];
    assert_eq!(
        audience,
        &with(nothing_compared, json!({ "name": "Enterprise", "audienceId": audience["audienceId"] }))
    );
}

#[tokio::test]
async fn a_percentage_decides_to_the_last_bucket() {
    let test = TestApp::connected().await;
    let mut flag = flag_for_enterprise(&test).await;
    let bucket = test.ok("why", now("c1")).await["trace"]["bucket"].as_u64().unwrap();
    let percentage = |threshold: u64| json!(threshold as f64 / 1000.0);
    for (threshold, value) in [(0, false), (bucket, false), (bucket + 1, true), (100_000, true)] {
        flag["rules"][1]["percentage"] = percentage(threshold);
        let request =
            json!({ "flag": "ramp", "baseVersion": flag["version"], "changes": { "rules": flag["rules"] } });
        flag = test.ok("flag_update", request).await;
        let answer = test.ok("why", now("c1")).await;
        assert_eq!(answer["evaluation"]["value"], value, "{threshold} of {bucket}");
        let change = if value {
            json!({ "kind": "atMost", "ruleIndex": 1, "threshold": bucket })
        } else {
            json!({ "kind": "atLeast", "ruleIndex": 1, "threshold": bucket + 1 })
        };
        let flips = answer["flips"].as_array().unwrap();
        assert!(flips.iter().any(|flip| flip["change"] == change), "{threshold}: {flips:#?}");
    }
}

#[tokio::test]
async fn values_are_given_whole_and_equal_ones_change_nothing() {
    let test = TestApp::connected().await;
    let long = "x".repeat(32 * 1024 - 2);
    let fields = json!({ "type": "string", "defaultValue": long });
    test.ok("flag_create", with(new_flag("ramp"), fields)).await;
    assert_eq!(test.ok("why", now("c1")).await["evaluation"]["value"], long.as_str());

    // One and 1.0, and objects in another order, are one value: no rule of them would change anything.
    let fields = json!({
        "type": "json", "defaultValue": { "a": 1, "b": [null, "é"] },
        "rules": [{ "percentage": 0, "value": { "b": [null, "é"], "a": 1.0 } }],
    });
    test.ok("flag_create", with(new_flag("other"), fields)).await;
    switch_on(&test, "other").await;
    let answer = test.ok("why", with(now("c1"), json!({ "flag": "other" }))).await;
    assert_eq!(answer["evaluation"]["value"], json!({ "a": 1, "b": [null, "é"] }));
    assert_eq!(answer["flips"], json!([]));
}

#[tokio::test]
async fn an_audience_that_cannot_be_computed_says_why_and_names_no_change_of_it() {
    let test = TestApp::connected().await;
    flag_for_enterprise(&test).await;
    test.execute("alter table public.customers drop column plan").await;
    let answer = test.ok("why", now("c10")).await;
    assert_eq!(
        answer["evaluation"]["reason"],
        json!({ "kind": "ERROR", "errorKind": "AUDIENCE_UNAVAILABLE" })
    );
    let audience = &answer["audiences"][0];
    assert_eq!((&audience["name"], &audience["member"]), (&json!("Enterprise"), &Value::Null));
    let problem = audience["problem"].as_str().unwrap();
    assert!(problem.contains("plan"), "{problem}");
    assert_ne!(answer["customer"], Value::Null);
}

#[tokio::test]
async fn while_the_customers_table_is_locked_what_needs_no_row_is_answered() {
    let test = TestApp::connected().await;
    flag_for_enterprise(&test).await;
    let mut locking = test.lock_customers().await;
    let answer = test.ok("why", now("c10")).await;
    assert_eq!(answer["evaluation"]["reason"]["errorKind"], "AUDIENCE_UNAVAILABLE", "{answer:#}");
    assert!(answer["unread"].is_string());
    assert_eq!(answer["audiences"][0]["member"], Value::Null);
    test.ok("flag_kill", json!({ "flag": "ramp" })).await;
    let killed = test.ok("why", now("c10")).await;
    assert_eq!(killed["evaluation"]["reason"]["offBy"], "KILL_SWITCH");
    locking.unlock().await;
    let answer = test.ok("why", now("c10")).await;
    assert_eq!((&answer["unread"], &answer["customer"]["entityId"]), (&Value::Null, &json!("c10")));
}

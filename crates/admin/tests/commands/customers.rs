//! Customers: listing and searching them, and all that is said of one.

use halyard_engine::FlagKey;
use serde_json::{Value, json};

use crate::support::{TestApp, new_flag, with};

fn ids(page: &Value) -> Vec<&str> {
    page["customers"].as_array().unwrap().iter().map(|it| it["entityId"].as_str().unwrap()).collect()
}

async fn profile(test: &TestApp, entity_id: &str) -> Value {
    test.ok("customer_profile", json!({ "entityId": entity_id, "environment": "production" })).await
}

/// Waits until what is served is the newest configuration.
async fn live_is_current(test: &TestApp) {
    let wanted = test.ok("flags_list", json!({ "archived": false })).await["configVersion"].clone();
    let mut known = Value::Null;
    while known.as_i64() < wanted.as_i64() {
        let request = json!({ "knownConfigVersion": known, "knownConnected": true });
        known = test.ok("live_wait", request).await["configVersion"].clone();
    }
}

#[tokio::test]
async fn pages_together_are_everybody_once() {
    let test = TestApp::connected().await;
    let mut seen = Vec::new();
    let mut request = json!({ "search": "", "limit": 300 });
    loop {
        let page = test.ok("customers_list", request.clone()).await;
        seen.extend(ids(&page).into_iter().map(str::to_owned));
        if page["nextCursor"].is_null() {
            break;
        }
        request["cursor"] = page["nextCursor"].clone();
    }
    assert_eq!(seen.len(), 1_000);
    seen.dedup();
    assert_eq!(seen.len(), 1_000);
    assert_eq!(test.violations("customers_list", json!({ "search": "", "limit": 501 })).await, ["limit"]);
    let nowhere = json!({ "search": "", "limit": 5, "cursor": "" });
    assert_eq!(test.violations("customers_list", nowhere).await, ["cursor"]);
}

#[tokio::test]
async fn a_search_puts_the_very_id_first() {
    let test = TestApp::connected().await;
    let page = test.ok("customers_list", json!({ "search": " c100 ", "limit": 5 })).await;
    assert_eq!(ids(&page), ["c100", "c1000"]);
    assert_eq!(page["nextCursor"], Value::Null);
    let page = test.ok("customers_list", json!({ "search": "CUSTOMER 99", "limit": 50 })).await;
    assert_eq!(ids(&page).len(), 11);
}

#[tokio::test]
async fn a_search_that_is_called_off_ends_as_cancelled() {
    let test = TestApp::connected().await;
    let mut lock = test.lock_customers().await;
    let search = json!({ "search": "x", "limit": 5, "topic": "search" });
    let running = {
        let app = test.app.clone();
        tokio::spawn(async move { halyard_admin::dispatch(&app, "customers_list", search).await })
    };
    lock.until_waited_for_by(1).await;
    test.ok("count_cancel", json!({ "topic": "search" })).await;
    let error = running.await.unwrap().unwrap_err();
    assert_eq!(serde_json::to_value(error).unwrap()["code"], "cancelled");
    lock.unlock().await;
}

#[tokio::test]
async fn a_search_that_takes_too_long_is_stopped_and_says_what_is_always_fast() {
    let test = TestApp::connected().await;
    test.execute(
        "alter table public.customers rename to base;
         create view public.customers as
             select id, case when pg_sleep(1) is null then '' else name end as name, email from public.base",
    )
    .await;
    let error = test.fails("customers_list", json!({ "search": "nobody", "limit": 5 }), "timeout").await;
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("10 seconds") && message.contains("whole id"), "{error}");
    assert_eq!(error["details"]["statements"], json!([]), "a view has no indexes");
}

#[tokio::test]
async fn a_profile_has_the_row_every_audience_and_what_every_flag_serves() {
    let test = TestApp::connected().await;
    let enterprise = test.audience("Enterprise", "enterprise").await["id"].clone();
    let free = test.audience("Free", "free").await["id"].clone();
    for (key, rules) in [
        ("for-all", json!([{ "percentage": 100, "value": true }])),
        ("for-enterprise", json!([{ "audienceId": enterprise, "value": true }])),
        ("for-free", json!([{ "audienceId": free, "value": true }])),
        ("off", json!([{ "value": true }])),
    ] {
        test.ok("flag_create", with(new_flag(key), json!({ "rules": rules }))).await;
        if key != "off" {
            let on = json!({ "flag": key, "environment": "production", "enabled": true });
            test.ok("flag_set_environment", on).await;
        }
    }
    live_is_current(&test).await;
    let profile = profile(&test, "c10").await;
    assert_eq!(profile["customer"]["name"], "Customer 10");
    assert_eq!(
        profile["audiences"],
        json!([
            { "id": enterprise, "name": "Enterprise", "member": true, "problem": null },
            { "id": free, "name": "Free", "member": false, "problem": null },
        ])
    );
    let served: Vec<(&str, &Value, &str)> = profile["flags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|flag| (flag["key"].as_str().unwrap(), &flag["value"], flag["reason"]["kind"].as_str().unwrap()))
        .collect();
    let (yes, no) = (&json!(true), &json!(false));
    assert_eq!(
        served,
        [
            ("for-all", yes, "RULE_MATCH"),
            ("for-enterprise", yes, "RULE_MATCH"),
            ("for-free", no, "FALLTHROUGH"),
            ("off", no, "OFF"),
        ]
    );
    let key = FlagKey::parse("for-all").unwrap();
    assert_eq!(profile["flags"][0]["bucket"], halyard_engine::bucket(&key, "c10"));
}

#[tokio::test]
async fn an_id_that_is_not_in_the_table_still_has_values() {
    let test = TestApp::connected().await;
    test.ok("flag_create", with(new_flag("half"), json!({ "rules": [{ "percentage": 50, "value": true }] })))
        .await;
    test.ok("flag_set_environment", json!({ "flag": "half", "environment": "production", "enabled": true }))
        .await;
    live_is_current(&test).await;
    for id in ["visitor/7?x=1#y", "🎈 ' \" %", &"é".repeat(256)] {
        let profile = profile(&test, id).await;
        assert_eq!((&profile["entityId"], &profile["customer"]), (&json!(id), &Value::Null));
        let bucket = halyard_engine::bucket(&FlagKey::parse("half").unwrap(), id);
        assert_eq!(profile["flags"][0]["value"], bucket < 50_000);
    }
    let long = json!({ "entityId": "é".repeat(257), "environment": "production" });
    assert_eq!(test.violations("customer_profile", long).await, ["entityId"]);
    let nowhere = json!({ "entityId": "c1", "environment": "moon" });
    assert_eq!(test.violations("customer_profile", nowhere).await, ["environment"]);
}

#[tokio::test]
async fn an_audience_that_cannot_be_computed_is_unknown_and_the_others_are_not() {
    let test = TestApp::connected().await;
    test.audience("Enterprise", "enterprise").await;
    let seats = json!({ "attribute": "seats", "operator": "at_least", "value": 5 });
    test.ok("audience_create", json!({ "name": "Large", "condition": seats })).await;
    test.execute("alter table public.customers drop column seats").await;
    live_is_current(&test).await;
    let profile = profile(&test, "c10").await;
    assert_eq!(profile["audiences"][0]["member"], true);
    assert_eq!(profile["audiences"][1]["member"], Value::Null);
    assert!(profile["audiences"][1]["problem"].as_str().unwrap().contains("seats"));
}

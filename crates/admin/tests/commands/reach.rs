//! Counting: exact, through the engine, over all customers.

use halyard_engine::{FlagKey, bucket};
use serde_json::{Value, json};

use crate::support::{TestApp, new_flag, with};

/// Asks until the count is no longer under way.
async fn counted(test: &TestApp) -> Value {
    loop {
        let reach = test.ok("flags_reach", json!({})).await;
        if reach["state"] != "counting" {
            return reach;
        }
        tokio::task::yield_now().await;
    }
}

fn included(key: &str, customers: impl Iterator<Item = u32>, percentage: u32) -> u64 {
    let key = FlagKey::parse(key).unwrap();
    customers.filter(|number| bucket(&key, &format!("c{number}")) < percentage * 1_000).count() as u64
}

#[tokio::test]
async fn nested_percentages_are_counted_net_of_the_rules_above() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await;
    let draft = json!({
        "key": "new-dashboard", "type": "string", "defaultValue": "old",
        "rules": [
            { "audienceId": audience["id"], "percentage": 25, "value": "new" },
            { "percentage": 10, "value": "newer" },
            { "percentage": 5, "value": "new" },
        ],
    });
    let reach = test.ok("flag_reach", json!({ "draft": draft })).await;
    assert_eq!(reach["customers"], 1_000);

    let enterprise = || (1..=1_000).filter(|number| number % 10 == 0);
    let first = included("new-dashboard", enterprise(), 25);
    let ten = included("new-dashboard", 1..=1_000, 10);
    let ten_of_enterprise = included("new-dashboard", enterprise(), 10);
    let rules = &reach["rules"];
    assert_eq!((&rules[0]["inAudience"], &rules[0]["net"]), (&json!(100), &json!(first)));
    assert_eq!((&rules[1]["inAudience"], &rules[1]["inPercentage"]), (&json!(1_000), &json!(ten)));
    assert_eq!(rules[1]["net"], json!(ten - ten_of_enterprise));
    assert_eq!(rules[2]["net"], 0, "5 % nests inside 10 %");
    let taken = first + ten - ten_of_enterprise;
    assert_eq!(reach["otherwise"], json!(1_000 - taken));
    assert_eq!(
        reach["distribution"],
        json!([
            { "value": "old", "customers": 1_000 - taken },
            { "value": "new", "customers": first },
            { "value": "newer", "customers": ten - ten_of_enterprise },
        ])
    );
}

#[tokio::test]
async fn a_draft_that_breaks_limits_is_refused_by_name() {
    let test = TestApp::connected().await;
    let gone = uuid::Uuid::new_v4();
    let draft = |rules: Value| json!({ "draft": { "key": "d", "type": "boolean", "defaultValue": false, "rules": rules } });
    let paths = test.violations("flag_reach", draft(json!([{ "percentage": 0.0001 }]))).await;
    assert_eq!(paths, ["draft.rules[0].percentage"]);
    let paths = test.violations("flag_reach", draft(json!([{}, { "audienceId": gone }]))).await;
    assert_eq!(paths, ["draft.rules[1].audienceId"]);
}

#[tokio::test]
async fn all_flags_are_counted_in_one_pass_and_again_after_a_change() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await;
    test.flag("without-rules").await;
    let rules = json!([{ "audienceId": audience["id"] }]);
    let flag = test.ok("flag_create", with(new_flag("enterprise-only"), json!({ "rules": rules }))).await;
    let id = flag["id"].as_str().unwrap();
    wait_for_config_version(&test).await;

    let reach = counted(&test).await;
    assert_eq!(reach["state"], "ready", "{reach}");
    assert_eq!(reach["flags"].as_object().unwrap().len(), 1);
    assert_eq!(
        reach["flags"][id],
        json!([{ "value": false, "customers": 900 }, { "value": true, "customers": 100 }])
    );

    let edit = json!({ "flag": id, "baseVersion": 1, "changes": { "rules": [{}] } });
    test.ok("flag_update", edit).await;
    wait_for_config_version(&test).await;
    let reach = counted(&test).await;
    assert_eq!(
        reach["flags"][id],
        json!([{ "value": false, "customers": 0 }, { "value": true, "customers": 1_000 }])
    );
}

#[tokio::test]
async fn after_a_change_only_the_flags_that_it_concerns_are_counted_again() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await;
    let rules = json!([{ "audienceId": audience["id"] }]);
    let on_audience = test.ok("flag_create", with(new_flag("on-audience"), json!({ "rules": rules }))).await;
    let everybody = test.ok("flag_create", with(new_flag("everybody"), json!({ "rules": [{}] }))).await;
    wait_for_config_version(&test).await;
    let customers =
        |reach: &Value, flag: &Value| reach["flags"][flag["id"].as_str().unwrap()][1]["customers"].clone();
    let before = counted(&test).await;
    assert_eq!(
        (customers(&before, &on_audience), customers(&before, &everybody)),
        (json!(100), json!(1_000))
    );

    test.execute("insert into public.customers (id, plan) values ('new', 'enterprise')").await;
    let edit = json!({ "id": audience["id"], "baseVersion": 1, "changes": { "condition":
        { "attribute": "plan", "operator": "in", "value": ["enterprise"] } } });
    test.ok("audience_update", edit).await;
    wait_for_config_version(&test).await;
    let after = counted(&test).await;
    assert_eq!((customers(&after, &on_audience), customers(&after, &everybody)), (json!(101), json!(1_000)));
    assert_eq!(after["countedAt"], before["countedAt"], "as old as the oldest of its counts");
}

/// Waits until the app has heard of the newest change.
async fn wait_for_config_version(test: &TestApp) {
    let wanted = test.ok("flags_list", json!({ "archived": false })).await["configVersion"].clone();
    let mut known = Value::Null;
    while known != wanted {
        let request = json!({ "knownConfigVersion": known, "knownConnected": true });
        known = test.ok("live_wait", request).await["configVersion"].clone();
    }
}

#[tokio::test]
async fn an_audience_counts_what_sql_counts() {
    let test = TestApp::connected().await;
    let condition = json!({ "all": [
        { "attribute": "country", "operator": "equals", "value": "DE" },
        { "attribute": "plan", "operator": "not_equals", "value": "enterprise" },
    ] });
    let count = test.ok("audience_count", json!({ "condition": condition })).await;
    assert_eq!((&count["customers"], &count["total"]), (&json!(400), &json!(1_000)));
    let nothing = test.violations("audience_count", json!({ "condition": { "any": [] } })).await;
    assert_eq!(nothing.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_slow_counts_leave_room_for_changes() {
    let test = TestApp::connected().await;
    let mut locking = test.lock_customers().await;
    let condition = json!({ "attribute": "plan", "operator": "is_set" });
    let counts: Vec<_> = (0..20)
        .map(|_| {
            let (app, request) = (test.app.clone(), json!({ "condition": condition }));
            tokio::spawn(async move { halyard_admin::dispatch(&app, "audience_count", request).await })
        })
        .collect();
    locking.until_waited_for_by(3).await;
    test.flag("not-delayed").await;
    locking.unlock().await;
    for count in counts {
        assert_eq!(count.await.unwrap().unwrap()["customers"], 400);
    }
}

//! Impact: what commands say an edit changes is what evaluating every customer, one by one, says.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    brute_force::{Audiences, BruteForce, check_random_edits},
    support::{TestApp, new_flag, spawn, with},
};

#[tokio::test]
async fn impact_of_random_edits_equals_evaluating_every_customer() {
    let test = TestApp::connected().await;
    let audiences = Audiences::create(
        &test,
        [
            json!({ "attribute": "plan", "operator": "equals", "value": "enterprise" }),
            json!({ "attribute": "country", "operator": "not_equals", "value": "US" }),
            json!({ "all": [
                { "attribute": "seats", "operator": "between", "value": [100, 900] },
                { "attribute": "tags", "operator": "contains_any", "value": ["t1", "t2"] },
            ] }),
        ],
    )
    .await;
    check_random_edits(&test, &audiences, 40).await;
}

#[tokio::test]
async fn a_ramp_says_who_gains_and_which_rule_had_them_already() {
    let test = TestApp::connected().await;
    let enterprise = test.audience("Enterprise", "enterprise").await["id"].clone();
    let ten = json!({ "percentage": 10, "value": true });
    test.ok("flag_create", with(new_flag("new-dashboard"), json!({ "rules": [ten] }))).await;
    let saved = test.ok("flag_get", json!({ "flag": "new-dashboard" })).await;
    let old_rule = &saved["rules"][0];
    let new_rule = "0192f0c5-0000-7000-8000-000000000001";
    let rules = json!([{ "id": new_rule, "audienceId": enterprise, "percentage": 25 }, old_rule]);
    let request = json!({ "flag": "new-dashboard", "draft": { "defaultValue": false, "rules": rules } });
    let impact = test.ok("flag_impact", request.clone()).await;

    let customers: Vec<String> = (1..=1_000).map(|number| format!("c{number}")).collect();
    let key = halyard_engine::FlagKey::parse("new-dashboard").unwrap();
    let bucket = |id: &String| halyard_engine::bucket(&key, id);
    let had: Vec<&String> = customers.iter().filter(|id| bucket(id) < 10_000).collect();
    let is_enterprise = |id: &String| id[1..].parse::<u32>().unwrap().is_multiple_of(10);
    let reached = customers.iter().filter(|id| is_enterprise(id) && bucket(id) < 25_000).count();
    let both = had.iter().filter(|id| is_enterprise(id)).count();
    let gained = reached - both;
    assert!(gained > 0 && both > 0, "the example shows something");
    assert_eq!((&impact["customers"], &impact["savedVersion"]), (&json!(1_000), &json!(1)));
    assert_eq!(
        (&impact["gained"], &impact["lost"], &impact["changed"]),
        (&json!(gained), &json!(0), &json!(0))
    );
    assert_eq!(impact["moves"], json!([{ "from": false, "to": true, "customers": gained }]));
    assert_eq!(
        impact["rules"][0],
        json!({ "ruleId": new_rule, "inAudience": 100, "inPercentage": reached, "net": reached, "netNow": null,
                "takenBy": [],
                "servedNow": [{ "ruleId": old_rule["id"], "customers": both }, { "ruleId": null, "customers": gained }] })
    );
    assert_eq!(impact["rules"][1]["ruleId"], old_rule["id"]);
    assert_eq!(impact["rules"][1]["netNow"], json!(had.len()));
    assert_eq!(impact["rules"][1]["net"], json!(had.len() - both));
    assert_eq!(impact["rules"][1]["takenBy"], json!([{ "ruleId": new_rule, "customers": both }]));
    assert_eq!(
        impact["distribution"],
        json!([
            { "value": false, "now": 1_000 - had.len(), "after": 1_000 - had.len() - gained },
            { "value": true, "now": had.len(), "after": had.len() + gained },
        ])
    );

    let breakdown = test.ok("impact_breakdown", with(request.clone(), json!({ "attribute": "plan" }))).await;
    let only = json!([{ "value": "enterprise", "gained": gained, "lost": 0, "changed": 0 }]);
    assert_eq!(breakdown["values"], only);
    assert_eq!(breakdown["others"]["values"], 0);
    let by_id = test.ok("impact_breakdown", with(request.clone(), json!({ "attribute": "id" }))).await;
    let listed = by_id["values"].as_array().unwrap().len();
    assert_eq!(listed, gained.min(20));
    assert_eq!(by_id["others"]["gained"], json!(gained - listed));
    let paths = test.violations("impact_breakdown", with(request, json!({ "attribute": "nope" }))).await;
    assert_eq!(paths, ["attribute"]);
}

#[tokio::test]
async fn a_dead_rule_names_every_rule_that_took_its_people() {
    let test = TestApp::connected().await;
    let enterprise = test.audience("Enterprise", "enterprise").await["id"].clone();
    test.flag("dead").await;
    let rules = json!([
        { "id": "0192f0c5-0000-7000-8000-000000000001", "audienceId": enterprise },
        { "id": "0192f0c5-0000-7000-8000-000000000002", "percentage": 100 },
        { "id": "0192f0c5-0000-7000-8000-000000000003", "percentage": 100, "value": false },
    ]);
    let draft = json!({ "defaultValue": false, "rules": rules });
    let impact = test.ok("flag_impact", json!({ "flag": "dead", "draft": draft })).await;
    assert_eq!(impact["rules"][2]["net"], 0);
    assert_eq!(
        impact["rules"][2]["takenBy"],
        json!([
            { "ruleId": "0192f0c5-0000-7000-8000-000000000001", "customers": 100 },
            { "ruleId": "0192f0c5-0000-7000-8000-000000000002", "customers": 900 },
        ])
    );
}

#[tokio::test]
async fn values_other_than_the_default_are_gained_lost_or_changed() {
    let test = TestApp::connected().await;
    let flag = with(
        new_flag("banner"),
        json!({ "type": "string", "defaultValue": "none", "rules": [{ "percentage": 50, "value": "blue" }] }),
    );
    test.ok("flag_create", flag).await;
    let impact = async |default: &str, rules: Value| {
        let draft = json!({ "defaultValue": default, "rules": rules });
        let impact = test.ok("flag_impact", json!({ "flag": "banner", "draft": draft })).await;
        ["gained", "lost", "changed"].map(|effect| impact[effect].as_u64().unwrap())
    };
    let half =
        test.ok("flag_impact", json!({ "flag": "banner", "draft": { "defaultValue": "none", "rules": [] } }));
    let half = half.await["lost"].as_u64().unwrap();
    assert!((400..600).contains(&half));
    assert_eq!(impact("none", json!([{ "value": "blue" }])).await, [1_000 - half, 0, 0]);
    assert_eq!(impact("none", json!([{ "percentage": 50, "value": "red" }])).await, [0, 0, half]);
    assert_eq!(impact("zero", json!([{ "percentage": 50, "value": "blue" }])).await, [0, 0, 1_000 - half]);
    assert_eq!(impact("blue", json!([])).await, [0, 0, 1_000 - half], "half have blue already");
}

#[tokio::test]
async fn people_are_paged_and_searched_in_the_order_of_their_ids() {
    let test = TestApp::connected().await;
    test.flag("everybody").await;
    let request = json!({
        "flag": "everybody", "draft": { "defaultValue": false, "rules": [{}] },
        "who": { "kind": "moved", "from": false, "to": true }, "limit": 300,
    });
    let mut ids: Vec<String> = Vec::new();
    let (mut pages, mut cursor) = (0, Value::Null);
    loop {
        let page = test.ok("impact_customers", with(request.clone(), json!({ "cursor": cursor }))).await;
        let customers = page["customers"].as_array().unwrap();
        ids.extend(customers.iter().map(|customer| customer["entityId"].as_str().unwrap().to_owned()));
        (pages, cursor) = (pages + 1, page["nextCursor"].clone());
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!((pages, ids.len()), (4, 1_000));
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 1_000, "nobody twice");

    let search = json!({ "search": "C77@EXAMPLE", "limit": 10 });
    let found = test.ok("impact_customers", with(request.clone(), search)).await;
    let only = json!({ "entityId": "c77", "name": "Customer 77", "email": "c77@example.com", "from": false, "to": true });
    assert_eq!((&found["customers"], &found["nextCursor"]), (&json!([only]), &Value::Null));
    for who in [
        json!({ "kind": "affected", "effect": "gained" }),
        json!({ "kind": "moved", "from": false, "to": true }),
    ] {
        let found =
            test.ok("impact_customers", with(request.clone(), json!({ "who": who, "limit": 1 }))).await;
        assert_eq!(found["customers"].as_array().unwrap().len(), 1);
        assert_eq!(found["nextCursor"], found["customers"][0]["entityId"]);
    }
    let nobody = json!({ "who": { "kind": "affected", "effect": "lost" } });
    let found = test.ok("impact_customers", with(request.clone(), nobody)).await;
    assert_eq!((&found["customers"], &found["nextCursor"]), (&json!([]), &Value::Null));
    let paths = test.violations("impact_customers", with(request.clone(), json!({ "cursor": "" }))).await;
    assert_eq!(paths, ["cursor"]);
    let paths = test.violations("impact_customers", with(request, json!({ "limit": 501 }))).await;
    assert_eq!(paths, ["limit"]);
}

#[tokio::test]
async fn an_edit_of_an_audience_says_who_moves_by_which_flag() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await["id"].clone();
    let rules = |rule: Value| json!({ "rules": [rule] });
    let all = test
        .ok("flag_create", with(new_flag("for-all-of-it"), rules(json!({ "audienceId": audience }))))
        .await;
    let half = rules(json!({ "audienceId": audience, "percentage": 50 }));
    test.ok("flag_create", with(new_flag("for-half-of-it"), half)).await;
    test.ok("flag_create", with(new_flag("for-others"), rules(json!({})))).await;
    let condition = json!({ "any": [
        { "attribute": "plan", "operator": "equals", "value": "free" },
        { "all": [
            { "attribute": "plan", "operator": "equals", "value": "enterprise" },
            { "attribute": "seats", "operator": "at_most", "value": 500 },
        ] },
    ] });
    let impact = test.ok("audience_impact", json!({ "id": audience, "condition": condition })).await;
    let numbers = ["customers", "membersNow", "membersAfter", "joining", "leaving"];
    assert_eq!(numbers.map(|name| impact[name].as_u64().unwrap()), [1_000, 100, 350, 300, 50]);
    let flags = impact["flags"].as_array().unwrap();
    assert_eq!(flags.len(), 2, "only those that use it");
    assert_eq!(flags[0]["flag"], json!({ "id": all["id"], "key": "for-all-of-it" }), "the most moving first");
    assert_eq!((&flags[0]["gained"], &flags[0]["lost"]), (&json!(300), &json!(50)));
    let half_gained = flags[1]["gained"].as_u64().unwrap();
    assert!((100..200).contains(&half_gained));

    // Saving it does just that.
    let edit = json!({ "id": audience, "baseVersion": 1, "changes": { "condition": condition } });
    test.ok("audience_update", edit).await;
    let brute_force = BruteForce::of(&test).await;
    assert_eq!(brute_force.served("for-all-of-it", &json!(true)).await, 350);

    let broken = json!({ "attribute": "no_such_column", "operator": "is_set" });
    test.violations("audience_impact", json!({ "id": audience, "condition": broken })).await;
}

#[tokio::test]
async fn a_broken_audience_is_named_instead_of_counted() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await["id"].clone();
    let rules = json!({ "rules": [{ "audienceId": audience }] });
    test.ok("flag_create", with(new_flag("on-plan"), rules)).await;
    test.execute("alter table public.customers drop column plan").await;
    let request = json!({ "flag": "on-plan", "draft": { "defaultValue": false, "rules": [] } });
    let error = test.fails("flag_impact", request, "invalid").await;
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("“Enterprise”") && message.contains("plan"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_that_is_called_off_ends_in_the_database_too() {
    let test = TestApp::connected().await;
    test.flag("slow").await;
    let mut locking = test.lock_customers().await;
    let request = json!({ "flag": "slow", "draft": { "defaultValue": true, "rules": [] }, "topic": "slow" });
    let count = spawn(&test, "flag_impact", request);
    locking.until_waited_for_by(1).await;
    let progress = test.ok("count_progress", json!({ "topic": "slow" })).await;
    assert_eq!((&progress["running"], &progress["seen"]), (&json!(true), &json!(0)));
    test.ok("count_cancel", json!({ "topic": "slow" })).await;
    assert_eq!(count.await.unwrap().unwrap_err()["code"], "cancelled");
    locking.until_nobody_waits().await;
    let progress = test.ok("count_progress", json!({ "topic": "slow" })).await;
    assert_eq!(progress, json!({ "running": false, "seen": 0, "estimated": null }));
    locking.unlock().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_count_of_the_same_topic_calls_off_the_older() {
    let test = TestApp::connected().await;
    test.flag("typing").await;
    let mut locking = test.lock_customers().await;
    let request = |default: bool| json!({ "flag": "typing", "draft": { "defaultValue": default, "rules": [] }, "topic": "typing" });
    let older = spawn(&test, "flag_impact", request(false));
    locking.until_waited_for_by(1).await;
    let newer = spawn(&test, "flag_impact", request(true));
    assert_eq!(older.await.unwrap().unwrap_err()["code"], "cancelled");
    locking.until_waited_for_by(1).await;
    let progress = test.ok("count_progress", json!({ "topic": "typing" })).await;
    assert_eq!(progress["running"], true, "the older one took only itself off the list");
    locking.unlock().await;
    assert_eq!(newer.await.unwrap().unwrap()["gained"], 1_000);
}

#[tokio::test]
async fn a_count_knows_from_the_last_one_how_many_customers_there_are() {
    let test = TestApp::connected().await;
    test.flag("again").await;
    let request =
        json!({ "flag": "again", "draft": { "defaultValue": true, "rules": [] }, "topic": "again" });
    test.ok("flag_impact", request.clone()).await;
    let mut locking = test.lock_customers().await;
    let count = spawn(&test, "flag_impact", request);
    locking.until_waited_for_by(1).await;
    let progress = test.ok("count_progress", json!({ "topic": "again" })).await;
    assert_eq!(progress, json!({ "running": true, "seen": 0, "estimated": 1_000 }));
    locking.unlock().await;
    assert_eq!(count.await.unwrap().unwrap()["customers"], 1_000);
    assert_eq!(test.violations("count_progress", json!({})).await.len(), 1);
    let reserved =
        json!({ "flag": "again", "draft": { "defaultValue": true, "rules": [] }, "topic": "flags_reach" });
    assert_eq!(test.violations("flag_impact", reserved).await, ["topic"]);
}

#[tokio::test]
async fn impact_on_the_sample_data_equals_evaluating_every_customer() {
    let test = TestApp::before_first_start().await;
    test.ok("workspace_connect", with(test.connect_request(), json!({ "createSchema": true }))).await;
    halyard_store::sample_data::load(&test.store().await, |_| {}).await.unwrap();
    let audiences = Audiences::existing(&test).await;
    check_random_edits(&test, &audiences, 3).await;
}

#[tokio::test]
async fn impact_on_northwind_equals_evaluating_every_customer() {
    let path = std::env::var_os("HALYARD_NORTHWIND_SQL").map_or_else(
        || std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/northwind.sql"),
        std::path::PathBuf::from,
    );
    let Ok(sql) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: there is no Northwind at {}; set HALYARD_NORTHWIND_SQL", path.display());
        return;
    };
    let test = TestApp::before_first_start().await;
    test.execute(&sql).await;
    test.ok("workspace_connect", with(test.connect_request(), json!({ "createSchema": true }))).await;
    for (table, id, name, conditions) in [
        (
            "customers",
            "customer_id",
            "contact_name",
            [
                json!({ "attribute": "country", "operator": "equals", "value": "Germany" }),
                json!({ "attribute": "region", "operator": "is_not_set" }),
                json!({ "attribute": "contact_title", "operator": "contains", "value": "owner", "ignoreCase": true }),
            ],
        ),
        (
            "employees",
            "employee_id",
            "last_name",
            [
                json!({ "attribute": "country", "operator": "equals", "value": "USA" }),
                json!({ "attribute": "birth_date", "operator": "before", "value": "1960-01-01" }),
                json!({ "attribute": "reports_to", "operator": "at_most", "value": 2 }),
            ],
        ),
    ] {
        let customers = json!({ "schema": "public", "table": table, "idColumn": id, "nameColumn": name, "emailColumn": null });
        test.ok("customer_source_set", json!({ "source": { "customers": customers, "events": null } })).await;
        let audiences = Audiences::create(&test, conditions).await;
        check_random_edits(&test, &audiences, 25).await;
    }
}

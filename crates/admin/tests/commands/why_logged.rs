//! Why, of what the log has: every outcome is explained as it was served, by the flag and the audiences
//! of then, whatever the customer's row and the audiences say today.

use chrono::{TimeDelta, Utc};
use halyard_engine::Outcome;
use serde_json::{Value, json};

use crate::{
    support::{TestApp, new_flag, with},
    why_steps::{Call, at, made_by, now, switch, switch_on, time},
};

/// The flag `ramp`, on in production, as version 2 with these rules.
async fn flag_with(test: &TestApp, rules: Value) -> Value {
    test.ok("flag_create", with(new_flag("ramp"), json!({ "rules": rules }))).await;
    switch_on(test, "ramp").await
}

async fn versions(test: &TestApp) -> Vec<Value> {
    let versions = test.ok("flag_versions", json!({ "flag": "ramp", "limit": 200 })).await;
    versions.as_array().unwrap().clone()
}

/// Versions 2 to 30, each other rules, each with a call in the log that came out as no row of today would.
#[tokio::test]
async fn each_call_of_a_log_with_30_versions_is_explained_by_its_own_version() {
    let test = TestApp::connected().await;
    let enterprise = test.audience("Enterprise", "enterprise").await["id"].clone();
    let free = test.audience("Free", "free").await["id"].clone();
    let mut flag = flag_with(&test, json!([{ "audienceId": enterprise, "value": true }])).await;
    let mut calls = Vec::new();
    for version in 2..=30_i32 {
        // c1 is on plan free today; each call says that they were where the row puts nobody.
        let outcome = if version % 3 == 0 { Outcome::Fallthrough } else { Outcome::Rule(0) };
        let moment = Utc::now();
        let config_version = made_by(&test, version.into()).await;
        Call::of("c1", moment, version, config_version, outcome).log(&test).await;
        calls.push((moment, version, outcome));
        if version < 30 {
            let rules = json!([
                { "audienceId": if version % 2 == 0 { &free } else { &enterprise }, "value": true },
                { "percentage": 0, "value": true, "description": format!("step {version}") },
            ]);
            let request = json!({
                "flag": "ramp", "baseVersion": flag["version"], "changes": { "rules": rules }, "note": "step",
            });
            flag = test.ok("flag_update", request).await;
        }
    }
    assert_eq!(versions(&test).await.len(), 30);
    test.execute("update public.customers set plan = 'gone' where id = 'c1'").await;
    for (moment, version, outcome) in calls {
        let answer = test.ok("why", at("c1", moment)).await;
        assert_eq!(answer["flag"]["version"], version);
        assert_eq!(answer["past"]["basis"], "logged", "version {version}: {answer:#}");
        assert_eq!(answer["past"]["loggedExplained"], true);
        assert_eq!(answer["evaluation"]["value"], outcome == Outcome::Rule(0), "version {version}");
        assert_eq!(answer["evaluation"]["value"], answer["past"]["logged"]["value"], "as the log says");
        let matched = &answer["trace"]["rules"][0]["audienceMatched"];
        assert_eq!(matched, &json!(outcome == Outcome::Rule(0)), "version {version}");
        assert_eq!(answer["audiences"][0]["member"], false, "by today's row");
        assert_eq!(answer["customer"]["fields"][3]["value"], "gone", "which is today's");
        assert_eq!(answer["past"]["now"]["version"], 30);
    }
}

#[tokio::test]
async fn what_an_evaluator_could_not_read_or_decide_is_said_as_it_was_served() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await;
    flag_with(&test, json!([{ "audienceId": audience["id"], "value": true }])).await;
    let config_version = made_by(&test, 2).await;
    let unread = Utc::now();
    Call::of("c10", unread, 2, config_version, Outcome::AudienceUnavailable).log(&test).await;
    let failed = unread + TimeDelta::milliseconds(20);
    Call::of("c10", failed, 2, config_version, Outcome::Exception).log(&test).await;

    // By today's row they would have got true.
    for (moment, kind) in [(unread, "AUDIENCE_UNAVAILABLE"), (failed, "EXCEPTION")] {
        let answer = test.ok("why", at("c10", moment)).await;
        assert_eq!(answer["past"]["basis"], "logged", "{answer:#}");
        assert_eq!(answer["past"]["loggedExplained"], true);
        assert_eq!(answer["evaluation"]["value"], false);
        assert_eq!(answer["evaluation"]["reason"], json!({ "kind": "ERROR", "errorKind": kind }));
        assert_eq!(answer["trace"]["rules"][0]["outcome"], "not_reached");
        assert_eq!(answer["past"]["evaluationNow"]["value"], true);
    }
}

/// Written by hand, or by a server of another version.
#[tokio::test]
async fn a_call_that_cannot_have_come_of_its_version_explains_nothing() {
    let test = TestApp::connected().await;
    flag_with(&test, json!([{ "value": true }])).await;
    let moment = Utc::now();
    Call::of("c1", moment, 2, made_by(&test, 2).await, Outcome::Killed).log(&test).await;
    let answer = test.ok("why", at("c1", moment)).await;
    assert_eq!(
        (&answer["evaluation"]["value"], &answer["past"]["basis"]),
        (&json!(true), &json!("settings"))
    );
    assert_eq!(answer["past"]["loggedExplained"], false, "{answer:#}");
    assert_eq!(answer["past"]["logged"]["offBy"], "KILL_SWITCH", "which is shown all the same");
}

#[tokio::test]
async fn a_call_answered_from_memory_says_so() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await;
    flag_with(&test, json!([{ "audienceId": audience["id"], "value": true }])).await;
    let moment = Utc::now();
    let config_version = made_by(&test, 2).await;
    Call::of("c1", moment, 2, config_version, Outcome::Rule(0)).stale().log(&test).await;
    let answer = test.ok("why", at("c1", moment)).await;
    assert_eq!(
        (&answer["evaluation"]["value"], &answer["past"]["logged"]["stale"]),
        (&json!(true), &json!(true))
    );
}

/// That they were in its audience is nowhere known: the rule left them out by their bucket.
#[tokio::test]
async fn of_a_rule_whose_percentage_left_them_out_no_membership_is_claimed() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await;
    let everyone = json!({ "percentage": 100, "value": true });
    flag_with(&test, json!([{ "audienceId": audience["id"], "percentage": 0, "value": true }, everyone]))
        .await;
    let moment = Utc::now();
    let config_version = made_by(&test, 2).await;
    for entity_id in ["c1", "c10"] {
        Call::of(entity_id, moment, 2, config_version, Outcome::Rule(1)).log(&test).await;
        let answer = test.ok("why", at(entity_id, moment)).await;
        let rule = &answer["trace"]["rules"][0];
        assert_eq!((&rule["outcome"], &rule["audienceMatched"]), (&json!("percentage_no"), &Value::Null));
        assert_eq!(answer["audiences"][0]["member"], entity_id == "c10", "by today's row");
    }
}

#[tokio::test]
async fn a_call_from_before_its_audience_changed_says_nothing_of_after() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await;
    flag_with(&test, json!([{ "audienceId": audience["id"], "value": true }])).await;
    let before = Utc::now();
    Call::of("c1", before, 2, made_by(&test, 2).await, Outcome::Rule(0)).log(&test).await;
    let condition = json!({ "attribute": "plan", "operator": "equals", "value": "starter" });
    let request = json!({ "id": audience["id"], "baseVersion": 1, "changes": { "condition": condition } });
    test.ok("audience_update", request).await;

    let after = test.ok("why", at("c1", Utc::now())).await;
    assert_eq!(after["past"]["basis"], "today", "{after:#}");
    assert_eq!(
        (&after["past"]["loggedExplained"], &after["evaluation"]["value"]),
        (&json!(false), &json!(false))
    );
    let then = test.ok("why", at("c1", before)).await;
    assert_eq!((&then["past"]["basis"], &then["evaluation"]["value"]), (&json!("logged"), &json!(true)));
    let difference = &then["past"]["differences"][0];
    assert_eq!((&difference["part"], &difference["since"]["version"]), (&json!("condition"), &json!(2)));
}

/// A call far from the moment says when it was; what needs no call is said of the moment itself.
#[tokio::test]
async fn where_the_settings_alone_decide_a_far_call_is_not_put_in_the_moments_place() {
    let test = TestApp::connected().await;
    flag_with(&test, json!([{ "percentage": 100, "value": true }])).await;
    let since = time(&versions(&test).await[0]["at"]);
    let config_version = made_by(&test, 2).await;
    let near = since + TimeDelta::seconds(30);
    Call::of("c1", near, 2, config_version, Outcome::Rule(0)).log(&test).await;
    let far = since + TimeDelta::hours(3);
    Call::of("c2", far, 2, config_version, Outcome::Rule(0)).log(&test).await;
    for (entity_id, basis, explained) in [("c1", "logged", true), ("c2", "settings", false)] {
        let answer = test.ok("why", at(entity_id, since)).await;
        assert_eq!(answer["past"]["basis"], basis, "{entity_id}");
        assert_eq!(answer["past"]["loggedExplained"], explained);
        assert_ne!(answer["past"]["logged"], Value::Null, "it is named all the same");
        assert_eq!(answer["evaluation"]["value"], true);
    }
}

#[tokio::test]
async fn between_two_switches_it_was_off_and_says_who_switched_it() {
    let test = TestApp::connected().await;
    flag_with(&test, json!([{ "value": true }])).await;
    switch(&test, "ramp", false).await;
    switch(&test, "ramp", true).await;
    test.ok("flag_kill", json!({ "flag": "ramp", "note": "too slow" })).await;
    test.ok("flag_archive", json!({ "flag": "ramp" })).await;
    let made: Vec<Value> = versions(&test).await.into_iter().rev().collect();
    let off = |by: &str| json!({ "kind": "OFF", "offBy": by });
    let not_found = json!({ "kind": "ERROR", "errorKind": "FLAG_NOT_FOUND" });
    let reasons =
        [off("ENVIRONMENT"), Value::Null, off("ENVIRONMENT"), Value::Null, off("KILL_SWITCH"), not_found];
    assert_eq!(made.len(), reasons.len());
    for (version, reason) in made.iter().zip(reasons) {
        let answer = test.ok("why", at("c1", time(&version["at"]))).await;
        let number = &version["version"];
        assert_eq!(answer["flag"]["version"], *number);
        assert_eq!(answer["switched"]["version"], *number, "each of them switched it");
        match reason {
            Value::Null => assert_eq!(answer["evaluation"]["value"], true, "version {number}"),
            reason => assert_eq!(answer["evaluation"]["reason"], reason, "version {number}"),
        }
    }
    let killed = test.ok("why", at("c1", time(&made[4]["at"]))).await;
    assert_eq!(
        (&killed["switched"]["actor"], &killed["switched"]["note"]),
        (&json!("Ada"), &json!("too slow"))
    );
}

#[tokio::test]
async fn a_flag_that_was_deleted_and_made_anew_is_not_explained_by_the_other_ones_calls() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await;
    let rules = json!([{ "audienceId": audience["id"], "value": true }]);
    flag_with(&test, rules.clone()).await;
    let of_the_first = Utc::now();
    Call::of("c1", of_the_first, 2, made_by(&test, 2).await, Outcome::Rule(0)).log(&test).await;
    test.execute("delete from halyard.feature_flags where key = 'ramp'").await;
    flag_with(&test, rules).await;

    let answer = test.ok("why", at("c1", Utc::now())).await;
    assert_eq!(answer["evaluation"]["value"], false, "{answer:#}");
    assert_eq!(
        (&answer["past"]["basis"], &answer["past"]["loggedExplained"]),
        (&json!("today"), &json!(false))
    );
    let error = test.fails("why", at("c1", of_the_first), "not_found").await;
    assert!(error["message"].as_str().unwrap().contains("another flag had the key ramp"), "{error}");
}

#[tokio::test]
async fn a_customer_who_is_gone_is_explained_by_what_was_logged() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await;
    flag_with(&test, json!([{ "audienceId": audience["id"], "value": true }])).await;
    let moment = Utc::now();
    Call::of("c10", moment, 2, made_by(&test, 2).await, Outcome::Rule(0)).log(&test).await;
    test.execute("delete from public.customers where id = 'c10'").await;

    let answer = test.ok("why", at("c10", moment)).await;
    assert_eq!((&answer["past"]["basis"], &answer["evaluation"]["value"]), (&json!("logged"), &json!(true)));
    assert_eq!(answer["customer"], Value::Null);
    assert_eq!(answer["audiences"][0]["name"], "Enterprise");
    let today = test.ok("why", now("c10")).await;
    assert_eq!(today["evaluation"]["value"], false);
}

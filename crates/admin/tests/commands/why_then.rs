//! Why, of the past: the flag as it was, what the log has, what follows from it and what is not known;
//! and of every flag at once.

use chrono::{TimeDelta, Utc};
use halyard_engine::Outcome;
use serde_json::{Value, json};

use crate::{
    support::{TestApp, new_flag, with},
    why_steps::{Call, at, made_by, switch_on, time},
};

#[tokio::test]
async fn each_of_30_versions_is_explained_as_it_was() {
    let test = TestApp::connected().await;
    let rules = json!([{ "percentage": 0, "value": true }]);
    test.ok("flag_create", with(new_flag("ramp"), json!({ "rules": rules }))).await;
    let mut flag = switch_on(&test, "ramp").await;
    for step in 1..=28 {
        flag["rules"][0]["percentage"] = json!(f64::from(step) * 3.5);
        let request = json!({
            "flag": "ramp", "baseVersion": flag["version"],
            "changes": { "rules": flag["rules"] }, "note": format!("step {step}"),
        });
        flag = test.ok("flag_update", request).await;
    }
    let versions = test.ok("flag_versions", json!({ "flag": "ramp", "limit": 200 })).await;
    let versions = versions.as_array().unwrap();
    assert_eq!(versions.len(), 30);
    let bucket = test
        .ok("why", json!({ "flag": "ramp", "environment": "production", "entityId": "c1" }))
        .await["trace"]["bucket"]
        .clone();
    for version in versions {
        let moment = time(&version["at"]);
        let answer = test.ok("why", at("c1", moment)).await;
        assert_eq!(answer["flag"]["version"], version["version"]);
        assert_eq!(answer["past"]["version"]["note"], version["note"]);
        assert_eq!(answer["past"]["basis"], "settings", "no audience decides: {answer:#}");
        assert_eq!(answer["trace"]["bucket"], bucket, "it depends on flag and customer alone");
        let percentage = version["flag"]["rules"][0]["percentage"].as_f64().unwrap();
        let on = version["flag"]["environments"]["production"] == true;
        let inside = bucket.as_f64().unwrap() < (percentage * 1000.0).round();
        assert_eq!(answer["evaluation"]["value"], on && inside, "version {}", version["version"]);

        let before = test.run("why", at("c1", moment - TimeDelta::microseconds(1))).await;
        match before {
            Ok(before) => assert_eq!(before["flag"]["version"].as_i64().unwrap() + 1, version["version"]),
            Err(error) => assert_eq!((&error["code"], &version["version"]), (&json!("not_found"), &json!(1))),
        }
    }
    // What is different now, and since when: of version 10 the percentage, since the last one.
    let tenth = test.ok("why", at("c1", time(&versions[20]["at"]))).await;
    let differences = tenth["past"]["differences"].as_array().unwrap();
    assert_eq!(differences.len(), 1, "{differences:#?}");
    assert_eq!(differences[0]["part"], "percentage");
    assert_eq!((&differences[0]["from"], &differences[0]["to"]), (&json!(28), &json!(98)));
    assert_eq!(differences[0]["since"]["version"], 30);
    assert_eq!(differences[0]["since"]["note"], "step 28");
    assert_eq!(tenth["past"]["now"]["version"], 30);
}

#[tokio::test]
async fn what_was_logged_beats_todays_row_and_the_version_a_late_evaluator_had_beats_the_newest() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await;
    let rules = json!([{ "audienceId": audience["id"], "value": true }]);
    test.ok("flag_create", with(new_flag("ramp"), json!({ "rules": rules }))).await;
    let flag = switch_on(&test, "ramp").await;
    let old = made_by(&test, 2).await;
    // c1 is not on enterprise today, yet was when it was logged.
    let changes = json!({ "rules": [], "defaultValue": false });
    let request =
        json!({ "flag": "ramp", "baseVersion": flag["version"], "changes": changes, "note": "away" });
    test.ok("flag_update", request).await;
    let versions = test.ok("flag_versions", json!({ "flag": "ramp", "limit": 10 })).await;
    let changed = time(&versions[0]["at"]);
    let late = changed + TimeDelta::milliseconds(40);
    Call::of("c1", late, 2, old, Outcome::Rule(0)).log(&test).await;

    let answer = test.ok("why", at("c1", late)).await;
    assert_eq!(answer["flag"]["version"], 2, "what the evaluator served from");
    assert_eq!(answer["evaluation"]["value"], true);
    assert_eq!(answer["past"]["basis"], "logged");
    assert_eq!(answer["past"]["loggedExplained"], true);
    assert_eq!(answer["trace"]["rules"][0]["audienceMatched"], true, "it follows from what was logged");
    assert_eq!(answer["audiences"][0]["member"], false, "by today's row");
    assert_eq!(answer["past"]["differences"][0]["part"], "rule");
    assert_eq!(answer["past"]["evaluationNow"]["value"], false);

    // Long after, another version was in force: the call says nothing of it.
    let answer = test.ok("why", at("c1", late + TimeDelta::milliseconds(30))).await;
    assert_eq!(answer["flag"]["version"], 3);
    assert_eq!(answer["past"]["basis"], "settings");
    assert_eq!(answer["past"]["loggedExplained"], false);
    assert_eq!(answer["past"]["logged"]["flagVersion"], 2);
}

#[tokio::test]
async fn without_a_logged_call_an_audience_is_answered_by_todays_row_and_says_so() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await;
    let rules = json!([{ "audienceId": audience["id"], "value": true }]);
    test.ok("flag_create", with(new_flag("ramp"), json!({ "rules": rules }))).await;
    switch_on(&test, "ramp").await;
    let versions = test.ok("flag_versions", json!({ "flag": "ramp", "limit": 10 })).await;
    let moment = time(&versions[0]["at"]);
    // The audience asks for something else since, and is as it was for that moment.
    let condition = json!({ "attribute": "plan", "operator": "equals", "value": "free" });
    let request = json!({ "id": audience["id"], "baseVersion": 1, "changes": { "condition": condition } });
    test.ok("audience_update", request).await;

    let answer = test.ok("why", at("c10", moment)).await;
    assert_eq!(answer["past"]["basis"], "today");
    assert_eq!(answer["past"]["logged"], Value::Null);
    assert_eq!(answer["evaluation"]["value"], true, "on enterprise, as the audience asked for then");
    assert_eq!(answer["past"]["evaluationNow"]["value"], false);
    assert_eq!(answer["past"]["differences"][0]["part"], "condition");
    assert_eq!(answer["past"]["differences"][0]["since"]["version"], 2);
    assert_eq!(answer["flips"], json!([]), "of the past nothing would change");
}

#[tokio::test]
async fn a_moment_that_has_not_come_and_a_flag_that_was_not_there_are_told_apart() {
    let test = TestApp::connected().await;
    let before = Utc::now() - TimeDelta::days(1);
    test.flag("ramp").await;
    let paths = test.violations("why", at("c1", Utc::now() + TimeDelta::days(1))).await;
    assert_eq!(paths, ["at"]);
    let error = test.fails("why", at("c1", before), "not_found").await;
    assert!(error["message"].as_str().unwrap().contains("did not exist at that moment"), "{error}");
    let all = json!({ "environment": "production", "entityId": "c1", "at": before });
    assert_eq!(test.ok("why_all", all).await["flags"], json!([]));
}

#[tokio::test]
async fn changes_that_flip_the_value_are_named_simplest_first() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await;
    let rules = json!([
        { "audienceId": audience["id"], "value": true },
        { "percentage": 0, "value": true },
    ]);
    test.ok("flag_create", with(new_flag("ramp"), json!({ "rules": rules }))).await;
    switch_on(&test, "ramp").await;
    let question = json!({ "flag": "ramp", "environment": "production", "entityId": "c1" });
    let answer = test.ok("why", question.clone()).await;
    let bucket = answer["trace"]["bucket"].as_u64().unwrap();
    let changes: Vec<&Value> =
        answer["flips"].as_array().unwrap().iter().map(|flip| &flip["change"]).collect();
    assert_eq!(changes.len(), 2, "{changes:#?}");
    assert_eq!(changes[0]["kind"], "test");
    assert_eq!(changes[0]["leaf"]["value"], "enterprise");
    assert_eq!(changes[1], &json!({ "kind": "atLeast", "ruleIndex": 1, "threshold": bucket + 1 }));

    test.ok("flag_kill", json!({ "flag": "ramp" })).await;
    let killed = test.ok("why", question.clone()).await;
    assert_eq!(killed["flips"], json!([]), "restoring alone would serve the default still");
    test.ok("flag_archive", json!({ "flag": "ramp" })).await;
    let archived = test.ok("why", question).await;
    assert_eq!(archived["evaluation"]["reason"]["errorKind"], "FLAG_NOT_FOUND");
    assert_eq!(archived["flips"][0]["change"]["kind"], "unarchive");
}

#[tokio::test]
async fn all_flags_are_answered_at_once_as_each_alone() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await;
    for (key, rules) in [
        ("one", json!([{ "audienceId": audience["id"], "value": true }])),
        ("two", json!([{ "percentage": 40, "value": true }])),
        ("three", json!([])),
    ] {
        test.ok("flag_create", with(new_flag(key), json!({ "rules": rules }))).await;
        switch_on(&test, key).await;
    }
    test.ok("flag_kill", json!({ "flag": "three" })).await;
    for entity_id in ["c1", "c10", "nobody"] {
        let question = json!({ "environment": "production", "entityId": entity_id });
        let all = test.ok("why_all", question.clone()).await;
        let keys: Vec<&str> =
            all["flags"].as_array().unwrap().iter().map(|flag| flag["key"].as_str().unwrap()).collect();
        assert_eq!(keys, ["one", "three", "two"]);
        for flag in all["flags"].as_array().unwrap() {
            let alone = test.ok("why", with(question.clone(), json!({ "flag": flag["key"] }))).await;
            assert_eq!(flag["evaluation"], alone["evaluation"], "{entity_id} {}", flag["key"]);
            assert_eq!(flag["bucket"], alone["trace"]["bucket"]);
        }
    }
}

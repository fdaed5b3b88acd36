//! Changing flags and audiences: what a change answers, two editors, and what is in use.

use serde_json::json;

use crate::support::{TestApp, new_flag, with};

#[tokio::test]
async fn a_new_flag_is_active_off_everywhere_and_without_rules() {
    let test = TestApp::connected().await;
    let flag = test.flag("new-dashboard").await;
    assert_eq!(flag["isActive"], true);
    assert_eq!(flag["rules"], json!([]));
    assert_eq!(flag["version"], 1);
    assert_eq!(flag["updatedBy"], "Ada");
    let environments = flag["environments"].as_object().unwrap();
    assert!(environments.values().all(|on| on == false), "{environments:?}");
}

#[tokio::test]
async fn a_flag_is_found_by_id_and_by_key() {
    let test = TestApp::connected().await;
    let flag = test.flag("new-dashboard").await;
    for name in [&flag["id"], &flag["key"]] {
        assert_eq!(test.ok("flag_get", json!({ "flag": name })).await, flag);
    }
    test.fails("flag_get", json!({ "flag": "no-such-flag" }), "not_found").await;
}

#[tokio::test]
async fn two_editors_conflict_only_over_the_same_field() {
    let test = TestApp::connected().await;
    let flag = test.flag("shared").await;
    let edit = |base: &serde_json::Value, changes| json!({ "flag": "shared", "baseVersion": base["version"], "changes": changes });
    test.ok("flag_update", edit(&flag, json!({ "name": "Hers" }))).await;
    let both = test.ok("flag_update", edit(&flag, json!({ "tags": ["his"] }))).await;
    assert_eq!((&both["name"], &both["tags"]), (&json!("Hers"), &json!(["his"])));

    let error = test.fails("flag_update", edit(&flag, json!({ "name": "His" })), "conflict").await;
    assert_eq!(error["details"]["fields"], json!(["name"]));
    assert_eq!(error["details"]["currentFlag"], both);
    assert_eq!(test.ok("flag_get", json!({ "flag": "shared" })).await, both, "nothing is overwritten");
}

#[tokio::test]
async fn kill_restore_and_switches_never_conflict_with_an_edit() {
    let test = TestApp::connected().await;
    let flag = test.flag("shared").await;
    test.ok("flag_kill", json!({ "flag": "shared" })).await;
    test.ok(
        "flag_set_environment",
        json!({ "flag": "shared", "environment": "production", "enabled": true }),
    )
    .await;
    let edit = json!({ "flag": "shared", "baseVersion": flag["version"], "changes": { "rules": [{ "percentage": 5 }] } });
    let edited = test.ok("flag_update", edit).await;
    assert_eq!(edited["isActive"], false);
    assert_eq!(edited["environments"]["production"], true);
    assert_eq!(edited["rules"][0]["value"], true, "a boolean rule serves true unless it says otherwise");
    let restored = test.ok("flag_restore", json!({ "flag": "shared" })).await["flag"].clone();
    assert_eq!(restored["rules"], edited["rules"], "restore brings the exact rules back");
}

#[tokio::test]
async fn two_editors_of_one_audience_conflict_over_the_same_field() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await;
    let edit = |changes| json!({ "id": audience["id"], "baseVersion": 1, "changes": changes });
    let hers = test.ok("audience_update", edit(json!({ "name": "Large" }))).await;
    let error = test.fails("audience_update", edit(json!({ "name": "Big" })), "conflict").await;
    assert_eq!(error["details"]["fields"], json!(["name"]));
    assert_eq!(error["details"]["currentAudience"], hers);
}

#[tokio::test]
async fn an_audience_in_use_names_the_flags_that_use_it() {
    let test = TestApp::connected().await;
    let audience = test.audience("Enterprise", "enterprise").await;
    let rules = json!([{ "audienceId": audience["id"] }]);
    let flag = test.ok("flag_create", with(new_flag("uses-it"), json!({ "rules": rules }))).await;
    let error = test.fails("audience_delete", json!({ "id": audience["id"] }), "in_use").await;
    assert_eq!(error["details"]["flags"], json!([{ "id": flag["id"], "key": "uses-it" }]));

    let empty = json!({ "flag": "uses-it", "baseVersion": 1, "changes": { "rules": [] } });
    test.ok("flag_update", empty).await;
    assert_eq!(test.ok("audience_delete", json!({ "id": audience["id"] })).await, json!({}));
    test.fails("audience_get", json!({ "id": audience["id"] }), "not_found").await;
}

#[tokio::test]
async fn a_taken_key_offers_the_archived_flag_that_has_it() {
    let test = TestApp::connected().await;
    let flag = test.flag("taken").await;
    let error = test.fails("flag_create", new_flag("taken"), "already_exists").await;
    assert_eq!(error["details"]["archived"], false);
    test.ok("flag_archive", json!({ "flag": "taken" })).await;
    let error = test.fails("flag_create", new_flag("taken"), "already_exists").await;
    assert_eq!(error["details"]["archived"], true);
    assert_eq!(error["details"]["flags"], json!([{ "id": flag["id"], "key": "taken" }]));

    let listed = |archived| json!({ "archived": archived });
    assert_eq!(test.ok("flags_list", listed(false)).await["flags"], json!([]));
    assert_eq!(test.ok("flags_list", listed(true)).await["flags"][0]["key"], "taken");
    test.ok("flag_unarchive", json!({ "flag": "taken" })).await;
    assert_eq!(test.ok("flags_list", listed(false)).await["flags"][0]["key"], "taken");
}

#[tokio::test]
async fn an_earlier_version_comes_back_as_a_new_one() {
    let test = TestApp::connected().await;
    test.flag("history").await;
    for name in ["Second", "Third"] {
        let current = test.ok("flag_get", json!({ "flag": "history" })).await;
        let edit =
            json!({ "flag": "history", "baseVersion": current["version"], "changes": { "name": name } });
        test.ok("flag_update", edit).await;
    }
    let reverted = test.ok("flag_revert", json!({ "flag": "history", "version": 1, "note": "back" })).await;
    assert_eq!((&reverted["name"], &reverted["version"]), (&json!("A flag"), &json!(4)));
    let versions = test.ok("flag_versions", json!({ "flag": "history", "before": 4, "limit": 2 })).await;
    let names: Vec<_> = versions.as_array().unwrap().iter().map(|version| &version["flag"]["name"]).collect();
    assert_eq!(names, ["Third", "Second"]);
    test.fails("flag_revert", json!({ "flag": "history", "version": 99 }), "not_found").await;
}

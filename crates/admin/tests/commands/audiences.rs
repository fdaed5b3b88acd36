//! Audiences through commands: who is in one, and why; its history; what an edit moves; what breaks it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    brute_force::Dice,
    support::{TestApp, WITHIN, new_flag, spawn, with},
};

fn plan(name: &str) -> Value {
    json!({ "attribute": "plan", "operator": "equals", "value": name })
}

/// A condition over what the thousand customers have.
fn random_condition(dice: &mut Dice, depth: u64) -> Value {
    match depth {
        0 => match dice.below(6) {
            0 => plan("enterprise"),
            1 => json!({ "attribute": "plan", "operator": "is_not_set" }),
            2 => json!({ "attribute": "country", "operator": "not_equals", "value": "US" }),
            3 => json!({ "attribute": "seats", "operator": "at_most", "value": dice.below(1_000) }),
            4 => json!({ "attribute": "tags", "operator": "contains_any", "value": ["t1"] }),
            _ => json!({ "attribute": "id", "operator": "ends_with", "value": dice.below(10).to_string() }),
        },
        depth => match dice.below(3) {
            0 => json!({ "all": [random_condition(dice, depth - 1), random_condition(dice, depth - 1)] }),
            1 => json!({ "any": [random_condition(dice, depth - 1), random_condition(dice, depth - 1)] }),
            _ => json!({ "not": random_condition(dice, depth - 1) }),
        },
    }
}

/// The ids of everybody a condition holds for, by the look-up that serves evaluations.
async fn members(test: &TestApp, condition: &Value) -> BTreeSet<String> {
    let store = test.store().await;
    let source = store.resolved_source().await.unwrap().unwrap();
    let condition = serde_json::from_value(condition.clone()).unwrap();
    let id = halyard_engine::AudienceId(uuid::Uuid::new_v4());
    let prepared = halyard_store::memberships::Memberships::prepare(&source, &[(id, &condition)]);
    let ids: Vec<String> = (1..=1_000).map(|number| format!("c{number}")).collect();
    let asked: Vec<&str> = ids.iter().map(String::as_str).collect();
    let found = store.memberships(&prepared, &asked, WITHIN).await.unwrap();
    let both = ids.into_iter().zip(found);
    both.filter(|(_, entity)| prepared.of(entity, id) == halyard_engine::Membership::In)
        .map(|(id, _)| id)
        .collect()
}

/// Every page of a paged command, as one list of `field`, and how many pages there were.
async fn all_pages(test: &TestApp, command: &str, request: Value, field: &str) -> (Vec<Value>, usize) {
    let (mut rows, mut pages, mut cursor) = (Vec::new(), 0, Value::Null);
    loop {
        let page = test.ok(command, with(request.clone(), json!({ "cursor": cursor }))).await;
        rows.extend(page[field].as_array().unwrap().clone());
        (pages, cursor) = (pages + 1, page["nextCursor"].clone());
        if cursor.is_null() {
            return (rows, pages);
        }
    }
}

fn ids(rows: &[Value]) -> Vec<String> {
    rows.iter().map(|row| row["entityId"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn count_sample_and_check_agree_with_looking_every_customer_up() {
    let test = TestApp::connected().await;
    let mut dice = Dice::new(4);
    for round in 0..25 {
        let condition = random_condition(&mut dice, round % 4);
        let expected = members(&test, &condition).await;
        let count = test.ok("audience_count", json!({ "condition": condition, "topic": "members" })).await;
        assert_eq!((&count["customers"], &count["total"]), (&json!(expected.len()), &json!(1_000)));
        let request = json!({ "condition": condition, "limit": 20, "opening": format!("round {round}") });
        let (sample, pages) = all_pages(&test, "audience_sample", request, "members").await;
        let listed = ids(&sample);
        assert_eq!(listed.iter().cloned().collect::<BTreeSet<_>>(), expected, "{condition}");
        assert_eq!(
            (listed.len(), pages),
            (expected.len(), expected.len().div_ceil(20).max(1)),
            "nobody twice"
        );
        for _ in 0..4 {
            let id = format!("c{}", dice.below(1_000) + 1);
            let check = test.ok("audience_check", json!({ "condition": condition, "entityId": id })).await;
            assert_eq!(check["holds"], expected.contains(&id), "{id} {condition}");
            assert_eq!(check["condition"]["holds"], check["holds"]);
            assert_eq!(check["customer"]["entityId"], id);
        }
    }
}

#[tokio::test]
async fn a_sample_shows_what_the_condition_compares_each_thing_once() {
    let test = TestApp::connected().await;
    let condition = json!({ "all": [
        { "attribute": "seats", "operator": "at_least", "value": 10 },
        { "attribute": "seats", "operator": "at_most", "value": 20 },
        { "not": { "attribute": "plan", "operator": "equals", "value": "free" } },
        { "attribute": "tags", "operator": "is_set" },
    ] });
    let sample = test.ok("audience_sample", json!({ "condition": condition, "limit": 2 })).await;
    let compared: Vec<&Value> =
        sample["compared"].as_array().unwrap().iter().map(|leaf| &leaf["attribute"]).collect();
    assert_eq!(compared, ["seats", "plan", "tags"]);
    let first = &sample["members"][0];
    assert_eq!((&first["entityId"], &first["name"]), (&json!("c10"), &json!("Customer 10")));
    assert_eq!(first["values"], json!([10, "enterprise", ["t1"]]));
    assert_eq!(sample["members"].as_array().unwrap().len(), 2);
    assert_eq!(sample["nextCursor"], sample["members"][1]["entityId"]);
    let listed = "select entity_type from halyard.audit_log where action = 'customers.listed'";
    assert!(test.texts(listed).await.is_empty(), "a handful of examples is not recorded");
    let more =
        json!({ "condition": condition, "limit": 2, "cursor": sample["nextCursor"], "opening": "one" });
    for _ in 0..2 {
        test.ok("audience_sample", more.clone()).await;
    }
    assert_eq!(test.texts(listed).await.len(), 1, "reading on is, once");
    assert_eq!(
        test.violations("audience_sample", with(more.clone(), json!({ "limit": 21 }))).await,
        ["limit"]
    );
    assert_eq!(test.violations("audience_sample", with(more, json!({ "cursor": "" }))).await, ["cursor"]);
    let unknown = json!({ "condition": { "attribute": "nope", "operator": "is_set" }, "limit": 5 });
    assert_eq!(test.violations("audience_sample", unknown).await, ["condition.attribute"]);
}

#[tokio::test]
async fn a_check_shows_every_condition_beside_what_the_row_holds() {
    let test = TestApp::connected().await;
    let condition =
        json!({ "any": [plan("pro"), { "attribute": "seats", "operator": "less_than", "value": 3 }] });
    let check = test.ok("audience_check", json!({ "condition": condition, "entityId": "c1" })).await;
    assert_eq!(check["holds"], true);
    assert_eq!(check["condition"]["any"][0]["rowValue"], "free");
    assert_eq!(check["condition"]["any"][0]["holds"], false);
    assert_eq!(check["condition"]["any"][1]["rowValue"], 1);
    let stranger = test.ok("audience_check", json!({ "condition": condition, "entityId": "nobody" })).await;
    assert_eq!(stranger, json!({ "customer": null, "holds": false, "condition": null }));
    let opposite = json!({ "condition": { "not": condition }, "entityId": "nobody" });
    assert_eq!(test.ok("audience_check", opposite).await["holds"], false, "strangers are in no audience");
    let request = json!({ "condition": condition, "entityId": "" });
    assert_eq!(test.violations("audience_check", request).await, ["entityId"]);
    let broken = json!({ "condition": { "attribute": "nope", "operator": "is_set" }, "entityId": "c1" });
    assert_eq!(test.violations("audience_check", broken).await, ["condition.attribute"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_of_an_audience_is_followed_and_called_off_in_the_database_too() {
    let test = TestApp::connected().await;
    let mut locking = test.lock_customers().await;
    for command in ["audience_count", "audience_sample"] {
        let limit = if command == "audience_sample" { json!({ "limit": 5 }) } else { json!({}) };
        let request = with(json!({ "condition": plan("enterprise"), "topic": "slow" }), limit);
        let count = spawn(&test, command, request);
        locking.until_waited_for_by(1).await;
        let progress = test.ok("count_progress", json!({ "topic": "slow" })).await;
        assert_eq!(progress["running"], true);
        test.ok("count_cancel", json!({ "topic": "slow" })).await;
        assert_eq!(count.await.unwrap().unwrap_err()["code"], "cancelled", "{command}");
        locking.until_nobody_waits().await;
    }
    locking.unlock().await;
}

#[tokio::test]
async fn an_edit_names_who_comes_in_and_who_goes_out() {
    let test = TestApp::connected().await;
    let mut dice = Dice::new(7);
    for round in 0..8 {
        let saved = random_condition(&mut dice, 2);
        let edited = random_condition(&mut dice, 2);
        let new = json!({ "name": format!("Round {round}"), "condition": saved });
        let id = test.ok("audience_create", new).await["id"].clone();
        let (before, after) = (members(&test, &saved).await, members(&test, &edited).await);
        let impact = test.ok("audience_impact", json!({ "id": id, "condition": edited })).await;
        for (who, expected) in
            [("joining", after.difference(&before)), ("leaving", before.difference(&after))]
        {
            let expected: BTreeSet<String> = expected.cloned().collect();
            assert_eq!(impact[who], json!(expected.len()), "{who}: {saved} → {edited}");
            let request = json!({ "id": id, "condition": edited, "who": who, "limit": 150, "opening": format!("{round}") });
            let (rows, _) = all_pages(&test, "audience_impact_customers", request, "customers").await;
            assert_eq!(rows.len(), expected.len(), "nobody twice");
            assert_eq!(ids(&rows).into_iter().collect::<BTreeSet<_>>(), expected);
        }
    }
    let id = test.audience("Enterprise", "enterprise").await["id"].clone();
    let request =
        json!({ "id": id, "condition": plan("free"), "who": "joining", "search": "c12@", "limit": 5 });
    let found = test.ok("audience_impact_customers", request.clone()).await;
    assert_eq!(ids(found["customers"].as_array().unwrap()), ["c12"]);
    let paths = test.violations("audience_impact_customers", with(request, json!({ "limit": 0 }))).await;
    assert_eq!(paths, ["limit"]);
}

#[tokio::test]
async fn impact_says_in_which_environments_a_flag_moves_people_and_which_is_killed() {
    let test = TestApp::connected().await;
    let id = test.audience("Enterprise", "enterprise").await["id"].clone();
    for key in ["serving", "killed", "waiting"] {
        test.ok("flag_create", with(new_flag(key), json!({ "rules": [{ "audienceId": id }] }))).await;
    }
    test.execute(
        "update halyard.feature_flags set environments = '{\"production\": true, \"staging\": false}'
             where key <> 'waiting';
         update halyard.feature_flags set is_active = false where key = 'killed'",
    )
    .await;
    let impact = test.ok("audience_impact", json!({ "id": id, "condition": plan("free") })).await;
    for moved in impact["flags"].as_array().unwrap() {
        let (environments, killed) = match moved["flag"]["key"].as_str().unwrap() {
            "serving" => (json!(["production"]), false),
            "killed" => (json!([]), true),
            _ => (json!([]), false),
        };
        assert_eq!((&moved["environments"], &moved["killed"]), (&environments, &json!(killed)), "{moved}");
        assert_eq!((&moved["gained"], &moved["lost"]), (&json!(300), &json!(100)));
    }
}

#[tokio::test]
async fn every_version_is_kept_and_an_old_one_can_be_made_the_newest() {
    let test = TestApp::connected().await;
    let first = test.audience("Enterprise", "enterprise").await;
    let id = &first["id"];
    let edit = json!({ "id": id, "baseVersion": 1, "note": "too few",
        "changes": { "condition": { "any": [plan("enterprise"), plan("free")] } } });
    test.ok("audience_update", edit).await;
    let rename =
        json!({ "id": id, "baseVersion": 2, "changes": { "name": "Paying", "description": "who pay" } });
    test.ok("audience_update", rename).await;
    let versions = test.ok("audience_versions", json!({ "id": id, "limit": 10 })).await;
    let each = |field: &str| -> Vec<Value> {
        versions.as_array().unwrap().iter().map(|version| version[field].clone()).collect()
    };
    assert_eq!(each("version"), [3, 2, 1]);
    assert_eq!(each("note"), ["", "too few", ""]);
    assert_eq!(each("name"), ["Paying", "Enterprise", "Enterprise"]);
    assert_eq!(each("actor"), ["Ada", "Ada", "Ada"]);
    assert_eq!(each("action"), ["audience.updated", "audience.updated", "audience.created"]);
    assert_eq!(versions[2]["condition"], first["condition"]);
    let older = test.ok("audience_versions", json!({ "id": id, "before": 3, "limit": 1 })).await;
    assert_eq!((older.as_array().unwrap().len(), &older[0]["version"]), (1, &json!(2)));

    let reverted = test.ok("audience_revert", json!({ "id": id, "version": 1, "note": "back" })).await;
    for field in ["name", "description", "condition"] {
        assert_eq!(reverted[field], first[field], "{field}");
    }
    assert_eq!(reverted["version"], 4);
    let newest = test.ok("audience_versions", json!({ "id": id, "limit": 1 })).await;
    assert_eq!((&newest[0]["version"], &newest[0]["note"]), (&json!(4), &json!("back")));
    // The newest version once more changes nothing, so it is no version.
    assert_eq!(test.ok("audience_revert", json!({ "id": id, "version": 4 })).await["version"], 4);

    test.fails("audience_revert", json!({ "id": id, "version": 9 }), "not_found").await;
    test.fails("audience_versions", json!({ "id": uuid::Uuid::new_v4(), "limit": 1 }), "not_found").await;
    assert_eq!(test.violations("audience_versions", json!({ "id": id, "limit": 201 })).await, ["limit"]);
    test.audience("Paying", "pro").await;
    test.fails("audience_revert", json!({ "id": id, "version": 3 }), "already_exists").await;
}

#[tokio::test]
async fn a_version_that_does_not_fit_the_customers_any_more_does_not_come_back() {
    let test = TestApp::connected().await;
    let id = test.audience("Enterprise", "enterprise").await["id"].clone();
    let germans = json!({ "attribute": "country", "operator": "equals", "value": "DE" });
    let edit = json!({ "id": id, "baseVersion": 1, "changes": { "condition": germans } });
    test.ok("audience_update", edit).await;
    test.execute("alter table public.customers drop column plan").await;
    let paths = test.violations("audience_revert", json!({ "id": id, "version": 1 })).await;
    assert_eq!(paths, ["condition.attribute"]);
    assert_eq!(test.ok("audience_get", json!({ "id": id })).await["version"], 2);
    // What was written by hand and is no condition does not hide the rest of the history.
    test.execute("update halyard.audiences set condition = '{\"plan\": 1}'").await;
    test.execute(
        "update halyard.audiences set condition = '{\"attribute\": \"country\", \"operator\": \"is_set\"}'",
    )
    .await;
    let versions = test.ok("audience_versions", json!({ "id": id, "limit": 10 })).await;
    assert_eq!((versions.as_array().unwrap().len(), &versions[1]["condition"]), (4, &Value::Null));
    assert_eq!(test.violations("audience_revert", json!({ "id": id, "version": 3 })).await, ["version"]);
}

#[tokio::test]
async fn a_dropped_column_breaks_audiences_by_name_with_their_flags_until_they_are_repaired() {
    let test = TestApp::connected().await;
    let id = test.audience("Enterprise", "enterprise").await["id"].clone();
    let germans = json!({ "attribute": "country", "operator": "equals", "value": "DE" });
    test.ok("audience_create", json!({ "name": "Germans", "condition": germans })).await;
    test.ok("flag_create", with(new_flag("on-plan"), json!({ "rules": [{ "audienceId": id }] }))).await;
    assert_eq!(test.ok("audiences_broken", json!({})).await, json!([]));
    test.execute("alter table public.customers drop column plan").await;
    let broken = test.ok("audiences_broken", json!({})).await;
    assert_eq!(broken.as_array().unwrap().len(), 1);
    assert_eq!((&broken[0]["id"], &broken[0]["name"]), (&id, &json!("Enterprise")));
    assert_eq!(broken[0]["usedBy"][0]["key"], "on-plan");
    let why = broken[0]["violations"][0]["message"].as_str().unwrap();
    assert!(why.contains("plan"), "{why}");
    test.execute("alter table public.customers rename to people").await;
    assert_eq!(
        test.ok("audiences_broken", json!({})).await.as_array().unwrap().len(),
        0,
        "no source, nothing to fit"
    );
    test.execute("alter table public.people rename to customers").await;
    let repair = json!({ "id": id, "baseVersion": 1, "changes": { "condition": germans } });
    test.ok("audience_update", repair).await;
    assert_eq!(test.ok("audiences_broken", json!({})).await, json!([]));
}

#[tokio::test]
async fn values_and_names_of_events_are_suggested() {
    let test = TestApp::connected().await;
    assert_eq!(test.ok("event_names", json!({})).await, Value::Null, "no events table");
    let plans = test.ok("attribute_suggestions", json!({ "attribute": "plan" })).await;
    let values: Vec<&Value> =
        plans["values"].as_array().unwrap().iter().map(|suggested| &suggested["value"]).collect();
    assert_eq!(values, ["free", "enterprise"], "the most common first");
    assert_eq!(plans["from"], "all_rows");
    assert_eq!(plans["paths"], json!([]));
    let paths = test.violations("attribute_suggestions", json!({ "attribute": "nope" })).await;
    assert_eq!(paths, ["attribute"]);

    test.execute(
        "create table public.events (customer_id text, name text, occurred_at timestamptz);
         insert into public.events
         select 'c' || n, case when n % 4 = 0 then 'checkout' else 'visit' end, now() from generate_series(1, 40) n",
    )
    .await;
    let events = test.ok("event_names", json!({})).await;
    assert_eq!(
        events["names"],
        json!([{ "name": "visit", "events": 30 }, { "name": "checkout", "events": 10 }])
    );
    assert_eq!((&events["sampled"], &events["complete"]), (&json!(40), &json!(true)));
}

//! The evaluation log as the page asks for it: pages, the drawer, taking out, erasing, keeping.

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use chrono::{TimeDelta, Utc};
use halyard_admin::dispatch;
use halyard_store::evaluations::{EvaluationBatch, EvaluationCall, EvaluationSource, FlagSet};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{TestApp, new_flag};

/// Calls of one flag, a second apart, of a few customers.
async fn with_calls(calls: i64) -> TestApp {
    let test = TestApp::connected().await;
    test.ok("flag_create", new_flag("banner")).await;
    let store = test.store().await;
    let flag = store.configuration().await.unwrap().flags[0].clone();
    let flag_set = Arc::new(FlagSet::new([(flag.number, flag.version)]));
    let at = Utc::now();
    let call = |number: i64| EvaluationCall {
        id: Uuid::now_v7(),
        evaluated_at: at - TimeDelta::milliseconds(number * 10),
        environment: "production".into(),
        entity_id: format!("=cmd{}", number % 10).into(),
        source: EvaluationSource::Evaluate,
        sdk: "@web/1".into(),
        stale: false,
        config_version: 1,
        flag_set: Arc::clone(&flag_set),
        outcomes: [-1].into(),
    };
    let batch =
        EvaluationBatch { id: Uuid::now_v7(), writer: Uuid::now_v7(), calls: (0..calls).map(call).collect() };
    let stored = store.evaluations_append(&batch, Duration::from_secs(60)).await.unwrap();
    assert_eq!(stored.stored, usize::try_from(calls).unwrap());
    test
}

fn files(test: &TestApp) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(test.data_dir.path().join("downloads")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).collect()
}

async fn entries(test: &TestApp) -> Vec<String> {
    test.texts(
        "select action || ' ' || coalesce(after::text, '') from halyard.audit_log
         where action in ('evaluations.exported', 'customer.erased') order by seq",
    )
    .await
}

#[tokio::test]
async fn the_list_pages_both_ways_and_a_row_opens_its_call() {
    let test = with_calls(30).await;
    let first = test.ok("evaluations_list", json!({ "limit": 10 })).await;
    let older = json!({ "limit": 10, "cursor": first["nextCursor"] });
    let second = test.ok("evaluations_list", older).await;
    let back = json!({ "limit": 10, "cursor": second["newerCursor"], "direction": "newer" });
    assert_eq!(test.ok("evaluations_list", back).await["evaluations"], first["evaluations"]);
    let row = &second["evaluations"][3];
    let call = json!({ "id": row["callId"], "evaluatedAt": row["at"] });
    assert_eq!(test.ok("evaluation_call", call).await["evaluations"], json!([row]));

    let filter =
        json!({ "flagKey": "banner", "value": false, "reason": "FALLTHROUGH", "source": "evaluate" });
    let page = test.ok("evaluations_list", json!({ "filter": filter, "limit": 500 })).await;
    assert_eq!(page["evaluations"].as_array().unwrap().len(), 30);
    let (from, to) = (Utc::now() - TimeDelta::hours(1), Utc::now() + TimeDelta::minutes(1));
    let over = json!({ "filter": filter, "from": from, "to": to, "buckets": 60 });
    let histogram = test.ok("evaluations_histogram", over).await;
    assert_eq!((&histogram["total"], &histogram["series"][0]["value"]), (&json!(30), &json!(false)));
    let usage = test.ok("flags_usage", json!({})).await;
    assert_eq!(usage["flags"][0]["hourly"].as_array().unwrap().len(), 24);
    let since = test.ok("evaluations_since", json!({ "limit": 5 })).await;
    assert_eq!((since["evaluations"].as_array().unwrap().len(), &since["sampled"]), (5, &json!(true)));
    assert_eq!(since["waiting"], 0, "nothing is held");
    // The cursor is the tenth call's.
    let held = test.ok("evaluations_since", json!({ "limit": 5, "held": first["nextCursor"] })).await;
    assert_eq!((&held["waiting"], &held["evaluations"]), (&json!(9), &since["evaluations"]));
    assert_eq!(test.ok("unknown_flags_list", json!({})).await, json!([]));
    test.violations("evaluations_list", json!({ "limit": 1, "filter": { "flag": "banner" } })).await;
    test.violations("evaluations_list", json!({ "limit": 1, "filter": { "reason": "WHIM" } })).await;
}

#[tokio::test]
async fn evaluations_are_exported_whole_safe_and_on_record() {
    // More than are read at a time.
    let test = with_calls(5_200).await;
    let exported = test.ok("evaluations_export", json!({ "topic": "log" })).await;
    assert_eq!(exported["rows"], 5_200);
    let text = fs::read_to_string(&files(&test)[0]).unwrap();
    let lines: Vec<&str> = text.strip_prefix('\u{feff}').unwrap().split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 5_201);
    assert!(lines[0].starts_with("evaluated_at,environment,entity_id,flag_key,flag_version,value,reason"));
    assert!(
        lines[1].contains(",production,'=cmd0,banner,1,false,FALLTHROUGH,,,,,evaluate,'@web/1,false,"),
        "{}",
        lines[1]
    );
    assert!(lines[1..].is_sorted_by(|one, other| one[..24] >= other[..24]), "newest first");

    let one = json!({ "topic": "log", "filter": { "entityId": "=cmd3", "flagKey": "banner" } });
    assert_eq!(test.ok("evaluations_export", one).await["rows"], 520);
    let entries = entries(&test).await;
    assert_eq!(entries.len(), 2);
    assert!(entries[1].contains("\"oneCustomer\": true") && entries[1].contains("banner"), "{entries:?}");
    assert!(!entries[1].contains("cmd3"), "the trail is for good");
}

#[tokio::test]
async fn a_cancelled_export_of_evaluations_leaves_no_file_but_is_on_record() {
    let test = with_calls(50).await;
    let mut lock = test.lock("halyard.flag_sets").await;
    let running = {
        let app = test.app.clone();
        tokio::spawn(async move { dispatch(&app, "evaluations_export", json!({ "topic": "log" })).await })
    };
    lock.until_waited_for_by(1).await;
    assert_eq!(test.ok("export_progress", json!({ "topic": "log" })).await["running"], true);
    test.ok("export_cancel", json!({ "topic": "log" })).await;
    let error = running.await.unwrap().unwrap_err();
    assert_eq!(serde_json::to_value(error).unwrap()["code"], "cancelled");
    lock.unlock().await;
    assert_eq!(files(&test), Vec::<PathBuf>::new());
    assert_eq!(entries(&test).await.len(), 1);
}

#[tokio::test]
async fn a_customer_is_erased_only_when_named_twice() {
    let test = with_calls(40).await;
    let typo = json!({ "entityId": "=cmd1", "confirm": "=cmd" });
    assert_eq!(test.violations("customer_erase", typo).await, ["confirm"]);
    let told = json!({ "entityId": "=cmd1", "confirm": "=cmd1", "note": "=cmd1 asked for it" });
    assert_eq!(test.violations("customer_erase", told).await, ["note"]);
    let erased =
        test.ok("customer_erase", json!({ "entityId": "=cmd1", "confirm": "=cmd1", "note": "Asked." })).await;
    assert_eq!((&erased["removed"], &erased["partitions"]), (&json!(4), &json!(1)));
    let gone = test.ok("evaluations_list", json!({ "limit": 9, "filter": { "entityId": "=cmd1" } })).await;
    assert_eq!(gone["evaluations"], json!([]));
    assert_eq!(test.ok("customer_erase_progress", json!({})).await["running"], false);
    let entries = entries(&test).await;
    assert!(entries.len() == 1 && !entries[0].contains("cmd1"), "{entries:?}");
}

#[tokio::test]
async fn retention_is_a_setting_and_the_log_says_how_large_it_is() {
    let test = with_calls(10).await;
    assert_eq!(test.ok("settings_get", json!({})).await, json!({ "retentionDays": 90 }));
    let forever = json!({ "settings": { "retentionDays": 4_000 } });
    assert_eq!(test.violations("settings_set", forever).await, ["retentionDays"]);
    test.ok("settings_set", json!({ "settings": { "retentionDays": 30 } })).await;
    let storage = test.ok("log_storage", json!({})).await;
    assert_eq!((&storage["retentionDays"], &storage["overdue"]), (&json!(30), &json!(0)));
    assert!(storage["days"].as_array().unwrap().len() == 9 && storage["bytes"].as_i64().unwrap() > 0);
    let audited = test.texts("select action from halyard.audit_log where action like 'setting%'").await;
    assert_eq!(audited.len(), 1);
}

#[tokio::test]
async fn a_copied_statement_finds_what_the_page_shows() {
    let test = with_calls(20).await;
    let filter = json!({ "entityId": "=cmd1", "flagKey": "banner", "value": false });
    let answer: Value = test.ok("evaluations_sql", json!({ "filter": filter })).await;
    let sql = answer["sql"].as_str().unwrap().trim_end().trim_end_matches(';').to_owned();
    let found = test.texts(&format!("select entity_id from ({sql}) as pasted")).await;
    assert_eq!(found, ["=cmd1", "=cmd1"]);
}

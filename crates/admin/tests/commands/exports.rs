//! Exports: whole files under free names or none at all, and an audit entry before any name is given out.

use std::{fs, path::PathBuf};

use halyard_admin::dispatch;
use serde_json::{Value, json};

use crate::support::{TestApp, new_flag, with};

fn downloads(test: &TestApp) -> PathBuf {
    test.data_dir.path().join("downloads")
}

/// The names of the files there, in order; none without the directory.
fn files(test: &TestApp) -> Vec<String> {
    let Ok(entries) = fs::read_dir(downloads(test)) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A flag that serves nobody, and the request to list everybody whom 100 % would give `true`.
async fn everybody_gains(test: &TestApp, key: &str) -> Value {
    test.ok("flag_create", new_flag(key)).await;
    json!({
        "flag": key, "draft": { "defaultValue": false, "rules": [{ "percentage": 100, "value": true }] },
        "who": { "kind": "affected", "effect": "gained" },
    })
}

async fn accesses(test: &TestApp) -> Vec<String> {
    test.texts(
        "select action || ' ' || entity_type || ' ' || entity_key || ' ' || actor from halyard.audit_log
         where action like 'customers.%' order by seq",
    )
    .await
}

#[tokio::test]
async fn customers_of_an_edit_are_exported_with_what_it_does_to_them() {
    let test = TestApp::connected().await;
    test.execute(
        "update public.customers set name = '=HYPERLINK(\"x\")' where id = 'c1';
         update public.customers set name = 'Doe, \"J\"', email = null where id = 'c10'",
    )
    .await;
    let request = with(everybody_gains(&test, "new-dashboard").await, json!({ "topic": "export" }));
    let exported = test.ok("impact_customers_export", request.clone()).await;
    assert_eq!(exported["fileName"], "new-dashboard-gain.csv");
    assert_eq!(exported["directory"], downloads(&test).to_str().unwrap());
    assert_eq!(exported["rows"], 1_000);

    let text = fs::read_to_string(downloads(&test).join("new-dashboard-gain.csv")).unwrap();
    assert_eq!(exported["bytes"], text.len());
    let lines: Vec<&str> = text.strip_prefix('\u{feff}').unwrap().split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 1_001);
    assert_eq!(lines[0], "customer_id,name,email,effect,value_now,value_after");
    assert_eq!(lines[1], "c1,\"'=HYPERLINK(\"\"x\"\")\",c1@example.com,gained,false,true");
    assert_eq!(lines[2], "c10,\"Doe, \"\"J\"\"\",,gained,false,true");

    let search = with(request, json!({ "search": "c99", "who": { "kind": "all_moved" } }));
    let exported = test.ok("impact_customers_export", search.clone()).await;
    assert_eq!((&exported["fileName"], &exported["rows"]), (&json!("new-dashboard-moved.csv"), &json!(11)));
    let exported = test.ok("impact_customers_export", search).await;
    assert_eq!(exported["fileName"], "new-dashboard-moved (2).csv", "nobody's file is overwritten");
    assert_eq!(
        files(&test),
        ["new-dashboard-gain.csv", "new-dashboard-moved (2).csv", "new-dashboard-moved.csv"]
    );
    assert_eq!(accesses(&test).await, ["customers.exported flag new-dashboard Ada"; 3]);
}

#[tokio::test]
async fn a_cancelled_export_leaves_no_file_and_says_so() {
    let test = TestApp::connected().await;
    let request = with(everybody_gains(&test, "ramp").await, json!({ "topic": "export" }));
    let mut lock = test.lock_customers().await;
    let running = {
        let (app, request) = (test.app.clone(), request.clone());
        tokio::spawn(async move { dispatch(&app, "impact_customers_export", request).await })
    };
    lock.until_waited_for_by(1).await;
    let progress = test.ok("export_progress", json!({ "topic": "export" })).await;
    assert_eq!((&progress["running"], &progress["rows"]), (&json!(true), &json!(0)));
    let error = test.fails("impact_customers_export", request.clone(), "invalid").await;
    assert_eq!(error["message"], "This export is already under way.");
    assert_eq!(files(&test).len(), 1, "what is written so far");

    test.ok("export_cancel", json!({ "topic": "export" })).await;
    let error = running.await.unwrap().unwrap_err();
    assert_eq!(serde_json::to_value(error).unwrap()["code"], "cancelled");
    assert_eq!(files(&test), [""; 0]);
    lock.unlock().await;
    assert_eq!(test.ok("export_progress", json!({ "topic": "export" })).await["running"], false);
    assert_eq!(accesses(&test).await.len(), 1, "that somebody tried stays on record");
    assert_eq!(test.ok("impact_customers_export", request).await["rows"], 1_000);
}

#[tokio::test]
async fn a_failed_export_leaves_no_file() {
    let test = TestApp::connected().await;
    let request = with(everybody_gains(&test, "ramp").await, json!({ "topic": "export" }));
    test.execute("alter table public.customers rename column name to label; revoke all on public.customers from public;
                  create or replace function public.boom() returns text language plpgsql as $$ begin raise 'boom'; end $$;
                  alter table public.customers rename to base;
                  create view public.customers as select id, case when id = 'c500' then public.boom() else label end as name,
                      email, plan, country, seats, tags from public.base").await;
    test.fails("impact_customers_export", request, "internal").await;
    assert_eq!(files(&test), [""; 0]);
}

#[tokio::test]
async fn without_a_place_to_write_the_export_says_where_it_failed() {
    let test = TestApp::connected().await;
    let request = with(everybody_gains(&test, "ramp").await, json!({ "topic": "export" }));
    fs::write(downloads(&test), "a file, no directory").unwrap();
    let error = test.fails("impact_customers_export", request, "internal").await;
    let message = error["message"].as_str().unwrap();
    assert!(message.contains(downloads(&test).to_str().unwrap()), "{message}");
    assert_eq!(accesses(&test).await, [""; 0], "nobody saw anything");
}

#[tokio::test]
async fn opening_a_list_of_customers_is_one_entry_and_reading_on_in_it_none() {
    let test = TestApp::connected().await;
    let request = with(everybody_gains(&test, "ramp").await, json!({ "limit": 10, "opening": "first" }));
    let page = test.ok("impact_customers", request.clone()).await;
    assert_eq!(accesses(&test).await, ["customers.listed flag ramp Ada"]);
    let on = json!({ "cursor": page["nextCursor"] });
    test.ok("impact_customers", with(request.clone(), on)).await;
    test.ok("impact_customers", with(request.clone(), json!({ "search": "c7" }))).await;
    assert_eq!(accesses(&test).await.len(), 1);

    test.ok("impact_customers", with(request.clone(), json!({ "opening": "again" }))).await;
    assert_eq!(accesses(&test).await.len(), 2);
    let others = json!({ "who": { "kind": "all_moved" } });
    test.ok("impact_customers", with(request.clone(), others)).await;
    assert_eq!(accesses(&test).await.len(), 3, "other customers than the opening was recorded for");

    let details = "select after::text from halyard.audit_log where action = 'customers.listed' order by seq";
    let first: Value = serde_json::from_str(&test.texts(details).await[0]).unwrap();
    assert_eq!(first["who"], json!({ "kind": "affected", "effect": "gained" }));
    assert_eq!(first["savedVersion"], 1);
    assert_eq!(first["draft"]["rules"][0]["percentage"], 100.0);
}

#[tokio::test]
async fn names_are_not_given_out_when_that_cannot_be_recorded() {
    let test = TestApp::connected().await;
    let request = everybody_gains(&test, "ramp").await;
    test.execute(
        "create or replace function halyard.record_access(
             action text, entity_type text, entity_id text, entity_key text, details jsonb)
         returns bigint language plpgsql as $$ begin raise 'the audit trail is closed'; end $$",
    )
    .await;
    let list = with(request.clone(), json!({ "limit": 10, "opening": "first" }));
    test.fails("impact_customers", list, "internal").await;
    test.fails("impact_customers_export", with(request, json!({ "topic": "export" })), "internal").await;
    assert_eq!(files(&test), [""; 0]);
}

#[tokio::test]
async fn customers_who_cross_by_an_edited_audience_are_exported_with_both_memberships() {
    let test = TestApp::connected().await;
    let id = test.audience("Big / \"old\"", "enterprise").await["id"].clone();
    let condition = json!({ "all": [{ "attribute": "plan", "operator": "equals", "value": "free" }] });
    let request = json!({ "id": id, "condition": condition, "who": "joining", "topic": "export" });
    let exported = test.ok("audience_impact_customers_export", request.clone()).await;
    assert_eq!((&exported["fileName"], &exported["rows"]), (&json!("Big----old--come-in.csv"), &json!(300)));
    let text = fs::read_to_string(downloads(&test).join("Big----old--come-in.csv")).unwrap();
    let lines: Vec<&str> = text.strip_prefix('\u{feff}').unwrap().split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 301);
    assert_eq!(lines[0], "customer_id,name,email,in_audience_now,in_audience_after");
    assert_eq!(lines[1], "c1,Customer 1,c1@example.com,false,true");

    let leaving = with(request, json!({ "who": "leaving", "search": "c99" }));
    let exported = test.ok("audience_impact_customers_export", leaving).await;
    assert_eq!((&exported["fileName"], &exported["rows"]), (&json!("Big----old--go-out.csv"), &json!(1)));
    let text = fs::read_to_string(downloads(&test).join("Big----old--go-out.csv")).unwrap();
    assert!(text.ends_with("c990,Customer 990,c990@example.com,true,false\r\n"));
    assert_eq!(accesses(&test).await, ["customers.exported audience Big / \"old\" Ada"; 2]);
}

//! The audit trail as a whole: every command that changes something writes exactly its entries, the
//! badge says what verification found, and what is exported verifies without the database.

use std::{collections::BTreeSet, fs};

use halyard_admin::{COMMANDS, CacheTag};
use halyard_store::audit::file::{FileVerifier, Known, Signer};
use serde_json::{Value, json};

use crate::support::{TestApp, new_flag, start};

async fn actions_after(test: &TestApp, seq: i64) -> Vec<String> {
    test.texts(&format!("select action from halyard.audit_log where seq > {seq} order by seq")).await
}

async fn head(test: &TestApp) -> i64 {
    test.texts("select seq::text from halyard.audit_head").await[0].parse().unwrap()
}

/// Asks until it is not running any more.
async fn verified(test: &TestApp) -> Value {
    loop {
        let status = test.ok("audit_verification", json!({})).await;
        if status["state"] != "running" {
            return status;
        }
        tokio::task::yield_now().await;
    }
}

/// Every command that says it changes the audit trail, with a request and the entries it writes. One
/// that is new fails here until somebody says what it writes.
#[tokio::test]
async fn every_command_that_changes_something_writes_exactly_its_entries() {
    let test = TestApp::connected().await;
    let mut tried = BTreeSet::new();
    let mut last = Value::Null;
    let condition = json!({ "attribute": "plan", "operator": "is_set" });
    let customers = json!({
        "schema": "public", "table": "customers", "idColumn": "id", "nameColumn": "name", "emailColumn": null,
    });
    let steps: Vec<(&str, Value, &[&str])> = vec![
        ("flag_create", new_flag("a"), &["flag.created"]),
        ("flag_create", new_flag("b"), &["flag.created"]),
        ("flag_update", update("a", 1, json!({ "name": "Other" })), &["flag.updated"]),
        ("flag_update", update("a", 2, json!({ "description": "Other" })), &["flag.updated"]),
        ("flag_update", update("a", 3, json!({ "defaultValue": true })), &["flag.updated"]),
        ("flag_update", update("a", 4, json!({ "rules": [{ "percentage": 5 }] })), &["flag.updated"]),
        ("flag_update", update("a", 5, json!({ "environments": { "staging": true } })), &["flag.switched"]),
        ("flag_update", update("a", 6, json!({ "clientVisible": true })), &["flag.updated"]),
        ("flag_update", update("a", 7, json!({ "permanent": true })), &["flag.updated"]),
        ("flag_update", update("a", 8, json!({ "tags": ["t"] })), &["flag.updated"]),
        (
            "flag_set_environment",
            json!({ "flag": "a", "environment": "production", "enabled": true }),
            &["flag.switched"],
        ),
        ("flag_kill", json!({ "flag": "a" }), &["flag.killed"]),
        ("change_note_add", json!({ "seq": 0, "note": "Fire" }), &["change.noted"]),
        ("flag_restore", json!({ "flag": "a" }), &["flag.restored"]),
        ("flags_kill", json!({ "flags": ["a", "b"] }), &["flag.killed", "flag.killed"]),
        ("flag_archive", json!({ "flag": "b" }), &["flag.archived"]),
        ("flag_unarchive", json!({ "flag": "b" }), &["flag.unarchived"]),
        ("flag_revert", json!({ "flag": "a", "version": 1 }), &["flag.reverted"]),
        ("audience_create", json!({ "name": "X", "condition": condition }), &["audience.created"]),
        ("audience_update", json!({ "baseVersion": 1, "changes": { "name": "Y" } }), &["audience.updated"]),
        ("audience_revert", json!({ "version": 1 }), &["audience.updated"]),
        ("audience_delete", json!({}), &["audience.deleted"]),
        (
            "environment_create",
            json!({ "key": "qa", "name": "QA", "color": "#123456", "production": false }),
            &["environment.created"],
        ),
        ("environment_update", json!({ "key": "qa", "changes": { "name": "Q" } }), &["environment.updated"]),
        (
            "environments_reorder",
            json!({ "keys": ["production", "development", "staging", "qa"] }),
            &["environment.updated", "environment.updated"],
        ),
        ("environment_delete", json!({ "key": "qa" }), &["environment.deleted"]),
        (
            "sdk_key_create",
            json!({ "kind": "server", "name": "S", "environment": "production" }),
            &["sdk_key.created"],
        ),
        ("sdk_key_rotate", json!({}), &["sdk_key.created"]),
        ("sdk_key_revoke", json!({}), &["sdk_key.revoked"]),
        (
            "customer_source_set",
            json!({ "source": { "customers": customers, "events": null } }),
            &["customer_source.created"],
        ),
        (
            "impact_customers_export",
            json!({
                "flag": "a", "draft": { "defaultValue": false, "rules": [] },
                "who": { "kind": "affected", "effect": "gained" }, "topic": "t",
            }),
            &["customers.exported"],
        ),
        ("audience_create", json!({ "name": "Z", "condition": condition }), &["audience.created"]),
        (
            "audience_impact_customers_export",
            json!({ "condition": condition, "who": "joining", "topic": "t" }),
            &["customers.exported"],
        ),
        ("audit_export", json!({ "format": "csv", "topic": "t" }), &["audit.exported"]),
        ("evaluations_export", json!({ "topic": "t" }), &["evaluations.exported"]),
        ("settings_set", json!({ "settings": { "retentionDays": 30 } }), &["setting.created"]),
        ("customer_erase", json!({ "entityId": "c1", "confirm": "c1" }), &["customer.erased"]),
    ];
    for (command, mut request, actions) in steps {
        // Of what the step before made.
        match command {
            "change_note_add" => request["seq"] = head(&test).await.into(),
            "audience_update"
            | "audience_revert"
            | "audience_delete"
            | "audience_impact_customers_export" => {
                request["id"] = last["id"].clone();
            }
            "sdk_key_rotate" | "sdk_key_revoke" => request["id"] = last["key"]["id"].clone(),
            // A kill is due for a note only where changes need one.
            "flag_kill" => test.execute("update halyard.environments set note_required = production").await,
            "flag_restore" => {
                test.execute(
                    "begin; set local halyard.note = 'no longer';
                     update halyard.environments set note_required = false; commit",
                )
                .await;
            }
            _ => {}
        }
        let before = head(&test).await;
        match test.run(command, request.clone()).await {
            Ok(answer) => last = answer,
            Err(error) => panic!("{command} {request}: {error:#}"),
        }
        let written = actions_after(&test, before).await;
        assert_eq!(written, actions, "{command} {request}");
        tried.insert(command);
    }
    let mutating = COMMANDS.iter().filter(|command| {
        command.invalidates.contains(&CacheTag::Audit) && command.invalidates.len() < CacheTag::ALL.len()
    });
    let missing: Vec<&str> =
        mutating.map(|command| command.name).filter(|name| !tried.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "say above what they write");
    test.ok("audit_verify_start", json!({})).await;
    assert_eq!(verified(&test).await["state"], "intact");
}

fn update(flag: &str, base_version: i32, changes: Value) -> Value {
    json!({ "flag": flag, "baseVersion": base_version, "changes": changes })
}

#[tokio::test]
async fn the_badge_follows_what_is_new_and_names_what_is_broken() {
    let test = TestApp::connected().await;
    let idle = test.ok("audit_verification", json!({})).await;
    assert_eq!((&idle["state"], &idle["verifiedAt"]), (&json!("idle"), &Value::Null));
    test.ok("audit_verify_start", json!({})).await;
    let found = verified(&test).await;
    assert_eq!((&found["state"], &found["checked"], &found["of"]), (&json!("intact"), &json!(3), &json!(3)));

    test.flag("new").await;
    // As soon as the app has heard of the change, asking verifies it.
    loop {
        let found = verified(&test).await;
        if found["checked"] == 4 {
            assert_eq!(found["state"], "intact");
            break;
        }
        tokio::task::yield_now().await;
    }
    test.execute(
        "alter table halyard.audit_entries disable trigger refuse_change;
         update halyard.audit_entries set entry = replace(entry, 'Halyard', 'Nobody') where seq = 2",
    )
    .await;
    test.ok("audit_verify_start", json!({})).await;
    let found = verified(&test).await;
    assert_eq!(
        (&found["state"], &found["brokenAt"], &found["brokenThrough"], &found["problem"]),
        (&json!("broken"), &json!(2), &json!(2), &json!("Entry 2 was changed after it was written."))
    );
}

#[tokio::test]
async fn a_checkpoint_finds_after_a_restart_what_was_cut_off() {
    let test = TestApp::connected().await;
    for key in ["a", "b"] {
        test.flag(key).await;
    }
    let made = test.ok("audit_checkpoint", json!({})).await;
    assert_eq!(made["checkpoint"]["seq"], 5);
    let line: Value = serde_json::from_str(made["line"].as_str().unwrap()).unwrap();
    assert_eq!(line, made["checkpoint"]);
    let again = test.ok("audit_checkpoint", json!({})).await;
    assert_eq!(again["checkpoint"]["publicKey"], line["publicKey"], "one key");
    test.ok("workspace_close", json!({})).await;
    test.app.shut_down().await;
    test.execute(
        "alter table halyard.audit_entries disable trigger refuse_change;
         delete from halyard.audit_entries where seq = 5;
         update halyard.audit_head set seq = 4, hash = (select hash from halyard.audit_entries where seq = 4)",
    )
    .await;

    let test = TestApp { app: start(&test.data_dir), ..test };
    test.ok("workspace_connect", test.connect_request()).await;
    test.ok("audit_verify_start", json!({})).await;
    let found = verified(&test).await;
    assert_eq!((&found["state"], &found["brokenAt"]), (&json!("broken"), &json!(5)), "{found:#}");
    assert_eq!(found["problem"], "Entry 5 is missing: it was there when a checkpoint was made.");
    assert_eq!(found["checkpoint"]["seq"], 5);
}

#[tokio::test]
async fn an_exported_trail_verifies_without_the_database_and_ends_with_its_own_entry() {
    let test = TestApp::connected().await;
    for key in ["a", "b"] {
        test.flag(key).await;
    }
    let request = json!({ "format": "ndjson", "filter": { "flag": "a" }, "topic": "audit" });
    let exported = test.ok("audit_export", request.clone()).await;
    assert_eq!(exported["rows"], 1);
    let name = exported["fileName"].as_str().unwrap();
    assert!(name.starts_with("audit-Shop-") && name.ends_with(".ndjson"), "{name}");
    let path = format!("{}/{name}", exported["directory"].as_str().unwrap());
    let key = test.ok("audit_checkpoint", json!({})).await["checkpoint"]["publicKey"].clone();
    let known = Known { public_key: Some(key.as_str().unwrap().to_owned()), ..Known::default() };
    let mut verifier = FileVerifier::new(known).unwrap();
    for line in fs::read_to_string(&path).unwrap().lines() {
        verifier.line(line.as_bytes()).unwrap();
    }
    let report = verifier.end().unwrap();
    assert_eq!((report.entries, report.left_out, report.signer), (1, 5, Signer::Known));
    assert_eq!((report.header.workspace.as_str(), report.last.seq), ("Shop", 6));

    let listed = test.ok("audit_list", json!({ "limit": 1 })).await["entries"][0].clone();
    assert_eq!((&listed["action"], &listed["actor"]), (&json!("audit.exported"), &json!("Ada")));
    assert_eq!(listed["after"], json!({ "format": "ndjson", "filter": { "flag": "a" } }));
    let wrong = json!({ "format": "csv", "filter": { "actor": "x".repeat(201) }, "topic": "t" });
    assert_eq!(test.violations("audit_export", wrong).await, ["actor"]);
}

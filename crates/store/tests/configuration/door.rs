//! Whoever changes a row: one version, one audit entry, one config version, one notification.

use std::time::Duration;

use serde_json::{Value, json};
use sqlx::postgres::PgListener;

use crate::support::{Database, ana, ben, new_audience, on_each_postgres, rule};

/// What one change must leave behind.
async fn expect_one_entry(database: &Database, action: &str, change: impl AsyncFnOnce()) {
    let before = database.store.config_version().await.unwrap();
    change().await;
    let entries = database.entries_after(before).await;
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, [action]);
    assert_eq!(entries[0].seq, before + 1, "gap-free");
    assert_eq!(database.store.config_version().await.unwrap(), before + 1);
}

#[tokio::test]
async fn every_change_of_a_flag_makes_one_entry_and_one_version() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let note = ana().with_note("because");
        expect_one_entry(database, "flag.created", async || {
            database.flag("checkout").await;
        })
        .await;
        expect_one_entry(database, "flag.updated", async || {
            let changes = serde_json::from_value(json!({ "name": "Checkout", "tags": ["growth"] }));
            store.flag_update("checkout", 1, &changes.unwrap(), &note).await.unwrap();
        })
        .await;
        expect_one_entry(database, "flag.switched", async || {
            store.flag_set_environment("checkout", "production", true, &note).await.unwrap();
        })
        .await;
        expect_one_entry(database, "flag.killed", async || {
            store.flag_set_active("checkout", false, &note).await.unwrap();
        })
        .await;
        expect_one_entry(database, "flag.restored", async || {
            store.flag_set_active("checkout", true, &note).await.unwrap();
        })
        .await;
        expect_one_entry(database, "flag.archived", async || {
            store.flag_archive("checkout", &note).await.unwrap();
        })
        .await;
        expect_one_entry(database, "flag.unarchived", async || {
            store.flag_unarchive("checkout", &note).await.unwrap();
        })
        .await;
        expect_one_entry(database, "flag.reverted", async || {
            store.flag_revert("checkout", 1, &note).await.unwrap();
        })
        .await;
        let versions = store.flag_versions("checkout", None, 200).await.unwrap();
        let numbers: Vec<_> = versions.iter().map(|version| version.version).collect();
        assert_eq!(numbers, [8, 7, 6, 5, 4, 3, 2, 1]);
        let newest = store.flag_get("checkout").await.unwrap();
        assert_eq!(versions[0].flag, newest, "the snapshot is the flag");
        assert_eq!(versions[0].note, "because");
        assert_eq!(versions[0].actor, "Ana");
    })
    .await;
}

#[tokio::test]
async fn every_other_change_makes_one_entry() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let mut id = None;
        expect_one_entry(database, "audience.created", async || {
            let made = store.audience_create(&new_audience("Enterprise"), &ana()).await;
            id = Some(made.unwrap().id);
        })
        .await;
        let id = id.unwrap();
        expect_one_entry(database, "audience.updated", async || {
            let changes = serde_json::from_value(json!({ "name": "Big" })).unwrap();
            assert_eq!(store.audience_update(id, 1, &changes, &ana()).await.unwrap().version, 2);
        })
        .await;
        expect_one_entry(database, "audience.deleted", async || {
            store.audience_delete(id, &ana()).await.unwrap();
        })
        .await;
        expect_one_entry(database, "environment.created", async || {
            let new = json!({ "key": "qa", "name": "QA", "color": "#123ABC", "production": false });
            let new = serde_json::from_value(new).unwrap();
            store.environment_create(&new, &ana()).await.unwrap();
        })
        .await;
        expect_one_entry(database, "environment.updated", async || {
            let changes = serde_json::from_value(json!({ "production": true })).unwrap();
            store.environment_update("qa", &changes, &ana()).await.unwrap();
        })
        .await;
        expect_one_entry(database, "environment.deleted", async || {
            store.environment_delete("qa", &ana().with_note("why")).await.unwrap();
        })
        .await;
        expect_one_entry(database, "setting.created", async || {
            let settings = serde_json::from_value(json!({ "retentionDays": 7 })).unwrap();
            store.settings_set(&settings, &ana()).await.unwrap();
        })
        .await;
        expect_one_entry(database, "customer_source.created", async || {
            database
                .execute("insert into halyard.customer_source (customers) values ('{\"table\": \"c\"}')")
                .await
                .unwrap();
        })
        .await;
        expect_one_entry(database, "sdk_key.created", async || {
            database
                .execute(
                    "insert into halyard.sdk_keys (id, kind, name, environment, hash, prefix)
                     values (gen_random_uuid(), 'server', 'Web', 'production',
                         sha256('secret'), 'hal_srv_ab')",
                )
                .await
                .unwrap();
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_update_typed_in_psql_is_versioned_and_audited_too() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        expect_one_entry(database, "flag.killed", async || {
            database
                .execute("update halyard.feature_flags set is_active = false where key = 'checkout'")
                .await
                .unwrap();
        })
        .await;
        let flag = database.store.flag_get("checkout").await.unwrap();
        assert_eq!((flag.version, flag.updated_by.as_str()), (2, "postgres"));
        assert_eq!(flag.killed_by.as_deref(), Some("postgres"));
        assert!(flag.killed_at.is_some());
        let entry = &database.entries_after(flag.version.into()).await.pop().unwrap();
        assert_eq!((entry.actor.as_str(), entry.db_role.as_str()), ("postgres", "postgres"));
        assert_eq!(entry.before["isActive"], true);
        assert_eq!(entry.after["isActive"], false);
    })
    .await;
}

#[tokio::test]
async fn the_replica_role_does_not_escape_the_door() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        expect_one_entry(database, "flag.updated", async || {
            database
                .execute(
                    "set session_replication_role = replica;
                     update halyard.feature_flags set name = 'x';
                     reset session_replication_role",
                )
                .await
                .unwrap();
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_change_that_changes_nothing_writes_nothing() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let flag = database.flag("checkout").await;
        let before = store.config_version().await.unwrap();

        store.flag_set_active("checkout", true, &ben()).await.unwrap();
        store.flag_set_environment("checkout", "staging", false, &ben()).await.unwrap();
        store.flag_unarchive("checkout", &ben()).await.unwrap();
        store.flag_revert("checkout", 1, &ben()).await.unwrap();
        let same = json!({ "name": flag.name, "rules": [], "tags": [], "defaultValue": false });
        store.flag_update("checkout", 1, &serde_json::from_value(same).unwrap(), &ben()).await.unwrap();
        let keys: Vec<_> = store.environments().await.unwrap().into_iter().map(|it| it.key).collect();
        store.environments_reorder(&keys, &ben()).await.unwrap();
        database
            .execute("update halyard.feature_flags set name = name, version = 99, updated_by = 'me'")
            .await
            .unwrap();

        assert_eq!(store.config_version().await.unwrap(), before);
        assert_eq!(store.flag_get("checkout").await.unwrap(), flag);
    })
    .await;
}

#[tokio::test]
async fn equal_json_is_no_change_however_it_is_written() {
    on_each_postgres(async |database| {
        let mut new = crate::support::new_flag("limits");
        new.flag_type = halyard_engine::FlagType::Json;
        new.default_value = json!({ "a": 1, "b": [1.5] });
        database.store.flag_create(&new, &ana()).await.unwrap();
        let before = database.store.config_version().await.unwrap();
        database
            .execute(r#"update halyard.feature_flags set default_value = '{"b": [1.50], "a": 1.0}'"#)
            .await
            .unwrap();
        assert_eq!(database.store.config_version().await.unwrap(), before);
    })
    .await;
}

#[tokio::test]
async fn several_changes_of_a_row_in_one_transaction_are_several_versions() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        let before = database.store.config_version().await.unwrap();
        database
            .execute(
                "begin;
                 update halyard.feature_flags set name = 'a';
                 savepoint undone;
                 update halyard.feature_flags set name = 'b';
                 rollback to undone;
                 update halyard.feature_flags set name = 'c';
                 commit",
            )
            .await
            .unwrap();
        let entries = database.entries_after(before).await;
        let names: Vec<_> =
            entries.iter().map(|it| (it.before["name"].clone(), it.after["name"].clone())).collect();
        assert_eq!(names, [(json!("Flag checkout"), json!("a")), (json!("a"), json!("c")),]);
        assert_eq!(database.store.flag_get("checkout").await.unwrap().version, 3);
    })
    .await;
}

#[tokio::test]
async fn a_rolled_back_change_leaves_nothing() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        let before = database.store.config_version().await.unwrap();
        database
            .execute("begin; update halyard.feature_flags set is_active = false; rollback")
            .await
            .unwrap();
        assert_eq!(database.store.config_version().await.unwrap(), before);
        database.flag("next").await;
        assert_eq!(database.store.config_version().await.unwrap(), before + 1, "no gap");
    })
    .await;
}

#[tokio::test]
async fn a_flag_deleted_and_put_back_by_hand_goes_on_where_it_ended() {
    on_each_postgres(async |database| {
        let flag = database.flag("checkout").await;
        let before = database.store.config_version().await.unwrap();
        database.execute("delete from halyard.feature_flags").await.unwrap();
        let put_back = format!(
            "insert into halyard.feature_flags (id, key, name, type, default_value)
             values ('{}', 'checkout', 'Back', 'boolean', 'false')",
            flag.id
        );
        database.execute(&put_back).await.unwrap();
        let entries = database.entries_after(before).await;
        let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["flag.deleted", "flag.created"]);
        assert_eq!(entries[0].after, Value::Null);
        assert_eq!(database.store.flag_get("checkout").await.unwrap().version, 2);
    })
    .await;
}

#[tokio::test]
async fn a_change_is_notified_with_its_config_version() {
    on_each_postgres(async |database| {
        let mut listener = PgListener::connect(&database.url).await.unwrap();
        listener.listen("halyard").await.unwrap();
        database.flag("checkout").await;
        let heard = tokio::time::timeout(Duration::from_secs(10), listener.recv()).await;
        assert_eq!(heard.unwrap().unwrap().payload(), "4");
    })
    .await;
}

#[tokio::test]
async fn key_type_and_number_of_a_flag_never_change() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        for change in ["key = 'other'", "type = 'json'", "id = gen_random_uuid()"] {
            let update = format!("update halyard.feature_flags set {change}");
            let refused = database.execute(&update).await.unwrap_err().to_string();
            assert!(refused.contains("never change"), "{change}: {refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_flag_refers_to_must_be_there() {
    on_each_postgres(async |database| {
        let flag = database.flag("checkout").await;
        let audience = database.audience("Enterprise").await;
        for change in [
            r#"environments = '{"nowhere": true}'"#,
            r#"rules = '[{"id": "0192f0c5-0000-7000-8000-000000000001", "value": true,
                "audienceId": "0192f0c5-0000-7000-8000-000000000002"}]'"#,
        ] {
            let update = format!("update halyard.feature_flags set {change}");
            let refused = database.execute(&update).await.unwrap_err().to_string();
            assert!(refused.contains("There is no"), "{refused}");
        }
        let changes = json!({ "rules": [rule(json!({ "audienceId": audience.id }))] });
        let changes = serde_json::from_value(changes).unwrap();
        database.store.flag_update("checkout", flag.version, &changes, &ana()).await.unwrap();
        let refused = database.execute("delete from halyard.audiences").await.unwrap_err().to_string();
        assert!(refused.contains("in use by checkout"), "{refused}");
        database.store.flag_set_environment("checkout", "staging", true, &ana()).await.unwrap();
        let refused = database
            .execute("delete from halyard.environments where key = 'staging'")
            .await
            .unwrap_err()
            .to_string();
        assert!(refused.contains("in use by checkout"), "{refused}");
    })
    .await;
}

use std::time::Instant;

use halyard_engine::FlagType;
use halyard_store::StoreError;
use serde_json::json;
use uuid::Uuid;

use crate::support::{ana, ben, new_flag, on_each_postgres, paths, rule};

#[tokio::test]
async fn a_new_flag_is_active_and_off_everywhere() {
    on_each_postgres(async |database| {
        let flag = database.flag("new-dashboard").await;
        assert_eq!(flag.version, 1);
        assert!(flag.is_active);
        assert!(flag.environments.is_empty());
        assert!(flag.rules.is_empty());
        assert_eq!(flag.updated_by, "Ana");
        assert_eq!(flag.id.get_version_num(), 7);
        assert_eq!(database.store.flag_get("new-dashboard").await.unwrap(), flag);
        assert_eq!(database.store.flag_get(&flag.id.to_string()).await.unwrap(), flag);
    })
    .await;
}

#[tokio::test]
async fn an_unknown_flag_is_not_found_whatever_its_name() {
    on_each_postgres(async |database| {
        for name in ["nope", "", "a\0b", &Uuid::nil().to_string(), "'; drop schema halyard; --"] {
            let missing = database.store.flag_get(name).await;
            assert!(matches!(missing, Err(StoreError::NotFound { what: "flag", .. })), "{name:?}");
            let missing = database.store.flag_set_active(name, false, &ana()).await;
            assert!(matches!(missing, Err(StoreError::NotFound { .. })), "{name:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_taken_key_says_whose_it_is() {
    on_each_postgres(async |database| {
        let flag = database.flag("checkout").await;
        let taken = async || match database.store.flag_create(&new_flag("checkout"), &ana()).await {
            Err(StoreError::AlreadyExists { what: "flag", key, archived, flag }) => {
                (key, archived, flag.unwrap().id)
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(taken().await, ("checkout".to_owned(), false, flag.id));
        database.store.flag_archive("checkout", &ana()).await.unwrap();
        assert_eq!(taken().await, ("checkout".to_owned(), true, flag.id));
        assert_eq!(database.store.config_version().await.unwrap(), 5, "refusals leave no trace");
    })
    .await;
}

#[tokio::test]
async fn kill_and_restore_keep_the_rules_and_say_who_killed() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let mut new = new_flag("checkout");
        new.rules = Some(vec![rule(json!({ "percentage": 12.345 }))]);
        let flag = store.flag_create(&new, &ana()).await.unwrap();
        assert_eq!(flag.rules[0].value, json!(true), "a boolean rule without value serves true");
        let killing = store.flag_set_active("checkout", false, &ben()).await.unwrap();
        let killed = killing.flag;
        assert!(!killed.is_active);
        assert_eq!(killed.killed_by.as_deref(), Some("Ben"));
        assert_eq!(killed.rules, flag.rules);
        let again = store.flag_set_active("checkout", false, &ana()).await.unwrap();
        assert_eq!(again.flag, killed, "killing twice changes nothing");
        assert_eq!((killing.changed, again.changed, again.seq), (true, false, killing.seq));
        let restored = store.flag_set_active("checkout", true, &ana()).await.unwrap().flag;
        assert_eq!((restored.killed_at, restored.killed_by), (None, None));
        assert_eq!(restored.rules, flag.rules);
    })
    .await;
}

#[tokio::test]
async fn who_killed_a_flag_stays_when_it_is_edited_while_killed() {
    on_each_postgres(async |database| {
        let store = &database.store;
        database.flag("checkout").await;
        let killed = store.flag_set_active("checkout", false, &ben()).await.unwrap().flag;
        let changes = serde_json::from_value(json!({ "name": "Later" })).unwrap();
        let edited = store.flag_update("checkout", killed.version, &changes, &ana()).await.unwrap();
        assert_eq!((edited.killed_at, edited.killed_by), (killed.killed_at, killed.killed_by));
        assert_eq!(edited.updated_by, "Ana");
    })
    .await;
}

#[tokio::test]
async fn switches_are_set_one_environment_at_a_time() {
    on_each_postgres(async |database| {
        let store = &database.store;
        database.flag("checkout").await;
        store.flag_set_environment("checkout", "production", true, &ana()).await.unwrap();
        let flag = store.flag_set_environment("checkout", "staging", true, &ana()).await.unwrap();
        assert_eq!(json!(flag.environments), json!({ "production": true, "staging": true }));
        let flag = store.flag_set_environment("checkout", "production", false, &ana()).await.unwrap();
        assert_eq!(json!(flag.environments), json!({ "production": false, "staging": true }));
        let unknown = store.flag_set_environment("checkout", "moon", true, &ana()).await;
        assert_eq!(paths(unknown), ["environment"]);
        let unknown = store.flag_set_environment("checkout", "a\0", true, &ana()).await;
        assert_eq!(paths(unknown), ["environment"]);
    })
    .await;
}

#[tokio::test]
async fn rules_keep_their_ids_when_edited_and_reordered() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let mut new = new_flag("copy");
        new.flag_type = FlagType::String;
        new.default_value = json!("Buy");
        new.rules = Some(vec![
            rule(json!({ "percentage": 10, "value": "Buy now" })),
            rule(json!({ "value": "Order" })),
        ]);
        let flag = store.flag_create(&new, &ana()).await.unwrap();
        let (first, second) = (flag.rules[0].id, flag.rules[1].id);
        let changes = json!({ "rules": [
            { "id": second, "value": "Order today" },
            { "value": "New" },
            { "id": first, "percentage": 10.001, "value": "Buy now" },
        ] });
        let changes = serde_json::from_value(changes).unwrap();
        let changed = store.flag_update("copy", 1, &changes, &ana()).await.unwrap();
        let ids: Vec<_> = changed.rules.iter().map(|rule| rule.id).collect();
        assert_eq!((ids[0], ids[2]), (second, first));
        assert!(ids[1] != first && ids[1] != second);
        assert_eq!(json!(changed.rules[2].percentage), json!(10.001), "kept to the third decimal");
    })
    .await;
}

#[tokio::test]
async fn the_json_value_null_is_a_value() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let mut new = new_flag("config");
        new.flag_type = FlagType::Json;
        new.default_value = json!({ "a": 1 });
        new.rules = Some(vec![rule(json!({ "value": null }))]);
        store.flag_create(&new, &ana()).await.unwrap();
        let changes = serde_json::from_value(json!({ "defaultValue": null })).unwrap();
        let flag = store.flag_update("config", 1, &changes, &ana()).await.unwrap();
        assert_eq!(flag.version, 2);
        assert_eq!(flag.default_value, json!(null));
        assert_eq!(flag.rules[0].value, json!(null));
    })
    .await;
}

#[tokio::test]
async fn reverting_brings_back_an_earlier_version_as_a_new_one() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let first = database.flag("checkout").await;
        let changes = json!({ "name": "Changed", "defaultValue": true, "tags": ["x"], "rules": [{}] });
        let changes = serde_json::from_value(changes).unwrap();
        store.flag_update("checkout", 1, &changes, &ana()).await.unwrap();
        store.flag_set_environment("checkout", "production", true, &ana()).await.unwrap();
        let reverted = store.flag_revert("checkout", 1, &ben()).await.unwrap();
        assert_eq!(reverted.version, 4);
        assert_eq!(reverted.updated_by, "Ben");
        assert_eq!(
            (&reverted.name, &reverted.default_value, &reverted.rules, &reverted.tags),
            (&first.name, &first.default_value, &first.rules, &first.tags),
        );
        assert!(reverted.environments.is_empty(), "switches are part of a version");
        let missing = store.flag_revert("checkout", 99, &ben()).await;
        assert!(matches!(missing, Err(StoreError::NotFound { what: "version", .. })));
    })
    .await;
}

#[tokio::test]
async fn reverting_never_restores_a_killed_flag() {
    on_each_postgres(async |database| {
        let store = &database.store;
        database.flag("checkout").await;
        let changes = serde_json::from_value(json!({ "name": "Bad idea" })).unwrap();
        store.flag_update("checkout", 1, &changes, &ana()).await.unwrap();
        store.flag_set_active("checkout", false, &ben()).await.unwrap();
        let reverted = store.flag_revert("checkout", 1, &ana()).await.unwrap();
        assert!(!reverted.is_active);
        assert_eq!(reverted.killed_by.as_deref(), Some("Ben"));
        assert_eq!(reverted.name, "Flag checkout");
    })
    .await;
}

#[tokio::test]
async fn reverting_to_an_audience_that_is_gone_names_the_rule() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let audience = database.audience("Enterprise").await;
        let mut new = new_flag("checkout");
        new.rules = Some(vec![rule(json!({})), rule(json!({ "audienceId": audience.id }))]);
        store.flag_create(&new, &ana()).await.unwrap();
        let changes = serde_json::from_value(json!({ "rules": [] })).unwrap();
        store.flag_update("checkout", 1, &changes, &ana()).await.unwrap();
        store.audience_delete(audience.id, &ana()).await.unwrap();
        let refused = store.flag_revert("checkout", 1, &ana()).await;
        assert_eq!(paths(refused), ["rules[1].audienceId"]);
    })
    .await;
}

#[tokio::test]
async fn a_claim_to_revert_is_believed_only_when_true() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        database
            .execute(
                "begin;
                 select set_config('halyard.reverting_to', '1', true);
                 update halyard.feature_flags set name = 'something else';
                 commit",
            )
            .await
            .unwrap();
        assert_eq!(database.entries_after(4).await[0].action, "flag.updated");
    })
    .await;
}

#[tokio::test]
async fn versions_page_newest_first() {
    on_each_postgres(async |database| {
        let store = &database.store;
        database.flag("checkout").await;
        for turn in 0..5 {
            store.flag_set_active("checkout", turn % 2 == 1, &ana()).await.unwrap();
        }
        let page = async |before| {
            let versions = store.flag_versions("checkout", before, 2).await.unwrap();
            versions.into_iter().map(|version| version.version).collect::<Vec<_>>()
        };
        assert_eq!(page(None).await, [6, 5]);
        assert_eq!(page(Some(5)).await, [4, 3]);
        assert_eq!(page(Some(1)).await, [0; 0]);
        assert_eq!(paths(store.flag_versions("checkout", None, 0).await), ["limit"]);
    })
    .await;
}

#[tokio::test]
async fn the_list_parts_archived_flags_from_the_others() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let audience = database.audience("Enterprise").await;
        let mut new = new_flag("b");
        new.rules = Some(vec![rule(json!({ "audienceId": audience.id })), rule(json!({}))]);
        new.tags = Some(vec!["growth".to_owned()]);
        store.flag_create(&new, &ana()).await.unwrap();
        database.flag("a").await;
        database.flag("C").await;
        store.flag_archive("a", &ana()).await.unwrap();
        let list = store.flags_list(false).await.unwrap();
        assert_eq!(list.config_version, 8);
        let keys: Vec<_> = list.flags.iter().map(|flag| flag.key.as_str()).collect();
        assert_eq!(keys, ["b", "C"]);
        let summary = &list.flags[0];
        assert_eq!((summary.rule_count, &summary.audience_ids), (2, &vec![audience.id]));
        assert_eq!((summary.default_preview.as_str(), summary.tags.len()), ("false", 1));
        let archived = store.flags_list(true).await.unwrap().flags;
        assert_eq!(archived.len(), 1);
        assert!(archived[0].archived_at.is_some());
    })
    .await;
}

#[tokio::test]
async fn ten_thousand_flags_are_listed_and_loaded_at_once() {
    on_each_postgres(async |database| {
        database
            .execute(
                r#"insert into halyard.feature_flags (id, key, name, type, default_value, rules, environments)
                 select gen_random_uuid(), 'flag-' || n, 'Flag ' || n, 'boolean', 'false',
                     jsonb_build_array(jsonb_build_object('id', gen_random_uuid(), 'value', true, 'percentage', 10)),
                     '{"production": true}'
                 from generate_series(1, 10000) as n"#,
            )
            .await
            .unwrap();
        let started = Instant::now();
        assert_eq!(database.store.flags_list(false).await.unwrap().flags.len(), 10_000);
        let listed = started.elapsed();
        assert_eq!(database.store.configuration().await.unwrap().flags.len(), 10_000);
        let loaded = started.elapsed() - listed;
        // A debug build on a busy machine; the point is that nothing is quadratic.
        assert!(listed.as_secs() < 5 && loaded.as_secs() < 5, "{listed:?} {loaded:?}");
        let entries = database.store.config_version().await.unwrap();
        assert_eq!(entries, 10_003, "one entry for each, however many in one statement");
    })
    .await;
}

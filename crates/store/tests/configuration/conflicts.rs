//! Two people edit one flag, or one audience.

use halyard_store::{
    StoreError,
    audiences::AudienceChanges,
    error::Current,
    flags::{Flag, FlagChanges},
};
use serde_json::{Value, json};

use crate::support::{Database, ana, ben, on_each_postgres, paths};

fn changes(fields: Value) -> FlagChanges {
    serde_json::from_value(fields).unwrap()
}

async fn save(database: &Database, base: i32, fields: Value) -> Result<Flag, (Vec<String>, Flag)> {
    match database.store.flag_update("checkout", base, &changes(fields), &ben()).await {
        Ok(flag) => Ok(flag),
        Err(StoreError::Conflict { fields, current }) => match *current {
            Current::Flag(flag) => Err((fields, flag)),
            Current::Audience(_) => panic!("a conflict on a flag shows an audience"),
        },
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn different_fields_merge() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        save(database, 1, json!({ "name": "Renamed" })).await.unwrap();
        let merged = save(database, 1, json!({ "description": "Described" })).await.unwrap();
        assert_eq!((merged.name.as_str(), merged.description.as_str()), ("Renamed", "Described"));
        assert_eq!(merged.version, 3);
    })
    .await;
}

#[tokio::test]
async fn the_same_field_conflicts_and_nothing_is_overwritten() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        let first = save(database, 1, json!({ "name": "One", "tags": ["a"] })).await.unwrap();
        let fields = json!({ "name": "Two", "tags": ["b"], "description": "x" });
        let (fields, current) = save(database, 1, fields).await.unwrap_err();
        assert_eq!(fields, ["name", "tags"]);
        assert_eq!(current, first);
        assert_eq!(database.store.flag_get("checkout").await.unwrap(), first);
    })
    .await;
}

#[tokio::test]
async fn a_field_that_was_changed_and_changed_back_does_not_conflict() {
    on_each_postgres(async |database| {
        let original = database.flag("checkout").await.name;
        save(database, 1, json!({ "name": "Else" })).await.unwrap();
        save(database, 2, json!({ "name": original })).await.unwrap();
        save(database, 1, json!({ "name": "Mine" })).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn two_people_who_make_the_same_change_do_not_conflict() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        let first = save(database, 1, json!({ "defaultValue": true })).await.unwrap();
        let second = save(database, 1, json!({ "defaultValue": true })).await.unwrap();
        assert_eq!(first, second);
    })
    .await;
}

#[tokio::test]
async fn kill_and_switches_neither_conflict_nor_cause_conflicts() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        database.store.flag_set_active("checkout", false, &ana()).await.unwrap();
        database.store.flag_set_environment("checkout", "staging", true, &ana()).await.unwrap();
        let fields = json!({ "rules": [{ "percentage": 5 }], "name": "Mine", "defaultValue": true });
        let saved = save(database, 1, fields).await.unwrap();
        assert!(!saved.is_active);
        assert_eq!(saved.environments.get("staging"), Some(&true));
    })
    .await;
}

#[tokio::test]
async fn a_base_version_that_never_was_is_refused() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        for base in [0, 2, -1, i32::MAX] {
            let refused =
                database.store.flag_update("checkout", base, &changes(json!({ "name": "x" })), &ana()).await;
            assert_eq!(paths(refused), ["baseVersion"], "{base}");
        }
    })
    .await;
}

#[tokio::test]
async fn audiences_conflict_by_field_too() {
    on_each_postgres(async |database| {
        let id = database.audience("Enterprise").await.id;
        let save = async |fields: Value| {
            let changes: AudienceChanges = serde_json::from_value(fields).unwrap();
            database.store.audience_update(id, 1, &changes, &ben()).await
        };
        save(json!({ "name": "Big" })).await.unwrap();
        assert_eq!(save(json!({ "description": "x" })).await.unwrap().version, 3);
        match save(json!({ "name": "Huge" })).await {
            Err(StoreError::Conflict { fields, current }) => {
                assert_eq!(fields, ["name"]);
                assert!(matches!(*current, Current::Audience(audience) if audience.name == "Big"));
            }
            other => panic!("{other:?}"),
        }
    })
    .await;
}

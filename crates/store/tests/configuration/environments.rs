use halyard_store::{
    StoreError,
    environments::{Environment, EnvironmentChanges, NewEnvironment},
};
use serde_json::{Value, json};

use crate::support::{ana, on_each_postgres, paths};

fn new(fields: Value) -> NewEnvironment {
    serde_json::from_value(fields).unwrap()
}

fn keys(environments: &[Environment]) -> Vec<&str> {
    environments.iter().map(|environment| environment.key.as_str()).collect()
}

#[tokio::test]
async fn a_new_environment_comes_last_and_can_be_moved() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let qa = new(json!({ "key": "qa", "name": "QA", "color": "#ABCDEF", "production": false }));
        let all = store.environment_create(&qa, &ana()).await.unwrap();
        assert_eq!(keys(&all), ["production", "staging", "development", "qa"]);
        assert_eq!(all[3].color, "#abcdef");
        let order: Vec<String> = ["qa", "production", "staging", "development"].map(str::to_owned).to_vec();
        let all = store.environments_reorder(&order, &ana()).await.unwrap();
        assert_eq!(keys(&all), ["qa", "production", "staging", "development"]);
        let positions: Vec<_> = all.iter().map(|environment| environment.position).collect();
        assert_eq!(positions, [0, 1, 2, 3]);
    })
    .await;
}

#[tokio::test]
async fn an_order_must_name_each_environment_once() {
    on_each_postgres(async |database| {
        for order in [vec!["production"], vec!["production", "staging", "staging"], vec![]] {
            let order: Vec<_> = order.into_iter().map(str::to_owned).collect();
            let refused = database.store.environments_reorder(&order, &ana()).await;
            assert_eq!(paths(refused), ["keys"]);
        }
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_with_an_environment_is_said_at_once() {
    on_each_postgres(async |database| {
        let store = &database.store;
        for key in ["", "Prod", "-x", "a b", &"a".repeat(51), "ü", "a\0"] {
            let bad = new(json!({ "key": key, "name": "", "color": "red", "production": true }));
            let refused = store.environment_create(&bad, &ana()).await;
            assert_eq!(paths(refused), ["key", "name", "color"], "{key:?}");
        }
        let changes: EnvironmentChanges =
            serde_json::from_value(json!({ "name": "x".repeat(201), "color": "#12345" })).unwrap();
        let refused = store.environment_update("staging", &changes, &ana()).await;
        assert_eq!(paths(refused), ["name", "color"]);
        let long = new(json!({
            "key": "a".repeat(50), "name": "x".repeat(200), "color": "#123456", "production": true,
        }));
        store.environment_create(&long, &ana()).await.unwrap();
        let taken = store.environment_create(&long, &ana()).await;
        assert!(matches!(taken, Err(StoreError::AlreadyExists { what: "environment", .. })));
    })
    .await;
}

#[tokio::test]
async fn deleting_an_environment_takes_its_switch_from_every_flag() {
    on_each_postgres(async |database| {
        let store = &database.store;
        for key in ["a", "b"] {
            database.flag(key).await;
            store.flag_set_environment(key, "production", true, &ana()).await.unwrap();
        }
        store.flag_set_environment("a", "staging", true, &ana()).await.unwrap();
        let before = store.config_version().await.unwrap();
        let left = store.environment_delete("staging", &ana()).await.unwrap();
        assert_eq!(keys(&left), ["production", "development"]);
        let entries = database.entries_after(before).await;
        let actions: Vec<_> = entries.iter().map(|it| (it.action.as_str(), it.entity_key.as_str())).collect();
        assert_eq!(actions, [("flag.switched", "a"), ("environment.deleted", "staging")]);

        let again = new(json!({ "key": "staging", "name": "S", "color": "#000000", "production": false }));
        store.environment_create(&again, &ana()).await.unwrap();
        let flag = store.flag_get("a").await.unwrap();
        assert_eq!(json!(flag.environments), json!({ "production": true }), "off in the new one");
    })
    .await;
}

#[tokio::test]
async fn at_least_one_environment_remains() {
    on_each_postgres(async |database| {
        let store = &database.store;
        store.environment_delete("staging", &ana()).await.unwrap();
        store.environment_delete("development", &ana()).await.unwrap();
        assert_eq!(paths(store.environment_delete("production", &ana()).await), ["key"]);
        let refused = database.execute("delete from halyard.environments").await;
        assert!(refused.unwrap_err().to_string().contains("At least one environment"));
    })
    .await;
}

#[tokio::test]
async fn an_unknown_environment_is_not_found() {
    on_each_postgres(async |database| {
        let store = &database.store;
        for key in ["moon", "", "a\0"] {
            let changes = EnvironmentChanges::default();
            let updated = store.environment_update(key, &changes, &ana()).await;
            assert!(matches!(updated, Err(StoreError::NotFound { .. })), "{key:?}");
            let deleted = store.environment_delete(key, &ana()).await;
            assert!(matches!(deleted, Err(StoreError::NotFound { .. })), "{key:?}");
        }
    })
    .await;
}

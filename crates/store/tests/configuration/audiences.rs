use halyard_engine::AudienceId;
use halyard_store::StoreError;
use serde_json::json;
use uuid::Uuid;

use crate::support::{ana, new_audience, new_flag, on_each_postgres, paths, rule, violations};

#[tokio::test]
async fn an_audience_says_which_flags_use_it_archived_ones_included() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let audience = database.audience("Enterprise").await;
        database.audience("Another").await;
        for key in ["used-b", "used-a"] {
            let mut new = new_flag(key);
            let with_audience = rule(json!({ "audienceId": audience.id }));
            new.rules = Some(vec![with_audience.clone(), with_audience]);
            store.flag_create(&new, &ana()).await.unwrap();
        }
        store.flag_archive("used-a", &ana()).await.unwrap();
        let used_by = store.audience_get(audience.id).await.unwrap().used_by;
        let keys: Vec<_> = used_by.iter().map(|flag| flag.key.as_str()).collect();
        assert_eq!(keys, ["used-a", "used-b"]);
        let listed = store.audiences_list().await.unwrap();
        let shown: Vec<_> = listed.iter().map(|it| (it.name.as_str(), it.used_by.len())).collect();
        assert_eq!(shown, [("Another", 0), ("Enterprise", 2)]);
        match store.audience_delete(audience.id, &ana()).await {
            Err(StoreError::InUse { what: "audience", flags }) => assert_eq!(flags, used_by),
            other => panic!("{other:?}"),
        }
        store.audience_get(audience.id).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_taken_name_is_refused_for_new_and_renamed_audiences() {
    on_each_postgres(async |database| {
        let store = &database.store;
        database.audience("Enterprise").await;
        let other = database.audience("Other").await;
        let taken = store.audience_create(&new_audience("Enterprise"), &ana()).await;
        assert!(matches!(taken, Err(StoreError::AlreadyExists { what: "audience", .. })));
        let changes = serde_json::from_value(json!({ "name": "Enterprise" })).unwrap();
        let taken = store.audience_update(other.id, 1, &changes, &ana()).await;
        assert!(matches!(taken, Err(StoreError::AlreadyExists { what: "audience", .. })));
        assert_eq!(store.audience_get(other.id).await.unwrap(), other);
    })
    .await;
}

#[tokio::test]
async fn an_unknown_audience_is_not_found() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let nobody = AudienceId(Uuid::nil());
        let changes = serde_json::from_value(json!({ "name": "x" })).unwrap();
        assert!(matches!(store.audience_get(nobody).await, Err(StoreError::NotFound { .. })));
        let updated = store.audience_update(nobody, 1, &changes, &ana()).await;
        assert!(matches!(updated, Err(StoreError::NotFound { .. })));
        let deleted = store.audience_delete(nobody, &ana()).await;
        assert!(matches!(deleted, Err(StoreError::NotFound { .. })));
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_with_an_audience_is_said_at_once() {
    on_each_postgres(async |database| {
        let mut new = new_audience(" ");
        new.description = Some("x".repeat(4_001));
        let author = ana().with_note("x".repeat(2_001));
        let refused = database.store.audience_create(&new, &author).await;
        assert_eq!(paths(refused), ["note", "name", "description"]);
        let new = new_audience(&"x".repeat(201));
        assert_eq!(paths(database.store.audience_create(&new, &ana()).await), ["name"]);
        let new = new_audience(&"🏴".repeat(200));
        database.store.audience_create(&new, &ana()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_condition_is_held_against_the_customers_there_are() {
    on_each_postgres(async |database| {
        database.execute("create table public.customers (id text primary key, tier text)").await.unwrap();
        let refused = database.store.audience_create(&new_audience("Enterprise"), &ana()).await;
        let paths = paths(refused);
        assert!(paths.iter().all(|path| path.starts_with("condition")), "{paths:?}");
    })
    .await;
}

#[tokio::test]
async fn a_condition_with_a_nul_character_is_refused_before_customers_are_known_too() {
    on_each_postgres(async |database| {
        let mut new = new_audience("Enterprise");
        new.condition = serde_json::from_value(
            json!({ "any": [{ "attribute": "plan", "operator": "equals", "value": "a\0b" }] }),
        )
        .unwrap();
        let refused = violations(database.store.audience_create(&new, &ana()).await);
        assert!(refused[0].message.contains("U+0000"), "{refused:?}");
    })
    .await;
}

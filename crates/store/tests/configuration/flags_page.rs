//! Pages of whole flags, filtered.

use halyard_engine::FlagType;
use halyard_store::flags::{FlagState, FlagsPageQuery, NewFlag};
use serde_json::json;

use crate::support::{Database, ana, new_flag, on_each_postgres, paths, rule};

async fn keys(database: &Database, query: FlagsPageQuery) -> Vec<String> {
    let page = database.store.flags_page(&query).await.unwrap();
    page.flags.into_iter().map(|flag| flag.key).collect()
}

fn query() -> FlagsPageQuery {
    FlagsPageQuery::default()
}

#[tokio::test]
async fn pages_hold_every_flag_once_in_the_order_of_their_keys() {
    on_each_postgres(async |database| {
        for key in ["b", "A", "a", "a-1", "C.x", "c", "z_9"] {
            database.flag(key).await;
        }
        for limit in [1, 2, 7, 500] {
            let mut found = Vec::new();
            let mut asking = FlagsPageQuery { limit, ..query() };
            loop {
                let page = database.store.flags_page(&asking).await.unwrap();
                assert!(page.flags.len() <= limit as usize);
                found.extend(page.flags.into_iter().map(|flag| flag.key));
                asking.cursor = page.next_cursor;
                if asking.cursor.is_none() {
                    break;
                }
            }
            assert_eq!(found, ["A", "a", "a-1", "b", "c", "C.x", "z_9"], "by {limit}");
        }
    })
    .await;
}

#[tokio::test]
async fn filters_narrow_the_page_together() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let audience = database.audience("Enterprise").await;
        let new = NewFlag {
            flag_type: FlagType::String,
            default_value: json!("red"),
            tags: Some(vec!["Growth".to_owned(), "q3".to_owned()]),
            description: Some("100% of_all".to_owned()),
            rules: Some(vec![rule(json!({ "audienceId": audience.id, "value": "blue" }))]),
            ..new_flag("colour")
        };
        store.flag_create(&new, &ana()).await.unwrap();
        for key in ["on", "off", "killed", "archived"] {
            database.flag(key).await;
        }
        store.flag_set_environment("on", "production", true, &ana()).await.unwrap();
        store.flag_set_environment("off", "staging", true, &ana()).await.unwrap();
        store.flag_set_environment("killed", "production", true, &ana()).await.unwrap();
        store.flag_set_active("killed", false, &ana()).await.unwrap();
        store.flag_archive("archived", &ana()).await.unwrap();

        assert_eq!(keys(database, query()).await, ["colour", "killed", "off", "on"]);
        let archived = |archived| FlagsPageQuery { archived: Some(archived), ..query() };
        assert_eq!(keys(database, archived(true)).await, ["archived"]);
        assert_eq!(keys(database, archived(false)).await.len(), 4);
        let in_state = |state| FlagsPageQuery { state: Some(state), ..query() };
        assert_eq!(keys(database, in_state(FlagState::Serving)).await, ["on"]);
        assert_eq!(keys(database, in_state(FlagState::Off)).await, ["colour", "off"]);
        assert_eq!(keys(database, in_state(FlagState::Killed)).await, ["killed"]);
        assert_eq!(keys(database, in_state(FlagState::Archived)).await, ["archived"]);
        let staging =
            FlagsPageQuery { environment: Some("staging".to_owned()), ..in_state(FlagState::Serving) };
        assert_eq!(keys(database, staging).await, ["off"]);

        let search = |text: &str| FlagsPageQuery { search: Some(text.to_owned()), ..query() };
        assert_eq!(keys(database, search("COL")).await, ["colour"]);
        assert_eq!(keys(database, search("flag o")).await, ["off", "on"], "in the name");
        assert_eq!(keys(database, search("% of_")).await, ["colour"], "wildcards are plain characters");
        assert_eq!(keys(database, search("growth")).await, ["colour"]);
        let tag = |tag: &str| FlagsPageQuery { tag: Some(tag.to_owned()), ..query() };
        assert_eq!(keys(database, tag("q3")).await, ["colour"]);
        assert!(keys(database, tag("q")).await.is_empty());
        let of_type = FlagsPageQuery { flag_type: Some(FlagType::String), ..query() };
        assert_eq!(keys(database, of_type.clone()).await, ["colour"]);
        let used = FlagsPageQuery { audience_id: Some(audience.id), ..of_type };
        assert_eq!(keys(database, used.clone()).await, ["colour"]);
        let none = FlagsPageQuery { state: Some(FlagState::Killed), ..used };
        assert!(keys(database, none).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_with_a_query_is_said_at_once() {
    on_each_postgres(async |database| {
        let wrong = FlagsPageQuery {
            search: Some("nul\0".to_owned()),
            tag: Some("t".repeat(201)),
            environment: Some("no-such".to_owned()),
            cursor: Some("garbage".to_owned()),
            limit: 0,
            ..query()
        };
        let refused = database.store.flags_page(&wrong).await;
        assert_eq!(paths(refused), ["cursor", "limit", "search", "tag", "environment"]);
        let wrong = FlagsPageQuery { limit: 501, ..query() };
        assert_eq!(paths(database.store.flags_page(&wrong).await), ["limit"]);
    })
    .await;
}

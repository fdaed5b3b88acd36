//! Filters of lists and exports.

use chrono::{DateTime, Utc};
use halyard_store::audit::{AuditFilter, AuditQuery};
use serde_json::json;

use crate::support::{Database, ana, ben, on_each_postgres, paths};

/// The numbers of the entries that a filter lets through, newest first.
async fn found(database: &Database, filter: AuditFilter) -> Vec<i64> {
    let query = AuditQuery { limit: 500, filter, ..AuditQuery::default() };
    database.store.audit_list(&query).await.unwrap().entries.iter().map(|entry| entry.seq).collect()
}

fn filter(fields: serde_json::Value) -> AuditFilter {
    serde_json::from_value(fields).unwrap()
}

/// 4 and 5: flags; 6: one switched on in staging by Ben; 7: killed by Ben; 8: an audience.
async fn eight_entries(database: &Database) {
    database.flag("checkout").await;
    database.flag("search").await;
    let store = &database.store;
    store.flag_set_environment("checkout", "staging", true, &ben()).await.unwrap();
    let why = ben().with_note("Zahlungen schlagen fehl: Überall");
    store.flag_set_active("checkout", false, &why).await.unwrap();
    database.audience("Enterprise").await;
}

#[tokio::test]
async fn each_filter_lets_through_what_it_names() {
    on_each_postgres(async |database| {
        eight_entries(database).await;
        let id = database.store.flag_get("checkout").await.unwrap().id;
        for (fields, expected) in [
            (json!({}), vec![8, 7, 6, 5, 4, 3, 2, 1]),
            (json!({ "actor": "Ben" }), vec![7, 6]),
            (json!({ "actor": "Be" }), vec![]),
            (json!({ "actions": ["flag.killed"] }), vec![7]),
            (json!({ "actions": ["flag.killed", "audience.created"] }), vec![8, 7]),
            (json!({ "flag": "checkout" }), vec![7, 6, 4]),
            (json!({ "flag": id }), vec![7, 6, 4]),
            (json!({ "flag": id.to_string().to_uppercase() }), vec![7, 6, 4]),
            (json!({ "flag": "Enterprise" }), vec![]),
            (json!({ "entityType": "audience" }), vec![8]),
            (json!({ "entityType": "flag", "actor": "Ana" }), vec![5, 4]),
            (json!({ "search": "enterprise" }), vec![8]),
            (json!({ "search": "FEHL: Über" }), vec![7]),
            (json!({ "search": "ben" }), vec![7, 6]),
            (json!({ "search": "e" , "actions": ["flag.killed"] }), vec![7]),
            (json!({ "search": "no such thing" }), vec![]),
            (json!({ "search": "flag.switched", "actor": "Ben" }), vec![6]),
        ] {
            assert_eq!(found(database, filter(fields.clone())).await, expected, "{fields}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_environment_is_that_of_the_entry_or_what_an_older_entry_holds() {
    on_each_postgres(async |database| {
        eight_entries(database).await;
        let staging = filter(json!({ "environment": "staging", "entityType": "flag" }));
        assert_eq!(found(database, staging.clone()).await, [7, 6]);
        let nowhere = filter(json!({ "environment": "nowhere" }));
        assert!(found(database, nowhere).await.is_empty());
        // As entries were before they named their environments.
        database
            .execute(
                "alter table halyard.audit_entries disable trigger refuse_change;
                 update halyard.audit_entries set entry = (entry::jsonb - 'environments')::text",
            )
            .await
            .unwrap();
        assert_eq!(found(database, staging).await, [7, 6]);
        assert_eq!(found(database, filter(json!({ "environment": "staging" }))).await, [7, 6, 2]);
    })
    .await;
}

#[tokio::test]
async fn a_time_begins_with_its_first_moment_and_ends_before_its_last() {
    on_each_postgres(async |database| {
        eight_entries(database).await;
        let all = AuditQuery { limit: 500, ..AuditQuery::default() };
        let entries = database.store.audit_list(&all).await.unwrap().entries;
        let at = |seq: i64| -> DateTime<Utc> { entries.iter().find(|entry| entry.seq == seq).unwrap().at };
        let between = |from, to| AuditFilter { from, to, ..AuditFilter::default() };
        assert_eq!(found(database, between(Some(at(5)), Some(at(7)))).await, [6, 5]);
        assert_eq!(found(database, between(Some(at(8)), None)).await, [8]);
        let later = Some(at(8) + chrono::Duration::days(1));
        assert!(found(database, between(later, None)).await.is_empty());
        assert_eq!(found(database, between(None, later)).await.len(), 8);
    })
    .await;
}

#[tokio::test]
async fn pages_of_a_search_are_neither_gapped_nor_repeated() {
    on_each_postgres(async |database| {
        for number in 0..7 {
            database.flag(&format!("flag-{number}")).await;
        }
        let mut query =
            AuditQuery { limit: 3, filter: filter(json!({ "search": "flag-" })), ..AuditQuery::default() };
        let mut seen = Vec::new();
        loop {
            let page = database.store.audit_list(&query).await.unwrap();
            seen.extend(page.entries.iter().map(|entry| entry.seq));
            match page.next_cursor {
                Some(cursor) => query.cursor = Some(cursor),
                None => break,
            }
        }
        assert_eq!(seen, (4..=10).rev().collect::<Vec<i64>>());
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_with_a_filter_is_said_at_once() {
    on_each_postgres(async |database| {
        let now = Utc::now();
        let wrong = AuditFilter {
            actor: Some("x".repeat(201)),
            actions: vec!["a".repeat(101)],
            search: Some("a\0b".into()),
            from: Some(now),
            to: Some(now),
            ..AuditFilter::default()
        };
        let query = AuditQuery { limit: 1, filter: wrong, ..AuditQuery::default() };
        let expected = ["actor", "search", "actions[0]", "to"];
        assert_eq!(paths(database.store.audit_list(&query).await), expected);
    })
    .await;
}

#[tokio::test]
async fn what_can_be_filtered_by_is_what_there_is() {
    on_each_postgres(async |database| {
        eight_entries(database).await;
        let known = database.store.audit_authors().await.unwrap();
        assert_eq!(known.actors, ["Ana", "Ben", "Halyard"]);
        assert_eq!(
            known.actions,
            ["audience.created", "environment.created", "flag.created", "flag.killed", "flag.switched"]
        );
        let _ = ana();
    })
    .await;
}

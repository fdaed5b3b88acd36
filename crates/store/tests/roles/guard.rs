//! The production guard: what needs a note, what never does, and what entries say of environments.

use halyard_store::{
    Author, Store, StoreError,
    audiences::AudienceChanges,
    environments::EnvironmentChanges,
    flags::{Flag, FlagChanges},
};
use serde_json::json;

use crate::support::{Database, ana, new_audience, new_flag, on_each_postgres, rule};

/// The fixture's databases are unguarded; these are as everybody's.
async fn guard(database: &Database) {
    let changes = EnvironmentChanges { note_required: Some(true), ..EnvironmentChanges::default() };
    database.store.environment_update("production", &changes, &ana()).await.unwrap();
}

fn noted() -> Author {
    ana().with_note("because")
}

/// A flag that is live in production.
async fn live(store: &Store, key: &str) -> Flag {
    store.flag_create(&new_flag(key), &ana()).await.unwrap();
    store.flag_set_environment(key, "production", true, &noted()).await.unwrap()
}

fn asks_for_a_note<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> String {
    match outcome {
        Err(StoreError::NoteRequired { message, environments }) => {
            assert_eq!(environments, ["Production"], "{message}");
            message
        }
        other => panic!("no note was asked for: {other:?}"),
    }
}

#[tokio::test]
async fn change_of_what_is_live_in_production_needs_a_note() {
    on_each_postgres(async |database| {
        guard(database).await;
        let store = &database.store;
        store.flag_create(&new_flag("checkout"), &ana()).await.unwrap();
        let exposed =
            asks_for_a_note(store.flag_set_environment("checkout", "production", true, &ana()).await);
        assert_eq!(exposed, "The flag “checkout” is live in Production. Say in a note why it changes.");
        store.flag_set_environment("checkout", "staging", true, &ana()).await.unwrap();
        store.flag_set_environment("checkout", "production", true, &noted()).await.unwrap();

        let rename = FlagChanges { name: Some("Other".into()), ..FlagChanges::default() };
        let before = database.entries_after(0).await.len();
        asks_for_a_note(store.flag_update("checkout", 3, &rename, &ana()).await);
        asks_for_a_note(store.flag_update("checkout", 3, &rename, &ana().with_note(" \n\t ")).await);
        asks_for_a_note(store.flag_set_environment("checkout", "development", true, &ana()).await);
        asks_for_a_note(store.flag_archive("checkout", &ana()).await);
        assert_eq!(database.entries_after(0).await.len(), before, "refused changes leave nothing");

        assert_eq!(store.flag_update("checkout", 3, &rename, &noted()).await.unwrap().version, 4);
        store.flag_archive("checkout", &noted()).await.unwrap();
        store
            .flag_update(
                "checkout",
                5,
                &FlagChanges { name: Some("X".into()), ..FlagChanges::default() },
                &ana(),
            )
            .await
            .unwrap();
        asks_for_a_note(store.flag_unarchive("checkout", &ana()).await);
    })
    .await;
}

#[tokio::test]
async fn hiding_and_restoring_never_wait_for_a_note() {
    on_each_postgres(async |database| {
        guard(database).await;
        let store = &database.store;
        live(store, "checkout").await;
        assert!(store.flag_set_active("checkout", false, &ana()).await.unwrap().changed);
        // While it is killed nobody gets it, so nothing is asked.
        let rename = FlagChanges { name: Some("Other".into()), ..FlagChanges::default() };
        store.flag_update("checkout", 3, &rename, &ana()).await.unwrap();
        assert!(store.flag_set_active("checkout", true, &ana()).await.unwrap().changed);
        store.flag_set_environment("checkout", "production", false, &ana()).await.unwrap();
        // By hand as well.
        database
            .execute("update halyard.feature_flags set environments = '{\"staging\": true}'")
            .await
            .unwrap();
        database.execute("update halyard.feature_flags set is_active = false").await.unwrap();
        // And both at once, which hides no less.
        live(store, "search").await;
        database
            .execute("update halyard.feature_flags set is_active = false, environments = '{}' where key = 'search'")
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn kill_that_smuggles_in_more_than_a_kill_needs_a_note() {
    on_each_postgres(async |database| {
        guard(database).await;
        live(&database.store, "checkout").await;
        for (what, more) in [
            ("is_active = false, name = 'Other'", "is_active"),
            (
                "is_active = false, environments = '{\"production\": true, \"staging\": true}'",
                "another switch",
            ),
            ("environments = '{\"staging\": true}', name = 'Other'", "a name"),
            ("environments = '{\"production\": true, \"staging\": true}'", "switching on"),
        ] {
            let refused =
                database.execute(&format!("update halyard.feature_flags set {what}")).await.unwrap_err();
            let refused = refused.as_database_error().unwrap();
            assert_eq!(refused.constraint(), Some("note_required"), "{more}");
        }
        database
            .execute(
                "begin; set local halyard.note = 'both at once';
                      update halyard.feature_flags set is_active = false, name = 'Other'; commit",
            )
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn audience_of_a_live_flag_needs_a_note_and_any_other_none() {
    on_each_postgres(async |database| {
        guard(database).await;
        let store = &database.store;
        let audience = store.audience_create(&new_audience("Enterprise"), &ana()).await.unwrap();
        let describe =
            |text: &str| AudienceChanges { description: Some(text.into()), ..AudienceChanges::default() };
        store.audience_update(audience.id, 1, &describe("one"), &ana()).await.unwrap();

        let flag = live(store, "checkout").await;
        let rules = vec![rule(json!({ "audienceId": audience.id, "value": true }))];
        let changes = FlagChanges { rules: Some(rules), ..FlagChanges::default() };
        store.flag_update("checkout", flag.version, &changes, &noted()).await.unwrap();
        let said = asks_for_a_note(store.audience_update(audience.id, 2, &describe("two"), &ana()).await);
        assert!(
            said.starts_with("A flag that uses the audience “Enterprise” is live in Production."),
            "{said}"
        );
        store.audience_update(audience.id, 2, &describe("two"), &noted()).await.unwrap();
        let entry = database.entries_after(0).await.pop().unwrap();
        assert_eq!(
            (entry.action.as_str(), entry.environments),
            ("audience.updated", vec!["production".into()])
        );

        store.flag_set_active("checkout", false, &ana()).await.unwrap();
        store.audience_update(audience.id, 3, &describe("three"), &ana()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn guard_follows_production_unless_somebody_says_otherwise() {
    on_each_postgres(async |database| {
        let store = &database.store;
        database.execute("update halyard.environments set note_required = null").await.unwrap();
        let guarded = async || -> Vec<String> {
            let all = store.environments().await.unwrap();
            all.into_iter().filter(|one| one.note_required).map(|one| one.key).collect()
        };
        assert_eq!(guarded().await, ["production"]);
        let new = |fields| serde_json::from_value(fields).unwrap();
        let plain = json!({ "key": "eu", "name": "EU", "color": "#123456", "production": true });
        store.environment_create(&new(plain), &ana()).await.unwrap();
        let open = json!({ "key": "us", "name": "US", "color": "#123456", "production": true, "noteRequired": false });
        store.environment_create(&new(open), &ana()).await.unwrap();
        let strict = json!({ "key": "qa", "name": "QA", "color": "#123456", "production": false, "noteRequired": true });
        store.environment_create(&new(strict), &ana()).await.unwrap();
        assert_eq!(guarded().await, ["production", "eu", "qa"]);

        let production = EnvironmentChanges { production: Some(true), ..EnvironmentChanges::default() };
        store.environment_update("staging", &production, &ana()).await.unwrap();
        let open = EnvironmentChanges { note_required: Some(false), ..EnvironmentChanges::default() };
        store.environment_update("production", &open, &noted()).await.unwrap();
        assert_eq!(guarded().await, ["staging", "eu", "qa"]);
        let entry = database.entries_after(0).await.pop().unwrap();
        assert_eq!((&entry.after["noteRequired"], entry.environments), (&json!(false), vec!["production".into()]));

        store.flag_create(&new_flag("checkout"), &ana()).await.unwrap();
        store.flag_set_environment("checkout", "production", true, &ana()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn taking_the_guard_away_needs_a_note_itself() {
    on_each_postgres(async |database| {
        let store = &database.store;
        database.execute("update halyard.environments set note_required = null").await.unwrap();
        let open = EnvironmentChanges { note_required: Some(false), ..EnvironmentChanges::default() };
        let unmarked = EnvironmentChanges { production: Some(false), ..EnvironmentChanges::default() };
        let renamed = EnvironmentChanges { name: Some("Production".into()), ..EnvironmentChanges::default() };
        let said = asks_for_a_note(store.environment_update("production", &open, &ana()).await);
        assert_eq!(said, "Changes in Production need a note, and so does taking that away. Say in it why.");
        asks_for_a_note(store.environment_update("production", &unmarked, &ana()).await);
        asks_for_a_note(store.environment_delete("production", &ana()).await);

        store.environment_update("production", &renamed, &ana()).await.unwrap();
        store.environment_update("staging", &open, &ana()).await.unwrap();
        store.environment_delete("development", &ana()).await.unwrap();
        store.environment_update("production", &open, &noted()).await.unwrap();
        store.environment_update("production", &unmarked, &ana()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn every_entry_names_the_environments_that_it_affects() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let last = async || database.entries_after(0).await.pop().unwrap();
        let check = async |action: &str, expected: &[&str]| {
            let entry = last().await;
            assert_eq!(entry.action, action);
            assert_eq!(entry.environments, expected, "{action}");
        };
        store.flag_create(&new_flag("checkout"), &ana()).await.unwrap();
        check("flag.created", &[]).await;
        store.flag_set_environment("checkout", "production", true, &ana()).await.unwrap();
        check("flag.switched", &["production"]).await;
        store.flag_set_environment("checkout", "staging", true, &ana()).await.unwrap();
        check("flag.switched", &["staging"]).await;
        let switches = FlagChanges {
            environments: Some([("production".to_owned(), true), ("development".to_owned(), true)].into()),
            ..FlagChanges::default()
        };
        store.flag_update("checkout", 3, &switches, &ana()).await.unwrap();
        check("flag.switched", &["development", "staging"]).await;
        let mixed = FlagChanges {
            environments: Some([("staging".to_owned(), true)].into()),
            name: Some("Other".into()),
            ..FlagChanges::default()
        };
        store.flag_update("checkout", 4, &mixed, &ana()).await.unwrap();
        check("flag.updated", &["development", "production", "staging"]).await;
        store.flag_set_active("checkout", false, &ana()).await.unwrap();
        check("flag.killed", &["development", "production", "staging"]).await;
        store.flag_archive("checkout", &ana()).await.unwrap();
        check("flag.archived", &["staging"]).await;
        store.audience_create(&new_audience("Enterprise"), &ana()).await.unwrap();
        check("audience.created", &[]).await;
        database
            .execute("update halyard.environments set name = 'Stage' where key = 'staging'")
            .await
            .unwrap();
        check("environment.updated", &["staging"]).await;
        database
            .execute("insert into halyard.settings (name, value) values ('retention_days', '9')")
            .await
            .unwrap();
        check("setting.created", &[]).await;
        database.execute("delete from halyard.feature_flags").await.unwrap();
        check("flag.deleted", &["staging"]).await;
    })
    .await;
}

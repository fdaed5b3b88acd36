//! What evaluators load, and how they hear of changes.

use std::time::Duration;

use chrono::Utc;
use halyard_store::{
    configuration::{ConfigurationChanges, ConfigurationSince},
    evaluators::{EvaluatorKind, Heartbeat},
    settings::Settings,
};
use serde_json::json;
use tokio::time::timeout;
use uuid::Uuid;

use crate::support::{Database, ana, new_flag, on_each_postgres, paths, rule};

async fn changes_since(database: &Database, version: i64) -> ConfigurationChanges {
    match database.store.configuration_since(version).await.unwrap() {
        ConfigurationSince::Changed(changes) => changes,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_configuration_holds_every_unarchived_flag() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let audience = database.audience("Enterprise").await;
        let mut new = new_flag("checkout");
        new.client_visible = true;
        new.rules = Some(vec![rule(json!({ "audienceId": audience.id, "percentage": 25 }))]);
        let flag = store.flag_create(&new, &ana()).await.unwrap();
        database.flag("old").await;
        store.flag_archive("old", &ana()).await.unwrap();
        store.flag_set_active("checkout", false, &ana()).await.unwrap();

        let configuration = store.configuration().await.unwrap();
        assert_eq!(configuration.config_version, 8);
        assert_eq!(configuration.flags.len(), 1);
        let loaded = &configuration.flags[0];
        assert_eq!((loaded.id, loaded.version, loaded.client_visible), (flag.id, 2, true));
        assert_eq!(loaded.definition.rules, flag.rules);
        assert!(!loaded.definition.is_active);
        assert_eq!(configuration.audiences[0].id, audience.id);
        assert_eq!(configuration.audiences[0].condition, audience.condition);
        assert_eq!(configuration.environments.len(), 3);
        assert_eq!(configuration.customer_source, None);
    })
    .await;
}

#[tokio::test]
async fn changes_since_a_version_name_what_changed_deletions_included() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let kept = database.flag("kept").await;
        let gone = database.flag("gone").await;
        let archived = database.flag("archived").await;
        let audience = database.audience("Enterprise").await;
        let since = store.config_version().await.unwrap();
        assert_eq!(store.configuration_since(since).await.unwrap(), ConfigurationSince::Unchanged);

        store.flag_set_active("kept", false, &ana()).await.unwrap();
        store.flag_archive("archived", &ana()).await.unwrap();
        store.audience_delete(audience.id, &ana()).await.unwrap();
        database.execute("delete from halyard.feature_flags where key = 'gone'").await.unwrap();
        let mut changes = changes_since(database, since).await;
        assert_eq!(changes.config_version, since + 4);
        let ids: Vec<_> = changes.flags.iter().map(|flag| flag.id).collect();
        assert_eq!(ids, [kept.id]);
        changes.removed_flags.sort();
        let mut removed = vec![gone.id, archived.id];
        removed.sort();
        assert_eq!(changes.removed_flags, removed);
        assert_eq!(changes.removed_audiences, [audience.id]);
        assert_eq!((changes.environments, changes.customer_source), (None, None));

        store.environment_delete("staging", &ana()).await.unwrap();
        let changes = changes_since(database, since + 4).await;
        assert_eq!(changes.environments.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_database_restored_from_a_backup_is_loaded_anew() {
    on_each_postgres(async |database| {
        let since = database.store.configuration_since(1_000).await.unwrap();
        assert!(matches!(since, ConfigurationSince::Replaced(all) if all.config_version == 3));
    })
    .await;
}

#[tokio::test]
async fn one_unreadable_flag_does_not_take_the_others_with_it() {
    on_each_postgres(async |database| {
        database.flag("fine").await;
        // Numbers beyond a 64-bit float are JSON to Postgres and to nobody else.
        database
            .execute(
                "insert into halyard.feature_flags (id, key, name, type, default_value)
                 values (gen_random_uuid(), 'broken', 'x', 'json', ('[1' || repeat('0', 400) || ']')::jsonb)",
            )
            .await
            .unwrap();
        let configuration = database.store.configuration().await.unwrap();
        assert_eq!(configuration.flags.len(), 1);
        assert_eq!(configuration.unreadable[0].key, "broken");
        assert_eq!(database.store.flags_list(false).await.unwrap().flags.len(), 2);
        let changes = changes_since(database, 3).await;
        assert_eq!((changes.flags.len(), changes.unreadable.len()), (1, 1));
        assert!(changes.removed_flags.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_listener_hears_of_a_change_at_once() {
    on_each_postgres(async |database| {
        let mut news = database.store.listen().await.unwrap();
        database.flag("checkout").await;
        timeout(Duration::from_secs(10), news.changed()).await.unwrap().unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_listener_that_lost_its_connection_looks_again() {
    on_each_postgres(async |database| {
        let mut news = database.store.listen().await.unwrap();
        database
            .execute(
                "select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and query like 'LISTEN%'",
            )
            .await
            .unwrap();
        timeout(Duration::from_secs(10), news.changed()).await.unwrap().unwrap();
        database.flag("checkout").await;
        timeout(Duration::from_secs(10), news.changed()).await.unwrap().unwrap();
    })
    .await;
}

#[tokio::test]
async fn evaluators_are_listed_while_they_report() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let mut heartbeat = Heartbeat {
            id: Uuid::now_v7(),
            kind: EvaluatorKind::Server,
            host: "web-1".to_owned(),
            program: "0.1.0".to_owned(),
            started_at: Utc::now(),
            config_version: 3,
            queued: 12,
            spooled: 0,
            dropped: 0,
            log_behind_ms: Some(0),
        };
        store.evaluator_heartbeat(&heartbeat).await.unwrap();
        let first = store.evaluators().await.unwrap().remove(0);
        store.evaluator_heartbeat(&heartbeat).await.unwrap();
        let again = store.evaluators().await.unwrap().remove(0);
        assert_eq!(again.applied_at, first.applied_at, "applied once");
        assert!(again.seen_at > first.seen_at);
        heartbeat.config_version = 4;
        store.evaluator_heartbeat(&heartbeat).await.unwrap();
        let newer = store.evaluators().await.unwrap().remove(0);
        assert_eq!(newer.config_version, 4);
        assert!(newer.applied_at > first.applied_at);
        assert_eq!(store.config_version().await.unwrap(), 3, "state is no configuration");

        database
            .execute("update halyard.evaluators set seen_at = now() - interval '61 seconds'")
            .await
            .unwrap();
        assert_eq!(store.evaluators_count().await.unwrap(), 0);
        store.evaluator_stopped(heartbeat.id).await.unwrap();
        assert_eq!(database.number("select count(*) from halyard.evaluators").await, 0);
    })
    .await;
}

#[tokio::test]
async fn settings_have_defaults_and_limits() {
    on_each_postgres(async |database| {
        let store = &database.store;
        assert_eq!(store.settings().await.unwrap(), Settings { retention_days: 90 });
        for retention_days in [0, 3_651] {
            let refused = store.settings_set(&Settings { retention_days }, &ana()).await;
            assert_eq!(paths(refused), ["retentionDays"]);
        }
        let week = Settings { retention_days: 7 };
        store.settings_set(&week, &ana()).await.unwrap();
        let version = store.config_version().await.unwrap();
        assert_eq!(store.settings_set(&week, &ana()).await.unwrap(), week);
        assert_eq!(store.config_version().await.unwrap(), version);
    })
    .await;
}

#[tokio::test]
async fn stars_are_per_person_and_no_configuration() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let flag = database.flag("checkout").await;
        let version = store.config_version().await.unwrap();
        store.star_add("Ana", flag.id).await.unwrap();
        store.star_add("Ana", flag.id).await.unwrap();
        assert_eq!(store.stars("Ana").await.unwrap(), [flag.id]);
        assert!(store.stars("Ben").await.unwrap().is_empty());
        store.star_remove("Ana", flag.id).await.unwrap();
        assert!(store.stars("Ana").await.unwrap().is_empty());
        assert!(store.star_add("Ana", Uuid::nil()).await.is_err());
        assert_eq!(store.config_version().await.unwrap(), version);
    })
    .await;
}

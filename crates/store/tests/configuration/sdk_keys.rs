//! SDK keys: made, rotated, revoked, used; two live ones at most, whoever makes them.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use halyard_store::{
    ConnectOptions, Store, StoreError,
    configuration::{Configuration, ConfigurationSince},
    environments::NewEnvironment,
    sdk_keys::{ConfiguredKey, KeyKind, KeyRole, KeyText, NewSdkKey},
};
use serde_json::json;
use uuid::Uuid;

use crate::support::{Database, ana, on_each_postgres, paths, violations};

fn new_key(kind: KeyKind) -> NewSdkKey {
    NewSdkKey {
        kind,
        name: "shop".to_owned(),
        environment: (kind != KeyKind::Admin).then(|| "production".to_owned()),
        role: (kind == KeyKind::Admin).then_some(KeyRole::Editor),
        expires_at: None,
        note: None,
    }
}

async fn configured(database: &Database) -> Vec<ConfiguredKey> {
    database.store.configuration().await.unwrap().keys
}

/// A key that expired a moment ago: only waiting makes one through the store.
async fn expire(database: &Database, id: Uuid) {
    database
        .execute(&format!(
            "update halyard.sdk_keys set expires_at = now() - interval '1 second' where id = '{id}'"
        ))
        .await
        .unwrap();
}

#[tokio::test]
async fn key_is_shown_once_and_found_by_its_hash() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let created = store.sdk_key_create(&new_key(KeyKind::Client), &ana()).await.unwrap();
        let text = KeyText::parse(&created.text).unwrap();
        assert_eq!(text.kind(), KeyKind::Client);
        assert_eq!(created.key.prefix, text.prefix());
        assert!(!format!("{created:?}").contains(&created.text));

        assert_eq!(store.sdk_keys().await.unwrap(), std::slice::from_ref(&created.key));
        let keys = configured(database).await;
        assert_eq!((keys[0].id, keys[0].hash), (created.key.id, text.hash()));
        let stored = "select count(*) from halyard.sdk_keys where hash = sha256(convert_to('{}', 'UTF8'))";
        assert_eq!(database.number(&stored.replace("{}", text.as_str())).await, 1);
    })
    .await;
}

#[tokio::test]
async fn audit_names_who_made_a_key_and_never_shows_its_hash() {
    on_each_postgres(async |database| {
        let before = database.store.config_version().await.unwrap();
        let author = ana().with_note("for the shop");
        let created = database.store.sdk_key_create(&new_key(KeyKind::Server), &author).await.unwrap();
        database.store.sdk_key_revoke(created.key.id, &ana()).await.unwrap();
        database.store.sdk_key_revoke(created.key.id, &ana()).await.unwrap();

        let entries = database.entries_after(before).await;
        let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["sdk_key.created", "sdk_key.revoked"], "revoking again changes nothing");
        assert_eq!((entries[0].actor.as_str(), entries[0].note.as_str()), ("Ana", "for the shop"));
        let hash = KeyText::parse(&created.text).unwrap().hash().to_string();
        let texts = "select string_agg(entry, '') from halyard.audit_entries";
        let audit: String = sqlx::query_scalar(texts).fetch_one(&database.psql).await.unwrap();
        assert!(audit.contains(&created.key.prefix));
        assert!(!audit.contains(&hash) && !audit.contains(&created.text));
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_with_a_new_key_is_said_at_once() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let past = Some(Utc::now() - TimeDelta::days(1));
        let refused = |new: NewSdkKey| async move { paths(store.sdk_key_create(&new, &ana()).await) };
        let wrong = NewSdkKey {
            name: " ".to_owned(),
            role: Some(KeyRole::Admin),
            environment: Some("no-such".to_owned()),
            expires_at: past,
            ..new_key(KeyKind::Server)
        };
        assert_eq!(refused(wrong).await, ["name", "role", "environment", "expiresAt"]);
        let wrong = NewSdkKey { environment: None, ..new_key(KeyKind::Client) };
        assert_eq!(refused(wrong).await, ["environment"]);
        let wrong = NewSdkKey {
            role: None,
            environment: Some("production".to_owned()),
            name: "n".repeat(201),
            ..new_key(KeyKind::Admin)
        };
        assert_eq!(refused(wrong).await, ["name", "environment", "role"]);
        let wrong = NewSdkKey { environment: Some("pro\0".to_owned()), ..new_key(KeyKind::Client) };
        assert_eq!(refused(wrong).await, ["environment"]);
        let unknown = store.sdk_key_revoke(Uuid::nil(), &ana()).await;
        assert!(matches!(unknown, Err(StoreError::NotFound { what: "SDK key", .. })));
        let unknown = store.sdk_key_rotate(Uuid::nil(), None, &ana()).await;
        assert!(matches!(unknown, Err(StoreError::NotFound { what: "SDK key", .. })));
    })
    .await;
}

#[tokio::test]
async fn third_live_key_of_a_kind_and_environment_is_refused() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let first = store.sdk_key_create(&new_key(KeyKind::Client), &ana()).await.unwrap().key;
        let second = store.sdk_key_create(&new_key(KeyKind::Client), &ana()).await.unwrap().key;
        let version = store.config_version().await.unwrap();
        let refused = violations(store.sdk_key_create(&new_key(KeyKind::Client), &ana()).await);
        assert_eq!(refused[0].path, "environment");
        assert!(refused[0].message.contains("two live client keys"), "{}", refused[0].message);
        assert_eq!(paths(store.sdk_key_rotate(first.id, None, &ana()).await), ["environment"]);
        assert_eq!(store.config_version().await.unwrap(), version);

        // Others have room of their own.
        store.sdk_key_create(&new_key(KeyKind::Server), &ana()).await.unwrap();
        let staging = NewSdkKey { environment: Some("staging".to_owned()), ..new_key(KeyKind::Client) };
        store.sdk_key_create(&staging, &ana()).await.unwrap();
        for _ in 0..3 {
            store.sdk_key_create(&new_key(KeyKind::Admin), &ana()).await.unwrap();
        }
        // Revoked and expired ones make room.
        store.sdk_key_revoke(first.id, &ana()).await.unwrap();
        store.sdk_key_create(&new_key(KeyKind::Client), &ana()).await.unwrap();
        expire(database, second.id).await;
        store.sdk_key_create(&new_key(KeyKind::Client), &ana()).await.unwrap();
        // Also for somebody with psql.
        let by_hand = "insert into halyard.sdk_keys (id, kind, name, environment, hash, prefix)
                       values (gen_random_uuid(), 'client', 'x', 'production', sha256('x'), 'hal_cli_x…')";
        let refused = database.execute(by_hand).await.unwrap_err().to_string();
        assert!(refused.contains("two live client keys"), "{refused}");
        let revived = format!("update halyard.sdk_keys set revoked_at = null where id = '{}'", first.id);
        assert!(database.execute(&revived).await.unwrap_err().to_string().contains("stays revoked"));
    })
    .await;
}

#[tokio::test]
async fn many_who_make_keys_at_once_make_two() {
    on_each_postgres(async |database| {
        let attempts: Vec<_> = (0..8)
            .map(|_| {
                let store = database.store.clone();
                tokio::spawn(async move { store.sdk_key_create(&new_key(KeyKind::Server), &ana()).await })
            })
            .collect();
        let mut made = 0;
        for attempt in attempts {
            match attempt.await.unwrap() {
                Ok(_) => made += 1,
                refused => assert_eq!(paths(refused), ["environment"]),
            }
        }
        assert_eq!(made, 2);
        assert_eq!(configured(database).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn rotation_makes_the_same_key_anew_and_lets_the_old_one_expire() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let old = store.sdk_key_create(&new_key(KeyKind::Server), &ana()).await.unwrap();
        let in_an_hour: DateTime<Utc> = "2100-01-01T00:00:00Z".parse().unwrap();
        let new = store.sdk_key_rotate(old.key.id, Some(in_an_hour), &ana()).await.unwrap();
        assert_ne!(new.text, old.text);
        assert_eq!((new.key.kind, &new.key.environment), (old.key.kind, &old.key.environment));
        assert_eq!((new.key.expires_at, &new.key.name), (None, &old.key.name));
        let expires = async |id: Uuid| {
            let keys = configured(database).await;
            keys.iter().find(|key| key.id == id).unwrap().expires_at
        };
        assert_eq!(expires(old.key.id).await, Some(in_an_hour));

        let past = Some(Utc::now() - TimeDelta::seconds(1));
        assert_eq!(paths(store.sdk_key_rotate(new.key.id, past, &ana()).await), ["oldExpiresAt"]);
        expire(database, old.key.id).await;
        assert_eq!(paths(store.sdk_key_rotate(old.key.id, None, &ana()).await), ["id"]);
        // An admin key keeps its role; without a date the old one stays.
        let old = store.sdk_key_create(&new_key(KeyKind::Admin), &ana()).await.unwrap();
        let new = store.sdk_key_rotate(old.key.id, None, &ana()).await.unwrap();
        assert_eq!(new.key.role, Some(KeyRole::Editor));
        assert_eq!(expires(old.key.id).await, None);
    })
    .await;
}

#[tokio::test]
async fn changed_keys_reach_evaluators_as_a_whole_list() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let created = store.sdk_key_create(&new_key(KeyKind::Server), &ana()).await.unwrap();
        let before = store.config_version().await.unwrap();
        database.flag("checkout").await;
        let ConfigurationSince::Changed(changes) = store.configuration_since(before).await.unwrap() else {
            panic!("only a flag changed")
        };
        assert_eq!(changes.keys, None, "no key changed");
        let before = store.config_version().await.unwrap();
        store.sdk_key_revoke(created.key.id, &ana()).await.unwrap();
        let ConfigurationSince::Changed(changes) = store.configuration_since(before).await.unwrap() else {
            panic!("only a key changed")
        };
        assert_eq!(changes.keys, Some(Vec::new()), "the revoked one is gone");
        assert!(changes.flags.is_empty());
    })
    .await;
}

#[tokio::test]
async fn last_use_is_the_latest_that_any_server_saw() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let key = store.sdk_key_create(&new_key(KeyKind::Server), &ana()).await.unwrap().key;
        let version = store.config_version().await.unwrap();
        let late: DateTime<Utc> = "2026-05-02T10:00:00Z".parse().unwrap();
        let early = late - TimeDelta::hours(1);
        store.sdk_keys_used(&[(key.id, early), (key.id, late), (Uuid::nil(), late)]).await.unwrap();
        store.sdk_keys_used(&[(key.id, early)]).await.unwrap();
        store.sdk_keys_used(&[]).await.unwrap();
        assert_eq!(store.sdk_keys().await.unwrap()[0].last_used_at, Some(late));
        assert_eq!(store.config_version().await.unwrap(), version, "use is no configuration");
    })
    .await;
}

#[tokio::test]
async fn environment_with_live_keys_stays_and_takes_dead_ones_with_it() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let environment = NewEnvironment {
            key: "beta".to_owned(),
            name: "Beta".to_owned(),
            color: "#112233".to_owned(),
            production: false,
            note_required: None,
        };
        store.environment_create(&environment, &ana()).await.unwrap();
        let new = NewSdkKey { environment: Some("beta".to_owned()), ..new_key(KeyKind::Server) };
        let revoked = store.sdk_key_create(&new, &ana()).await.unwrap().key;
        store.sdk_key_revoke(revoked.id, &ana()).await.unwrap();
        store.sdk_keys_used(&[(revoked.id, Utc::now())]).await.unwrap();
        let live = store.sdk_key_create(&new, &ana()).await.unwrap().key;
        assert_eq!(paths(store.environment_delete("beta", &ana()).await), ["key"]);
        store.sdk_key_revoke(live.id, &ana()).await.unwrap();
        store.environment_delete("beta", &ana()).await.unwrap();
        assert!(store.sdk_keys().await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn configuration_survives_being_kept_as_json() {
    on_each_postgres(async |database| {
        let store = &database.store;
        store.sdk_key_create(&new_key(KeyKind::Client), &ana()).await.unwrap();
        let admin = NewSdkKey { expires_at: Some(Utc::now() + TimeDelta::days(1)), ..new_key(KeyKind::Admin) };
        store.sdk_key_create(&admin, &ana()).await.unwrap();
        let audience = database.audience("Enterprise").await;
        let changes = serde_json::from_value(json!({
            "rules": [{ "audienceId": audience.id, "percentage": 12.345, "value": true }]
        }));
        let flag = database.flag("checkout").await;
        store.flag_update("checkout", flag.version, &changes.unwrap(), &ana()).await.unwrap();
        database
            .execute(
                r#"insert into halyard.customer_source (customers)
                   values ('{"schema": "public", "table": "c", "idColumn": "id", "nameColumn": null, "emailColumn": null}')"#,
            )
            .await
            .unwrap();
        let configuration = store.configuration().await.unwrap();
        assert_eq!((configuration.keys.len(), configuration.flags.len()), (2, 1));
        let kept = serde_json::to_vec(&configuration).unwrap();
        assert_eq!(serde_json::from_slice::<Configuration>(&kept).unwrap(), configuration);
    })
    .await;
}

#[tokio::test]
async fn store_that_connects_lazily_starts_before_its_database() {
    let nowhere = ConnectOptions::from_url("postgres://nobody@127.0.0.1:1/none").unwrap();
    let store = Store::connect_lazy(&nowhere);
    let answer = tokio::time::timeout(Duration::from_secs(60), store.config_version()).await.unwrap();
    assert!(answer.is_err_and(|error| error.is_outage()));
    on_each_postgres(async |database| {
        let store = Store::connect_lazy(&ConnectOptions::from_url(&database.url).unwrap());
        assert!(store.config_version().await.unwrap() > 0);
        store.close().await;
    })
    .await;
}

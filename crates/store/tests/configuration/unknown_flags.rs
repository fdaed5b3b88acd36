//! Keys that SDKs ask for and nobody has.

use chrono::{DateTime, TimeDelta, Utc};
use halyard_store::unknown_flags::UnknownFlagAsked;

use crate::support::{ana, on_each_postgres};

fn asked(key: &str, environment: &str, asked: i64, last_asked_at: DateTime<Utc>) -> UnknownFlagAsked {
    UnknownFlagAsked { key: key.to_owned(), environment: environment.to_owned(), asked, last_asked_at }
}

/// In whole microseconds, as the database keeps it.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(Utc::now().timestamp_micros()).unwrap()
}

#[tokio::test]
async fn keys_asked_for_in_vain_are_counted_and_listed_newest_first() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let version = store.config_version().await.unwrap();
        let (early, late) = (now() - TimeDelta::hours(1), now());
        store
            .unknown_flags_asked(&[
                asked("chekout", "production", 2, late),
                asked("old", "production", 1, early),
                asked("chekout", "production", 3, early),
                asked("", "production", 1, late),
                asked("nul\0", "production", 1, late),
                asked("line\nbreak", "production", 1, late),
                asked(&"k".repeat(201), "production", 1, late),
                asked("fine", "Not An Environment\0", 1, late),
            ])
            .await
            .unwrap();
        store.unknown_flags_asked(&[asked("chekout", "production", 5, early)]).await.unwrap();
        store.unknown_flags_asked(&[]).await.unwrap();

        let unknown = store.unknown_flags().await.unwrap();
        let listed: Vec<(&str, i64)> = unknown.iter().map(|flag| (flag.key.as_str(), flag.asked)).collect();
        assert_eq!(listed, [("chekout", 10), ("old", 1)]);
        assert_eq!((unknown[0].first_asked_at, unknown[0].last_asked_at), (early, late));
        assert_eq!(store.config_version().await.unwrap(), version, "state is no configuration");
    })
    .await;
}

#[tokio::test]
async fn key_leaves_the_list_when_its_flag_is_made_and_answers() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let before = now() - TimeDelta::minutes(1);
        store.unknown_flags_asked(&[asked("checkout", "production", 1, before)]).await.unwrap();
        let flag = database.flag("checkout").await;
        assert!(store.unknown_flags().await.unwrap().is_empty());
        store.flag_archive("checkout", &ana()).await.unwrap();
        let after = now() + TimeDelta::minutes(1);
        store.unknown_flags_asked(&[asked("checkout", "production", 1, after)]).await.unwrap();
        assert_eq!(store.unknown_flags().await.unwrap()[0].flag_id, Some(flag.id), "archived");
    })
    .await;
}

#[tokio::test]
async fn of_each_environment_the_thousand_keys_asked_for_last_are_kept() {
    on_each_postgres(async |database| {
        let store = &database.store;
        let start = now();
        store.unknown_flags_asked(&[asked("other", "staging", 1, start - TimeDelta::days(9))]).await.unwrap();
        let many: Vec<UnknownFlagAsked> = (0..1_500)
            .map(|age| asked(&format!("key-{age}"), "production", 1, start - TimeDelta::seconds(age)))
            .collect();
        for part in many.chunks(700) {
            store.unknown_flags_asked(part).await.unwrap();
        }
        let kept = store.unknown_flags().await.unwrap();
        assert_eq!(kept.len(), 1_001);
        assert_eq!((kept[999].key.as_str(), kept[1_000].key.as_str()), ("key-999", "other"));
    })
    .await;
}

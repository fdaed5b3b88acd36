//! Many people, many processes, open transactions.

use std::time::Duration;

use futures_util::future::join_all;
use halyard_store::{ConnectOptions, Store, StoreError, audit::chain::Chain, flags::FlagChanges};
use serde_json::json;
use tokio::time::timeout;

use crate::support::{Database, ana, ben, new_flag, on_each_postgres, rule};

/// Far more than anything here may take, so that a hang fails instead of hanging the tests.
const SOON: Duration = Duration::from_secs(5);

async fn another_app(database: &Database) -> Store {
    Store::connect(&ConnectOptions::from_url(&database.url).unwrap()).await.unwrap()
}

#[tokio::test]
async fn an_open_transaction_on_one_flag_does_not_block_the_kill_of_another() {
    on_each_postgres(async |database| {
        database.flag("held").await;
        database.flag("checkout").await;
        let mut open = database.psql.begin().await.unwrap();
        sqlx::raw_sql("update halyard.feature_flags set name = 'x' where key = 'held'")
            .execute(&mut *open)
            .await
            .unwrap();
        let killed = timeout(SOON, database.store.flag_set_active("checkout", false, &ana())).await;
        assert!(!killed.unwrap().unwrap().flag.is_active);
        open.commit().await.unwrap();
        assert_eq!(database.store.flag_get("held").await.unwrap().name, "x");
    })
    .await;
}

#[tokio::test]
async fn eight_writers_leave_no_gap_and_do_not_deadlock() {
    on_each_postgres(async |database| {
        for key in ["a", "b", "c"] {
            database.flag(key).await;
        }
        let before = database.store.config_version().await.unwrap();
        let writers = (0..8).map(|writer| async move {
            let store = another_app(database).await;
            for turn in 0..15 {
                let key = ["a", "b", "c"][(writer + turn) % 3];
                let changes = json!({ "description": format!("{writer} {turn}") });
                let changes: FlagChanges = serde_json::from_value(changes).unwrap();
                loop {
                    let base = store.flag_get(key).await.unwrap().version;
                    match store.flag_update(key, base, &changes, &ana()).await {
                        Ok(_) => break,
                        Err(StoreError::Conflict { .. }) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                }
            }
            store.close().await;
        });
        join_all(writers).await;
        let written = 8 * 15;
        assert_eq!(database.store.config_version().await.unwrap(), before + written);
        assert_eq!(database.intact_entries().await, before + written);
        let versions = database.number("select sum(version)::bigint from halyard.feature_flags").await;
        assert_eq!(versions, 3 + written);
        let snapshots = database.number("select count(*) from halyard.flag_versions").await;
        assert_eq!(snapshots, 3 + written);
    })
    .await;
}

#[tokio::test]
async fn changes_of_many_rows_and_of_one_do_not_deadlock() {
    on_each_postgres(async |database| {
        for number in 0..20 {
            let key = format!("flag-{number}");
            database.flag(&key).await;
            database.store.flag_set_environment(&key, "staging", true, &ana()).await.unwrap();
        }
        let switching = async {
            let store = another_app(database).await;
            for number in (0..20).rev() {
                store.flag_set_active(&format!("flag-{number}"), false, &ben()).await.unwrap();
            }
            store.close().await;
        };
        let deleting = async { database.store.environment_delete("staging", &ana()).await.unwrap() };
        tokio::join!(switching, deleting);
        database.intact_entries().await;
    })
    .await;
}

#[tokio::test]
async fn of_two_who_make_the_same_key_one_is_told() {
    on_each_postgres(async |database| {
        let (new, ana, ben) = (new_flag("checkout"), ana(), ben());
        let (first, second) =
            tokio::join!(database.store.flag_create(&new, &ana), database.store.flag_create(&new, &ben),);
        let outcomes = [first, second];
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(
            outcomes.iter().any(|it| matches!(it, Err(StoreError::AlreadyExists { .. }))),
            "{outcomes:?}"
        );
    })
    .await;
}

/// Whoever commits second must see what the first one did.
#[tokio::test]
async fn an_audience_cannot_vanish_while_a_flag_starts_to_use_it() {
    on_each_postgres(async |database| {
        for turn in 0..10 {
            let audience = database.audience(&format!("Audience {turn}")).await;
            let mut new = new_flag(&format!("flag-{turn}"));
            new.rules = Some(vec![rule(json!({ "audienceId": audience.id }))]);
            let (ana, ben) = (ana(), ben());
            let (made, deleted) = tokio::join!(
                database.store.flag_create(&new, &ana),
                database.store.audience_delete(audience.id, &ben),
            );
            assert!(made.is_ok() != deleted.is_ok(), "{made:?} {deleted:?}");
            let dangling = database
                .number(
                    "select count(*) from halyard.feature_flags as f,
                         jsonb_array_elements(f.rules) as r (rule)
                     where not exists (
                         select from halyard.audiences as a where a.id = (r.rule ->> 'audienceId')::uuid)",
                )
                .await;
            assert_eq!(dangling, 0);
        }
    })
    .await;
}

#[tokio::test]
async fn futures_of_the_store_can_move_between_threads() {
    fn movable<T: Send>(future: T) -> T {
        future
    }
    on_each_postgres(async |database| {
        let store = &database.store;
        let changes = FlagChanges::default();
        movable(store.flag_create(&new_flag("checkout"), &ana())).await.unwrap();
        movable(store.flag_update("checkout", 1, &changes, &ana())).await.unwrap();
        movable(store.flag_set_active("checkout", true, &ana())).await.unwrap();
        movable(store.flag_revert("checkout", 1, &ana())).await.unwrap();
        movable(store.flags_list(false)).await.unwrap();
        movable(store.configuration()).await.unwrap();
        movable(store.configuration_since(0)).await.unwrap();
        movable(store.audit_verify(Chain::new([]), |_| {})).await.unwrap();
        movable(store.environment_delete("staging", &ana())).await.unwrap();
        movable(store.migrate()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_database_that_isolates_more_by_default_does_not_fail_changes() {
    on_each_postgres(async |database| {
        for key in ["a", "b"] {
            database.flag(key).await;
        }
        database
            .execute(
                "do $$ begin execute format(
                     'alter database %I set default_transaction_isolation = serializable',
                     current_database()); end $$",
            )
            .await
            .unwrap();
        let people = [("a", false), ("a", true), ("b", false), ("b", true)];
        join_all(people.map(|(key, is_active)| async move {
            let store = another_app(database).await;
            for _ in 0..10 {
                store.flag_set_active(key, is_active, &ana()).await.unwrap();
            }
            store.close().await;
        }))
        .await;
        database.intact_entries().await;
    })
    .await;
}

/// What triggers wrote must be the rows, whatever way they went.
#[tokio::test]
async fn the_newest_snapshot_and_the_last_entry_are_the_row() {
    on_each_postgres(async |database| {
        let store = &database.store;
        for key in ["a", "b"] {
            database.flag(key).await;
            store.flag_set_environment(key, "staging", true, &ana()).await.unwrap();
            store.flag_set_active(key, false, &ben()).await.unwrap();
            store.flag_archive(key, &ana()).await.unwrap();
        }
        store.environment_delete("staging", &ana()).await.unwrap();
        let same = database
            .number(
                "select count(*) from halyard.feature_flags as f
                 cross join lateral (
                     select halyard.camel_case(to_jsonb(f)) as flag from set_config('timezone', 'UTC', false)
                 ) as now
                 join halyard.flag_versions as v on (v.flag_id, v.version) = (f.id, f.version)
                 join halyard.audit_log as a on a.seq = v.config_version
                 where v.flag = now.flag and a.after = now.flag
                     and a.seq = (select max(seq) from halyard.audit_log where entity_id = f.id::text)",
            )
            .await;
        assert_eq!(same, 2);
    })
    .await;
}

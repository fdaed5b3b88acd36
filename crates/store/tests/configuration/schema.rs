use halyard_embedded_postgres::testing::PostgresVersion;
use halyard_store::{
    ConnectOptions, Store, StoreError,
    schema::{SchemaProblem, SchemaState},
};

use crate::support::{Database, on_each_postgres};

#[tokio::test]
async fn migrating_an_empty_database_makes_everything() {
    for version in [PostgresVersion::V18, PostgresVersion::V14] {
        let database = Database::empty(version).await;
        let store = &database.store;
        assert_eq!(store.schema_state().await.unwrap(), SchemaState::Missing);
        store.migrate().await.unwrap();
        assert_eq!(store.schema_state().await.unwrap(), SchemaState::Current);
        store.migrate().await.unwrap();

        let environments = store.environments().await.unwrap();
        let shown: Vec<_> =
            environments.iter().map(|it| (it.key.as_str(), it.color.as_str(), it.production)).collect();
        assert_eq!(
            shown,
            [
                ("production", "#c2500f", true),
                ("staging", "#7c5cf0", false),
                ("development", "#2f86c9", false),
            ]
        );
        let outside = database
            .number("select count(*) from pg_class where relnamespace = 'public'::regnamespace")
            .await;
        assert_eq!(outside, 0, "nothing is made outside schema halyard");
    }
}

#[tokio::test]
async fn two_apps_that_migrate_at_once_wait_for_each_other() {
    let database = Database::empty(PostgresVersion::V18).await;
    let options = ConnectOptions::from_url(&database.url).unwrap();
    let apps = (0..4).map(|_| async {
        let store = Store::connect(&options).await.unwrap();
        let outcome = store.migrate().await;
        store.close().await;
        outcome
    });
    for outcome in futures_util::future::join_all(apps).await {
        outcome.unwrap();
    }
    assert_eq!(database.store.config_version().await.unwrap(), 3);
}

#[tokio::test]
async fn a_newer_or_altered_schema_is_left_alone() {
    on_each_postgres(async |database| {
        database
            .execute(
                "insert into halyard._sqlx_migrations
                     (version, description, success, checksum, execution_time)
                 values (9999, 'from the future', true, '', 0)",
            )
            .await
            .unwrap();
        assert_eq!(database.store.schema_state().await.unwrap(), SchemaState::Newer);
        let refused = database.store.migrate().await;
        assert!(matches!(refused, Err(StoreError::Schema(SchemaProblem::Newer))));

        database
            .execute(
                "delete from halyard._sqlx_migrations where version = 9999;
                 update halyard._sqlx_migrations set checksum = '\\x00' where version = 1;",
            )
            .await
            .unwrap();
        assert_eq!(database.store.schema_state().await.unwrap(), SchemaState::Altered);
        let refused = database.store.migrate().await;
        assert!(matches!(refused, Err(StoreError::Schema(SchemaProblem::Altered))));
    })
    .await;
}

#[tokio::test]
async fn functions_cannot_be_tricked_by_a_search_path() {
    on_each_postgres(async |database| {
        let unpinned = database
            .number(
                "select count(*) from pg_proc
                 where pronamespace = 'halyard'::regnamespace
                     and not coalesce(proconfig::text like '%search_path=pg_catalog, pg_temp%', false)",
            )
            .await;
        assert_eq!(unpinned, 0);
    })
    .await;
}

#[tokio::test]
async fn every_trigger_fires_in_every_session_role() {
    on_each_postgres(async |database| {
        let ordinary = database
            .number(
                "select count(*) from pg_trigger as t join pg_class as c on c.oid = t.tgrelid
                 where c.relnamespace = 'halyard'::regnamespace
                     and not t.tgisinternal and t.tgenabled <> 'A'",
            )
            .await;
        assert_eq!(ordinary, 0);
    })
    .await;
}

#[tokio::test]
async fn partitions_are_made_ahead_and_dropped_past_retention() {
    on_each_postgres(async |database| {
        let partitions = "select count(*) from pg_inherits
             where inhparent = 'halyard.evaluations'::regclass";
        assert_eq!(database.number(partitions).await, 9, "yesterday to a week ahead");
        database
            .execute(
                "create table halyard.evaluations_20200101 (like halyard.evaluations including all);
                 alter table halyard.evaluations attach partition halyard.evaluations_20200101
                     for values from ('2020-01-01 00:00:00+00') to ('2020-01-02 00:00:00+00');
                 set timezone = 'Asia/Tokyo';
                 select halyard.maintain_partitions();
                 reset timezone",
            )
            .await
            .unwrap();
        assert_eq!(database.number(partitions).await, 9);
        let bounds = database
            .number(
                "select count(*) from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
                 where i.inhparent = 'halyard.evaluations'::regclass
                     and pg_get_expr(c.relpartbound, c.oid) like '%00:00:00+00%00:00:00+00%'",
            )
            .await;
        assert_eq!(bounds, 9, "days are UTC days");
    })
    .await;
}

#[tokio::test]
async fn the_view_expands_calls_into_flags() {
    on_each_postgres(async |database| {
        let flag = database.flag("checkout").await;
        database
            .store
            .flag_update(
                "checkout",
                flag.version,
                &serde_json::from_value(serde_json::json!({ "rules": [{ "percentage": 50 }] })).unwrap(),
                &crate::support::ana(),
            )
            .await
            .unwrap();
        database
            .execute(
                "insert into halyard.flag_sets values
                     ('00000000-0000-0000-0000-000000000001', '{1,1,1,1,77}', '{2,2,1,2,1}');
                 insert into halyard.evaluations values
                     (gen_random_uuid(), now(), 'production', 'ALFKI', 'evaluate_all', 'js', false, 5,
                      '00000000-0000-0000-0000-000000000001', '{0,-1,-2,-4,-3}')",
            )
            .await
            .unwrap();
        let rows = database
            .json(
                "select jsonb_agg(jsonb_build_array(
                     flag_key, flag_version, value, reason, off_by, error_kind, rule_index,
                     rule_id is not null) order by position)
                 from halyard.flag_evaluations",
            )
            .await;
        assert_eq!(
            rows,
            serde_json::json!([
                ["checkout", 2, true, "RULE_MATCH", null, null, 0, true],
                ["checkout", 2, false, "FALLTHROUGH", null, null, null, false],
                ["checkout", 1, false, "OFF", "KILL_SWITCH", null, null, false],
                ["checkout", 2, false, "ERROR", null, "AUDIENCE_UNAVAILABLE", null, false],
                [null, 1, null, "OFF", "ENVIRONMENT", null, null, false],
            ])
        );
    })
    .await;
}

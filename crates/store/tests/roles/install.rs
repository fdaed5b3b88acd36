//! Making the schema and its roles: by a superuser, by somebody who may create roles, by a plain
//! owner; on an older schema; beside another database, and in a copy of one.

use std::borrow::Cow;

use halyard_embedded_postgres::testing::PostgresVersion::{self, V14, V18};
use halyard_store::{
    ConnectOptions, Store,
    audit::{AuditVerification, chain::Chain},
    roles::GroupRole,
    schema::SchemaState,
};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, migrate::Migrator};

use crate::{
    people::{Person, database_name, is_refusal, logged_in},
    support::{Database, ana, new_flag},
};

/// A login of its own, and a new database that it owns.
async fn owner(database: &Database, name: &str, attributes: &str) -> Person {
    let role = format!("{name}_{}", database_name(&database.url));
    database.execute(&format!("create role {role} login {attributes}")).await.unwrap();
    database.execute(&format!("create database {role} owner {role}")).await.unwrap();
    logged_in(&database.server.url(&role), &role).await
}

async fn works(store: &Store, key: &str) {
    store.flag_create(&new_flag(key), &ana()).await.unwrap();
    store.flag_set_environment(key, "production", true, &ana().with_note("launch")).await.unwrap();
    store.flag_set_active(key, false, &ana()).await.unwrap();
    store.configuration().await.unwrap();
    store.maintain_partitions().await.unwrap();
    let found = store.audit_verify(Chain::new([]), |_| {}).await.unwrap();
    assert!(matches!(found, AuditVerification::Intact { .. }), "{found:?}");
    assert_eq!(store.schema_state().await.unwrap(), SchemaState::Current);
}

async fn each(test: impl AsyncFn(PostgresVersion, &Database)) {
    for version in [V18, V14] {
        let database = Database::empty(version).await;
        test(version, &database).await;
    }
}

#[tokio::test]
async fn owner_who_may_create_roles_makes_them_and_goes_on_as_administrator() {
    each(async |version, database| {
        let app = owner(database, "app", "createrole").await;
        app.store.migrate().await.unwrap();
        app.store.migrate().await.unwrap();
        let rights = app.store.rights().await.unwrap();
        assert_eq!(rights.role, Some(GroupRole::Admin));
        assert!(rights.audit_binds_owner, "nobody logs in as the owner");
        works(&app.store, "checkout").await;
        let disable = "alter table halyard.feature_flags disable trigger record";
        if version == V18 {
            let refused = app.execute(disable).await.unwrap_err();
            assert!(is_refusal(&refused), "{refused}");
        }
        // For a migration it takes the owner's place, which Postgres 14 does without being asked.
        let migrating = "select set_config('role', halyard.role_to_take('owner'), true);
                         create table halyard.later (id int); drop table halyard.later";
        app.execute(&format!("begin; {migrating}; commit")).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn plain_owner_installs_everything_and_is_told_that_the_audit_does_not_bind_them() {
    each(async |_, database| {
        let app = owner(database, "plain", "").await;
        app.store.migrate().await.unwrap();
        let rights = app.store.rights().await.unwrap();
        assert_eq!((rights.role, rights.group_roles.len()), (None, 0));
        assert!(!rights.audit_binds_owner);
        assert!(rights.may.kill && rights.may.edit_keys && rights.may.read_evaluations && rights.may.erase);
        works(&app.store, "checkout").await;
        assert!(!app.store.install_roles().await.unwrap(), "it may not");

        // Somebody who may makes the roles later; whoever had everything goes on.
        let options = ConnectOptions::from_url(&database.server.url(&app.name)).unwrap();
        assert!(Store::connect(&options).await.unwrap().install_roles().await.unwrap());
        let rights = app.store.rights().await.unwrap();
        assert_eq!(rights.role, Some(GroupRole::Admin));
        assert!(rights.audit_binds_owner);
        works(&app.store, "search").await;
    })
    .await;
}

/// The schema as an earlier program left it.
async fn migrate_up_to(url: &str, last: i64) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let all = sqlx::migrate!();
    let mut earlier = Migrator {
        migrations: Cow::Owned(all.iter().filter(|migration| migration.version <= last).cloned().collect()),
        ..Migrator::DEFAULT
    };
    earlier.dangerous_set_table_name("halyard._sqlx_migrations");
    earlier.create_schema("halyard");
    earlier.run_direct(None, &mut connection, false).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn older_schema_with_data_is_brought_up_to_date_and_its_owner_goes_on() {
    each(async |_, database| {
        for (name, attributes) in [("older", ""), ("makes_roles", "createrole")] {
            let app = owner(database, name, attributes).await;
            let url = database.server.url(&app.name).replace("//postgres@", &format!("//{}@", app.name));
            migrate_up_to(&url, 6).await;
            app.execute(
                r#"insert into halyard.feature_flags (id, key, name, type, default_value, environments)
                   values (gen_random_uuid(), 'old', 'Old', 'boolean', 'false', '{"production": true}');
                   update halyard.feature_flags set is_active = false"#,
            )
            .await
            .unwrap();
            let behind = app.store.schema_state().await.unwrap();
            assert!(matches!(behind, SchemaState::Older { missing } if missing >= 2), "{behind:?}");
            let report = ConnectOptions::from_url(&url).unwrap().test().await;
            assert!(report.ok && report.schema_exists, "{report:?}");
            app.store.migrate().await.unwrap();

            assert!(!app.store.flag_get("old").await.unwrap().is_active);
            assert!(app.store.flag_set_active("old", true, &ana()).await.unwrap().changed);
            assert_eq!(app.store.reviews_due().await.unwrap().len(), 1, "only what came after");
            works(&app.store, "new").await;
            let rights = app.store.rights().await.unwrap();
            assert_eq!(rights.role, (name == "makes_roles").then_some(GroupRole::Admin));
        }
    })
    .await;
}

#[tokio::test]
async fn names_of_roles_are_never_those_of_another_database() {
    each(async |_, database| {
        let stem = database_name(&database.url).to_owned();
        let mut names = Vec::new();
        // The second is, in letters and digits, the first.
        for name in [format!("{stem}-shop"), format!("{stem}_shop")] {
            database.execute(&format!("create database \"{name}\"")).await.unwrap();
            let store = Store::connect(&ConnectOptions::from_url(&database.server.url(&name)).unwrap())
                .await
                .unwrap();
            store.migrate().await.unwrap();
            let rights = store.rights().await.unwrap();
            names.push(
                rights.group_roles.iter().find(|group| group.role == GroupRole::Viewer).unwrap().name.clone(),
            );
            store.close().await;
        }
        assert_eq!(names, [format!("halyard_{stem}_shop_viewer"), format!("halyard_{stem}_shop_2_viewer")]);

        let long = format!("{stem}_{}", "long".repeat(12));
        database.execute(&format!("create database \"{long}\"")).await.unwrap();
        let store =
            Store::connect(&ConnectOptions::from_url(&database.server.url(&long)).unwrap()).await.unwrap();
        store.migrate().await.unwrap();
        assert_eq!(store.rights().await.unwrap().group_roles.len(), 6);
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn database_that_is_renamed_or_copied_keeps_its_roles() {
    each(async |_, database| {
        let stem = database_name(&database.url).to_owned();
        let (first, second) = (format!("{stem}_a"), format!("{stem}_b"));
        database.execute(&format!("create database {first}")).await.unwrap();
        let store =
            Store::connect(&ConnectOptions::from_url(&database.server.url(&first)).unwrap()).await.unwrap();
        store.migrate().await.unwrap();
        let before = store.rights().await.unwrap().group_roles;
        store.close().await;
        database.execute(&format!("alter database {first} rename to {first}_renamed")).await.unwrap();
        database.execute(&format!("create database {second} template {first}_renamed")).await.unwrap();
        for name in [format!("{first}_renamed"), second] {
            let login = format!("op_{name}");
            let operator = &before.iter().find(|group| group.role == GroupRole::Operator).unwrap().name;
            database
                .execute(&format!("create role {login} login; grant {operator} to {login}"))
                .await
                .unwrap();
            let person = logged_in(&database.server.url(&name), &login).await;
            let rights = person.store.rights().await.unwrap();
            assert_eq!((rights.role, rights.group_roles), (Some(GroupRole::Operator), before.clone()));
            person.store.close().await;
            person.psql.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn dump_that_was_restored_without_its_roles_works_and_gets_them_back() {
    each(async |_, database| {
        database.store.migrate().await.unwrap();
        // As after a restore into a cluster that has none of the roles: only their names came along.
        database
            .execute(
                "update halyard.group_roles set role = 'gone_' || role;
                 select halyard.has_note()",
            )
            .await
            .unwrap();
        let rights = database.store.rights().await.unwrap();
        assert_eq!((rights.role, rights.group_roles.len()), (None, 0));
        database.store.flag_create(&new_flag("checkout"), &ana().in_role(GroupRole::Editor)).await.unwrap();
        assert!(database.store.install_roles().await.unwrap());
        assert_eq!(database.store.rights().await.unwrap().group_roles.len(), 6);
        let gone: String =
            sqlx::query_scalar(AssertSqlSafe("select role from halyard.group_roles where name = 'owner'"))
                .fetch_one(&database.psql)
                .await
                .unwrap();
        assert!(gone.starts_with("gone_halyard_"), "{gone}");
        assert_eq!(json!(database.store.flags_list(false).await.unwrap().flags.len()), json!(1));
    })
    .await;
}

//! Replaying the audit trail gives the configuration, whatever changed it: random changes by several
//! connections at once, some undone, some refused, some by the app and some by psql.

use std::collections::BTreeMap;

use halyard_embedded_postgres::testing::PostgresVersion;
use halyard_store::{Author, Store};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Row};

use crate::support::{Database, ana, ben, new_audience, new_flag};

/// Connections that change at the same time.
const CONNECTIONS: usize = 4;
/// Changes of each.
const CHANGES: usize = 40;

#[derive(Clone, Debug)]
enum Change {
    CreateFlag(u8),
    Kill(u8, bool),
    Switch(u8, bool),
    Archive(u8, bool),
    Revert(u8),
    CreateAudience(u8),
    DeleteAudience(u8),
    Sql(String),
    RolledBack(String),
}

fn changes() -> impl Strategy<Value = Change> {
    let flag = 0..6_u8;
    let sql = (0..6_u8, 0..12_u8, 0..100_u8).prop_map(|(flag, kind, number)| match kind {
        0 => format!("update halyard.feature_flags set name = 'Name {number}' where key = 'f{flag}'"),
        1 => format!("update halyard.feature_flags set tags = '{{t{number}}}' where key = 'f{flag}'"),
        2 => format!("delete from halyard.feature_flags where key = 'f{flag}'"),
        3 => "update halyard.feature_flags set description = description".to_owned(),
        4 => format!("update halyard.audiences set description = '{number}' where name = 'a{flag}'"),
        5 => format!(
            "insert into halyard.settings values ('s{flag}', '{number}')
             on conflict (name) do update set value = excluded.value"
        ),
        6 => format!("delete from halyard.settings where name = 's{flag}'"),
        7 => format!("update halyard.environments set position = {number} where key = 'staging'"),
        8 => format!(
            "insert into halyard.environments (key, name, color, position)
             values ('e{flag}', 'E', '#000000', {number}) on conflict do nothing"
        ),
        9 => format!("delete from halyard.environments where key = 'e{flag}'"),
        10 => format!(
            "begin; update halyard.feature_flags set client_visible = not client_visible where key = 'f{flag}';
             update halyard.feature_flags set permanent = not permanent where key = 'f{flag}';
             update halyard.feature_flags set client_visible = not client_visible where key = 'f{flag}'; commit"
        ),
        _ => format!(
            "insert into halyard.customer_source (customers) values ('{{\"table\": \"t{number}\"}}')
             on conflict (singleton) do update set customers = excluded.customers"
        ),
    });
    prop_oneof![
        3 => flag.clone().prop_map(Change::CreateFlag),
        2 => (flag.clone(), any::<bool>()).prop_map(|(flag, on)| Change::Kill(flag, on)),
        2 => (flag.clone(), any::<bool>()).prop_map(|(flag, on)| Change::Switch(flag, on)),
        1 => (flag.clone(), any::<bool>()).prop_map(|(flag, on)| Change::Archive(flag, on)),
        1 => flag.clone().prop_map(Change::Revert),
        1 => flag.clone().prop_map(Change::CreateAudience),
        1 => flag.prop_map(Change::DeleteAudience),
        6 => sql.clone().prop_map(Change::Sql),
        1 => sql.prop_map(|sql| Change::RolledBack(sql.replace("begin;", "").replace("; commit", ""))),
    ]
}

/// Does it; what the database refuses changes nothing.
async fn make(store: &Store, psql: &sqlx::PgPool, author: &Author, change: Change) {
    let key = |flag: u8| format!("f{flag}");
    match change {
        Change::CreateFlag(flag) => drop(store.flag_create(&new_flag(&key(flag)), author).await),
        Change::Kill(flag, on) => drop(store.flag_set_active(&key(flag), on, author).await),
        Change::Switch(flag, on) => {
            drop(store.flag_set_environment(&key(flag), "staging", on, author).await);
        }
        Change::Archive(flag, true) => drop(store.flag_archive(&key(flag), author).await),
        Change::Archive(flag, false) => drop(store.flag_unarchive(&key(flag), author).await),
        Change::Revert(flag) => drop(store.flag_revert(&key(flag), 1, author).await),
        Change::CreateAudience(name) => {
            drop(store.audience_create(&new_audience(&format!("a{name}")), author).await);
        }
        Change::DeleteAudience(name) => {
            let all = store.audiences_list().await.unwrap_or_default();
            if let Some(audience) = all.iter().find(|audience| audience.name == format!("a{name}")) {
                drop(store.audience_delete(audience.id, author).await);
            }
        }
        Change::Sql(sql) => drop(sqlx::raw_sql(AssertSqlSafe(sql)).execute(psql).await),
        Change::RolledBack(sql) => {
            let sql = format!("begin; {sql}; rollback");
            drop(sqlx::raw_sql(AssertSqlSafe(sql)).execute(psql).await);
        }
    }
}

/// The configuration as the trail says it is: the newest `after` of everything that was not deleted.
async fn replayed(database: &Database) -> BTreeMap<(String, String), Value> {
    let mut rows = BTreeMap::new();
    let entries = sqlx::query("select entry::jsonb from halyard.audit_entries order by seq");
    for row in entries.fetch_all(&database.psql).await.unwrap() {
        let entry: Value = row.get(0);
        let text = |name: &str| entry[name].as_str().unwrap().to_owned();
        let key = (text("entityType"), text("entityId"));
        let (before, after) = (known(&entry["before"]), known(&entry["after"]));
        assert_eq!(rows.get(&key).unwrap_or(&Value::Null), &before, "before is the after of the one before");
        match after {
            Value::Null => drop(rows.remove(&key)),
            after => drop(rows.insert(key, after)),
        }
    }
    rows
}

/// The configuration as its tables hold it, in the words of the trail.
async fn stored(database: &Database) -> BTreeMap<(String, String), Value> {
    let rows = sqlx::query(
        "select e.kind, coalesce(e.row ->> 'id', e.row ->> 'key', e.row ->> 'name', e.kind),
             halyard.camel_case(e.row - '{hash,singleton}'::text[])
         from (
             select 'flag', to_jsonb(t) from halyard.feature_flags as t
             union all select 'audience', to_jsonb(t) from halyard.audiences as t
             union all select 'environment', to_jsonb(t) from halyard.environments as t
             union all select 'customer_source', to_jsonb(t) from halyard.customer_source as t
             union all select 'sdk_key', to_jsonb(t) from halyard.sdk_keys as t
             union all select 'setting', to_jsonb(t) from halyard.settings as t
         ) as e (kind, row)",
    );
    let mut connection = database.psql.acquire().await.unwrap();
    // Times in the trail are UTC.
    sqlx::raw_sql("set timezone = 'UTC'").execute(&mut *connection).await.unwrap();
    let rows = rows.fetch_all(&mut *connection).await.unwrap();
    rows.iter().map(|row| ((row.get(0), row.get(1)), known(&row.get(2)))).collect()
}

/// A row without what is null: an entry from before a column was added does not have it.
fn known(row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(fields) = row.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    row
}

#[tokio::test]
async fn replaying_the_trail_gives_the_configuration() {
    for version in [PostgresVersion::V18, PostgresVersion::V14] {
        let database = &Database::empty(version).await;
        database.store.migrate().await.unwrap();
        let unguard = "begin; set local halyard.note = 'so that changes need none';
                       update halyard.environments set note_required = false; commit";
        database.execute(unguard).await.unwrap();
        let mut runner = TestRunner::new(Config::default());
        let plan = prop::collection::vec(changes(), CHANGES);
        let connections = (0..CONNECTIONS).map(|number| {
            let changes = plan.new_tree(&mut runner).unwrap().current();
            let author = if number % 2 == 0 { ana() } else { ben() };
            async move {
                for change in changes {
                    make(&database.store, &database.psql, &author, change).await;
                }
            }
        });
        futures_util::future::join_all(connections).await;

        assert_eq!(replayed(database).await, stored(database).await);
        let entries = database.number("select count(*) from halyard.audit_entries").await;
        assert!(entries > 40, "the changes changed something: {entries} entries");
        let versions = "select count(*) from halyard.audit_entries as a
            where a.entry::jsonb ->> 'entityType' = 'flag' and a.entry::jsonb -> 'after' <> 'null'
                and not exists (
                    select from halyard.flag_versions as v
                    where v.config_version = a.seq and v.flag = a.entry::jsonb -> 'after')";
        assert_eq!(database.number(versions).await, 0, "every entry of a flag is a version of it");
        database.store.close().await;
    }
}

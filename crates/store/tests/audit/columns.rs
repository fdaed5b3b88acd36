//! Generated from the catalogue: every column of every configuration table, changed alone by somebody
//! with psql. A table or column that is new fails here until somebody says what changing it does.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, Row};

use crate::support::{Database, on_each_postgres};

/// What an UPDATE of one column does.
enum Update {
    /// Exactly one entry, which shows the change of this column, when it is set to this.
    Recorded(&'static str),
    /// It never changes: setting it to this is an error.
    Refused(&'static str),
    /// Written by the database alone: setting it to this changes nothing.
    Ignored(&'static str),
}
use Update::{Ignored, Recorded, Refused};

/// Changes with any other field of a flag or an audience.
const STAMPS: [&str; 3] = ["version", "updatedAt", "updatedBy"];

fn update_of(table: &str, column: &str) -> Update {
    match (table, column) {
        ("feature_flags" | "audiences", "id") => Refused("gen_random_uuid()"),
        ("feature_flags", "number") => Refused("99"),
        ("feature_flags", "key") => Refused("'other'"),
        ("feature_flags", "type") => Refused("'json'"),
        ("feature_flags" | "audiences", "version") => Ignored("99"),
        ("feature_flags" | "audiences", "created_at" | "updated_at") => Ignored("'2000-01-01'"),
        ("feature_flags" | "audiences", "updated_by") | ("feature_flags", "killed_by") => Ignored("'Eve'"),
        ("feature_flags", "killed_at") => Ignored("'2000-01-01'"),
        ("feature_flags" | "audiences" | "environments" | "sdk_keys", "name") => Recorded("'Other'"),
        ("feature_flags" | "audiences", "description") => Recorded("'Other'"),
        ("feature_flags", "default_value") => Recorded("'true'"),
        ("feature_flags", "rules") => {
            Recorded(r#"'[{"id": "0192f0c5-0000-7000-8000-000000000001", "value": true}]'"#)
        }
        ("feature_flags", "environments") => Recorded(r#"'{"staging": true}'"#),
        ("feature_flags", "is_active") => Recorded("false"),
        ("feature_flags", "client_visible" | "permanent") => Recorded("true"),
        ("feature_flags", "tags") => Recorded("'{growth}'"),
        ("feature_flags", "archived_at") => Recorded("now()"),
        ("audiences", "condition") => Recorded(r#"'{"attribute": "plan", "operator": "is_set"}'"#),
        ("environments", "key") => Refused("'other'"),
        ("environments", "color") => Recorded("'#123456'"),
        ("environments", "position") => Recorded("9"),
        ("environments", "production" | "note_required") => Recorded("true"),
        ("customer_source", "singleton") => Refused("false"),
        ("customer_source", "customers" | "events") => Recorded(r#"'{"table": "other"}'"#),
        ("sdk_keys", "id") => Refused("gen_random_uuid()"),
        ("sdk_keys", "kind") => Refused("'client'"),
        ("sdk_keys", "environment") => Refused("'production'"),
        ("sdk_keys", "role") => Refused("'viewer'"),
        ("sdk_keys", "hash") => Refused("sha256('other')"),
        ("sdk_keys", "prefix") => Recorded("'hal_srv_other'"),
        ("sdk_keys", "created_at" | "expires_at" | "revoked_at") => Recorded("now()"),
        ("settings", "name") => Recorded("'other'"),
        ("settings", "value") => Recorded("'9'"),
        _ => panic!("nobody says what an UPDATE of {table}.{column} does: add it here"),
    }
}

/// One row in each table.
const ROWS: &str = r#"
    insert into halyard.feature_flags (id, key, name, type, default_value)
    values (gen_random_uuid(), 'checkout', 'Checkout', 'boolean', 'false');
    insert into halyard.audiences (id, name, condition)
    values (gen_random_uuid(), 'Everyone', '{"attribute": "plan", "operator": "is_not_set"}');
    delete from halyard.environments where key = 'development';
    insert into halyard.environments (key, name, color, position) values ('development', 'Development', '#000000', 2);
    insert into halyard.customer_source (customers, events) values ('{"table": "customers"}', '{"table": "events"}');
    insert into halyard.sdk_keys (id, kind, name, environment, hash, prefix)
    values (gen_random_uuid(), 'server', 'Server', 'staging', sha256('secret'), 'hal_srv_abc');
    insert into halyard.settings values ('retention_days', '30')"#;

/// Tables whose changes are recorded, as the triggers say.
async fn recorded_tables(database: &Database) -> Vec<String> {
    let tables = sqlx::query(
        "select distinct c.relname::text from pg_trigger as t join pg_class as c on c.oid = t.tgrelid
         where c.relnamespace = 'halyard'::regnamespace and t.tgname = 'record' order by 1",
    );
    tables.fetch_all(&database.psql).await.unwrap().iter().map(|row| row.get(0)).collect()
}

async fn columns(database: &Database, table: &str) -> Vec<String> {
    sqlx::query(
        "select column_name::text from information_schema.columns
         where table_schema = 'halyard' and table_name = $1 order by ordinal_position",
    )
    .bind(table)
    .fetch_all(&database.psql)
    .await
    .unwrap()
    .iter()
    .map(|row| row.get(0))
    .collect()
}

/// Tables that hold no configuration, each with its reason in the design: history, state, the log.
#[tokio::test]
async fn every_table_is_recorded_or_known_to_be_no_configuration() {
    on_each_postgres(async |database| {
        let tables = sqlx::query(
            "select c.relname::text from pg_class as c
             where c.relnamespace = 'halyard'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                 and c.relname <> '_sqlx_migrations'
             order by 1",
        );
        let tables: BTreeSet<String> =
            tables.fetch_all(&database.psql).await.unwrap().iter().map(|row| row.get(0)).collect();
        let recorded: BTreeSet<String> = recorded_tables(database).await.into_iter().collect();
        let others: Vec<&String> = tables.difference(&recorded).collect();
        let known = [
            "audience_versions",
            "audit_entries",
            "audit_head",
            "erasures",
            "evaluation_batches",
            "evaluation_counts",
            "evaluation_hours",
            "evaluations",
            "evaluator_versions",
            "evaluators",
            "flag_sets",
            "flag_versions",
            "group_rights",
            "group_roles",
            "hourly_counts",
            "sdk_key_uses",
            "stars",
            "unknown_flags",
        ];
        let unknown: Vec<_> = others.into_iter().filter(|table| !known.contains(&table.as_str())).collect();
        assert_eq!(unknown, Vec::<&String>::new(), "is this configuration? then it needs the trigger `record`");
        let expected =
            ["audiences", "customer_source", "environments", "feature_flags", "sdk_keys", "settings"];
        assert_eq!(recorded.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    })
    .await;
}

#[tokio::test]
async fn a_change_of_any_column_is_exactly_one_entry() {
    on_each_postgres(async |database| {
        database.execute(ROWS).await.unwrap();
        for table in recorded_tables(database).await {
            for column in columns(database, &table).await {
                update(database, &table, &column).await;
            }
        }
        database.intact_entries().await;
    })
    .await;
}

async fn update(database: &Database, table: &str, column: &str) {
    let row = match table {
        "feature_flags" => "key = 'checkout'",
        "environments" => "key = 'development'",
        _ => "true",
    };
    let (value, expected) = match update_of(table, column) {
        Recorded(value) => (value, 1),
        Refused(value) | Ignored(value) => (value, 0),
    };
    let before = database.store.config_version().await.unwrap();
    let updated =
        database.execute(&format!("update halyard.{table} set {column} = {value} where {row}")).await;
    let refused = matches!(update_of(table, column), Refused(_));
    assert_eq!(updated.is_err(), refused, "{table}.{column}: {updated:?}");
    let entries = database.entries_after(before).await;
    assert_eq!(entries.len(), expected, "{table}.{column}: {entries:?}");
    let Some(entry) = entries.first() else { return };
    let mut changed = differences(&entry.before, &entry.after);
    if ["feature_flags", "audiences"].contains(&table) {
        assert!(changed.contains("version") && changed.contains("updatedAt"), "{table}.{column}");
        changed.retain(|field| !STAMPS.contains(&field.as_str()));
    }
    if column == "is_active" {
        assert!(changed.remove("killedAt") && changed.remove("killedBy"));
    }
    let shown = matches!(update_of(table, column), Recorded(_)).then(|| camel_case(column));
    assert_eq!(changed, shown.into_iter().collect(), "{table}.{column}");
}

/// A row that is made, and one that is deleted, is an entry with all that the table holds of it.
#[tokio::test]
async fn making_and_deleting_a_row_shows_every_column() {
    on_each_postgres(async |database| {
        database.execute(ROWS).await.unwrap();
        for table in recorded_tables(database).await {
            let mut expected: BTreeSet<String> =
                columns(database, &table).await.iter().map(|column| camel_case(column)).collect();
            // Nothing depends on the hash of a key, and only one row is ever there.
            expected.retain(|field| !["hash", "singleton"].contains(&field.as_str()));
            let before = database.store.config_version().await.unwrap();
            let row: &str = if table == "environments" { "key = 'development'" } else { "true" };
            database.execute(&format!("delete from halyard.{table} where {row}")).await.unwrap();
            let deleted = database.entries_after(before).await;
            assert_eq!(deleted.len(), 1, "{table}");
            assert_eq!(fields(&deleted[0].before), expected, "{table}");
            assert_eq!(deleted[0].after, Value::Null);
            let entity = &deleted[0].entity_type;
            let made: Value = sqlx::query_scalar(AssertSqlSafe(format!(
                "select entry::jsonb -> 'after' from halyard.audit_entries
                 where entry::jsonb ->> 'action' = '{entity}.created' order by seq desc limit 1"
            )))
            .fetch_one(&database.psql)
            .await
            .unwrap();
            assert_eq!(fields(&made), expected, "{table}");
        }
    })
    .await;
}

fn fields(row: &Value) -> BTreeSet<String> {
    row.as_object().map(|row| row.keys().cloned().collect()).unwrap_or_default()
}

fn differences(before: &Value, after: &Value) -> BTreeSet<String> {
    let empty = Map::new();
    let (before, after) = (before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty));
    before.keys().chain(after.keys()).filter(|key| before.get(*key) != after.get(*key)).cloned().collect()
}

fn camel_case(column: &str) -> String {
    let mut words = column.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| text + &word[..1].to_uppercase() + &word[1..])
}

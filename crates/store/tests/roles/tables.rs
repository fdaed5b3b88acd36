//! Every role at every table and function of the schema, statement by statement.

use std::collections::BTreeMap;

use crate::{
    people::{EVERYBODY, Person, people},
    support::on_each_postgres,
};

/// What each of [`EVERYBODY`] may do with every table: read, insert, update, delete; a letter for each.
/// `e` reads all but to whom something was served; `s` updates only the two switches of a flag.
const TABLES: &[(&str, [&str; 6])] = &[
    // viewer, support, operator, editor, admin, server
    ("_sqlx_migrations", ["r", "r", "r", "r", "r", "r"]),
    ("audiences", ["r", "r", "r", "riud", "riud", "r"]),
    ("audience_versions", ["r", "r", "r", "r", "r", "r"]),
    ("audit_entries", ["r", "r", "r", "r", "r", "r"]),
    ("audit_head", ["r", "r", "r", "r", "r", "r"]),
    ("audit_log", ["r", "r", "r", "r", "r", "r"]),
    ("customer_source", ["r", "r", "r", "r", "riud", "r"]),
    ("environments", ["r", "r", "r", "riud", "riud", "r"]),
    ("erasures", ["", "", "", "", "ri", "r"]),
    ("evaluation_batches", ["", "", "", "", "", "ri"]),
    ("evaluation_counts", ["r", "r", "r", "r", "r", "riu"]),
    ("evaluation_hours", ["r", "r", "r", "r", "r", "r"]),
    ("evaluations", ["e", "r", "e", "e", "rd", "ei"]),
    ("evaluators", ["r", "r", "r", "r", "r", "riud"]),
    ("feature_flags", ["r", "r", "rs", "riu", "riud", "r"]),
    ("flag_evaluations", ["", "r", "", "", "r", ""]),
    ("flag_sets", ["r", "r", "r", "r", "r", "ri"]),
    ("flag_versions", ["r", "r", "r", "r", "r", "r"]),
    ("group_rights", ["r", "r", "r", "r", "r", "r"]),
    ("group_roles", ["r", "r", "r", "r", "r", "r"]),
    ("hourly_counts", ["r", "r", "r", "r", "r", "r"]),
    ("reviews_due", ["r", "r", "r", "r", "r", "r"]),
    ("sdk_keys", ["r", "r", "r", "r", "riud", "r"]),
    ("sdk_key_uses", ["r", "r", "r", "r", "r", "riu"]),
    ("settings", ["r", "r", "r", "r", "riud", "r"]),
    ("stars", ["rid", "rid", "rid", "rid", "rid", ""]),
    ("unknown_flags", ["r", "r", "r", "r", "r", "riud"]),
];

/// Functions that are not for everybody, and who may call them.
const FUNCTIONS: &[(&str, [bool; 6])] = &[
    ("add_note", [false, false, true, true, true, false]),
    ("allow", [false; 6]),
    ("append_audit", [false; 6]),
    ("check_flag_references", [false; 6]),
    ("install_roles", [false; 6]),
    ("maintain_partitions", [false, false, false, false, false, true]),
    ("record_access", [true; 6]),
    ("record_erasure", [false, false, false, false, true, false]),
    ("sum_up_hours", [false, false, false, false, false, true]),
];

#[tokio::test]
async fn every_role_does_with_every_table_what_it_may_and_nothing_else() {
    on_each_postgres(async |database| {
        let columns = columns(&database.psql).await;
        let listed: Vec<&str> = TABLES.iter().map(|(table, _)| *table).collect();
        let mut found: Vec<&str> = columns.keys().map(String::as_str).collect();
        found.sort_unstable_by_key(|name| listed.iter().position(|listed| listed == name));
        assert_eq!(found, listed, "a table is not in the list, or a listed one is not there");

        for (index, (role, person)) in people(database).await.iter().enumerate() {
            assert_eq!(*role, EVERYBODY[index]);
            for (table, rights) in TABLES {
                let found = rights_found(person, table, &columns[*table]).await;
                assert_eq!(found, rights[index], "{role} at {table}");
                assert!(!person.may(&format!("truncate halyard.{table}")).await, "{role} empties {table}");
                let rename = format!("alter table halyard.{table} rename to other");
                assert!(!person.may(&rename).await, "{role} alters {table}");
            }
            assert!(!person.may("create table halyard.mine (id int)").await, "{role} makes tables");
            assert!(!person.may("drop schema halyard cascade").await, "{role} drops the schema");
        }
    })
    .await;
}

#[tokio::test]
async fn every_role_calls_the_functions_it_may_and_no_others() {
    on_each_postgres(async |database| {
        let guarded: Vec<(String, String)> = sqlx::query_as(
            "select distinct p.proname::text, p.oid::regprocedure::text from pg_proc as p
             where p.pronamespace = 'halyard'::regnamespace and p.prorettype <> 'trigger'::regtype
                 and not has_function_privilege('public', p.oid, 'execute')
             order by 1",
        )
        .fetch_all(&database.psql)
        .await
        .unwrap();
        let names: Vec<&str> = guarded.iter().map(|(name, _)| name.as_str()).collect();
        for (name, _) in FUNCTIONS {
            assert!(names.contains(name), "everybody may call {name}");
        }
        for (index, (role, person)) in people(database).await.iter().enumerate() {
            for (name, signature) in &guarded {
                let may: bool = sqlx::query_scalar("select has_function_privilege($1::text, 'execute')")
                    .bind(signature)
                    .fetch_one(&person.psql)
                    .await
                    .unwrap();
                let (_, expected) = FUNCTIONS
                    .iter()
                    .find(|(listed, _)| listed == name)
                    .unwrap_or_else(|| panic!("{name} is not in the list"));
                assert_eq!(may, expected[index], "{role} at {name}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn functions_that_act_for_their_owner_look_names_up_in_one_place_and_stay_with_the_owner() {
    on_each_postgres(async |database| {
        let loose = database
            .json(
                "select coalesce(jsonb_agg(p.oid::regprocedure::text), '[]')
                 from pg_proc as p
                 where p.pronamespace = 'halyard'::regnamespace and (
                     not coalesce('search_path=pg_catalog, pg_temp' = any(p.proconfig), false)
                     or p.proowner <> halyard.group_role('owner'))",
            )
            .await;
        assert_eq!(loose, serde_json::json!([]));
        let owned = database
            .json(
                "select coalesce(jsonb_agg(c.relname), '[]') from pg_class as c
                 where c.relnamespace = 'halyard'::regnamespace and c.relkind in ('r', 'p', 'v', 'S')
                     and c.relowner <> halyard.group_role('owner')",
            )
            .await;
        assert_eq!(owned, serde_json::json!([]));
    })
    .await;
}

/// Tables and views of the schema, days of the log aside, with their columns.
async fn columns(psql: &sqlx::PgPool) -> BTreeMap<String, Vec<String>> {
    let rows: Vec<(String, Vec<String>)> = sqlx::query_as(
        "select c.relname::text, array_agg(a.attname::text order by a.attnum)
         from pg_class as c join pg_attribute as a on a.attrelid = c.oid
         where c.relnamespace = 'halyard'::regnamespace and c.relkind in ('r', 'p', 'v')
             and not c.relispartition and a.attnum > 0 and not a.attisdropped
         group by c.relname",
    )
    .fetch_all(psql)
    .await
    .unwrap();
    rows.into_iter().collect()
}

async fn rights_found(person: &Person, table: &str, columns: &[String]) -> String {
    let mut found = String::new();
    let mut readable = Vec::new();
    for column in columns {
        if person.may(&format!("select {column} from halyard.{table} limit 1")).await {
            readable.push(column.as_str());
        }
    }
    let impersonal =
        ["evaluated_at", "environment", "source", "sdk", "stale", "config_version", "flag_set", "outcomes"];
    match readable.len() {
        0 => {}
        all if all == columns.len() => found.push('r'),
        _ if readable == impersonal => found.push('e'),
        _ => panic!("{} reads {readable:?} of {table}", person.name),
    }
    if person.may(&format!("insert into halyard.{table} default values")).await {
        found.push('i');
    }
    let mut writable = Vec::new();
    for column in columns {
        if person.may(&format!("update halyard.{table} set {column} = default")).await {
            writable.push(column.as_str());
        }
    }
    match writable.len() {
        0 => {}
        all if all == columns.len() => found.push('u'),
        _ if writable == ["environments", "is_active"] => found.push('s'),
        _ => panic!("{} writes {writable:?} of {table}", person.name),
    }
    if person.may(&format!("delete from halyard.{table}")).await {
        found.push('d');
    }
    found
}

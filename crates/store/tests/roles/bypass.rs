//! Ways around the door, and that none of them is one. As somebody with rights, and as superuser.

use halyard_store::roles::GroupRole;
use serde_json::json;

use crate::{
    people::{is_refusal, person},
    support::{Database, on_each_postgres},
};

const ENTRIES: &str = "select count(*) from halyard.audit_entries";

async fn last(database: &Database) -> serde_json::Value {
    database.json("select entry::jsonb from halyard.audit_entries order by seq desc limit 1").await
}

#[tokio::test]
async fn statement_typed_in_psql_is_audited_and_one_that_changes_nothing_is_not() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        let operator = person(database, "operator", &[GroupRole::Operator]).await;
        let before = database.number(ENTRIES).await;
        operator.execute("update halyard.feature_flags set is_active = true").await.unwrap();
        operator.execute("update halyard.feature_flags set environments = environments").await.unwrap();
        assert_eq!(database.number(ENTRIES).await, before, "nothing changed");
        operator.execute("update halyard.feature_flags set is_active = false").await.unwrap();
        assert_eq!(database.number(ENTRIES).await, before + 1);
        let entry = last(database).await;
        assert_eq!(entry["action"], "flag.killed");
        // Nobody said who it was, so it is who was logged in.
        assert_eq!((&entry["actor"], &entry["dbRole"]), (&json!(operator.name), &json!(operator.name)));
    })
    .await;
}

#[tokio::test]
async fn claimed_actor_stands_beside_the_role_that_was_logged_in() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        let operator = person(database, "operator", &[GroupRole::Operator]).await;
        operator
            .execute("set halyard.actor = 'The auditor'; update halyard.feature_flags set is_active = false")
            .await
            .unwrap();
        let entry = last(database).await;
        assert_eq!((&entry["actor"], &entry["dbRole"]), (&json!("The auditor"), &json!(operator.name)));
        // Not even a change of role changes who was logged in.
        let admin = person(database, "admin", &[GroupRole::Admin]).await;
        let group = crate::people::group_role(database, "editor").await;
        admin
            .execute(&format!("set role {group}; update halyard.feature_flags set name = 'Other'"))
            .await
            .unwrap();
        assert_eq!(last(database).await["dbRole"], json!(admin.name));
    })
    .await;
}

#[tokio::test]
async fn replica_role_of_a_session_does_not_switch_the_door_off() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        let editor = person(database, "editor", &[GroupRole::Editor]).await;
        let refused = editor.execute("set session_replication_role = replica").await.unwrap_err();
        assert!(is_refusal(&refused), "{refused}");
        let before = database.number(ENTRIES).await;
        database
            .execute(
                "set session_replication_role = replica; update halyard.feature_flags set is_active = false",
            )
            .await
            .unwrap();
        assert_eq!(database.number(ENTRIES).await, before + 1);
    })
    .await;
}

#[tokio::test]
async fn nobody_empties_a_table_or_touches_what_was_written() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        let admin = person(database, "admin", &[GroupRole::Admin]).await;
        for statement in [
            "truncate halyard.feature_flags cascade",
            "truncate halyard.audit_entries",
            "update halyard.audit_entries set entry = '{}'",
            "delete from halyard.audit_entries",
            "insert into halyard.audit_entries select * from halyard.audit_entries",
            "update halyard.audit_head set seq = 0",
            "delete from halyard.flag_versions",
            "insert into halyard.group_rights (groups, rights) values ('{viewer}', 'all on halyard.settings')",
            "alter table halyard.feature_flags disable trigger record",
            "alter table halyard.feature_flags disable trigger all",
            "drop trigger record on halyard.feature_flags",
            "drop table halyard.audit_entries cascade",
            "create or replace function halyard.record_flag() returns trigger language plpgsql as 'begin return null; end'",
            "alter function halyard.append_audit(text, text, text, text, jsonb, jsonb, integer, text[], text[], text) owner to current_user",
            "create trigger mine before update on halyard.feature_flags for each row execute function halyard.refuse()",
            "create rule mine as on update to halyard.feature_flags do instead nothing",
        ] {
            let refused = admin.execute(statement).await.unwrap_err();
            assert!(is_refusal(&refused), "{statement}: {refused}");
        }
        // The superuser is refused what a slip of the hand could do.
        for statement in [
            "truncate halyard.feature_flags cascade",
            "update halyard.audit_entries set entry = '{}'",
            "delete from halyard.audit_entries",
        ] {
            assert!(is_refusal(&database.execute(statement).await.unwrap_err()), "{statement}");
        }
    })
    .await;
}

#[tokio::test]
async fn names_that_somebody_puts_before_ours_are_not_used() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        let editor = person(database, "editor", &[GroupRole::Editor]).await;
        let before = database.number(ENTRIES).await;
        editor
            .execute(
                "create table pg_temp.feature_flags (key text);
                 create table pg_temp.audit_entries (seq bigint, entry text, prev_hash bytea, hash bytea);
                 create table pg_temp.audit_head (seq bigint, hash bytea, at timestamptz);
                 create function pg_temp.sha256(bytea) returns bytea language sql as $$ select ''::bytea $$;
                 create function pg_temp.to_jsonb(anyelement) returns jsonb language sql as $$ select '{}'::jsonb $$;
                 create function pg_temp.clock_timestamp() returns timestamptz language sql
                     as $$ select '2000-01-01'::timestamptz $$;
                 create function pg_temp.actor() returns text language sql as $$ select 'Nobody' $$;
                 set search_path = pg_temp, halyard, pg_catalog;
                 update halyard.feature_flags set name = 'Other'",
            )
            .await
            .unwrap();
        assert_eq!(database.number(ENTRIES).await, before + 1);
        let entry = last(database).await;
        assert_eq!((&entry["after"]["name"], &entry["actor"]), (&json!("Other"), &json!(editor.name)));
        let intact = "select count(*) from halyard.audit_entries
                      where hash <> sha256(prev_hash || convert_to(entry, 'UTF8'))";
        assert_eq!(database.number(intact).await, 0);
    })
    .await;
}

#[tokio::test]
async fn version_and_bookkeeping_cannot_be_written_by_those_who_may_write_the_rest() {
    on_each_postgres(async |database| {
        let flag = database.flag("checkout").await;
        let editor = person(database, "editor", &[GroupRole::Editor]).await;
        editor
            .execute("update halyard.feature_flags set name = 'Other', version = 99, updated_by = 'Nobody', killed_by = 'Nobody'")
            .await
            .unwrap();
        let now = database.store.flag_get("checkout").await.unwrap();
        assert_eq!((now.version, now.updated_by.as_str(), now.killed_by), (flag.version + 1, editor.name.as_str(), None));
    })
    .await;
}

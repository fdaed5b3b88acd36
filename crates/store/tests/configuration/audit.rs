use halyard_store::audit::{AuditFilter, AuditQuery, AuditVerification, chain::Chain};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::Row;

use crate::support::{ana, ben, on_each_postgres, paths};

#[tokio::test]
async fn an_entry_says_who_when_what_and_why() {
    on_each_postgres(async |database| {
        let flag = database.flag("checkout").await;
        let author = ben().with_note("Payments fail");
        database.store.flag_set_active("checkout", false, &author).await.unwrap();
        let entry = database.entries_after(4).await.pop().unwrap();
        assert_eq!(entry.seq, 5);
        assert_eq!(entry.actor, "Ben");
        assert_eq!(entry.db_role, "postgres");
        assert_eq!(entry.client, "test 1.0");
        assert_eq!(entry.action, "flag.killed");
        assert_eq!(entry.entity_type, "flag");
        assert_eq!(entry.entity_id, flag.id.to_string());
        assert_eq!(entry.entity_key, "checkout");
        assert_eq!(entry.note, "Payments fail");
        assert_eq!(entry.before["killedBy"], json!(null));
        assert_eq!(entry.after["killedBy"], "Ben");
        for field in ["id", "key", "name", "rules", "environments", "tags", "createdAt", "clientVisible"] {
            assert!(!entry.before[field].is_null(), "before has the whole flag: {field}");
            assert_eq!(entry.before[field], entry.after[field]);
        }
    })
    .await;
}

#[tokio::test]
async fn the_hash_is_sha_256_over_previous_hash_and_stored_bytes() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        let rows = sqlx::query("select entry, prev_hash, hash from halyard.audit_entries order by seq")
            .fetch_all(&database.psql)
            .await
            .unwrap();
        assert_eq!(rows.len(), 4);
        let mut previous = vec![0; 32];
        for row in rows {
            let (entry, prev_hash): (String, Vec<u8>) = (row.get(0), row.get(1));
            assert_eq!(prev_hash, previous);
            previous = Sha256::new().chain_update(prev_hash).chain_update(entry).finalize().to_vec();
            assert_eq!(row.get::<Vec<u8>, _>(2), previous);
        }
        assert_eq!(database.intact_entries().await, 4);
    })
    .await;
}

#[tokio::test]
async fn the_audit_trail_refuses_tampering() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        for table in ["audit_entries", "flag_versions", "audience_versions"] {
            for statement in [format!("delete from halyard.{table}"), format!("truncate halyard.{table}")] {
                let refused = database.execute(&statement).await.unwrap_err().to_string();
                assert!(refused.contains("is refused"), "{statement}: {refused}");
            }
        }
        for statement in [
            "update halyard.audit_entries set entry = '{}'",
            "update halyard.flag_versions set flag = '{}'",
            "delete from halyard.audit_head",
            "truncate halyard.audit_head",
            "set session_replication_role = replica; delete from halyard.audit_entries",
        ] {
            let refused = database.execute(statement).await.unwrap_err().to_string();
            assert!(refused.contains("is refused"), "{statement}: {refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn truncate_is_refused_on_every_configuration_table() {
    on_each_postgres(async |database| {
        for table in ["feature_flags", "audiences", "environments", "customer_source", "sdk_keys", "settings"]
        {
            let refused =
                database.execute(&format!("truncate halyard.{table} cascade")).await.unwrap_err().to_string();
            assert!(refused.contains("TRUNCATE is refused"), "{table}: {refused}");
        }
    })
    .await;
}

/// What an owner could do after switching the triggers off must be found.
#[tokio::test]
async fn verification_names_the_first_bad_entry() {
    let tampering = [
        ("update halyard.audit_entries set entry = replace(entry, 'Ana', 'Bob') where seq = 4", 4),
        ("delete from halyard.audit_entries where seq = 5", 5),
        ("delete from halyard.audit_entries where seq >= 6", 6),
        (
            "update halyard.audit_entries set seq = 99 where seq = 4;
             update halyard.audit_entries set seq = 4 where seq = 5;
             update halyard.audit_entries set seq = 5 where seq = 99",
            4,
        ),
    ];
    on_each_postgres(async |database| {
        for key in ["a", "b", "c"] {
            database.flag(key).await;
        }
        for (statement, bad) in tampering {
            database
                .execute(&format!(
                    "alter table halyard.audit_entries disable trigger refuse_change;
                     create table public.kept as table halyard.audit_entries;
                     {statement}"
                ))
                .await
                .unwrap();
            match database.store.audit_verify(Chain::new([]), |_| {}).await.unwrap() {
                AuditVerification::Broken(fault) => assert_eq!(fault.seq, bad, "{statement}"),
                intact => panic!("{statement}: {intact:?}"),
            }
            database
                .execute(
                    "delete from halyard.audit_entries;
                     insert into halyard.audit_entries table public.kept;
                     drop table public.kept;
                     alter table halyard.audit_entries enable always trigger refuse_change",
                )
                .await
                .unwrap();
        }
        assert_eq!(database.intact_entries().await, 6);
    })
    .await;
}

#[tokio::test]
async fn the_list_pages_newest_first_without_gaps_or_repeats() {
    on_each_postgres(async |database| {
        for number in 0..7 {
            database.flag(&format!("flag-{number}")).await;
        }
        let mut query = AuditQuery { limit: 3, ..AuditQuery::default() };
        let mut seen = Vec::new();
        loop {
            let page = database.store.audit_list(&query).await.unwrap();
            seen.extend(page.entries.iter().map(|entry| entry.seq));
            match page.next_cursor {
                Some(cursor) => query.cursor = Some(cursor),
                None => break,
            }
        }
        assert_eq!(seen, (1..=10).rev().collect::<Vec<i64>>());
    })
    .await;
}

#[tokio::test]
async fn the_list_filters_by_entity_and_searches_texts() {
    on_each_postgres(async |database| {
        let flag = database.flag("checkout").await;
        database.flag("other").await;
        let note = ben().with_note("100% of payments_failed");
        database.store.flag_set_active("checkout", false, &note).await.unwrap();
        let list = async |query: AuditQuery| {
            let entries = database.store.audit_list(&query).await.unwrap().entries;
            entries.into_iter().map(|entry| entry.action).collect::<Vec<_>>()
        };
        let all = AuditQuery { limit: 50, ..AuditQuery::default() };
        let of_flag = AuditFilter {
            entity_type: Some("flag".into()),
            entity_id: Some(flag.id.to_string()),
            ..AuditFilter::default()
        };
        let of_flag = AuditQuery { filter: of_flag, ..all.clone() };
        let searched = |text: &str| AuditQuery {
            filter: AuditFilter { search: Some(text.into()), ..AuditFilter::default() },
            ..all.clone()
        };
        assert_eq!(list(of_flag).await, ["flag.killed", "flag.created"]);
        for found in ["BEN", "killed", "100% of", "payments_f"] {
            assert_eq!(list(searched(found)).await, ["flag.killed"], "{found}");
        }
        for absent in ["paymentsXf", "100_ of", "\\"] {
            assert!(list(searched(absent)).await.is_empty(), "{absent}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_bad_page_request_names_every_field() {
    on_each_postgres(async |database| {
        let query = AuditQuery { cursor: Some("x".into()), limit: 0, ..AuditQuery::default() };
        assert_eq!(paths(database.store.audit_list(&query).await), ["limit", "cursor"]);
    })
    .await;
}

#[tokio::test]
async fn ugly_texts_come_back_as_they_went_in() {
    on_each_postgres(async |database| {
        let ugly = "🏴 مرحبا \u{202e}rtl\u{202c} <script>alert('x')</script> \"quoted\" \\ ' ; -- \u{1}";
        let author = halyard_store::Author::new(ugly, ugly).with_note(ugly);
        let mut new = crate::support::new_flag("ugly");
        new.name = ugly.to_owned();
        new.description = Some(ugly.repeat(10));
        new.flag_type = halyard_engine::FlagType::Json;
        new.default_value = json!({ ugly: [ugly, null, 1e-7, 12_345_678_901_234_567_890_u64] });
        new.tags = Some(vec!["🏴".to_owned()]);
        let made = database.store.flag_create(&new, &author).await.unwrap();
        assert_eq!(made.name, ugly);
        assert_eq!(made.default_value, new.default_value);
        assert_eq!(made.updated_by, ugly);
        let entry = database.entries_after(3).await.pop().unwrap();
        assert_eq!((entry.actor.as_str(), entry.client.as_str()), (ugly, ugly));
        assert_eq!(entry.note, ugly);
        assert_eq!(entry.after["defaultValue"], new.default_value);
        let versions = database.store.flag_versions("ugly", None, 1).await.unwrap();
        assert_eq!(versions[0].flag, made);
        assert_eq!(database.intact_entries().await, 4);
    })
    .await;
}

#[tokio::test]
async fn the_author_of_one_change_is_not_the_author_of_the_next() {
    on_each_postgres(async |database| {
        // One connection: settings of the transaction before must be gone.
        let connection = &mut database.psql.acquire().await.unwrap();
        for statement in [
            "begin",
            "select set_config('halyard.actor', 'Ana', true), set_config('halyard.note', 'mine', true)",
            "insert into halyard.settings values ('retention_days', '1')",
            "commit",
            "update halyard.settings set value = '2'",
        ] {
            sqlx::raw_sql(statement).execute(&mut **connection).await.unwrap();
        }
        let entries = database.entries_after(3).await;
        let authors: Vec<_> = entries.iter().map(|it| (it.actor.as_str(), it.note.as_str())).collect();
        assert_eq!(authors, [("Ana", "mine"), ("postgres", "")]);
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_runs_backwards_does_not_turn_the_order_of_times() {
    on_each_postgres(async |database| {
        database.execute("update halyard.audit_head set at = '2100-01-01'").await.unwrap();
        database.flag("checkout").await;
        let entry = database.entries_after(3).await.pop().unwrap();
        assert_eq!(entry.at.to_rfc3339(), "2100-01-01T00:00:00+00:00");
        let _ = ana();
    })
    .await;
}

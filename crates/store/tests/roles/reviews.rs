//! Review afterwards: what was hidden or restored in production without a word stays due until
//! somebody says why. And who looked is an entry too.

use halyard_store::{
    StoreError,
    access::{Access, AccessAction},
    audit::AuditVerification,
    audit::chain::Chain,
    environments::EnvironmentChanges,
    roles::GroupRole,
};
use serde_json::json;

use crate::{
    people::{is_refusal, person},
    support::{Database, ana, ben, new_flag, on_each_postgres, paths},
};

/// Two flags that are live in a guarded production, and one that is not.
async fn shop(database: &Database) {
    let store = &database.store;
    let guard = EnvironmentChanges { note_required: Some(true), ..EnvironmentChanges::default() };
    store.environment_update("production", &guard, &ana()).await.unwrap();
    for key in ["checkout", "search", "quiet"] {
        store.flag_create(&new_flag(key), &ana()).await.unwrap();
        store.flag_set_environment(key, "staging", true, &ana()).await.unwrap();
        if key != "quiet" {
            store.flag_set_environment(key, "production", true, &ana().with_note("launch")).await.unwrap();
        }
    }
}

#[tokio::test]
async fn silent_kills_and_switches_of_production_are_due_until_somebody_says_why() {
    on_each_postgres(async |database| {
        shop(database).await;
        let store = &database.store;
        assert_eq!(store.reviews_due().await.unwrap(), []);
        let killed = store.flag_set_active("checkout", false, &ana()).await.unwrap().seq;
        store.flag_set_active("search", false, &ben().with_note("slow")).await.unwrap();
        store.flag_set_active("quiet", false, &ben()).await.unwrap();
        let restored = store.flag_set_active("checkout", true, &ben()).await.unwrap().seq;
        store.flag_set_environment("checkout", "staging", false, &ben()).await.unwrap();
        store.flag_set_environment("checkout", "production", false, &ben()).await.unwrap();

        let due = store.reviews_due().await.unwrap();
        let told: Vec<(&str, &str, &str)> =
            due.iter().map(|due| (due.action.as_str(), due.flag_key.as_str(), due.actor.as_str())).collect();
        assert_eq!(
            told,
            [
                ("flag.switched", "checkout", "Ben"),
                ("flag.restored", "checkout", "Ben"),
                ("flag.killed", "checkout", "Ana"),
            ]
        );
        assert!(due.iter().all(|due| due.environments == ["production"] && due.db_role == "postgres"));

        let seq = store.add_note(killed, "It answered 500.", &ben()).await.unwrap();
        let entry = database.entries_after(seq - 1).await.pop().unwrap();
        assert_eq!((entry.seq, entry.action.as_str(), entry.actor.as_str()), (seq, "change.noted", "Ben"));
        assert_eq!((entry.entity_key.as_str(), entry.note.as_str()), ("checkout", "It answered 500."));
        assert_eq!(entry.after, json!({ "seq": killed, "action": "flag.killed" }));
        let left: Vec<i64> = store.reviews_due().await.unwrap().iter().map(|due| due.seq).collect();
        assert!(!left.contains(&killed) && left.contains(&restored), "{left:?}");
        let found = store.audit_verify(Chain::new([]), |_| {}).await.unwrap();
        assert!(matches!(found, AuditVerification::Intact { .. }), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn note_is_added_once_to_what_is_due_and_never_empty() {
    on_each_postgres(async |database| {
        shop(database).await;
        let store = &database.store;
        let killed = store.flag_set_active("checkout", false, &ana()).await.unwrap().seq;
        for empty in ["", " \n "] {
            assert_eq!(paths(store.add_note(killed, empty, &ana()).await), ["note"]);
        }
        assert_eq!(paths(store.add_note(killed, &"x".repeat(2_001), &ana()).await), ["note"]);
        let missing = store.add_note(9_999, "why", &ana()).await;
        assert!(matches!(missing, Err(StoreError::NotFound { .. })), "{missing:?}");
        assert!(store.add_note(1, "why", &ana()).await.is_err(), "nothing is due of the first entry");
        store.add_note(killed, "why", &ana()).await.unwrap();
        assert!(store.add_note(killed, "again", &ana()).await.is_err(), "it has a note");
        assert_eq!(
            database.number("select count(*) from halyard.audit_log where action = 'change.noted'").await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn two_who_say_why_at_once_leave_one_note() {
    on_each_postgres(async |database| {
        shop(database).await;
        for _ in 0..20 {
            let killed = database.store.flag_set_active("checkout", false, &ana()).await.unwrap().seq;
            let (ana, ben) = (ana(), ben());
            let (one, other) = tokio::join!(
                database.store.add_note(killed, "a", &ana),
                database.store.add_note(killed, "b", &ben)
            );
            assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
            database.store.flag_set_active("checkout", true, &ana.with_note("back")).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn list_of_what_is_due_reads_the_entries_in_question_and_no_others() {
    on_each_postgres(async |database| {
        shop(database).await;
        let store = &database.store;
        for _ in 0..200 {
            store.flag_set_active("quiet", false, &ana()).await.unwrap();
            store.flag_set_active("quiet", true, &ana()).await.unwrap();
        }
        store.flag_set_active("checkout", false, &ana()).await.unwrap();
        database.execute("analyze halyard.audit_entries").await.unwrap();
        let plan = database.json("explain (format json) select * from halyard.reviews_due").await.to_string();
        assert!(plan.contains("audit_entries_review") && !plan.contains("Seq Scan"), "{plan}");
    })
    .await;
}

#[tokio::test]
async fn who_looked_is_one_entry_that_says_what_was_asked_for() {
    on_each_postgres(async |database| {
        let support = person(database, "support", &[GroupRole::Support]).await;
        let access = Access {
            action: AccessAction::CustomersExported,
            entity_type: "audience".into(),
            entity_id: "a1".into(),
            entity_key: "Enterprise".into(),
            details: json!({ "rows": 722 }),
        };
        let seq = support.store.record_access(&access, &ana()).await.unwrap();
        let entry = database.entries_after(seq - 1).await.pop().unwrap();
        assert_eq!((entry.seq, entry.action.as_str()), (seq, "customers.exported"));
        assert_eq!((entry.entity_type.as_str(), entry.entity_key.as_str()), ("audience", "Enterprise"));
        assert_eq!((entry.actor.as_str(), entry.db_role.as_str()), ("Ana", support.name.as_str()));
        assert_eq!((entry.before, entry.after), (json!(null), json!({ "rows": 722 })));
        assert!(entry.environments.is_empty());

        // The door is for this alone: nobody writes a kill that never was.
        let forged = support
            .execute("select halyard.record_access('flag.killed', 'flag', '', 'checkout', '{}')")
            .await;
        assert!(forged.is_err());
        let forged = support
            .execute("select halyard.append_audit('flag.killed', 'flag', '', 'checkout', null, null)")
            .await
            .unwrap_err();
        assert!(is_refusal(&forged), "{forged}");
    })
    .await;
}

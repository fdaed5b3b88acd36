//! What a superuser can do to the trail, and how each is found: by the chain alone, or by somebody who
//! kept checkpoints elsewhere.

use chrono::Utc;
use halyard_store::audit::{
    AuditVerification,
    chain::{Chain, Fault, Mark},
    checkpoint::{Checkpoint, SigningKey},
};

use crate::support::{Database, on_each_postgres};

/// Writes entries 6 to `seq` anew, as a superuser would who knows how they are made.
const HASH_ANEW: &str = "
    do $$
    declare
        link record;
        previous bytea;
    begin
        for link in select seq, entry from halyard.audit_entries order by seq loop
            previous := coalesce(previous, decode(repeat('00', 32), 'hex'));
            update halyard.audit_entries
            set prev_hash = previous, hash = sha256(previous || convert_to(link.entry, 'UTF8'))
            where seq = link.seq;
            previous := sha256(previous || convert_to(link.entry, 'UTF8'));
        end loop;
        update halyard.audit_head as h
        set seq = (select max(seq) from halyard.audit_entries), hash = previous;
    end
    $$;";

/// Ten entries; checkpoints of 4 and 8 were kept.
async fn ten_entries(database: &Database) -> [Checkpoint; 2] {
    let key = SigningKey::generate().unwrap();
    let mut kept = Vec::new();
    for number in 4..=10 {
        database.flag(&format!("flag-{number}")).await;
        if matches!(number, 4 | 8) {
            kept.push(key.checkpoint(&database.store.audit_head().await.unwrap(), Utc::now()));
        }
    }
    kept.try_into().unwrap()
}

async fn verify(database: &Database, marks: Vec<Mark>) -> Option<Fault> {
    match database.store.audit_verify(Chain::new(marks), |_| {}).await.unwrap() {
        AuditVerification::Intact { last } => {
            assert_eq!(last, database.store.audit_head().await.unwrap());
            None
        }
        AuditVerification::Broken(fault) => Some(fault),
    }
}

/// Tampers as a superuser who has switched the refusal off, and switches it on again.
async fn tamper(database: &Database, statements: &str) {
    let whole = format!(
        "alter table halyard.audit_entries disable trigger refuse_change;
         alter table halyard.audit_head disable trigger all;
         {statements};
         alter table halyard.audit_head enable always trigger refuse_removal;
         alter table halyard.audit_entries enable always trigger refuse_change"
    );
    database.execute(&whole).await.unwrap();
}

/// Where tampering is found with the checkpoints, and without.
async fn check(statements: &str, with: Option<(i64, i64)>, without: Option<(i64, i64)>) {
    on_each_postgres(async |database| {
        let kept = ten_entries(database).await;
        let marks: Vec<Mark> = kept.iter().map(Checkpoint::mark).collect();
        assert!(kept.iter().all(Checkpoint::is_signed));
        assert_eq!(verify(database, marks.clone()).await, None, "before");
        tamper(database, statements).await;
        let place = |fault: Option<Fault>| fault.map(|fault| (fault.seq, fault.through));
        assert_eq!(place(verify(database, marks).await), with, "with checkpoints: {statements}");
        assert_eq!(place(verify(database, Vec::new()).await), without, "without: {statements}");
    })
    .await;
}

#[tokio::test]
async fn a_changed_entry_is_named() {
    let change = "update halyard.audit_entries set entry = replace(entry, 'Ana', 'Bob') where seq = 6";
    check(change, Some((6, 6)), Some((6, 6))).await;
}

#[tokio::test]
async fn an_entry_changed_together_with_its_hash_is_one_of_two() {
    let change = "update halyard.audit_entries set entry = replace(entry, 'Ana', 'Bob') where seq = 6;
        update halyard.audit_entries
        set hash = sha256(prev_hash || convert_to(entry, 'UTF8')) where seq = 6";
    check(change, Some((6, 7)), Some((6, 7))).await;
}

#[tokio::test]
async fn a_deleted_entry_is_named() {
    check("delete from halyard.audit_entries where seq = 6", Some((6, 6)), Some((6, 6))).await;
    check("delete from halyard.audit_entries where seq = 1", Some((1, 1)), Some((1, 1))).await;
}

#[tokio::test]
async fn an_entry_that_was_put_in_is_one_of_two_of_its_number() {
    let insert = "
        update halyard.audit_entries set seq = -seq where seq >= 6;
        update halyard.audit_entries set seq = 1 - seq where seq < 0;
        insert into halyard.audit_entries
        select 6, replace(entry, 'Ana', 'Eve'), prev_hash,
            sha256(prev_hash || convert_to(replace(entry, 'Ana', 'Eve'), 'UTF8'))
        from halyard.audit_entries where seq = 7;
        update halyard.audit_head set seq = 11";
    check(insert, Some((6, 7)), Some((6, 7))).await;
}

#[tokio::test]
async fn entries_that_changed_places_are_found_at_the_first() {
    let swap = "update halyard.audit_entries set seq = 99 where seq = 6;
        update halyard.audit_entries set seq = 6 where seq = 7;
        update halyard.audit_entries set seq = 7 where seq = 99";
    check(swap, Some((6, 6)), Some((6, 6))).await;
}

/// Deleting the newest entries alone is noticed by the head; with the head, only by a checkpoint.
#[tokio::test]
async fn a_tail_that_was_cut_off_is_named_up_to_the_checkpoint() {
    check("delete from halyard.audit_entries where seq > 9", Some((10, 10)), Some((10, 10))).await;
    let cut = "delete from halyard.audit_entries where seq > 6;
        update halyard.audit_head as h set seq = e.seq, hash = e.hash
        from halyard.audit_entries as e where e.seq = 6";
    check(cut, Some((7, 8)), None).await;
}

#[tokio::test]
async fn a_chain_that_was_hashed_anew_is_found_between_two_checkpoints() {
    let change = "update halyard.audit_entries set entry = replace(entry, 'Ana', 'Bob') where seq = 6";
    check(&format!("{change}; {HASH_ANEW}"), Some((5, 8)), None).await;
    let first = "update halyard.audit_entries set entry = replace(entry, 'Halyard', 'Nobody') where seq = 1";
    check(&format!("{first}; {HASH_ANEW}"), Some((1, 4)), None).await;
}

/// What came after the last checkpoint is as safe as the chain alone makes it.
#[tokio::test]
async fn what_was_hashed_anew_after_the_last_checkpoint_is_not_found() {
    let change = "update halyard.audit_entries set entry = replace(entry, 'Ana', 'Bob') where seq = 9";
    check(&format!("{change}; {HASH_ANEW}"), None, None).await;
}

#[tokio::test]
async fn verifying_goes_on_from_what_was_verified_and_says_how_far_it_is() {
    on_each_postgres(async |database| {
        ten_entries(database).await;
        let mut seen = Vec::new();
        let all = database.store.audit_verify(Chain::new([]), |seq| seen.push(seq)).await.unwrap();
        assert_eq!(seen, (1..=10).collect::<Vec<i64>>());
        let AuditVerification::Intact { last } = all else { panic!("{all:?}") };
        database.flag("flag-11").await;
        seen.clear();
        let new = database.store.audit_verify(Chain::after(last, []), |seq| seen.push(seq)).await.unwrap();
        assert_eq!(seen, [11]);
        assert!(matches!(new, AuditVerification::Intact { last } if last.seq == 11));
    })
    .await;
}

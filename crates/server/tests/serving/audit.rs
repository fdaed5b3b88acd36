//! `halyard-server audit`: exports, their verification without a database, and checkpoints.

use std::{fs, path::Path};

use halyard_store::{ConnectOptions, Store};
use serde_json::Value;
use sqlx::PgPool;
use tempfile::TempDir;

use crate::{
    program::{run, text},
    support::{ada, fresh_database},
};

/// A database with a killed flag, and somewhere to put files.
struct Audited {
    url: String,
    psql: PgPool,
    directory: TempDir,
}

impl Audited {
    async fn start() -> Self {
        let url = fresh_database().await;
        let store = Store::connect(&ConnectOptions::from_url(&url).unwrap()).await.unwrap();
        for key in ["checkout", "=formula()", "search"] {
            let new = serde_json::json!({
                "key": key.trim_matches(|character: char| !character.is_alphabetic()),
                "name": key, "type": "boolean", "defaultValue": false, "clientVisible": false,
            });
            store.flag_create(&serde_json::from_value(new).unwrap(), &ada().with_note(key)).await.unwrap();
        }
        store.flag_set_active("checkout", false, &ada()).await.unwrap();
        store.close().await;
        let psql = PgPool::connect(&url).await.unwrap();
        Audited { url, psql, directory: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str) -> String {
        self.directory.path().join(name).display().to_string()
    }

    /// Runs `audit …` on the database; what it wrote to stdout.
    async fn audit(&self, arguments: &[&str]) -> String {
        let all: Vec<&str> =
            ["audit"].iter().chain(arguments).chain(&["--database", &self.url]).copied().collect();
        let output = run(&all).await;
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Exports to a file of this name, signed.
    async fn export(&self, name: &str, filter: &[&str]) -> String {
        let (file, key) = (self.file(name), self.file("key"));
        let arguments = [&["export", "--output", &file, "--checkpoint-key", &key], filter].concat();
        self.audit(&arguments).await;
        file
    }

    async fn tamper(&self, sql: &'static str) {
        sqlx::raw_sql("alter table halyard.audit_entries disable trigger refuse_change")
            .execute(&self.psql)
            .await
            .unwrap();
        sqlx::raw_sql(sql).execute(&self.psql).await.unwrap();
    }
}

/// The exit code of `audit verify`, and what it said.
async fn verify(arguments: &[&str]) -> (Option<i32>, String) {
    let output = run(&[&["audit", "verify"], arguments].concat()).await;
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

/// The public key that an export is signed with.
fn public_key(file: impl AsRef<Path>) -> String {
    let content = fs::read_to_string(file).unwrap();
    let closing: Value = serde_json::from_str(content.lines().last().unwrap()).unwrap();
    closing["checkpoint"]["publicKey"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_verifies_without_the_database_and_is_an_entry_itself() {
    let audited = Audited::start().await;
    let file = audited.export("all.ndjson", &["--actor", "Auditor", "--note", "Quarter"]).await;
    let key = public_key(&file);
    let (code, said) = verify(&[&file, "--public-key", &key]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.starts_with("INTACT: 8 entries up to 8") && said.contains("the key that you know"),
        "{said}"
    );
    let content = fs::read_to_string(&file).unwrap();
    let own: Value = serde_json::from_str(content.lines().rev().nth(1).unwrap()).unwrap();
    let own: Value = serde_json::from_str(own["entry"].as_str().unwrap()).unwrap();
    assert_eq!((&own["action"], &own["actor"]), (&"audit.exported".into(), &"Auditor".into()));
    // The key is made once and kept.
    assert_eq!(public_key(audited.export("again.ndjson", &[]).await), key);
    let (code, said) = verify(&[&file]).await;
    assert_eq!(code, Some(0));
    assert!(said.contains(&key) && said.contains("give --public-key"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_bad_entry_is_named_with_exit_code_1() {
    let audited = Audited::start().await;
    let file = audited.export("all.ndjson", &[]).await;
    let changed = fs::read_to_string(&file).unwrap().replacen("Ada", "Eve", 1);
    fs::write(&file, changed).unwrap();
    let (code, said) = verify(&[&file]).await;
    assert_eq!((code, said.as_str()), (Some(1), "BROKEN: Entry 4 was changed after it was written.\n"));

    fs::write(&file, "something else").unwrap();
    let (code, said) = verify(&[&file]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("not an export of an audit trail"), "{said}");
    let (code, said) = verify(&[&audited.file("nowhere")]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("Cannot read"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_that_was_kept_finds_a_trail_that_was_cut_off_and_one_that_was_hashed_anew() {
    let audited = Audited::start().await;
    let kept = audited.file("kept");
    let key = audited.file("key");
    fs::write(&kept, audited.audit(&["checkpoint", "--checkpoint-key", &key]).await).unwrap();
    let sound = audited.export("sound.ndjson", &[]).await;
    let (code, said) = verify(&[&sound, "--checkpoint", &kept]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Kept checkpoints that it agrees with: 1"), "{said}");

    // Whoever kills a flag and then makes it look like somebody else's work.
    audited
        .tamper(
            "update halyard.audit_entries set entry = replace(entry, 'Ada', 'Eve') where seq = 7;
             update halyard.audit_entries set hash = sha256(prev_hash || convert_to(entry, 'UTF8')) where seq = 7;
             update halyard.audit_entries as e
             set prev_hash = (select hash from halyard.audit_entries where seq = 7) where seq = 8;
             update halyard.audit_entries set hash = sha256(prev_hash || convert_to(entry, 'UTF8')) where seq = 8;
             update halyard.audit_head set hash = (select hash from halyard.audit_entries where seq = 8)",
        )
        .await;
    let anew = audited.export("anew.ndjson", &[]).await;
    assert_eq!(verify(&[&anew]).await.0, Some(0), "by itself it is sound");
    let (code, said) = verify(&[&anew, "--checkpoint", &kept]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("one of the entries 1 to 7 was changed"), "{said}");

    audited
        .tamper(
            "delete from halyard.audit_entries where seq > 5;
             update halyard.audit_head as h set seq = e.seq, hash = e.hash
             from halyard.audit_entries as e where e.seq = 5",
        )
        .await;
    let cut = audited.export("cut.ndjson", &[]).await;
    let (code, said) = verify(&[&cut, "--checkpoint", &kept]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("Entry 7 is missing: it was there when a checkpoint was made."), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_leave_out_and_csv_runs_nothing_in_a_spreadsheet() {
    let audited = Audited::start().await;
    let file = audited.export("killed.ndjson", &["--action", "flag.killed", "--flag", "checkout"]).await;
    let (code, said) = verify(&[&file]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Shown: 1. Left out by the filter, with only their hashes: 7."), "{said}");

    let csv = audited.export("all.csv", &["--format", "csv", "--from", "2020-01-01"]).await;
    let content = fs::read_to_string(&csv).unwrap();
    assert!(content.starts_with("\u{feff}seq,at,actor,"), "{content}");
    assert!(content.contains(",'=formula(),"), "{content}");
    assert!(!content.contains(",=formula"), "{content}");
    assert!(content.ends_with("\r\n"));
    assert_eq!(content.matches("\r\n").count(), 1 + 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_there_is_not_replaced_and_no_entry_says_so() {
    let audited = Audited::start().await;
    let file = audited.file("mine");
    fs::write(&file, "mine").unwrap();
    let output = run(&["audit", "export", "--output", &file, "--database", &audited.url]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("Cannot write"), "{}", text(&output.stderr));
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    let head: i64 =
        sqlx::query_scalar("select seq from halyard.audit_head").fetch_one(&audited.psql).await.unwrap();
    assert_eq!(head, 7);
}

//! Exports that verify without the database: what each kind of change of a file is found as.

use std::iter;

use chrono::{Duration, Utc};
use halyard_store::audit::{
    AuditFilter, ExportedEntry,
    checkpoint::{Checkpoint, SigningKey},
    file::{FileFault, FileReport, FileVerifier, FileWriter, Header, Known, Signer},
};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::support::{Database, ana, ben, on_each_postgres};

async fn entries(database: &Database, filter: &AuditFilter) -> Vec<ExportedEntry> {
    let through = database.store.audit_head().await.unwrap().seq;
    let (to, mut from) = mpsc::channel(1);
    let collect = async {
        let mut all = Vec::new();
        while let Some(batch) = from.recv().await {
            all.extend(batch);
        }
        all
    };
    let (streamed, all) = tokio::join!(database.store.audit_stream(filter, through, to), collect);
    streamed.unwrap();
    all
}

/// The lines of an export.
async fn export(database: &Database, filter: &AuditFilter, key: Option<&SigningKey>) -> Vec<String> {
    let header = Header::new("Acme", "acme", Utc::now(), filter);
    let (mut writer, first) = FileWriter::begin(&header).unwrap();
    let mut lines = vec![first];
    for entry in entries(database, filter).await {
        lines.push(writer.entry(&entry).unwrap());
    }
    lines.push(writer.end(key, Utc::now()).unwrap().0);
    lines
}

fn verify(lines: &[String], known: Known) -> Result<FileReport, FileFault> {
    let mut verifier = FileVerifier::new(known)?;
    for line in lines {
        verifier.line(line.as_bytes())?;
    }
    verifier.end()
}

fn by(key: &SigningKey) -> Known {
    Known { public_key: Some(key.public_key().to_uppercase()), ..Known::default() }
}

fn with(checkpoint: &Checkpoint) -> Known {
    Known { checkpoints: vec![checkpoint.clone()], ..Known::default() }
}

/// Eight entries: three of the migration, four flags, one kill.
async fn eight_entries(database: &Database) {
    for key in ["a", "b", "c", "d"] {
        database.flag(key).await;
    }
    database.store.flag_set_active("b", false, &ben()).await.unwrap();
}

fn killed() -> AuditFilter {
    AuditFilter { actions: vec!["flag.killed".into()], ..AuditFilter::default() }
}

#[tokio::test]
async fn an_export_verifies_and_holds_every_entry_as_it_was_hashed() {
    on_each_postgres(async |database| {
        eight_entries(database).await;
        let key = SigningKey::generate().unwrap();
        let lines = export(database, &AuditFilter::default(), Some(&key)).await;
        let report = verify(&lines, by(&key)).unwrap();
        assert_eq!((report.entries, report.left_out, report.signer), (8, 0, Signer::Known));
        assert_eq!(report.last, database.store.audit_head().await.unwrap());
        assert_eq!(report.checkpoint.unwrap().mark(), report.last);
        let stored =
            database.json("select json_agg(entry order by seq)::jsonb from halyard.audit_entries").await;
        let written: Vec<Value> = lines[1..9]
            .iter()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["entry"].clone())
            .collect();
        assert_eq!(Value::Array(written), stored);
        assert_eq!(verify(&lines, Known::default()).unwrap().signer, Signer::Unknown);
    })
    .await;
}

#[tokio::test]
async fn a_filtered_export_verifies_with_the_hashes_of_what_it_leaves_out() {
    on_each_postgres(async |database| {
        eight_entries(database).await;
        let key = SigningKey::generate().unwrap();
        let lines = export(database, &killed(), Some(&key)).await;
        let report = verify(&lines, by(&key)).unwrap();
        assert_eq!((report.entries, report.left_out), (1, 7));
        assert_eq!(report.header.filter, killed());
        assert!(lines[1..8].iter().all(|line| !line.contains("entry")), "nothing is told of the others");
        assert!(lines[8].contains("flag.killed"));
    })
    .await;
}

/// Tampering with the lines of a signed export of eight entries, and what is said of it to somebody who
/// knows the key.
async fn check(filter: AuditFilter, tamper: impl Fn(&mut Vec<String>), expected: &str) {
    on_each_postgres(async |database| {
        eight_entries(database).await;
        let key = SigningKey::generate().unwrap();
        let mut lines = export(database, &filter, Some(&key)).await;
        tamper(&mut lines);
        let fault = verify(&lines, by(&key)).unwrap_err();
        assert_eq!(fault.to_string(), expected);
    })
    .await;
}

#[tokio::test]
async fn a_changed_line_is_named() {
    let edit = |lines: &mut Vec<String>| lines[5] = lines[5].replace("Ana", "Bob");
    check(AuditFilter::default(), edit, "Entry 5 was changed after it was written.").await;
}

#[tokio::test]
async fn a_removed_line_is_named() {
    check(AuditFilter::default(), |lines| drop(lines.remove(5)), "Entry 5 is missing.").await;
    check(killed(), |lines| drop(lines.remove(5)), "Entry 5 is missing.").await;
}

#[tokio::test]
async fn a_file_that_breaks_off_says_after_which_entry() {
    let cut = |lines: &mut Vec<String>| lines.truncate(6);
    check(AuditFilter::default(), cut, "The file breaks off after entry 5: its last line is missing.").await;
    let cut = |lines: &mut Vec<String>| drop(lines.drain(6..9));
    let said = "Entries 6 to 8 are missing: they were there when a checkpoint was made.";
    check(AuditFilter::default(), cut, said).await;
    let half = |lines: &mut Vec<String>| {
        lines.truncate(6);
        let line = lines.pop().unwrap();
        lines.push(line[..line.len() / 2].to_owned());
    };
    check(AuditFilter::default(), half, "Line 6, after entry 4, cannot be read.").await;
}

#[tokio::test]
async fn a_header_that_hides_the_filter_is_found() {
    let hide = |lines: &mut Vec<String>| lines[0] = lines[0].replace(r#"{"actions":["flag.killed"]}"#, "{}");
    let said = "The file was changed after it was written: its entries follow each other, and yet its lines are not \
                those that were counted up at its end.";
    check(killed(), hide, said).await;
}

/// Hashes alone cannot show this: of the entry after it only the hash is known.
#[tokio::test]
async fn an_entry_that_was_forged_before_one_that_is_left_out_is_found_by_the_signature() {
    let forge = |lines: &mut Vec<String>| {
        let mut line: Value = serde_json::from_str(&lines[4]).unwrap();
        let entry = line["entry"].as_str().unwrap().replace("Ana", "Eve");
        let previous = line["prevHash"].as_str().unwrap();
        line["hash"] = sha256(previous, &entry).into();
        line["entry"] = entry.into();
        lines[4] = line.to_string();
    };
    let only_a = AuditFilter { flag: Some("a".into()), ..AuditFilter::default() };
    let said = "The file was changed after it was written: its entries follow each other, and yet its lines are not \
                those that were counted up at its end.";
    check(only_a, forge, said).await;
}

fn sha256(previous: &str, entry: &str) -> String {
    use sha2::{Digest, Sha256};
    let bytes =
        (0..previous.len() / 2).map(|at| u8::from_str_radix(&previous[at * 2..at * 2 + 2], 16).unwrap());
    let hash = Sha256::new().chain_update(bytes.collect::<Vec<u8>>()).chain_update(entry).finalize();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_signature_by_another_key_is_found_by_who_knows_the_key() {
    on_each_postgres(async |database| {
        eight_entries(database).await;
        let (key, other) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let lines = export(database, &AuditFilter::default(), Some(&other)).await;
        assert_eq!(verify(&lines, by(&key)), Err(FileFault::OtherKey(other.public_key())));
        let unsigned = export(database, &AuditFilter::default(), None).await;
        assert_eq!(verify(&unsigned, by(&key)), Err(FileFault::NotSigned));
        assert_eq!(verify(&unsigned, Known::default()).unwrap().signer, Signer::Nobody);
        // The end of one file under the lines of another.
        let mut mixed = export(database, &killed(), Some(&key)).await;
        *mixed.last_mut().unwrap() = lines.last().unwrap().clone();
        assert!(verify(&mixed, Known::default()).is_err());
    })
    .await;
}

#[tokio::test]
async fn a_kept_checkpoint_finds_what_was_hashed_anew_before_the_export() {
    on_each_postgres(async |database| {
        eight_entries(database).await;
        let key = SigningKey::generate().unwrap();
        let head = database.store.audit_head().await.unwrap();
        let kept = key.checkpoint(&head, Utc::now());
        let lines = export(database, &AuditFilter::default(), Some(&key)).await;
        let report = verify(&lines, with(&kept)).unwrap();
        assert_eq!((report.passed, report.younger, report.signer), (1, 0, Signer::Known));

        database
            .execute(
                "alter table halyard.audit_entries disable trigger refuse_change;
                 update halyard.audit_entries set entry = replace(entry, 'Ben', 'Eve') where seq = 8;
                 update halyard.audit_entries
                 set hash = sha256(prev_hash || convert_to(entry, 'UTF8')) where seq = 8;
                 update halyard.audit_head set hash = (select hash from halyard.audit_entries where seq = 8)",
            )
            .await
            .unwrap();
        let lines = export(database, &AuditFilter::default(), Some(&key)).await;
        assert!(verify(&lines, by(&key)).is_ok(), "by itself the file is sound");
        let fault = verify(&lines, with(&kept)).unwrap_err();
        assert!(matches!(fault, FileFault::Entry(fault) if (fault.seq, fault.through) == (1, 8)));

        let younger = key.checkpoint(&head, Utc::now() + Duration::hours(1));
        assert_eq!(verify(&lines, with(&younger)).unwrap().younger, 1);
        let forged = Checkpoint { seq: 7, ..kept };
        assert_eq!(verify(&lines, with(&forged)), Err(FileFault::CheckpointChanged(7)));
    })
    .await;
}

/// Left out, nobody could see it: so it is not.
#[tokio::test]
async fn an_entry_that_is_broken_in_the_database_is_never_left_out() {
    on_each_postgres(async |database| {
        eight_entries(database).await;
        database
            .execute(
                "alter table halyard.audit_entries disable trigger refuse_change;
                 update halyard.audit_entries set entry = replace(entry, 'Ana', 'Bob') where seq = 5",
            )
            .await
            .unwrap();
        let key = SigningKey::generate().unwrap();
        let lines = export(database, &killed(), Some(&key)).await;
        let fault = verify(&lines, by(&key)).unwrap_err();
        assert_eq!(fault.to_string(), "Entry 5 was changed after it was written.");
    })
    .await;
}

#[tokio::test]
async fn something_else_is_not_taken_for_an_export() {
    for lines in [vec![], vec![""], vec!["{}"], vec!["hello", "world"], vec!["\u{feff}seq,at"]] {
        let lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
        assert_eq!(verify(&lines, Known::default()), Err(FileFault::NotAnExport), "{lines:?}");
    }
}

/// Emoji, right to left, quotes, line breaks, formulas, and as much as fits.
#[tokio::test]
async fn hostile_text_survives_an_export_and_its_verification() {
    let hostile = [
        "=cmd|' /C calc'!A0",
        "line\nbreak\r\nand\ttab",
        "\u{2028}\u{2029}\u{85}\u{1}\u{7f}",
        "\"quotes\" \\ ' ; -- {\"seq\":1}",
        "مرحبا \u{202e}rtl\u{202c} 🏴‍☠️ 𝕳",
    ];
    on_each_postgres(async |database| {
        for (index, text) in hostile.iter().enumerate() {
            let mut new = crate::support::new_flag(&format!("hostile-{index}"));
            new.name = (*text).to_owned();
            new.flag_type = halyard_engine::FlagType::String;
            let many: String = iter::repeat_n(*text, 1_000).collect();
            new.default_value = many.chars().take(4_000).collect::<String>().into();
            let author = halyard_store::Author::new(*text, *text).with_note(*text);
            database.store.flag_create(&new, &author).await.unwrap();
        }
        let mut large = crate::support::new_flag("large");
        large.flag_type = halyard_engine::FlagType::String;
        large.default_value = "🏴".repeat(8 * 1024 - 1).into();
        database.store.flag_create(&large, &ana()).await.unwrap();

        let key = SigningKey::generate().unwrap();
        let lines = export(database, &AuditFilter::default(), Some(&key)).await;
        assert_eq!(verify(&lines, by(&key)).unwrap().entries, 3 + 6);
        for (line, text) in lines[4..].iter().zip(hostile) {
            let line: Value = serde_json::from_str(line).unwrap();
            let entry: Value = serde_json::from_str(line["entry"].as_str().unwrap()).unwrap();
            assert_eq!(
                (&entry["actor"], &entry["note"], &entry["after"]["name"]),
                (&text.into(), &text.into(), &text.into())
            );
        }
        // NUL never gets in.
        let mut nul = crate::support::new_flag("nul");
        nul.name = "a\0b".to_owned();
        assert!(database.store.flag_create(&nul, &ana()).await.is_err());
    })
    .await;
}

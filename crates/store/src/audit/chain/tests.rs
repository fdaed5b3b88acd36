#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;

/// A sound chain of entries 1 to `length`.
fn sound(length: i64) -> Vec<Link> {
    let mut links = Vec::new();
    hash_anew(&mut links, (1..=length).map(|seq| format!(r#"{{"seq":{seq},"actor":"Ana"}}"#)));
    links
}

/// Appends entries as the database would.
fn hash_anew(links: &mut Vec<Link>, entries: impl IntoIterator<Item = String>) {
    for entry in entries {
        let before = links.last().map_or_else(Mark::start, Link::mark);
        let mut link = Link { seq: before.seq + 1, entry, prev_hash: before.hash, hash: Hash(Vec::new()) };
        link.hash = link.entry_hash();
        links.push(link);
    }
}

fn verify(links: &[Link], marks: &[Mark], last: Option<&Mark>) -> Result<Mark, Fault> {
    let mut chain = Chain::new(marks.to_vec());
    for link in links {
        chain.follow(link)?;
    }
    chain.end(last)
}

/// What tampering with ten entries is found as, by somebody who marked entries 3 and 7, and by
/// somebody who knows only the last.
#[track_caller]
fn check(tamper: impl Fn(&mut Vec<Link>), marked: (i64, i64, &str), unmarked: Option<(i64, i64, &str)>) {
    let mut links = sound(10);
    let marks = [links[2].mark(), links[6].mark()];
    tamper(&mut links);
    let found = verify(&links, &marks, None).unwrap_err();
    assert_eq!((found.seq, found.through, found.to_string().as_str()), marked, "with marks");
    let last = links.last().unwrap().mark();
    let found = verify(&links, &[], Some(&last)).err();
    let found = found.as_ref().map(|fault| (fault.seq, fault.through, fault.to_string()));
    assert_eq!(found, unmarked.map(|(seq, through, text)| (seq, through, text.to_owned())), "without");
}

#[test]
fn a_sound_chain_is_followed_to_its_end() {
    let links = sound(10);
    let marks = [links[2].mark(), links[6].mark(), links[9].mark()];
    assert_eq!(verify(&links, &marks, Some(&links[9].mark())), Ok(links[9].mark()));
    assert_eq!(verify(&[], &[], Some(&Mark::start())), Ok(Mark::start()));
}

#[test]
fn a_changed_entry_is_named() {
    let changed = (5, 5, "Entry 5 was changed after it was written.");
    check(|links| links[4].entry = links[4].entry.replace("Ana", "Bob"), changed, Some(changed));
    check(|links| links[4].hash.0[0] ^= 1, changed, Some(changed));
    check(|links| links[4].hash.0.clear(), changed, Some(changed));
}

#[test]
fn an_entry_that_was_changed_with_its_hash_is_one_of_two() {
    let text = "Entry 6 does not follow entry 5: one of the two was changed together with its hash.";
    let change = |links: &mut Vec<Link>| {
        links[4].entry = links[4].entry.replace("Ana", "Bob");
        links[4].hash = links[4].entry_hash();
    };
    check(change, (5, 6, text), Some((5, 6, text)));
}

#[test]
fn after_an_entry_that_was_marked_it_is_the_other() {
    let change = |links: &mut Vec<Link>| {
        links[3].prev_hash = links[0].hash.clone();
        links[3].hash = links[3].entry_hash();
    };
    let two = "Entry 4 does not follow entry 3: one of the two was changed together with its hash.";
    check(change, (4, 4, "Entry 4 does not follow the entry before it."), Some((3, 4, two)));
}

#[test]
fn a_deleted_entry_is_missing() {
    let missing = (5, 5, "Entry 5 is missing.");
    check(|links| drop(links.remove(4)), missing, Some(missing));
    let missing = (1, 1, "Entry 1 is missing.");
    check(|links| drop(links.remove(0)), missing, Some(missing));
}

#[test]
fn entries_that_changed_places_are_found_at_the_first() {
    let swap = |links: &mut Vec<Link>| {
        links.swap(4, 5);
        (links[4].seq, links[5].seq) = (5, 6);
    };
    let misplaced = (5, 5, "Entry 5 is not the one that was written under this number.");
    check(swap, misplaced, Some(misplaced));
}

#[test]
fn an_entry_that_was_put_in_makes_two_of_its_number() {
    let insert = |links: &mut Vec<Link>| {
        let mut forged = links[4].clone();
        forged.entry = forged.entry.replace("Ana", "Eve");
        forged.hash = forged.entry_hash();
        links.insert(4, forged);
        (6..).zip(&mut links[5..]).for_each(|(seq, link)| link.seq = seq);
    };
    let twice = (5, 6, "Two entries say that they are number 5: one of them was put in.");
    check(insert, twice, Some(twice));
}

#[test]
fn a_tail_that_was_cut_off_is_found_by_a_mark_alone() {
    let cut = "Entries 6 to 7 are missing: they were there when a checkpoint was made.";
    check(|links| links.truncate(5), (6, 7, cut), None);
    let cut = "Entry 7 is missing: it was there when a checkpoint was made.";
    check(|links| links.truncate(6), (7, 7, cut), None);
}

#[test]
fn a_chain_that_was_hashed_anew_is_found_between_two_marks() {
    let rewritten = "Entry 7 is not what it was when a checkpoint was made: one of the entries 4 to 7 was changed, \
                     put in or taken out, and those after it were hashed anew.";
    let rewrite = |links: &mut Vec<Link>| {
        let mut entries: Vec<String> = links.drain(4..).map(|link| link.entry).collect();
        entries[0] = entries[0].replace("Ana", "Bob");
        hash_anew(links, entries);
    };
    check(rewrite, (4, 7, rewritten), None);
}

#[test]
fn an_end_that_is_not_the_one_remembered_is_found() {
    let mut links = sound(3);
    let last = links[2].mark();
    let entries = [links.pop().unwrap().entry.replace("Ana", "Bob")];
    hash_anew(&mut links, entries);
    let fault = verify(&links, &[], Some(&last)).unwrap_err();
    assert_eq!(fault.to_string(), "Entry 3 is not the one that was written last.");
    let fault = verify(&links[..2], &[], Some(&last)).unwrap_err();
    assert_eq!(fault.to_string(), "Entry 3 is missing.");
}

#[test]
fn verifying_goes_on_after_an_entry_that_is_known() {
    let mut links = sound(6);
    let known = links[2].mark();
    links[1].entry = links[1].entry.replace("Ana", "Bob");
    let mut chain = Chain::after(known.clone(), [links[0].mark(), links[4].mark()]);
    assert_eq!(chain.reached(), &known);
    links[3..].iter().for_each(|link| chain.follow(link).unwrap());
    assert_eq!(chain.end(None), Ok(links[5].mark()));
}

#[test]
fn hashes_are_read_as_they_are_written() {
    let hash = Hash(vec![0, 1, 0xab, 0xff]);
    let json = serde_json::to_string(&hash).unwrap();
    assert_eq!(json, r#""0001abff""#);
    assert_eq!(serde_json::from_str::<Hash>(&json).unwrap(), hash);
    for wrong in [r#""0""#, r#""xy""#, r#""+1""#, r#""é0""#, "1"] {
        assert!(serde_json::from_str::<Hash>(wrong).is_err(), "{wrong}");
    }
}

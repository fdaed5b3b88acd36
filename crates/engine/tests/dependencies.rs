//! The engine stays pure: nothing it links can block, read a clock or draw a random number.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, process::Command};

/// serde, serde_json, twox-hash, uuid and what these are made of; the derive macro of serde runs in the
/// compiler only.
const ALLOWED: [&str; 14] = [
    "halyard-engine",
    "itoa",
    "memchr",
    "proc-macro2",
    "quote",
    "serde",
    "serde_core",
    "serde_derive",
    "serde_json",
    "syn",
    "twox-hash",
    "unicode-ident",
    "uuid",
    "zmij",
];

#[test]
fn engine_depends_on_nothing_that_could_block() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", "halyard-engine", "--no-default-features"])
        .args(["--edges", "normal", "--target", "all", "--prefix", "none", "--format", "{p}", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let found: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(found, BTreeSet::from(ALLOWED));
}

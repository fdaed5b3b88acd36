//! The committed files that other languages read are in step with the list of commands.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::{env, fs, path::Path};

fn check(path: &str, expected: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if env::var_os("HALYARD_REGENERATE").is_some() {
        fs::write(&file, expected).unwrap();
        return;
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == expected,
        "{path} is not what the list of commands says; \
         run `HALYARD_REGENERATE=1 cargo test -p halyard-admin --test contract`"
    );
}

#[test]
fn committed_typescript_is_what_the_list_of_commands_says() {
    check("ui/src/contract/generated/contract.ts", &halyard_admin::typescript::contract());
}

#[test]
fn committed_command_names_are_those_of_the_list() {
    check("src-tauri/commands.gen.json", &halyard_admin::typescript::names());
}

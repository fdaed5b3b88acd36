//! Holds the invariants of ARCHITECTURE.md that are about the code itself.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Every file below `folder` (from the root) with one of the extensions, generated and foreign code aside.
fn sources(folder: &str, extensions: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["node_modules", "dist", "target", "gen"].contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|e| extensions.contains(&&*e.to_string_lossy())) {
                let shown = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
                found.push((shown, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no sources: has it moved?");
    found
}

/// The dependencies of each package of the workspace that are packages of the workspace, too.
fn floors() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut floors = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let below = package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|dependency| dependency["kind"].is_null())
            .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
            .filter(|name| name.starts_with("halyard"))
            .collect();
        floors.insert(package["name"].as_str().unwrap().to_owned(), below);
    }
    floors
}

#[test]
fn a_crate_imports_only_crates_below_it() {
    let allowed: &[(&str, &[&str])] = &[
        ("halyard-engine", &[]),
        ("halyard-embedded-postgres", &[]),
        ("halyard-store", &["halyard-engine"]),
        ("halyard-evaluator", &["halyard-engine", "halyard-store"]),
        (
            "halyard-admin",
            &["halyard-embedded-postgres", "halyard-engine", "halyard-evaluator", "halyard-store"],
        ),
        (
            "halyard-server",
            &[
                "halyard-admin",
                "halyard-embedded-postgres",
                "halyard-engine",
                "halyard-evaluator",
                "halyard-store",
            ],
        ),
        ("halyard", &["halyard-admin", "halyard-server"]),
    ];
    let floors = floors();
    for (package, below) in allowed {
        for dependency in &floors[*package] {
            assert!(below.contains(&dependency.as_str()), "{package} must not depend on {dependency}");
        }
    }
}

#[test]
fn nothing_under_crates_knows_tauri() {
    for (path, text) in sources("crates", &["rs", "toml"]) {
        assert!(!text.contains("tauri::") && !text.contains("tauri ="), "{path} uses Tauri");
    }
}

#[test]
fn sql_lives_in_store_only() {
    for folder in ["crates", "src-tauri"] {
        for (path, text) in sources(folder, &["rs"]) {
            let in_store = path.starts_with("crates/store/");
            let in_tests = path.contains("/tests/") || path.ends_with("/testing.rs");
            assert!(in_store || in_tests || !text.contains("sqlx::"), "{path} uses sqlx");
        }
    }
}

#[test]
fn tauri_is_imported_in_its_platform_folder_only() {
    for (path, text) in sources("ui/src", &["ts", "tsx"]) {
        let at_home = path.starts_with("ui/src/platform/tauri");
        assert!(at_home || !text.contains("@tauri-apps"), "{path} imports @tauri-apps");
    }
}

#[test]
fn the_main_window_may_call_the_commands_of_the_list_and_no_others() {
    let read = |path: &str| -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(root().join(path)).unwrap()).unwrap()
    };
    let listed: BTreeSet<String> = read("src-tauri/commands.gen.json")
        .as_array()
        .unwrap()
        .iter()
        .map(|name| format!("allow-{}", name.as_str().unwrap().replace('_', "-")))
        .collect();
    let capability = read("src-tauri/capabilities/main.json");
    let granted: BTreeSet<String> = capability["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|permission| permission.as_str().unwrap().to_owned())
        .filter(|permission| permission.starts_with("allow-"))
        .collect();
    assert_eq!(listed, granted);
    assert!(!capability["windows"].as_array().unwrap().iter().any(|window| window == "*"));
}

#[test]
fn the_kill_board_window_may_call_some_commands_of_the_list_and_only_emit_events() {
    let read = |path: &str| -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(root().join(path)).unwrap()).unwrap()
    };
    let main = read("src-tauri/capabilities/main.json");
    let board = read("src-tauri/capabilities/kill-board.json");
    assert_eq!(board["windows"], serde_json::json!(["kill-board"]));
    let all = main["permissions"].as_array().unwrap();
    for permission in board["permissions"].as_array().unwrap() {
        let emits = permission == "core:event:allow-emit";
        assert!(emits || all.contains(permission), "{permission} is not of the list");
        for change in ["workspace-connect", "sdk-key", "archive", "export", "endpoint", "source-set"] {
            assert!(!permission.as_str().unwrap().contains(change), "the board does not need {permission}");
        }
    }
}

#[test]
fn the_content_policy_is_strict() {
    let config: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(root().join("tauri.conf.json")).unwrap()).unwrap();
    let security = &config["app"]["security"];
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(security["csp"]["script-src"], "'self'");
    assert_eq!(security["csp"]["default-src"], "'self'");
}

#[test]
fn the_page_asks_nothing_from_other_hosts() {
    for (path, text) in sources("ui/src", &["ts", "tsx", "css"]) {
        if path.contains(".test.") {
            continue;
        }
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let foreign = line.contains("https://")
                && (line.contains("fetch(") || line.contains("url(") || line.contains("import "));
            assert!(!foreign, "{path} refers to another host: {line}");
        }
    }
}

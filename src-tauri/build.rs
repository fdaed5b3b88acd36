//! Generates Tauri's context, and one permission for each command that the page may call.
use std::{fs, path::Path};

const COMMANDS: &str = "src-tauri/commands.gen.json";
const PLACEHOLDER: &str =
    "<!doctype html><title>Halyard</title><p>The page has not been built: run <code>make ui</code>.</p>";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // `generate_context!` panics without a page, and `cargo build` must work before npm has run.
    let page = Path::new("ui/dist/index.html");
    if !page.exists() {
        fs::create_dir_all("ui/dist")?;
        fs::write(page, PLACEHOLDER)?;
    }
    for path in ["src-tauri/capabilities", COMMANDS, "ui/dist", "tauri.conf.json"] {
        println!("cargo:rerun-if-changed={path}");
    }
    let names: Vec<String> = serde_json::from_str(&fs::read_to_string(COMMANDS)?)?;
    let names: &'static [&'static str] =
        names.into_iter().map(|name| &*name.leak()).collect::<Vec<&'static str>>().leak();
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(names));
    tauri_build::try_build(attributes)?;
    Ok(())
}

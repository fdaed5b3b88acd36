//! Generates Tauri's context; a placeholder page stands in until the UI has been built.
fn main() {
    tauri_build::build();
}

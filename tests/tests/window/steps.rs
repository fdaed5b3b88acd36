//! What several scenes do.

use fantoccini::key::Key;
use halyard_tests::desktop::Desktop;

/// A data directory that the embedded database's account can reach, too, when the tests run as root.
pub(crate) fn data_dir() -> tempfile::TempDir {
    let directory = tempfile::Builder::new().prefix("halyard-window-").tempdir().unwrap();
    let reachable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(directory.path(), reachable).unwrap();
    directory
}

pub(crate) async fn save_with_note(app: &Desktop, note: &str, version: u32) {
    app.replace_text("[aria-label='Unsaved changes'] [aria-label='Note']", note).await;
    app.click("[aria-label='Save']").await;
    app.sees(&format!("Saved v{version}")).await;
}

/// Chooses the first entry that the palette finds, by keyboard.
pub(crate) async fn choose(app: &Desktop, words: &str, entry: &str) {
    app.press(&[char::from(Key::Control), 'k']).await;
    app.replace_text("[role='combobox'][aria-label='Search or jump to']", words).await;
    app.holds(
        &format!("the palette's first entry is “{entry}”"),
        "return document.querySelector('#palette-0')?.innerText.includes(arguments[0]) === true",
        entry,
    )
    .await;
    app.press(&[char::from(Key::Enter)]).await;
    app.gone("[role='combobox'][aria-label='Search or jump to']").await;
}

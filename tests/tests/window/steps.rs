//! What several scenes do.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

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

/// Waits until the keyboard is on a button with this text.
pub(crate) async fn keyboard_is_on(app: &Desktop, words: &str) {
    app.holds(
        &format!("the keyboard is on “{words}”"),
        "return document.activeElement?.innerText?.includes(arguments[0]) === true",
        words,
    )
    .await;
}

/// What an SDK is answered on this computer, status line and headers included.
pub(crate) fn evaluate(port: u16, key: &str, flag: &str, entity_id: &str) -> std::io::Result<String> {
    let body = serde_json::json!({ "key": flag, "entityId": entity_id }).to_string();
    let mut connection = TcpStream::connect(("127.0.0.1", port))?;
    write!(
        connection,
        "POST /feature-flags/evaluate HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Authorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}

//! The main window.

use tauri::{AppHandle, Manager as _, WebviewUrl, WebviewWindowBuilder};

const MAIN: &str = "main";

/// Opens the main window; its last size and place are put back by the window-state plugin.
///
/// # Errors
/// When the system's webview cannot be made.
pub(crate) fn open(app: &tauri::App) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Halyard")
        .inner_size(1280.0, 800.0)
        .min_inner_size(1024.0, 700.0)
        .build()?;
    Ok(())
}

/// Brings the window to the front, for a second start of the app.
pub(crate) fn focus(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}

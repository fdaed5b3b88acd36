//! Notes when the first page with data is on the screen, for those who wait for it: a script that takes a
//! picture, and the measurement of the start.

use std::{env, fs, path::PathBuf};

use tauri::{AppHandle, Listener as _};

/// The page emits this once, when its first data has been painted.
const PAGE_SHOWN: &str = "page-shown";

/// Writes the file that `HALYARD_SHOWN_FILE` names when the first page with data is shown, and ends the app
/// then if asked to.
pub(crate) fn listen(app: &AppHandle, exit_when_shown: bool) {
    let file = env::var_os("HALYARD_SHOWN_FILE").map(PathBuf::from);
    if file.is_none() && !exit_when_shown {
        return;
    }
    let handle = app.clone();
    app.listen_any(PAGE_SHOWN, move |_| {
        if let Some(file) = &file
            && let Err(error) = fs::write(file, "shown")
        {
            tracing::warn!(%error, "HALYARD_SHOWN_FILE could not be written");
        }
        if exit_when_shown {
            handle.exit(0);
        }
    });
}

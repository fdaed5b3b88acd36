//! The icon in the system's tray: open the app, the kill board, or the board with one flag focused. It kills nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};

use halyard_admin::{FlagKey, default_data_dir};
use tauri::{
    AppHandle, Wry,
    menu::{Menu, MenuBuilder},
    tray::TrayIconBuilder,
};

use crate::{destination::Destination, window};

const TRAY: &str = "halyard";
const OPEN: &str = "open";
const KILL_BOARD: &str = "kill-board";
const QUIT: &str = "quit";
/// Precedes a flag's key in the id of its menu item.
const FLAG: &str = "flag:";

/// So many flags are in the menu; the board has all.
pub(crate) const FLAGS: usize = 10;

/// A flag in the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TrayFlag {
    /// Its key.
    pub(crate) key: String,
    /// Whether it is killed.
    pub(crate) killed: bool,
}

/// Puts the icon into the tray. Where the system has none, or lacks the library that draws it, the app does
/// without: that library is loaded when it is first used, and it panics when it is missing.
pub(crate) fn show(app: &AppHandle) {
    let shown = catch_unwind(AssertUnwindSafe(|| {
        let mut tray = TrayIconBuilder::with_id(TRAY)
            .tooltip("Halyard")
            // On Linux the icon is a file; where several people share a computer, each needs one of their own.
            .temp_dir_path(default_data_dir().join("tray"))
            .menu(&menu(app, &[])?)
            .on_menu_event(|app, event| chosen(app, event.id().as_ref()));
        if let Some(icon) = app.default_window_icon() {
            tray = tray.icon(icon.clone());
        }
        tray.build(app)
    }));
    match shown {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::info!(%error, "there is no icon in the tray"),
        Err(_) => tracing::info!("there is no icon in the tray: its library is missing"),
    }
}

/// Lists flags in the menu, in the order given.
pub(crate) fn list(app: &AppHandle, flags: &[TrayFlag]) {
    let Some(tray) = app.tray_by_id(TRAY) else { return };
    if let Err(error) = menu(app, flags).and_then(|menu| tray.set_menu(Some(menu))) {
        tracing::info!(%error, "the tray's menu could not be changed");
    }
}

fn menu(app: &AppHandle, flags: &[TrayFlag]) -> tauri::Result<Menu<Wry>> {
    let mut menu = MenuBuilder::new(app).text(OPEN, "Open Halyard").text(KILL_BOARD, "Kill board");
    if !flags.is_empty() {
        menu = menu.separator();
    }
    for flag in flags {
        menu = menu.text(format!("{FLAG}{}", flag.key), label(flag));
    }
    menu.separator().text(QUIT, "Quit").build()
}

/// What the menu says of a flag: opening the board is all that choosing it does.
fn label(TrayFlag { key, killed }: &TrayFlag) -> String {
    // An ampersand would mark a key to press; keys of flags hold none.
    if *killed { format!("✕ {key} (killed)") } else { format!("{key} on the kill board…") }
}

fn chosen(app: &AppHandle, item: &str) {
    match item {
        OPEN => window::go(app, Destination::Main),
        KILL_BOARD => window::go(app, Destination::KillBoard { flag: None }),
        QUIT => app.exit(0),
        _ => {
            if let Some(Ok(flag)) = item.strip_prefix(FLAG).map(FlagKey::parse) {
                window::go(app, Destination::KillBoard { flag: Some(flag) });
            }
        }
    }
}

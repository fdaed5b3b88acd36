//! The windows: the main one, and the kill board's own. Each is opened once and brought to the front after that.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use halyard_admin::FlagKey;
use tauri::{
    AppHandle, Listener as _, Manager as _, WebviewUrl, WebviewWindow, WebviewWindowBuilder, async_runtime,
};

use crate::destination::Destination;

const MAIN: &str = "main";
const KILL_BOARD: &str = "kill-board";

/// A page emits this to have a window opened: its payload is a link.
const GO_TO: &str = "go-to";

/// Held while it is decided whether a window must be made, so that two clicks do not make two.
static OPENING: Mutex<()> = Mutex::new(());

/// Opens the window of a destination, or brings it to the front. Its last size and place are put back by the
/// window-state plugin.
///
/// # Errors
/// When the system's webview cannot be made.
pub(crate) fn open(app: &AppHandle, destination: &Destination) -> tauri::Result<()> {
    let _opening = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    match destination {
        Destination::Main => match app.get_webview_window(MAIN) {
            Some(window) => to_front(&window),
            None => build(app, MAIN, WebviewUrl::default(), "Halyard"),
        },
        Destination::KillBoard { flag } => match app.get_webview_window(KILL_BOARD) {
            Some(window) => {
                if let Some(flag) = flag {
                    let mut address = window.url()?;
                    address.set_fragment(Some(&board_address(Some(flag))));
                    window.navigate(address)?;
                }
                to_front(&window)
            }
            None => {
                let page = format!("index.html#{}", board_address(flag.as_ref()));
                build(app, KILL_BOARD, WebviewUrl::App(page.into()), "Kill board")
            }
        },
    }
}

/// The same from where a window cannot be waited for: a menu, a link, a page.
pub(crate) fn go(app: &AppHandle, destination: Destination) {
    let app = app.clone();
    async_runtime::spawn_blocking(move || {
        if let Err(error) = open(&app, &destination) {
            tracing::warn!(%error, ?destination, "the window could not be opened");
        }
    });
}

/// Opens the windows that pages ask for. A page can ask for no more than a link can.
pub(crate) fn listen(app: &AppHandle) {
    let handle = app.clone();
    app.listen_any(GO_TO, move |event| {
        let link = serde_json::from_str::<String>(event.payload()).ok();
        if let Some(destination) = link.as_deref().and_then(Destination::from_link) {
            go(&handle, destination);
        }
    });
}

/// The board in its own window, as the page's router knows it. The flag is quoted: the router would read `1.10` as
/// a number. The counter makes the same flag asked for again another address, to which the board comes back.
fn board_address(flag: Option<&FlagKey>) -> String {
    static ASKED: AtomicU32 = AtomicU32::new(1);
    match flag {
        Some(flag) => {
            let nth = ASKED.fetch_add(1, Ordering::Relaxed);
            format!("/kill-board?window=board&flag=%22{flag}%22&nth={nth}")
        }
        None => "/kill-board?window=board".to_owned(),
    }
}

fn build(app: &AppHandle, label: &str, page: WebviewUrl, title: &str) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, label, page)
        .title(title)
        .inner_size(1280.0, 800.0)
        .min_inner_size(1024.0, 700.0)
        .build()?;
    Ok(())
}

fn to_front(window: &WebviewWindow) -> tauri::Result<()> {
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_call_for_a_flag_is_an_address_of_its_own() {
        let flag = FlagKey::parse("1.10").unwrap();
        let (first, second) = (board_address(Some(&flag)), board_address(Some(&flag)));
        assert!(first.starts_with("/kill-board?window=board&flag=%221.10%22&nth="), "{first}");
        assert_ne!(first, second);
        assert_eq!(board_address(None), "/kill-board?window=board");
    }
}

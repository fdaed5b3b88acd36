//! Links of the scheme `halyard:` from outside: they lead to a window and do nothing else.

use tauri::AppHandle;
use tauri_plugin_deep_link::DeepLinkExt as _;

use crate::{destination::Destination, window};

/// Follows the links that the running app is handed, also those that a second start hands over.
pub(crate) fn listen(app: &AppHandle) {
    let handle = app.clone();
    app.deep_link().on_open_url(move |event| {
        let destination = event.urls().iter().find_map(|url| Destination::from_link(url.as_str()));
        match destination {
            Some(destination) => window::go(&handle, destination),
            None => tracing::info!("a link that leads nowhere was ignored"),
        }
    });
    register_if_not_installed(app);
}

/// Packages register the scheme when they are installed. An AppImage is only a file: it does so when it runs.
fn register_if_not_installed(app: &AppHandle) {
    if cfg!(target_os = "linux") && std::env::var_os("APPIMAGE").is_some() {
        let app = app.clone();
        tauri::async_runtime::spawn_blocking(move || {
            if let Err(error) = app.deep_link().register_all() {
                tracing::info!(%error, "links to the app could not be registered");
            }
        });
    }
}

//! The smallest Tauri window: it ends itself once its page has been shown.
use std::{env, fs};

use tauri::{Listener as _, WebviewUrl, WebviewWindowBuilder};

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .setup(|app| {
            let handle = app.handle().clone();
            app.listen_any("page-shown", move |_| {
                if let Some(file) = env::var_os("HALYARD_SHOWN_FILE") {
                    let _ = fs::write(file, "shown");
                }
                handle.exit(0);
            });
            WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
                .inner_size(1280.0, 800.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}

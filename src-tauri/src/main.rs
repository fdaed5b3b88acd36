//! The desktop shell: reads the arguments, opens the windows, and hands the pages' commands to `admin`.
//! It knows no rule of the domain.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arguments;
mod commands;
mod destination;
mod links;
mod news;
mod notifications;
mod shown;
mod tray;
mod window;

use std::{io, path::PathBuf, process::ExitCode, sync::Arc};

use halyard_admin::{App, AppOptions, default_data_dir};
use halyard_server::DesktopEndpoints;
use tauri::{AppHandle, Manager as _, RunEvent, path::PathResolver};
use tracing_subscriber::EnvFilter;

use crate::{
    arguments::{Arguments, Asked},
    destination::Destination,
};

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Asked::ToRun(arguments) => arguments,
        Asked::ForText(text) => return print(&text, ExitCode::SUCCESS),
        Asked::Wrongly(text) => return print(&text, ExitCode::from(2)),
    };
    let filter =
        EnvFilter::try_from_env("HALYARD_LOG").unwrap_or_else(|_| EnvFilter::new("warn,halyard=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the app could not start");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> tauri::Result<()> {
    let tauri_app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, given, _| started_again(app, given)))
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .invoke_handler(commands::handler())
        .setup(move |tauri_app| {
            // The database starts while the webview does.
            let app = start(tauri_app.path(), &arguments)?;
            tauri_app.manage(app.clone());
            let handle = tauri_app.handle();
            shown::listen(handle, arguments.exit_when_shown);
            window::listen(handle);
            window::open(handle, &arguments.destination)?;
            links::listen(handle);
            notifications::listen(handle);
            tray::show(handle);
            news::follow(handle.clone(), app);
            leave_on_signal(handle.clone());
            Ok(())
        })
        .build(tauri::generate_context!())?;
    tauri_app.run(|handle, event| {
        if matches!(event, RunEvent::Exit) {
            // Stopping the database may take a while. Who starts the app meanwhile wants a window, which this one
            // cannot give any more.
            tauri_plugin_single_instance::destroy(handle);
            let app = handle.state::<App>().inner().clone();
            tauri::async_runtime::block_on(app.shut_down());
        }
    });
    Ok(())
}

/// A second start hands its arguments over and ends; a link among them comes to [`links`].
fn started_again(app: &AppHandle, given: Vec<String>) {
    let given = given.into_iter().skip(1);
    if given.clone().any(|argument| Destination::is_link(&argument)) {
        return;
    }
    if let Asked::ToRun(arguments) = Arguments::parse(given) {
        window::go(app, arguments.destination);
    }
}

/// Opens the workspace that was open last, or the sample workspace where that was asked for and there is none.
fn start(directories: &PathResolver<tauri::Wry>, arguments: &Arguments) -> io::Result<App> {
    let program = concat!("desktop ", env!("CARGO_PKG_VERSION"));
    let options = AppOptions {
        data_dir: default_data_dir(),
        exports_dir: directories.download_dir().or_else(|_| downloads_at_home(directories)).ok(),
        resource_dir: directories.resource_dir().ok(),
        client: program.to_owned(),
        local_endpoints: Some(Arc::new(DesktopEndpoints::new(program))),
    };
    let app = tauri::async_runtime::block_on(async { App::start(options) })?;
    if arguments.explore_sample && !app.has_workspace() {
        let app = app.clone();
        tauri::async_runtime::spawn(async move { app.explore_sample_unasked().await });
    }
    Ok(app)
}

/// Where a desktop does not say where downloads go, they go where all others put them.
fn downloads_at_home(directories: &PathResolver<tauri::Wry>) -> tauri::Result<PathBuf> {
    Ok(directories.home_dir()?.join("Downloads"))
}

/// A polite signal ends the app like closing its window: the embedded database is stopped.
fn leave_on_signal(handle: AppHandle) {
    tauri::async_runtime::spawn(async move {
        match asked_to_leave().await {
            Ok(()) => handle.exit(0),
            Err(error) => tracing::warn!(%error, "signals are not heard"),
        }
    });
}

#[cfg(unix)]
async fn asked_to_leave() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn asked_to_leave() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}

#[expect(clippy::print_stdout, reason = "the answer to --help is what was asked for")]
fn print(text: &str, code: ExitCode) -> ExitCode {
    println!("{text}");
    code
}

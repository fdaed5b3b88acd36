//! `halyard-bridge`: the page in a browser. Serves `ui/dist` and runs the app's commands over
//! HTTP on loopback, so that tests can drive the page in Chromium and its authors can look at it.
//! Prints one line of JSON, `{"url": …}`, when it is ready; ends at SIGINT and SIGTERM.
//!
//! Other pages in the same browser must not reach the app: a command needs the token that only
//! the served page knows, a loopback Host (against DNS rebinding), and JSON as content type
//! (which other origins may not send unasked).

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path as UrlPath, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::post,
};
use halyard_admin::{App, AppOptions, CommandError, ErrorCode, dispatch};
use halyard_server::DesktopEndpoints;
use serde_json::{Value, json};
use tokio::{net::TcpListener, signal};
use tower_http::services::ServeDir;
use uuid::Uuid;

const USAGE: &str = "\
Usage: halyard-bridge [--port N] [--data-dir DIR] [--ui-dir DIR] [--sample] [--no-token]

  --port N        port on 127.0.0.1; 4780 unless given, 0 for any free one
  --data-dir DIR  the app's data directory; the usual one unless given
  --ui-dir DIR    the built page; ui/dist unless given
  --sample        open the sample workspace at once
  --no-token      for Vite's development server, which cannot hand out the token
";

struct Arguments {
    port: u16,
    data_dir: PathBuf,
    ui_dir: PathBuf,
    sample: bool,
    token: Option<String>,
}

impl Arguments {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Arguments {
            port: 4780,
            data_dir: halyard_admin::default_data_dir(),
            ui_dir: Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/dist"),
            sample: false,
            token: Some(Uuid::new_v4().to_string()),
        };
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{name} needs a value"));
            match name.as_str() {
                "--port" => parsed.port = value()?.parse().map_err(|error| format!("--port: {error}"))?,
                "--data-dir" => parsed.data_dir = value()?.into(),
                "--ui-dir" => parsed.ui_dir = value()?.into(),
                "--sample" => parsed.sample = true,
                "--no-token" => parsed.token = None,
                _ => return Err(format!("{name} is not an option")),
            }
        }
        Ok(parsed)
    }
}

#[tokio::main]
#[expect(clippy::print_stderr, reason = "a program for the command line")]
async fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(problem) => {
            eprintln!("{problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("HALYARD_LOG"))
        .with_writer(io::stderr)
        .init();
    match serve(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("halyard-bridge: {error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "the line that callers wait for")]
async fn serve(arguments: Arguments) -> io::Result<()> {
    let Arguments { port, data_dir, ui_dir, sample, token } = arguments;
    let program = concat!("bridge ", env!("CARGO_PKG_VERSION"));
    let app = App::start(AppOptions {
        exports_dir: Some(data_dir.join("downloads")),
        data_dir,
        resource_dir: None,
        client: program.to_owned(),
        local_endpoints: Some(Arc::new(DesktopEndpoints::new(program))),
    })?;
    if sample && !app.has_workspace() {
        app.explore_sample().await;
    }
    let bridge = Arc::new(Bridge { app: app.clone(), token, index: ui_dir.join("index.html") });
    let page = axum::routing::get(page).with_state(Arc::clone(&bridge));
    let files = ServeDir::new(ui_dir).append_index_html_on_directories(false).fallback(page);
    let routes =
        Router::new().route("/command/{name}", post(command)).with_state(bridge).fallback_service(files);

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address: SocketAddr = listener.local_addr()?;
    println!("{}", json!({ "url": format!("http://{address}") }));
    let served = axum::serve(listener, routes).with_graceful_shutdown(stop()).into_future();
    tokio::select! {
        served = served => served?,
        // A page that is still waiting for news must not keep us from leaving.
        () = stop() => {}
    }
    app.shut_down().await;
    Ok(())
}

struct Bridge {
    app: App,
    token: Option<String>,
    index: PathBuf,
}

/// Any other path is a route of the page.
async fn page(State(bridge): State<Arc<Bridge>>, _: Request) -> Response {
    let Ok(page) = tokio::fs::read_to_string(&bridge.index).await else {
        let missing = "The page has not been built: run `npm --prefix ui run build`.";
        return (StatusCode::NOT_FOUND, missing).into_response();
    };
    let token = bridge.token.as_deref().unwrap_or_default();
    let meta = format!("<meta name=\"halyard-token\" content=\"{token}\">\n  </head>");
    ([(header::CACHE_CONTROL, "no-store")], Html(page.replacen("</head>", &meta, 1))).into_response()
}

async fn command(
    State(bridge): State<Arc<Bridge>>,
    UrlPath(name): UrlPath<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !bridge.trusts(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Ok(request) = serde_json::from_slice::<Value>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    match dispatch(&bridge.app, &name, request).await {
        // Some answers hold a key, which nothing may keep.
        Ok(answer) => ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response(),
        Err(error) => (status(&error), Json(error)).into_response(),
    }
}

impl Bridge {
    fn trusts(&self, headers: &HeaderMap) -> bool {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let host = header("host");
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        let from_page = self.token.as_deref().is_none_or(|token| header("x-halyard-token") == token);
        from_page
            && matches!(host, "127.0.0.1" | "localhost" | "[::1]")
            && header("content-type").starts_with("application/json")
    }
}

fn status(error: &CommandError) -> StatusCode {
    match error.code {
        ErrorCode::Invalid | ErrorCode::NoteRequired => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Conflict
        | ErrorCode::AlreadyExists
        | ErrorCode::InUse
        | ErrorCode::Blocked
        | ErrorCode::NoWorkspace
        | ErrorCode::Cancelled => StatusCode::CONFLICT,
        ErrorCode::PermissionDenied | ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        ErrorCode::DatabaseUnavailable | ErrorCode::ReadOnly => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Timeout => StatusCode::GATEWAY_TIMEOUT,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

async fn stop() {
    #[cfg(unix)]
    {
        let Ok(mut terminate) = signal::unix::signal(signal::unix::SignalKind::terminate()) else { return };
        tokio::select! {
            _ = signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = signal::ctrl_c().await;
}

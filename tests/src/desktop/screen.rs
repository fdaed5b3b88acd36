//! A virtual screen with a session bus and a WebDriver server on it, where the app is opened and closed.
#![allow(clippy::expect_used, reason = "a test stops where its machinery fails, and says which part")]

use std::{
    env,
    ffi::OsStr,
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
};

use fantoccini::ClientBuilder;
use serde_json::json;
use tokio::time::timeout;
use zbus::{fdo::DBusProxy, names::OwnedBusName};

use super::{Desktop, LOOK_AGAIN, Notices, PATIENCE, Panel, look_again, target_dir};

/// A child that ends with its owner.
pub(super) struct Process(pub(super) Child);

impl Process {
    pub(super) fn start(command: &mut Command) -> Self {
        let program = command.get_program().to_string_lossy().into_owned();
        Self(command.spawn().unwrap_or_else(|error| panic!("{program} did not start: {error}")))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The embedded database of the app. Ending a WebDriver session kills the app, which then cannot stop it.
struct Database {
    pid_file: PathBuf,
}

impl Database {
    /// Shuts the server down as the app would, and waits until it is gone.
    #[expect(clippy::disallowed_methods, reason = "looks for a condition, in a drop that cannot await")]
    fn stop(&self) {
        let Ok(text) = std::fs::read_to_string(&self.pid_file) else { return };
        let Some(pid) = text.lines().next().filter(|pid| pid.parse::<u32>().is_ok()) else { return };
        // SIGINT is Postgres's fast shutdown.
        let _ = Command::new("kill").args(["-INT", pid]).status();
        let deadline = std::time::Instant::now() + PATIENCE;
        while self.pid_file.exists() && std::time::Instant::now() < deadline {
            std::thread::sleep(LOOK_AGAIN);
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.database.stop();
    }
}

/// A virtual screen with a session bus and a WebDriver server on it; the app is opened and closed on it.
pub struct Screen {
    driver_port: u16,
    database: Database,
    display: String,
    bus_address: String,
    data_dir: PathBuf,
    // Dropped in this order: the driver takes the app with it, then bus and screen.
    _driver: Process,
    _bus: Process,
    _xvfb: Process,
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::new(());

impl Screen {
    /// Starts a screen for an app whose data is in `data_dir`, with further environment variables.
    ///
    /// One screen at a time: several apps at once would make each other late.
    pub fn start(data_dir: &Path, environment: &[(&str, &str)]) -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let (xvfb, display) = start_and_read_line(Command::new("Xvfb").args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1940x1200x24",
            "-nolisten",
            "tcp",
        ]));
        let (bus, address) = start_and_read_line(Command::new("dbus-daemon").args([
            "--session",
            "--nofork",
            "--nopidfile",
            "--print-address=1",
        ]));
        let driver_port = free_port();
        let driver = Process::start(
            Command::new("WebKitWebDriver")
                .arg(format!("--port={driver_port}"))
                .env("DISPLAY", format!(":{display}"))
                .env("DBUS_SESSION_BUS_ADDRESS", &address)
                .env("TAURI_WEBVIEW_AUTOMATION", "true")
                .env("NO_AT_BRIDGE", "1")
                .env("HALYARD_DATA_DIR", data_dir)
                // Where WebKit keeps the page's storage: it must not be shared between tests.
                .env("XDG_DATA_HOME", data_dir.join("xdg-data"))
                .env("XDG_CONFIG_HOME", data_dir.join("xdg-config"))
                .env("XDG_CACHE_HOME", data_dir.join("xdg-cache"))
                .envs(environment.iter().copied())
                .stdin(Stdio::null())
                .stdout(Stdio::null()),
        );
        let database = Database { pid_file: data_dir.join("postgres/cluster/postmaster.pid") };
        Self {
            driver_port,
            database,
            display: format!(":{display}"),
            bus_address: address,
            data_dir: data_dir.to_owned(),
            _driver: driver,
            _bus: bus,
            _xvfb: xvfb,
            _turn: turn,
        }
    }

    /// Gives the screen a panel with a tray, which it does not have by itself.
    pub async fn panel(&self) -> Panel {
        Panel::start(&self.bus_address).await
    }

    /// Gives the screen something that shows notifications, which it does not have by itself.
    pub async fn notices(&self) -> Notices {
        Notices::start(&self.bus_address).await
    }

    /// Starts the app once more, which hands its arguments to the one that runs and ends.
    pub async fn start_again(&self, arguments: &[&str]) {
        let mut again = Process::start(
            Command::new(app_binary())
                .args(arguments)
                .env("DISPLAY", &self.display)
                .env("DBUS_SESSION_BUS_ADDRESS", &self.bus_address)
                .env("HALYARD_DATA_DIR", &self.data_dir)
                .stdin(Stdio::null())
                .stdout(Stdio::null()),
        );
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            if let Some(status) = again.0.try_wait().expect("its state") {
                assert!(status.success(), "the second start ended with {status}");
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "the second start did not end");
            look_again().await;
        }
    }

    /// Opens the app and waits for its page.
    pub async fn open<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Desktop {
        let arguments: Vec<String> =
            arguments.iter().map(|argument| argument.as_ref().to_string_lossy().into_owned()).collect();
        let mut capabilities = serde_json::Map::new();
        capabilities.insert(
            "webkitgtk:browserOptions".to_owned(),
            json!({ "binary": app_binary(), "args": arguments }),
        );
        // A command of the app that is asked by a script may take as long as anything else.
        capabilities.insert("timeouts".to_owned(), json!({ "script": PATIENCE.as_millis() as u64 }));
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(capabilities);
        let address = format!("http://127.0.0.1:{}", self.driver_port);
        self.until_no_app_runs().await;
        let connected = async {
            // The driver listens a moment after it was started.
            loop {
                match builder.connect(&address).await {
                    Ok(client) => return Desktop::new(client),
                    Err(_) => look_again().await,
                }
            }
        };
        // The driver waits for ever for an app that ended before it had a page.
        timeout(PATIENCE, connected).await.expect("the app opens a window")
    }

    /// The app that was closed last may be on its way out still; another one would hand its arguments to it and end.
    async fn until_no_app_runs(&self) {
        let bus = zbus::connection::Builder::address(self.bus_address.as_str()).expect("an address");
        let bus = bus.build().await.expect("the session bus");
        let bus = DBusProxy::new(&bus).await.expect("the bus itself");
        let gone = async {
            let runs = |name: &OwnedBusName| name.ends_with(".SingleInstance");
            while bus.list_names().await.expect("who is on the bus").iter().any(runs) {
                look_again().await;
            }
        };
        timeout(PATIENCE, gone).await.expect("the app that was closed is gone");
    }
}

/// The built app: `HALYARD_APP`, or the one beside the tests.
fn app_binary() -> PathBuf {
    let binary = env::var_os("HALYARD_APP").map_or_else(|| target_dir().join("debug/halyard"), PathBuf::from);
    assert!(binary.exists(), "{} is missing: run `cargo build -p halyard` first", binary.display());
    binary
}

/// Starts a program that prints one line when it is ready (an address, a display number).
fn start_and_read_line(command: &mut Command) -> (Process, String) {
    let mut process =
        Process::start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()));
    let output = process.0.stdout.take().expect("its output");
    let mut reader = BufReader::new(output);
    let mut line = String::new();
    reader.read_line(&mut line).expect("one line");
    // It must be able to go on writing.
    std::thread::spawn(move || reader.read_to_end(&mut Vec::new()));
    (process, line.trim().to_owned())
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

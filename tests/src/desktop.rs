//! The real app in a real window: Xvfb, a session bus, WebKitWebDriver, and the built binary.
//!
//! Everything started here is ended by its process id when the [`Desktop`] is dropped.
#![allow(clippy::expect_used, reason = "a test stops where its machinery fails, and says which part")]

use std::{
    env,
    ffi::OsStr,
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
    elements::Element,
};
use serde_json::json;

/// How long a condition may take before the test says that it did not come about. Generous: two cores
/// may be busy with other tests, and a condition that holds is seen at once.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A child that ends with its owner.
struct Process(Child);

impl Process {
    fn start(command: &mut Command) -> Self {
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
    fn stop(&self) {
        let Ok(text) = std::fs::read_to_string(&self.pid_file) else { return };
        let Some(pid) = text.lines().next().filter(|pid| pid.parse::<u32>().is_ok()) else { return };
        // SIGINT is Postgres's fast shutdown.
        let _ = Command::new("kill").args(["-INT", pid]).status();
        let deadline = std::time::Instant::now() + PATIENCE;
        while self.pid_file.exists() && std::time::Instant::now() < deadline {
            std::thread::yield_now();
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
    // Dropped in this order: the driver takes the app with it, then bus and screen.
    _driver: Process,
    _bus: Process,
    _xvfb: Process,
}

impl Screen {
    /// Starts a screen for an app whose data is in `data_dir`, with further environment variables.
    pub fn start(data_dir: &Path, environment: &[(&str, &str)]) -> Self {
        let (xvfb, display) = start_and_read_line(Command::new("Xvfb").args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1400x900x24",
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
                .env("DBUS_SESSION_BUS_ADDRESS", address)
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
        Self { driver_port, database, _driver: driver, _bus: bus, _xvfb: xvfb }
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
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(capabilities);
        let address = format!("http://127.0.0.1:{}", self.driver_port);
        let deadline = tokio::time::Instant::now() + PATIENCE;
        // The driver listens a moment after it was started.
        loop {
            match builder.connect(&address).await {
                Ok(client) => return Desktop { client },
                Err(error) => assert!(tokio::time::Instant::now() < deadline, "no session: {error}"),
            }
            look_again().await;
        }
    }
}

/// The open app. Elements are found the way people find them: by role and name where it can be.
pub struct Desktop {
    client: Client,
}

impl Desktop {
    /// The WebDriver session, for what has no shorthand here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Opens the page at an address such as `#/audit`, as a link would.
    pub async fn go_to(&self, hash: &str) {
        self.run("location.hash = arguments[0]", hash).await;
    }

    /// Closes the window and with it the app; the screen can open it again.
    pub async fn close(self) {
        self.client.close().await.expect("the window closes");
    }

    /// Waits for the first element that matches the CSS selector.
    pub async fn find(&self, css: &str) -> Element {
        self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await.unwrap_or_else(|error| {
            panic!("there is no {css}: {error}");
        })
    }

    /// Waits for an element by XPath.
    pub async fn find_xpath(&self, xpath: &str) -> Element {
        self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(xpath)).await.unwrap_or_else(
            |error| {
                panic!("there is no {xpath}: {error}");
            },
        )
    }

    /// Waits until nothing matches the CSS selector.
    pub async fn gone(&self, css: &str) {
        self.holds(&format!("{css} is gone"), "return document.querySelector(arguments[0]) === null", css)
            .await;
    }

    /// Waits until the page's text contains `words`.
    pub async fn sees(&self, words: &str) {
        self.holds(
            &format!("the page shows “{words}”"),
            "return document.body.innerText.includes(arguments[0])",
            words,
        )
        .await;
    }

    /// Waits until the page's text contains `words` no more.
    pub async fn no_longer_sees(&self, words: &str) {
        self.holds(
            &format!("the page no longer shows “{words}”"),
            "return !document.body.innerText.includes(arguments[0])",
            words,
        )
        .await;
    }

    /// Waits until a script that takes one argument returns true.
    pub async fn holds(&self, what: &str, script: &str, argument: &str) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            if self
                .client
                .execute(script, vec![json!(argument)])
                .await
                .is_ok_and(|answer| answer == json!(true))
            {
                return;
            }
            if tokio::time::Instant::now() > deadline {
                self.screenshot("failed").await;
                panic!("did not come about: {what}\nThe page shows:\n{}", self.text().await);
            }
            look_again().await;
        }
    }

    /// Clicks what the CSS selector finds, as soon as it can be clicked.
    pub async fn click(&self, css: &str) {
        self.click_located(Locator::Css(css), css).await;
    }

    /// Clicks what the XPath finds, as soon as it can be clicked.
    pub async fn click_xpath(&self, xpath: &str) {
        self.click_located(Locator::XPath(xpath), xpath).await;
    }

    /// Clicks the button whose text contains `words`.
    pub async fn click_button(&self, words: &str) {
        self.click_xpath(&format!("//button[contains(normalize-space(), '{words}')]")).await;
    }

    /// Clicks the link with exactly this text.
    pub async fn click_link(&self, words: &str) {
        self.click_xpath(&format!("(//a[normalize-space()='{words}'])[last()]")).await;
    }

    /// Clicks the innermost element of a kind (an XPath node test) whose text contains `words`.
    pub async fn click_text(&self, node: &str, words: &str) {
        self.click_xpath(&format!("(//{node}[contains(normalize-space(), '{words}')])[last()]")).await;
    }

    // An element may be replaced or covered between finding and clicking it: look again.
    async fn click_located(&self, locator: Locator<'_>, what: &str) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let clicked = match self.client.find(locator).await {
                Ok(element) => element.click().await,
                Err(error) => Err(error),
            };
            match clicked {
                Ok(()) => return,
                Err(error) if tokio::time::Instant::now() > deadline => {
                    self.screenshot("failed").await;
                    panic!("{what} could not be clicked: {error}\n{}", self.text().await);
                }
                Err(_) => look_again().await,
            }
        }
    }

    /// Focuses what the CSS selector finds.
    pub async fn focus(&self, css: &str) {
        self.find(css).await;
        self.run("document.querySelector(arguments[0]).focus()", css).await;
    }

    /// Selects all of a text box and types over it.
    pub async fn replace_text(&self, css: &str, text: &str) {
        let element = self.find(css).await;
        self.run("const box = document.querySelector(arguments[0]); box.focus(); box.select?.()", css).await;
        element.send_keys(text).await.unwrap_or_else(|error| panic!("{css} takes no text: {error}"));
    }

    /// Types into the box with this label.
    pub async fn type_into_label(&self, label: &str, text: &str) {
        let xpath = format!("//input[@id=//label[starts-with(normalize-space(), '{label}')]/@for]");
        let element = self.find_xpath(&xpath).await;
        element.send_keys(text).await.unwrap_or_else(|error| panic!("{label} takes no text: {error}"));
    }

    /// Holds the primary button over an element for longer than a hold takes, then lets go.
    pub async fn hold(&self, xpath: &str) {
        let element = self.find_xpath(xpath).await;
        let mouse = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 })
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::Pause { duration: Duration::from_millis(1_200) })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(mouse).await.expect("the button is held");
    }

    /// Drags one element onto another with the mouse, in several moves as a hand does.
    pub async fn drag(&self, from: &str, to: &str) {
        let from = self.centre(from).await;
        let to = self.centre(to).await;
        let mut mouse = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveTo { duration: None, x: from.0, y: from.1 })
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT });
        for step in 1..=12 {
            let part = f64::from(step) / 12.0;
            mouse = mouse.then(PointerAction::MoveTo {
                duration: Some(Duration::from_millis(30)),
                x: from.0 + (to.0 - from.0) * part,
                // A little beyond, so that the places change.
                y: from.1 + (to.1 - from.1) * part * 1.1,
            });
        }
        mouse = mouse.then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(mouse).await.expect("the mouse drags");
        // What was dropped glides to its place, and takes the keys until it is there.
        self.gone("[data-dnd-dragging], [data-dnd-dropping]").await;
    }

    async fn centre(&self, css: &str) -> (f64, f64) {
        let (x, y, width, height) = self.find(css).await.rectangle().await.expect("it has a place");
        (x + width / 2.0, y + height / 2.0)
    }

    async fn run(&self, script: &str, argument: &str) {
        self.client
            .execute(script, vec![json!(argument)])
            .await
            .unwrap_or_else(|error| panic!("{script} failed on {argument}: {error}"));
    }

    /// What the page shows as text.
    pub async fn text(&self) -> String {
        let text = self.client.execute("return document.body.innerText", vec![]).await;
        text.ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Presses and releases a chord such as `[Alt, ArrowDown]` on what has the focus.
    pub async fn press(&self, keys: &[char]) {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for &value in keys {
            actions = actions.then(KeyAction::Down { value });
        }
        for &value in keys.iter().rev() {
            actions = actions.then(KeyAction::Up { value });
        }
        self.client.perform_actions(actions).await.expect("the keys are pressed");
    }

    /// Saves what the window shows as `target/screenshots/<name>.png`.
    pub async fn screenshot(&self, name: &str) {
        let folder = target_dir().join("screenshots");
        std::fs::create_dir_all(&folder).expect("a folder for the screenshots");
        let picture = self.client.screenshot().await.expect("a screenshot");
        std::fs::write(folder.join(format!("{name}.png")), picture).expect("the screenshot is saved");
    }
}

/// The built app: `HALYARD_APP`, or the one beside the tests.
fn app_binary() -> PathBuf {
    let binary = env::var_os("HALYARD_APP").map_or_else(|| target_dir().join("debug/halyard"), PathBuf::from);
    assert!(binary.exists(), "{} is missing: run `cargo build -p halyard` first", binary.display());
    binary
}

fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from)
        .canonicalize()
        .expect("the target directory")
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

/// Between two looks at a condition.
async fn look_again() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

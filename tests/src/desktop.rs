//! The real app in a real window: Xvfb, a session bus, WebKitWebDriver, and the built binary.
//!
//! Everything started here is ended by its process id when the [`Desktop`] is dropped.
#![allow(clippy::expect_used, reason = "a test stops where its machinery fails, and says which part")]

mod notices;
mod panel;
mod screen;
mod server;

use std::{
    env,
    path::{Path, PathBuf},
    time::Duration,
};

use fantoccini::{
    Client, Locator,
    actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
    elements::Element,
    error::CmdError,
};
use serde_json::{Value, json};

pub use notices::{Notice, Notices};
pub use panel::Panel;
pub use screen::Screen;
pub use server::Server;

/// How long a condition may take before the test says that it did not come about. Generous: two cores
/// may be busy with other tests, and a condition that holds is seen at once.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// The open app. Elements are found the way people find them: by role and name where it can be.
pub struct Desktop {
    client: Client,
}

impl Desktop {
    fn new(client: Client) -> Self {
        Self { client }
    }

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
        self.find_located(Locator::Css(css), css).await
    }

    /// Waits for an element by XPath.
    pub async fn find_xpath(&self, xpath: &str) -> Element {
        self.find_located(Locator::XPath(xpath), xpath).await
    }

    async fn find_located(&self, locator: Locator<'_>, what: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(locator).await;
        match found {
            Ok(element) => element,
            Err(error) => {
                self.screenshot("failed").await;
                panic!("there is no {what}: {error}\nThe page shows:\n{}", self.text().await);
            }
        }
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
                Ok(element) => click_at_rest(&element).await,
                Err(error) => Err(error),
            };
            match clicked {
                Ok(true) => return,
                outcome if tokio::time::Instant::now() > deadline => {
                    self.screenshot("failed").await;
                    panic!("{what} could not be clicked: {outcome:?}\n{}", self.text().await);
                }
                _ => look_again().await,
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

    /// Holds the primary button over an element until the page has had enough of it, then lets go.
    pub async fn hold(&self, xpath: &str) {
        let element = self.find_xpath(xpath).await;
        let mouse = || MouseActions::new("mouse".to_owned());
        self.watch_hold().await;
        let down = mouse()
            .then(PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 })
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(down).await.expect("the button is pressed");
        self.hold_is_over().await;
        let up = mouse().then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(up).await.expect("the button is let go");
    }

    /// The same with a key on what has the focus.
    pub async fn hold_key(&self, value: char) {
        let keys = || KeyActions::new("keyboard".to_owned());
        self.watch_hold().await;
        let down = keys().then(KeyAction::Down { value });
        self.client.perform_actions(down).await.expect("the key is pressed");
        self.hold_is_over().await;
        self.client.perform_actions(keys().then(KeyAction::Up { value })).await.expect("the key is let go");
    }

    // The page measures a hold by its own clock, and may be late to notice the press: no fixed time is long enough.
    async fn watch_hold(&self) {
        let script = "window.holdIsOver = false; let began = false; \
             const look = () => { \
                 if (document.querySelector('[data-holding=true]')) began = true; \
                 else if (began) window.holdIsOver = true; \
             }; \
             new MutationObserver(look).observe(document.body, \
                 { subtree: true, childList: true, attributes: true, attributeFilter: ['data-holding'] })";
        self.run(script, "").await;
    }

    async fn hold_is_over(&self) {
        self.holds("the hold is over", "return window.holdIsOver === true", "").await;
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

    /// Shows the page light or dark, as if that had been chosen in another window.
    pub async fn use_theme(&self, theme: &str) {
        let script = "const [key, newValue] = ['halyard.theme', arguments[0]]; \
             localStorage.setItem(key, newValue); \
             dispatchEvent(new StorageEvent('storage', { key, newValue, storageArea: localStorage }))";
        self.run(script, theme).await;
        self.find(&format!("html[data-mantine-color-scheme='{theme}']")).await;
    }

    /// Asks one of the app's commands as the page does.
    pub async fn command(&self, name: &str, request: Value) -> Value {
        self.try_command(name, request).await.unwrap_or_else(|problem| panic!("{name}: {problem}"))
    }

    /// The same, for one that may be refused.
    ///
    /// # Errors
    /// What the shell answered instead of a result.
    pub async fn try_command(&self, name: &str, request: Value) -> Result<Value, Value> {
        let script = "const [name, request, done] = arguments; \
             window.__TAURI_INTERNALS__.invoke(name, { request }) \
                 .then((result) => done({ result }), (problem) => done({ problem }));";
        let answer = self.client.execute_async(script, vec![json!(name), request]).await;
        let answer = answer.unwrap_or_else(|error| panic!("{name} was not asked: {error}"));
        match answer.get("problem") {
            Some(problem) => Err(problem.clone()),
            None => Ok(answer["result"].clone()),
        }
    }

    /// Asks a command until its answer is as wanted.
    pub async fn becomes(&self, what: &str, name: &str, request: Value, wanted: impl Fn(&Value) -> bool) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let answer = self.command(name, request.clone()).await;
            if wanted(&answer) {
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "did not come about: {what}\n{answer}");
            look_again().await;
        }
    }

    /// Waits for a second window and goes on there.
    pub async fn switch_to_other_window(&self) {
        let here = self.client.window().await.expect("a window");
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let windows = self.client.windows().await.expect("the windows");
            if let Some(other) = windows.into_iter().find(|window| *window != here) {
                return self.client.switch_to_window(other).await.expect("the other window");
            }
            assert!(tokio::time::Instant::now() < deadline, "no other window was opened");
            look_again().await;
        }
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

/// Clicks an element that stands still, and says whether it did: what comes above it pushes it away from under the
/// pointer, and the click would go to whatever is there instead.
async fn click_at_rest(element: &Element) -> Result<bool, CmdError> {
    let before = element.rectangle().await?;
    look_again().await;
    if element.rectangle().await? != before {
        return Ok(false);
    }
    element.click().await.map(|()| true)
}

fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from)
        .canonicalize()
        .expect("the target directory")
}

/// Between two looks at a condition.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

async fn look_again() {
    tokio::time::sleep(LOOK_AGAIN).await;
}

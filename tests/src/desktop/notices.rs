//! The notifications of a desktop environment (`org.freedesktop.Notifications`): keeps what apps ask it to show, and
//! tells them of clicks.
#![allow(clippy::expect_used, reason = "a test stops where its machinery fails, and says which part")]

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use zbus::{Connection, connection, interface, zvariant::OwnedValue};

use super::{PATIENCE, look_again};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// What one notification says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The line that stands out.
    pub summary: String,
    /// The text below it, with the markup that the desktops of Linux read.
    pub body: String,
    /// Whether a click on it is told to the app.
    pub can_be_clicked: bool,
}

/// Shows the notifications of a screen; dropping it takes it off the bus.
pub struct Notices {
    connection: Connection,
    shown: Shown,
}

type Shown = Arc<Mutex<Vec<Notice>>>;

struct Daemon {
    shown: Shown,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Daemon {
    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body", "body-markup"].map(str::to_owned).to_vec()
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let [name, vendor, version, specification] = ["notices", "halyard", "1", "1.2"].map(str::to_owned);
        (name, vendor, version, specification)
    }

    /// Answers with the notification's number, from 1.
    #[allow(clippy::too_many_arguments, reason = "so many has the specification")]
    fn notify(
        &self,
        _app: &str,
        _replaces: u32,
        _icon: &str,
        summary: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expires: i32,
    ) -> u32 {
        let can_be_clicked = actions.iter().step_by(2).any(|action| action == "default");
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.push(Notice { summary, body, can_be_clicked });
        u32::try_from(shown.len()).expect("few notifications")
    }

    fn close_notification(&self, _id: u32) {}
}

impl Notices {
    pub(super) async fn start(bus_address: &str) -> Self {
        let shown = Shown::default();
        let connection = connection::Builder::address(bus_address)
            .and_then(|bus| bus.serve_at(PATH, Daemon { shown: shown.clone() }))
            .and_then(|bus| bus.name(NAME))
            .expect("notifications")
            .build()
            .await
            .expect("notifications on the session bus");
        Self { connection, shown }
    }

    /// Everything shown so far, oldest first.
    pub fn shown(&self) -> Vec<Notice> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until so many are shown, and gives them.
    pub async fn until(&self, count: usize) -> Vec<Notice> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let shown = self.shown();
            if shown.len() >= count {
                return shown;
            }
            assert!(tokio::time::Instant::now() < deadline, "{count} were expected: {shown:#?}");
            look_again().await;
        }
    }

    /// Clicks the `nth` notification, from 0.
    pub async fn click(&self, nth: usize) {
        let id = u32::try_from(nth + 1).expect("few notifications");
        self.connection
            .emit_signal(None::<&str>, PATH, NAME, "ActionInvoked", &(id, "default"))
            .await
            .expect("the click is told");
    }
}

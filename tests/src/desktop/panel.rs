//! The panel of a desktop environment, as far as an app meets it on the session bus: it takes icons for its tray
//! (`org.kde.StatusNotifierWatcher`), reads the menu behind one, and chooses from it (`com.canonical.dbusmenu`).
#![allow(clippy::expect_used, reason = "a test stops where its machinery fails, and says which part")]

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use zbus::{
    Connection, Proxy, connection, fdo, interface,
    message::Header,
    names::BusName,
    proxy::{self, CacheProperties},
    zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value},
};

use super::{PATIENCE, look_again};

const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";
/// The entry of a menu that holds all others.
const ROOT: i32 = 0;

/// A running panel; dropping it takes it off the bus.
pub struct Panel {
    connection: Connection,
    icons: Icons,
}

/// An app's icon: who shows it, and where it is described.
#[derive(Clone)]
struct Icon {
    owner: String,
    path: String,
}

type Icons = Arc<Mutex<Vec<Icon>>>;

/// What apps register their icons with.
struct Watcher {
    icons: Icons,
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    /// Takes an icon; its description is at a path of the caller, or at the usual one of a named service.
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
        let caller = header.sender().map(ToString::to_string).unwrap_or_default();
        let icon = if service.starts_with('/') {
            Icon { owner: caller, path: service.to_owned() }
        } else {
            Icon { owner: service.to_owned(), path: "/StatusNotifierItem".to_owned() }
        };
        self.icons.lock().unwrap_or_else(PoisonError::into_inner).push(icon);
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        let icons = self.icons.lock().unwrap_or_else(PoisonError::into_inner);
        icons.iter().map(|Icon { owner, path }| format!("{owner}{path}")).collect()
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// A layout as the menu gives it: its revision, then an entry with its properties and the entries in it.
type Layout = (u32, (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>));

impl Panel {
    pub(super) async fn start(bus_address: &str) -> Self {
        let icons = Icons::default();
        let connection = connection::Builder::address(bus_address)
            .and_then(|bus| bus.serve_at("/StatusNotifierWatcher", Watcher { icons: icons.clone() }))
            .and_then(|bus| bus.name("org.kde.StatusNotifierWatcher"))
            .expect("a panel")
            .build()
            .await
            .expect("a panel on the session bus");
        Self { connection, icons }
    }

    /// What the menu behind the newest icon says, from top to bottom, separators left out. Empty while there is no
    /// icon.
    pub async fn menu(&self) -> Vec<String> {
        let entries = self.entries().await.unwrap_or_default();
        entries.into_iter().map(|(_, label)| label).collect()
    }

    /// Waits until the menu is as wanted.
    pub async fn shows(&self, what: &str, wanted: impl Fn(&[String]) -> bool) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let menu = self.menu().await;
            if wanted(&menu) {
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "the tray's menu: {what}\n{menu:#?}");
            look_again().await;
        }
    }

    /// Waits for an entry with exactly this text and chooses it, as a click would.
    pub async fn choose(&self, entry: &str) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            // The menu may become another between reading it and choosing: then its entries have other numbers.
            match self.try_to_choose(entry).await {
                Ok(true) => return,
                outcome => {
                    let late = tokio::time::Instant::now() > deadline;
                    assert!(!late, "“{entry}” cannot be chosen: {outcome:?}\n{:#?}", self.menu().await);
                }
            }
            look_again().await;
        }
    }

    async fn try_to_choose(&self, entry: &str) -> zbus::Result<bool> {
        let entries = self.entries().await?;
        let Some((id, _)) = entries.into_iter().find(|(_, label)| label == entry) else { return Ok(false) };
        let Some(menu) = self.menu_of_newest().await? else { return Ok(false) };
        menu.call_method("Event", &(id, "clicked", Value::from(0), 0_u32)).await?;
        Ok(true)
    }

    /// Waits until the app that showed the newest icon has left the bus.
    pub async fn sees_the_app_leave(&self) {
        let icon = self.newest().expect("an icon");
        let bus = fdo::DBusProxy::new(&self.connection).await.expect("the bus itself");
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let owner = BusName::try_from(icon.owner.as_str()).expect("a name on the bus");
            if !bus.name_has_owner(owner).await.expect("who is on the bus") {
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "the app is still there");
            look_again().await;
        }
    }

    fn newest(&self) -> Option<Icon> {
        self.icons.lock().unwrap_or_else(PoisonError::into_inner).last().cloned()
    }

    /// The number and text of every entry that has a text.
    async fn entries(&self) -> zbus::Result<Vec<(i32, String)>> {
        let Some(menu) = self.menu_of_newest().await? else { return Ok(Vec::new()) };
        let all_properties: &[&str] = &[];
        let layout: Layout = menu.call("GetLayout", &(ROOT, 1_i32, all_properties)).await?;
        let (_, (_, _, entries)) = layout;
        let mut read = Vec::new();
        for entry in entries {
            let (id, mut properties, _): (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>) =
                Value::from(entry).try_into()?;
            if let Some(label) = properties.remove("label") {
                read.push((id, String::try_from(label)?));
            }
        }
        Ok(read)
    }

    async fn menu_of_newest(&self) -> zbus::Result<Option<Proxy<'static>>> {
        let Some(Icon { owner, path }) = self.newest() else { return Ok(None) };
        let path = ObjectPath::try_from(path)?;
        let icon: Proxy<'_> = proxy::Builder::new(&self.connection)
            .destination(owner.clone())?
            .path(path)?
            .interface(ITEM)?
            // Asked anew each time: the icon may come to have another menu.
            .cache_properties(CacheProperties::No)
            .build()
            .await?;
        let menu: OwnedObjectPath = icon.get_property("Menu").await?;
        Proxy::new(&self.connection, owner, menu, MENU).await.map(Some)
    }
}

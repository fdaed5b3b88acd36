//! The open workspace: its database, live configuration, and embedded server if it has one.

pub(crate) mod connection;
mod embedded;
pub(crate) mod endpoint;
pub(crate) mod info;
pub(crate) mod opening;
pub(crate) mod passwords;
pub(crate) mod person;
pub(crate) mod remembered;
mod sample;

use std::{
    sync::{PoisonError, RwLock},
    time::Duration,
};

use halyard_evaluator::LiveConfiguration;
use halyard_store::{Author, Store, customer_source::ResolvedSource, roles::Rights};
use tokio::time::timeout;
use uuid::Uuid;

use self::{
    endpoint::Endpoint,
    info::{RememberedWorkspace, WorkspaceInfo, WorkspaceKind},
    remembered::Record,
};
use crate::{
    CommandError,
    audit::verification::Verification,
    counting::Counting,
    disclosure::Disclosures,
    evaluation_log::Erasing,
    kill::{attempts::Kills, effect::Logs},
    reach::ReachCache,
};

pub use self::{embedded::EmbeddedServer, sample::prepare_sample};

/// How long closing waits for queries that are still running.
const CLOSING: Duration = Duration::from_secs(2);

/// How long asking for rights may delay the page's frame.
const RIGHTS: Duration = Duration::from_millis(500);

/// How long reading the tenant's tables may take while somebody waits.
pub(crate) const TENANT_DEADLINE: Duration = Duration::from_secs(30);

/// An open workspace.
#[derive(Debug)]
pub(crate) struct Workspace {
    record: RwLock<Record>,
    client: String,
    role: String,
    server_version: String,
    rights: RwLock<Rights>,
    host: String,
    port: u16,
    database: String,
    store: Store,
    live: LiveConfiguration,
    endpoint: Endpoint,
    reach: ReachCache,
    counting: Counting,
    disclosures: Disclosures,
    verification: Verification,
    kills: Kills,
    logs: Logs,
    erasing: Erasing,
    embedded: Option<EmbeddedServer>,
}

impl Workspace {
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn live(&self) -> &LiveConfiguration {
        &self.live
    }

    pub(crate) fn erasing(&self) -> &Erasing {
        &self.erasing
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(crate) fn reach(&self) -> &ReachCache {
        &self.reach
    }

    /// Where customers live, as found in the catalogue just now.
    ///
    /// # Errors
    /// `not_found` when nobody has chosen yet.
    pub(crate) async fn source(&self) -> Result<ResolvedSource, CommandError> {
        self.store.resolved_source().await?.ok_or_else(CommandError::no_customer_source)
    }

    pub(crate) fn counting(&self) -> &Counting {
        &self.counting
    }

    pub(crate) fn verification(&self) -> &Verification {
        &self.verification
    }

    pub(crate) fn kills(&self) -> &Kills {
        &self.kills
    }

    pub(crate) fn logs(&self) -> &Logs {
        &self.logs
    }

    /// The key of a flag that was asked for by id or key, as far as the live configuration knows it.
    pub(crate) fn key_of(&self, flag: &str) -> String {
        let Ok(id) = Uuid::parse_str(flag) else { return flag.to_owned() };
        let snapshot = self.live.snapshot();
        let found = snapshot.flags().find(|(_, known)| known.id == id).map(|(key, _)| key.to_owned());
        found.unwrap_or_else(|| flag.to_owned())
    }

    /// The lists of customers that were opened.
    pub(crate) fn disclosures(&self) -> &Disclosures {
        &self.disclosures
    }

    /// Who makes a change now, and why.
    pub(crate) fn author(&self, note: Option<&str>) -> Author {
        let actor = self.record().actor.unwrap_or_else(person::suggested);
        Author::new(actor, self.client.as_str()).with_note(note.unwrap_or_default())
    }

    /// What the database role may do, as far as is known.
    pub(crate) fn rights(&self) -> Rights {
        self.rights.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks the database again, while it is there: somebody may have been granted something.
    pub(crate) async fn refresh_rights(&self) {
        if !self.live.state().borrow().connected {
            return;
        }
        if let Ok(Ok(rights)) = timeout(RIGHTS, self.store.rights()).await {
            *self.rights.write().unwrap_or_else(PoisonError::into_inner) = rights;
        }
    }

    pub(crate) fn record(&self) -> Record {
        self.record.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn change_record(&self, change: impl FnOnce(&mut Record)) {
        change(&mut self.record.write().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn info(&self) -> WorkspaceInfo {
        let Record { id, name, kind, .. } = self.record();
        WorkspaceInfo {
            id,
            name,
            kind,
            host: self.host.clone(),
            port: self.port,
            database: self.database.clone(),
            role: self.role.clone(),
            server_version: self.server_version.clone(),
        }
    }

    /// Waits until the database has been known to be gone for so long.
    pub(crate) async fn cut_off_for(&self, time: Duration) {
        let mut state = self.live.state();
        loop {
            if state.wait_for(|state| !state.connected).await.is_err() {
                return std::future::pending().await;
            }
            let came_back = timeout(time, state.wait_for(|state| state.connected)).await;
            if came_back.is_err() {
                return;
            }
        }
    }

    /// Stops trying to kill, stops the local endpoint, ends its connections and stops the embedded server.
    pub(crate) async fn close(&self) {
        self.kills.call_off_all();
        self.endpoint.close().await;
        self.verification.cancel();
        if timeout(CLOSING, self.store.close()).await.is_err() {
            tracing::info!("closing a workspace while queries are running");
        }
        if let Some(embedded) = &self.embedded {
            embedded.stop().await;
        }
    }
}

impl WorkspaceInfo {
    /// What is known of a workspace that is not open.
    pub(crate) fn before_opening(record: &Record) -> Self {
        let server = record.server.clone();
        let (host, port, database, role) = match server {
            Some(server) => (server.host, server.port, server.database, server.user),
            None => ("localhost".to_owned(), 0, String::new(), String::new()),
        };
        let Record { id, name, kind, .. } = record.clone();
        WorkspaceInfo { id, name, kind, host, port, database, role, server_version: String::new() }
    }
}

impl From<&Record> for RememberedWorkspace {
    fn from(record: &Record) -> Self {
        let WorkspaceInfo { id, name, kind, host, database, .. } = WorkspaceInfo::before_opening(record);
        let host = if kind == WorkspaceKind::Embedded { "this computer".to_owned() } else { host };
        RememberedWorkspace { id, name, kind, host, database }
    }
}

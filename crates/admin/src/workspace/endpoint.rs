//! The workspace's local endpoint: off, served, or kept from being served by something that is said.

use std::{io, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use halyard_evaluator::LiveConfiguration;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::{
    CommandError, ErrorCode,
    local_endpoint::{LocalEndpoint, LocalEndpoints},
};

/// Where it is served unless the person chose.
const DEFAULT_PORT: u16 = 8484;

/// How long stopping may take: requests that run, and what is still to be logged.
const STOPPING: Duration = Duration::from_secs(3);

/// What a person chose, remembered with the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EndpointSetting {
    /// Whether it is served while the workspace is open.
    pub(crate) enabled: bool,
    /// On loopback.
    pub(crate) port: u16,
}

impl Default for EndpointSetting {
    fn default() -> Self {
        EndpointSetting { enabled: false, port: DEFAULT_PORT }
    }
}

/// The endpoint of an open workspace.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// What serves it; `None` where nothing can.
    endpoints: Option<Arc<dyn LocalEndpoints>>,
    live: LiveConfiguration,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Off,
    Served(Served),
    /// It should be served, and this is why it is not.
    Refused(CommandError),
    /// The workspace is closed: nothing is started any more.
    Closed,
}

#[derive(Debug)]
struct Served {
    endpoint: Box<dyn LocalEndpoint>,
    since: DateTime<Utc>,
}

/// What an endpoint does at a moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct EndpointState {
    /// The port where it answers.
    pub(crate) port: Option<u16>,
    /// Since when.
    pub(crate) since: Option<DateTime<Utc>>,
    /// Calls that it has evaluated since then.
    pub(crate) evaluations: u64,
    /// Why it does not answer though it should.
    pub(crate) problem: Option<CommandError>,
}

impl Endpoint {
    pub(crate) fn new(endpoints: Option<Arc<dyn LocalEndpoints>>, live: LiveConfiguration) -> Self {
        Endpoint { endpoints, live, state: Mutex::new(State::Off) }
    }

    pub(crate) async fn state(&self) -> EndpointState {
        match &*self.state.lock().await {
            State::Off | State::Closed => EndpointState::default(),
            State::Refused(problem) => {
                EndpointState { problem: Some(problem.clone()), ..EndpointState::default() }
            }
            State::Served(Served { endpoint, since }) => EndpointState {
                port: Some(endpoint.port()),
                since: Some(*since),
                evaluations: endpoint.evaluations(),
                problem: None,
            },
        }
    }

    /// Serves it as the workspace opens. What keeps it from that is kept to be shown: it is no
    /// reason not to open the workspace.
    pub(crate) async fn resume(&self, setting: EndpointSetting) {
        if !setting.enabled {
            return;
        }
        let mut state = self.state.lock().await;
        if matches!(*state, State::Off) {
            *state = self.serve(setting.port).await.unwrap_or_else(State::Refused);
        }
    }

    /// Serves it on a port, or not at all. One that answers is given up only once another does.
    ///
    /// # Errors
    /// `invalid`, naming the port, when another program has it.
    pub(crate) async fn set(&self, setting: EndpointSetting) -> Result<(), CommandError> {
        let mut state = self.state.lock().await;
        let next = match (&*state, setting.enabled) {
            (State::Closed, _) => return Err(CommandError::no_workspace()),
            (State::Served(served), true) if served.endpoint.port() == setting.port => return Ok(()),
            (_, true) => self.serve(setting.port).await?,
            (_, false) => State::Off,
        };
        stop(std::mem::replace(&mut *state, next)).await;
        Ok(())
    }

    /// Ends it for good, within a bounded time.
    pub(crate) async fn close(&self) {
        let mut state = self.state.lock().await;
        stop(std::mem::replace(&mut *state, State::Closed)).await;
    }

    async fn serve(&self, port: u16) -> Result<State, CommandError> {
        let Some(endpoints) = &self.endpoints else {
            return Err(CommandError::new(
                ErrorCode::NotFound,
                "This program cannot serve a local endpoint.",
            ));
        };
        match endpoints.serve(port, self.live.clone()).await {
            Ok(endpoint) => Ok(State::Served(Served { endpoint, since: Utc::now() })),
            Err(error) => Err(refusal(port, &error)),
        }
    }
}

async fn stop(state: State) {
    if let State::Served(Served { endpoint, .. }) = state {
        endpoint.shut_down(STOPPING).await;
    }
}

fn refusal(port: u16, error: &io::Error) -> CommandError {
    tracing::info!(%error, port, "the local endpoint cannot be served");
    let problem = match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!(
                "Another program on this computer uses port {port}. Choose another port, or end that program."
            )
        }
        io::ErrorKind::PermissionDenied => {
            format!("The system does not let Halyard listen on port {port}. Choose one from 1024 to 65535.")
        }
        _ => format!("Halyard cannot listen on port {port}: {error}."),
    };
    CommandError::invalid_field("port", problem)
}

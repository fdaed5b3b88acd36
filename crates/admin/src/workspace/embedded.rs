//! The embedded server of a workspace: started with it, started again when it dies, stopped
//! with it. Everything about it blocks, so it runs off the async threads.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use halyard_embedded_postgres::{Binaries, Connection, EmbeddedError, EmbeddedPostgres, Options, Step};
use halyard_evaluator::LiveConfiguration;
use halyard_store::{
    ConnectOptions, Store,
    connect::{Address, Password, TlsMode},
};
use tokio::{
    task::{AbortHandle, spawn_blocking},
    time::timeout,
};

use crate::{CommandError, ErrorCode};

/// Between two tries to start a server that died.
const RETRY: Duration = Duration::from_secs(1);

/// A running embedded Postgres, looked after.
#[derive(Debug)]
pub struct EmbeddedServer {
    server: SharedServer,
    keeper: Option<AbortHandle>,
}

/// `None` once it was stopped on purpose.
type SharedServer = Arc<Mutex<Option<EmbeddedPostgres>>>;

impl EmbeddedServer {
    /// Starts the server of a data directory, saying on the way what is being done. `resource_dir` is
    /// where an installed program keeps its binaries; `None` looks where a source checkout has them.
    ///
    /// # Errors
    /// `internal`, with a message for the computer's owner.
    pub async fn start(
        data_dir: &Path,
        resource_dir: Option<PathBuf>,
        on_step: impl Fn(&'static str) + Send + 'static,
    ) -> Result<(Self, ConnectOptions), CommandError> {
        let data_dir = data_dir.to_owned();
        let started = spawn_blocking(move || {
            let binaries = Binaries::find(resource_dir.as_deref())?;
            let options = Options::new(data_dir, binaries).on_step(move |step| on_step(label(step)));
            EmbeddedPostgres::start(options)
        });
        let server = started.await.map_err(CommandError::internal)?.map_err(CommandError::from)?;
        let options = options(server.connection());
        Ok((EmbeddedServer { server: Arc::new(Mutex::new(Some(server))), keeper: None }, options))
    }

    /// From now on starts the server again whenever its database does not answer because it died.
    pub fn keep_alive(&mut self, live: &LiveConfiguration) {
        let (server, store, mut state) = (Arc::clone(&self.server), live.store().clone(), live.state());
        let keeper = tokio::spawn(async move {
            while state.wait_for(|state| !state.connected).await.is_ok() {
                revive(&server, &store).await;
                // One start may fail for a reason that passes: without news it is tried again.
                if let Ok(Err(_)) = timeout(RETRY, state.changed()).await {
                    return;
                }
            }
        });
        self.keeper = Some(keeper.abort_handle());
    }

    /// Stops the server, unless another app uses it.
    pub async fn stop(&self) {
        if let Some(keeper) = &self.keeper {
            keeper.abort();
        }
        let server = lock(&self.server).take();
        let stopped = spawn_blocking(move || server.map(EmbeddedPostgres::stop));
        if let Ok(Some(Err(error))) = stopped.await {
            tracing::warn!(%error, "the embedded database was not stopped");
        }
    }
}

async fn revive(server: &SharedServer, store: &Store) {
    let (server, store) = (Arc::clone(server), store.clone());
    let revived = spawn_blocking(move || {
        let mut server = lock(&server);
        let Some(server) = server.as_mut() else { return Ok(()) };
        store.moved_to_port(server.revive()?.port);
        Ok::<(), EmbeddedError>(())
    });
    match revived.await {
        Ok(Ok(())) => tracing::info!("the embedded database runs again"),
        Ok(Err(error)) => tracing::warn!(%error, "the embedded database cannot be started again"),
        Err(error) => tracing::error!(%error, "starting the embedded database again failed"),
    }
}

fn lock(server: &SharedServer) -> std::sync::MutexGuard<'_, Option<EmbeddedPostgres>> {
    server.lock().unwrap_or_else(PoisonError::into_inner)
}

fn options(connection: &Connection) -> ConnectOptions {
    let Connection { host, port, user, password, database, .. } = connection;
    ConnectOptions {
        // Loopback and a random password: nobody to hide from.
        address: Address::Tcp { host: host.clone(), port: *port, tls: TlsMode::Disable },
        database: database.clone(),
        user: user.clone(),
        password: Password::new(password.as_str()),
    }
}

fn label(step: Step) -> &'static str {
    match step {
        Step::Preparing => "Preparing the built-in database",
        Step::Creating => "Creating the database",
        Step::Starting | Step::Joining => "Starting the database",
    }
}

/// What goes wrong here is about this computer and written for its owner: the message is shown.
impl From<EmbeddedError> for CommandError {
    fn from(error: EmbeddedError) -> Self {
        tracing::error!(%error, "the embedded database failed");
        CommandError::new(ErrorCode::Internal, error.to_string())
    }
}

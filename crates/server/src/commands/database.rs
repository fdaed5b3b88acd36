//! The database that a server follows: the tenant's, or a private one that it looks after.

use std::time::Duration;

use halyard_admin::EmbeddedServer;
use halyard_evaluator::{LastConfiguration, LiveConfiguration};
use halyard_store::{
    ConnectOptions, Store, StoreError,
    connect::Address,
    schema::{SchemaProblem, SchemaState},
};
use tokio::time::timeout;

use super::{
    Failure,
    data_dir::DataDir,
    embedded::{self, DeveloperKeys},
};
use crate::arguments::Serve;

/// How long closing waits for queries that are still running.
const CLOSING: Duration = Duration::from_secs(2);
/// How long starting waits to see whether the schema fits. A database that is down may come later.
const LOOK: Duration = Duration::from_secs(5);

/// A database that is followed.
#[derive(Debug)]
pub(super) struct Database {
    live: LiveConfiguration,
    options: ConnectOptions,
    embedded: Option<(EmbeddedServer, DeveloperKeys)>,
}

impl Database {
    /// The database that was asked for.
    ///
    /// # Errors
    /// When the private one does not start; when the tenant's answers and its schema does not fit.
    pub(super) async fn open(options: &Serve, data_dir: &DataDir) -> Result<Self, Failure> {
        match &options.database {
            Some(database) => Self::tenant(&database.options()?, options.migrate, data_dir).await,
            None => Self::private(options.sample_data, data_dir).await,
        }
    }

    async fn tenant(options: &ConnectOptions, migrate: bool, data_dir: &DataDir) -> Result<Self, Failure> {
        let store = Store::connect_lazy(options);
        if migrate {
            store.migrate().await?;
        }
        check_schema(&store).await?;
        let last = LastConfiguration { directory: data_dir.configuration(), database: place(options) };
        let live = LiveConfiguration::resume(store, last);
        Ok(Database { live, options: options.clone(), embedded: None })
    }

    async fn private(sample_data: bool, data_dir: &DataDir) -> Result<Self, Failure> {
        let (mut embedded, options, store) = embedded::start(data_dir, sample_data).await?;
        let opened = async {
            let keys = embedded::keys(data_dir, &store).await?;
            Ok::<_, Failure>((keys, LiveConfiguration::start(store).await?))
        };
        match opened.await {
            Ok((keys, live)) => {
                embedded.keep_alive(&live);
                Ok(Database { live, options, embedded: Some((embedded, keys)) })
            }
            Err(failure) => {
                embedded.stop().await;
                Err(failure)
            }
        }
    }

    /// The configuration that is followed.
    pub(super) fn live(&self) -> &LiveConfiguration {
        &self.live
    }

    /// The keys of a private database.
    pub(super) fn keys(&self) -> Option<&DeveloperKeys> {
        self.embedded.as_ref().map(|(_, keys)| keys)
    }

    /// Where psql finds it; with a password only if it is private.
    pub(super) fn url(&self) -> String {
        let ConnectOptions { user, password, .. } = &self.options;
        let password = match &self.embedded {
            // Made of letters and digits: nothing to encode.
            Some(_) => format!(":{}", password.reveal()),
            None => String::new(),
        };
        format!("postgres://{user}{password}@{}", place(&self.options))
    }

    /// Ends the connections, and stops a private server.
    pub(super) async fn close(self) {
        if timeout(CLOSING, self.live.store().close()).await.is_err() {
            tracing::info!("closing the database while queries are running");
        }
        if let Some((embedded, _)) = self.embedded {
            embedded.stop().await;
        }
    }
}

/// Host, port and database: what tells databases apart.
fn place(options: &ConnectOptions) -> String {
    let database = &options.database;
    match &options.address {
        Address::Tcp { host, port, .. } if host.contains(':') => format!("[{host}]:{port}/{database}"),
        Address::Tcp { host, port, .. } => format!("{host}:{port}/{database}"),
        Address::Socket { directory, port } => {
            format!("/{database}?host={}&port={port}", directory.display())
        }
    }
}

/// Refuses a schema that does not fit. A database that does not answer may be right.
pub(super) async fn check_schema(store: &Store) -> Result<(), Failure> {
    match timeout(LOOK, store.schema_state()).await {
        Ok(Ok(SchemaState::Current)) => Ok(()),
        Ok(Ok(SchemaState::Missing)) => Err(Failure::new(format!(
            "{} Run `halyard-server migrate`, or serve with --migrate.",
            SchemaProblem::Missing
        ))),
        Ok(Ok(SchemaState::Older { .. })) => Err(Failure::new(
            "This database was set up by an older version of Halyard. Run `halyard-server migrate`, or \
             serve with --migrate; servers and apps of the older version must be updated then, too.",
        )),
        Ok(Ok(SchemaState::Newer)) => {
            Err(Failure::new("This database was set up by a newer version of Halyard. Update this server."))
        }
        Ok(Ok(SchemaState::Altered)) => Err(StoreError::Schema(SchemaProblem::Altered).into()),
        Ok(Err(error)) if error.is_outage() => {
            tracing::warn!(%error, "the database does not answer; it is tried again");
            Ok(())
        }
        Ok(Err(error)) => Err(error.into()),
        Err(_) => {
            tracing::warn!("the database does not answer in time; it is tried again");
            Ok(())
        }
    }
}

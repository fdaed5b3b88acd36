//! Opening a workspace: connect, make sure of the schema, load the live configuration.

use halyard_evaluator::LiveConfiguration;
use halyard_store::{
    ConnectOptions, Store, StoreError,
    connect::{Address, Password},
    schema::{SchemaProblem, SchemaState},
};
use uuid::Uuid;

use super::{
    Workspace,
    embedded::EmbeddedServer,
    endpoint::{Endpoint, EndpointSetting},
    info::WorkspaceKind,
    remembered::{Record, Server},
    sample::prepare_sample,
};
use crate::{
    App, CommandError, ErrorCode,
    audit::verification::Verification,
    counting::Counting,
    disclosure::Disclosures,
    evaluation_log::Erasing,
    kill::{attempts::Kills, effect::Logs},
    reach::ReachCache,
};

/// What to do about a missing schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Schema {
    /// Create it: the person agreed.
    CreateWhenMissing,
    /// Refuse to open the database.
    MustExist,
}

impl Record {
    /// The workspace to explore, before it is made.
    pub(crate) fn sample() -> Self {
        Record {
            id: Uuid::now_v7(),
            name: "Sample company".into(),
            kind: WorkspaceKind::Embedded,
            server: None,
            actor: None,
            local_endpoint: EndpointSetting::default(),
            kill_notifications: false,
        }
    }
}

/// Opens a remembered workspace; `password` where the known one is not right or there is none.
pub(crate) async fn open(
    app: &App,
    record: &Record,
    password: Option<Password>,
) -> Result<Workspace, CommandError> {
    let Some(server) = &record.server else { return open_sample(app, record).await };
    let password = match password {
        Some(password) => Some(password),
        None => app.passwords().get(record.id).await,
    };
    connect(app, record, server, password.unwrap_or_default(), Schema::MustExist).await
}

/// Opens a database at the tenant's. An older schema is brought up to date, a missing one is
/// created only when asked.
pub(crate) async fn connect(
    app: &App,
    record: &Record,
    server: &Server,
    password: Password,
    schema: Schema,
) -> Result<Workspace, CommandError> {
    app.progress(format!("Connecting to {}", server.host), None);
    let options = server.with_password(password);
    let store = Store::connect(&options).await?;
    match (store.schema_state().await?, schema) {
        (SchemaState::Current, _) => {}
        (SchemaState::Missing, Schema::MustExist) => {
            return Err(StoreError::Schema(SchemaProblem::Missing).into());
        }
        (SchemaState::Missing, Schema::CreateWhenMissing) | (SchemaState::Older { .. }, _) => {
            app.progress("Setting up the schema", None);
            store.migrate().await?;
        }
        (SchemaState::Altered, _) => return Err(StoreError::Schema(SchemaProblem::Altered).into()),
        (SchemaState::Newer, _) => return Err(StoreError::Schema(SchemaProblem::Newer).into()),
    }
    assemble(app, record, &options, store, None).await
}

/// Starts the embedded server and makes sure that the sample data is there.
async fn open_sample(app: &App, record: &Record) -> Result<Workspace, CommandError> {
    let teller = app.clone();
    let (mut embedded, options) =
        EmbeddedServer::start(&app.options().data_dir, app.options().resource_dir.clone(), move |label| {
            teller.progress(label, None)
        })
        .await?;
    let opened = async {
        let store = Store::connect(&options).await?;
        prepare_sample(&app.options().data_dir, &store, |label, done| app.progress(label, done)).await?;
        Ok::<_, CommandError>(store)
    };
    match opened.await {
        Ok(store) => {
            let mut workspace = assemble(app, record, &options, store, None).await?;
            embedded.keep_alive(&workspace.live);
            workspace.embedded = Some(embedded);
            Ok(workspace)
        }
        Err(error) => {
            embedded.stop().await;
            Err(error)
        }
    }
}

async fn assemble(
    app: &App,
    record: &Record,
    options: &ConnectOptions,
    store: Store,
    embedded: Option<EmbeddedServer>,
) -> Result<Workspace, CommandError> {
    let server = store.server_info().await?;
    let rights = store.rights().await?;
    let live = LiveConfiguration::start(store.clone()).await?;
    let (host, port) = match &options.address {
        Address::Tcp { host, port, .. } => (host.clone(), *port),
        Address::Socket { directory, port } => (directory.display().to_string(), *port),
    };
    Ok(Workspace {
        record: record.clone().into(),
        client: app.options().client.clone(),
        role: server.role,
        server_version: server.version,
        rights: rights.into(),
        host,
        port,
        database: options.database.clone(),
        store,
        endpoint: Endpoint::new(app.options().local_endpoints.clone(), live.clone()),
        live,
        reach: ReachCache::default(),
        counting: Counting::default(),
        disclosures: Disclosures::default(),
        verification: Verification::new(&app.options().data_dir, record.id),
        kills: Kills::default(),
        logs: Logs::default(),
        erasing: Erasing::default(),
        embedded,
    })
}

impl CommandError {
    /// What a tenant command answers before anybody said where customers live.
    pub(crate) fn no_customer_source() -> Self {
        CommandError::new(
            ErrorCode::NotFound,
            "Halyard does not know where your customers live. Choose the table under Settings.",
        )
    }
}

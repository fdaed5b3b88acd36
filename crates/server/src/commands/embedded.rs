//! The server's own database, for trying things out: a private Postgres, and a key of each kind that
//! stays the same from start to start.

use std::{fmt, fs};

use halyard_admin::{EmbeddedServer, prepare_sample};
use halyard_store::{
    Author, ConnectOptions, Store,
    sdk_keys::{KeyHash, KeyKind, KeyRole, KeyText, NewSdkKey},
};
use serde::{Deserialize, Serialize};

use super::{
    Failure, PROGRAM,
    data_dir::{self, DataDir},
};

/// The environment that the keys open: the first one that every database has.
pub(super) const ENVIRONMENT: &str = "production";
/// What the keys are called, in the app's list too.
const NAME: &str = "Local server";

/// The texts of one key of each kind.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct DeveloperKeys {
    pub(super) server: String,
    pub(super) client: String,
    pub(super) admin: String,
}

impl fmt::Debug for DeveloperKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DeveloperKeys(…)")
    }
}

/// Starts the private Postgres of a data directory and fills it as asked.
///
/// # Errors
/// When it does not start, or does not take the schema or the data.
pub(super) async fn start(
    data_dir: &DataDir,
    sample_data: bool,
) -> Result<(EmbeddedServer, ConnectOptions, Store), Failure> {
    let told = |label| tracing::info!("{label}");
    let (embedded, options) = EmbeddedServer::start(data_dir.path(), None, told).await?;
    let filled = async {
        let store = Store::connect(&options).await?;
        if sample_data {
            let mut last = "";
            prepare_sample(data_dir.path(), &store, |label, _| {
                if last != label {
                    tracing::info!("{label}");
                    last = label;
                }
            })
            .await?;
        } else {
            store.migrate().await?;
        }
        Ok::<_, Failure>(store)
    };
    match filled.await {
        Ok(store) => Ok((embedded, options, store)),
        Err(failure) => {
            embedded.stop().await;
            Err(failure)
        }
    }
}

/// The keys of former starts, as far as they are still live, and new ones for the others.
///
/// # Errors
/// When a key cannot be made, or the file that keeps them cannot be written.
pub(super) async fn keys(data_dir: &DataDir, store: &Store) -> Result<DeveloperKeys, Failure> {
    let path = data_dir.keys();
    let kept = fs::read(&path).ok().and_then(|content| serde_json::from_slice(&content).ok());
    let DeveloperKeys { server, client, admin } = kept.unwrap_or_default();
    let keys = DeveloperKeys {
        server: live_or_new(store, KeyKind::Server, server).await?,
        client: live_or_new(store, KeyKind::Client, client).await?,
        admin: live_or_new(store, KeyKind::Admin, admin).await?,
    };
    let content = serde_json::to_vec_pretty(&keys).map_err(std::io::Error::other);
    content
        .and_then(|content| data_dir::replace(&path, &content))
        .map_err(|error| Failure::file("keep the keys in", &path, error))?;
    Ok(keys)
}

async fn live_or_new(store: &Store, kind: KeyKind, kept: String) -> Result<String, Failure> {
    let kept_hash: Option<KeyHash> = KeyText::parse(&kept).ok().map(|text| text.hash());
    let configured = store.configuration().await?.keys;
    let is_ours = |key: &&halyard_store::sdk_keys::ConfiguredKey| key.kind == kind && key.name == NAME;
    if configured.iter().filter(is_ours).any(|key| Some(key.hash) == kept_hash && key.expires_at.is_none()) {
        return Ok(kept);
    }
    let author = Author::new("", PROGRAM);
    // Its text is lost, and it would count against the keys that an environment may have.
    for lost in configured.iter().filter(is_ours) {
        store.sdk_key_revoke(lost.id, &author).await?;
    }
    let new = NewSdkKey {
        kind,
        name: NAME.to_owned(),
        environment: (kind != KeyKind::Admin).then(|| ENVIRONMENT.to_owned()),
        role: (kind == KeyKind::Admin).then_some(KeyRole::Admin),
        expires_at: None,
        note: None,
    };
    Ok(store.sdk_key_create(&new, &author).await?.text)
}

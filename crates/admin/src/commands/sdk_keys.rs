//! Commands on SDK keys. The text of a key is in the answer that makes it and nowhere else: it is
//! neither kept nor logged here.

use chrono::{DateTime, Utc};
use halyard_store::sdk_keys::{CreatedSdkKey, NewSdkKey, SdkKey};
use serde::Deserialize;
use ts_rs::TS;
use uuid::Uuid;

use super::Nothing;
use crate::{App, CommandError};

pub(super) async fn sdk_keys_list(app: &App, _: Nothing) -> Result<Vec<SdkKey>, CommandError> {
    Ok(app.workspace()?.store().sdk_keys().await?)
}

pub(super) async fn sdk_key_create(app: &App, request: NewSdkKey) -> Result<CreatedSdkKey, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(request.note.as_deref());
    Ok(workspace.store().sdk_key_create(&request, &author).await?)
}

/// Makes a key that takes the place of another.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SdkKeyRotate {
    /// The key whose place is taken.
    pub id: Uuid,
    /// From when on the old key opens nothing; absent: it stays live until it is revoked.
    #[serde(default)]
    #[ts(optional)]
    pub old_expires_at: Option<DateTime<Utc>>,
}

pub(super) async fn sdk_key_rotate(app: &App, request: SdkKeyRotate) -> Result<CreatedSdkKey, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(None);
    Ok(workspace.store().sdk_key_rotate(request.id, request.old_expires_at, &author).await?)
}

/// Takes a key out of use for ever.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SdkKeyRevoke {
    /// Which.
    pub id: Uuid,
}

pub(super) async fn sdk_key_revoke(app: &App, request: SdkKeyRevoke) -> Result<SdkKey, CommandError> {
    let workspace = app.workspace()?;
    Ok(workspace.store().sdk_key_revoke(request.id, &workspace.author(None)).await?)
}

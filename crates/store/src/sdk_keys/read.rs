//! Listing keys, loading them for evaluators, and noting their last use.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{ConfiguredKey, KeyHash, KeyKind, KeyRole, SdkKey};
use crate::{Store, StoreError, store::DEADLINE};

/// A key's row with its last use.
pub(super) struct KeyRow {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) environment: Option<String>,
    pub(super) role: Option<String>,
    pub(super) prefix: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) revoked_at: Option<DateTime<Utc>>,
    pub(super) last_used_at: Option<DateTime<Utc>>,
}

impl TryFrom<KeyRow> for SdkKey {
    type Error = StoreError;

    fn try_from(row: KeyRow) -> Result<Self, StoreError> {
        Ok(SdkKey {
            id: row.id,
            kind: kind(&row.kind)?,
            name: row.name,
            environment: row.environment,
            role: row.role.as_deref().map(role).transpose()?,
            prefix: row.prefix,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            last_used_at: row.last_used_at,
        })
    }
}

/// A CHECK holds what these can be.
fn kind(name: &str) -> Result<KeyKind, StoreError> {
    KeyKind::from_name(name)
        .ok_or_else(|| StoreError::Internal(format!("there is an SDK key of the unknown kind {name}").into()))
}

fn role(name: &str) -> Result<KeyRole, StoreError> {
    KeyRole::from_name(name)
        .ok_or_else(|| StoreError::Internal(format!("there is an SDK key of the unknown role {name}").into()))
}

impl Store {
    /// All keys, live ones first, newest first.
    ///
    /// # Errors
    /// Outages.
    pub async fn sdk_keys(&self) -> Result<Vec<SdkKey>, StoreError> {
        self.read(DEADLINE, async |connection| {
            sqlx::query_as!(
                KeyRow,
                r#"select k.id, k.kind, k.name, k.environment, k.role, k.prefix, k.created_at,
                     k.expires_at, k.revoked_at, u.used_at as "last_used_at?"
                 from halyard.sdk_keys as k
                 left join halyard.sdk_key_uses as u on u.key_id = k.id
                 order by k.revoked_at is not null or coalesce(k.expires_at <= clock_timestamp(), false),
                     k.created_at desc, k.id"#
            )
            .fetch_all(connection)
            .await?
            .into_iter()
            .map(SdkKey::try_from)
            .collect()
        })
        .await
    }

    /// Notes when keys were last used. Several servers may do so: the latest use stays. Keys that
    /// are gone are left out.
    ///
    /// # Errors
    /// Outages.
    pub async fn sdk_keys_used(&self, uses: &[(Uuid, DateTime<Utc>)]) -> Result<(), StoreError> {
        if uses.is_empty() {
            return Ok(());
        }
        let (ids, times): (Vec<Uuid>, Vec<DateTime<Utc>>) = uses.iter().copied().unzip();
        self.read(DEADLINE, async |connection| {
            // In order of their ids, so that two servers never wait for each other in a circle.
            sqlx::query!(
                "insert into halyard.sdk_key_uses as u (key_id, used_at)
                 select k.id, max(used.at)
                 from unnest($1::uuid[], $2::timestamptz[]) as used (id, at)
                 join halyard.sdk_keys as k on k.id = used.id
                 group by k.id
                 order by k.id
                 on conflict (key_id) do update
                 set used_at = excluded.used_at where u.used_at < excluded.used_at",
                &ids,
                &times,
            )
            .execute(connection)
            .await?;
            Ok(())
        })
        .await
    }
}

/// One key, revoked or not.
pub(super) async fn find(connection: &mut PgConnection, id: Uuid) -> Result<SdkKey, StoreError> {
    sqlx::query_as!(
        KeyRow,
        r#"select k.id, k.kind, k.name, k.environment, k.role, k.prefix, k.created_at,
             k.expires_at, k.revoked_at, u.used_at as "last_used_at?"
         from halyard.sdk_keys as k
         left join halyard.sdk_key_uses as u on u.key_id = k.id
         where k.id = $1"#,
        id
    )
    .fetch_optional(connection)
    .await?
    .ok_or_else(|| StoreError::not_found("SDK key", id.to_string()))?
    .try_into()
}

/// The keys that are not revoked, by id.
pub(crate) async fn configured(connection: &mut PgConnection) -> Result<Vec<ConfiguredKey>, StoreError> {
    sqlx::query!(
        "select id, kind, name, environment, role, hash, expires_at
         from halyard.sdk_keys where revoked_at is null order by id"
    )
    .fetch_all(connection)
    .await?
    .into_iter()
    .map(|row| {
        let hash = <[u8; 32]>::try_from(row.hash.as_slice())
            .map_err(|_| StoreError::Internal("an SDK key's hash has not 32 bytes".into()))?;
        Ok(ConfiguredKey {
            id: row.id,
            kind: kind(&row.kind)?,
            name: row.name,
            environment: row.environment,
            role: row.role.as_deref().map(role).transpose()?,
            hash: KeyHash::from(hash),
            expires_at: row.expires_at,
        })
    })
    .collect()
}

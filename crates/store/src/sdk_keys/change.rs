//! Making, rotating and revoking keys.

use chrono::{DateTime, Utc};
use halyard_engine::{Validation, is_environment_key};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{CreatedSdkKey, KeyKind, KeyRole, KeyText, NewSdkKey, SdkKey, read::find};
use crate::{Author, Store, StoreError};

impl Store {
    /// Makes a key. The note is the author's.
    ///
    /// # Errors
    /// `Invalid`, also when the environment has two live keys of the kind already; outages.
    pub async fn sdk_key_create(
        &self,
        new: &NewSdkKey,
        author: &Author,
    ) -> Result<CreatedSdkKey, StoreError> {
        self.change(author, async |connection| {
            let mut validation = author.validation();
            check(connection, new, &mut validation).await?;
            validation.finish().map_err(StoreError::Invalid)?;
            let content = Content {
                kind: new.kind,
                name: &new.name,
                environment: new.environment.as_deref(),
                role: new.role,
                expires_at: new.expires_at,
            };
            insert(connection, content).await
        })
        .await
        .map_err(explained)
    }

    /// Makes a key that takes the place of another: of the same kind, environment, role and name.
    /// The other one stays live until it is revoked, or until `old_expires_at`.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` when the key is no longer live, or another one takes its place
    /// already; outages.
    pub async fn sdk_key_rotate(
        &self,
        id: Uuid,
        old_expires_at: Option<DateTime<Utc>>,
        author: &Author,
    ) -> Result<CreatedSdkKey, StoreError> {
        author.check()?;
        self.change(author, async |connection| {
            lock(connection, id).await?;
            let old = find(connection, id).await?;
            let now = Utc::now();
            if old.revoked_at.is_some() || old.expires_at.is_some_and(|at| at <= now) {
                return Err(StoreError::invalid(
                    "id",
                    "This SDK key is no longer live, so nothing can take its place. Make a new one.",
                ));
            }
            if let Some(at) = old_expires_at {
                if at <= now {
                    return Err(StoreError::invalid(
                        "oldExpiresAt",
                        "The old key would have expired already. Choose a time in the future, or revoke it.",
                    ));
                }
                // Never later than it was: rotation only ever shortens a key's life.
                sqlx::query!(
                    "update halyard.sdk_keys set expires_at = least(expires_at, $2) where id = $1",
                    id,
                    at
                )
                .execute(&mut *connection)
                .await?;
            }
            let content = Content {
                kind: old.kind,
                name: &old.name,
                environment: old.environment.as_deref(),
                role: old.role,
                expires_at: None,
            };
            insert(connection, content).await
        })
        .await
        .map_err(explained)
    }

    /// Takes a key out of use for ever. Idempotent.
    ///
    /// # Errors
    /// `NotFound`; outages.
    pub async fn sdk_key_revoke(&self, id: Uuid, author: &Author) -> Result<SdkKey, StoreError> {
        author.check()?;
        self.change(author, async |connection| {
            sqlx::query!(
                "update halyard.sdk_keys set revoked_at = clock_timestamp()
                 where id = $1 and revoked_at is null",
                id
            )
            .execute(&mut *connection)
            .await?;
            find(connection, id).await
        })
        .await
    }
}

/// What is stored of a key beside what its text gives.
struct Content<'a> {
    kind: KeyKind,
    name: &'a str,
    environment: Option<&'a str>,
    role: Option<KeyRole>,
    expires_at: Option<DateTime<Utc>>,
}

/// Everything that is wrong with a new key.
async fn check(
    connection: &mut PgConnection,
    new: &NewSdkKey,
    validation: &mut Validation,
) -> Result<(), StoreError> {
    if new.name.trim().is_empty() {
        validation.add("name", "The key has no name. Give it one, such as the application that uses it.");
    }
    validation.name(&new.name);
    match (new.kind, &new.environment, new.role) {
        (KeyKind::Admin, environment, role) => {
            if environment.is_some() {
                validation.add("environment", "An admin key is not for one environment. Leave it out.");
            }
            if role.is_none() {
                validation.add("role", "Say what the key may do: viewer, operator, editor or admin.");
            }
        }
        (KeyKind::Server | KeyKind::Client, environment, role) => {
            if role.is_some() {
                validation.add("role", "Only admin keys have a role. Leave it out.");
            }
            match environment {
                None => validation.add("environment", "Say which environment the key is for."),
                Some(key) if !exists(connection, key).await? => validation.add(
                    "environment",
                    format!("There is no environment “{key}”. Create it under Settings first."),
                ),
                Some(_) => {}
            }
        }
    }
    if new.expires_at.is_some_and(|at| at <= Utc::now()) {
        validation.add("expiresAt", "The key would have expired already. Choose a time in the future.");
    }
    Ok(())
}

async fn exists(connection: &mut PgConnection, environment: &str) -> Result<bool, StoreError> {
    if !is_environment_key(environment) {
        return Ok(false);
    }
    Ok(sqlx::query_scalar!(
        r#"select exists (select from halyard.environments where key = $1) as "exists!""#,
        environment
    )
    .fetch_one(connection)
    .await?)
}

async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<(), StoreError> {
    sqlx::query!("select id from halyard.sdk_keys where id = $1 for no key update", id)
        .fetch_optional(connection)
        .await?;
    Ok(())
}

async fn insert(connection: &mut PgConnection, content: Content<'_>) -> Result<CreatedSdkKey, StoreError> {
    let text = KeyText::generate(content.kind).map_err(|error| StoreError::Internal(Box::new(error)))?;
    let (id, hash) = (Uuid::now_v7(), text.hash());
    sqlx::query!(
        "insert into halyard.sdk_keys (id, kind, name, environment, role, hash, prefix, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id,
        content.kind.as_str(),
        content.name,
        content.environment,
        content.role.map(KeyRole::as_str),
        hash.as_bytes().as_slice(),
        text.prefix(),
        content.expires_at,
    )
    .execute(&mut *connection)
    .await?;
    Ok(CreatedSdkKey { key: find(connection, id).await?, text: text.as_str().to_owned() })
}

/// The database itself holds how many keys are live, at COMMIT.
fn explained(error: StoreError) -> StoreError {
    match &error {
        StoreError::Internal(cause) => match cause.downcast_ref::<sqlx::Error>() {
            Some(sqlx::Error::Database(database)) if database.constraint() == Some("sdk_keys_live") => {
                StoreError::invalid("environment", database.message())
            }
            _ => error,
        },
        _ => error,
    }
}

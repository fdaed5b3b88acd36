//! Environments: list, create, update, order, delete.

use std::time::Duration;

use halyard_engine::{Validation, is_environment_key};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use ts_rs::TS;

use crate::{Author, Store, StoreError, store::DEADLINE};

/// `production`, `staging`, … Each flag is on or off in each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    /// `^[a-z0-9][a-z0-9-]{0,49}$`; never changes.
    pub key: String,
    /// 1 to 200 characters.
    pub name: String,
    /// `#rrggbb`
    pub color: String,
    /// Position in every list, from 0.
    pub position: i32,
    /// Whether changes here are seen by real customers.
    pub production: bool,
    /// Whether changing what is live here needs a note. Files from before this was known say false.
    #[serde(default)]
    pub note_required: bool,
}

/// An environment to be made; it comes last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewEnvironment {
    /// `^[a-z0-9][a-z0-9-]{0,49}$`; never changes.
    pub key: String,
    /// 1 to 200 characters.
    pub name: String,
    /// `#rrggbb`
    pub color: String,
    /// Whether changes here are seen by real customers.
    pub production: bool,
    /// Whether changing what is live here needs a note. Absent: as for any production environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub note_required: Option<bool>,
}

/// A change of an environment: only the given fields change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct EnvironmentChanges {
    /// 1 to 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// `#rrggbb`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub color: Option<String>,
    /// Whether changes here are seen by real customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub production: Option<bool>,
    /// Whether changing what is live here needs a note.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub note_required: Option<bool>,
}

impl Store {
    /// All environments, in order.
    ///
    /// # Errors
    /// Outages.
    pub async fn environments(&self) -> Result<Vec<Environment>, StoreError> {
        self.read(DEADLINE, async |connection| list(connection).await).await
    }

    /// Makes an environment, as the last one. Every flag is off in it. Returns all.
    ///
    /// # Errors
    /// `Invalid`, `AlreadyExists`; outages.
    pub async fn environment_create(
        &self,
        new: &NewEnvironment,
        author: &Author,
    ) -> Result<Vec<Environment>, StoreError> {
        let mut validation = author.validation();
        validation.environment_key("key", &new.key);
        check_name(&mut validation, &new.name);
        check_color(&mut validation, &new.color);
        validation.finish().map_err(StoreError::Invalid)?;
        self.change(author, async |connection| {
            let made = sqlx::query!(
                "insert into halyard.environments (key, name, color, position, production, note_required)
                 select $1, $2, lower($3), coalesce(max(position) + 1, 0), $4, $5
                 from halyard.environments
                 on conflict (key) do nothing",
                new.key,
                new.name,
                new.color,
                new.production,
                new.note_required,
            )
            .execute(&mut *connection)
            .await?;
            if made.rows_affected() == 0 {
                return Err(StoreError::AlreadyExists {
                    what: "environment",
                    key: new.key.clone(),
                    archived: false,
                    flag: None,
                });
            }
            list(connection).await
        })
        .await
    }

    /// Changes the given fields. Returns all.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`; outages.
    pub async fn environment_update(
        &self,
        key: &str,
        changes: &EnvironmentChanges,
        author: &Author,
    ) -> Result<Vec<Environment>, StoreError> {
        let mut validation = author.validation();
        if let Some(name) = &changes.name {
            check_name(&mut validation, name);
        }
        if let Some(color) = &changes.color {
            check_color(&mut validation, color);
        }
        validation.finish().map_err(StoreError::Invalid)?;
        check_key(key)?;
        self.change(author, async |connection| {
            let changed = sqlx::query!(
                "update halyard.environments
                 set name = coalesce($2, name), color = coalesce(lower($3), color),
                     production = coalesce($4, production), note_required = coalesce($5, note_required)
                 where key = $1",
                key,
                changes.name.as_deref(),
                changes.color.as_deref(),
                changes.production,
                changes.note_required,
            )
            .execute(&mut *connection)
            .await?;
            if changed.rows_affected() == 0 {
                return Err(StoreError::not_found("environment", key));
            }
            list(connection).await
        })
        .await
    }

    /// Puts all environments in the order of `keys`. Returns all.
    ///
    /// # Errors
    /// `Invalid` unless `keys` names each environment once; outages.
    pub async fn environments_reorder(
        &self,
        keys: &[String],
        author: &Author,
    ) -> Result<Vec<Environment>, StoreError> {
        author.check()?;
        self.change(author, async |connection| {
            // Locked in order of their keys, like every change of several rows.
            let known =
                sqlx::query_scalar!("select key from halyard.environments order by key for no key update")
                    .fetch_all(&mut *connection)
                    .await?;
            let mut sorted = keys.to_vec();
            sorted.sort();
            let mut expected = known;
            expected.sort();
            if sorted != expected {
                return Err(StoreError::invalid(
                    "keys",
                    format!("Name each environment once: {}.", expected.join(", ")),
                ));
            }
            sqlx::query!(
                "update halyard.environments as e
                 set position = o.position - 1
                 from unnest($1::text[]) with ordinality as o (key, position)
                 where e.key = o.key and e.position <> o.position - 1",
                keys,
            )
            .execute(&mut *connection)
            .await?;
            list(connection).await
        })
        .await
    }

    /// Deletes an environment, and its switch from every flag. Returns the others.
    ///
    /// # Errors
    /// `Invalid` for the last one or one with live SDK keys, `NotFound`; outages.
    pub async fn environment_delete(
        &self,
        key: &str,
        author: &Author,
    ) -> Result<Vec<Environment>, StoreError> {
        author.check()?;
        check_key(key)?;
        // Every flag that has a switch for it gets a new version.
        self.change_within(Duration::from_secs(60), author, async |connection| {
            let others = list(connection).await?;
            if !others.iter().any(|environment| environment.key == key) {
                return Err(StoreError::not_found("environment", key));
            }
            if others.len() == 1 {
                return Err(StoreError::invalid(
                    "key",
                    "This is the only environment. Make another one before deleting it.",
                ));
            }
            let keys = sqlx::query_scalar!(
                r#"select count(*) as "count!" from halyard.sdk_keys
                 where environment = $1 and revoked_at is null
                     and (expires_at is null or expires_at > clock_timestamp())"#,
                key
            )
            .fetch_one(&mut *connection)
            .await?;
            if keys > 0 {
                return Err(StoreError::invalid(
                    "key",
                    format!(
                        "{} for this environment. Revoke them first: whoever uses them would be refused.",
                        if keys == 1 {
                            String::from("1 live SDK key is")
                        } else {
                            format!("{keys} live SDK keys are")
                        }
                    ),
                ));
            }
            // Otherwise a new environment of the same name would find flags switched on.
            sqlx::query!(
                "with mentioning as materialized (
                     select id from halyard.feature_flags where environments ? $1
                     order by id for no key update
                 )
                 update halyard.feature_flags as f
                 set environments = f.environments - $1::text
                 from mentioning where f.id = mentioning.id",
                key
            )
            .execute(&mut *connection)
            .await?;
            sqlx::query!("delete from halyard.environments where key = $1", key)
                .execute(&mut *connection)
                .await?;
            list(connection).await
        })
        .await
    }
}

pub(crate) async fn list(connection: &mut PgConnection) -> Result<Vec<Environment>, StoreError> {
    Ok(sqlx::query_as!(
        Environment,
        r#"select key, name, color, position, production,
             coalesce(note_required, production) as "note_required!"
         from halyard.environments
         order by position, key collate "C""#
    )
    .fetch_all(connection)
    .await?)
}

/// What cannot be a key cannot be there, and may not even be text to Postgres.
fn check_key(key: &str) -> Result<(), StoreError> {
    if is_environment_key(key) { Ok(()) } else { Err(StoreError::not_found("environment", key)) }
}

fn check_name(validation: &mut Validation, name: &str) {
    if name.trim().is_empty() {
        validation.add("name", "The environment has no name. Give it one.");
    }
    validation.name(name);
}

fn check_color(validation: &mut Validation, color: &str) {
    let digits = color.strip_prefix('#').unwrap_or_default();
    if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        validation.add("color", "The colour is not understood. Write it like #c2500f.");
    }
}

//! A flag's row, and how a flag is named in a request: by id or by key.

use chrono::{DateTime, Utc};
use halyard_engine::{AudienceId, FlagType, RuleInput, Validation};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Flag;
use crate::StoreError;

/// A flag as somebody asked for it. A key is never a UUID, so text is one or the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    text: &'a str,
    pub(crate) id: Option<Uuid>,
    pub(crate) key: Option<&'a str>,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        match Uuid::try_parse(text) {
            Ok(id) => Self { text, id: Some(id), key: None },
            // Postgres cannot even be asked for a text with U+0000.
            Err(_) => Self { text, id: None, key: (!text.contains('\0')).then_some(text) },
        }
    }

    pub(super) fn not_found(self) -> StoreError {
        StoreError::not_found("flag", self.text)
    }
}

/// The row, its JSON still as text: what somebody wrote by hand must fail alone.
pub(super) struct FlagRow {
    pub(super) id: Uuid,
    pub(super) key: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) flag_type: String,
    pub(super) default_value: String,
    pub(super) rules: String,
    pub(super) environments: String,
    pub(super) is_active: bool,
    pub(super) client_visible: bool,
    pub(super) permanent: bool,
    pub(super) tags: Vec<String>,
    pub(super) version: i32,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) updated_by: String,
    pub(super) archived_at: Option<DateTime<Utc>>,
    pub(super) killed_at: Option<DateTime<Utc>>,
    pub(super) killed_by: Option<String>,
}

impl TryFrom<FlagRow> for Flag {
    type Error = StoreError;

    fn try_from(row: FlagRow) -> Result<Self, StoreError> {
        let what = || format!("flag “{}”", row.key);
        Ok(Self {
            flag_type: flag_type(&row.flag_type)?,
            default_value: parse(&row.default_value, what)?,
            rules: parse(&row.rules, what)?,
            environments: parse(&row.environments, what)?,
            id: row.id,
            key: row.key,
            name: row.name,
            description: row.description,
            is_active: row.is_active,
            client_visible: row.client_visible,
            permanent: row.permanent,
            tags: row.tags,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            updated_by: row.updated_by,
            archived_at: row.archived_at,
            killed_at: row.killed_at,
            killed_by: row.killed_by,
        })
    }
}

/// Stored JSON, which somebody may have written by hand.
pub(crate) fn parse<T: DeserializeOwned>(json: &str, what: impl Fn() -> String) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|cause| StoreError::Unreadable { what: what(), cause })
}

/// The type as it is written in SQL; a CHECK holds it.
pub(crate) fn flag_type(name: &str) -> Result<FlagType, StoreError> {
    FlagType::from_name(name).ok_or_else(|| {
        StoreError::Internal(format!("the database has a flag of the unknown type {name}").into())
    })
}

/// The flag, archived or not.
pub(crate) async fn find(connection: &mut PgConnection, asked: Asked<'_>) -> Result<Flag, StoreError> {
    sqlx::query_as!(
        FlagRow,
        r#"select id, key, name, description, type as flag_type,
             default_value::text as "default_value!", rules::text as "rules!",
             environments::text as "environments!",
             is_active, client_visible, permanent, tags, version, created_at, updated_at,
             updated_by, archived_at, killed_at, killed_by
         from halyard.feature_flags
         where id = $1 or key = $2"#,
        asked.id,
        asked.key,
    )
    .fetch_optional(connection)
    .await?
    .ok_or_else(|| asked.not_found())?
    .try_into()
}

/// The flag, locked against other changes until the transaction ends.
pub(crate) async fn find_locked(connection: &mut PgConnection, asked: Asked<'_>) -> Result<Flag, StoreError> {
    sqlx::query!(
        "select id from halyard.feature_flags where id = $1 or key = $2 for no key update",
        asked.id,
        asked.key,
    )
    .fetch_optional(&mut *connection)
    .await?
    .ok_or_else(|| asked.not_found())?;
    // A statement of its own, so that it sees what the one that held the lock committed.
    find(connection, asked).await
}

/// Adds a violation for every rule whose audience is gone or never was.
pub(super) async fn check_audiences(
    connection: &mut PgConnection,
    rules: &[RuleInput],
    validation: &mut Validation,
) -> Result<(), StoreError> {
    let asked =
        rules.iter().map(|rule| rule.audience_id.as_deref().and_then(|id| id.parse::<AudienceId>().ok()));
    let ids: Vec<Uuid> = asked.clone().flatten().map(Uuid::from).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let known = sqlx::query_scalar!("select id from halyard.audiences where id = any($1)", &ids)
        .fetch_all(connection)
        .await?;
    for (index, id) in asked.enumerate() {
        if id.is_some_and(|id| !known.contains(&Uuid::from(id))) {
            validation.add(
                format!("rules[{index}].audienceId"),
                format!("The audience of rule {} no longer exists. Choose another one.", index + 1),
            );
        }
    }
    Ok(())
}

/// A value as it goes into a jsonb column. `json!(null)` is the JSON value null, not SQL's.
pub(super) fn stored(value: &Value) -> sqlx::types::Json<&Value> {
    sqlx::types::Json(value)
}

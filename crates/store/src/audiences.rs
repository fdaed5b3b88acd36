//! Audiences: list, get, create, update, delete. Their versions are in [`history`].

mod broken;
mod history;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use halyard_engine::{AudienceId, Validation, json_equal};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{PgConnection, types::Json};
use ts_rs::TS;
use uuid::Uuid;

use crate::{
    Author, Store, StoreError,
    condition::Condition,
    error::Current,
    flags::{FlagReference, parse},
    store::DEADLINE,
};

pub use broken::BrokenAudience;
pub use history::AudienceVersion;
pub(crate) use history::Made;

/// A saved condition over customers. Membership is computed when asked, never stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Audience {
    /// Stays the same when the audience is renamed.
    pub id: AudienceId,
    /// Unique; 1 to 200 characters.
    pub name: String,
    /// At most 4,000 characters.
    pub description: String,
    /// Who is in it.
    pub condition: Condition,
    /// From 1, +1 at every change.
    #[ts(type = "number")]
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its newest version was made.
    pub updated_at: DateTime<Utc>,
    /// Who made the newest version.
    pub updated_by: String,
    /// Unarchived and archived flags with a rule on it, by key.
    pub used_by: Vec<FlagReference>,
}

/// An audience to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewAudience {
    /// Unique; 1 to 200 characters.
    pub name: String,
    /// At most 4,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub description: Option<String>,
    /// Who is in it.
    pub condition: Condition,
    /// Why; at most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub note: Option<String>,
}

/// A change of an audience: only the given fields change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct AudienceChanges {
    /// Unique; 1 to 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// At most 4,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub description: Option<String>,
    /// Who is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub condition: Option<Condition>,
}

impl Store {
    /// All audiences, by name.
    ///
    /// # Errors
    /// Outages.
    pub async fn audiences_list(&self) -> Result<Vec<Audience>, StoreError> {
        self.read(DEADLINE, async |connection| {
            let rows = rows(connection).await?;
            let mut users = users(connection, None).await?;
            rows.into_iter()
                .map(|row| {
                    let used_by = users.remove(&row.id).unwrap_or_default();
                    row.into_audience(used_by)
                })
                .collect()
        })
        .await
    }

    /// One audience.
    ///
    /// # Errors
    /// `NotFound`; outages.
    pub async fn audience_get(&self, id: AudienceId) -> Result<Audience, StoreError> {
        self.read(DEADLINE, async |connection| find(connection, id).await).await
    }

    /// Makes an audience. The note is the author's.
    ///
    /// # Errors
    /// `Invalid`, `AlreadyExists`; outages.
    pub async fn audience_create(&self, new: &NewAudience, author: &Author) -> Result<Audience, StoreError> {
        let description = new.description.as_deref().unwrap_or_default();
        let mut validation = author.validation();
        check_name(&mut validation, &new.name);
        validation.description(description);
        self.check_condition(&new.condition, &mut validation).await?;
        validation.finish().map_err(StoreError::Invalid)?;
        let id = AudienceId(Uuid::now_v7());
        self.change(author, async |connection| {
            let made = sqlx::query!(
                "insert into halyard.audiences (id, name, description, condition)
                 values ($1, $2, $3, $4)
                 on conflict (name) do nothing",
                id.0,
                new.name,
                description,
                Json(&new.condition) as _,
            )
            .execute(&mut *connection)
            .await?;
            if made.rows_affected() == 0 {
                return Err(name_taken(&new.name));
            }
            find(connection, id).await
        })
        .await
    }

    /// Changes the given fields of an audience that was read at `base_version`.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `AlreadyExists`; `Conflict` when a field that is sent was changed
    /// since that version into something else than what is sent; outages.
    pub async fn audience_update(
        &self,
        id: AudienceId,
        base_version: i32,
        changes: &AudienceChanges,
        author: &Author,
    ) -> Result<Audience, StoreError> {
        let mut validation = author.validation();
        if let Some(name) = &changes.name {
            check_name(&mut validation, name);
        }
        if let Some(description) = &changes.description {
            validation.description(description);
        }
        if let Some(condition) = &changes.condition {
            self.check_condition(condition, &mut validation).await?;
        }
        validation.finish().map_err(StoreError::Invalid)?;
        self.change(author, async |connection| {
            sqlx::query!("select id from halyard.audiences where id = $1 for no key update", id.0)
                .fetch_optional(&mut *connection)
                .await?;
            let current = find(connection, id).await?;
            let fields = conflicts(connection, &current, base_version, changes).await?;
            if !fields.is_empty() {
                let current = Box::new(Current::Audience(current));
                return Err(StoreError::Conflict { fields, current });
            }
            let fields = Fields {
                name: changes.name.as_deref(),
                description: changes.description.as_deref(),
                condition: changes.condition.as_ref(),
            };
            write(connection, id, fields).await?;
            find(connection, id).await
        })
        .await
    }

    /// Deletes an audience that no flag uses.
    ///
    /// # Errors
    /// `NotFound`, `InUse` with the flags; outages.
    pub async fn audience_delete(&self, id: AudienceId, author: &Author) -> Result<(), StoreError> {
        author.check()?;
        self.change(author, async |connection| {
            let deleted = sqlx::query!("delete from halyard.audiences where id = $1", id.0)
                .execute(&mut *connection)
                .await?;
            if deleted.rows_affected() == 0 {
                return Err(StoreError::not_found("audience", id.to_string()));
            }
            match users(connection, Some(id.0)).await?.remove(&id.0) {
                Some(flags) => Err(StoreError::InUse { what: "audience", flags }),
                None => Ok(()),
            }
        })
        .await
    }

    /// Adds what is wrong with a condition for the customers there are. Before a customer source
    /// is chosen only its shape can be right or wrong, and that was checked when it was read.
    async fn check_condition(
        &self,
        condition: &Condition,
        validation: &mut Validation,
    ) -> Result<(), StoreError> {
        let Some(source) = self.resolved_source().await? else { return Ok(()) };
        for violation in condition.validate(&source, "condition").err().unwrap_or_default() {
            validation.add(violation.path, violation.message);
        }
        Ok(())
    }
}

/// What of an audience is written; what is absent stays.
struct Fields<'a> {
    name: Option<&'a str>,
    description: Option<&'a str>,
    condition: Option<&'a Condition>,
}

async fn write(connection: &mut PgConnection, id: AudienceId, fields: Fields<'_>) -> Result<(), StoreError> {
    let written = sqlx::query!(
        "update halyard.audiences
         set name = coalesce($2, name), description = coalesce($3, description),
             condition = coalesce($4, condition)
         where id = $1",
        id.0,
        fields.name,
        fields.description,
        fields.condition.map(Json) as _,
    )
    .execute(connection)
    .await;
    match (written, fields.name) {
        (Err(sqlx::Error::Database(error)), Some(name)) if error.is_unique_violation() => {
            Err(name_taken(name))
        }
        (outcome, _) => Ok(outcome.map(|_| ())?),
    }
}

/// The row, its JSON still as text: what somebody wrote by hand must fail alone.
struct AudienceRow {
    id: Uuid,
    name: String,
    description: String,
    condition: String,
    version: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    updated_by: String,
}

impl AudienceRow {
    fn into_audience(self, used_by: Vec<FlagReference>) -> Result<Audience, StoreError> {
        Ok(Audience {
            condition: parse(&self.condition, || format!("audience “{}”", self.name))?,
            id: AudienceId(self.id),
            name: self.name,
            description: self.description,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            updated_by: self.updated_by,
            used_by,
        })
    }
}

/// All audiences, by name.
async fn rows(connection: &mut PgConnection) -> Result<Vec<AudienceRow>, StoreError> {
    Ok(sqlx::query_as!(
        AudienceRow,
        r#"select id, name, description, condition::text as "condition!", version,
             created_at, updated_at, updated_by
         from halyard.audiences
         order by lower(name), name"#
    )
    .fetch_all(connection)
    .await?)
}

async fn find(connection: &mut PgConnection, id: AudienceId) -> Result<Audience, StoreError> {
    let row = sqlx::query_as!(
        AudienceRow,
        r#"select id, name, description, condition::text as "condition!", version,
             created_at, updated_at, updated_by
         from halyard.audiences where id = $1"#,
        id.0
    )
    .fetch_optional(&mut *connection)
    .await?
    .ok_or_else(|| StoreError::not_found("audience", id.to_string()))?;
    let used_by = users(connection, Some(id.0)).await?.remove(&id.0).unwrap_or_default();
    row.into_audience(used_by)
}

/// The flags with a rule on each audience (or on one), by key.
async fn users(
    connection: &mut PgConnection,
    audience: Option<Uuid>,
) -> Result<HashMap<Uuid, Vec<FlagReference>>, StoreError> {
    let rows = sqlx::query!(
        r#"select distinct f.key collate "C" as "key!", f.id, (r.rule ->> 'audienceId')::uuid as "audience!"
         from halyard.feature_flags as f
         cross join lateral jsonb_array_elements(f.rules) as r (rule)
         where r.rule ->> 'audienceId' is not null
             and ($1::uuid is null or (r.rule ->> 'audienceId')::uuid = $1)
         order by 1"#,
        audience
    )
    .fetch_all(connection)
    .await?;
    let mut users: HashMap<Uuid, Vec<FlagReference>> = HashMap::new();
    for row in rows {
        users.entry(row.audience).or_default().push(FlagReference { id: row.id, key: row.key });
    }
    Ok(users)
}

/// The sent fields that somebody changed since `base_version` into something else.
async fn conflicts(
    connection: &mut PgConnection,
    current: &Audience,
    base_version: i32,
    changes: &AudienceChanges,
) -> Result<Vec<String>, StoreError> {
    if base_version == current.version {
        return Ok(Vec::new());
    }
    let base = sqlx::query_scalar!(
        "select audience from halyard.audience_versions where audience_id = $1 and version = $2",
        current.id.0,
        base_version,
    )
    .fetch_optional(connection)
    .await?
    .ok_or_else(|| {
        StoreError::invalid(
            "baseVersion",
            format!("This audience has no version {base_version}. Load it again."),
        )
    })?;
    let now = json!({
        "name": current.name, "description": current.description, "condition": current.condition,
    });
    let sent = json!(changes);
    Ok(["name", "description", "condition"]
        .into_iter()
        .filter(|&field| {
            sent.get(field)
                .is_some_and(|sent| !json_equal(&base[field], &now[field]) && !json_equal(&now[field], sent))
        })
        .map(str::to_owned)
        .collect())
}

fn check_name(validation: &mut Validation, name: &str) {
    if name.trim().is_empty() {
        validation.add("name", "The audience has no name. Give it one.");
    }
    validation.name(name);
}

fn name_taken(name: &str) -> StoreError {
    StoreError::AlreadyExists { what: "audience", key: name.to_owned(), archived: false, flag: None }
}

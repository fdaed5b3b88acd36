//! Changing a flag: edits that may conflict, and the switches that never do.

use halyard_engine::{RuleId, json_equal};
use serde_json::{Value, json};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{
    Flag, FlagChanges,
    history::snapshot,
    row::{self, Asked},
};
use crate::{Author, Store, StoreError, error::Current, roles::GroupRole};

impl Store {
    /// Changes the given fields of a flag (id or key) that was read at `base_version`.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`; `Conflict` when a field that is sent was changed since that version
    /// into something else than what is sent; outages.
    pub async fn flag_update(
        &self,
        flag: &str,
        base_version: i32,
        changes: &FlagChanges,
        author: &Author,
    ) -> Result<Flag, StoreError> {
        self.change(author, async |connection| {
            let current = row::find_locked(connection, Asked::new(flag)).await?;
            let changed = apply(connection, &current, changes, author).await?;
            let fields = conflicts(connection, &current, base_version, changes, &changed).await?;
            if !fields.is_empty() {
                return Err(StoreError::Conflict { fields, current: Box::new(Current::Flag(current)) });
            }
            write(connection, &changed).await?;
            row::find(connection, Asked::new(flag)).await
        })
        .await
    }

    /// Switches a flag on or off in one environment. Idempotent; never conflicts.
    ///
    /// # Errors
    /// `NotFound` for the flag, `Invalid` for the environment; outages.
    pub async fn flag_set_environment(
        &self,
        flag: &str,
        environment: &str,
        enabled: bool,
        author: &Author,
    ) -> Result<Flag, StoreError> {
        let asked = Asked::new(flag);
        self.change(author, async |connection| {
            let mut validation = author.validation();
            let exists = !environment.contains('\0')
                && sqlx::query_scalar!(
                    r#"select exists (select from halyard.environments where key = $1) as "exists!""#,
                    environment,
                )
                .fetch_one(&mut *connection)
                .await?;
            if !exists {
                validation.add(
                    "environment",
                    format!("There is no environment “{environment}”. Create it under Settings first."),
                );
            }
            validation.finish().map_err(StoreError::Invalid)?;
            sqlx::query!(
                "update halyard.feature_flags
                 set environments = environments || jsonb_build_object($3::text, $4::boolean)
                 where (id = $1 or key = $2)
                     and coalesce((environments ->> $3)::boolean, false) <> $4",
                asked.id,
                asked.key,
                environment,
                enabled,
            )
            .execute(&mut *connection)
            .await?;
            row::find(connection, asked).await
        })
        .await
        .map_err(|error| error.needing(GroupRole::Operator))
    }

    /// Takes a flag out of use. Idempotent.
    ///
    /// # Errors
    /// `NotFound`; outages.
    pub async fn flag_archive(&self, flag: &str, author: &Author) -> Result<Flag, StoreError> {
        author.check()?;
        let asked = Asked::new(flag);
        self.change(author, async |connection| {
            sqlx::query!(
                "update halyard.feature_flags set archived_at = clock_timestamp()
                 where (id = $1 or key = $2) and archived_at is null",
                asked.id,
                asked.key,
            )
            .execute(&mut *connection)
            .await?;
            row::find(connection, asked).await
        })
        .await
    }

    /// Takes a flag back into use. Idempotent.
    ///
    /// # Errors
    /// `NotFound`; outages.
    pub async fn flag_unarchive(&self, flag: &str, author: &Author) -> Result<Flag, StoreError> {
        author.check()?;
        let asked = Asked::new(flag);
        self.change(author, async |connection| {
            sqlx::query!(
                "update halyard.feature_flags set archived_at = null
                 where (id = $1 or key = $2) and archived_at is not null",
                asked.id,
                asked.key,
            )
            .execute(&mut *connection)
            .await?;
            row::find(connection, asked).await
        })
        .await
    }
}

/// The flag with the changes made, or everything that is wrong with them.
async fn apply(
    connection: &mut PgConnection,
    current: &Flag,
    changes: &FlagChanges,
    author: &Author,
) -> Result<Flag, StoreError> {
    let mut flag = current.clone();
    let mut validation = author.validation();
    if let Some(name) = &changes.name {
        validation.name(name);
        flag.name.clone_from(name);
    }
    if let Some(description) = &changes.description {
        validation.description(description);
        flag.description.clone_from(description);
    }
    if let Some(value) = &changes.default_value {
        validation.value("defaultValue", flag.flag_type, value);
        flag.default_value.clone_from(value);
    }
    if let Some(rules) = &changes.rules {
        flag.rules = validation.rules(flag.flag_type, rules, || RuleId(Uuid::now_v7()));
        row::check_audiences(connection, rules, &mut validation).await?;
    }
    if let Some(environments) = &changes.environments {
        let known =
            sqlx::query_scalar!("select key from halyard.environments").fetch_all(&mut *connection).await?;
        validation.environments(environments, |key| known.iter().any(|known| known == key));
        flag.environments.clone_from(environments);
    }
    if let Some(tags) = &changes.tags {
        validation.tags(tags);
        flag.tags.clone_from(tags);
    }
    flag.client_visible = changes.client_visible.unwrap_or(flag.client_visible);
    flag.permanent = changes.permanent.unwrap_or(flag.permanent);
    validation.finish().map_err(StoreError::Invalid)?;
    Ok(flag)
}

/// The sent fields that somebody changed since `base_version` into something else.
async fn conflicts(
    connection: &mut PgConnection,
    current: &Flag,
    base_version: i32,
    changes: &FlagChanges,
    changed: &Flag,
) -> Result<Vec<String>, StoreError> {
    if base_version == current.version {
        return Ok(Vec::new());
    }
    let Some(base) = snapshot(connection, current.id, base_version).await? else {
        return Err(StoreError::invalid(
            "baseVersion",
            format!("This flag has no version {base_version}. Load it again."),
        ));
    };
    let sent = [
        ("name", changes.name.is_some()),
        ("description", changes.description.is_some()),
        ("defaultValue", changes.default_value.is_some()),
        ("rules", changes.rules.is_some()),
        ("environments", changes.environments.is_some()),
        ("clientVisible", changes.client_visible.is_some()),
        ("permanent", changes.permanent.is_some()),
        ("tags", changes.tags.is_some()),
    ];
    let (base, current, changed) = (content(&base), content(current), content(changed));
    Ok(sent
        .into_iter()
        .filter(|&(field, is_sent)| {
            is_sent
                && !json_equal(&base[field], &current[field])
                && !json_equal(&current[field], &changed[field])
        })
        .map(|(field, _)| field.to_owned())
        .collect())
}

/// What an edit may change, as JSON, in which values are compared.
fn content(flag: &Flag) -> Value {
    json!({
        "name": flag.name,
        "description": flag.description,
        "defaultValue": flag.default_value,
        "rules": flag.rules,
        "environments": flag.environments,
        "clientVisible": flag.client_visible,
        "permanent": flag.permanent,
        "tags": flag.tags,
    })
}

/// Writes all that an edit may change, and the environment switches.
pub(super) async fn write(connection: &mut PgConnection, flag: &Flag) -> Result<(), StoreError> {
    sqlx::query!(
        "update halyard.feature_flags
         set name = $2, description = $3, default_value = $4, rules = $5, environments = $6,
             client_visible = $7, permanent = $8, tags = $9
         where id = $1",
        flag.id,
        flag.name,
        flag.description,
        row::stored(&flag.default_value) as _,
        Json(&flag.rules) as _,
        Json(&flag.environments) as _,
        flag.client_visible,
        flag.permanent,
        &flag.tags,
    )
    .execute(connection)
    .await?;
    Ok(())
}

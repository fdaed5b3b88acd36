//! Versions of a flag, and going back to one.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Flag, FlagVersion,
    change::write,
    row::{self, Asked, parse},
};
use crate::{Author, Store, StoreError, store::DEADLINE};

impl Store {
    /// Makes an earlier version the newest one: all but kill switch and archive, which only
    /// restore and unarchive undo. Switches of environments that are gone are left out.
    ///
    /// # Errors
    /// `NotFound` for flag or version, `Invalid` when the version uses an audience that is gone;
    /// outages.
    pub async fn flag_revert(&self, flag: &str, version: i32, author: &Author) -> Result<Flag, StoreError> {
        self.change(author, async |connection| {
            let current = row::find_locked(connection, Asked::new(flag)).await?;
            let Some(past) = snapshot(connection, current.id, version).await? else {
                return Err(StoreError::not_found("version", version.to_string()));
            };
            let mut validation = author.validation();
            let rules: Vec<_> = past.rules.iter().cloned().map(Into::into).collect();
            row::check_audiences(connection, &rules, &mut validation).await?;
            validation.finish().map_err(StoreError::Invalid)?;

            let known = sqlx::query_scalar!("select key from halyard.environments")
                .fetch_all(&mut *connection)
                .await?;
            let mut environments = past.environments;
            environments.retain(|key, _| known.contains(key));
            sqlx::query!(
                "select set_config('halyard.reverting_to', $1, true) as reverting_to",
                version.to_string()
            )
            .fetch_one(&mut *connection)
            .await?;
            write(
                connection,
                &Flag {
                    name: past.name,
                    description: past.description,
                    default_value: past.default_value,
                    rules: past.rules,
                    environments,
                    client_visible: past.client_visible,
                    permanent: past.permanent,
                    tags: past.tags,
                    ..current
                },
            )
            .await?;
            row::find(connection, Asked::new(flag)).await
        })
        .await
    }

    /// Versions of a flag, newest first: below `before` when given, at most `limit` (1 to 200).
    ///
    /// # Errors
    /// `NotFound`, `Invalid`; outages.
    pub async fn flag_versions(
        &self,
        flag: &str,
        before: Option<i32>,
        limit: u32,
    ) -> Result<Vec<FlagVersion>, StoreError> {
        if !(1..=200).contains(&limit) {
            return Err(StoreError::invalid("limit", "Ask for 1 to 200 versions at a time."));
        }
        let asked = Asked::new(flag);
        self.read(DEADLINE, async |connection| {
            let id = row::find(connection, asked).await?.id;
            let rows = sqlx::query!(
                r#"select v.version, v.key, v.flag::text as "flag!",
                     a.at as "at!: DateTime<Utc>", a.actor as "actor!", a.action as "action!",
                     a.note as "note!"
                 from halyard.flag_versions as v
                 join halyard.audit_log as a on a.seq = v.config_version
                 where v.flag_id = $1 and v.version < coalesce($2, 2147483647)
                 order by v.version desc
                 limit $3"#,
                id,
                before,
                i64::from(limit),
            )
            .fetch_all(connection)
            .await?;
            rows.into_iter()
                .map(|row| {
                    let what = || format!("version {} of flag “{}”", row.version, row.key);
                    Ok(FlagVersion {
                        version: row.version,
                        at: row.at,
                        flag: parse(&row.flag, what)?,
                        actor: row.actor,
                        action: row.action,
                        note: row.note,
                    })
                })
                .collect()
        })
        .await
    }
}

/// The flag as it was in a version, if there was one.
pub(super) async fn snapshot(
    connection: &mut PgConnection,
    flag: Uuid,
    version: i32,
) -> Result<Option<Flag>, StoreError> {
    let row = sqlx::query!(
        r#"select key, flag::text as "flag!" from halyard.flag_versions
         where flag_id = $1 and version = $2"#,
        flag,
        version,
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| parse(&row.flag, || format!("version {version} of flag “{}”", row.key))).transpose()
}

//! Flags as lists and pages read them.

use std::collections::BTreeMap;

use halyard_engine::AudienceId;
use sqlx::{PgConnection, types::Json};

use super::{
    Flag, FlagSummary, FlagsList,
    row::{self, Asked, flag_type},
};
use crate::{Store, StoreError, store::DEADLINE};

/// Environment key → on, as jsonb.
type Switches = Json<BTreeMap<String, bool>>;

impl Store {
    /// Summaries by key: of the unarchived flags, or of the archived ones.
    ///
    /// # Errors
    /// Outages.
    pub async fn flags_list(&self, archived: bool) -> Result<FlagsList, StoreError> {
        self.read(DEADLINE, async |connection| {
            // First, so that the flags are at least as new as the version says.
            let config_version =
                sqlx::query_scalar!("select seq from halyard.audit_head").fetch_one(&mut *connection).await?;
            Ok(FlagsList { flags: summaries(connection, archived, None).await?, config_version })
        })
        .await
    }

    /// One flag by id or key, archived or not.
    ///
    /// # Errors
    /// `NotFound`; outages.
    pub async fn flag_get(&self, flag: &str) -> Result<Flag, StoreError> {
        self.read(DEADLINE, async |connection| row::find(connection, Asked::new(flag)).await).await
    }
}

/// Summaries by key: of the unarchived flags, or of the archived ones; with a tag, or of all.
pub(crate) async fn summaries(
    connection: &mut PgConnection,
    archived: bool,
    tag: Option<&str>,
) -> Result<Vec<FlagSummary>, StoreError> {
    let rows = sqlx::query!(
        r#"select id, key, name, type as flag_type,
             left(default_value::text, 80) as "default_preview!",
             jsonb_array_length(rules) as "rule_count!",
             array(
                 select distinct (r.rule ->> 'audienceId')::uuid
                 from jsonb_array_elements(rules) as r (rule)
                 where r.rule ->> 'audienceId' is not null
             ) as "audience_ids!",
             environments as "environments: Switches",
             is_active, client_visible, permanent, tags, version, updated_at, updated_by,
             archived_at, killed_at, killed_by
         from halyard.feature_flags
         where (archived_at is not null) = $1 and ($2::text is null or $2 = any (tags))
         order by lower(key) collate "C", key collate "C""#,
        archived,
        tag,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(FlagSummary {
                id: row.id,
                key: row.key,
                name: row.name,
                flag_type: flag_type(&row.flag_type)?,
                default_preview: row.default_preview,
                rule_count: row.rule_count,
                audience_ids: row.audience_ids.into_iter().map(AudienceId).collect(),
                environments: row.environments.0,
                is_active: row.is_active,
                client_visible: row.client_visible,
                permanent: row.permanent,
                tags: row.tags,
                version: row.version,
                updated_at: row.updated_at,
                updated_by: row.updated_by,
                archived_at: row.archived_at,
                killed_at: row.killed_at,
                killed_by: row.killed_by,
            })
        })
        .collect()
}

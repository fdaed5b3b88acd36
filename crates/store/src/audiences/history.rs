//! The versions of an audience, and going back to one.

use chrono::{DateTime, Utc};
use halyard_engine::AudienceId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::{Fields, find, write};
use crate::condition::Condition;
use crate::flags::parse;
use crate::store::DEADLINE;
use crate::{Author, Store, StoreError};

/// An audience as it was in one of its versions.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AudienceVersion {
    /// From 1.
    #[ts(type = "number")]
    pub version: i32,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Who made it.
    pub actor: String,
    /// The audit's word for it: `audience.created`, `audience.updated`.
    pub action: String,
    /// Why; empty when nobody said.
    pub note: String,
    /// Its name then.
    pub name: String,
    /// Its description then.
    pub description: String,
    /// Who was in it; null when what was stored, by hand, is no condition.
    pub condition: Option<Condition>,
}

/// When a version was made, by whom, how and why.
pub(crate) struct Made {
    pub(crate) at: DateTime<Utc>,
    pub(crate) actor: String,
    pub(crate) action: String,
    pub(crate) note: String,
}

impl AudienceVersion {
    /// From a stored snapshot.
    pub(crate) fn read(id: AudienceId, version: i32, snapshot: &str, made: Made) -> Result<Self, StoreError> {
        let snapshot: Snapshot = parse(snapshot, || format!("version {version} of audience {id}"))?;
        let Made { at, actor, action, note } = made;
        Ok(Self {
            version,
            at,
            actor,
            action,
            note,
            condition: snapshot.condition(),
            name: snapshot.name,
            description: snapshot.description,
        })
    }
}

/// What of a snapshot makes the audience.
#[derive(Deserialize)]
struct Snapshot {
    name: String,
    description: String,
    condition: Value,
}

impl Snapshot {
    fn condition(&self) -> Option<Condition> {
        Condition::parse(&self.condition, "condition").ok()
    }
}

impl Store {
    /// Versions of an audience, newest first: below `before` when given, at most `limit` (1 to 200).
    ///
    /// # Errors
    /// `NotFound`, `Invalid`; outages.
    pub async fn audience_versions(
        &self,
        id: AudienceId,
        before: Option<i32>,
        limit: u32,
    ) -> Result<Vec<AudienceVersion>, StoreError> {
        if !(1..=200).contains(&limit) {
            return Err(StoreError::invalid("limit", "Ask for 1 to 200 versions at a time."));
        }
        self.read(DEADLINE, async |connection| {
            find(connection, id).await?;
            let rows = sqlx::query!(
                r#"select v.version, v.audience::text as "audience!", a.at as "at!: DateTime<Utc>",
                     a.actor as "actor!", a.action as "action!", a.note as "note!"
                 from halyard.audience_versions as v
                 join halyard.audit_log as a on a.seq = v.config_version
                 where v.audience_id = $1 and v.version < coalesce($2, 2147483647)
                 order by v.version desc
                 limit $3"#,
                id.0,
                before,
                i64::from(limit),
            )
            .fetch_all(connection)
            .await?;
            rows.into_iter()
                .map(|row| {
                    let made = Made { at: row.at, actor: row.actor, action: row.action, note: row.note };
                    AudienceVersion::read(id, row.version, &row.audience, made)
                })
                .collect()
        })
        .await
    }

    /// Makes an earlier version the newest one: name, description and condition. Never conflicts: what
    /// it replaces stays in the history.
    ///
    /// # Errors
    /// `NotFound` for audience or version; `Invalid` when the version's condition does not fit the
    /// customers' attributes any more; `AlreadyExists` when another audience has its name; outages.
    pub async fn audience_revert(
        &self,
        id: AudienceId,
        version: i32,
        author: &Author,
    ) -> Result<super::Audience, StoreError> {
        // A version never changes: it may be read and checked before anything is locked.
        let snapshot = self
            .read(DEADLINE, async |connection| {
                find(connection, id).await?;
                let snapshot = sqlx::query_scalar!(
                    r#"select audience::text as "audience!" from halyard.audience_versions
                     where audience_id = $1 and version = $2"#,
                    id.0,
                    version,
                )
                .fetch_optional(connection)
                .await?
                .ok_or_else(|| StoreError::not_found("version", version.to_string()))?;
                parse::<Snapshot>(&snapshot, || format!("version {version} of audience {id}"))
            })
            .await?;
        let Some(condition) = snapshot.condition() else {
            return Err(StoreError::invalid(
                "version",
                format!("What version {version} holds is not a condition. Choose another version."),
            ));
        };
        let mut validation = author.validation();
        self.check_condition(&condition, &mut validation).await?;
        validation.finish().map_err(StoreError::Invalid)?;
        self.change(author, async |connection| {
            let Snapshot { name, description, .. } = &snapshot;
            let fields =
                Fields { name: Some(name), description: Some(description), condition: Some(&condition) };
            write(connection, id, fields).await?;
            find(connection, id).await
        })
        .await
    }
}

//! What was in force at a moment of the past: flags and audiences as a config version knew them, and
//! the logged call of a customer that is nearest.
//!
//! Time never runs backwards along the audit trail, so that a moment is a config version, and versions
//! are found by that number.

use chrono::{DateTime, TimeDelta, Utc};
use halyard_engine::{AudienceId, RuleId};
use serde_json::Value;
use uuid::Uuid;

use crate::audiences::{AudienceVersion, Made};
use crate::customers::json_from_text;
use crate::evaluations::EvaluationRow;
use crate::flags::{FlagVersion, parse};
use crate::store::DEADLINE;
use crate::{Store, StoreError};

/// Longer than any log is kept.
const EVER: TimeDelta = TimeDelta::days(10 * 365);

/// An answer that the log has, and the configuration that it was given from.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedEvaluation {
    /// The answer.
    pub row: EvaluationRow,
    /// The config version that the evaluator knew.
    pub config_version: i64,
}

impl Store {
    /// The config version in force at a moment; 0 before the first entry.
    ///
    /// # Errors
    /// Outages.
    pub async fn config_version_at(&self, at: DateTime<Utc>) -> Result<i64, StoreError> {
        // The next microsecond, Postgres's least step: what was committed at the moment counts.
        let Some(after) = at.checked_add_signed(TimeDelta::microseconds(1)) else { return Ok(i64::MAX) };
        self.read(DEADLINE, async |connection| {
            let next = sqlx::query_scalar!(r#"select halyard.first_entry_since($1) as "seq!""#, after)
                .fetch_one(connection)
                .await?;
            Ok(next.saturating_sub(1))
        })
        .await
    }

    /// Flags as a config version knew them, by key: of one flag, or of all. Those made later are left
    /// out.
    ///
    /// # Errors
    /// Outages.
    pub async fn flags_as_of(
        &self,
        flag: Option<Uuid>,
        config_version: i64,
    ) -> Result<Vec<FlagVersion>, StoreError> {
        self.read(DEADLINE, async |connection| {
            let rows = sqlx::query!(
                r#"select v.version, v.key, v.flag::text as "flag!",
                     a.at as "at!: DateTime<Utc>", a.actor as "actor!", a.action as "action!",
                     a.note as "note!"
                 from (
                     select distinct on (flag_id) *
                     from halyard.flag_versions
                     where config_version <= $2 and ($1::uuid is null or flag_id = $1)
                     order by flag_id, version desc
                 ) as v
                 join halyard.audit_log as a on a.seq = v.config_version
                 order by lower(v.key) collate "C", v.key collate "C""#,
                flag,
                config_version,
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

    /// Audiences as a config version knew them, also such as were deleted later.
    ///
    /// # Errors
    /// Outages.
    pub async fn audiences_as_of(
        &self,
        audiences: &[AudienceId],
        config_version: i64,
    ) -> Result<Vec<(AudienceId, AudienceVersion)>, StoreError> {
        let ids: Vec<Uuid> = audiences.iter().map(|id| id.0).collect();
        self.read(DEADLINE, async |connection| {
            let rows = sqlx::query!(
                r#"select v.audience_id, v.version, v.audience::text as "audience!",
                     a.at as "at!: DateTime<Utc>", a.actor as "actor!", a.action as "action!",
                     a.note as "note!"
                 from (
                     select distinct on (audience_id) *
                     from halyard.audience_versions
                     where config_version <= $2 and audience_id = any ($1)
                     order by audience_id, version desc
                 ) as v
                 join halyard.audit_log as a on a.seq = v.config_version
                 order by v.audience_id"#,
                &ids,
                config_version,
            )
            .fetch_all(connection)
            .await?;
            rows.into_iter()
                .map(|row| {
                    let id = AudienceId(row.audience_id);
                    let made = Made { at: row.at, actor: row.actor, action: row.action, note: row.note };
                    Ok((id, AudienceVersion::read(id, row.version, &row.audience, made)?))
                })
                .collect()
        })
        .await
    }

    /// The logged answer of a flag to a customer in an environment that is nearest to a moment; of two
    /// as near, the earlier. Found by the index on the entity, in the days around the moment first: with
    /// all days the plan alone takes longer than that.
    ///
    /// # Errors
    /// Outages.
    pub async fn evaluation_near(
        &self,
        flag_key: &str,
        environment: &str,
        entity_id: &str,
        at: DateTime<Utc>,
    ) -> Result<Option<LoggedEvaluation>, StoreError> {
        for span in [TimeDelta::days(1), EVER] {
            let found = self.evaluation_within(flag_key, environment, entity_id, at, span).await?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    async fn evaluation_within(
        &self,
        flag_key: &str,
        environment: &str,
        entity_id: &str,
        at: DateTime<Utc>,
        span: TimeDelta,
    ) -> Result<Option<LoggedEvaluation>, StoreError> {
        let from = at.checked_sub_signed(span).unwrap_or(at);
        let to = at.checked_add_signed(span).unwrap_or(at);
        self.read(DEADLINE, async |connection| {
            let row = sqlx::query!(
                r#"select e.id as "id!", e.position as "position!", e.evaluated_at as "at!: DateTime<Utc>",
                     e.source as "source!", e.sdk as "sdk!", e.stale as "stale!",
                     e.config_version as "config_version!", e.flag_version as "flag_version!",
                     e.value::text as value, e.reason as "reason!", e.off_by, e.error_kind,
                     e.rule_index, e.rule_id
                 from (
                     (select * from halyard.flag_evaluations
                      where entity_id = $1 and flag_key = $2 and environment = $3 and evaluated_at <= $4
                        and evaluated_at >= $5
                      order by evaluated_at desc limit 1)
                     union all
                     (select * from halyard.flag_evaluations
                      where entity_id = $1 and flag_key = $2 and environment = $3 and evaluated_at > $4
                        and evaluated_at <= $6
                      order by evaluated_at limit 1)
                 ) as e
                 order by abs(extract(epoch from e.evaluated_at - $4)), e.evaluated_at
                 limit 1"#,
                entity_id,
                flag_key,
                environment,
                at,
                from,
                to,
            )
            .fetch_optional(connection)
            .await?;
            Ok(row.map(|row| LoggedEvaluation {
                row: EvaluationRow {
                    id: format!("{}-{}", row.id, row.position - 1),
                    call_id: row.id,
                    at: row.at,
                    environment: environment.to_owned(),
                    entity_id: entity_id.to_owned(),
                    source: row.source,
                    sdk: row.sdk,
                    stale: row.stale,
                    flag_key: flag_key.to_owned(),
                    flag_version: row.flag_version,
                    value: row.value.map_or(Value::Null, json_from_text),
                    reason: row.reason,
                    off_by: row.off_by,
                    error_kind: row.error_kind,
                    rule_index: row.rule_index,
                    rule_id: row.rule_id.map(RuleId),
                },
                config_version: row.config_version,
            }))
        })
        .await
    }
}

//! Which entries: one filter for lists and exports, and its SQL.

use chrono::{DateTime, Utc};
use halyard_engine::Validation;
use serde::{Deserialize, Serialize};
use sqlx::{Postgres, QueryBuilder};
use ts_rs::TS;
use uuid::Uuid;

use crate::StoreError;

/// The most actions to ask for at a time.
const MAX_ACTIONS: usize = 50;

/// Shorter texts are in no trigram.
const TRIGRAM: usize = 3;

/// Which entries; what is left out lets every entry through.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditFilter {
    /// Only by this actor, as the app called them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub actor: Option<String>,
    /// Only these actions, such as `flag.killed`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<String>>")]
    pub actions: Vec<String>,
    /// Only about this flag: its id or key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub flag: Option<String>,
    /// Only about this kind of entity, such as `audience`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub entity_type: Option<String>,
    /// Only about this entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub entity_id: Option<String>,
    /// Only what affects this environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub environment: Option<String>,
    /// Only what was committed then or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub from: Option<DateTime<Utc>>,
    /// Only what was committed before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub to: Option<DateTime<Utc>>,
    /// In actor, database role, action, key and note, whatever the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub search: Option<String>,
}

impl AuditFilter {
    /// Whether every entry passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Notes everything that is wrong with it.
    pub(super) fn validate(&self, validation: &mut Validation) {
        let texts = [
            ("actor", &self.actor, 200),
            ("flag", &self.flag, 100),
            ("entityType", &self.entity_type, 50),
            ("entityId", &self.entity_id, 200),
            ("environment", &self.environment, 50),
            ("search", &self.search, 200),
        ];
        for (path, text, most) in texts {
            validation.text(path, text.as_deref().unwrap_or_default(), most);
        }
        if self.actions.len() > MAX_ACTIONS {
            validation.add("actions", format!("Ask for at most {MAX_ACTIONS} actions."));
        }
        for (index, action) in self.actions.iter().take(MAX_ACTIONS).enumerate() {
            validation.text(&format!("actions[{index}]"), action, 100);
        }
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from >= to
        {
            validation.add("to", "The end of the time is not after its beginning.");
        }
    }

    /// # Errors
    /// `Invalid`, with everything that is wrong.
    pub fn check(&self) -> Result<(), StoreError> {
        let mut validation = Validation::new();
        self.validate(&mut validation);
        validation.finish().map_err(StoreError::Invalid)
    }

    /// What is searched for, if that is anything.
    fn searched(&self) -> Option<&str> {
        self.search.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// Whether it searches for a text that an index knows.
    pub(super) fn needs_index(&self) -> bool {
        self.searched().is_some_and(|text| text.chars().count() >= TRIGRAM)
    }

    /// Adds `from …` with the row of `halyard.audit_entries` as `a`, and answers by what to order it. Where a text is
    /// searched for that an index knows, these are those before `before` that pass the other parts and may hold the
    /// text, looked up one by one from the newest on: a page of common ones looks into few of them. Joined in any
    /// other way, the planner would look into every entry there is.
    pub(super) fn push_from(&self, sql: &mut QueryBuilder<Postgres>, before: Option<i64>) -> &'static str {
        let Some(text) = self.searched().filter(|_| self.needs_index()) else {
            sql.push(" from halyard.audit_entries as a");
            return "a.seq";
        };
        sql.push(
            " from (select c.seq from halyard.audit_entries as c
              where halyard.trigrams(halyard.audit_text(c.entry::jsonb)) @> halyard.trigrams(",
        )
        .push_bind(text.to_owned())
        .push(")");
        if let Some(before) = before {
            sql.push(" and c.seq < ").push_bind(before);
        }
        self.push_parts(sql, "c");
        sql.push(
            " order by c.seq desc offset 0) as c
              cross join lateral (select a.* from halyard.audit_entries as a where a.seq = c.seq offset 0) as a",
        );
        "c.seq"
    }

    /// Adds ` and …` for each part; the row of `halyard.audit_entries` is called `a`.
    pub(super) fn push_sql(&self, sql: &mut QueryBuilder<Postgres>) {
        self.push_parts(sql, "a");
        if let Some(search) = self.searched() {
            sql.push(" and halyard.audit_text(a.entry::jsonb) ilike ").push_bind(contains(search));
        }
    }

    /// Adds ` and …` for each part but the searched text. The expressions are those of the indexes. Time never runs
    /// backwards along the chain, so that a time is a number.
    fn push_parts(&self, sql: &mut QueryBuilder<Postgres>, row: &str) {
        let mut equal = |field: &str, value: &Option<String>| {
            if let Some(value) = value {
                sql.push(format_args!(" and (({row}.entry::jsonb) ->> '{field}') = "))
                    .push_bind(value.clone());
            }
        };
        equal("actor", &self.actor);
        equal("entityType", &self.entity_type);
        equal("entityId", &self.entity_id);
        if let Some(flag) = &self.flag {
            equal("entityType", &Some("flag".to_owned()));
            // A key is never a UUID.
            match flag.parse::<Uuid>() {
                Ok(id) => equal("entityId", &Some(id.to_string())),
                Err(_) => equal("entityKey", &Some(flag.clone())),
            }
        }
        if !self.actions.is_empty() {
            sql.push(format_args!(" and (({row}.entry::jsonb) ->> 'action') = any("))
                .push_bind(self.actions.clone())
                .push(")");
        }
        if let Some(environment) = &self.environment {
            sql.push(format_args!(" and halyard.affected_environments({row}.entry::jsonb) @> array["))
                .push_bind(environment.clone())
                .push("]::text[]");
        }
        for (comparison, moment) in [(">=", self.from), ("<", self.to)] {
            if let Some(moment) = moment {
                sql.push(format_args!(" and {row}.seq {comparison} (select halyard.first_entry_since("))
                    .push_bind(moment)
                    .push("))");
            }
        }
    }
}

/// A LIKE pattern for texts that contain `text`.
fn contains(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

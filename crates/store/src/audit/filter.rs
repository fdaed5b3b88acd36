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

    /// Adds `from …` with the row of `halyard.audit_entries` as `a`, newest first if that is asked for
    /// by `order by a.seq desc`. Those that may hold a searched text come from an index, sorted before
    /// they are looked into, so that a page of common ones need not look into all of them.
    pub(super) fn push_from(&self, sql: &mut QueryBuilder<Postgres>) {
        match self.searched().filter(|_| self.needs_index()) {
            None => sql.push(" from halyard.audit_entries as a"),
            Some(text) => {
                sql.push(
                    " from (select c.seq from halyard.audit_entries as c
                      where halyard.trigrams(halyard.audit_text(c.entry::jsonb)) @> halyard.trigrams(",
                )
                .push_bind(text.to_owned())
                .push(") order by c.seq desc offset 0) as c join halyard.audit_entries as a on a.seq = c.seq")
            }
        };
    }

    /// Adds ` and …` for each part; the row of `halyard.audit_entries` is called `a`. The expressions
    /// are those of its indexes. Time never runs backwards along the chain, so that a time is a number.
    pub(super) fn push_sql(&self, sql: &mut QueryBuilder<Postgres>) {
        let mut equal = |expression: &str, value: &Option<String>| {
            if let Some(value) = value {
                sql.push(" and ").push(expression).push(" = ").push_bind(value.clone());
            }
        };
        equal("((a.entry::jsonb) ->> 'actor')", &self.actor);
        equal("((a.entry::jsonb) ->> 'entityType')", &self.entity_type);
        equal("((a.entry::jsonb) ->> 'entityId')", &self.entity_id);
        if let Some(flag) = &self.flag {
            equal("((a.entry::jsonb) ->> 'entityType')", &Some("flag".to_owned()));
            // A key is never a UUID.
            match flag.parse::<Uuid>() {
                Ok(id) => equal("((a.entry::jsonb) ->> 'entityId')", &Some(id.to_string())),
                Err(_) => equal("((a.entry::jsonb) ->> 'entityKey')", &Some(flag.clone())),
            }
        }
        if !self.actions.is_empty() {
            sql.push(" and ((a.entry::jsonb) ->> 'action') = any(").push_bind(self.actions.clone()).push(")");
        }
        if let Some(environment) = &self.environment {
            sql.push(" and halyard.affected_environments(a.entry::jsonb) @> array[")
                .push_bind(environment.clone())
                .push("]::text[]");
        }
        for (comparison, moment) in [(">=", self.from), ("<", self.to)] {
            if let Some(moment) = moment {
                sql.push(format_args!(" and a.seq {comparison} (select halyard.first_entry_since("))
                    .push_bind(moment)
                    .push("))");
            }
        }
        if let Some(search) = self.searched() {
            sql.push(" and halyard.audit_text(a.entry::jsonb) ilike ").push_bind(contains(search));
        }
    }
}

/// A LIKE pattern for texts that contain `text`.
fn contains(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

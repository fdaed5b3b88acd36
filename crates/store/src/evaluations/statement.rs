//! A filter as a statement that a person can paste into a tool of their own.

use chrono::{DateTime, SecondsFormat, Utc};

use halyard_engine::OffBy;

use super::filter::EvaluationFilter;
use crate::StoreError;

impl EvaluationFilter {
    /// The SELECT over `halyard.flag_evaluations` that finds what the filter finds. Every value is a
    /// literal that stays one whatever the session's settings are.
    ///
    /// # Errors
    /// `Invalid`.
    pub fn to_sql(&self) -> Result<String, StoreError> {
        self.check()?;
        let mut conditions = Vec::new();
        let time = |at: DateTime<Utc>| literal(&at.to_rfc3339_opts(SecondsFormat::Micros, true));
        if let Some(from) = self.from {
            conditions.push(format!("evaluated_at >= timestamptz {}", time(from)));
        }
        if let Some(to) = self.to {
            conditions.push(format!("evaluated_at < timestamptz {}", time(to)));
        }
        let texts = [
            ("flag_key", self.flag_key.as_deref()),
            ("entity_id", self.entity_id.as_deref()),
            ("environment", self.environment.as_deref()),
            ("reason", self.reason.map(|reason| reason.as_str())),
            ("off_by", self.off_by.map(off_by)),
            ("source", self.source.as_deref()),
            ("sdk", self.sdk.as_deref()),
        ];
        for (column, text) in texts {
            if let Some(text) = text {
                conditions.push(format!("{column} = {}", literal(text)));
            }
        }
        if let Some(part) = &self.sdk_contains {
            conditions.push(format!("strpos(lower(sdk), lower({})) > 0", literal(part)));
        }
        if let Some(value) = &self.value {
            conditions.push(format!("value = {}::jsonb", literal(&value.to_string())));
        }
        if let Some(rule) = self.rule_id {
            conditions.push(format!("rule_id = '{}'::uuid", rule.0));
        }
        let mut sql = "select evaluated_at, environment, entity_id, flag_key, flag_version, value, reason, off_by,\n       \
             error_kind, rule_index, rule_id, source, sdk, stale\nfrom halyard.flag_evaluations\n"
            .to_owned();
        if !conditions.is_empty() {
            sql.push_str(&format!("where {}\n", conditions.join("\n  and ")));
        }
        sql.push_str("order by evaluated_at desc, id desc, position\nlimit 1000;\n");
        Ok(sql)
    }
}

/// As the log's view writes it.
fn off_by(by: OffBy) -> &'static str {
    match by {
        OffBy::KillSwitch => "KILL_SWITCH",
        OffBy::Environment => "ENVIRONMENT",
    }
}

/// A literal: with a backslash in it, one that reads the same under both settings of
/// `standard_conforming_strings`. What Postgres cannot hold in a text finds nothing either way.
fn literal(text: &str) -> String {
    let text = text.replace('\0', "\u{fffd}").replace('\'', "''");
    if text.contains('\\') { format!("E'{}'", text.replace('\\', "\\\\")) } else { format!("'{text}'") }
}

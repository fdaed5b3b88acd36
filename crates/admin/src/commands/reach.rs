//! Commands that count whom flags reach.

use halyard_engine::{AudienceId, CompiledFlag, FlagDefinition, FlagType, RuleId, RuleInput, Validation};
use halyard_store::condition::Condition;
use serde::Deserialize;
use serde_json::Value;
use ts_rs::TS;
use uuid::Uuid;

use super::Nothing;
pub use crate::reach::{FlagReach, FlagsReach};
use crate::{App, CommandError, reach};

pub(super) async fn flags_reach(app: &App, _: Nothing) -> Result<FlagsReach, CommandError> {
    let workspace = app.workspace()?;
    Ok(workspace.reach().get(workspace.store(), workspace.live().snapshot()))
}

/// What of a flag decides whom it reaches.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagDraft {
    /// Its key: part of the bucket.
    pub key: String,
    /// Its type.
    #[serde(rename = "type")]
    pub flag_type: FlagType,
    /// Served to those whom no rule reaches.
    pub default_value: Value,
    /// In order.
    pub rules: Vec<RuleInput>,
}

/// Counts a draft.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagReachRequest {
    /// The flag as it is being edited.
    pub draft: FlagDraft,
}

pub(super) async fn flag_reach(app: &App, request: FlagReachRequest) -> Result<FlagReach, CommandError> {
    let workspace = app.workspace()?;
    let flag = request.draft.compile()?;
    // Not those of the live configuration: one made a moment ago counts too.
    let known = workspace.store().audiences_list().await?;
    let mut violations = Validation::new();
    let mut audiences: Vec<(AudienceId, &Condition)> = Vec::new();
    for (index, rule) in flag.rules().iter().enumerate() {
        let Some(id) = rule.audience().map(|position| flag.audiences()[position]) else { continue };
        match known.iter().find(|audience| audience.id == id) {
            Some(audience) => audiences.push((id, &audience.condition)),
            None => {
                violations.add(format!("draft.rules[{index}].audienceId"), "This audience no longer exists.");
            }
        }
    }
    violations.finish().map_err(CommandError::invalid)?;
    audiences.sort_by_key(|(id, _)| *id);
    audiences.dedup_by_key(|(id, _)| *id);
    let _turn = workspace.turn_to_count().await;
    let source = workspace.source().await?;
    Ok(reach::count_flag(workspace.store(), &source, flag, &audiences).await?)
}

impl FlagDraft {
    /// The draft as the engine evaluates it.
    fn compile(self) -> Result<CompiledFlag, CommandError> {
        let mut validation = Validation::new();
        let key = validation.flag_key(&self.key);
        validation.value("defaultValue", self.flag_type, &self.default_value);
        let rules = validation.rules(self.flag_type, &self.rules, || RuleId(Uuid::new_v4()));
        let invalid = |violations: Vec<halyard_engine::Violation>| {
            let inside_draft = violations.into_iter().map(|mut violation| {
                violation.path.insert_str(0, "draft.");
                violation
            });
            CommandError::invalid(inside_draft.collect())
        };
        validation.finish().map_err(invalid)?;
        let key = key.ok_or_else(|| CommandError::internal("a valid key is missing"))?;
        let FlagDraft { flag_type, default_value, .. } = self;
        let environments = Default::default();
        let definition =
            FlagDefinition { key, flag_type, default_value, rules, environments, is_active: true };
        CompiledFlag::compile(&definition).map_err(invalid)
    }
}

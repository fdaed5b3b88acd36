//! Commands that count whom flags reach, and that follow counts or call them off.

use halyard_engine::{CompiledFlag, FlagDefinition, FlagType, RuleId, RuleInput, Validation};
use halyard_store::audiences::Audience;
use serde::Deserialize;
use serde_json::Value;
use ts_rs::TS;
use uuid::Uuid;

use super::Nothing;
use crate::{App, CommandError, impact, reach};
pub use crate::{
    counting::CountProgress,
    reach::{FlagReach, FlagsReach},
};

pub(super) async fn flags_reach(app: &App, _: Nothing) -> Result<FlagsReach, CommandError> {
    let workspace = app.workspace()?;
    Ok(workspace.reach().get(workspace.store(), workspace.counting(), workspace.live().snapshot()))
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
    /// What `count_progress` and `count_cancel` know this count by; a newer count of the same topic
    /// calls it off.
    #[ts(optional)]
    pub topic: Option<String>,
}

pub(super) async fn flag_reach(app: &App, request: FlagReachRequest) -> Result<FlagReach, CommandError> {
    let workspace = app.workspace()?;
    let flag = request.draft.compile()?;
    let counting = workspace.counting();
    counting
        .run(topic(request.topic)?, async |count| {
            // Not those of the live configuration: one made a moment ago counts too.
            let known = workspace.store().audiences_list().await?;
            audiences_exist(&flag, &known)?;
            let _turn = counting.turn().await;
            let prepared = impact::prepare_audiences(&[&flag], &known, &workspace.source().await?)?;
            let flag = impact::slotted(flag, &prepared)?;
            reach::count_flag(counting, workspace.store(), &prepared, flag, &count).await
        })
        .await
}

/// Names a count.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CountTopic {
    /// As the count was asked for; `flags_reach` for the count of all flags.
    pub topic: String,
}

pub(super) async fn count_progress(app: &App, request: CountTopic) -> Result<CountProgress, CommandError> {
    Ok(app.workspace()?.counting().progress(&request.topic))
}

pub(super) async fn count_cancel(app: &App, request: CountTopic) -> Result<Nothing, CommandError> {
    app.workspace()?.counting().call_off(&request.topic);
    Ok(Nothing {})
}

/// A topic from the page: any text of moderate length that is not one of our own.
pub(super) fn topic(topic: Option<String>) -> Result<Option<String>, CommandError> {
    match topic {
        Some(topic) if topic.len() > MAX_TOPIC || topic == reach::COUNT_OF_ALL => {
            Err(CommandError::invalid_field(
                "topic",
                format!("A topic has at most {MAX_TOPIC} bytes and is not {}.", reach::COUNT_OF_ALL),
            ))
        }
        topic => Ok(topic),
    }
}

/// Bytes of a topic, at most.
const MAX_TOPIC: usize = 200;

/// Refuses a draft with an audience that is not there.
pub(super) fn audiences_exist(draft: &CompiledFlag, known: &[Audience]) -> Result<(), CommandError> {
    let mut violations = Validation::new();
    for (index, rule) in draft.rules().iter().enumerate() {
        let Some(id) = rule.audience().map(|position| draft.audiences()[position]) else { continue };
        if !known.iter().any(|audience| audience.id == id) {
            violations.add(format!("draft.rules[{index}].audienceId"), "This audience no longer exists.");
        }
    }
    violations.finish().map_err(CommandError::invalid)
}

impl FlagDraft {
    /// The draft as the engine evaluates it.
    pub(super) fn compile(self) -> Result<CompiledFlag, CommandError> {
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

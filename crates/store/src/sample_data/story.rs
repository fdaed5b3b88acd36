//! The made-up company's audiences and flags, and how they came to be: `story.json`, lived through
//! the same functions as everybody's, so that audit and history have something to tell.

use std::collections::HashMap;

use halyard_engine::{AudienceId, FlagType, RuleInput};
use serde::Deserialize;
use serde_json::Value;

use crate::audiences::NewAudience;
use crate::condition::Condition;
use crate::flags::{FlagChanges, NewFlag};
use crate::{Author, Store, StoreError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    audiences: Vec<AudienceStory>,
    flags: Vec<FlagStory>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AudienceStory {
    name: String,
    by: String,
    description: String,
    condition: Condition,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FlagStory {
    key: String,
    name: String,
    by: String,
    #[serde(rename = "type")]
    flag_type: FlagType,
    default: Value,
    description: String,
    tags: Vec<String>,
    #[serde(default)]
    client_visible: bool,
    #[serde(default)]
    permanent: bool,
    /// Environments that it is switched on in.
    on: Vec<String>,
    /// The note of switching it on.
    #[serde(default)]
    why: String,
    steps: Vec<Step>,
}

/// One change, by the flag's maker unless said otherwise.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    by: Option<String>,
    #[serde(default)]
    note: String,
    rules: Option<Vec<RuleStory>>,
    #[serde(default)]
    kill: bool,
    #[serde(default)]
    archive: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleStory {
    audience: Option<String>,
    percentage: Option<f64>,
    value: Value,
    #[serde(default)]
    description: String,
}

/// Makes the audiences and flags, and lives their past: ramps, switches, a kill.
pub(super) async fn live(store: &Store) -> Result<(), StoreError> {
    let story: Story = serde_json::from_str(include_str!("story.json"))
        .map_err(|cause| StoreError::Unreadable { what: "sample data".to_owned(), cause })?;
    let mut audiences = HashMap::new();
    for AudienceStory { name, by, description, condition } in story.audiences {
        let new = NewAudience { name: name.clone(), description: Some(description), condition, note: None };
        audiences.insert(name, store.audience_create(&new, &author(&by, "")).await?.id);
    }
    for flag in story.flags {
        live_flag(store, flag, &audiences).await?;
    }
    Ok(())
}

fn author(actor: &str, note: &str) -> Author {
    Author::new(actor, "sample data").with_note(note)
}

async fn live_flag(
    store: &Store,
    story: FlagStory,
    audiences: &HashMap<String, AudienceId>,
) -> Result<(), StoreError> {
    let key = story.key;
    let new = NewFlag {
        key: key.clone(),
        name: story.name,
        description: Some(story.description),
        flag_type: story.flag_type,
        default_value: story.default,
        rules: None,
        client_visible: story.client_visible,
        permanent: Some(story.permanent),
        tags: Some(story.tags),
        note: None,
    };
    store.flag_create(&new, &author(&story.by, "")).await?;
    for environment in &story.on {
        store.flag_set_environment(&key, environment, true, &author(&story.by, &story.why)).await?;
    }
    for step in story.steps {
        let author = author(step.by.as_deref().unwrap_or(&story.by), &step.note);
        if let Some(rules) = step.rules {
            set_rules(store, &key, rules, audiences, &author).await?;
        }
        if step.kill {
            store.flag_set_active(&key, false, &author).await?;
        }
        if step.archive {
            store.flag_archive(&key, &author).await?;
        }
    }
    Ok(())
}

async fn set_rules(
    store: &Store,
    key: &str,
    rules: Vec<RuleStory>,
    audiences: &HashMap<String, AudienceId>,
    author: &Author,
) -> Result<(), StoreError> {
    let flag = store.flag_get(key).await?;
    let old: Vec<RuleInput> = flag.rules.iter().cloned().map(RuleInput::from).collect();
    let mut new = Vec::with_capacity(rules.len());
    for rule in rules {
        let audience_id = match &rule.audience {
            None => None,
            Some(name) => {
                let id = audiences.get(name).ok_or_else(|| StoreError::not_found("audience", name))?;
                Some(id.to_string())
            }
        };
        let value = Some(rule.value);
        // A rule for the same people keeps its id, as it does when people edit.
        let same = old.iter().find(|old| old.audience_id == audience_id && old.value == value);
        new.push(RuleInput {
            id: same.and_then(|old| old.id.clone()),
            audience_id,
            percentage: rule.percentage,
            value,
            description: Some(rule.description),
        });
    }
    let changes = FlagChanges { rules: Some(new), ..FlagChanges::default() };
    store.flag_update(key, flag.version, &changes, author).await.map(drop)
}

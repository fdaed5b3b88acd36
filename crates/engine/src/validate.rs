//! What a request may say about a flag. Everything that is wrong is found at once, each with the path
//! of its field and a sentence for the person who typed it.
//!
//! What needs the database (is the key taken, does the audience exist) is added by the store with
//! [`Validation::add`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    AudienceId, FlagDefinition, FlagKey, FlagType, Percentage, Rule, RuleId, RuleInput, is_environment_key,
    value::{expected, problems},
};

/// The limits on texts and lists, in characters and entries.
pub mod limits {
    /// Rules of a flag.
    pub const RULES: usize = 20;
    /// Characters of a name.
    pub const NAME: usize = 200;
    /// Characters of a description.
    pub const DESCRIPTION: usize = 4_000;
    /// Tags of a flag.
    pub const TAGS: usize = 20;
    /// Characters of a tag.
    pub const TAG: usize = 50;
    /// Characters of the note on a change.
    pub const NOTE: usize = 2_000;
    /// Characters of an entity id.
    pub const ENTITY_ID: usize = 256;
}

/// One thing wrong in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Violation {
    /// The field, as in `rules[3].percentage`.
    pub path: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// Collects everything that is wrong with a request. Check each field that was sent, then
/// [`Self::finish`].
#[derive(Debug, Default)]
pub struct Validation {
    violations: Vec<Violation>,
}

impl Validation {
    /// Nothing wrong yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes something that the caller found wrong.
    pub fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.violations.push(Violation { path: path.into(), message: message.into() });
    }

    /// # Errors
    /// Everything that was found wrong, in the order of the checks.
    pub fn finish(self) -> Result<(), Vec<Violation>> {
        if self.violations.is_empty() { Ok(()) } else { Err(self.violations) }
    }

    /// A flag's key, at path `key`.
    pub fn flag_key(&mut self, key: &str) -> Option<FlagKey> {
        match FlagKey::parse(key) {
            Ok(key) => Some(key),
            Err(invalid) => {
                self.add("key", invalid.to_string());
                None
            }
        }
    }

    /// A default or a rule's value: of the flag's type, at most 32 KiB and 100 levels, without U+0000.
    pub fn value(&mut self, path: &str, flag_type: FlagType, value: &Value) {
        for problem in problems(flag_type, value) {
            self.add(path, problem);
        }
    }

    /// The rules of a flag, at path `rules`. Rules without id are new and get `new_id()`. What comes
    /// back is complete only if nothing was wrong.
    pub fn rules(
        &mut self,
        flag_type: FlagType,
        rules: &[RuleInput],
        mut new_id: impl FnMut() -> RuleId,
    ) -> Vec<Rule> {
        self.rule_count(rules.len());
        let checked: Vec<Rule> = (0..)
            .zip(rules)
            .filter_map(|(index, rule)| self.rule(index, flag_type, rule, &mut new_id))
            .collect();
        let sent_ids = rules.iter().map(|rule| rule.id.as_deref().and_then(|id| id.parse().ok()));
        self.distinct_ids(sent_ids);
        checked
    }

    fn rule(
        &mut self,
        index: usize,
        flag_type: FlagType,
        rule: &RuleInput,
        new_id: &mut impl FnMut() -> RuleId,
    ) -> Option<Rule> {
        let path = |field: &str| format!("rules[{index}].{field}");
        let id = match &rule.id {
            None => Some(new_id()),
            Some(text) => self.id(path("id"), text, "Leave it out for a new rule.").map(RuleId),
        };
        let audience_id = match &rule.audience_id {
            None => Some(None),
            Some(text) => self
                .id(path("audienceId"), text, "Choose an audience from the list, or none for everybody.")
                .map(|id| Some(AudienceId(id))),
        };
        let percentage = match rule.percentage.map(Percentage::from_percents).transpose() {
            Ok(percentage) => Some(percentage),
            Err(invalid) => {
                self.add(path("percentage"), invalid.to_string());
                None
            }
        };
        let value = match (&rule.value, flag_type) {
            (Some(value), _) => {
                self.value(&path("value"), flag_type, value);
                Some(value.clone())
            }
            (None, FlagType::Boolean) => Some(Value::Bool(true)),
            (None, _) => {
                self.add(path("value"), format!("The rule has no value. Give {}.", expected(flag_type)));
                None
            }
        };
        let description = rule.description.clone().unwrap_or_default();
        self.text(&path("description"), &description, limits::DESCRIPTION);
        Some(Rule { id: id?, audience_id: audience_id?, percentage: percentage?, value: value?, description })
    }

    /// A stored flag, for which the types already hold key, ids and percentages.
    pub fn definition(&mut self, flag: &FlagDefinition) {
        self.value("defaultValue", flag.flag_type, &flag.default_value);
        self.rule_count(flag.rules.len());
        for (index, rule) in flag.rules.iter().enumerate() {
            self.value(&format!("rules[{index}].value"), flag.flag_type, &rule.value);
            self.text(&format!("rules[{index}].description"), &rule.description, limits::DESCRIPTION);
        }
        self.distinct_ids(flag.rules.iter().map(|rule| Some(rule.id)));
        self.environments(&flag.environments, |_| true);
    }

    /// The switches of a flag, at path `environments`; `exists` knows the tenant's environments.
    pub fn environments(&mut self, switches: &BTreeMap<String, bool>, exists: impl Fn(&str) -> bool) {
        for key in switches.keys() {
            if !is_environment_key(key) {
                self.environment_key(&format!("environments[{key:?}]"), key);
            } else if !exists(key) {
                self.add(
                    format!("environments.{key}"),
                    format!("There is no environment {key}. Create it under Settings first."),
                );
            }
        }
    }

    /// The key of an environment.
    pub fn environment_key(&mut self, path: &str, key: &str) {
        if !is_environment_key(key) {
            self.add(
                path,
                "An environment's key has 1 to 50 characters: small letters a to z, digits and hyphens, \
                 beginning with a letter or a digit.",
            );
        }
    }

    /// A name, at path `name`.
    pub fn name(&mut self, name: &str) {
        self.text("name", name, limits::NAME);
    }

    /// A description, at path `description`.
    pub fn description(&mut self, description: &str) {
        self.text("description", description, limits::DESCRIPTION);
    }

    /// The note on a change, at path `note`.
    pub fn note(&mut self, note: &str) {
        self.text("note", note, limits::NOTE);
    }

    /// The tags of a flag, at path `tags`.
    pub fn tags<T: AsRef<str>>(&mut self, tags: &[T]) {
        if tags.len() > limits::TAGS {
            self.add("tags", format!("There are {} tags. Use at most {}.", tags.len(), limits::TAGS));
        }
        for (index, tag) in tags.iter().enumerate() {
            let path = format!("tags[{index}]");
            if tag.as_ref().trim().is_empty() {
                self.add(&path, "The tag is empty. Type a word or remove it.");
            }
            self.text(&path, tag.as_ref(), limits::TAG);
        }
    }

    /// What an SDK or a person names as the entity: 1 to 256 characters without U+0000.
    pub fn entity_id(&mut self, path: &str, entity_id: &str) {
        if entity_id.is_empty() {
            self.add(path, "The customer id is empty. Give the id of a customer.");
        }
        self.text(path, entity_id, limits::ENTITY_ID);
    }

    /// Any text: at most `limit` characters and no U+0000, which Postgres cannot hold.
    pub fn text(&mut self, path: &str, text: &str, limit: usize) {
        let characters = text.chars().count();
        if characters > limit {
            self.add(path, format!("The text has {characters} characters. Use at most {limit}."));
        }
        if text.contains('\0') {
            self.add(path, "The text contains the character U+0000, which Postgres cannot hold. Remove it.");
        }
    }

    fn id(&mut self, path: String, text: &str, advice: &str) -> Option<Uuid> {
        let id = Uuid::try_parse(text).ok();
        if id.is_none() {
            self.add(path, format!("This is not an id (a UUID). {advice}"));
        }
        id
    }

    fn rule_count(&mut self, count: usize) {
        if count > limits::RULES {
            self.add("rules", format!("There are {count} rules. Use at most {}.", limits::RULES));
        }
    }

    fn distinct_ids(&mut self, ids: impl Iterator<Item = Option<RuleId>>) {
        let mut first_uses = BTreeMap::new();
        for (index, id) in ids.enumerate() {
            let Some(id) = id else { continue };
            let first = *first_uses.entry(id).or_insert(index);
            if first != index {
                self.add(
                    format!("rules[{index}].id"),
                    format!(
                        "Rule {} has the same id as rule {}. Leave the id out for a new rule.",
                        index + 1,
                        first + 1
                    ),
                );
            }
        }
    }
}

//! A flag in the form in which it is evaluated: checked and laid out once, then never changed.

use serde_json::Value;

use crate::{
    AudienceId, FlagDefinition, FlagKey, Percentage, RuleId, Validation, Violation,
    bucket::{BUCKET_COUNT, BucketPrefix},
    json_equal,
};

/// A flag ready to be evaluated. Immutable; evaluating it allocates nothing.
#[derive(Clone, Debug)]
pub struct CompiledFlag {
    pub(crate) is_active: bool,
    /// Some rule has a percentage, so the bucket matters.
    pub(crate) needs_bucket: bool,
    pub(crate) bucket_prefix: BucketPrefix,
    /// The environments that are on. They are few: looking at each beats hashing.
    environments_on: Box<[Box<str>]>,
    /// What deciding reads of each rule, side by side and apart from all else.
    pub(crate) gates: Box<[Gate]>,
    pub(crate) rules: Box<[CompiledRule]>,
    pub(crate) default_value: Value,
    audiences: Box<[AudienceId]>,
    key: FlagKey,
}

/// Who passes a rule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gate {
    /// Buckets below it are included. [`NO_PERCENTAGE`] includes even [`NO_BUCKET`].
    pub(crate) threshold: u32,
    /// Position in the flag's audiences, or [`EVERYBODY`].
    pub(crate) audience: u32,
}

/// The threshold of a rule without percentage: above everything that takes the place of a bucket.
pub(crate) const NO_PERCENTAGE: u32 = u32::MAX;

/// In place of the bucket of no entity: within no percentage, not even 100, and within its absence.
pub(crate) const NO_BUCKET: u32 = u32::MAX - 1;

/// In place of an audience's position, for a rule that has none.
pub(crate) const EVERYBODY: u32 = u32::MAX;

const _: () = assert!(BUCKET_COUNT < NO_BUCKET && NO_BUCKET < NO_PERCENTAGE);

/// A rule of a compiled flag.
#[derive(Clone, Debug)]
pub struct CompiledRule {
    pub(crate) id: RuleId,
    pub(crate) value: Value,
    pub(crate) variation_index: u32,
    audience: Option<usize>,
    percentage: Option<Percentage>,
}

impl CompiledFlag {
    /// Checks a stored flag and lays it out for evaluation.
    ///
    /// # Errors
    /// Everything in the definition that breaks a limit; what the store wrote breaks none, but a
    /// statement typed by hand may.
    pub fn compile(definition: &FlagDefinition) -> Result<Self, Vec<Violation>> {
        let mut validation = Validation::new();
        validation.definition(definition);
        validation.finish()?;

        let mut audiences = Vec::new();
        let mut variations = vec![&definition.default_value];
        let mut gates = Vec::with_capacity(definition.rules.len());
        let mut rules = Vec::with_capacity(definition.rules.len());
        for rule in &definition.rules {
            let audience =
                rule.audience_id.map(|id| position_or_push(&mut audiences, id, |one, other| one == other));
            let variation =
                position_or_push(&mut variations, &rule.value, |one, other| json_equal(one, other));
            gates.push(Gate {
                threshold: rule.percentage.map_or(NO_PERCENTAGE, Percentage::thousandths),
                audience: audience.map_or(EVERYBODY, small),
            });
            rules.push(CompiledRule {
                id: rule.id,
                value: rule.value.clone(),
                variation_index: small(variation),
                audience,
                percentage: rule.percentage,
            });
        }
        Ok(Self {
            is_active: definition.is_active,
            needs_bucket: definition.rules.iter().any(|rule| rule.percentage.is_some()),
            bucket_prefix: BucketPrefix::new(&definition.key),
            environments_on: definition
                .environments
                .iter()
                .filter(|(_, on)| **on)
                .map(|(key, _)| key.as_str().into())
                .collect(),
            gates: gates.into(),
            rules: rules.into(),
            default_value: definition.default_value.clone(),
            audiences: audiences.into(),
            key: definition.key.clone(),
        })
    }

    /// The flag's key.
    #[must_use]
    pub fn key(&self) -> &FlagKey {
        &self.key
    }

    /// False: killed.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.is_active
    }

    /// Whether the flag is switched on in an environment; killed or not.
    #[must_use]
    pub fn is_on_in(&self, environment: &str) -> bool {
        self.environments_on.iter().any(|key| **key == *environment)
    }

    /// The audiences that the rules name, each once, in order of first use. Rules and
    /// [`Self::decide_by_rules`] know them by their position here.
    #[must_use]
    pub fn audiences(&self) -> &[AudienceId] {
        &self.audiences
    }

    /// The rules, in order.
    #[must_use]
    pub fn rules(&self) -> &[CompiledRule] {
        &self.rules
    }

    /// What is served while off and when no rule matches: variation 0.
    #[must_use]
    pub fn default_value(&self) -> &Value {
        &self.default_value
    }

    /// The distinct values by variation index: default first, then in order of the rules.
    #[must_use]
    pub fn variations(&self) -> Vec<&Value> {
        let mut variations = vec![&self.default_value];
        for rule in &self.rules {
            if rule.variation_index as usize == variations.len() {
                variations.push(&rule.value);
            }
        }
        variations
    }

    /// The entity's bucket for this flag, 0 to 99,999; see [`crate::bucket`].
    #[must_use]
    pub fn bucket(&self, entity_id: &str) -> u32 {
        self.bucket_prefix.bucket(entity_id)
    }
}

impl CompiledRule {
    /// The rule's id.
    #[must_use]
    pub fn id(&self) -> RuleId {
        self.id
    }

    /// What the rule serves.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Which of the flag's variations the value is.
    #[must_use]
    pub fn variation_index(&self) -> u32 {
        self.variation_index
    }

    /// Position of its audience in [`CompiledFlag::audiences`]; `None`: everybody.
    #[must_use]
    pub fn audience(&self) -> Option<usize> {
        self.audience
    }

    /// Its percentage; `None`: everyone who passed the audience.
    #[must_use]
    pub fn percentage(&self) -> Option<Percentage> {
        self.percentage
    }

    /// Whether a bucket is within the percentage.
    #[must_use]
    pub fn includes(&self, bucket: u32) -> bool {
        self.percentage.is_none_or(|percentage| bucket < percentage.thousandths())
    }
}

/// Where `item` stands in `items`, after adding it if it was not there.
fn position_or_push<T>(items: &mut Vec<T>, item: T, equal: impl Fn(&T, &T) -> bool) -> usize {
    items.iter().position(|known| equal(known, &item)).unwrap_or_else(|| {
        items.push(item);
        items.len() - 1
    })
}

/// A position among a flag's rules, audiences or variations: at most 20.
fn small(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

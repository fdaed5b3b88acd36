//! What an edit changes for the customers, before it is saved: counted over all of them by the engine,
//! which decides each by the flag as it is saved and as it is being edited. [`who`] names them, [`export`]
//! writes them to a file.

mod audience;
mod export;
mod who;

use std::{ops::AddAssign, time::Instant};

use chrono::{DateTime, Utc};
use halyard_engine::{
    AudienceId, CompiledFlag, FlagType, RuleId, json_equal,
    tally::{Comparison, ImpactTally, Move, RulesTally, SlottedFlag},
};
use halyard_store::{
    Store,
    audiences::Audience,
    condition::Condition,
    customer_source::ResolvedSource,
    memberships::{CustomerBatch, Memberships},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::{
    CommandError,
    counting::{Count, Counting, Tally, milliseconds},
};

pub use self::{
    audience::{AudienceImpact, Crossing, CrossingPage},
    who::{CustomersPage, ImpactBreakdown, Who},
};
pub(crate) use self::{
    audience::{UsingFlag, count_audience, page_crossing},
    export::{export, export_crossing},
    who::{Page, PageRows, break_down, page},
};

/// What an edit does to customers whose value it changes. On a boolean flag they gain or lose `true`;
/// on another they gain when they had the default value, lose when they come back to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// From the default value to another.
    Gained,
    /// Back to the default value.
    Lost,
    /// From one value to another; also from the default value to a new default value.
    Changed,
}

/// How many customers gain, lose or change value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
pub struct Effects {
    /// Who gain a value other than the default; of a boolean flag, `true`.
    #[ts(type = "number")]
    pub gained: u64,
    /// Who lose it.
    #[ts(type = "number")]
    pub lost: u64,
    /// Who get another value, but neither gain nor lose.
    #[ts(type = "number")]
    pub changed: u64,
}

/// Customers who get another value than before.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ValueMove {
    /// What they get now.
    pub from: Value,
    /// What they will get.
    pub to: Value,
    /// How many.
    #[ts(type = "number")]
    pub customers: u64,
}

/// How many customers get a value, before and after.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ValueImpact {
    /// A value of the saved flag or of the draft.
    pub value: Value,
    /// Customers who get it now.
    #[ts(type = "number")]
    pub now: u64,
    /// Customers who will get it.
    #[ts(type = "number")]
    pub after: u64,
}

/// A rule above that serves some of a rule's people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TakenBy {
    /// The rule above.
    pub rule_id: RuleId,
    /// How many it took.
    #[ts(type = "number")]
    pub customers: u64,
}

/// By which rule some of a rule's people are served now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ServedNow {
    /// A rule of the saved flag; null: none serves them.
    pub rule_id: Option<RuleId>,
    /// How many.
    #[ts(type = "number")]
    pub customers: u64,
}

/// Whom one rule of the draft reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RuleImpact {
    /// The rule's id; a rule that came without one has one made up.
    pub rule_id: RuleId,
    /// In the rule's audience (everyone when it has none).
    #[ts(type = "number")]
    pub in_audience: u64,
    /// Of those, inside its percentage.
    #[ts(type = "number")]
    pub in_percentage: u64,
    /// Of those, not taken by a rule above: what the rule really serves.
    #[ts(type = "number")]
    pub net: u64,
    /// What the rule of this id serves now; null for a new rule.
    #[ts(type = "number | null")]
    pub net_now: Option<u64>,
    /// Who took the others, in order; together `inPercentage` less `net`.
    pub taken_by: Vec<TakenBy>,
    /// How those of `net` are served now, in the order of the saved rules; together `net`.
    pub served_now: Vec<ServedNow>,
}

/// What saving a draft would change, where the flag is on.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FlagImpact {
    /// All customers.
    #[ts(type = "number")]
    pub customers: u64,
    /// The version of the flag that the draft was compared with.
    pub saved_version: i32,
    /// In the order of the draft.
    pub rules: Vec<RuleImpact>,
    /// Customers whom no rule of the draft reaches.
    #[ts(type = "number")]
    pub otherwise: u64,
    /// By value: those of the saved flag, default first, then new ones of the draft.
    pub distribution: Vec<ValueImpact>,
    /// Who gets another value, by the two values.
    pub moves: Vec<ValueMove>,
    /// Sums of the moves.
    #[serde(flatten)]
    #[ts(flatten)]
    pub effects: Effects,
    /// By the app's clock.
    pub counted_at: DateTime<Utc>,
    /// Milliseconds.
    #[ts(type = "number")]
    pub duration_ms: u64,
}

/// A flag as it is saved and as it is being edited, ready to be counted.
#[derive(Debug)]
pub(crate) struct Edit {
    pub(crate) comparison: Comparison,
    pub(crate) flag_type: FlagType,
    pub(crate) prepared: Memberships,
}

impl Edit {
    /// Prepares the audiences of both versions, as they are defined now.
    ///
    /// # Errors
    /// `invalid` when an audience cannot be computed.
    pub(crate) fn prepare(
        flag_type: FlagType,
        saved: CompiledFlag,
        draft: CompiledFlag,
        known: &[Audience],
        source: &ResolvedSource,
    ) -> Result<Self, CommandError> {
        let prepared = prepare_audiences(&[&saved, &draft], known, source)?;
        let comparison = Comparison::new(slotted(saved, &prepared)?, slotted(draft, &prepared)?);
        Ok(Edit { comparison, flag_type, prepared })
    }
}

/// Compiles the audiences that some flags use.
///
/// # Errors
/// `invalid`, naming the audience, when one cannot be computed.
pub(crate) fn prepare_audiences(
    flags: &[&CompiledFlag],
    known: &[Audience],
    source: &ResolvedSource,
) -> Result<Memberships, CommandError> {
    let used = |audience: &&Audience| flags.iter().any(|flag| flag.audiences().contains(&audience.id));
    let audiences: Vec<(AudienceId, &Condition)> =
        known.iter().filter(used).map(|audience| (audience.id, &audience.condition)).collect();
    let prepared = Memberships::prepare(source, &audiences);
    none_is_broken(&prepared, known)?;
    Ok(prepared)
}

/// Refuses to count with an audience that cannot be computed, naming it.
fn none_is_broken(prepared: &Memberships, known: &[Audience]) -> Result<(), CommandError> {
    let Some((id, violations)) = prepared.broken().first() else { return Ok(()) };
    let name = known.iter().find(|audience| audience.id == *id).map_or("", |audience| &audience.name);
    let why = violations.first().map_or("", |violation| violation.message.as_str());
    let message = format!("The audience “{name}” cannot be computed: {why}");
    Err(CommandError::invalid_field("audience", message))
}

pub(crate) fn slotted(flag: CompiledFlag, prepared: &Memberships) -> Result<SlottedFlag, CommandError> {
    SlottedFlag::new(flag, |audience| prepared.slot(audience)).ok_or_else(|| {
        CommandError::invalid_field("audience", "An audience of the flag has just been deleted. Try again.")
    })
}

impl Effect {
    /// What going from one value to another means; `None` when they are equal.
    pub(crate) fn of(
        flag_type: FlagType,
        defaults: (&Value, &Value),
        from: &Value,
        to: &Value,
    ) -> Option<Self> {
        if json_equal(from, to) {
            return None;
        }
        if flag_type == FlagType::Boolean {
            return Some(if to == &Value::Bool(true) { Effect::Gained } else { Effect::Lost });
        }
        Some(match (json_equal(from, defaults.0), json_equal(to, defaults.1)) {
            (true, false) => Effect::Gained,
            (false, true) => Effect::Lost,
            (true, true) | (false, false) => Effect::Changed,
        })
    }
}

impl Effects {
    pub(crate) fn add(&mut self, effect: Effect, customers: u64) {
        *match effect {
            Effect::Gained => &mut self.gained,
            Effect::Lost => &mut self.lost,
            Effect::Changed => &mut self.changed,
        } += customers;
    }

    pub(crate) fn sum(&self) -> u64 {
        self.gained + self.lost + self.changed
    }

    /// Sums of a flag's moves.
    fn of_moves(flag_type: FlagType, defaults: (&Value, &Value), moves: &[Move<'_>]) -> Self {
        let mut effects = Effects::default();
        for Move { from, to, entities } in moves {
            if let Some(effect) = Effect::of(flag_type, defaults, from, to) {
                effects.add(effect, *entities);
            }
        }
        effects
    }
}

impl AddAssign for Effects {
    fn add_assign(&mut self, more: Self) {
        self.gained += more.gained;
        self.lost += more.lost;
        self.changed += more.changed;
    }
}

impl From<Move<'_>> for ValueMove {
    fn from(it: Move<'_>) -> Self {
        ValueMove { from: it.from.clone(), to: it.to.clone(), customers: it.entities }
    }
}

impl Tally for ImpactTally {
    fn count(&mut self, batch: &CustomerBatch) {
        ImpactTally::count(self, &batch.entities);
    }

    fn merge(&mut self, other: Self) {
        ImpactTally::merge(self, &other);
    }
}

/// Counts what saving the draft would change.
pub(crate) async fn count_flag(
    counting: &Counting,
    store: &Store,
    edit: Edit,
    saved_version: i32,
    count: &Count,
) -> Result<FlagImpact, CommandError> {
    let started = Instant::now();
    let tally = ImpactTally::new(edit.comparison);
    let (customers, tally) = counting.over_all_customers(store, &edit.prepared, None, tally, count).await?;
    let (saved, draft) = (tally.before().flag(), tally.after().flag().flag());
    let moves = tally.moves();
    let effects = Effects::of_moves(edit.flag_type, (saved.default_value(), draft.default_value()), &moves);
    Ok(FlagImpact {
        customers,
        saved_version,
        rules: rules(&tally, saved, tally.after()),
        otherwise: tally.after().otherwise(),
        distribution: distribution(&tally),
        moves: moves.into_iter().map(ValueMove::from).collect(),
        effects,
        counted_at: Utc::now(),
        duration_ms: milliseconds(started),
    })
}

fn rules(tally: &ImpactTally, saved: &CompiledFlag, draft: &RulesTally) -> Vec<RuleImpact> {
    let rules = draft.flag().flag().rules();
    let impact = |(index, rule): (usize, &halyard_engine::CompiledRule)| RuleImpact {
        rule_id: rule.id(),
        in_audience: draft.in_audience(index),
        in_percentage: draft.in_percentage(index),
        net: draft.net(index),
        net_now: saved
            .rules()
            .iter()
            .position(|saved| saved.id() == rule.id())
            .map(|position| tally.net_before(position)),
        taken_by: draft
            .taken_by(index)
            .map(|(above, customers)| TakenBy { rule_id: rules[above].id(), customers })
            .collect(),
        served_now: served_now(tally, saved, index),
    };
    rules.iter().enumerate().map(impact).collect()
}

fn served_now(tally: &ImpactTally, saved: &CompiledFlag, rule: usize) -> Vec<ServedNow> {
    let served = tally.served_before(rule).into_iter().enumerate();
    let served = served.filter(|(_, customers)| *customers > 0);
    served
        .map(|(place, customers)| ServedNow {
            rule_id: saved.rules().get(place).map(halyard_engine::CompiledRule::id),
            customers,
        })
        .collect()
}

fn distribution(tally: &ImpactTally) -> Vec<ValueImpact> {
    let (saved, draft) = (tally.before().flag(), tally.after().flag().flag());
    let mut shares: Vec<ValueImpact> = saved
        .variations()
        .into_iter()
        .zip(tally.before_by_variation())
        .map(|(value, now)| ValueImpact { value: value.clone(), now, after: 0 })
        .collect();
    for (value, after) in draft.variations().into_iter().zip(tally.after().by_variation()) {
        match shares.iter_mut().find(|share| json_equal(&share.value, value)) {
            Some(share) => share.after = after,
            None => shares.push(ValueImpact { value: value.clone(), now: 0, after }),
        }
    }
    shares
}

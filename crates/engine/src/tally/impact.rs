//! What an edit of a flag, or of an audience that it uses, changes for whom.

use serde_json::Value;

use super::{Entities, RulesTally, SlottedFlag, add};
use crate::json_equal;

/// A flag before and after an edit. Both have the same key, so an entity has one bucket.
#[derive(Clone, Debug)]
pub struct Comparison {
    before: SlottedFlag,
    after: SlottedFlag,
}

/// Entities that get another value than before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Move<'flag> {
    /// What they get before the edit.
    pub from: &'flag Value,
    /// What they get after it.
    pub to: &'flag Value,
    /// How many.
    pub entities: u64,
}

impl Comparison {
    /// Of the flag as it is saved and as it is being edited.
    #[must_use]
    pub fn new(before: SlottedFlag, after: SlottedFlag) -> Self {
        debug_assert_eq!(before.flag.key(), after.flag.key(), "the key never changes");
        Self { before, after }
    }

    /// The flag before the edit.
    #[must_use]
    pub fn before(&self) -> &SlottedFlag {
        &self.before
    }

    /// The flag after the edit.
    #[must_use]
    pub fn after(&self) -> &SlottedFlag {
        &self.after
    }

    /// The places of each entity before and after: the position of the rule that serves it, or the
    /// number of rules when none does.
    #[must_use]
    pub fn places(&self, entities: &Entities) -> Vec<(usize, usize)> {
        let place = |index: usize| {
            let (bucket, words) = (self.after.flag.bucket(entities.id(index)), entities.words_of(index));
            (self.before.place(bucket, words), self.after.place(bucket, words))
        };
        (0..entities.len()).map(place).collect()
    }

    /// What is served at a place before and at a place after, as [`Self::places`] gives them.
    #[must_use]
    pub fn values(&self, (before, after): (usize, usize)) -> (&Value, &Value) {
        (value(&self.before, before), value(&self.after, after))
    }
}

fn value(flag: &SlottedFlag, place: usize) -> &Value {
    flag.flag.rules.get(place).map_or(&flag.flag.default_value, |rule| &rule.value)
}

/// Counts a [`Comparison`].
#[derive(Clone, Debug)]
pub struct ImpactTally {
    before: SlottedFlag,
    after: RulesTally,
    /// By place before, then by place after.
    places: Vec<u64>,
}

impl ImpactTally {
    /// Nobody counted yet.
    #[must_use]
    pub fn new(Comparison { before, after }: Comparison) -> Self {
        let size = (before.flag.rules.len() + 1) * (after.flag.rules.len() + 1);
        Self { before, after: RulesTally::new(after), places: vec![0; size] }
    }

    /// Counts entities.
    pub fn count(&mut self, entities: &Entities) {
        let columns = self.columns();
        for index in 0..entities.len() {
            let bucket = self.before.flag.bucket(entities.id(index));
            let words = entities.words_of(index);
            let before = self.before.place(bucket, words);
            let after = self.after.count_one(bucket, words);
            self.places[before * columns + after] += 1;
        }
    }

    /// Adds what another tally of the same comparison counted.
    pub fn merge(&mut self, other: &Self) {
        self.after.merge(&other.after);
        add(&mut self.places, &other.places);
    }

    /// The flag before the edit.
    #[must_use]
    pub fn before(&self) -> &SlottedFlag {
        &self.before
    }

    /// Whom the rules reach after the edit.
    #[must_use]
    pub fn after(&self) -> &RulesTally {
        &self.after
    }

    /// Whom the rule at `rule` of the flag before the edit serves.
    #[must_use]
    pub fn net_before(&self, rule: usize) -> u64 {
        self.places[rule * self.columns()..][..self.columns()].iter().sum()
    }

    /// Of those whom the rule at `rule` serves after the edit: by which rule of the flag before they were
    /// served, by its position; the last number is of those whom none served.
    #[must_use]
    pub fn served_before(&self, rule: usize) -> Vec<u64> {
        self.places.chunks(self.columns()).map(|row| row[rule]).collect()
    }

    /// Entities by variation index before the edit.
    #[must_use]
    pub fn before_by_variation(&self) -> Vec<u64> {
        self.before.by_variation(self.places.chunks(self.columns()).map(|row| row.iter().sum()))
    }

    /// Who gets another value than before, by the two values; in order of the variations.
    #[must_use]
    pub fn moves(&self) -> Vec<Move<'_>> {
        let after = &self.after.flag;
        let (from, to) = (self.before.flag.variations(), after.flag.variations());
        let mut entities = vec![0; from.len() * to.len()];
        for (place, count) in self.places.iter().enumerate() {
            let (before, now) = (place / self.columns(), place % self.columns());
            entities[self.before.variation(before) * to.len() + after.variation(now)] += count;
        }
        let moves = entities.into_iter().enumerate().map(|(pair, entities)| Move {
            from: from[pair / to.len()],
            to: to[pair % to.len()],
            entities,
        });
        moves.filter(|it| it.entities > 0 && !json_equal(it.from, it.to)).collect()
    }

    fn columns(&self) -> usize {
        self.after.flag.flag.rules.len() + 1
    }
}

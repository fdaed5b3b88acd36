//! Whom flags reach: by value for thousands of flags at once, and rule by rule for one.

use std::{collections::HashMap, sync::Arc};

use super::{Entities, SlottedFlag, add};
use crate::BUCKET_COUNT;

/// How many entities get each value of one flag. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DistributionTally {
    flag: Arc<SlottedFlag>,
    /// Two customers in the same audiences may differ.
    needs_bucket: bool,
    places: Vec<u64>,
}

impl DistributionTally {
    /// Nobody counted yet.
    #[must_use]
    pub fn new(flag: SlottedFlag) -> Self {
        let rules = flag.flag.rules();
        let splits = |threshold: u32| 0 < threshold && threshold < BUCKET_COUNT;
        let needs_bucket =
            rules.iter().filter_map(|rule| rule.percentage()).any(|it| splits(it.thousandths()));
        Self { needs_bucket, places: vec![0; rules.len() + 1], flag: Arc::new(flag) }
    }

    /// The flag that is counted.
    #[must_use]
    pub fn flag(&self) -> &SlottedFlag {
        &self.flag
    }

    /// Adds what another tally of the same flag counted.
    pub fn merge(&mut self, other: &Self) {
        add(&mut self.places, &other.places);
    }

    /// Entities by variation index.
    #[must_use]
    pub fn by_variation(&self) -> Vec<u64> {
        self.flag.by_variation(self.places.iter().copied())
    }
}

/// Counts entities for many flags. Only flags with percentages look at each entity; all others at each
/// set of audiences that occurs.
pub fn count_distributions(tallies: &mut [DistributionTally], entities: &Entities) {
    let mut sets: HashMap<&[u64], u64> = HashMap::new();
    if tallies.iter().any(|tally| !tally.needs_bucket) {
        for index in 0..entities.len() {
            *sets.entry(entities.words_of(index)).or_default() += 1;
        }
    }
    for DistributionTally { flag, needs_bucket, places } in tallies {
        if *needs_bucket {
            for index in 0..entities.len() {
                let bucket = flag.flag.bucket(entities.id(index));
                places[flag.place(bucket, entities.words_of(index))] += 1;
            }
        } else {
            for (words, count) in &sets {
                places[flag.place(0, words)] += count;
            }
        }
    }
}

/// Whom each rule of one flag reaches, alone and below the rules above it.
#[derive(Clone, Debug)]
pub struct RulesTally {
    pub(super) flag: SlottedFlag,
    in_audience: Vec<u64>,
    in_percentage: Vec<u64>,
    places: Vec<u64>,
    /// By rule, then by the rule above that took its people.
    taken: Vec<u64>,
}

impl RulesTally {
    /// Nobody counted yet.
    #[must_use]
    pub fn new(flag: SlottedFlag) -> Self {
        let rules = flag.flag.rules().len();
        Self {
            in_audience: vec![0; rules],
            in_percentage: vec![0; rules],
            places: vec![0; rules + 1],
            taken: vec![0; rules * rules],
            flag,
        }
    }

    /// The flag that is counted.
    #[must_use]
    pub fn flag(&self) -> &SlottedFlag {
        &self.flag
    }

    /// Counts entities.
    pub fn count(&mut self, entities: &Entities) {
        for index in 0..entities.len() {
            self.count_one(self.flag.flag.bucket(entities.id(index)), entities.words_of(index));
        }
    }

    /// Counts an entity and answers its place.
    pub(super) fn count_one(&mut self, bucket: u32, words: &[u64]) -> usize {
        let place = self.flag.place(bucket, words);
        self.places[place] += 1;
        let rules = self.flag.flag.rules();
        for (index, rule) in rules.iter().enumerate() {
            let outside =
                rule.audience().is_some_and(|position| !super::has(words, self.flag.slots[position]));
            if outside {
                continue;
            }
            self.in_audience[index] += 1;
            if rule.includes(bucket) {
                self.in_percentage[index] += 1;
                if place < index {
                    self.taken[index * rules.len() + place] += 1;
                }
            }
        }
        place
    }

    /// Adds what another tally of the same flag counted.
    pub fn merge(&mut self, other: &Self) {
        add(&mut self.in_audience, &other.in_audience);
        add(&mut self.in_percentage, &other.in_percentage);
        add(&mut self.places, &other.places);
        add(&mut self.taken, &other.taken);
    }

    /// Entities in the audience of the rule at `rule`; all when it has none.
    #[must_use]
    pub fn in_audience(&self, rule: usize) -> u64 {
        self.in_audience[rule]
    }

    /// Of those, within its percentage.
    #[must_use]
    pub fn in_percentage(&self, rule: usize) -> u64 {
        self.in_percentage[rule]
    }

    /// Of those, not taken by a rule above: whom the rule serves.
    #[must_use]
    pub fn net(&self, rule: usize) -> u64 {
        self.places[rule]
    }

    /// By which rules above the others were taken: position and entities, none of them zero.
    pub fn taken_by(&self, rule: usize) -> impl Iterator<Item = (usize, u64)> {
        let rules = self.in_audience.len();
        let taken = self.taken[rule * rules..][..rules].iter().copied();
        taken.enumerate().filter(|(_, entities)| *entities > 0)
    }

    /// Entities that no rule reaches.
    #[must_use]
    pub fn otherwise(&self) -> u64 {
        self.places[self.in_audience.len()]
    }

    /// Entities by variation index.
    #[must_use]
    pub fn by_variation(&self) -> Vec<u64> {
        self.flag.by_variation(self.places.iter().copied())
    }
}

//! Counting: what flags serve to very many entities, a few thousand at a time. Every entity is decided
//! by [`CompiledFlag::decide_by_rules`]. The loops are here and not generic, so that they are optimised
//! together with the engine, whoever calls them.

mod impact;
mod reach;

use crate::{AudienceId, CompiledFlag, Membership, Outcome};

pub use impact::{Comparison, ImpactTally, Move};
pub use reach::{DistributionTally, RulesTally, count_distributions};

/// Entities side by side, each with the audiences that it is in.
#[derive(Clone, Debug, Default)]
pub struct Entities {
    ids: String,
    ends: Vec<usize>,
    words: usize,
    audiences: Vec<u64>,
}

/// Where in an entity's words the bit of an audience is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudienceSlot {
    /// Which word, from 0.
    pub word: usize,
    /// Which bit of it, 0 to 63.
    pub bit: u32,
}

impl Entities {
    /// No entities yet; each will bring so many words of audience bits.
    #[must_use]
    pub fn new(words: usize) -> Self {
        Self { words, ..Self::default() }
    }

    /// Adds an entity.
    ///
    /// # Panics
    /// When `audiences` has another number of words than was said.
    pub fn push(&mut self, id: &str, audiences: impl IntoIterator<Item = u64>) {
        self.ids.push_str(id);
        self.ends.push(self.ids.len());
        self.audiences.extend(audiences);
        assert_eq!(self.audiences.len(), self.ends.len() * self.words, "words of audience bits");
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The id of the entity at `index`.
    ///
    /// # Panics
    /// Beyond [`Self::len`].
    #[must_use]
    pub fn id(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.ids[start..self.ends[index]]
    }

    /// Whether the entity at `index` is in the audience.
    ///
    /// # Panics
    /// Beyond [`Self::len`].
    #[must_use]
    pub fn is_in(&self, index: usize, audience: AudienceSlot) -> bool {
        has(self.words_of(index), audience)
    }

    /// The words of audience bits of the entity at `index`.
    ///
    /// # Panics
    /// Beyond [`Self::len`].
    #[must_use]
    pub fn words_of(&self, index: usize) -> &[u64] {
        &self.audiences[index * self.words..][..self.words]
    }
}

fn has(words: &[u64], audience: AudienceSlot) -> bool {
    words[audience.word] >> audience.bit & 1 == 1
}

/// A flag that knows where in [`Entities`] its audiences are.
#[derive(Clone, Debug)]
pub struct SlottedFlag {
    flag: CompiledFlag,
    slots: Box<[AudienceSlot]>,
}

impl SlottedFlag {
    /// `None` when one of its audiences has no slot: it cannot be computed.
    pub fn new(flag: CompiledFlag, slot: impl FnMut(AudienceId) -> Option<AudienceSlot>) -> Option<Self> {
        let slots: Option<Box<[AudienceSlot]>> = flag.audiences().iter().copied().map(slot).collect();
        slots.map(|slots| Self { flag, slots })
    }

    /// The flag.
    #[must_use]
    pub fn flag(&self) -> &CompiledFlag {
        &self.flag
    }

    /// The place of an entity: the position of the rule that it gets its value by, or the number of
    /// rules when none matches.
    fn place(&self, bucket: u32, words: &[u64]) -> usize {
        match self.flag.decide_by_rules(bucket, |position| self.membership(position, words)) {
            Outcome::Rule(index) => index as usize,
            _ => self.flag.rules.len(),
        }
    }

    fn membership(&self, position: usize, words: &[u64]) -> Membership {
        has(words, self.slots[position]).into()
    }

    /// Which variation is served at a place.
    fn variation(&self, place: usize) -> usize {
        self.flag.rules.get(place).map_or(0, |rule| rule.variation_index as usize)
    }

    /// Counts by place, summed by variation.
    fn by_variation(&self, places: impl IntoIterator<Item = u64>) -> Vec<u64> {
        let mut variations = vec![0; self.flag.variations().len()];
        for (place, entities) in places.into_iter().enumerate() {
            variations[self.variation(place)] += entities;
        }
        variations
    }
}

/// Adds counts to counts.
fn add(counts: &mut [u64], more: &[u64]) {
    for (count, more) in counts.iter_mut().zip(more) {
        *count += more;
    }
}

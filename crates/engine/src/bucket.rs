//! Which of 100,000 buckets an entity falls into for a flag.

use std::hash::Hasher;

use twox_hash::XxHash64;

use crate::FlagKey;

/// The version of the algorithm below. Changing it would move every user: never silently.
pub const BUCKETING_VERSION: u32 = 1;

/// How many buckets there are; also the threshold of 100 %.
pub const BUCKET_COUNT: u32 = 100_000;

const SEED: u64 = 0;

/// The bucket of an entity for a flag, 0 to 99,999:
/// `XXH64(utf8(flag_key) ++ ":" ++ utf8(entity_id), seed 0) mod 100,000`.
#[must_use]
pub fn bucket(flag_key: &FlagKey, entity_id: &str) -> u32 {
    BucketPrefix::new(flag_key).bucket(entity_id)
}

/// Holds `key:` (at most 101 bytes) and the usual entity id. XXH64 is several times faster on one
/// piece than on many, so key and id are laid side by side here; longer ids take the slower way.
const BUFFER_WORDS: usize = 20;

/// The longest text that fits: the last word is for what is shifted out of the one before.
const LONGEST_BUFFERED: usize = (BUFFER_WORDS - 1) * size_of::<Word>();

type Word = [u8; size_of::<u64>()];

/// A flag's share of the hashed text, laid out once so that only the entity id is added later.
#[derive(Clone, Debug)]
pub(crate) struct BucketPrefix {
    /// `key:`, then zeros.
    words: [Word; BUFFER_WORDS],
    /// How many bytes `key:` has.
    length: usize,
}

impl BucketPrefix {
    pub(crate) fn new(flag_key: &FlagKey) -> Self {
        let key = flag_key.as_bytes();
        let mut words = [Word::default(); BUFFER_WORDS];
        let bytes = words.as_flattened_mut();
        bytes[..key.len()].copy_from_slice(key);
        bytes[key.len()] = b':';
        Self { words, length: key.len() + 1 }
    }

    pub(crate) fn bucket(&self, entity_id: &str) -> u32 {
        let entity_id = entity_id.as_bytes();
        let length = self.length + entity_id.len();
        let hash = if length <= LONGEST_BUFFERED {
            let mut words = self.words;
            self.add(entity_id, &mut words);
            XxHash64::oneshot(SEED, &words.as_flattened()[..length])
        } else {
            let mut hasher = XxHash64::with_seed(SEED);
            hasher.write(&self.words.as_flattened()[..self.length]);
            hasher.write(entity_id);
            hasher.finish()
        };
        #[expect(clippy::cast_possible_truncation, reason = "the remainder is below 100,000")]
        let bucket = (hash % u64::from(BUCKET_COUNT)) as u32;
        bucket
    }

    /// Puts the entity id behind `key:`, together at most [`LONGEST_BUFFERED`] bytes.
    ///
    /// The id is shifted into place word by word. A plain copy would write across the boundaries of the
    /// words that the hash reads next, and the processor waits longer for such a read (10 ns) than the
    /// whole hash takes (8 ns). For the same reason the words are written where they will be read:
    /// moving them would cost as much.
    fn add(&self, entity_id: &[u8], words: &mut [Word; BUFFER_WORDS]) {
        let mut position = self.length / size_of::<Word>();
        let shift = self.length % size_of::<Word>() * 8;
        // What belongs into the word at `position` so far.
        let mut begun = u64::from_le_bytes(words[position]);
        let mut push = |bytes: u64| {
            words[position] = (begun | bytes << shift).to_le_bytes();
            position += 1;
            // In two steps, because shifting by all 64 bits at once is not defined.
            begun = bytes >> 1 >> (63 - shift);
        };
        let (whole, rest) = entity_id.as_chunks();
        for word in whole {
            push(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            push(match entity_id.last_chunk() {
                // One read that ends with the id, less what was pushed before.
                Some(last) => u64::from_le_bytes(*last) >> (64 - 8 * rest.len()),
                None => rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
            });
        }
        words[position] = begun.to_le_bytes();
    }
}

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
const BUFFER_LENGTH: usize = 160;

/// A flag's share of the hashed text, laid out once so that only the entity id is copied later.
#[derive(Clone, Debug)]
pub(crate) struct BucketPrefix {
    /// `key:`, then zeros.
    buffer: [u8; BUFFER_LENGTH],
    /// How much of the buffer `key:` fills.
    length: usize,
}

impl BucketPrefix {
    pub(crate) fn new(flag_key: &FlagKey) -> Self {
        let key = flag_key.as_bytes();
        let mut buffer = [0; BUFFER_LENGTH];
        buffer[..key.len()].copy_from_slice(key);
        buffer[key.len()] = b':';
        Self { buffer, length: key.len() + 1 }
    }

    pub(crate) fn bucket(&self, entity_id: &str) -> u32 {
        let end = self.length + entity_id.len();
        let hash = if end <= BUFFER_LENGTH {
            let mut buffer = self.buffer;
            buffer[self.length..end].copy_from_slice(entity_id.as_bytes());
            XxHash64::oneshot(SEED, &buffer[..end])
        } else {
            let mut hasher = XxHash64::with_seed(SEED);
            hasher.write(&self.buffer[..self.length]);
            hasher.write(entity_id.as_bytes());
            hasher.finish()
        };
        #[expect(clippy::cast_possible_truncation, reason = "the remainder is below 100,000")]
        let bucket = (hash % u64::from(BUCKET_COUNT)) as u32;
        bucket
    }
}

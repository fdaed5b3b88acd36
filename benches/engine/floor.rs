//! What no contestant that buckets by XXH64 can save: the hash of `key:id` and one comparison.

use std::hash::Hasher;

use divan::{Bencher, black_box};
use twox_hash::XxHash64;

use crate::flags::{ENTITY_ID, ONE_RULE};

const BUCKETS: u64 = 100_000;

/// The text lies side by side already, which in life it never does.
#[divan::bench]
fn hash_of_one_text(bencher: Bencher<'_, '_>) {
    let text = format!("{ONE_RULE}:{ENTITY_ID}");
    bencher.bench(|| XxHash64::oneshot(0, black_box(text.as_bytes())) % BUCKETS < black_box(50_000));
}

/// Key and id come from two places, and are hashed as they come.
#[divan::bench]
fn hash_of_key_and_id(bencher: Bencher<'_, '_>) {
    bencher.bench(|| {
        let mut hasher = XxHash64::with_seed(0);
        hasher.write(black_box(ONE_RULE.as_bytes()));
        hasher.write(b":");
        hasher.write(black_box(ENTITY_ID.as_bytes()));
        hasher.finish() % BUCKETS < black_box(50_000)
    });
}

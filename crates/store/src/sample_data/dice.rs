//! Chance that comes out the same every time: one stream of numbers per seed (SplitMix64,
//! <https://prng.di.unimi.it/splitmix64.c>), so that every customer is made independently.

pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(stream: u64, seed: u64) -> Self {
        let mut dice =
            Dice(stream.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ seed.wrapping_mul(0xD1B5_4A32_D192_ED03));
        dice.roll();
        dice
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// 0 up to `end`, without it.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.roll() % end.max(1)
    }

    /// 0 to 1, without 1.
    pub(super) fn fraction(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True so often in a hundred.
    pub(super) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }

    /// One of them, each as often as its weight says.
    pub(super) fn weighted<'a, T>(&mut self, of: &'a [(T, u32)]) -> &'a T {
        let total: u32 = of.iter().map(|(_, weight)| weight).sum();
        let mut left = self.below(u64::from(total)) as u32;
        for (item, weight) in of {
            if left < *weight {
                return item;
            }
            left -= weight;
        }
        &of[0].0
    }
}

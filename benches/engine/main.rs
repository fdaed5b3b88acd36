//! One decision: the engine, LaunchDarkly's and Unleash's evaluation, and the floor below which nothing
//! that buckets by XXH64 can go. All decide the same two flags for the same entity, and all serve `true`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark fails by panicking")]

mod engine;
mod floor;
mod launchdarkly;
mod yggdrasil;

fn main() {
    divan::main();
}

/// The two flags that every contestant decides. Both serve `true` to half of the entities that pass.
mod flags {
    /// One rule: 50 % of everybody.
    pub(crate) const ONE_RULE: &str = "new-dashboard";
    /// Twenty rules for twenty audiences, each 50 %; the entity is only in the last audience.
    pub(crate) const TWENTY_RULES: &str = "new-checkout";
    /// How many rules that is.
    pub(crate) const RULE_COUNT: usize = 20;
    /// The half that every flag serves.
    pub(crate) const PERCENTAGE: u32 = 50;
    /// Within the half of both flags for every contestant; each checks it before it is timed.
    pub(crate) const ENTITY_ID: &str = "customer-31391";
}

//! The evaluation server: administration, evaluate and evaluate-all, LaunchDarkly's client-side
//! contract and OFREP on one port. What it decides, `halyard-evaluator` decides; what it changes,
//! `halyard-store` writes; this crate speaks HTTP.

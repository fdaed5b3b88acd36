//! Running evaluators: their heartbeats.

//! The configuration as evaluators load it, and how they hear of changes.

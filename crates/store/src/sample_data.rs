//! A made-up company to explore with.

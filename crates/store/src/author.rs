//! Who changes something, from where, and why.

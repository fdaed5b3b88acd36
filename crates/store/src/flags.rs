//! Flags: list, get, create, change, kill, archive, revert.

//! Audiences: list, get, create, update, delete.

//! Which audiences an entity is in.

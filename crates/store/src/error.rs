//! What can go wrong in the store.

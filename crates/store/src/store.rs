//! The handle to one tenant's database.

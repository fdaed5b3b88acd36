//! Settings of the workspace that live in the database.

//! Audience conditions, and their compilation to SQL.

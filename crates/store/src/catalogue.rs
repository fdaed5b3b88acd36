//! The tenant's tables and columns, as introspected.

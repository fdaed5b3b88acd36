//! Where a tenant's customers and events live.

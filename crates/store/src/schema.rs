//! The schema of Halyard in the tenant's database: its state and its migrations.

//! Everything that is SQL: schema, migrations, roles and queries.

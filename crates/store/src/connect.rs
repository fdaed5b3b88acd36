//! How to reach a database, and a connection test that names each step.

//! A private Postgres for people who have none: find, init, start, stop.

//! Environments: list, create, update, order, delete.

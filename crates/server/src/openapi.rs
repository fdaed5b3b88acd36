//! The description of every route: `/openapi.json`.

//! The file that says that a server is ready, for programs that start one.

use std::path::Path;

use serde::Serialize;

use super::{Failure, data_dir, embedded::DeveloperKeys};

/// What the file holds.
#[derive(Debug, Serialize)]
pub(super) struct Ready<'a> {
    /// The base URL of every route.
    pub(super) url: String,
    /// A key of each kind, where the server made them; null at a tenant's database.
    pub(super) keys: Option<&'a DeveloperKeys>,
    /// The environment that server and client key open.
    pub(super) environment: Option<&'a str>,
    /// Where psql finds the database; with a password only if it is the server's own.
    pub(super) database: String,
}

impl Ready<'_> {
    /// Writes the file, whole at once, readable by its owner alone.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        let written = serde_json::to_vec_pretty(self).map_err(std::io::Error::other);
        written
            .and_then(|content| data_dir::replace(path, &content))
            .map_err(|error| Failure::file("write the ready file", path, error))
    }
}

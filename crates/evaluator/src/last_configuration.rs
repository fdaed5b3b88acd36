//! The last known configuration on disk, which a server serves when it starts while its database is
//! down. It names hashes of keys, never keys; only its owner may read it.

use std::path::PathBuf;

/// Where the last known configuration of a database is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastConfiguration {
    /// A directory for this file alone; made if missing. Several servers may not share it.
    pub directory: PathBuf,
    /// Names the database, such as `host:port/name`: a file from another database is not served.
    pub database: String,
}

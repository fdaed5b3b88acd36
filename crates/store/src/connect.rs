//! How to reach a database, and a connection test that names each step.

use std::{fmt, path::PathBuf};

use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use ts_rs::TS;

use crate::StoreError;

/// How to reach one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectOptions {
    /// Where the server listens.
    pub address: Address,
    /// The database.
    pub database: String,
    /// The role to log in as.
    pub user: String,
    /// Its password; empty when none is needed.
    pub password: Password,
}

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// Over the network.
    Tcp {
        /// A name or an address.
        host: String,
        /// 5432 unless the server says otherwise.
        port: u16,
        /// How the connection is protected.
        tls: TlsMode,
    },
    /// Over a socket on this computer.
    Socket {
        /// The directory that holds it.
        directory: PathBuf,
        /// The port that is part of the socket's name.
        port: u16,
    },
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TlsMode {
    /// Encrypted, and the server's certificate must be for its host name and from a trusted issuer.
    VerifyFull,
    /// Encrypted, to whoever answers.
    Require,
    /// Not encrypted.
    Disable,
}

/// A password that never shows itself.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Takes it in.
    #[must_use]
    pub fn new(password: impl Into<String>) -> Self {
        Self(password.into())
    }

    /// Gives it out, to those who must send or keep it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password(…)")
    }
}

/// One step of a connection test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A server answers at the address.
    Reach,
    /// The connection is protected as asked.
    Tls,
    /// The role may log in.
    Login,
    /// The role may create or use Halyard's schema.
    Rights,
    /// The schema is there and fits.
    Schema,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StepOutcome {
    /// Well.
    Ok,
    /// Badly; later steps are skipped.
    Failed,
    /// Not tried, or not needed.
    Skipped,
}

/// One step of a connection test and how it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionStep {
    /// Which step.
    #[ts(inline)]
    pub step: Step,
    /// How it went.
    #[ts(inline)]
    pub outcome: StepOutcome,
    /// What was found or what went wrong, in a sentence.
    pub message: String,
    /// What to do about it; empty when ok.
    pub advice: String,
}

/// A connection test: every step, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionReport {
    /// Every step, in order.
    pub steps: Vec<ConnectionStep>,
    /// Whether Halyard's schema is there, of whatever version.
    pub schema_exists: bool,
    /// Whether the app can work here, after creating or migrating the schema.
    pub ok: bool,
}

impl ConnectOptions {
    /// From a URL such as `postgres://user:password@host:5432/database?sslmode=verify-full`.
    /// Without `sslmode`, hosts other than loopback are verified.
    ///
    /// # Errors
    /// `Invalid` with path `url`; the message never repeats the URL, which may hold a password.
    pub fn from_url(url: &str) -> Result<Self, StoreError> {
        let _ = url;
        todo!()
    }

    /// Tries to connect, step by step. Changes nothing.
    pub async fn test(&self) -> ConnectionReport {
        todo!()
    }
}

pub(crate) fn pool(options: &ConnectOptions) -> PgPool {
    let _ = options;
    todo!()
}

pub(crate) fn lookup_pool(options: &ConnectOptions) -> PgPool {
    let _ = options;
    todo!()
}

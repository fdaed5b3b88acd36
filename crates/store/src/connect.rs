//! How to reach a database, and a connection test that names each step.

use std::{fmt, net::IpAddr, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};
use sqlx::{
    ConnectOptions as _, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
};
use ts_rs::TS;

use crate::StoreError;

mod probe;
mod url;

/// How long to wait for a connection: making one over a slow network takes six round trips.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(4);

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
        url::parse(url).map_err(|problem| StoreError::invalid("url", problem))
    }

    /// Tries to connect, step by step. Changes nothing.
    pub async fn test(&self) -> ConnectionReport {
        probe::test(self).await
    }

    /// As the driver needs them.
    pub(crate) fn driver(&self) -> PgConnectOptions {
        // The issuer of a private certificate can still be named in PGSSLROOTCERT, as for psql.
        let options = PgConnectOptions::new_without_pgpass()
            .database(&self.database)
            .username(&self.user)
            .application_name("halyard");
        let options = match &self.address {
            Address::Tcp { host, port, tls } => options.host(host).port(*port).ssl_mode(match tls {
                TlsMode::VerifyFull => PgSslMode::VerifyFull,
                TlsMode::Require => PgSslMode::Require,
                TlsMode::Disable => PgSslMode::Disable,
            }),
            Address::Socket { directory, port } => {
                options.socket(directory).port(*port).ssl_mode(PgSslMode::Disable)
            }
        };
        match self.password.reveal() {
            "" => options,
            password => options.password(password),
        }
        .log_statements(log::LevelFilter::Trace)
    }
}

impl TlsMode {
    /// Verified, unless the connection never leaves this computer.
    #[must_use]
    pub fn default_for(host: &str) -> Self {
        let address = host.trim_start_matches('[').trim_end_matches(']');
        let is_loopback = host.eq_ignore_ascii_case("localhost")
            || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if is_loopback { Self::Disable } else { Self::VerifyFull }
    }
}

/// Connections for everything but membership. Custom plans, because filters are optional.
pub(crate) fn pool(options: &ConnectOptions) -> PgPool {
    pool_with(
        options,
        true,
        &[
            ("statement_timeout", "30s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "10s"),
            ("timezone", "UTC"),
            ("plan_cache_mode", "force_custom_plan"),
            // Its compiling takes longer than what is asked here.
            ("jit", "off"),
            // Each statement of a change must see what was committed while it waited for a lock.
            ("default_transaction_isolation", "read committed"),
        ],
    )
}

/// Connections for membership alone.
pub(crate) fn lookup_pool(options: &ConnectOptions) -> PgPool {
    pool_with(
        options,
        false,
        &[
            ("statement_timeout", "1s"),
            ("lock_timeout", "200ms"),
            ("idle_in_transaction_session_timeout", "1s"),
            ("default_transaction_read_only", "on"),
            ("timezone", "UTC"),
        ],
    )
}

fn pool_with(
    options: &ConnectOptions,
    test_before_acquire: bool,
    settings: &'static [(&'static str, &'static str)],
) -> PgPool {
    PgPoolOptions::new()
        .max_connections(8)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(test_before_acquire)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                // One statement, not startup options, which connection poolers refuse.
                let (names, values): (Vec<_>, Vec<_>) =
                    settings.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).unzip();
                sqlx::query!(
                    r#"select count(set_config(s.name, s.value, false)) as "set!"
                     from unnest($1::text[], $2::text[]) as s (name, value)"#,
                    &names,
                    &values,
                )
                .fetch_one(connection)
                .await?;
                Ok(())
            })
        })
        .connect_lazy_with(options.driver())
}

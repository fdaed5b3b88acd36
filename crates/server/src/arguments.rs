//! What `halyard-server` can be told: its commands and their options. Every option may come from an
//! environment variable instead.

use std::{
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
    time::Duration,
};

use chrono::{DateTime, NaiveDate, Utc};
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum, builder::BoolishValueParser};
use halyard_admin::audit::export::AuditFormat;
use halyard_server::LogFormat;
use halyard_store::{
    ConnectOptions, StoreError,
    sdk_keys::{KeyKind, KeyRole},
};
use uuid::Uuid;

/// Serves Halyard's feature flags over HTTP: evaluation, LaunchDarkly's client-side contract, OFREP
/// and administration on one port.
#[derive(Debug, Parser)]
#[command(name = "halyard-server", version, propagate_version = true, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Answer requests until told to stop (Ctrl C, SIGTERM)
    Serve(Box<Serve>),
    /// Make Halyard's schema in the database, or bring it up to date
    Migrate(Database),
    /// Make, list, rotate and revoke SDK keys
    Keys {
        #[command(subcommand)]
        command: Keys,
    },
    /// Kill flags: everybody gets the default value, in every environment, until they are restored
    ///
    /// Shows every server confirming it. Exit code 0: all confirmed in time; 2: killed, but not all
    /// confirmed; 1: not killed.
    Kill(Kill),
    /// Restore killed flags: their rules serve again. Otherwise as kill
    Restore(Kill),
    /// Export the audit trail, verify an export without the database, sign checkpoints
    Audit {
        #[command(subcommand)]
        command: Audit,
    },
    /// Check the database, rights, schema, clock and audiences, and say what to do
    Doctor(Database),
}

/// Where a database is, as it was written. Whoever parses arguments repeats what it cannot read, and
/// this holds a password: so it is taken as it is, and read afterwards.
#[derive(Clone)]
pub(crate) struct DatabaseUrl(String);

impl DatabaseUrl {
    /// How to reach the database.
    ///
    /// # Errors
    /// `Invalid`, which never repeats the URL.
    pub(crate) fn options(&self) -> Result<ConnectOptions, StoreError> {
        ConnectOptions::from_url(&self.0)
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("DatabaseUrl(…)")
    }
}

impl std::str::FromStr for DatabaseUrl {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(DatabaseUrl(text.to_owned()))
    }
}

/// Which database.
#[derive(Debug, Clone, Args)]
pub(crate) struct Database {
    /// The tenant's database: postgres://user:password@host:5432/database
    #[arg(long, value_name = "URL", env = "HALYARD_DATABASE", hide_env_values = true)]
    pub(crate) database: DatabaseUrl,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").required(true).args(["database", "embedded"])))]
pub(crate) struct Serve {
    /// The tenant's database: postgres://user:password@host:5432/database
    #[arg(long, value_name = "URL", env = "HALYARD_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<DatabaseUrl>,
    /// Run a private Postgres in the data directory instead, and make a key of each kind
    #[arg(long, env = "HALYARD_EMBEDDED", value_parser = BoolishValueParser::new())]
    pub(crate) embedded: bool,
    /// Fill the private Postgres with a made-up company
    #[arg(long, env = "HALYARD_SAMPLE_DATA", requires = "embedded", value_parser = BoolishValueParser::new())]
    pub(crate) sample_data: bool,
    /// Make the schema, or bring it up to date, before serving
    #[arg(long, env = "HALYARD_MIGRATE", value_parser = BoolishValueParser::new())]
    pub(crate) migrate: bool,

    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", env = "HALYARD_LISTEN",
        default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)), value_parser = address)]
    pub(crate) listen: SocketAddr,
    /// The certificate to answer with, in PEM, followed by those of its issuers
    #[arg(
        long,
        value_name = "FILE",
        env = "HALYARD_TLS_CERT",
        requires = "tls_key",
        conflicts_with = "behind_proxy"
    )]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The certificate's private key, in PEM
    #[arg(long, value_name = "FILE", env = "HALYARD_TLS_KEY", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// A proxy in front speaks TLS and sets X-Forwarded-For: plain HTTP on any address
    #[arg(long, env = "HALYARD_BEHIND_PROXY", value_parser = BoolishValueParser::new())]
    pub(crate) behind_proxy: bool,

    /// Where the last configuration and the waiting log are kept; one server per directory
    #[arg(long, value_name = "DIRECTORY", env = "HALYARD_DATA_DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Write URL, keys and database into this file once everything is ready
    #[arg(long, value_name = "FILE", env = "HALYARD_READY_FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    /// How the log on stderr is written
    #[arg(long, env = "HALYARD_LOG_FORMAT", value_enum, default_value = "human")]
    pub(crate) log_format: LogFormat,

    /// Requests per second with one key from one address; 0 sets no limit
    #[arg(long, value_name = "REQUESTS", env = "HALYARD_RATE_LIMIT", default_value_t = 1_000)]
    pub(crate) rate_limit: u32,
    /// Connections at a time; further ones wait
    #[arg(long, value_name = "NUMBER", env = "HALYARD_MAX_CONNECTIONS", default_value_t = 10_000,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) max_connections: u32,
    /// Requests answered at a time; further ones get 503
    #[arg(long, value_name = "NUMBER", env = "HALYARD_MAX_REQUESTS", default_value_t = 1_000,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) max_requests: u32,
    /// How long an evaluation waits to hear which audiences a customer is in
    #[arg(long, value_name = "TIME", env = "HALYARD_MEMBERSHIP_DEADLINE", default_value = "200ms", value_parser = duration)]
    pub(crate) membership_deadline: Duration,
    /// Whether evaluations are written to the database's log
    #[arg(long, env = "HALYARD_EVALUATION_LOG", value_enum, default_value = "on")]
    pub(crate) evaluation_log: Switch,
    /// What the waiting log may take on disk, in bytes; K, M and G are understood
    #[arg(long, value_name = "BYTES", env = "HALYARD_SPOOL_MAX_BYTES", default_value = "1G", value_parser = bytes)]
    pub(crate) spool_max_bytes: u64,
    /// How long shutting down may take
    #[arg(long, value_name = "TIME", env = "HALYARD_SHUTDOWN_TIME", default_value = "10s", value_parser = duration)]
    pub(crate) shutdown_time: Duration,
}

impl Serve {
    /// Requests per second with one key from one address.
    pub(crate) fn rate(&self) -> Option<NonZeroU32> {
        NonZeroU32::new(self.rate_limit)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Make a key; it is shown once
    Create(CreateKey),
    /// List the keys, revoked ones included
    List(Database),
    /// Make a key in the place of another, which goes on for a while
    Rotate {
        #[command(flatten)]
        database: Database,
        /// The key's id, or how its text begins
        key: KeyName,
        /// When the former key ends: a moment (2026-12-24T18:00:00Z) or a time from now (7d)
        #[arg(long, value_name = "WHEN", default_value = "7d", value_parser = moment)]
        former_expires: DateTime<Utc>,
        #[command(flatten)]
        author: Person,
    },
    /// End a key at once
    Revoke {
        #[command(flatten)]
        database: Database,
        /// The key's id, or how its text begins
        key: KeyName,
        #[command(flatten)]
        author: Person,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CreateKey {
    #[command(flatten)]
    pub(crate) database: Database,
    /// server: secret, for back ends; client: public, for pages and apps; admin: for administration
    #[arg(long, value_parser = kind)]
    pub(crate) kind: KeyKind,
    /// What it is for, such as "Checkout"; of an admin key also who makes its changes, in the audit
    /// log. "Client key" and the like unless given
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The environment that a server or client key opens
    #[arg(long, required_if_eq_any([("kind", "server"), ("kind", "client")]))]
    pub(crate) environment: Option<String>,
    /// What an admin key may do: viewer, operator, editor or admin
    #[arg(long, value_parser = role, required_if_eq("kind", "admin"))]
    pub(crate) role: Option<KeyRole>,
    /// When it ends: a moment (2026-12-24T18:00:00Z) or a time from now (90d); never unless given
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    pub(crate) expires: Option<DateTime<Utc>>,
    #[command(flatten)]
    pub(crate) author: Person,
}

#[derive(Debug, Args)]
pub(crate) struct Kill {
    /// The flags' keys or ids
    #[arg(required = true, value_name = "KEY")]
    pub(crate) flags: Vec<String>,
    #[command(flatten)]
    pub(crate) database: Database,
    #[command(flatten)]
    pub(crate) author: Person,
    /// How long to wait for whoever holds a flag, and for servers to confirm
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    pub(crate) wait: Duration,
    /// Write one line of JSON for each flag
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Write entries to a file; that they were exported becomes an entry itself
    Export(Box<ExportAudit>),
    /// Verify an export; names the first bad entry
    Verify(VerifyAudit),
    /// Sign what the audit trail is now, and print it: keep it where nobody who can change the database can
    Checkpoint {
        #[command(flatten)]
        database: Database,
        /// The key to sign with; made when there is no such file
        #[arg(long, value_name = "FILE", env = "HALYARD_CHECKPOINT_KEY")]
        checkpoint_key: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ExportAudit {
    #[command(flatten)]
    pub(crate) database: Database,
    /// csv: for spreadsheets; ndjson: verifies without the database
    #[arg(long, default_value = "ndjson", value_parser = format)]
    pub(crate) format: AuditFormat,
    /// Where to write; a file that is there is not replaced
    #[arg(long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// The key to sign an ndjson file with; made when there is no such file
    #[arg(long, value_name = "FILE", env = "HALYARD_CHECKPOINT_KEY")]
    pub(crate) checkpoint_key: Option<PathBuf>,
    /// Only by this actor
    #[arg(long)]
    pub(crate) by: Option<String>,
    /// Only this action, such as flag.killed; may be given more than once
    #[arg(long = "action")]
    pub(crate) actions: Vec<String>,
    /// Only about this flag: its key or id
    #[arg(long)]
    pub(crate) flag: Option<String>,
    /// Only what affects this environment
    #[arg(long)]
    pub(crate) environment: Option<String>,
    /// Only from this moment on: 2026-07-01T00:00:00Z, or 2026-07-01 for midnight UTC
    #[arg(long, value_parser = past)]
    pub(crate) from: Option<DateTime<Utc>>,
    /// Only before this moment
    #[arg(long, value_parser = past)]
    pub(crate) to: Option<DateTime<Utc>>,
    /// Only with this text in actor, role, action, key or note
    #[arg(long)]
    pub(crate) search: Option<String>,
    #[command(flatten)]
    pub(crate) author: Person,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyAudit {
    /// The ndjson file
    pub(crate) file: PathBuf,
    /// Checkpoints that were kept elsewhere: one in a line. May be given more than once
    #[arg(long = "checkpoint", value_name = "FILE")]
    pub(crate) checkpoints: Vec<PathBuf>,
    /// The key that must have signed: 64 hexadecimal digits
    #[arg(long, value_name = "KEY", value_parser = public_key)]
    pub(crate) public_key: Option<String>,
}

/// Who makes a change, for the audit log.
#[derive(Debug, Args)]
pub(crate) struct Person {
    /// Who does this, for the audit log; the database role unless given
    #[arg(long, env = "HALYARD_ACTOR", default_value = "")]
    pub(crate) actor: String,
    /// Why, for the audit log
    #[arg(long, default_value = "")]
    pub(crate) note: String,
}

/// How a key is named on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyName {
    /// By its id.
    Id(Uuid),
    /// By the beginning of its text.
    Prefix(String),
}

impl std::str::FromStr for KeyName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(id) = text.parse() {
            return Ok(KeyName::Id(id));
        }
        let prefix = text.trim_end_matches(['…', '.']);
        if prefix.starts_with("hal_") && prefix.len() > "hal_srv_".len() {
            return Ok(KeyName::Prefix(prefix.to_owned()));
        }
        Err("name a key by its id or by how it begins, as `halyard-server keys list` shows them".to_owned())
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let named = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    let all = text.strip_prefix(':').map(|port| format!("0.0.0.0:{port}"));
    named
        .or(all)
        .as_deref()
        .unwrap_or(text)
        .parse()
        .map_err(|_| "give an IP address and a port, such as 127.0.0.1:8080 or [::]:8080".to_owned())
}

fn kind(text: &str) -> Result<KeyKind, String> {
    [KeyKind::Server, KeyKind::Client, KeyKind::Admin]
        .into_iter()
        .find(|kind| kind.as_str() == text)
        .ok_or_else(|| "choose server, client or admin".to_owned())
}

fn role(text: &str) -> Result<KeyRole, String> {
    [KeyRole::Viewer, KeyRole::Operator, KeyRole::Editor, KeyRole::Admin]
        .into_iter()
        .find(|role| role.as_str() == text)
        .ok_or_else(|| "choose viewer, operator, editor or admin".to_owned())
}

fn format(text: &str) -> Result<AuditFormat, String> {
    [AuditFormat::Csv, AuditFormat::Ndjson]
        .into_iter()
        .find(|format| format.extension() == text)
        .ok_or_else(|| "choose csv or ndjson".to_owned())
}

/// A moment, or a day: its first moment in UTC.
fn past(text: &str) -> Result<DateTime<Utc>, String> {
    let day = text.parse::<NaiveDate>().ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    day.map(|midnight| midnight.and_utc())
        .or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.to_utc()))
        .ok_or_else(|| "write a moment such as 2026-07-01T00:00:00Z, or a day such as 2026-07-01".to_owned())
}

fn public_key(text: &str) -> Result<String, String> {
    let is_key = text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_key.then(|| text.to_ascii_lowercase()).ok_or_else(|| "a key has 64 hexadecimal digits".to_owned())
}

/// `250ms`, `3s`, `5m`, `12h`, `7d`.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "write a time such as 250ms, 3s, 5m, 12h or 7d".to_owned();
    let unit = text.find(|character: char| !character.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(unit);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(wrong()),
    };
    let time = number.checked_mul(milliseconds).filter(|time| *time > 0).ok_or_else(wrong)?;
    Ok(Duration::from_millis(time))
}

fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.to_utc());
    }
    let from_now = duration(text)
        .ok()
        .and_then(|time| Utc::now().checked_add_signed(chrono::Duration::from_std(time).ok()?));
    from_now.ok_or_else(|| {
        "write a moment such as 2026-12-24T18:00:00Z, or a time from now such as 90d".to_owned()
    })
}

fn bytes(text: &str) -> Result<u64, String> {
    let (number, unit) = match text.strip_suffix(['K', 'M', 'G']) {
        Some(number) if text.ends_with('K') => (number, 1 << 10),
        Some(number) if text.ends_with('M') => (number, 1 << 20),
        Some(number) => (number, 1 << 30),
        None => (text, 1),
    };
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    bytes.ok_or_else(|| "write a number of bytes such as 1048576, 512M or 2G".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_commands_agree_with_themselves() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_option_of_serve_has_its_environment_variable() {
        let command = Arguments::command();
        let serve = command.find_subcommand("serve").unwrap();
        for option in
            serve.get_opts().filter(|option| !["help", "version"].contains(&option.get_id().as_str()))
        {
            let name = option.get_env().unwrap_or_else(|| panic!("{} has none", option.get_id()));
            let expected = format!("HALYARD_{}", option.get_id().as_str().to_uppercase());
            assert_eq!(name.to_str(), Some(expected.as_str()));
        }
    }

    #[test]
    fn times_and_sizes_are_read_as_people_write_them() {
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(duration("7d"), Ok(Duration::from_secs(7 * 86_400)));
        for wrong in ["", "5", "s", "0s", "-1s", "1.5s", "99999999999999999999d", "3 s"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        assert_eq!(bytes("2G"), Ok(2 << 30));
        assert_eq!(bytes("1000"), Ok(1000));
        assert!(bytes("many").is_err() && bytes("99999999999G").is_err());
        assert!(moment("2026-12-24T18:00:00Z").is_ok() && moment("90d").unwrap() > Utc::now());
        assert!(moment("tomorrow").is_err());
        assert_eq!(address("localhost:0").unwrap().to_string(), "127.0.0.1:0");
    }
}

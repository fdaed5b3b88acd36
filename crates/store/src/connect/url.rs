//! Reading a connection URL. What is wrong is said without repeating it: it may hold a password.

use std::path::PathBuf;

use ::url::Url;
use percent_encoding::percent_decode_str;

use super::{Address, ConnectOptions, Password, TlsMode};

const SHAPE: &str = "Write it like postgres://user:password@host:5432/database.";

pub(super) fn parse(text: &str) -> Result<ConnectOptions, String> {
    let url = Url::parse(text.trim()).map_err(|_| format!("This is not a URL. {SHAPE}"))?;
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        return Err(format!("This is not the URL of a Postgres database. {SHAPE}"));
    }
    let parameter =
        |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let user = match decoded(url.username())? {
        // A URL without a host, as for sockets, has no place for a user either.
        none if none.is_empty() => parameter("user").unwrap_or_default(),
        user => user,
    };
    if user.is_empty() {
        return Err(format!("The user is missing. {SHAPE}"));
    }
    let database = match decoded(url.path().trim_start_matches('/'))? {
        // As Postgres' own programs do.
        path if path.is_empty() => user.clone(),
        path => path,
    };
    let port = url.port().or_else(|| parameter("port")?.parse().ok()).unwrap_or(5432);
    let address = match parameter("host") {
        Some(directory) if directory.starts_with('/') => {
            Address::Socket { directory: PathBuf::from(directory), port }
        }
        host => {
            let host = match host {
                Some(host) => host,
                None => decoded(url.host_str().unwrap_or_default())?,
            };
            // A URL writes IPv6 addresses in brackets; sockets take them without.
            let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
            if host.is_empty() {
                return Err(format!("The host is missing. {SHAPE}"));
            }
            let tls = tls(parameter("sslmode").as_deref(), &host)?;
            Address::Tcp { host, port, tls }
        }
    };
    let password = Password::new(decoded(url.password().unwrap_or_default())?);
    Ok(ConnectOptions { address, database, user, password })
}

/// Modes that fall back to plaintext without a word are for loopback alone.
fn tls(mode: Option<&str>, host: &str) -> Result<TlsMode, String> {
    let default = TlsMode::default_for(host);
    match mode {
        None => Ok(default),
        Some("disable") => Ok(TlsMode::Disable),
        Some("require") => Ok(TlsMode::Require),
        Some("verify-full" | "verify-ca") => Ok(TlsMode::VerifyFull),
        Some("prefer" | "allow") if default == TlsMode::Disable => Ok(TlsMode::Disable),
        Some("prefer" | "allow") => Err(String::from(
            "This sslmode would send the password in the clear if the server asked for it. Use \
             verify-full, or require for a server whose certificate cannot be verified.",
        )),
        Some(_) => Err(String::from("This sslmode is not known. Use verify-full, require or disable.")),
    }
}

fn decoded(text: &str) -> Result<String, String> {
    percent_decode_str(text)
        .decode_utf8()
        .map(Into::into)
        .map_err(|_| String::from("A part of the URL is not UTF-8. Encode it with %-escapes of UTF-8."))
}

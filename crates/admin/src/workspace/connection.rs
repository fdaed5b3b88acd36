//! A connection as a person enters it: a URL or fields, checked all at once and split into what
//! may be remembered and the password.

use halyard_engine::Violation;
use halyard_store::{
    ConnectOptions,
    connect::{Address, Password, TlsMode},
};
use serde::Deserialize;
use ts_rs::TS;

use super::remembered::Server;
use crate::CommandError;

/// How to reach a database: a URL, or its parts.
#[derive(Clone, Default, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(as = "ConnectionInputShape")]
pub struct ConnectionInput {
    url: Option<String>,
    host: Option<String>,
    port: Option<i64>,
    database: Option<String>,
    user: Option<String>,
    password: Option<String>,
    tls: Option<TlsMode>,
}

/// What the page sees of [`ConnectionInput`].
#[derive(TS)]
#[ts(untagged, rename = "ConnectionInput")]
#[expect(dead_code, reason = "only its TypeScript is used")]
enum ConnectionInputShape {
    Url { url: String },
    Parts { host: String, port: u16, database: String, user: String, password: String, tls: TlsMode },
}

impl ConnectionInput {
    /// Where to connect, and with which password.
    ///
    /// # Errors
    /// `invalid` with every violation; none repeats the URL or the password.
    pub(crate) fn check(self) -> Result<(Server, Password), CommandError> {
        match self.url {
            Some(url) => split(&url),
            None => self.check_parts(),
        }
    }

    fn check_parts(self) -> Result<(Server, Password), CommandError> {
        let mut violations = Vec::new();
        let mut refuse = |path: &str, message: &str| {
            violations.push(Violation { path: format!("connection.{path}"), message: message.to_owned() });
        };
        let mut text = |path: &str, value: Option<String>, what: &str| {
            let value = value.unwrap_or_default().trim().to_owned();
            if value.is_empty() {
                refuse(path, &format!("Enter {what}."));
            } else if value.len() > 255 || value.contains('\0') {
                refuse(path, "This is too long, or holds characters that cannot be part of it.");
            }
            value
        };
        let host = text("host", self.host, "the name or address of the database's computer");
        let database = text("database", self.database, "the name of the database");
        let user = text("user", self.user, "the database user to log in as");
        let port = self.port.unwrap_or(5432);
        let port = u16::try_from(port).ok().filter(|port| *port != 0).unwrap_or_else(|| {
            refuse("port", &format!("{port} is not a port; choose 1 to 65535 (Postgres uses 5432)."));
            0
        });
        let password = self.password.unwrap_or_default();
        if password.contains('\0') {
            refuse("password", "A password cannot contain a NUL character.");
        }
        if !violations.is_empty() {
            return Err(CommandError::invalid(violations));
        }
        let tls = self.tls.unwrap_or(TlsMode::VerifyFull);
        Ok((Server { host, port, database, user, tls }, Password::new(password)))
    }
}

fn split(url: &str) -> Result<(Server, Password), CommandError> {
    let options = ConnectOptions::from_url(url.trim()).map_err(|error| {
        let error = CommandError::from(error);
        CommandError::invalid_field("connection.url", error.message)
    })?;
    let Address::Tcp { host, port, tls } = options.address else {
        return Err(CommandError::invalid_field("connection.url", "Give the name of a host."));
    };
    let server = Server { host, port, database: options.database, user: options.user, tls };
    Ok((server, options.password))
}

impl Server {
    /// With the password, all that connecting needs.
    pub(crate) fn with_password(&self, password: Password) -> ConnectOptions {
        ConnectOptions {
            address: Address::Tcp { host: self.host.clone(), port: self.port, tls: self.tls },
            database: self.database.clone(),
            user: self.user.clone(),
            password,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;

    fn check(input: serde_json::Value) -> Result<(Server, Password), CommandError> {
        serde_json::from_value::<ConnectionInput>(input).unwrap().check()
    }

    #[test]
    fn every_missing_part_is_named_at_once() {
        let error = check(json!({ "port": 70000 })).unwrap_err();
        let paths: Vec<String> =
            error.details.violations.unwrap().into_iter().map(|violation| violation.path).collect();
        assert_eq!(paths, ["connection.host", "connection.database", "connection.user", "connection.port"]);
    }

    #[test]
    fn a_url_is_split_so_that_the_password_stands_apart() {
        let (server, password) =
            check(json!({ "url": "postgres://ada:s%40fe@db.example:6432/shop" })).unwrap();
        assert_eq!(
            server,
            Server {
                host: "db.example".into(),
                port: 6432,
                database: "shop".into(),
                user: "ada".into(),
                tls: TlsMode::VerifyFull
            }
        );
        assert_eq!(password, Password::new("s@fe"));
    }

    #[test]
    fn an_error_about_a_url_never_repeats_its_password() {
        let error = check(json!({ "url": "mysql://ada:hunter2@db.example/shop" })).unwrap_err();
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}

//! The one conversation this crate has with a server: sign in, create a database. Owns the protocol; the
//! messages and SCRAM come from `postgres-protocol`. Plain TCP, because it only ever talks to loopback, and
//! SCRAM shows the password to nobody: an impostor on the port learns nothing and is found out.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use bytes::BytesMut;
use fallible_iterator::FallibleIterator;
use postgres_protocol::authentication::sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256};
use postgres_protocol::message::backend::{ErrorFields, Message};
use postgres_protocol::message::frontend;

/// Longest wait for one answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// SQLSTATE of a database that does not exist.
const INVALID_CATALOG_NAME: &str = "3D000";
/// SQLSTATE of creating what another instance has just created.
const DUPLICATE_DATABASE: &str = "42P04";

#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{message} (SQLSTATE {code})")]
    Server { code: String, message: String },
    #[error("it does not speak as Postgres would")]
    Unexpected,
}

/// Who signs in, and where: always on 127.0.0.1.
#[derive(Clone, Copy)]
pub(crate) struct Login<'a> {
    pub port: u16,
    pub user: &'a str,
    /// None where the server trusts everyone.
    pub password: Option<&'a str>,
}

/// Signs in to `database`; makes it first when it does not exist.
pub(crate) fn ensure_database(login: Login<'_>, database: &str) -> Result<(), WireError> {
    match Session::open(login, database) {
        Err(WireError::Server { code, .. }) if code == INVALID_CATALOG_NAME => {
            match create_database(login, database, None) {
                Err(WireError::Server { code, .. }) if code == DUPLICATE_DATABASE => Ok(()),
                result => result,
            }
        }
        result => result.map(drop),
    }
}

/// Makes a database, as a copy of `template` when one is given.
pub(crate) fn create_database(login: Login<'_>, name: &str, template: Option<&str>) -> Result<(), WireError> {
    let mut statement = format!("CREATE DATABASE {}", quote(name));
    if let Some(template) = template {
        statement.push_str(" TEMPLATE ");
        statement.push_str(&quote(template));
    }
    Session::open(login, "postgres")?.execute(&statement)
}

fn quote(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

struct Session {
    stream: TcpStream,
    received: BytesMut,
}

impl Session {
    fn open(login: Login<'_>, database: &str) -> Result<Self, WireError> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, login.port));
        let stream = TcpStream::connect_timeout(&address, ANSWER_TIMEOUT)?;
        stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
        stream.set_nodelay(true)?;
        let mut session = Self { stream, received: BytesMut::new() };
        let parameters = [("user", login.user), ("database", database), ("client_encoding", "UTF8")];
        session.send(|buffer| frontend::startup_message(parameters, buffer))?;
        session.authenticate(login.password)?;
        session.until_ready()?;
        Ok(session)
    }

    fn authenticate(&mut self, password: Option<&str>) -> Result<(), WireError> {
        match self.receive()? {
            Message::AuthenticationOk => return Ok(()),
            Message::AuthenticationSasl(_) => {}
            _ => return Err(WireError::Unexpected),
        }
        let password = password.ok_or(WireError::Unexpected)?;
        let mut scram = ScramSha256::new(password.as_bytes(), ChannelBinding::unsupported());
        self.send(|buffer| frontend::sasl_initial_response(SCRAM_SHA_256, scram.message(), buffer))?;
        let Message::AuthenticationSaslContinue(body) = self.receive()? else {
            return Err(WireError::Unexpected);
        };
        scram.update(body.data())?;
        self.send(|buffer| frontend::sasl_response(scram.message(), buffer))?;
        let Message::AuthenticationSaslFinal(body) = self.receive()? else {
            return Err(WireError::Unexpected);
        };
        scram.finish(body.data())?;
        match self.receive()? {
            Message::AuthenticationOk => Ok(()),
            _ => Err(WireError::Unexpected),
        }
    }

    fn execute(&mut self, statement: &str) -> Result<(), WireError> {
        // Copying a large template takes longer than any other answer.
        self.stream.set_read_timeout(Some(ANSWER_TIMEOUT * 6))?;
        self.send(|buffer| frontend::query(statement, buffer))?;
        self.until_ready()
    }

    fn until_ready(&mut self) -> Result<(), WireError> {
        loop {
            if let Message::ReadyForQuery(_) = self.receive()? {
                return Ok(());
            }
        }
    }

    fn send(&mut self, message: impl FnOnce(&mut BytesMut) -> io::Result<()>) -> Result<(), WireError> {
        let mut buffer = BytesMut::new();
        message(&mut buffer)?;
        Ok(self.stream.write_all(&buffer)?)
    }

    fn receive(&mut self) -> Result<Message, WireError> {
        loop {
            match Message::parse(&mut self.received)? {
                Some(Message::ErrorResponse(body)) => return Err(server_error(body.fields())),
                Some(message) => return Ok(message),
                None => {}
            }
            let mut chunk = [0; 4096];
            match self.stream.read(&mut chunk)? {
                0 => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
                read => self.received.extend_from_slice(&chunk[..read]),
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.send(|buffer| {
            frontend::terminate(buffer);
            Ok(())
        });
    }
}

fn server_error(mut fields: ErrorFields<'_>) -> WireError {
    let (mut code, mut message) = (String::new(), String::new());
    while let Ok(Some(field)) = fields.next() {
        let value = String::from_utf8_lossy(field.value_bytes());
        match field.type_() {
            b'C' => code = value.into_owned(),
            b'M' => message = value.into_owned(),
            _ => {}
        }
    }
    WireError::Server { code, message }
}

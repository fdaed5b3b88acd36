//! The connection test: reach, TLS, login, rights, schema. Each step says what was found, or what
//! went wrong and what to do about it. Changes nothing.

use std::{io, time::Duration};

use sqlx::{Connection, PgConnection, error::DatabaseError};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{Address, ConnectOptions, ConnectionReport, ConnectionStep, Step, StepOutcome, TlsMode};
use crate::schema::{self, SchemaState};

/// For each step. A person is waiting.
const PATIENCE: Duration = Duration::from_secs(8);

/// The oldest Postgres that is supported, as `server_version_num` writes it.
const OLDEST: i32 = 140_000;

/// What the SSLRequest message is: its length, and a number that no protocol version has.
/// <https://www.postgresql.org/docs/current/protocol-message-formats.html>
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// What went wrong, and what to do about it.
type Failure = (String, String);

pub(super) async fn test(options: &ConnectOptions) -> ConnectionReport {
    let mut report = Report::default();
    let offers_tls = match reach(options).await {
        Ok((message, offers_tls)) => {
            report.ok(Step::Reach, message);
            offers_tls
        }
        Err(failure) => return report.failed(Step::Reach, failure),
    };
    let mode = match &options.address {
        Address::Tcp { tls, .. } => *tls,
        Address::Socket { .. } => TlsMode::Disable,
    };
    if mode != TlsMode::Disable && !offers_tls {
        return report.failed(
            Step::Tls,
            (
                String::from("The server does not offer encrypted connections."),
                String::from(
                    "Ask its administrator to turn on TLS. Without it everyone on the way can \
                     read the password.",
                ),
            ),
        );
    }
    let mut connection = match connect(options).await {
        Ok(connection) => connection,
        Err((step, failure)) => {
            if step == Step::Login {
                report.tls(mode);
            }
            return report.failed(step, failure);
        }
    };
    report.tls(mode);
    report.ok(Step::Login, format!("Logged in as “{}”.", options.user));
    let found = timeout(PATIENCE, inspect(&mut connection, &mut report)).await;
    let _ = connection.close().await;
    match found {
        Ok(Ok(schema_exists)) => report.finish(schema_exists),
        Ok(Err((step, failure))) => report.failed(step, failure),
        Err(_) => report.failed(
            Step::Rights,
            (String::from("The server stopped answering."), String::from("Try again.")),
        ),
    }
}

/// Whether somebody answers, and whether they offer TLS.
async fn reach(options: &ConnectOptions) -> Result<(String, bool), Failure> {
    match &options.address {
        Address::Tcp { host, port, .. } => {
            let place = format!("{host}, port {port}");
            let answer = async {
                let mut stream = TcpStream::connect((host.as_str(), *port)).await?;
                stream.write_all(&SSL_REQUEST).await?;
                stream.read_u8().await
            };
            match timeout(PATIENCE, answer).await {
                Ok(Ok(b'S')) => Ok((format!("A Postgres server answers at {place}."), true)),
                Ok(Ok(b'N')) => Ok((format!("A Postgres server answers at {place}."), false)),
                Ok(Ok(_)) => Err((
                    format!("What answers at {place} is not a Postgres server."),
                    String::from("Check the port; Postgres usually listens on 5432."),
                )),
                Ok(Err(error)) => Err(unreachable(&error, &place)),
                Err(_) => Err((
                    format!("Nothing answered at {place} within {} seconds.", PATIENCE.as_secs()),
                    String::from("Check host and port, and whether a firewall or VPN is in between."),
                )),
            }
        }
        Address::Socket { directory, port } => {
            let path = directory.join(format!(".s.PGSQL.{port}"));
            if path.exists() {
                Ok((format!("There is a socket in {}.", directory.display()), false))
            } else {
                Err((
                    format!("There is no Postgres socket in {}.", directory.display()),
                    String::from("Check the directory, and whether the server is running."),
                ))
            }
        }
    }
}

fn unreachable(error: &io::Error, place: &str) -> Failure {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => (
            format!("Nothing listens at {place}."),
            String::from("Check the port, and whether the server runs and listens on this address."),
        ),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => (
            format!("What listens at {place} hung up."),
            String::from("Check the port, and whether the server accepts connections from here."),
        ),
        io::ErrorKind::TimedOut | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => (
            format!("There is no way to {place}."),
            String::from("Check your network, VPN and the host's address."),
        ),
        // Looking up a name has no kind of its own.
        _ => (
            format!("{place} cannot be found."),
            String::from("Check the spelling of the host, and your network or VPN."),
        ),
    }
}

async fn connect(options: &ConnectOptions) -> Result<PgConnection, (Step, Failure)> {
    match timeout(PATIENCE, PgConnection::connect_with(&options.driver())).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(sqlx::Error::Tls(error))) => Err((
            Step::Tls,
            (
                format!("The server's certificate was not accepted: {error}."),
                String::from(
                    "Use the host name that the certificate is for, and install its issuer on \
                     this computer.",
                ),
            ),
        )),
        Ok(Err(sqlx::Error::Io(error))) if error.kind() == io::ErrorKind::InvalidData => Err((
            Step::Tls,
            (
                format!("The server's certificate was not accepted: {error}."),
                String::from(
                    "Use the host name that the certificate is for, and install its issuer on \
                     this computer.",
                ),
            ),
        )),
        Ok(Err(sqlx::Error::Database(error))) => Err((Step::Login, refused(error.as_ref(), options))),
        Ok(Err(_)) => Err((
            Step::Login,
            (
                String::from("The server ended the conversation while logging in."),
                String::from("Try again; look into the server's log if it stays."),
            ),
        )),
        Err(_) => Err((
            Step::Login,
            (
                format!("The server did not finish logging in within {} seconds.", PATIENCE.as_secs()),
                String::from("Try again; the server may be starting or overloaded."),
            ),
        )),
    }
}

/// SQLSTATE codes: <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn refused(error: &dyn DatabaseError, options: &ConnectOptions) -> Failure {
    let (user, database) = (&options.user, &options.database);
    match error.code().unwrap_or_default().as_ref() {
        "28P01" => (
            format!("The password for “{user}” is wrong, or there is no such user."),
            String::from("Check user and password."),
        ),
        "28000" => (
            format!("The server does not let “{user}” in from this computer: {}.", error.message()),
            String::from("Check the user, or ask the server's administrator to let it in (pg_hba.conf)."),
        ),
        "3D000" => (
            format!("There is no database “{database}” on this server."),
            String::from("Check its spelling; capital letters count."),
        ),
        "42501" => (
            format!("“{user}” may not connect to the database “{database}”."),
            format!("Ask its owner for: GRANT CONNECT ON DATABASE \"{database}\" TO \"{user}\""),
        ),
        "53300" => (
            String::from("The server has no connection left."),
            String::from("Try again in a moment, or ask its administrator to allow more."),
        ),
        "57P03" => {
            (String::from("The server is starting or shutting down."), String::from("Try again in a moment."))
        }
        _ => (
            format!("The server refused: {}.", error.message()),
            String::from("Look into the server's log for more."),
        ),
    }
}

/// Rights and schema. Returns whether there is a schema.
async fn inspect(connection: &mut PgConnection, report: &mut Report) -> Result<bool, (Step, Failure)> {
    let broke = |step: Step| {
        move |_| {
            let failure = (
                String::from("The server did not answer as expected."),
                String::from("Look into the server's log for more."),
            );
            (step, failure)
        }
    };
    let server = sqlx::query!(
        r#"select current_setting('server_version_num')::integer as "version!",
             current_setting('server_version') as "version_name!",
             current_setting('server_encoding') as "encoding!",
             pg_is_in_recovery() as "is_standby!",
             has_database_privilege(current_database(), 'create') as "may_create!",
             (select pg_has_role(c.relowner, 'member')
              from pg_catalog.pg_class as c
              join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
              where n.nspname = 'halyard' and c.relname = 'feature_flags') as may_migrate,
             (select string_agg(format('%I', r.rolname), ' or ' order by r.rolname)
              from pg_catalog.pg_roles as r
              join pg_catalog.pg_namespace as n on n.nspname = 'halyard'
              where r.rolname like 'halyard\_%\_viewer' and has_schema_privilege(r.oid, n.oid, 'usage')) as viewer,
             current_database()::text as "database!",
             current_user::text as "role!"
        "#
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(broke(Step::Rights))?;
    let wrong = if server.version < OLDEST {
        Some((
            format!("This is Postgres {}.", server.version_name),
            String::from("Halyard needs Postgres 14 or newer."),
        ))
    } else if server.encoding != "UTF8" {
        Some((
            format!("The database stores text as {}.", server.encoding),
            String::from("Halyard needs a database with the encoding UTF8."),
        ))
    } else if server.is_standby {
        Some((
            String::from("This server is a standby: nothing can be changed here."),
            String::from("Connect to the primary server."),
        ))
    } else {
        None
    };
    if let Some(failure) = wrong {
        return Err((Step::Rights, failure));
    }
    let found = schema::state(connection).await;
    let may_use = !found.as_ref().is_err_and(crate::StoreError::is_refusal);
    if !may_use {
        return Err((
            Step::Rights,
            (
                format!("“{}” may not use Halyard's schema in this database.", server.role),
                match server.viewer {
                    Some(viewer) => {
                        format!("Ask for a role here, such as: GRANT {viewer} TO \"{}\"", server.role)
                    }
                    None => String::from("Ask the person who set up Halyard here to give you a role."),
                },
            ),
        ));
    }
    let found = found.map_err(|_| broke(Step::Schema)(sqlx::Error::RowNotFound))?;
    if matches!(found, SchemaState::Older { .. }) && server.may_migrate == Some(false) {
        return Err((
            Step::Rights,
            (
                format!("“{}” may not bring Halyard's schema here up to date.", server.role),
                String::from(
                    "Open it once as the role that set it up, or run `halyard-server migrate` as that.",
                ),
            ),
        ));
    }
    if found == SchemaState::Missing && !server.may_create {
        return Err((
            Step::Rights,
            (
                format!("“{}” may not create a schema in “{}”.", server.role, server.database),
                format!(
                    "Ask its owner for: GRANT CREATE ON DATABASE \"{}\" TO \"{}\"",
                    server.database, server.role
                ),
            ),
        ));
    }
    report.ok(Step::Rights, format!("Postgres {}; the rights suffice.", server.version_name));
    let message = match found {
        SchemaState::Missing => "There is no Halyard schema yet. It will be created if you agree.",
        SchemaState::Current => "Halyard is set up here.",
        SchemaState::Older { .. } => "Halyard is set up here and will be brought up to date.",
        SchemaState::Newer | SchemaState::Altered => {
            let problem = if found == SchemaState::Newer {
                schema::SchemaProblem::Newer
            } else {
                schema::SchemaProblem::Altered
            };
            return Err((
                Step::Schema,
                (problem.to_string(), String::from("Use the matching version of Halyard.")),
            ));
        }
    };
    report.ok(Step::Schema, String::from(message));
    Ok(found != SchemaState::Missing)
}

/// The steps so far.
#[derive(Default)]
struct Report {
    steps: Vec<ConnectionStep>,
}

impl Report {
    fn push(&mut self, step: Step, outcome: StepOutcome, message: String, advice: String) {
        self.steps.push(ConnectionStep { step, outcome, message, advice });
    }

    fn ok(&mut self, step: Step, message: String) {
        self.push(step, StepOutcome::Ok, message, String::new());
    }

    fn tls(&mut self, mode: TlsMode) {
        match mode {
            TlsMode::VerifyFull => {
                self.ok(Step::Tls, String::from("Encrypted; the server's certificate is verified."));
            }
            TlsMode::Require => {
                self.ok(Step::Tls, String::from("Encrypted; the server's certificate is not verified."))
            }
            TlsMode::Disable => {
                self.push(Step::Tls, StepOutcome::Skipped, String::from("Not encrypted."), String::new())
            }
        }
    }

    fn failed(mut self, step: Step, (message, advice): Failure) -> ConnectionReport {
        self.push(step, StepOutcome::Failed, message, advice);
        let all = [Step::Reach, Step::Tls, Step::Login, Step::Rights, Step::Schema];
        let rest = all.into_iter().skip_while(|other| *other != step).skip(1);
        for later in rest {
            self.push(later, StepOutcome::Skipped, String::from("Not tried."), String::new());
        }
        let schema_exists = step == Step::Schema;
        ConnectionReport { steps: self.steps, schema_exists, ok: false }
    }

    fn finish(self, schema_exists: bool) -> ConnectionReport {
        ConnectionReport { steps: self.steps, schema_exists, ok: true }
    }
}

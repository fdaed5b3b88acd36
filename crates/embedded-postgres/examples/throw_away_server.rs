//! Starts a throw-away server of the newest supported Postgres, prints its URL, and stops it when
//! standard input ends. For scripts that need a database for a moment.
#![expect(clippy::print_stdout, reason = "the URL is the result")]

use std::io::{self, Read, Write};

use halyard_embedded_postgres::testing::{PostgresVersion, server};

fn main() -> io::Result<()> {
    println!("{}", server(PostgresVersion::V18).url("postgres"));
    io::stdout().flush()?;
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

//! What the commands do.

mod audit;
mod data_dir;
mod database;
mod doctor;
mod embedded;
mod failure;
mod keys;
mod kill;
mod ready;
mod serve;
mod stop;

use std::process::ExitCode;

use halyard_store::{Store, schema::SchemaState};

use self::failure::{Failure, say};
use crate::arguments::Command;

/// What the audit log and the list of evaluators call this program.
const PROGRAM: &str = concat!("halyard-server ", env!("CARGO_PKG_VERSION"));

/// Runs one command.
///
/// # Errors
/// What went wrong, in sentences for the person at the terminal.
pub(crate) async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Serve(options) => serve::serve(*options).await?,
        Command::Migrate(database) => migrate(&Store::connect(&database.database.options()?).await?).await?,
        Command::Audit { command } => return audit::run(command).await,
        Command::Keys { command } => keys::run(command).await?,
        Command::Kill(options) => return kill::run(options, false).await,
        Command::Restore(options) => return kill::run(options, true).await,
        Command::Doctor(database) => return doctor::doctor(&database.database.options()?).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn migrate(store: &Store) -> Result<(), Failure> {
    let before = store.schema_state().await?;
    store.migrate().await?;
    say(match before {
        SchemaState::Missing => "The schema was made.",
        SchemaState::Current => "The schema was up to date.",
        _ => "The schema is up to date now.",
    })?;
    // Somebody who may create roles now makes those that an earlier migration could not.
    let rights = store.rights().await?;
    let has_roles = !rights.group_roles.is_empty() || store.install_roles().await?;
    say(if has_roles {
        "Group roles are there: grant people one of them (docs/roles.md)."
    } else {
        "There are no group roles: run this once as a role that may create roles (docs/roles.md)."
    })?;
    store.close().await;
    Ok(())
}

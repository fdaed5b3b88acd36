//! `audit`: export the audit trail, verify an export, sign checkpoints.

mod export;
mod verify;

use std::{path::Path, process::ExitCode};

use chrono::Utc;
use halyard_admin::audit::signing::signing_key_file;
use halyard_store::{Store, audit::checkpoint::SigningKey};

use super::{
    Failure,
    database::check_schema,
    failure::{remark, say},
};
use crate::arguments::{Audit, Database, DatabaseUrl};

/// Runs one of the commands.
///
/// # Errors
/// What the database or the file system refuses.
pub(super) async fn run(command: Audit) -> Result<ExitCode, Failure> {
    match command {
        Audit::Export(options) => export::export(*options).await?,
        Audit::Verify(options) => return verify::verify(&options),
        Audit::Checkpoint { database: Database { database }, checkpoint_key } => {
            checkpoint(&database, &checkpoint_key).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn checkpoint(database: &DatabaseUrl, key: &Path) -> Result<(), Failure> {
    let store = open(database).await?;
    let key = signing_key(key)?;
    let checkpoint = key.checkpoint(&store.audit_head().await?, Utc::now());
    // Alone on stdout, ready for a pipe.
    say(serde_json::to_string(&checkpoint).map_err(|error| Failure::new(error.to_string()))?)?;
    remark(format_args!(
        "Signed by the key {}. Keep the line where nobody who can change the database can change it.",
        key.public_key()
    ));
    store.close().await;
    Ok(())
}

async fn open(database: &DatabaseUrl) -> Result<Store, Failure> {
    let store = Store::connect(&database.options()?).await?;
    check_schema(&store).await?;
    Ok(store)
}

/// The key of a file, which is made when it is not there.
fn signing_key(path: &Path) -> Result<SigningKey, Failure> {
    let (key, is_new) =
        signing_key_file(path).map_err(|error| Failure::file("use the checkpoint key", path, error))?;
    if is_new {
        remark(format_args!(
            "Made the checkpoint key {}. Only its owner can read it; give auditors its public half: {}",
            path.display(),
            key.public_key()
        ));
    }
    Ok(key)
}

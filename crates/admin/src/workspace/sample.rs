//! The sample company in a database that holds nothing else.

use std::{fs, io, path::Path};

use halyard_store::{Store, sample_data};

use crate::CommandError;

/// Makes sure that schema and sample data are there, and whole: a load that was interrupted begins
/// anew. `data_dir` is where it is noted that a load is under way; `progress` hears what is being
/// done, and from 0 to 1 how much of it, where that is known.
///
/// # Errors
/// Outages; `internal` when `data_dir` cannot be written.
pub async fn prepare_sample(
    data_dir: &Path,
    store: &Store,
    mut progress: impl FnMut(&'static str, Option<f64>),
) -> Result<(), CommandError> {
    // Loading takes seconds and several transactions; this file is there while it is under way.
    let unfinished = data_dir.join("sample-data.unfinished");
    if unfinished.exists() {
        progress("Clearing up", None);
        sample_data::clear(store).await?;
    }
    progress("Setting up the schema", None);
    store.migrate().await?;
    if store.resolved_source().await?.is_none() {
        fs::write(&unfinished, "").map_err(CommandError::internal)?;
        sample_data::load(store, |step| progress(step.label, Some(step.fraction))).await?;
    }
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(CommandError::internal(error)),
        _ => Ok(()),
    }
}

//! What this computer remembers of a workspace's audit trail: one JSON file per workspace in the data
//! directory, outside the database. Whoever cuts the trail off, or hashes it anew, cannot change it.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use halyard_store::audit::{chain::Mark, checkpoint::Checkpoint};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Checkpoints that are kept; the oldest of more are forgotten, because newer ones vouch for them.
const KEPT: usize = 1_000;

/// The file and what it holds. Every change is written at once, by replacing the file.
#[derive(Debug)]
pub(crate) struct RememberedTrail {
    path: PathBuf,
    contents: Contents,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Contents {
    verified: Option<Verified>,
    /// In the order in which they were signed.
    checkpoints: Vec<Checkpoint>,
}

/// How far the trail was found intact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Verified {
    pub(crate) mark: Mark,
    pub(crate) at: DateTime<Utc>,
}

impl RememberedTrail {
    /// Reads the file. One that cannot be understood is set aside, never deleted.
    pub(crate) fn load(data_dir: &Path, workspace: Uuid) -> Self {
        let path = data_dir.join("audit").join(format!("{workspace}.json"));
        let contents = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                tracing::warn!(%error, path = %path.display(), "setting aside unreadable checkpoints");
                let _ = fs::rename(&path, path.with_extension("json.unreadable"));
                Contents::default()
            }),
            Err(error) => {
                if error.kind() != io::ErrorKind::NotFound {
                    tracing::warn!(%error, path = %path.display(), "checkpoints cannot be read");
                }
                Contents::default()
            }
        };
        RememberedTrail { path, contents }
    }

    pub(crate) fn verified(&self) -> Option<&Verified> {
        self.contents.verified.as_ref()
    }

    /// The newest checkpoint.
    pub(crate) fn newest(&self) -> Option<&Checkpoint> {
        self.contents.checkpoints.iter().max_by_key(|checkpoint| checkpoint.seq)
    }

    /// Everything that the trail must pass through. What somebody edited in the file is left out.
    pub(crate) fn marks(&self) -> Vec<Mark> {
        let signed = self.contents.checkpoints.iter().filter(|checkpoint| checkpoint.is_signed());
        let verified = self.contents.verified.iter().map(|verified| verified.mark.clone());
        signed.map(Checkpoint::mark).chain(verified).collect()
    }

    /// Notes how far the trail is intact.
    pub(crate) fn found_intact(&mut self, mark: Mark, at: DateTime<Utc>) {
        self.contents.verified = Some(Verified { mark, at });
        self.write();
    }

    /// Keeps a checkpoint.
    pub(crate) fn keep(&mut self, checkpoint: Checkpoint) {
        self.contents.checkpoints.push(checkpoint);
        let too_many = self.contents.checkpoints.len().saturating_sub(KEPT);
        self.contents.checkpoints.drain(..too_many);
        self.write();
    }

    /// What cannot be remembered is not an error of whoever verifies: it is said in the log.
    fn write(&self) {
        if let Err(error) = self.try_write() {
            tracing::warn!(%error, path = %self.path.display(), "checkpoints cannot be remembered");
        }
    }

    fn try_write(&self) -> io::Result<()> {
        if let Some(directory) = self.path.parent() {
            fs::create_dir_all(directory)?;
        }
        let new = self.path.with_extension("json.new");
        let mut file = fs::File::create(&new)?;
        file.write_all(&serde_json::to_vec_pretty(&self.contents)?)?;
        file.sync_all()?;
        fs::rename(&new, &self.path)
    }
}

//! The workspaces that are remembered between runs: one JSON file in the data directory.
//! It holds no secret; passwords are in [`super::passwords`].

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use halyard_store::connect::TlsMode;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{endpoint::EndpointSetting, info::WorkspaceKind};

/// What is known of a workspace without opening it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) kind: WorkspaceKind,
    /// For a connected workspace: how to reach its database.
    pub(crate) server: Option<Server>,
    /// Who the audit says makes changes here; `None` until asked.
    pub(crate) actor: Option<String>,
    /// Whether the local endpoint is served while it is open, and where.
    #[serde(default)]
    pub(crate) local_endpoint: EndpointSetting,
    /// Whether this computer tells of kills and restores by others.
    #[serde(default)]
    pub(crate) kill_notifications: bool,
}

/// Where a connected workspace's database is, without the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Server {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) database: String,
    pub(crate) user: String,
    pub(crate) tls: TlsMode,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Contents {
    /// The workspace to open at the next start; `None` after it was closed on purpose.
    open: Option<Uuid>,
    /// The last used first.
    workspaces: Vec<Record>,
}

/// The file and what it holds. Every change is written at once, by replacing the file.
#[derive(Debug)]
pub(crate) struct Remembered {
    path: PathBuf,
    contents: Contents,
}

impl Remembered {
    /// Reads the file. One that cannot be understood is set aside, never deleted.
    pub(crate) fn load(data_dir: &Path) -> io::Result<Self> {
        fs::create_dir_all(data_dir)?;
        let path = data_dir.join("workspaces.json");
        let contents = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Contents::default(),
            Err(error) => return Err(error),
            Ok(bytes) => serde_json::from_slice(&bytes).or_else(|error| {
                tracing::warn!(%error, path = %path.display(), "setting aside an unreadable list of workspaces");
                fs::rename(&path, path.with_extension("json.unreadable")).map(|()| Contents::default())
            })?,
        };
        Ok(Remembered { path, contents })
    }

    /// The workspace that was open when the app ended.
    pub(crate) fn last_open(&self) -> Option<Record> {
        self.contents.open.and_then(|id| self.get(id))
    }

    pub(crate) fn all(&self) -> &[Record] {
        &self.contents.workspaces
    }

    pub(crate) fn get(&self, id: Uuid) -> Option<Record> {
        self.all().iter().find(|record| record.id == id).cloned()
    }

    /// Puts a workspace first and notes it as open.
    pub(crate) fn opened(&mut self, record: &Record) -> io::Result<()> {
        self.contents.workspaces.retain(|other| other.id != record.id);
        self.contents.workspaces.insert(0, record.clone());
        self.contents.open = Some(record.id);
        self.write()
    }

    /// Nothing is to be opened at the next start.
    pub(crate) fn closed(&mut self) -> io::Result<()> {
        self.contents.open = None;
        self.write()
    }

    pub(crate) fn forget(&mut self, id: Uuid) -> io::Result<()> {
        self.contents.workspaces.retain(|record| record.id != id);
        self.contents.open.take_if(|open| *open == id);
        self.write()
    }

    /// Changes a workspace in its place; does nothing when it is not remembered.
    pub(crate) fn change(&mut self, id: Uuid, change: impl FnOnce(&mut Record)) -> io::Result<()> {
        match self.contents.workspaces.iter_mut().find(|record| record.id == id) {
            Some(record) => change(record),
            None => return Ok(()),
        }
        self.write()
    }

    fn write(&self) -> io::Result<()> {
        let new = self.path.with_extension("json.new");
        let mut file = fs::File::create(&new)?;
        file.write_all(&serde_json::to_vec_pretty(&self.contents)?)?;
        file.sync_all()?;
        fs::rename(&new, &self.path)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn record(name: &str) -> Record {
        let server = Server {
            host: "db.example".into(),
            port: 5432,
            database: "shop".into(),
            user: "halyard".into(),
            tls: TlsMode::VerifyFull,
        };
        Record {
            id: Uuid::new_v4(),
            name: name.into(),
            kind: WorkspaceKind::Connected,
            server: Some(server),
            actor: None,
            local_endpoint: EndpointSetting::default(),
            kill_notifications: false,
        }
    }

    #[test]
    fn what_is_remembered_is_there_after_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let (first, second) = (record("first"), record("second"));
        let mut remembered = Remembered::load(directory.path()).unwrap();
        remembered.opened(&first).unwrap();
        remembered.opened(&second).unwrap();
        remembered.change(first.id, |record| record.actor = Some("Ada".into())).unwrap();

        let remembered = Remembered::load(directory.path()).unwrap();
        let names: Vec<&str> = remembered.all().iter().map(|record| record.name.as_str()).collect();
        assert_eq!(names, ["second", "first"]);
        assert_eq!(remembered.get(first.id).unwrap().actor.as_deref(), Some("Ada"));
        assert_eq!(remembered.last_open(), Some(second));
    }

    #[test]
    fn a_closed_or_forgotten_workspace_is_not_opened_at_the_next_start() {
        let directory = tempfile::tempdir().unwrap();
        let record = record("shop");
        let mut remembered = Remembered::load(directory.path()).unwrap();
        remembered.opened(&record).unwrap();
        remembered.closed().unwrap();
        assert_eq!(Remembered::load(directory.path()).unwrap().last_open(), None);
        remembered.opened(&record).unwrap();
        remembered.forget(record.id).unwrap();
        let remembered = Remembered::load(directory.path()).unwrap();
        assert!(remembered.last_open().is_none() && remembered.all().is_empty());
    }

    #[test]
    fn an_unreadable_file_is_set_aside() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("workspaces.json"), "{ half").unwrap();
        assert!(Remembered::load(directory.path()).unwrap().all().is_empty());
        let aside = fs::read_to_string(directory.path().join("workspaces.json.unreadable")).unwrap();
        assert_eq!(aside, "{ half");
    }
}

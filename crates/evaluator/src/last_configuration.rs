//! The last known configuration on disk, which a server serves when it starts while its database is
//! down. It names hashes of keys, never keys; only its owner may read it.
//!
//! Two files, the newest and the one before it, each replaced in one step: a magic word and version,
//! length and CRC-32 of what follows, then JSON.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use halyard_store::configuration::Configuration;
use serde::{Deserialize, Serialize};

/// What a file begins with: sixteen bytes, the last two being the version of the format.
const MAGIC: &[u8; 16] = b"halyard-config\x01\x00";
/// Magic, length (8 bytes) and CRC-32 (4 bytes), little-endian.
const HEADER: usize = 28;
const NEWEST: &str = "configuration.last";
const PREVIOUS: &str = "configuration.previous";
const HALF_WRITTEN: &str = "configuration.new";

/// Where the last known configuration of a database is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastConfiguration {
    /// A directory, made if missing. Several servers may not share it.
    pub directory: PathBuf,
    /// Names the database, such as `host:port/name`: a file from another database is not served.
    pub database: String,
}

#[derive(Serialize)]
struct Kept<'a> {
    database: &'a str,
    configuration: &'a Configuration,
}

#[derive(Deserialize)]
struct Found {
    database: String,
    configuration: Configuration,
}

impl LastConfiguration {
    /// What was kept last; what was kept before it when that is damaged; `None` without either.
    pub(crate) fn load(&self) -> Option<Configuration> {
        [NEWEST, PREVIOUS].into_iter().find_map(|name| {
            let path = self.directory.join(name);
            match read(&path) {
                Ok(found) if found.database == self.database => Some(found.configuration),
                Ok(_) => {
                    tracing::warn!(path = %path.display(), "the kept configuration is another database's");
                    None
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => {
                    tracing::warn!(path = %path.display(), %error, "the kept configuration cannot be read");
                    None
                }
            }
        })
    }

    /// Keeps a configuration: after a crash at any moment there is this one or the one before.
    ///
    /// # Errors
    /// What the system says when the directory cannot be written.
    pub(crate) fn save(&self, configuration: &Configuration) -> io::Result<()> {
        let json = serde_json::to_vec(&Kept { database: &self.database, configuration })?;
        let mut bytes = Vec::with_capacity(HEADER + json.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&(json.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&crc32fast::hash(&json).to_le_bytes());
        bytes.extend_from_slice(&json);

        private_directory(&self.directory)?;
        let [newest, previous, half_written] =
            [NEWEST, PREVIOUS, HALF_WRITTEN].map(|name| self.directory.join(name));
        let mut options = OpenOptions::new();
        options.create(true).truncate(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&half_written)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        drop(file);
        // A damaged one must not take the place of a sound one.
        if read(&newest).is_ok() {
            fs::rename(&newest, &previous)?;
        }
        fs::rename(&half_written, &newest)?;
        // The names are on disk once the directory is; where it cannot be opened there is no need.
        File::open(&self.directory).map_or(Ok(()), |directory| directory.sync_all())
    }
}

/// Makes a directory, for its owner alone.
pub(crate) fn private_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

fn read(path: &Path) -> io::Result<Found> {
    let bytes = fs::read(path)?;
    let damaged = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let (header, json) = bytes.split_at_checked(HEADER).ok_or_else(|| damaged("it is cut short"))?;
    let (magic, sums) = header.split_at(MAGIC.len());
    let (length, crc) = sums.split_at(8);
    if magic != MAGIC {
        return Err(damaged("it is of another version, or no configuration"));
    }
    if length != (json.len() as u64).to_le_bytes() || crc != crc32fast::hash(json).to_le_bytes() {
        return Err(damaged("it is damaged"));
    }
    Ok(serde_json::from_slice(json)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    fn configuration(config_version: i64) -> Configuration {
        Configuration {
            config_version,
            flags: Vec::new(),
            unreadable: Vec::new(),
            audiences: Vec::new(),
            environments: Vec::new(),
            customer_source: None,
            keys: Vec::new(),
        }
    }

    fn kept() -> (tempfile::TempDir, LastConfiguration) {
        let directory = tempfile::tempdir().unwrap();
        let last = LastConfiguration {
            directory: directory.path().join("kept"),
            database: "localhost:5432/acme".into(),
        };
        (directory, last)
    }

    fn loaded(last: &LastConfiguration) -> Option<i64> {
        last.load().map(|configuration| configuration.config_version)
    }

    #[test]
    fn the_newest_is_served() {
        let (_directory, last) = kept();
        assert_eq!(loaded(&last), None);
        for version in 1..=3 {
            last.save(&configuration(version)).unwrap();
            assert_eq!(loaded(&last), Some(version));
        }
    }

    #[test]
    fn a_file_cut_short_or_changed_anywhere_gives_way_to_the_one_before() {
        let (_directory, last) = kept();
        last.save(&configuration(1)).unwrap();
        last.save(&configuration(2)).unwrap();
        let newest = last.directory.join(NEWEST);
        let sound = fs::read(&newest).unwrap();
        for at in 0..sound.len() {
            fs::write(&newest, &sound[..at]).unwrap();
            assert_eq!(loaded(&last), Some(1), "cut short to {at} bytes");
            let mut changed = sound.clone();
            changed[at] ^= 0x20;
            fs::write(&newest, changed).unwrap();
            assert_eq!(loaded(&last), Some(1), "changed at {at}");
        }
        // A damaged one is replaced, not kept as the one before.
        last.save(&configuration(3)).unwrap();
        fs::write(&newest, b"").unwrap();
        assert_eq!(loaded(&last), Some(1));
    }

    #[test]
    fn a_crash_between_two_steps_leaves_one_to_serve() {
        let (_directory, last) = kept();
        last.save(&configuration(1)).unwrap();
        last.save(&configuration(2)).unwrap();
        fs::rename(last.directory.join(NEWEST), last.directory.join(PREVIOUS)).unwrap();
        fs::write(last.directory.join(HALF_WRITTEN), b"half").unwrap();
        assert_eq!(loaded(&last), Some(2));
        last.save(&configuration(3)).unwrap();
        assert_eq!(loaded(&last), Some(3));
    }

    #[test]
    fn another_databases_configuration_is_not_served() {
        let (_directory, last) = kept();
        last.save(&configuration(1)).unwrap();
        let other = LastConfiguration { database: "localhost:5432/other".into(), ..last };
        assert_eq!(loaded(&other), None);
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let (_directory, last) = kept();
        last.save(&configuration(1)).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&last.directory), mode(&last.directory.join(NEWEST))), (0o700, 0o600));
    }
}

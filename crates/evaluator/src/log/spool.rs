//! The spool: batches on disk while the database is slow or gone, in files that are only appended
//! to and removed when all their batches are stored. A process that is killed loses nothing that
//! was appended; a machine that loses power loses what was appended since the last sync.

use std::{
    collections::VecDeque,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::last_configuration::private_directory;

use super::{
    SpoolError, SpoolOptions,
    segment::{Record, Segment},
};

/// A file is begun anew when it has reached this, in bytes; smaller for small spools.
const SEGMENT_BYTES: u64 = 8 << 20;
/// A spool's files, so that those whose batches are stored can go one by one.
const SEGMENTS: u64 = 8;
/// The file that says who uses the directory.
const LOCK: &str = "lock";

/// Batches on disk, in the order in which they came.
#[derive(Debug)]
pub(crate) struct Spool {
    dir: PathBuf,
    max_bytes: u64,
    segments: VecDeque<Segment>,
    /// Files of an earlier process that were not read yet.
    unread: VecDeque<PathBuf>,
    next_number: u64,
    /// Bytes of all files.
    bytes: u64,
    /// Something was appended since the last sync.
    unsynced: bool,
    /// Held as long as the process lives, however it ends.
    _lock: File,
}

/// Why a batch was not appended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotSpooled {
    /// It would take more than it may.
    #[error("the spool is full")]
    Full,
    /// The file could not be written; it is as it was before.
    #[error("the spool cannot be written: {0}")]
    Failed(io::Error),
}

impl Spool {
    /// Takes the directory for this process. Reads no batches: see [`Spool::recover`].
    pub(crate) fn open(options: &SpoolOptions) -> Result<Self, SpoolError> {
        let SpoolOptions { dir, max_bytes } = options.clone();
        let unusable = |source| SpoolError::Unusable { dir: dir.clone(), source };
        private_directory(&dir).map_err(unusable)?;
        let lock = File::options().create(true).truncate(false).write(true).open(dir.join(LOCK));
        let lock = lock.map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(SpoolError::InUse { dir }),
            Err(fs::TryLockError::Error(source)) => return Err(unusable(source)),
        }
        let mut unread = segment_files(&dir).map_err(unusable)?;
        unread.sort_unstable();
        let next_number = unread.last().map_or(0, |(number, _)| number + 1);
        let unread = unread.into_iter().map(|(_, path)| path).collect();
        let segments = VecDeque::new();
        Ok(Spool { dir, max_bytes, segments, unread, next_number, bytes: 0, unsynced: false, _lock: lock })
    }

    /// Reads what an earlier process left and returns how many calls that are. What comes after a
    /// torn tail was never promised and is cut off.
    pub(crate) fn recover(&mut self) -> u64 {
        let mut found = VecDeque::new();
        for path in std::mem::take(&mut self.unread) {
            match Segment::recover(path.clone()) {
                Ok(Some(segment)) => {
                    self.bytes += segment.length();
                    found.push_back(segment);
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(path = %path.display(), %error, "a file of the spool cannot be read")
                }
            }
        }
        let calls = found.iter().map(Segment::calls).sum();
        // Older than what came in meanwhile.
        found.append(&mut self.segments);
        self.segments = found;
        calls
    }

    /// Appends an encoded batch.
    pub(crate) fn append(&mut self, batch: &[u8], calls: u64) -> Result<(), NotSpooled> {
        let needed = Segment::room_for(batch);
        if self.bytes.saturating_add(needed) > self.max_bytes {
            return Err(NotSpooled::Full);
        }
        let full = SEGMENT_BYTES.min(self.max_bytes / SEGMENTS);
        let writable = |segment: &Segment| segment.is_writable() && segment.length() < full;
        if !self.segments.back().is_some_and(writable) {
            let path = self.dir.join(format!("{:016}.spool", self.next_number));
            let segment = Segment::create(path).map_err(NotSpooled::Failed)?;
            self.next_number += 1;
            self.bytes += segment.length();
            self.segments.push_back(segment);
        }
        if let Some(segment) = self.segments.back_mut() {
            let before = segment.length();
            let appended = segment.append(batch, calls);
            self.bytes = self.bytes - before + segment.length();
            appended.map_err(NotSpooled::Failed)?;
            self.unsynced = true;
        }
        Ok(())
    }

    /// The oldest batch, and the file to read it from.
    pub(crate) fn oldest(&self) -> Option<(PathBuf, Record)> {
        let segment = self.segments.iter().find(|segment| segment.oldest().is_some())?;
        Some((segment.path().to_owned(), segment.oldest()?))
    }

    /// The oldest batch is stored, or given up: forgets it, and removes its file when it was the
    /// last one in it.
    pub(crate) fn remove_oldest(&mut self) {
        let holds = |segment: &Segment| segment.oldest().is_some();
        if let Some(segment) = self.segments.iter_mut().find(|segment| holds(segment)) {
            segment.remove_oldest();
        }
        while let Some(segment) = self.segments.pop_front_if(|segment| segment.oldest().is_none()) {
            self.bytes -= segment.length();
            if let Err(error) = fs::remove_file(segment.path()) {
                // Its batches come back at the next start, and are known to be stored by then.
                tracing::warn!(path = %segment.path().display(), %error, "a file of the spool cannot be removed");
            }
        }
    }

    /// Whether there is nothing to store.
    pub(crate) fn is_empty(&self) -> bool {
        self.oldest().is_none()
    }

    /// What must be synced for everything appended to last; `None`: nothing. To be synced without
    /// holding up whoever appends.
    pub(crate) fn unsynced(&mut self) -> Option<Vec<Arc<File>>> {
        if !std::mem::take(&mut self.unsynced) {
            return None;
        }
        let mut files: Vec<_> = self.segments.iter_mut().filter_map(Segment::unsynced).collect();
        // A new file is only found again once its directory is synced.
        files.extend(File::open(&self.dir).ok().map(Arc::new));
        Some(files)
    }
}

/// The spool's files by number.
fn segment_files(dir: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let number = |path: &Path| -> Option<u64> {
        let is_segment = path.extension().is_some_and(|extension| extension == "spool");
        path.file_stem().filter(|_| is_segment)?.to_str()?.parse().ok()
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        files.extend(number(&path).map(|number| (number, path)));
    }
    Ok(files)
}

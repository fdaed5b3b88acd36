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
    lock: File,
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
        Ok(Spool { dir, max_bytes, segments, unread, next_number, bytes: 0, unsynced: false, lock })
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

    /// Leaves the directory to others; nothing may be appended any more.
    pub(crate) fn leave(&self) {
        // The end of the process does the same.
        let _ = self.lock.unlock();
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use std::io::Write;

    use halyard_store::evaluations::EvaluationBatch;
    use uuid::Uuid;

    use super::*;
    use crate::log::encoding;

    fn options(dir: &Path) -> SpoolOptions {
        SpoolOptions { dir: dir.join("spool"), max_bytes: 1 << 20 }
    }

    /// The bytes of a batch without calls; what is in it does not matter here.
    fn batch() -> Vec<u8> {
        encoding::encode(&EvaluationBatch { id: Uuid::now_v7(), writer: Uuid::now_v7(), calls: Vec::new() })
    }

    /// Takes everything out, oldest first.
    fn emptied(spool: &mut Spool) -> Vec<Vec<u8>> {
        let mut batches = Vec::new();
        while let Some((path, record)) = spool.oldest() {
            batches.push(record.read(&path).unwrap());
            spool.remove_oldest();
        }
        batches
    }

    fn files(dir: &Path) -> Vec<PathBuf> {
        segment_files(&dir.join("spool")).unwrap().into_iter().map(|(_, path)| path).collect()
    }

    #[test]
    fn batches_come_back_in_order_and_leave_no_file() {
        let dir = tempfile::tempdir().unwrap();
        let mut spool = Spool::open(&SpoolOptions { max_bytes: 4_096, ..options(dir.path()) }).unwrap();
        for _ in 0..10 {
            let batches: Vec<_> = (0..30).map(|_| batch()).collect();
            batches.iter().for_each(|batch| spool.append(batch, 1).unwrap());
            assert!(files(dir.path()).len() > 1, "several files, to remove one by one");
            assert_eq!(emptied(&mut spool), batches);
            assert_eq!((files(dir.path()).len(), spool.bytes), (0, 0));
        }
    }

    #[test]
    fn what_a_process_left_is_found_by_the_next_without_its_torn_tail() {
        let dir = tempfile::tempdir().unwrap();
        let batches = [batch(), batch(), batch()];
        let mut spool = Spool::open(&options(dir.path())).unwrap();
        batches.iter().for_each(|batch| spool.append(batch, 1).unwrap());
        drop(spool);
        let path = files(dir.path()).remove(0);
        let whole = fs::read(&path).unwrap();
        let record = (whole.len() - 16) / 3;
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let mut spool = Spool::open(&options(dir.path())).unwrap();
            spool.recover();
            let left = length.saturating_sub(16) / record;
            // What comes later is found behind it.
            let later = batch();
            spool.append(&later, 1).unwrap();
            let expected: Vec<_> = batches[..left].iter().chain([&later]).cloned().collect();
            assert_eq!(emptied(&mut spool), expected, "cut to {length} bytes");
        }
    }

    #[test]
    fn zeros_at_the_end_and_damage_in_the_middle_lose_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let batches = [batch(), batch(), batch()];
        let mut spool = Spool::open(&options(dir.path())).unwrap();
        batches.iter().for_each(|batch| spool.append(batch, 1).unwrap());
        drop(spool);
        let path = files(dir.path()).remove(0);
        let mut bytes = fs::read(&path).unwrap();
        let record = (bytes.len() - 16) / 3;
        bytes[16 + record + 20] ^= 1;
        fs::write(&path, &bytes).unwrap();
        File::options().append(true).open(&path).unwrap().write_all(&[0; 5_000]).unwrap();
        let mut spool = Spool::open(&options(dir.path())).unwrap();
        spool.recover();
        assert_eq!(emptied(&mut spool), [batches[0].clone(), batches[2].clone()]);
    }

    #[test]
    fn a_full_spool_refuses_and_has_room_again_once_batches_are_stored() {
        let dir = tempfile::tempdir().unwrap();
        let mut spool = Spool::open(&SpoolOptions { max_bytes: 2_000, ..options(dir.path()) }).unwrap();
        let mut appended = 0;
        while spool.append(&batch(), 1).is_ok() {
            appended += 1;
        }
        assert!(matches!(spool.append(&batch(), 1), Err(NotSpooled::Full)));
        let on_disk: u64 = files(dir.path()).iter().map(|path| fs::metadata(path).unwrap().len()).sum();
        assert!(on_disk <= 2_000 && on_disk == spool.bytes, "{on_disk} bytes");
        assert_eq!(emptied(&mut spool).len(), appended);
        spool.append(&batch(), 1).unwrap();
    }

    #[test]
    fn two_processes_cannot_have_one_directory() {
        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::open(&options(dir.path())).unwrap();
        let refused = Spool::open(&options(dir.path())).unwrap_err();
        assert!(matches!(refused, SpoolError::InUse { .. }), "{refused}");
        drop(spool);
        Spool::open(&options(dir.path())).unwrap();
    }
}

//! One file of the spool: a header, then records of length, CRC-32 and an encoded batch.

use std::{
    collections::VecDeque,
    fs::{File, OpenOptions},
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::encoding;

/// What a file begins with, before the version of the format.
const MAGIC: &[u8; 14] = b"halyard-spool\n";
const HEADER: u64 = 16;
/// Length and CRC-32 of a record, four bytes each.
const FRAME: u64 = 8;
/// No encoded batch is shorter: a torn tail may be nothing but zeros.
const SHORTEST: u64 = 44;
/// No encoded batch is longer; a length above it is damage.
const LONGEST: u64 = 1 << 30;

/// Where a batch is in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record {
    offset: u64,
    length: u64,
    /// Calls in it.
    pub(crate) calls: u64,
}

/// A file of the spool, and the batches in it that are still to be stored.
#[derive(Debug)]
pub(crate) struct Segment {
    path: PathBuf,
    length: u64,
    records: VecDeque<Record>,
    /// `None`: from an earlier process, or damaged; nothing is appended to it.
    writing: Option<Arc<File>>,
    unsynced: bool,
}

impl Segment {
    /// A new file.
    pub(crate) fn create(path: PathBuf) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create_new(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        let header = [MAGIC.as_slice(), &encoding::VERSION.to_le_bytes()].concat();
        if let Err(error) = file.write_all(&header) {
            let _ = std::fs::remove_file(&path);
            return Err(error);
        }
        let writing = Some(Arc::new(file));
        Ok(Segment { path, length: HEADER, records: VecDeque::new(), writing, unsynced: true })
    }

    /// What an earlier process wrote, without its torn tail; `None` when nothing is left of it, and
    /// the file is gone.
    pub(crate) fn recover(path: PathBuf) -> io::Result<Option<Self>> {
        let file = OpenOptions::new().read(true).write(true).open(&path)?;
        let there = file.metadata()?.len();
        let mut reader = BufReader::new(&file);
        let mut header = [0; HEADER as usize];
        let is_whole = there >= HEADER;
        if is_whole {
            reader.read_exact(&mut header)?;
            let expected = [MAGIC.as_slice(), &encoding::VERSION.to_le_bytes()].concat();
            if header[..] != expected {
                return Err(io::Error::other("it is no spool of this version; move it away"));
            }
        }
        let mut segment =
            Segment { path, length: HEADER, records: VecDeque::new(), writing: None, unsynced: false };
        while is_whole && let Some(batch) = next(&mut reader, there - segment.length)? {
            let (offset, length) = (segment.length + FRAME, batch.length);
            segment.length = offset + length;
            match batch.calls {
                Some(calls) => segment.records.push_back(Record { offset, length, calls }),
                None => {
                    tracing::error!(path = %segment.path.display(), offset, "a batch in the spool is damaged and lost");
                }
            }
        }
        if segment.records.is_empty() {
            std::fs::remove_file(&segment.path)?;
            return Ok(None);
        }
        if segment.length < there {
            tracing::warn!(path = %segment.path.display(), bytes = there - segment.length, "the spool's torn tail is cut off");
            file.set_len(segment.length)?;
        }
        Ok(Some(segment))
    }

    /// How many bytes appending a batch takes, at most.
    pub(crate) fn room_for(batch: &[u8]) -> u64 {
        HEADER + FRAME + batch.len() as u64
    }

    /// Appends an encoded batch; on an error the file is as it was.
    pub(crate) fn append(&mut self, batch: &[u8], calls: u64) -> io::Result<()> {
        let Some(file) = &self.writing else { return Err(io::ErrorKind::ReadOnlyFilesystem.into()) };
        let length = u32::try_from(batch.len()).map_err(io::Error::other)?;
        let crc = crc32fast::hash(batch);
        let record = [length.to_le_bytes().as_slice(), &crc.to_le_bytes(), batch].concat();
        let mut writer: &File = file;
        let written = writer.seek(SeekFrom::Start(self.length)).and_then(|_| writer.write_all(&record));
        if let Err(error) = written {
            // Half a record would hide what comes after it.
            if file.set_len(self.length).is_err() {
                self.writing = None;
            }
            return Err(error);
        }
        let (offset, length) = (self.length + FRAME, u64::from(length));
        self.records.push_back(Record { offset, length, calls });
        self.length = offset + length;
        self.unsynced = true;
        Ok(())
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Its bytes.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Whether it can be appended to.
    pub(crate) fn is_writable(&self) -> bool {
        self.writing.is_some()
    }

    /// Calls in it that are still to be stored.
    pub(crate) fn calls(&self) -> u64 {
        self.records.iter().map(|record| record.calls).sum()
    }

    /// Its oldest batch that is still to be stored.
    pub(crate) fn oldest(&self) -> Option<Record> {
        self.records.front().copied()
    }

    /// Forgets the oldest batch.
    pub(crate) fn remove_oldest(&mut self) {
        self.records.pop_front();
    }

    /// The file, if it was written to since it was last asked for.
    pub(crate) fn unsynced(&mut self) -> Option<Arc<File>> {
        std::mem::take(&mut self.unsynced).then(|| self.writing.clone()).flatten()
    }
}

impl Record {
    /// Reads the encoded batch.
    pub(crate) fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(self.offset - FRAME))?;
        match next(&mut file, FRAME + self.length)? {
            Some(Next { calls: Some(_), batch, .. }) => Ok(batch),
            _ => Err(io::Error::new(io::ErrorKind::InvalidData, "the batch is damaged")),
        }
    }
}

/// A record as it was read.
struct Next {
    length: u64,
    /// `None`: the batch is damaged.
    calls: Option<u64>,
    batch: Vec<u8>,
}

/// Reads a record of which no more than `left` bytes are there; `None` when it is torn, or there is
/// none.
fn next(reader: &mut impl Read, left: u64) -> io::Result<Option<Next>> {
    if left < FRAME + SHORTEST {
        return Ok(None);
    }
    let mut word = [0; 4];
    reader.read_exact(&mut word)?;
    let length = u64::from(u32::from_le_bytes(word));
    reader.read_exact(&mut word)?;
    let crc = u32::from_le_bytes(word);
    if !(SHORTEST..=LONGEST).contains(&length) || length > left - FRAME {
        return Ok(None);
    }
    let mut batch = Vec::new();
    reader.take(length).read_to_end(&mut batch)?;
    let is_sound = batch.len() as u64 == length && crc32fast::hash(&batch) == crc;
    let calls = if is_sound { encoding::calls_in(&batch) } else { None };
    Ok(Some(Next { length, calls, batch }))
}

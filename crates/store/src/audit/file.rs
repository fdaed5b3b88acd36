//! The file that an auditor takes away: lines of JSON that verify without the database. Pure.
//!
//! ```text
//! {"format":"halyard audit 1","workspace":…,"database":…,"exportedAt":…,"filter":{…}}
//! {"seq":1,"entry":"the exact text","prevHash":…,"hash":…}        an entry
//! {"seq":2,"hash":…}                                              one that the filter left out
//! {"sha256":…,"checkpoint":{…},"signature":…}                     the end
//! ```
//! `sha256` is that of every byte before the last line, and `signature` signs
//! `halyard audit export 1\n{sha256}\n` with the checkpoint's key. Of an entry that is left out only the
//! hash is known, so that what stands before it would not be bound to the chain by hashes alone: in a
//! filtered file it is the signature that binds it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    chain::{Chain, Fault, Hash, Link, Mark},
    checkpoint::{Checkpoint, SigningKey, is_signed},
    export::ExportedEntry,
    filter::AuditFilter,
};

/// What the first line says of the format.
const FORMAT: &str = "halyard audit 1";

/// The first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Header {
    format: String,
    /// As the app called the workspace; empty when a server wrote the file.
    pub workspace: String,
    /// The name of the database.
    pub database: String,
    /// When it was written, by the clock of the computer that wrote it.
    pub exported_at: DateTime<Utc>,
    /// What was let through.
    pub filter: AuditFilter,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Entry<'a> {
    seq: i64,
    #[serde(borrow)]
    entry: std::borrow::Cow<'a, str>,
    prev_hash: Hash,
    hash: Hash,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Closing {
    sha256: Hash,
    checkpoint: Option<Checkpoint>,
    signature: Option<String>,
}

/// Writes such a file, line by line, without line ends.
#[derive(Debug, Clone)]
pub struct FileWriter {
    hashed: Sha256,
    last: Mark,
}

impl Header {
    /// Of a file that is written now.
    #[must_use]
    pub fn new(workspace: &str, database: &str, exported_at: DateTime<Utc>, filter: &AuditFilter) -> Self {
        Header {
            format: FORMAT.to_owned(),
            workspace: workspace.to_owned(),
            database: database.to_owned(),
            exported_at,
            filter: filter.clone(),
        }
    }
}

impl FileWriter {
    /// Begins a file: its first line.
    ///
    /// # Errors
    /// None in practice: everything in it can be written as JSON. So it is below.
    pub fn begin(header: &Header) -> serde_json::Result<(Self, String)> {
        let mut writer = FileWriter { hashed: Sha256::new(), last: Mark::start() };
        let line = serde_json::to_string(header)?;
        writer.hash(&line);
        Ok((writer, line))
    }

    /// The line of an entry; they come in order.
    ///
    /// # Errors
    /// See [`FileWriter::begin`].
    pub fn entry(&mut self, entry: &ExportedEntry) -> serde_json::Result<String> {
        let line = match entry {
            ExportedEntry::Whole(link, _) => {
                self.last = link.mark();
                let Link { seq, entry, prev_hash, hash } = link.clone();
                serde_json::to_string(&Entry { seq, entry: entry.into(), prev_hash, hash })?
            }
            ExportedEntry::LeftOut(mark) => {
                self.last = mark.clone();
                serde_json::to_string(mark)?
            }
        };
        self.hash(&line);
        Ok(line)
    }

    /// The last line, signed if there is a key; and the checkpoint that it holds.
    ///
    /// # Errors
    /// See [`FileWriter::begin`].
    pub fn end(
        self,
        key: Option<&SigningKey>,
        at: DateTime<Utc>,
    ) -> serde_json::Result<(String, Option<Checkpoint>)> {
        let sha256 = Hash(self.hashed.finalize().to_vec());
        let checkpoint = key.map(|key| key.checkpoint(&self.last, at));
        let signature = key.map(|key| key.sign(&message(&sha256)));
        let line = serde_json::to_string(&Closing { sha256, checkpoint: checkpoint.clone(), signature })?;
        Ok((line, checkpoint))
    }

    fn hash(&mut self, line: &str) {
        self.hashed.update(line);
        self.hashed.update("\n");
    }
}

fn message(sha256: &Hash) -> String {
    format!("halyard audit export 1\n{sha256}\n")
}

/// What a file is held against.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Checkpoints that were kept elsewhere.
    pub checkpoints: Vec<Checkpoint>,
    /// The key that signed it, as its reader knows it: 64 hexadecimal digits.
    pub public_key: Option<String>,
}

/// What a sound file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct FileReport {
    /// Its first line.
    pub header: Header,
    /// Entries that it shows.
    pub entries: u64,
    /// Entries of which it shows only the hash.
    pub left_out: u64,
    /// The newest entry.
    pub last: Mark,
    /// The checkpoint at its end.
    pub checkpoint: Option<Checkpoint>,
    /// Whether its signature is by a key that the reader knows.
    pub signer: Signer,
    /// Checkpoints that were kept elsewhere and that it passed through.
    pub passed: usize,
    /// Those that are younger than the file, and so say nothing about it.
    pub younger: usize,
}

/// Who signed a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer {
    /// The key that the reader knows, or that of a checkpoint that the reader kept.
    Known,
    /// A key that only the file itself names.
    Unknown,
    /// Nobody.
    Nobody,
}

/// Why a file is not what was exported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// An entry.
    #[error(transparent)]
    Entry(#[from] Fault),
    /// The first line is not that of an export.
    #[error("This is not an export of an audit trail, or one of a later version of Halyard.")]
    NotAnExport,
    /// A line that is none of the format.
    #[error("Line {0}, after entry {1}, cannot be read.")]
    Unreadable(u64, i64),
    /// There is no last line.
    #[error("The file breaks off after entry {0}: its last line is missing.")]
    BrokenOff(i64),
    /// The bytes are not those that were written.
    #[error(
        "The file was changed after it was written: its entries follow each other, and yet its lines are not those that were counted up at its end."
    )]
    Altered,
    /// Signature and content do not fit.
    #[error("The signature at the end of the file is not that of its content.")]
    WronglySigned,
    /// Nobody signed, and the reader named a key.
    #[error("The file is not signed, and so not by the key that you named.")]
    NotSigned,
    /// Somebody else signed.
    #[error("The file is signed by the key {0}, not by the one that you named.")]
    OtherKey(String),
    /// A checkpoint that was kept elsewhere is not what was signed.
    #[error("The checkpoint of entry {0} is not what was signed: it was changed.")]
    CheckpointChanged(i64),
    /// A checkpoint of another key than the one that the reader named.
    #[error("The checkpoint of entry {0} is signed by the key {1}, not by the one that you named.")]
    CheckpointOfOtherKey(i64, String),
}

/// Verifies such a file, line by line.
#[derive(Debug)]
pub struct FileVerifier {
    known: Known,
    hashed: Sha256,
    lines: u64,
    header: Option<Header>,
    chain: Chain,
    entries: u64,
    left_out: u64,
    closing: Option<(Hash, Closing)>,
}

impl FileVerifier {
    /// # Errors
    /// When a checkpoint that the reader kept cannot be trusted.
    pub fn new(known: Known) -> Result<Self, FileFault> {
        for checkpoint in &known.checkpoints {
            if !checkpoint.is_signed() {
                return Err(FileFault::CheckpointChanged(checkpoint.seq));
            }
            if known.public_key.as_ref().is_some_and(|key| !key.eq_ignore_ascii_case(&checkpoint.public_key))
            {
                let key = checkpoint.public_key.clone();
                return Err(FileFault::CheckpointOfOtherKey(checkpoint.seq, key));
            }
        }
        Ok(FileVerifier {
            known,
            hashed: Sha256::new(),
            lines: 0,
            header: None,
            chain: Chain::new([]),
            entries: 0,
            left_out: 0,
            closing: None,
        })
    }

    /// The next line, without its end.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn line(&mut self, line: &[u8]) -> Result<(), FileFault> {
        self.lines += 1;
        if self.header.is_none() {
            let header: Header = serde_json::from_slice(line).map_err(|_| FileFault::NotAnExport)?;
            if header.format != FORMAT {
                return Err(FileFault::NotAnExport);
            }
            let marks =
                self.known.checkpoints.iter().filter(|checkpoint| checkpoint.at <= header.exported_at);
            self.chain = Chain::new(marks.map(Checkpoint::mark));
            self.header = Some(header);
        } else if self.closing.is_some() {
            return Err(self.unreadable());
        } else if let Ok(closing) = serde_json::from_slice::<Closing>(line) {
            self.closing = Some((Hash(self.hashed.clone().finalize().to_vec()), closing));
        } else if let Ok(mark) = serde_json::from_slice::<Mark>(line) {
            self.left_out += 1;
            self.chain.pass(mark.seq, &mark.hash)?;
        } else if let Ok(Entry { seq, entry, prev_hash, hash }) = serde_json::from_slice::<Entry<'_>>(line) {
            self.entries += 1;
            self.chain.follow(&Link { seq, entry: entry.into_owned(), prev_hash, hash })?;
        } else {
            return Err(self.unreadable());
        }
        self.hashed.update(line);
        self.hashed.update("\n");
        Ok(())
    }

    /// There are no more lines.
    ///
    /// # Errors
    /// What is missing, or what the signature does not cover.
    pub fn end(mut self) -> Result<FileReport, FileFault> {
        let header = self.header.take().ok_or(FileFault::NotAnExport)?;
        if let Some((_, Closing { checkpoint: Some(checkpoint), .. })) = &self.closing
            && checkpoint.is_signed()
        {
            self.chain.meet(&checkpoint.mark())?;
        }
        let reached = self.chain.reached().seq;
        let last = self.chain.end(None)?;
        let (hashed, closing) = self.closing.ok_or(FileFault::BrokenOff(reached))?;
        let signer = match (&closing.checkpoint, &closing.signature) {
            (None, None) => Signer::Nobody,
            (Some(checkpoint), Some(signature)) => {
                let key = &checkpoint.public_key;
                if !checkpoint.is_signed()
                    || checkpoint.mark() != last
                    || !is_signed(key, signature, &message(&closing.sha256))
                {
                    return Err(FileFault::WronglySigned);
                }
                self.known.signer(key)?
            }
            _ => return Err(FileFault::WronglySigned),
        };
        if hashed != closing.sha256 {
            return Err(FileFault::Altered);
        }
        if signer == Signer::Nobody && self.known.public_key.is_some() {
            return Err(FileFault::NotSigned);
        }
        let all = self.known.checkpoints.len();
        let passed = self.known.checkpoints.iter().filter(|it| it.at <= header.exported_at).count();
        Ok(FileReport {
            header,
            entries: self.entries,
            left_out: self.left_out,
            last,
            checkpoint: closing.checkpoint,
            signer,
            passed,
            younger: all - passed,
        })
    }

    fn unreadable(&self) -> FileFault {
        FileFault::Unreadable(self.lines, self.chain.reached().seq)
    }
}

impl Known {
    fn signer(&self, key: &str) -> Result<Signer, FileFault> {
        let is_key = |known: &String| known.eq_ignore_ascii_case(key);
        match &self.public_key {
            Some(known) if is_key(known) => Ok(Signer::Known),
            Some(_) => Err(FileFault::OtherKey(key.to_owned())),
            None if self.checkpoints.iter().any(|checkpoint| is_key(&checkpoint.public_key)) => {
                Ok(Signer::Known)
            }
            None => Ok(Signer::Unknown),
        }
    }
}

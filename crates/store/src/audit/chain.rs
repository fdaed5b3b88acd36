//! The hash chain, and nothing else: what follows what, and where it breaks. Pure: entries come from
//! a database or from a file, and this file knows neither.
//!
//! `hash = SHA-256(prev_hash ‖ entry)`, entries are numbered from 1 without gaps, and the first
//! follows 32 zero bytes. That alone finds what was changed carelessly. Whoever hashes everything
//! anew, or cuts the end off, is found by [`Mark`]s that were kept elsewhere.

use std::{collections::VecDeque, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

/// A hash as it is stored. Of 32 bytes, unless somebody wrote another by hand.
#[derive(Clone, PartialEq, Eq)]
pub struct Hash(pub Vec<u8>);

/// What the chain was at an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The entry's number; 0 is before the first.
    pub seq: i64,
    /// Its hash.
    pub hash: Hash,
}

/// An entry as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its number.
    pub seq: i64,
    /// The exact text that was hashed.
    pub entry: String,
    /// The hash of the entry before it.
    pub prev_hash: Hash,
    /// Its own.
    pub hash: Hash,
}

/// The first place where a chain is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct Fault {
    /// The first entry that may be the bad one.
    pub seq: i64,
    /// The last that may be; the same as `seq` when it is known which.
    pub through: i64,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The next one has a higher number.
    #[error("Entry {0} is missing.")]
    Missing(i64),
    /// They were there when they were marked.
    #[error("{}", cut_off(*.0, *.1))]
    CutOff(i64, i64),
    /// Text and hash do not fit.
    #[error("Entry {0} was changed after it was written.")]
    Changed(i64),
    /// What stands under this number says that it is another.
    #[error("Entry {0} is not the one that was written under this number.")]
    Misplaced(i64),
    /// Two entries say that they are this number.
    #[error("Two entries say that they are number {0}: one of them was put in.")]
    Twice(i64),
    /// Each is sound by itself.
    #[error("Entry {1} does not follow entry {0}: one of the two was changed together with its hash.")]
    Unconnected(i64, i64),
    /// It does not follow a mark.
    #[error("Entry {0} does not follow the entry before it.")]
    DoesNotFollow(i64),
    /// The chain is sound, and yet not the one that was marked.
    #[error(
        "Entry {1} is not what it was when a checkpoint was made: one of the entries {0} to {1} was changed, \
         put in or taken out, and those after it were hashed anew."
    )]
    Rewritten(i64, i64),
    /// The database remembers another end.
    #[error("Entry {0} is not the one that was written last.")]
    NotTheLast(i64),
}

/// A chain that is followed from entry to entry.
#[derive(Clone, Debug)]
pub struct Chain {
    reached: Mark,
    /// The last entry that is known to be what it was.
    trusted: i64,
    /// Those that were not reached yet, in order.
    marks: VecDeque<Mark>,
}

impl Chain {
    /// Before the first entry. It must pass through every mark.
    #[must_use]
    pub fn new(marks: impl IntoIterator<Item = Mark>) -> Self {
        Self::after(Mark::start(), marks)
    }

    /// After an entry that is known to be what it was. Marks before it are not looked at.
    #[must_use]
    pub fn after(start: Mark, marks: impl IntoIterator<Item = Mark>) -> Self {
        let mut marks: Vec<Mark> = marks.into_iter().filter(|mark| mark.seq > start.seq).collect();
        marks.sort_by_key(|mark| mark.seq);
        Chain { trusted: start.seq, reached: start, marks: marks.into() }
    }

    /// Where it is.
    #[must_use]
    pub fn reached(&self) -> &Mark {
        &self.reached
    }

    /// Goes on to the next entry.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn follow(&mut self, link: &Link) -> Result<(), Fault> {
        self.expect_number(link.seq)?;
        let here = |problem| Err(Fault::at(link.seq, problem));
        let follows = link.prev_hash == self.reached.hash;
        if link.entry_hash() != link.hash {
            return here(Problem::Changed(link.seq));
        }
        match link.own_number() {
            Some(own) if own == link.seq => {}
            Some(own) if own == self.reached.seq && own > self.trusted => {
                return Err(Fault { seq: own, through: link.seq, problem: Problem::Twice(own) });
            }
            _ => return here(Problem::Misplaced(link.seq)),
        }
        if !follows && self.reached.seq > self.trusted {
            let problem = Problem::Unconnected(self.reached.seq, link.seq);
            return Err(Fault { seq: self.reached.seq, through: link.seq, problem });
        }
        if !follows {
            return here(Problem::DoesNotFollow(link.seq));
        }
        self.reach(link.seq, &link.hash)
    }

    /// Goes on past an entry of which only the hash is known.
    ///
    /// # Errors
    /// When it is not the next one, or not what a mark says.
    pub fn pass(&mut self, seq: i64, hash: &Hash) -> Result<(), Fault> {
        self.expect_number(seq)?;
        self.reach(seq, hash)
    }

    /// Holds what was reached against a mark that was only found now.
    ///
    /// # Errors
    /// When it is of an entry that was not reached, or says another hash of the one that was.
    pub fn meet(&mut self, mark: &Mark) -> Result<(), Fault> {
        let (reached, first) = (self.reached.seq, self.trusted + 1);
        if mark.seq > reached {
            return Err(Fault::cut_off(reached + 1, mark.seq));
        }
        if mark.seq == reached && mark.hash != self.reached.hash {
            let problem = Problem::Rewritten(first, reached);
            return Err(Fault { seq: first, through: reached, problem });
        }
        Ok(())
    }

    /// There are no more entries. `last` is the one that was written last, when that is known.
    ///
    /// # Errors
    /// When it, or one that was marked, is not among those that were followed.
    pub fn end(self, last: Option<&Mark>) -> Result<Mark, Fault> {
        let reached = self.reached;
        if let Some(mark) = self.marks.back() {
            return Err(Fault::cut_off(reached.seq + 1, mark.seq));
        }
        match last {
            Some(last) if last.seq > reached.seq => {
                Err(Fault::at(reached.seq + 1, Problem::Missing(reached.seq + 1)))
            }
            Some(last) if *last != reached => Err(Fault::at(reached.seq, Problem::NotTheLast(reached.seq))),
            _ => Ok(reached),
        }
    }

    fn expect_number(&self, seq: i64) -> Result<(), Fault> {
        let next = self.reached.seq + 1;
        if seq == next { Ok(()) } else { Err(Fault::at(next, Problem::Missing(next))) }
    }

    fn reach(&mut self, seq: i64, hash: &Hash) -> Result<(), Fault> {
        self.reached.seq = seq;
        self.reached.hash.0.clone_from(&hash.0);
        while let Some(mark) = self.marks.pop_front_if(|mark| mark.seq == seq) {
            if mark.hash != *hash {
                let first = self.trusted + 1;
                return Err(Fault { seq: first, through: seq, problem: Problem::Rewritten(first, seq) });
            }
            self.trusted = seq;
        }
        Ok(())
    }
}

impl Fault {
    fn at(seq: i64, problem: Problem) -> Self {
        Fault { seq, through: seq, problem }
    }

    fn cut_off(first: i64, last: i64) -> Self {
        Fault { seq: first, through: last, problem: Problem::CutOff(first, last) }
    }
}

impl Mark {
    /// Before the first entry.
    #[must_use]
    pub fn start() -> Self {
        Mark { seq: 0, hash: Hash(vec![0; 32]) }
    }
}

impl Link {
    /// What the chain is with it.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark { seq: self.seq, hash: self.hash.clone() }
    }

    fn entry_hash(&self) -> Hash {
        Hash(Sha256::new().chain_update(&self.prev_hash.0).chain_update(&self.entry).finalize().to_vec())
    }

    /// The number that the text itself says.
    fn own_number(&self) -> Option<i64> {
        #[derive(Deserialize)]
        struct Numbered {
            seq: i64,
        }

        serde_json::from_str::<Numbered>(&self.entry).ok().map(|numbered| numbered.seq)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&to_hex(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Hash({self})")
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        from_hex(&text).map(Hash).ok_or_else(|| de::Error::custom("a hash is written in hexadecimal"))
    }
}

fn cut_off(first: i64, last: i64) -> String {
    if first == last {
        format!("Entry {first} is missing: it was there when a checkpoint was made.")
    } else {
        format!("Entries {first} to {last} are missing: they were there when a checkpoint was made.")
    }
}

/// Bytes in lower-case hexadecimal.
pub(super) fn to_hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Bytes from hexadecimal of either case.
pub(super) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| {
            let digit = |at: usize| pair.get(at).and_then(|digit| char::from(*digit).to_digit(16));
            u8::try_from(digit(0)? * 16 + digit(1)?).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests;

//! Checkpoints: what the chain was at an entry, signed with Ed25519, to be kept where nobody who
//! could change the database can change them. Pure: keys come from the caller.
//!
//! What is signed is text, so that it can be checked with any tool:
//! `halyard audit checkpoint 1\n{seq}\n{hash}\n{at}\n`, with `at` as `2026-11-22T23:00:00.000000Z`.

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::chain::{Hash, Mark, from_hex, to_hex};

/// What the audit trail was at an entry, signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Checkpoint {
    /// The newest entry when it was signed.
    #[ts(type = "number")]
    pub seq: i64,
    /// Its hash: 64 hexadecimal digits.
    #[ts(type = "string")]
    pub hash: Hash,
    /// When it was signed, by the clock of the computer that signed.
    pub at: DateTime<Utc>,
    /// The Ed25519 key to check the signature with: 64 hexadecimal digits.
    pub public_key: String,
    /// 128 hexadecimal digits.
    pub signature: String,
}

/// The secret key that checkpoints are signed with. Never shown, logged or sent.
pub struct SigningKey {
    seed: [u8; 32],
    pair: Ed25519KeyPair,
}

impl Checkpoint {
    /// What it says about the chain.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark { seq: self.seq, hash: self.hash.clone() }
    }

    /// Whether it was signed with the key that it names. Whose key that is, only its reader knows.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        is_signed(&self.public_key, &self.signature, &message(self.seq, &self.hash, self.at))
    }
}

impl SigningKey {
    /// A new one.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        loop {
            let mut seed = [0; 32];
            getrandom::fill(&mut seed)?;
            if let Some(key) = Self::from_seed(seed) {
                return Ok(key);
            }
        }
    }

    /// One that was kept as [`SigningKey::secret`]; none for any other text.
    #[must_use]
    pub fn from_secret(text: &str) -> Option<Self> {
        from_hex(text.trim())?.try_into().ok().and_then(Self::from_seed)
    }

    fn from_seed(seed: [u8; 32]) -> Option<Self> {
        Ed25519KeyPair::from_seed_unchecked(&seed).ok().map(|pair| SigningKey { seed, pair })
    }

    /// The secret, to be kept where only its owner reads it: 64 hexadecimal digits.
    #[must_use]
    pub fn secret(&self) -> String {
        to_hex(&self.seed)
    }

    /// What its signatures are checked with: 64 hexadecimal digits.
    #[must_use]
    pub fn public_key(&self) -> String {
        to_hex(self.pair.public_key().as_ref())
    }

    /// Signs what the chain is.
    #[must_use]
    pub fn checkpoint(&self, mark: &Mark, at: DateTime<Utc>) -> Checkpoint {
        // No finer than it is written.
        let at = at.trunc_subsecs(6);
        let signature = self.sign(&message(mark.seq, &mark.hash, at));
        Checkpoint { seq: mark.seq, hash: mark.hash.clone(), at, public_key: self.public_key(), signature }
    }

    /// A signature of a text: 128 hexadecimal digits.
    #[must_use]
    pub(super) fn sign(&self, text: &str) -> String {
        to_hex(self.pair.sign(text.as_bytes()).as_ref())
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SigningKey({})", self.public_key())
    }
}

/// Whether `signature` is that of `text` by the key; both in hexadecimal.
pub(super) fn is_signed(public_key: &str, signature: &str, text: &str) -> bool {
    let (Some(public_key), Some(signature)) = (from_hex(public_key), from_hex(signature)) else {
        return false;
    };
    UnparsedPublicKey::new(&ED25519, public_key).verify(text.as_bytes(), &signature).is_ok()
}

fn message(seq: i64, hash: &Hash, at: DateTime<Utc>) -> String {
    format!(
        "halyard audit checkpoint 1\n{seq}\n{hash}\n{}\n",
        at.to_rfc3339_opts(SecondsFormat::Micros, true)
    )
}

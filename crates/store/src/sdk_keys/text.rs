//! The text of an SDK key: its shape, its checksum and its hash. Pure; nothing here looks anything
//! up.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest, Sha256};

use super::KeyKind;

/// Digits, in the order of their values.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Digits of 256 bits.
const SECRET: usize = 43;
/// Digits of a CRC-32.
const CHECKSUM: usize = 6;
/// Characters of `hal_srv_` and the like.
const KIND: usize = 8;
/// Characters of the secret by which people know a key: 24 bits of 256.
const SHOWN: usize = 4;

/// An SDK key: `hal_srv_`, `hal_cli_` or `hal_adm_`, 43 base62 characters (256 random bits) and 6
/// base62 characters of CRC-32 over all that stands before them. `Debug` shows its prefix only.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyText {
    kind: KeyKind,
    text: String,
}

/// SHA-256 of a key's text: all that is stored of it. Hexadecimal where it is serialized.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyHash([u8; 32]);

/// Why a text is no SDK key. Never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    /// It begins with none of the three prefixes.
    #[error("An SDK key begins with hal_srv_, hal_cli_ or hal_adm_.")]
    Prefix,
    /// It is too short or too long.
    #[error("An SDK key has {} characters. Some are missing, or there are too many.", KIND + SECRET + CHECKSUM)]
    Length,
    /// It contains something else than letters and digits.
    #[error("After its prefix an SDK key has only the letters a–z and A–Z and the digits 0–9.")]
    Character,
    /// It is not what was once shown: a typo.
    #[error("The SDK key has a typo: its last characters do not fit the others.")]
    Checksum,
}

impl KeyText {
    /// A new key.
    ///
    /// # Errors
    /// When the operating system gives no random numbers.
    pub fn generate(kind: KeyKind) -> Result<Self, getrandom::Error> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits)?;
        Ok(Self::from_bits(kind, bits))
    }

    fn from_bits(kind: KeyKind, mut bits: [u8; 32]) -> Self {
        let mut text = String::with_capacity(KIND + SECRET + CHECKSUM);
        text.push_str(prefix_of(kind));
        for _ in 0..SECRET {
            text.push(char::from(BASE62[usize::from(divide(&mut bits, 62))]));
        }
        let checksum = checksum(&text);
        text.push_str(&checksum);
        Self { kind, text }
    }

    /// Takes a text that has the shape and the checksum of a key; whether there is such a key, only
    /// a look-up tells.
    ///
    /// # Errors
    /// Says what is wrong, without repeating the text.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        let kind = [KeyKind::Server, KeyKind::Client, KeyKind::Admin]
            .into_iter()
            .find(|kind| text.starts_with(prefix_of(*kind)))
            .ok_or(InvalidKey::Prefix)?;
        if text.chars().count() != KIND + SECRET + CHECKSUM {
            return Err(InvalidKey::Length);
        }
        let digits = &text.as_bytes()[KIND..];
        if !digits.iter().all(u8::is_ascii_alphanumeric) {
            return Err(InvalidKey::Character);
        }
        let (signed, found) = text.split_at(KIND + SECRET);
        if checksum(signed) != found {
            return Err(InvalidKey::Checksum);
        }
        Ok(Self { kind, text: text.to_owned() })
    }

    /// What kind of key it is.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// By what it is stored and looked up.
    #[must_use]
    pub fn hash(&self) -> KeyHash {
        KeyHash(Sha256::digest(self.text.as_bytes()).into())
    }

    /// By what people know it, such as `hal_cli_3kF9…`.
    #[must_use]
    pub fn prefix(&self) -> String {
        format!("{}…", &self.text[..KIND + SHOWN])
    }

    /// The whole key, for those who must send or show it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KeyText({})", self.prefix())
    }
}

impl KeyHash {
    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for KeyHash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for KeyHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KeyHash({self})")
    }
}

impl Serialize for KeyHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KeyHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        from_hexadecimal(&text).ok_or_else(|| D::Error::custom("a key's hash has 64 hexadecimal digits"))
    }
}

fn from_hexadecimal(text: &str) -> Option<KeyHash> {
    if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(KeyHash(bytes))
}

fn prefix_of(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Server => "hal_srv_",
        KeyKind::Client => "hal_cli_",
        KeyKind::Admin => "hal_adm_",
    }
}

fn checksum(signed: &str) -> String {
    let mut rest = crc32fast::hash(signed.as_bytes());
    let mut digits = [0; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(rest % 62) as usize];
        rest /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

/// Divides a big-endian number in place; the remainder.
fn divide(number: &mut [u8; 32], by: u16) -> u8 {
    let mut remainder = 0_u16;
    for byte in number {
        let dividend = remainder * 256 + u16::from(*byte);
        // Both fit: the quotient of what is below 256 · by, the remainder of what is below by.
        *byte = (dividend / by) as u8;
        remainder = dividend % by;
    }
    remainder as u8
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn kinds() -> impl Strategy<Value = KeyKind> {
        prop_oneof![Just(KeyKind::Server), Just(KeyKind::Client), Just(KeyKind::Admin)]
    }

    #[test]
    fn key_is_of_one_length_whatever_its_bits() {
        for bits in [[0; 32], [255; 32]] {
            let key = KeyText::from_bits(KeyKind::Server, bits);
            assert_eq!(key.as_str().len(), 57);
            assert_eq!(KeyText::parse(key.as_str()).unwrap(), key);
        }
    }

    #[test]
    fn two_keys_are_never_the_same() {
        let keys: HashSet<String> =
            (0..1_000).map(|_| KeyText::generate(KeyKind::Client).unwrap().as_str().to_owned()).collect();
        assert_eq!(keys.len(), 1_000);
    }

    #[test]
    fn debug_and_prefix_show_four_characters_of_the_secret() {
        let key = KeyText::from_bits(KeyKind::Client, [7; 32]);
        assert_eq!(key.prefix().chars().count(), 13);
        assert!(key.as_str().starts_with(key.prefix().trim_end_matches('…')));
        assert_eq!(format!("{key:?}"), format!("KeyText({})", key.prefix()));
    }

    #[test]
    fn hash_is_sha_256_of_the_text_and_survives_json() {
        let key = KeyText::from_bits(KeyKind::Admin, [1; 32]);
        let expected: [u8; 32] = Sha256::digest(key.as_str()).into();
        assert_eq!(key.hash().as_bytes(), &expected);
        let json = serde_json::to_string(&key.hash()).unwrap();
        assert_eq!(serde_json::from_str::<KeyHash>(&json).unwrap(), key.hash());
        assert!(serde_json::from_str::<KeyHash>("\"+f\"").is_err());
    }

    #[test]
    fn what_is_wrong_with_a_key_is_said_without_repeating_it() {
        let good = KeyText::from_bits(KeyKind::Server, [9; 32]).as_str().to_owned();
        let wrong = |text: &str| KeyText::parse(text).unwrap_err();
        assert_eq!(wrong(""), InvalidKey::Prefix);
        assert_eq!(wrong(&good[4..]), InvalidKey::Prefix);
        assert_eq!(wrong(&good[..56]), InvalidKey::Length);
        assert_eq!(wrong(&format!("{good}0")), InvalidKey::Length);
        assert_eq!(wrong(&good.replacen(&good[20..21], "é", 1)), InvalidKey::Character);
        assert_eq!(wrong(&good.replace("srv", "cli")), InvalidKey::Checksum);
    }

    proptest! {
        #[test]
        fn every_key_parses_as_itself(kind in kinds(), bits: [u8; 32]) {
            let key = KeyText::from_bits(kind, bits);
            let parsed = KeyText::parse(key.as_str()).unwrap();
            prop_assert_eq!(parsed.kind(), kind);
            prop_assert_eq!(parsed.hash(), key.hash());
        }

        #[test]
        fn different_bits_make_different_keys(one: [u8; 32], other: [u8; 32]) {
            let key = |bits| KeyText::from_bits(KeyKind::Server, bits).as_str().to_owned();
            prop_assert_eq!(one == other, key(one) == key(other));
        }

        #[test]
        fn one_wrong_character_is_noticed(bits: [u8; 32], at in KIND..KIND + SECRET + CHECKSUM, digit in 0..62_usize) {
            let key = KeyText::from_bits(KeyKind::Client, bits);
            let mut text = key.as_str().to_owned().into_bytes();
            prop_assume!(text[at] != BASE62[digit]);
            text[at] = BASE62[digit];
            prop_assert_eq!(KeyText::parse(std::str::from_utf8(&text).unwrap()), Err(InvalidKey::Checksum));
        }

        #[test]
        fn two_swapped_characters_are_noticed(bits: [u8; 32], at in KIND..KIND + SECRET + CHECKSUM - 1) {
            let key = KeyText::from_bits(KeyKind::Client, bits);
            let mut text = key.as_str().to_owned().into_bytes();
            prop_assume!(text[at] != text[at + 1]);
            text.swap(at, at + 1);
            prop_assert_eq!(KeyText::parse(std::str::from_utf8(&text).unwrap()), Err(InvalidKey::Checksum));
        }

        #[test]
        fn arbitrary_text_is_refused_without_panic(text in "\\PC*") {
            prop_assert!(KeyText::parse(&text).is_err());
            let with_prefix = format!("hal_srv_{text}");
            prop_assert!(KeyText::parse(&with_prefix).is_err());
        }
    }
}

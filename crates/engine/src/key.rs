//! The keys people type: of a flag and of an environment.

use std::{fmt, ops::Deref, sync::Arc};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

const MAX_FLAG_KEY_LENGTH: usize = 100;
const MAX_ENVIRONMENT_KEY_LENGTH: usize = 50;

/// A flag's key: `^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$` and not a UUID. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct FlagKey(Arc<str>);

impl FlagKey {
    /// Checks `text` and takes it as a key, unchanged.
    ///
    /// # Errors
    /// Says which part of the pattern is broken.
    pub fn parse(text: &str) -> Result<Self, InvalidFlagKey> {
        let Some(first) = text.bytes().next() else {
            return Err(InvalidFlagKey::Empty);
        };
        if let Some(unexpected) = text.chars().find(|&character| !is_key_character(character)) {
            return Err(InvalidFlagKey::Character(unexpected));
        }
        if !first.is_ascii_alphanumeric() {
            return Err(InvalidFlagKey::FirstCharacter(char::from(first)));
        }
        if text.len() > MAX_FLAG_KEY_LENGTH {
            return Err(InvalidFlagKey::TooLong(text.len()));
        }
        if Uuid::try_parse(text).is_ok() {
            return Err(InvalidFlagKey::Uuid);
        }
        Ok(Self(text.into()))
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for FlagKey {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for FlagKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for FlagKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FlagKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for FlagKey {
    type Error = InvalidFlagKey;

    fn try_from(text: String) -> Result<Self, InvalidFlagKey> {
        Self::parse(&text)
    }
}

impl std::str::FromStr for FlagKey {
    type Err = InvalidFlagKey;

    fn from_str(text: &str) -> Result<Self, InvalidFlagKey> {
        Self::parse(text)
    }
}

crate::ids::written_in_typescript_as!(FlagKey, "string");

/// Why a text is no flag key. Displays as a sentence for the person who typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidFlagKey {
    /// Nothing was typed.
    Empty,
    /// A character that no key may have.
    Character(char),
    /// A character that no key may begin with.
    FirstCharacter(char),
    /// More than 100 characters; holds how many.
    TooLong(usize),
    /// It reads as a UUID, which addresses take as a flag's id.
    Uuid,
}

impl fmt::Display for InvalidFlagKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => {
                formatter.write_str("The key is empty. Use letters and digits, for example new-dashboard.")
            }
            Self::Character(character) => write!(
                formatter,
                "The key contains {}. Use only letters a to z, digits, dot, hyphen and underscore.",
                named(*character)
            ),
            Self::FirstCharacter(character) => write!(
                formatter,
                "The key begins with {}. Begin it with a letter or a digit.",
                named(*character)
            ),
            Self::TooLong(length) => {
                write!(formatter, "The key has {length} characters. Use at most {MAX_FLAG_KEY_LENGTH}.")
            }
            Self::Uuid => {
                formatter.write_str("The key reads as an id (a UUID). Choose a name that people recognise.")
            }
        }
    }
}

impl std::error::Error for InvalidFlagKey {}

/// Whether `text` is an environment key: `^[a-z0-9][a-z0-9-]{0,49}$`.
#[must_use]
pub fn is_environment_key(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() <= MAX_ENVIRONMENT_KEY_LENGTH
        && text.bytes().next().is_some_and(allowed)
        && text.bytes().all(|byte| allowed(byte) || byte == b'-')
}

fn is_key_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-')
}

fn named(character: char) -> String {
    match character {
        ' ' => "a space".to_owned(),
        control if control.is_control() => format!("the control character U+{:04X}", u32::from(control)),
        visible => format!("“{visible}”"),
    }
}

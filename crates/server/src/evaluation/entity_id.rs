//! The customer's id as a client sends it: 1–256 characters, no NUL.

/// The most characters, not bytes.
const MAX_CHARACTERS: usize = 256;

/// Why a text is no entity id. Completes “The entity id …”; never repeats it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum InvalidEntityId {
    /// Nothing.
    #[error("is empty. Send the customer's id, or leave it out")]
    Empty,
    /// Holds how many characters it has.
    #[error("has {0} characters; at most {MAX_CHARACTERS} are possible")]
    TooLong(usize),
    /// Postgres cannot hold it.
    #[error("contains the character U+0000, which no customer's id can contain")]
    Nul,
}

/// Checks an id from outside.
pub(super) fn check(entity_id: &str) -> Result<(), InvalidEntityId> {
    if entity_id.is_empty() {
        return Err(InvalidEntityId::Empty);
    }
    // Characters are at most as many as bytes.
    if entity_id.len() > MAX_CHARACTERS {
        let characters = entity_id.chars().count();
        if characters > MAX_CHARACTERS {
            return Err(InvalidEntityId::TooLong(characters));
        }
    }
    if entity_id.contains('\0') { Err(InvalidEntityId::Nul) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_characters() {
        assert_eq!(check("a"), Ok(()));
        assert_eq!(check(&"🙂".repeat(256)), Ok(()));
        assert_eq!(check(&"🙂".repeat(257)), Err(InvalidEntityId::TooLong(257)));
        assert_eq!(check(&"a".repeat(257)), Err(InvalidEntityId::TooLong(257)));
        assert_eq!(check(""), Err(InvalidEntityId::Empty));
        assert_eq!(check("a\0"), Err(InvalidEntityId::Nul));
    }
}

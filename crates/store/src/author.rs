//! Who changes something, from where, and why.

/// What the audit says about a change beside what it can see itself. The database adds the role
/// that was logged in, which the app cannot choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// The person, as the app knows them; at most 200 characters. Empty: the database role.
    pub actor: String,
    /// The program, such as `desktop 0.1.0`; at most 200 characters.
    pub client: String,
    /// Why; at most 2,000 characters.
    pub note: String,
}

impl Author {
    /// An author without a note.
    #[must_use]
    pub fn new(actor: impl Into<String>, client: impl Into<String>) -> Self {
        Self { actor: actor.into(), client: client.into(), note: String::new() }
    }

    /// The same author, saying why.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

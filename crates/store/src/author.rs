//! Who changes something, from where, and why.

use halyard_engine::Validation;

use crate::{StoreError, roles::GroupRole};

/// The most characters of an actor or a client.
const NAME: usize = 200;

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
    /// In which group role the change is made, where whoever is logged in may take it on: an
    /// evaluation server that serves administration. `None`: as logged in.
    pub role: Option<GroupRole>,
}

impl Author {
    /// An author without a note.
    #[must_use]
    pub fn new(actor: impl Into<String>, client: impl Into<String>) -> Self {
        Self { actor: actor.into(), client: client.into(), note: String::new(), role: None }
    }

    /// The same author, saying why.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// The same author, with no more rights than a group role has.
    #[must_use]
    pub fn in_role(mut self, role: GroupRole) -> Self {
        self.role = Some(role);
        self
    }

    /// What is wrong with the author itself, to add what is wrong with the change.
    pub(crate) fn validation(&self) -> Validation {
        let mut validation = Validation::new();
        validation.text("actor", &self.actor, NAME);
        validation.text("client", &self.client, NAME);
        validation.note(&self.note);
        validation
    }

    /// For changes with nothing else to get wrong.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        self.validation().finish().map_err(StoreError::Invalid)
    }
}

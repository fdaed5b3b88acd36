//! What can go wrong in the store.
//!
//! Every message describes this layer only and is fit for a person; causes follow the chain and
//! may hold what Postgres said, but never a password.

use halyard_engine::Violation;
use sqlx::{error::DatabaseError, postgres::PgDatabaseError};

use crate::{
    audiences::Audience,
    flags::{Flag, FlagReference},
    kill::Blocker,
    roles::GroupRole,
};

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The request breaks rules: all of them at once, each with the path of its field.
    #[error("{}", summary(.0))]
    Invalid(Vec<Violation>),
    /// There is no such flag, audience, environment, version …
    #[error("There is no {what} “{id}”.")]
    NotFound {
        /// `flag`, `audience`, `environment`, `version`, `SDK key`.
        what: &'static str,
        /// As it was asked for.
        id: String,
    },
    /// Somebody else changed a field that this change sends, since the version it started from.
    #[error("Somebody else changed {} in the meantime.", fields.join(", "))]
    Conflict {
        /// The fields in question, as they are called in the request.
        fields: Vec<String>,
        /// What it is now.
        current: Box<Current>,
    },
    /// The key (of a flag or environment) or name (of an audience) is taken.
    #[error("“{key}” is already taken by another {what}.")]
    AlreadyExists {
        /// `flag`, `audience` or `environment`.
        what: &'static str,
        /// The key or name that is taken.
        key: String,
        /// True when an archived flag has it: offer to unarchive that one.
        archived: bool,
        /// The flag that has the key.
        flag: Option<FlagReference>,
    },
    /// It cannot be deleted, because flags use it.
    #[error("The {what} is in use by {}.", names(flags))]
    InUse {
        /// `audience` or `environment`.
        what: &'static str,
        /// The flags that use it, archived ones included, by key.
        flags: Vec<FlagReference>,
    },
    /// The database does not let the role in: its password is wrong, or it may not log in.
    #[error("The database does not let this role in.")]
    PermissionDenied(#[source] sqlx::Error),
    /// The database role may not do this.
    #[error("{}", forbidden(*.needs))]
    Forbidden {
        /// The group role that may, as far as it is known.
        needs: Option<GroupRole>,
        /// What Postgres said.
        #[source]
        cause: sqlx::Error,
    },
    /// The change touches what is live in these environments, and needs a note.
    #[error("{message}")]
    NoteRequired {
        /// What is live where, in a sentence.
        message: String,
        /// Their names, in order.
        environments: Vec<String>,
    },
    /// The database cannot be reached, or refuses connections.
    #[error("The database cannot be reached.")]
    Unavailable(#[source] sqlx::Error),
    /// The database did not answer in time, or a lock was not free in time.
    #[error("The database did not answer in time.")]
    Timeout(#[source] Option<sqlx::Error>),
    /// Somebody else holds what would be changed, for longer than a kill waits.
    #[error("{}", held(.0.as_deref()))]
    Blocked(Option<Box<Blocker>>),
    /// The database takes no changes now: it is a standby, or was made read-only.
    #[error(
        "The database takes no changes now: it is a standby, or was made read-only. Connect to the \
         primary, or make it writable again; evaluators keep serving the configuration they have."
    )]
    ReadOnly(#[source] sqlx::Error),
    /// Halyard's schema is missing, or of another version than this program needs.
    #[error("{0}")]
    Schema(crate::schema::SchemaProblem),
    /// Stored data that this program cannot read: somebody wrote it by hand.
    #[error("The stored {what} cannot be read.")]
    Unreadable {
        /// What it is, such as `flag “checkout”`.
        what: String,
        /// Why.
        #[source]
        cause: serde_json::Error,
    },
    /// Anything else; a bug, or a database that is not as it should be.
    #[error("Something went wrong in the database.")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What a conflicting change ran into.
#[derive(Debug, Clone)]
pub enum Current {
    /// The flag as it is now.
    Flag(Flag),
    /// The audience as it is now.
    Audience(Audience),
}

impl StoreError {
    pub(crate) fn not_found(what: &'static str, id: impl Into<String>) -> Self {
        Self::NotFound { what, id: id.into() }
    }

    /// A single violation.
    pub(crate) fn invalid(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation { path: path.into(), message: message.into() }])
    }

    /// The same error; when the role may not do this, it names the group role that may.
    pub(crate) fn needing(self, role: GroupRole) -> Self {
        match self {
            Self::Forbidden { cause, .. } => Self::Forbidden { needs: Some(role), cause },
            other => other,
        }
    }

    /// True when the database refused the role: it may not log in, or may not do this.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::PermissionDenied(_) | Self::Forbidden { .. })
    }

    /// True when trying again later may help: nothing was wrong with the request.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Timeout(_) | Self::Blocked(_) | Self::ReadOnly(_))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Timeout(Some(error)),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error),
            sqlx::Error::Database(database) => match class_of(database.as_ref()) {
                Class::Denied => Self::PermissionDenied(error),
                Class::Forbidden => {
                    Self::Forbidden { needs: GroupRole::needed(database.message()), cause: error }
                }
                Class::NoteRequired => note_required(database.as_ref()),
                Class::Unavailable => Self::Unavailable(error),
                Class::Timeout => Self::Timeout(Some(error)),
                Class::ReadOnly => Self::ReadOnly(error),
                Class::Blocked => Self::Blocked(None),
                Class::Refused => Self::invalid("", database.message()),
                Class::NulCharacter => Self::invalid(
                    "",
                    "A text contains the character U+0000, which Postgres cannot hold. Remove it.",
                ),
                Class::Other => Self::Internal(Box::new(error)),
            },
            _ => Self::Internal(Box::new(error)),
        }
    }
}

enum Class {
    Denied,
    Forbidden,
    NoteRequired,
    Unavailable,
    Timeout,
    ReadOnly,
    Blocked,
    Refused,
    NulCharacter,
    Other,
}

/// SQLSTATE codes: <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn class_of(error: &dyn DatabaseError) -> Class {
    let code = error.code().unwrap_or_default();
    match (code.as_ref(), error.constraint()) {
        // wrong or missing credentials
        ("28000" | "28P01", _) => Class::Denied,
        // insufficient_privilege
        ("42501", _) => Class::Forbidden,
        ("23514", Some("note_required")) => Class::NoteRequired,
        // too many connections, no such database
        ("53300" | "3D000", _) => Class::Unavailable,
        // read_only_sql_transaction: a standby, or made read-only to protect it
        ("25006", _) => Class::ReadOnly,
        // query_canceled, idle in transaction, serialization, deadlock
        ("57014" | "25P03" | "40001" | "40P01", _) => Class::Timeout,
        // lock_not_available
        ("55P03", _) => Class::Blocked,
        // What the schema's own triggers refuse, in sentences for people.
        ("23514", None) => Class::Refused,
        ("23503", Some("feature_flags_audiences" | "feature_flags_environments")) => Class::Refused,
        // untranslatable_character in JSON, character_not_in_repertoire in text
        ("22P05" | "22021", _) => Class::NulCharacter,
        // connection exceptions, shutdown and crash
        (code, _) if code.starts_with("08") || code.starts_with("57P") => Class::Unavailable,
        _ => Class::Other,
    }
}

/// The production guard says which environments it is about in the detail.
fn note_required(error: &dyn DatabaseError) -> StoreError {
    #[derive(serde::Deserialize)]
    struct Detail {
        environments: Vec<String>,
    }

    let detail = error.try_downcast_ref::<PgDatabaseError>().and_then(PgDatabaseError::detail);
    let detail = detail.and_then(|detail| serde_json::from_str::<Detail>(detail).ok());
    StoreError::NoteRequired {
        message: error.message().to_owned(),
        environments: detail.map(|detail| detail.environments).unwrap_or_default(),
    }
}

fn forbidden(needs: Option<GroupRole>) -> String {
    match needs {
        Some(role) => format!("Your database role may not do this. Ask for the role {role}."),
        None => String::from("Your database role may not do this."),
    }
}

fn summary(violations: &[Violation]) -> String {
    match violations {
        [] => String::from("The request is not valid."),
        [only] => only.message.clone(),
        [first, rest @ ..] => format!("{} (and {} more)", first.message, rest.len()),
    }
}

fn held(blocker: Option<&Blocker>) -> String {
    match blocker {
        Some(Blocker { role, application, .. }) if application.is_empty() => {
            format!("A session of the role “{role}” holds it.")
        }
        Some(Blocker { role, application, .. }) => {
            format!("A session of the role “{role}” ({application}) holds it.")
        }
        None => String::from("Another session of the database holds it."),
    }
}

fn names(flags: &[FlagReference]) -> String {
    match flags {
        [] => String::from("something else"),
        [only] => format!("the flag “{}”", only.key),
        [first, rest @ ..] => format!("the flag “{}” and {} more", first.key, rest.len()),
    }
}

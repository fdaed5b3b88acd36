//! What a command answers when it cannot do what was asked: a closed set of codes, a message
//! for people, and details the page can act on. Causes go to the log, never to the page.

use halyard_engine::Violation;
use halyard_store::{
    StoreError,
    audiences::Audience,
    error::Current,
    flags::{Flag, FlagReference},
    kill::Blocker,
    schema::SchemaProblem,
};
use serde::Serialize;
use ts_rs::TS;

/// Why a command failed. The page decides by this alone, never by the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request breaks a rule; `details.violations` lists every one.
    Invalid,
    /// The flag, audience, environment, customer or command does not exist.
    NotFound,
    /// Somebody else changed the same fields; `details.fields` and the current state say which.
    Conflict,
    /// The key or name is taken.
    AlreadyExists,
    /// Something else depends on it; `details.flags` says what.
    InUse,
    /// The database does not let the role in: the password is wrong, or it may not log in.
    PermissionDenied,
    /// The database role may not do this; the message names the role that may, where it is known.
    Forbidden,
    /// The change touches what is live in a guarded environment: `details.violations` has the path
    /// `note`, `details.environments` says where it is live.
    NoteRequired,
    /// The database cannot be reached; trying again later is right.
    DatabaseUnavailable,
    /// The database did not answer in time.
    Timeout,
    /// Somebody holds what would be changed; `details.blocker` says who, as far as the database tells.
    Blocked,
    /// The database takes no changes now: a standby, or made read-only.
    ReadOnly,
    /// It was called off, by a person or because a newer request made it pointless.
    Cancelled,
    /// No workspace is open.
    NoWorkspace,
    /// A fault of Halyard; the log has the cause.
    Internal,
}

/// What the page needs to show an error where it belongs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ErrorDetails {
    /// `invalid`: every violation at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub violations: Option<Vec<Violation>>,
    /// `conflict`: the fields somebody else changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub fields: Option<Vec<String>>,
    /// `conflict`: the flag as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub current_flag: Option<Flag>,
    /// `conflict`: the audience as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub current_audience: Option<Audience>,
    /// `in_use`: the flags that use it. `already_exists`: the flag that has the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub flags: Option<Vec<FlagReference>>,
    /// `timeout`: statements that would make it faster, to be run by somebody who may.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub statements: Option<Vec<String>>,
    /// `already_exists`: whether that flag is archived, so that unarchiving can be offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub archived: Option<bool>,
    /// `note_required`: the names of the environments, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub environments: Option<Vec<String>>,
    /// `blocked`: the session that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub blocker: Option<Blocker>,
}

/// The error half of every command's answer.
#[derive(Debug, Clone, PartialEq, Serialize, TS, thiserror::Error)]
#[error("{message}")]
#[serde(rename_all = "camelCase")]
pub struct CommandError {
    /// What kind of failure.
    pub code: ErrorCode,
    /// What happened and what to do, for people; never a password or internal text.
    pub message: String,
    /// What the page can act on.
    pub details: Box<ErrorDetails>,
}

impl CommandError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        CommandError { code, message: message.into(), details: Box::default() }
    }

    /// An `invalid` with all its violations; the message is the first of them.
    pub(crate) fn invalid(violations: Vec<Violation>) -> Self {
        let message = match violations.as_slice() {
            [] => "The request is not valid.".to_owned(),
            [only] => only.message.clone(),
            [first, rest @ ..] => format!("{} ({} more to fix.)", first.message, rest.len()),
        };
        let details = Box::new(ErrorDetails { violations: Some(violations), ..ErrorDetails::default() });
        CommandError { code: ErrorCode::Invalid, message, details }
    }

    /// An `invalid` about one field.
    pub(crate) fn invalid_field(path: impl Into<String>, message: impl Into<String>) -> Self {
        CommandError::invalid(vec![Violation { path: path.into(), message: message.into() }])
    }

    pub(crate) fn no_workspace() -> Self {
        CommandError::new(ErrorCode::NoWorkspace, "No workspace is open. Open one first.")
    }

    /// The open workspace's database is gone for the moment.
    pub(crate) fn cut_off() -> Self {
        CommandError::new(
            ErrorCode::DatabaseUnavailable,
            "The database cannot be reached. Halyard keeps trying; your changes are not saved until it is back.",
        )
    }

    /// A fault of our own: logs the cause, tells the page only that it happened.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(cause = %cause, "command failed");
        CommandError::new(
            ErrorCode::Internal,
            "Something went wrong inside Halyard. Nothing was changed; the log has the details.",
        )
    }
}

impl CommandError {
    /// Trying again later may help: nothing was wrong with the request.
    pub(crate) fn is_outage(&self) -> bool {
        matches!(self.code, ErrorCode::DatabaseUnavailable | ErrorCode::Timeout | ErrorCode::ReadOnly)
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        log(&error);
        let message = error.to_string();
        let mut details = Box::<ErrorDetails>::default();
        let code = match error {
            StoreError::Invalid(violations) => return CommandError::invalid(violations),
            StoreError::NotFound { .. } | StoreError::Schema(SchemaProblem::Missing) => ErrorCode::NotFound,
            StoreError::Conflict { fields, current } => {
                details.fields = Some(fields);
                match *current {
                    Current::Flag(flag) => details.current_flag = Some(flag),
                    Current::Audience(audience) => details.current_audience = Some(audience),
                }
                ErrorCode::Conflict
            }
            StoreError::AlreadyExists { archived, flag, .. } => {
                if let Some(flag) = flag {
                    details.flags = Some(vec![flag]);
                    details.archived = Some(archived);
                }
                ErrorCode::AlreadyExists
            }
            StoreError::InUse { flags, .. } => {
                details.flags = Some(flags);
                ErrorCode::InUse
            }
            StoreError::PermissionDenied(_) => ErrorCode::PermissionDenied,
            StoreError::Forbidden { .. } => ErrorCode::Forbidden,
            StoreError::NoteRequired { environments, .. } => {
                details.violations =
                    Some(vec![Violation { path: "note".to_owned(), message: message.clone() }]);
                details.environments = Some(environments);
                ErrorCode::NoteRequired
            }
            StoreError::Unavailable(_) => ErrorCode::DatabaseUnavailable,
            StoreError::Timeout(_) => ErrorCode::Timeout,
            StoreError::Blocked(blocker) => {
                details.blocker = blocker.map(|blocker| *blocker);
                ErrorCode::Blocked
            }
            StoreError::ReadOnly(_) => ErrorCode::ReadOnly,
            // Another program made the schema: the two programs are at odds, not the request.
            StoreError::Schema(SchemaProblem::Newer | SchemaProblem::Altered) => ErrorCode::Conflict,
            StoreError::Unreadable { .. } | StoreError::Internal(_) => ErrorCode::Internal,
        };
        CommandError { code, message, details }
    }
}

/// Keeps the causes that the page is not told. They hold what Postgres said, never a password.
fn log(error: &StoreError) {
    let Some(cause) = std::error::Error::source(error) else { return };
    match error {
        StoreError::Unreadable { .. } | StoreError::Internal(_) => {
            tracing::error!(%error, %cause, "command failed");
        }
        _ => tracing::info!(%error, %cause, "command refused"),
    }
}

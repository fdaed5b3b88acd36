//! What went wrong, in sentences for the person at the terminal, and talking to them.

use std::{
    fmt::{self, Display},
    io::{self, Write},
    path::Path,
};

use halyard_admin::CommandError;
use halyard_server::StartError;
use halyard_store::StoreError;

/// Why a command failed: sentences that never hold a password.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(super) fn new(sentences: impl Into<String>) -> Self {
        Failure(sentences.into())
    }

    /// A file or directory that cannot be used.
    pub(super) fn file(what: &str, path: &Path, error: impl Display) -> Self {
        Failure(format!("Cannot {what} {}: {error}.", path.display()))
    }
}

impl Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Invalid(violations) => {
                let sentences = violations.into_iter().map(|violation| violation.message);
                Failure(sentences.collect::<Vec<_>>().join("\n"))
            }
            StoreError::PermissionDenied(_) | StoreError::Forbidden { .. } | StoreError::Internal(_) => {
                Failure(format!("{error} `halyard-server doctor` finds out more."))
            }
            error => Failure(error.to_string()),
        }
    }
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        Failure(error.message)
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Failure(error.to_string())
    }
}

/// Writes a line to stdout.
///
/// # Errors
/// When nobody reads it any more.
pub(super) fn say(line: impl Display) -> Result<(), Failure> {
    writeln!(io::stdout(), "{line}").map_err(|error| Failure(format!("Cannot write to stdout: {error}.")))
}

/// A text of others, without what a terminal would act on.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '·' } else { character }).collect()
}

/// Writes a remark to stderr, where it is in the way of no pipe.
pub(super) fn remark(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

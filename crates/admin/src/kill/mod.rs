//! The kill switch as the app uses it: killing and restoring, again and again while somebody holds the
//! flag or the database is gone; what it did, and what it would do.

pub(crate) mod attempts;
pub(crate) mod consequence;
pub(crate) mod effect;
pub(crate) mod statement;

use futures_util::{StreamExt as _, stream};
use halyard_store::{StoreError, kill::KillResult};

use self::attempts::Wish;
use crate::{App, CommandError, ErrorCode, commands::kill::FlagKilled};

/// Kills that are on their way at once: each takes a connection, and others want to work, too.
const AT_ONCE: usize = 4;
/// Flags in one request, at most.
const MAX_FLAGS: usize = 500;

/// Kills (`false`) or restores (`true`) a flag. What cannot be done now goes on in the background.
pub(crate) async fn switch(
    app: &App,
    flag: &str,
    is_active: bool,
    note: Option<&str>,
) -> Result<KillResult, CommandError> {
    let workspace = app.workspace()?;
    let wish = Wish { flag: workspace.key_of(flag), is_active, author: workspace.author(note) };
    attempts::attempt(&workspace, wish).await
}

/// Kills several flags, each for itself: one that is held does not delay the others.
pub(crate) async fn switch_many(
    app: &App,
    flags: Vec<String>,
    note: Option<&str>,
) -> Result<Vec<FlagKilled>, CommandError> {
    if flags.is_empty() || flags.len() > MAX_FLAGS {
        let problem = format!("{} flags cannot be killed at once; name 1 to {MAX_FLAGS}.", flags.len());
        return Err(CommandError::invalid_field("flags", problem));
    }
    let killing = stream::iter(flags).map(async |flag| match switch(app, &flag, false, note).await {
        Ok(result) => FlagKilled { flag, result: Some(result), problem: None },
        Err(problem) => FlagKilled { flag, result: None, problem: Some(problem) },
    });
    // Those who wait for a database that is gone take no connection, and wait together.
    let at_once = if app.workspace()?.live().is_connected() { AT_ONCE } else { MAX_FLAGS };
    Ok(killing.buffered(at_once).collect().await)
}

/// Ends the session that a kill or restore of the flag waits for.
pub(crate) async fn end_session(app: &App, pid: i32, flag: &str) -> Result<(), CommandError> {
    let workspace = app.workspace()?;
    let attempt = workspace.kills().attempt(&workspace.key_of(flag));
    let blocker = attempt.and_then(|attempt| attempt.blocker).filter(|blocker| blocker.pid == pid);
    let gone = || CommandError::new(ErrorCode::NotFound, "That session does not hold the flag any more.");
    let blocker = blocker.ok_or_else(gone)?;
    let ending = async {
        let flag = workspace.key_of(flag);
        Ok(workspace.store().session_end(&blocker, &flag, &workspace.author(None)).await)
    };
    let ended = app.unless_cut_off(ending).await?;
    match ended {
        Ok(true) => Ok(()),
        Ok(false) => Err(gone()),
        Err(error @ StoreError::Forbidden { .. }) => {
            tracing::info!(%error, pid, "a session may not be ended");
            Err(CommandError::new(
                ErrorCode::Forbidden,
                "Your database role may not end that session. It takes a member of pg_signal_backend, or \
                 the session's own role; a superuser's session takes a superuser.",
            ))
        }
        Err(error) => Err(error.into()),
    }
}

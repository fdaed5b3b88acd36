//! The kill switch as the app uses it: killing and restoring, again and again while somebody holds the
//! flag or the database is gone; what it did, and what it would do.

pub(crate) mod attempts;
pub(crate) mod consequence;
pub(crate) mod statement;

use halyard_store::kill::KillResult;

use crate::{
    App, CommandError,
    commands::kill::{FlagKilled, KillEffect},
};

/// Kills (`false`) or restores (`true`) a flag.
pub(crate) async fn switch(
    app: &App,
    flag: &str,
    is_active: bool,
    note: Option<&str>,
) -> Result<KillResult, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(note);
    let switching = async { Ok(workspace.store().flag_set_active(flag, is_active, &author).await?) };
    app.unless_cut_off(switching).await
}

/// Kills several flags, each for itself.
pub(crate) async fn switch_many(
    app: &App,
    flags: Vec<String>,
    note: Option<&str>,
) -> Result<Vec<FlagKilled>, CommandError> {
    let mut killed = Vec::new();
    for flag in flags {
        let (result, problem) = match switch(app, &flag, false, note).await {
            Ok(result) => (Some(result), None),
            Err(problem) => (None, Some(problem)),
        };
        killed.push(FlagKilled { flag, result, problem });
    }
    Ok(killed)
}

/// Ends a session that a kill waits for.
pub(crate) async fn end_session(app: &App, _pid: i32, flag: &str) -> Result<(), CommandError> {
    app.workspace()?.kills().attempt(flag).map(drop).ok_or_else(|| {
        CommandError::new(crate::ErrorCode::NotFound, "No kill waits for that session any more.")
    })
}

/// What is known of the effect of a kill or restore.
pub(crate) async fn effect(app: &App, _flag: &str, seq: i64) -> Result<KillEffect, CommandError> {
    let workspace = app.workspace()?;
    let asked = async { Ok(workspace.store().confirmations(_flag, seq).await?) };
    let known = app.unless_cut_off(asked).await?;
    Ok(KillEffect {
        killed_at: known.at,
        confirmed: 0,
        of: 0,
        evaluators: known.evaluators,
        old_served: halyard_store::kill::OldServed::Unknown,
        last_old_served_at: None,
        log_behind_ms: known.log_behind_ms,
        sdks_last_hour: None,
    })
}

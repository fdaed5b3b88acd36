//! `kill` and `restore`: straight to the database, with the proof of effect as servers confirm.

use std::{process::ExitCode, time::Duration};

use halyard_store::{
    Author, Store, StoreError,
    evaluators::EvaluatorKind,
    kill::{Confirmations, ConfirmingEvaluator, KillResult},
};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::{
    Failure, PROGRAM,
    database::check_schema,
    failure::{plain, remark, say},
};
use crate::arguments::{Kill, Person};

/// Between two looks at what servers confirmed.
const LOOK: Duration = Duration::from_millis(50);
/// Killed, but not every server confirmed it in time.
const UNCONFIRMED: u8 = 2;

/// Kills (`false`) or restores (`true`) flags, one after the other; each is given all of `--wait`.
///
/// # Errors
/// What the database refuses, and who still held the flag in the end.
pub(super) async fn run(options: Kill, is_active: bool) -> Result<ExitCode, Failure> {
    let Kill { database, flags, author: Person { actor, note }, wait, json } = options;
    let store = Store::connect(&database.database.options()?).await?;
    check_schema(&store).await?;
    let author = Author::new(actor, PROGRAM).with_note(note);
    let mut all_confirmed = true;
    // Every flag first: proofs can wait, kills cannot.
    let mut switched = Vec::new();
    let mut failed = Vec::new();
    for flag in &flags {
        match switch(&store, flag, is_active, &author, Instant::now() + wait).await {
            Ok(result) => switched.push(result),
            Err(failure) => failed.push(format!("{}: {failure}", plain(flag))),
        }
    }
    for result in &switched {
        all_confirmed &= prove(&store, result, Instant::now() + wait, json).await?;
    }
    store.close().await;
    if !failed.is_empty() {
        return Err(Failure::new(failed.join("\n")));
    }
    Ok(if all_confirmed { ExitCode::SUCCESS } else { ExitCode::from(UNCONFIRMED) })
}

/// Tries until it gets through; says who is in the way.
async fn switch(
    store: &Store,
    flag: &str,
    is_active: bool,
    author: &Author,
    until: Instant,
) -> Result<KillResult, Failure> {
    let mut told = None;
    loop {
        match store.flag_set_active(flag, is_active, author).await {
            Err(StoreError::Blocked(blocker)) if Instant::now() < until => {
                let pid = blocker.as_ref().map(|blocker| blocker.pid);
                if told.replace(pid) != Some(pid) {
                    remark(format_args!(
                        "{} Still trying.",
                        plain(&StoreError::Blocked(blocker).to_string())
                    ));
                    if let Some(pid) = pid {
                        remark(format_args!("To end it: select pg_terminate_backend({pid});"));
                    }
                }
            }
            outcome => return Ok(outcome?),
        }
    }
}

/// Shows what servers confirm until all have or time is up; answers whether all have.
async fn prove(store: &Store, result: &KillResult, until: Instant, json: bool) -> Result<bool, Failure> {
    let KillResult { flag, seq, changed } = result;
    if !json {
        let (key, value) = (&flag.key, &flag.default_value);
        let already = if *changed { "" } else { " already" };
        say(match flag.is_active {
            true => format!("{key} is active{already}: its rules serve where it is on."),
            false => format!("{key} is killed{already}: everybody gets {value}, in every environment."),
        })?;
    }
    let mut shown = Vec::new();
    let confirmations = loop {
        let known = store.confirmations(&flag.key, *seq).await?;
        for server in servers(&known) {
            if let Some(after) = server.confirmed_after_ms
                && !json
                && !shown.contains(&server.id)
            {
                shown.push(server.id);
                say(format_args!("  {} confirmed after {after} ms", named(server)))?;
            }
        }
        if servers(&known).all(|server| server.confirmed_after_ms.is_some()) || Instant::now() >= until {
            break known;
        }
        sleep(LOOK).await;
    };
    let of = servers(&confirmations).count();
    let slowest = servers(&confirmations).filter_map(|server| server.confirmed_after_ms);
    let confirmed = slowest.clone().count();
    if json {
        let report = json!({
            "flag": flag.key,
            "isActive": flag.is_active,
            "value": flag.default_value,
            "seq": seq,
            "changed": changed,
            "at": confirmations.at,
            "confirmed": confirmed,
            "of": of,
            "evaluators": confirmations.evaluators,
        });
        say(report)?;
        return Ok(confirmed == of);
    }
    for server in servers(&confirmations).filter(|server| server.confirmed_after_ms.is_none()) {
        let silent = Duration::from_millis(server.silent_ms.max(0).unsigned_abs()).as_secs();
        say(format_args!("  {} has NOT confirmed; last heard of {silent} s ago", named(server)))?;
    }
    say(match (of, slowest.max()) {
        (0, _) => "No server is registered: there is nothing to confirm.".to_owned(),
        (_, Some(slowest)) if confirmed == of => {
            format!("{confirmed} of {of} servers confirmed in {slowest} ms.")
        }
        _ => format!("{confirmed} of {of} servers confirmed."),
    })?;
    Ok(confirmed == of)
}

fn servers(confirmations: &Confirmations) -> impl Iterator<Item = &ConfirmingEvaluator> + Clone {
    confirmations.evaluators.iter().filter(|evaluator| evaluator.kind == EvaluatorKind::Server)
}

fn named(server: &ConfirmingEvaluator) -> String {
    format!("{} ({})", plain(&server.host), plain(&server.program))
}

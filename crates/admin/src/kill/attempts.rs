//! Killing and restoring, and going on with it in the background when somebody holds the flag or the
//! database is gone: until it gets through, is refused, or is called off.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use halyard_store::{
    Author,
    kill::{Blocker, KillResult},
};
use serde::Serialize;
use tokio::{
    task::AbortHandle,
    time::{Instant, sleep},
};
use ts_rs::TS;

use crate::{CommandError, ErrorCode, workspace::Workspace};

/// How long a kill waits for a database that is gone.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two tries while the database is gone. While the flag is held there is no pause.
const RETRY: Duration = Duration::from_millis(300);
/// How long it is tried. Nobody expects a kill of this morning to happen in the evening.
const TRIED_FOR: Duration = Duration::from_secs(15 * 60);

/// How far a kill or restore is that did not get through at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// It is tried, again and again.
    Trying,
    /// It got through.
    Done,
    /// It was refused, or given up after a quarter of an hour.
    Failed,
}

/// A kill or restore that did not get through at once and is tried in the background.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KillAttempt {
    /// False: a kill. True: a restore.
    pub is_active: bool,
    /// When it was asked for, by the app's clock.
    pub since: DateTime<Utc>,
    /// How far it is.
    pub state: AttemptState,
    /// `trying`: who holds the flag, as far as Postgres says.
    pub blocker: Option<Blocker>,
    /// `trying`: why it did not get through the last time. `failed`: why it never will.
    pub problem: Option<CommandError>,
    /// `done`: the flag.
    pub result: Option<KillResult>,
}

/// What somebody wants of a flag.
#[derive(Debug)]
pub(crate) struct Wish {
    /// Its key, or what it was asked for by.
    pub(crate) flag: String,
    pub(crate) is_active: bool,
    pub(crate) author: Author,
}

/// The kills and restores of a workspace that did not get through at once, by flag.
#[derive(Debug, Default)]
pub(crate) struct Kills {
    attempts: Mutex<HashMap<String, Attempt>>,
}

#[derive(Debug)]
struct Attempt {
    shown: Arc<Mutex<KillAttempt>>,
    trying: AbortHandle,
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.trying.abort();
    }
}

impl Kills {
    /// The kill or restore of a flag that is tried, or how it ended.
    pub(crate) fn attempt(&self, flag: &str) -> Option<KillAttempt> {
        self.attempts().get(flag).map(|attempt| lock(&attempt.shown).clone())
    }

    /// Stops trying. What is already on its way to the database may still get through.
    pub(crate) fn call_off(&self, flag: &str) {
        self.attempts().remove(flag);
    }

    /// Stops trying anything.
    pub(crate) fn call_off_all(&self) {
        self.attempts().clear();
    }

    fn attempts(&self) -> MutexGuard<'_, HashMap<String, Attempt>> {
        lock(&self.attempts)
    }
}

/// Tries once; what may get through later is tried on in the background. A newer wish for a flag takes
/// the place of an older one.
pub(crate) async fn attempt(workspace: &Arc<Workspace>, wish: Wish) -> Result<KillResult, CommandError> {
    workspace.kills().call_off(&wish.flag);
    let since = Utc::now();
    let problem = match once(workspace, &wish).await {
        Err(problem) if goes_on(&problem, &wish) => problem,
        settled => return settled,
    };
    let mut shown = KillAttempt {
        is_active: wish.is_active,
        since,
        state: AttemptState::Trying,
        blocker: None,
        problem: None,
        result: None,
    };
    shown.still_trying(problem.clone());
    let shown = Arc::new(Mutex::new(shown));
    let flag = wish.flag.clone();
    let trying = tokio::spawn(keep_trying(Arc::clone(workspace), wish, Arc::clone(&shown))).abort_handle();
    workspace.kills().attempts().insert(flag, Attempt { shown, trying });
    Err(problem)
}

async fn keep_trying(workspace: Arc<Workspace>, wish: Wish, shown: Arc<Mutex<KillAttempt>>) {
    let until = Instant::now() + TRIED_FOR;
    loop {
        let problem = match once(&workspace, &wish).await {
            Ok(result) => return lock(&shown).done(result),
            Err(problem) => problem,
        };
        if Instant::now() > until || !goes_on(&problem, &wish) {
            return lock(&shown).failed(problem);
        }
        let waited = problem.code == ErrorCode::Blocked;
        lock(&shown).still_trying(problem);
        // While it is held, each try has waited in the queue for it.
        if !waited {
            sleep(RETRY).await;
        }
    }
}

impl KillAttempt {
    fn done(&mut self, result: KillResult) {
        (self.state, self.blocker, self.problem) = (AttemptState::Done, None, None);
        self.result = Some(result);
    }

    fn failed(&mut self, problem: CommandError) {
        (self.state, self.blocker, self.problem) = (AttemptState::Failed, None, Some(problem));
    }

    fn still_trying(&mut self, problem: CommandError) {
        (self.blocker, self.problem) = (problem.details.blocker.clone(), Some(problem));
    }
}

/// Tries once. A database that is known to be gone is tried too: it may be back before anybody knows.
async fn once(workspace: &Workspace, wish: &Wish) -> Result<KillResult, CommandError> {
    let Wish { flag, is_active, author } = wish;
    tokio::select! {
        switched = workspace.store().flag_set_active(flag, *is_active, author) => Ok(switched?),
        () = workspace.cut_off_for(PATIENCE) => Err(CommandError::cut_off()),
    }
}

/// Whether it is worth going on. Hiding waits for a database to come back, exposing takes a person who
/// looks at it.
fn goes_on(problem: &CommandError, wish: &Wish) -> bool {
    match problem.code {
        ErrorCode::Blocked => true,
        ErrorCode::DatabaseUnavailable | ErrorCode::Timeout => !wish.is_active,
        _ => false,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

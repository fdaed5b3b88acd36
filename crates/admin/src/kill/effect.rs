//! What is known of the effect of a kill or restore. Confirmations are asked for whenever somebody looks;
//! the evaluation log is read behind their back and no oftener than is good for the database.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use halyard_store::{
    Store,
    evaluators::EvaluatorKind,
    kill::{OldServed, SdkCalls},
};
use tokio::time::Instant;

use crate::{App, CommandError, commands::kill::KillEffect};

/// Between two looks into the log.
const LOOK: Duration = Duration::from_secs(2);
/// Kills whose effect is remembered.
const REMEMBERED: usize = 50;

/// What the log said of kills when it was last looked at, by audit entry.
#[derive(Debug, Default, Clone)]
pub(crate) struct Logs {
    by_seq: Arc<Mutex<HashMap<i64, Known>>>,
}

#[derive(Debug, Clone)]
struct Known {
    old_served: OldServed,
    last_old_served_at: Option<DateTime<Utc>>,
    sdks_last_hour: Option<Vec<SdkCalls>>,
    /// When the next look is due; `None` while one is under way.
    due: Option<Instant>,
}

/// What is known of the effect of a kill or restore.
pub(crate) async fn effect(app: &App, flag: &str, seq: i64) -> Result<KillEffect, CommandError> {
    let workspace = app.workspace()?;
    let store = workspace.store();
    let confirmations = app.unless_cut_off(async { Ok(store.confirmations(flag, seq).await?) }).await?;
    let known = workspace.logs().known(store, flag, seq);
    let servers = confirmations.evaluators.iter().filter(|it| it.kind == EvaluatorKind::Server);
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(KillEffect {
        killed_at: confirmations.at,
        confirmed: count(servers.clone().filter(|it| it.confirmed_after_ms.is_some()).count()),
        of: count(servers.count()),
        evaluators: confirmations.evaluators,
        old_served: known.old_served,
        last_old_served_at: known.last_old_served_at,
        log_behind_ms: confirmations.log_behind_ms,
        sdks_last_hour: known.sdks_last_hour,
    })
}

impl Logs {
    /// What is known now; begins another look when one is due.
    fn known(&self, store: &Store, flag: &str, seq: i64) -> Known {
        let now = Instant::now();
        let mut by_seq = self.lock();
        if by_seq.len() > REMEMBERED {
            by_seq.retain(|_, known| known.due.is_none_or(|due| due > now));
        }
        let known = by_seq.entry(seq).or_insert(Known {
            old_served: OldServed::Looking,
            last_old_served_at: None,
            sdks_last_hour: None,
            due: Some(now),
        });
        if known.due.is_some_and(|due| due <= now) {
            known.due = None;
            tokio::spawn(self.clone().look(store.clone(), flag.to_owned(), seq));
        }
        known.clone()
    }

    async fn look(self, store: Store, flag: String, seq: i64) {
        let (last, sdks) = tokio::join!(store.last_old_served(&flag, seq), store.sdks_last_hour(&flag));
        let last = last.inspect_err(|error| tracing::debug!(%error, "the log cannot be read for a kill"));
        if let Some(known) = self.lock().get_mut(&seq) {
            known.old_served = match &last {
                Ok(Some(_)) => OldServed::Known,
                Ok(None) => OldServed::None,
                Err(_) => OldServed::Unknown,
            };
            known.last_old_served_at = last.ok().flatten();
            known.sdks_last_hour = sdks.ok();
            known.due = Some(Instant::now() + LOOK);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Known>> {
        self.by_seq.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

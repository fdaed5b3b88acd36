//! Answers evaluations from the live configuration: at most one database round trip, shared with
//! others, and none when no rule needs an audience.

use std::{sync::Arc, time::Duration};

use chrono::Utc;
use halyard_engine::{Evaluation, Membership, Outcome};
use halyard_store::evaluations::{EvaluationCall, EvaluationSource, FlagSet};
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    Identity, LiveConfiguration, LiveFlag, LogCounts, Snapshot, Visibility,
    log::Log,
    membership::{Known, Lookups},
    registration::Registration,
};

/// How an evaluator works.
#[derive(Debug, Clone)]
pub struct EvaluatorOptions {
    /// What it says about itself in the database.
    pub identity: Identity,
    /// How long a caller waits for membership before it counts as unavailable.
    pub membership_deadline: Duration,
    /// Entities whose last known membership is kept for outages.
    pub remembered_entities: usize,
    /// Calls that may wait to be logged; more are dropped and counted.
    pub queued_calls: usize,
}

impl EvaluatorOptions {
    /// 200 ms, 100,000 entities, 100,000 calls.
    #[must_use]
    pub fn new(identity: Identity) -> Self {
        EvaluatorOptions {
            identity,
            membership_deadline: Duration::from_millis(200),
            remembered_entities: 100_000,
            queued_calls: 100_000,
        }
    }
}

/// Who asks, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The environment's key.
    pub environment: &'a str,
    /// The customer's id; `None` when there is nobody.
    pub entity_id: Option<&'a str>,
    /// The door the call came through.
    pub source: EvaluationSource,
    /// What the caller says it is.
    pub sdk: &'a str,
}

/// A flag's answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The flag that was evaluated.
    pub flag: Arc<LiveFlag>,
    /// What came out.
    pub evaluation: Evaluation,
}

/// Serves evaluations for one database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Evaluator {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    id: Uuid,
    live: LiveConfiguration,
    lookups: Lookups,
    log: Log,
    registration: Registration,
}

impl Evaluator {
    /// Starts to serve, and registers in the database. Must be called inside a tokio runtime.
    #[must_use]
    pub fn start(live: LiveConfiguration, options: EvaluatorOptions) -> Self {
        let EvaluatorOptions { identity, membership_deadline, remembered_entities, queued_calls } = options;
        let (id, store) = (identity.id, live.store().clone());
        let inner = Inner {
            id,
            lookups: Lookups::start(store.clone(), membership_deadline, remembered_entities),
            log: Log::start(store, id, queued_calls),
            registration: Registration::begin(live.clone(), identity),
            live,
        };
        Evaluator { inner: Arc::new(inner) }
    }

    /// Evaluates one flag; `None` when it is unknown or archived, which is not logged.
    pub async fn evaluate(&self, key: &str, call: Call<'_>) -> Option<Answer> {
        let snapshot = self.inner.live.snapshot();
        let flag = snapshot.flag(key)?;
        let answers = self.answer(&snapshot, &[flag], &flag.alone, call).await;
        answers.into_iter().next()
    }

    /// Evaluates every flag that the caller may see, by key; off and killed ones included.
    pub async fn evaluate_all(&self, visibility: Visibility, call: Call<'_>) -> Vec<Answer> {
        let snapshot = self.inner.live.snapshot();
        let flags: Vec<&Arc<LiveFlag>> = snapshot.visible(visibility).collect();
        self.answer(&snapshot, &flags, snapshot.flag_set(visibility), call).await
    }

    /// What is served now.
    #[must_use]
    pub fn live(&self) -> &LiveConfiguration {
        &self.inner.live
    }

    /// Where the calls that were answered are.
    #[must_use]
    pub fn log_counts(&self) -> LogCounts {
        self.inner.log.counts()
    }

    /// Stores what is queued for the log, for at most `within`, and leaves the list of evaluators.
    pub async fn shut_down(&self, within: Duration) {
        self.inner.log.close(Instant::now() + within).await;
        self.inner.registration.end(&self.inner.live, self.inner.id).await;
    }

    async fn answer(
        &self,
        snapshot: &Snapshot,
        flags: &[&Arc<LiveFlag>],
        flag_set: &Arc<FlagSet>,
        call: Call<'_>,
    ) -> Vec<Answer> {
        let known = self.membership(snapshot, flags, call).await;
        let stale = known.as_ref().is_some_and(|known| known.stale);
        let mut outcomes = Vec::with_capacity(flags.len());
        let answers = flags.iter().map(|flag| {
            let (evaluation, outcome) = decide(flag, call, snapshot, known.as_ref());
            outcomes.push(outcome);
            Answer { flag: Arc::clone(flag), evaluation }
        });
        let answers = answers.collect();
        if !outcomes.is_empty() {
            self.inner.log.record(EvaluationCall {
                id: Uuid::now_v7(),
                evaluated_at: Utc::now(),
                environment: call.environment.to_owned(),
                entity_id: call.entity_id.unwrap_or_default().to_owned(),
                source: call.source,
                sdk: call.sdk.to_owned(),
                stale,
                config_version: snapshot.config_version(),
                flag_set: Arc::clone(flag_set),
                outcomes,
            });
        }
        answers
    }

    /// Looks the entity up, if some flag cannot be decided without.
    async fn membership(
        &self,
        snapshot: &Snapshot,
        flags: &[&Arc<LiveFlag>],
        call: Call<'_>,
    ) -> Option<Known> {
        let entity_id = call.entity_id?;
        let audiences = snapshot.memberships()?;
        let needed = flags.iter().any(|flag| decided_without(flag, call).is_none());
        if needed { self.inner.lookups.look_up(audiences, entity_id).await } else { None }
    }
}

/// The answer that needs no audience, if there is one.
fn decided_without(flag: &LiveFlag, call: Call<'_>) -> Option<Outcome> {
    let unknown = |_| Membership::Unavailable;
    let outcome = flag.compiled.decide(call.environment, call.entity_id, unknown).outcome();
    (outcome != Outcome::AudienceUnavailable).then_some(outcome)
}

/// Decides one flag with what is known of the entity; marked stale if it depends on a membership
/// from before.
fn decide(
    flag: &LiveFlag,
    call: Call<'_>,
    snapshot: &Snapshot,
    known: Option<&Known>,
) -> (Evaluation, Outcome) {
    let membership = |audience| match (known, snapshot.memberships()) {
        (Some(known), Some(audiences)) => known.of(audiences, audience),
        _ => Membership::Unavailable,
    };
    let decision = flag.compiled.decide(call.environment, call.entity_id, membership);
    let mut evaluation = decision.to_evaluation();
    if known.is_some_and(|known| known.stale) && decided_without(flag, call).is_none() {
        evaluation.reason = evaluation.reason.marked_stale();
    }
    (evaluation, decision.outcome())
}

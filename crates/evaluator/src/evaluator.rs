//! Answers evaluations from the live configuration: at most one database round trip, shared with
//! others, and none when no rule needs an audience.

use std::{sync::Arc, time::Duration};

use chrono::Utc;
use halyard_engine::{Membership, Outcome};
use halyard_store::evaluations::{EvaluationCall, EvaluationSource, FlagSet};
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use crate::{
    Answer, Answers, Identity, LiveConfiguration, LiveFlag, LogCounts, LogOptions, Snapshot, SpoolError,
    Visibility,
    answer::{self, Outcomes, Staleness},
    log::Log,
    measures,
    membership::Lookups,
    registration::Registration,
    snapshot::VisibleFlags,
    unknown::UnknownFlags,
    upkeep::Upkeep,
};

/// What is left to say goodbye to the database when the time to shut down is over.
const GOODBYE: Duration = Duration::from_millis(500);

/// How an evaluator works.
#[derive(Debug, Clone)]
pub struct EvaluatorOptions {
    /// What it says about itself in the database.
    pub identity: Identity,
    /// How long a caller waits for membership before it counts as unavailable.
    pub membership_deadline: Duration,
    /// Entities whose last known membership is kept for outages.
    pub remembered_entities: usize,
    /// How calls are logged.
    pub log: LogOptions,
}

impl EvaluatorOptions {
    /// 200 ms, 100,000 entities, and the log's own defaults.
    #[must_use]
    pub fn new(identity: Identity) -> Self {
        EvaluatorOptions {
            identity,
            membership_deadline: Duration::from_millis(200),
            remembered_entities: 100_000,
            log: LogOptions::default(),
        }
    }
}

/// Who asks, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The environment's key.
    pub environment: &'a Arc<str>,
    /// The customer's id; `None` when there is nobody.
    pub entity_id: Option<&'a str>,
    /// The door the call came through.
    pub source: EvaluationSource,
    /// What the caller says it is. Names are few: keep them instead of making one for each call.
    pub sdk: &'a Arc<str>,
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
    log: Arc<Log>,
    unknown: UnknownFlags,
    registration: Registration,
    _upkeep: Option<Upkeep>,
}

impl Evaluator {
    /// Starts to serve, and registers in the database. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// When the spool's directory cannot be used.
    pub fn start(live: LiveConfiguration, options: EvaluatorOptions) -> Result<Self, SpoolError> {
        let EvaluatorOptions { identity, membership_deadline, remembered_entities, log } = options;
        let (id, store) = (identity.id, live.store().clone());
        let log = Arc::new(Log::start(live.clone(), id, &log)?);
        let inner = Inner {
            id,
            lookups: Lookups::start(store.clone(), membership_deadline, remembered_entities),
            unknown: UnknownFlags::begin(store.clone()),
            registration: Registration::begin(live.clone(), Arc::clone(&log), identity),
            _upkeep: log.is_enabled().then(|| Upkeep::begin(store)),
            log,
            live,
        };
        Ok(Evaluator { inner: Arc::new(inner) })
    }

    /// Evaluates one flag; `None` when it is unknown, archived or not visible, which is not logged
    /// but noted in the list of unknown flags.
    pub async fn evaluate(&self, key: &str, visibility: Visibility, call: Call<'_>) -> Option<Answer> {
        let snapshot = self.inner.live.snapshot();
        let Some(flag) = snapshot.flag(key).filter(|flag| flag.is_visible(visibility)) else {
            // A configuration that may be old, or none, proves nothing.
            if !snapshot.is_unconfirmed() {
                self.inner.unknown.note(call.environment, key);
            }
            return None;
        };
        let outcomes = self.decide(&snapshot, std::slice::from_ref(flag), &flag.alone, call).await;
        outcomes.codes.first().map(|code| answer::answer(flag, *code, outcomes.staleness.at(0)))
    }

    /// Evaluates every flag that the caller may see, by key; off and killed ones included.
    pub async fn evaluate_all(&self, visibility: Visibility, call: Call<'_>) -> Answers {
        let snapshot = self.inner.live.snapshot();
        let VisibleFlags { flags, set } = snapshot.visible(visibility);
        let outcomes = self.decide(&snapshot, flags, set, call).await;
        Answers { flags: Arc::clone(flags), outcomes }
    }

    /// What is served now.
    #[must_use]
    pub fn live(&self) -> &LiveConfiguration {
        &self.inner.live
    }

    /// Where the calls that were answered are. Cheap: meant to be read whenever metrics are.
    #[must_use]
    pub fn log_counts(&self) -> LogCounts {
        self.inner.log.counts()
    }

    /// Stores what is queued for the log, or spools it, for at most `within`, and leaves the list of
    /// evaluators.
    pub async fn shut_down(&self, within: Duration) {
        let inner = &self.inner;
        let until = Instant::now() + within;
        inner.log.close(until).await;
        let goodbyes = async {
            tokio::join!(inner.unknown.end(inner.live.store()), inner.registration.end(&inner.live, inner.id))
        };
        let _ = timeout_at(until.max(Instant::now() + GOODBYE), goodbyes).await;
    }

    /// Decides flags and logs how they came out.
    async fn decide(
        &self,
        snapshot: &Snapshot,
        flags: &[Arc<LiveFlag>],
        flag_set: &Arc<FlagSet>,
        call: Call<'_>,
    ) -> Outcomes {
        let outcomes = self.outcomes(snapshot, flags, call).await;
        let stale = outcomes.staleness != Staleness::Fresh;
        if stale {
            measures::degraded(measures::STALE);
        }
        if outcomes.codes.contains(&Outcome::AudienceUnavailable.code()) {
            measures::degraded(measures::UNAVAILABLE);
        }
        if !flags.is_empty() && self.inner.log.is_enabled() {
            self.inner.log.record(EvaluationCall {
                id: Uuid::now_v7(),
                evaluated_at: Utc::now(),
                environment: Arc::clone(call.environment),
                entity_id: call.entity_id.unwrap_or_default().into(),
                source: call.source,
                sdk: Arc::clone(call.sdk),
                stale,
                config_version: snapshot.config_version(),
                flag_set: Arc::clone(flag_set),
                outcomes: outcomes.codes.clone(),
            });
        }
        outcomes
    }

    /// Decides with every audience unknown first; looks the entity up only if that leaves flags
    /// undecided, and decides those again.
    async fn outcomes(&self, snapshot: &Snapshot, flags: &[Arc<LiveFlag>], call: Call<'_>) -> Outcomes {
        let mut undecided = false;
        let codes = flags.iter().map(|flag| {
            let unknown = |_| Membership::Unavailable;
            let outcome =
                flag.compiled.decide_by_position(call.environment, call.entity_id, unknown).outcome();
            undecided |= outcome == Outcome::AudienceUnavailable;
            outcome.code()
        });
        let mut codes: Box<[i16]> = codes.collect();
        let all = if snapshot.is_unconfirmed() { Staleness::All } else { Staleness::Fresh };
        if !undecided {
            return Outcomes { codes, staleness: all };
        }
        let (Some(entity_id), Some(audiences)) = (call.entity_id, snapshot.memberships()) else {
            return Outcomes { codes, staleness: all };
        };
        let Some(known) = self.inner.lookups.look_up(audiences, entity_id).await else {
            return Outcomes { codes, staleness: all };
        };
        let mut stale = Vec::new();
        for (position, (flag, code)) in (0_u32..).zip(flags.iter().zip(&mut codes)) {
            if *code != Outcome::AudienceUnavailable.code() {
                continue;
            }
            let membership = |audience| known.of(audiences, audience);
            *code = flag.compiled.decide(call.environment, call.entity_id, membership).outcome().code();
            if known.stale && *code != Outcome::AudienceUnavailable.code() {
                stale.push(position);
            }
        }
        let staleness =
            if all == Staleness::Fresh && !stale.is_empty() { Staleness::Some(stale) } else { all };
        Outcomes { codes, staleness }
    }
}

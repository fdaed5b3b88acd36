//! A day of made-up calls, their results decided by the real engine over the real memberships.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use halyard_engine::{AudienceId, CompiledFlag, Membership};
use uuid::{ContextV7, Timestamp, Uuid};

use super::customers;
use super::dice::Dice;
use crate::condition::Condition;
use crate::evaluations::{EvaluationBatch, EvaluationCall, EvaluationSource, FlagSet};
use crate::memberships::Memberships;
use crate::{Store, StoreError};

const CALLS: u64 = 4_000;
const WITHIN: Duration = Duration::from_secs(30);

const SDKS: &[(&str, u32)] =
    &[("halyard-js/0.1.0", 50), ("halyard-react/0.1.0", 25), ("ios/2.4.1", 12), ("backend-node/3.1", 13)];

/// Appends the calls of the past 24 hours, as if customers had made them.
pub(super) async fn append(store: &Store, now: DateTime<Utc>) -> Result<(), StoreError> {
    let configuration = store.configuration().await?;
    let Some(source) = store.resolved_source().await? else { return Ok(()) };
    let conditions: Vec<(AudienceId, &Condition)> =
        configuration.audiences.iter().map(|audience| (audience.id, &audience.condition)).collect();
    let memberships = Memberships::prepare(&source, &conditions);
    let flags: Vec<CompiledFlag> = configuration
        .flags
        .iter()
        .map(|flag| CompiledFlag::compile(&flag.definition).map_err(StoreError::Invalid))
        .collect::<Result<_, _>>()?;
    let everything =
        Arc::new(FlagSet::new(configuration.flags.iter().map(|flag| (flag.number, flag.version))));
    let singles: Vec<Arc<FlagSet>> = configuration
        .flags
        .iter()
        .map(|flag| Arc::new(FlagSet::new([(flag.number, flag.version)])))
        .collect();

    let callers: Vec<String> = (0..CALLS)
        .map(|call| {
            // Every sixteenth of them comes again and again.
            let pool = if call % 2 == 0 { customers::COUNT / 160 } else { customers::COUNT };
            let number = Dice::new(5, call).below(u64::from(pool)) as u32 + 1;
            if call % 97 == 0 { format!("visitor-{number}") } else { customers::id(number) }
        })
        .collect();
    let ids: Vec<&str> = callers.iter().map(String::as_str).collect();
    let found = store.memberships(&memberships, &ids, WITHIN).await?;

    let clock = ContextV7::new();
    let mut calls = Vec::with_capacity(callers.len());
    for ((call, entity_id), entity) in (0..CALLS).zip(callers).zip(&found) {
        let mut dice = Dice::new(6, call);
        // More by day than by night.
        let hours = 24.0 * dice.fraction();
        let busy = 0.35 + 0.65 * (0.5 + 0.5 * (hours / 24.0 * std::f64::consts::TAU).cos());
        if dice.fraction() > busy {
            continue;
        }
        let evaluated_at = now - TimeDelta::milliseconds((hours * 3_600_000.0) as i64);
        let environment = *dice.weighted(&[("production", 88), ("staging", 9), ("development", 3)]);
        let (source, flag_set, evaluated) = if dice.percent(22) {
            (EvaluationSource::EvaluateAll, Arc::clone(&everything), &flags[..])
        } else {
            let index = dice.below(flags.len() as u64) as usize;
            (EvaluationSource::Evaluate, Arc::clone(&singles[index]), &flags[index..=index])
        };
        let audience = |id: AudienceId| -> Membership { memberships.of(entity, id) };
        let outcomes = evaluated
            .iter()
            .map(|flag| flag.decide(environment, Some(&entity_id), audience).outcome().code())
            .collect();
        let seconds = u64::try_from(evaluated_at.timestamp()).unwrap_or_default();
        calls.push(EvaluationCall {
            id: Uuid::new_v7(Timestamp::from_unix(&clock, seconds, evaluated_at.timestamp_subsec_nanos())),
            evaluated_at,
            environment: environment.into(),
            entity_id: entity_id.into(),
            source,
            sdk: (*dice.weighted(SDKS)).into(),
            stale: false,
            config_version: configuration.config_version,
            flag_set,
            outcomes,
        });
    }
    let batch = EvaluationBatch { id: Uuid::now_v7(), writer: Uuid::new_v4(), calls };
    store.evaluations_append(&batch, WITHIN).await.map(drop)
}

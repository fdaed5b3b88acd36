//! Counts of a batch: evaluations per 10 minutes, flag, version, environment, source, SDK and
//! outcome.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{EvaluationCall, EvaluationSource, FlagSet};
use crate::StoreError;

/// Seconds that are counted together.
const PERIOD: i64 = 600;
/// Flags that are counted at a time: their counters fit into the processor's nearest cache.
const BLOCK: usize = 64;
/// The lowest outcome there is; see `Outcome::code`.
pub(super) const LOWEST: i16 = -5;
/// Outcomes there can be, from the lowest on: five that are no rule, and the rules.
pub(super) const OUTCOMES: usize = 5 + halyard_engine::limits::RULES;

/// Whether a number stands for an outcome that a flag can have.
pub(super) fn is_outcome(code: i16) -> bool {
    slot(code).is_some()
}

/// One row of the counts, in the order of the key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Count {
    flag: i32,
    /// Start of the period, in seconds since 1970.
    at: i64,
    version: i32,
    environment: Arc<str>,
    source: &'static str,
    sdk: Arc<str>,
    outcome: i16,
    evaluations: i64,
}

/// What the calls of one flag set have in common.
#[derive(PartialEq, Eq, Hash)]
struct Group<'a> {
    at: i64,
    environment: &'a str,
    source: EvaluationSource,
    sdk: Arc<str>,
    flag_set: Uuid,
}

/// Counts calls with the names that their SDKs are counted under; by key.
pub(super) fn count<'a>(calls: impl IntoIterator<Item = (&'a EvaluationCall, Arc<str>)>) -> Vec<Count> {
    let mut groups: HashMap<Group<'a>, Vec<&EvaluationCall>> = HashMap::new();
    for (call, sdk) in calls {
        let at = call.evaluated_at.timestamp().div_euclid(PERIOD) * PERIOD;
        let (environment, source, flag_set) = (&*call.environment, call.source, call.flag_set.id);
        groups.entry(Group { at, environment, source, sdk, flag_set }).or_default().push(call);
    }
    let mut counts = Vec::new();
    for (group, calls) in &groups {
        count_group(group, calls, &mut counts);
    }
    counts.sort_unstable();
    // Two sets may have a flag in common.
    counts.dedup_by(|next, kept| {
        let same = is_same(next, kept);
        if same {
            kept.evaluations += next.evaluations;
        }
        same
    });
    counts
}

fn count_group(group: &Group<'_>, calls: &[&EvaluationCall], counts: &mut Vec<Count>) {
    let Some(first) = calls.first() else { return };
    let FlagSet { flags, versions, .. } = &*first.flag_set;
    for block in (0..flags.len()).step_by(BLOCK) {
        let mut counted = [[0_u32; OUTCOMES]; BLOCK];
        for call in calls {
            let codes = call.outcomes.iter().skip(block).take(BLOCK);
            for (counted, code) in counted.iter_mut().zip(codes) {
                if let Some(slot) = slot(*code).and_then(|slot| counted.get_mut(slot)) {
                    *slot += 1;
                }
            }
        }
        let flags = flags.iter().zip(versions).skip(block);
        for ((flag, version), counted) in flags.zip(&counted) {
            let served = (LOWEST..).zip(counted).filter(|(_, evaluations)| **evaluations > 0);
            counts.extend(served.map(|(outcome, evaluations)| Count {
                flag: *flag,
                at: group.at,
                version: *version,
                environment: Arc::clone(&first.environment),
                source: group.source.as_str(),
                sdk: Arc::clone(&group.sdk),
                outcome,
                evaluations: i64::from(*evaluations),
            }));
        }
    }
}

fn slot(code: i16) -> Option<usize> {
    usize::try_from(code.checked_sub(LOWEST)?).ok().filter(|slot| *slot < OUTCOMES)
}

fn is_same(one: &Count, other: &Count) -> bool {
    let key = |count: &Count| (count.flag, count.at, count.version, count.source, count.outcome);
    key(one) == key(other) && one.environment == other.environment && one.sdk == other.sdk
}

/// Adds the counts to the writer's rows, in the order of their key: a writer that stores two batches
/// at once does not wait for itself in a circle.
pub(super) async fn add(
    connection: &mut PgConnection,
    writer: Uuid,
    counts: &[Count],
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into halyard.evaluation_counts as c
             (at, flag, version, environment, source, sdk, outcome, writer, evaluations)
         select u.at, u.flag, u.version, u.environment, u.source, u.sdk, u.outcome, $1, u.evaluations
         from unnest($2::timestamptz[], $3::int4[], $4::int4[], $5::text[], $6::text[], $7::text[], $8::int2[],
                     $9::int8[]) u (at, flag, version, environment, source, sdk, outcome, evaluations)
         on conflict (flag, at, version, environment, source, sdk, outcome, writer)
         do update set evaluations = c.evaluations + excluded.evaluations",
        writer,
        &counts.iter().map(|count| DateTime::from_timestamp(count.at, 0).unwrap_or_default()).collect::<Vec<DateTime<Utc>>>(),
        &counts.iter().map(|count| count.flag).collect::<Vec<_>>(),
        &counts.iter().map(|count| count.version).collect::<Vec<_>>(),
        &counts.iter().map(|count| &*count.environment).collect::<Vec<_>>() as _,
        &counts.iter().map(|count| count.source).collect::<Vec<_>>() as _,
        &counts.iter().map(|count| &*count.sdk).collect::<Vec<_>>() as _,
        &counts.iter().map(|count| count.outcome).collect::<Vec<_>>(),
        &counts.iter().map(|count| count.evaluations).collect::<Vec<_>>(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn call(flag_set: &Arc<FlagSet>, minute: i64, outcomes: &[i16]) -> EvaluationCall {
        EvaluationCall {
            id: Uuid::from_u128(1),
            evaluated_at: DateTime::from_timestamp(minute * 60, 0).unwrap(),
            environment: "production".into(),
            entity_id: "c".into(),
            source: EvaluationSource::Evaluate,
            sdk: "js".into(),
            stale: false,
            config_version: 1,
            flag_set: Arc::clone(flag_set),
            outcomes: outcomes.into(),
        }
    }

    fn counted(calls: &[EvaluationCall]) -> Vec<Count> {
        count(calls.iter().map(|call| (call, Arc::clone(&call.sdk))))
    }

    #[test]
    fn flag_of_two_sets_is_counted_in_one_row() {
        let one = Arc::new(FlagSet::new([(1, 1)]));
        let both = Arc::new(FlagSet::new([(1, 1), (2, 1)]));
        let counts = counted(&[call(&one, 0, &[0]), call(&both, 9, &[0, -1]), call(&both, 10, &[0, -1])]);
        let rows: Vec<_> = counts.iter().map(|c| (c.flag, c.at, c.outcome, c.evaluations)).collect();
        assert_eq!(rows, [(1, 0, 0, 2), (1, 600, 0, 1), (2, 0, -1, 1), (2, 600, -1, 1)]);
    }

    #[test]
    fn outcomes_are_those_of_the_engine() {
        use halyard_engine::Outcome;
        assert!(is_outcome(Outcome::Exception.code()) && is_outcome(Outcome::Rule(19).code()));
        assert!(!is_outcome(-6) && !is_outcome(20) && !is_outcome(i16::MIN) && !is_outcome(i16::MAX));
    }

    proptest! {
        #[test]
        fn every_result_of_every_call_is_counted_once(
            flags in 1..200_i32,
            codes in prop::collection::vec(-5..20_i16, 1..40),
        ) {
            let set = Arc::new(FlagSet::new((0..flags).map(|flag| (flag, 1))));
            let calls: Vec<EvaluationCall> = codes
                .iter()
                .map(|code| {
                    let outcomes: Vec<i16> = (0..flags).map(|flag| if flag % 3 == 0 { *code } else { -1 }).collect();
                    call(&set, 0, &outcomes)
                })
                .collect();
            let counts = counted(&calls);
            for flag in 0..flags {
                for outcome in -5..20 {
                    let expected = calls.iter().filter(|call| call.outcomes[flag as usize] == outcome).count() as i64;
                    let found: i64 = counts
                        .iter()
                        .filter(|count| count.flag == flag && count.outcome == outcome)
                        .map(|count| count.evaluations)
                        .sum();
                    prop_assert_eq!(found, expected);
                }
            }
        }
    }
}

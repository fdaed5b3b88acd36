//! What an edit of an audience changes: who joins and leaves it, and what that does by every flag that
//! uses it.

use std::time::Instant;

use chrono::{DateTime, Utc};
use halyard_engine::{
    AudienceId, CompiledFlag, FlagType,
    tally::{AudienceSlot, Comparison, ImpactTally, SlottedFlag},
};
use halyard_store::{
    Store,
    audiences::Audience,
    condition::Condition,
    customer_source::ResolvedSource,
    flags::FlagReference,
    memberships::{CustomerBatch, Memberships},
};
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use super::{Effects, ValueMove, none_is_broken};
use crate::{
    CommandError,
    counting::{Count, Counting, Tally, milliseconds},
};

/// What an edit of an audience changes by one flag, where that is on.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct FlagMoved {
    /// The flag.
    pub flag: FlagReference,
    /// Who gets another value, by the two values.
    pub moves: Vec<ValueMove>,
    /// Sums of the moves.
    #[serde(flatten)]
    #[ts(flatten)]
    pub effects: Effects,
}

/// What saving an edited audience would change.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AudienceImpact {
    /// All customers.
    #[ts(type = "number")]
    pub customers: u64,
    /// Who are in it now.
    #[ts(type = "number")]
    pub members_now: u64,
    /// Who will be in it.
    #[ts(type = "number")]
    pub members_after: u64,
    /// Who will come in.
    #[ts(type = "number")]
    pub joining: u64,
    /// Who will go out.
    #[ts(type = "number")]
    pub leaving: u64,
    /// Every unarchived flag that uses it, those that move most people first.
    pub flags: Vec<FlagMoved>,
    /// By the app's clock.
    pub counted_at: DateTime<Utc>,
    /// Milliseconds.
    #[ts(type = "number")]
    pub duration_ms: u64,
}

/// A flag that uses the audience.
#[derive(Debug)]
pub(crate) struct UsingFlag {
    pub(crate) reference: FlagReference,
    pub(crate) flag_type: FlagType,
    pub(crate) compiled: CompiledFlag,
}

#[derive(Debug, Clone)]
struct AudienceTally {
    now: AudienceSlot,
    after: AudienceSlot,
    /// By membership now, then by membership after.
    members: [[u64; 2]; 2],
    flags: Vec<ImpactTally>,
}

impl Tally for AudienceTally {
    fn count(&mut self, batch: &CustomerBatch) {
        for index in 0..batch.entities.len() {
            let [now, after] =
                [self.now, self.after].map(|slot| usize::from(batch.entities.is_in(index, slot)));
            self.members[now][after] += 1;
        }
        for flag in &mut self.flags {
            flag.count(&batch.entities);
        }
    }

    fn merge(&mut self, other: Self) {
        for (row, more) in self.members.iter_mut().flatten().zip(other.members.iter().flatten()) {
            *row += more;
        }
        self.flags.iter_mut().zip(&other.flags).for_each(|(flag, more)| flag.merge(more));
    }
}

/// Counts what saving `edited` as the condition of the audience would change.
pub(crate) async fn count_audience(
    counting: &Counting,
    store: &Store,
    source: &ResolvedSource,
    (audience, edited): (&Audience, &Condition),
    known: &[Audience],
    flags: Vec<UsingFlag>,
    count: &Count,
) -> Result<AudienceImpact, CommandError> {
    let started = Instant::now();
    // The edited audience is counted as one of its own beside the saved one.
    let edited_id = AudienceId(Uuid::new_v4());
    let mut audiences: Vec<(AudienceId, &Condition)> = known
        .iter()
        .filter(|known| {
            known.id == audience.id || flags.iter().any(|flag| flag.compiled.audiences().contains(&known.id))
        })
        .map(|known| (known.id, &known.condition))
        .collect();
    audiences.push((edited_id, edited));
    let prepared = Memberships::prepare(source, &audiences);
    if let Some((_, violations)) = prepared.broken().iter().find(|(id, _)| *id == edited_id) {
        return Err(CommandError::invalid(violations.clone()));
    }
    none_is_broken(&prepared, known)?;
    let slot = |id| prepared.slot(id).ok_or_else(|| CommandError::internal("an audience has no slot"));
    let (now, after) = (slot(audience.id)?, slot(edited_id)?);
    let compared = |flag: &UsingFlag| {
        let before = SlottedFlag::new(flag.compiled.clone(), |id| prepared.slot(id))?;
        let edited = |id| if id == audience.id { Some(after) } else { prepared.slot(id) };
        Some(ImpactTally::new(Comparison::new(before, SlottedFlag::new(flag.compiled.clone(), edited)?)))
    };
    // A flag with an audience that was made a moment ago is left to the next count.
    let (flags, tallies): (Vec<UsingFlag>, Vec<ImpactTally>) =
        flags.into_iter().filter_map(|flag| compared(&flag).map(|tally| (flag, tally))).unzip();
    let tally = AudienceTally { now, after, members: [[0; 2]; 2], flags: tallies };
    let (customers, tally) = counting.over_all_customers(store, &prepared, None, tally, count).await?;
    let [[_, joining], [leaving, staying]] = tally.members;
    let mut flags: Vec<FlagMoved> =
        flags.into_iter().zip(&tally.flags).map(|(flag, tally)| flag_moved(flag, tally)).collect();
    flags.sort_by_key(|flag| std::cmp::Reverse(flag.effects.sum()));
    Ok(AudienceImpact {
        customers,
        members_now: leaving + staying,
        members_after: joining + staying,
        joining,
        leaving,
        flags,
        counted_at: Utc::now(),
        duration_ms: milliseconds(started),
    })
}

fn flag_moved(flag: UsingFlag, tally: &ImpactTally) -> FlagMoved {
    let moves = tally.moves();
    let default_value = flag.compiled.default_value();
    let effects = Effects::of_moves(flag.flag_type, (default_value, default_value), &moves);
    FlagMoved { flag: flag.reference, moves: moves.into_iter().map(ValueMove::from).collect(), effects }
}

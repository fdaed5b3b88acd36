//! What an edit of an audience changes: who joins and leaves it, and what that does by every flag that
//! uses it.

use std::time::Instant;

use chrono::{DateTime, Utc};
use halyard_engine::{
    AudienceId, CompiledFlag, FlagType,
    tally::{AudienceSlot, Comparison, Entities, ImpactTally, SlottedFlag},
};
use halyard_store::{
    Store,
    audiences::Audience,
    condition::Condition,
    customer_source::ResolvedSource,
    customers::CustomerReference,
    flags::FlagReference,
    memberships::{CustomerBatch, Memberships},
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::{
    Effects, ValueMove, none_is_broken,
    who::{PageRows, read_page},
};
use crate::{
    CommandError,
    counting::{Count, Counting, Tally, milliseconds},
};

/// What an edit of an audience changes by one flag, where that is on.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FlagMoved {
    /// The flag.
    pub flag: FlagReference,
    /// The environments it is on in, by key: there people move when the edit is saved. None while it
    /// is killed.
    pub environments: Vec<String>,
    /// Nobody moves until it is restored.
    pub killed: bool,
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
    /// Where it is on, by key, whether it is killed or not.
    pub(crate) environments: Vec<String>,
    pub(crate) killed: bool,
}

/// Whom an edit of an audience takes in or puts out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Crossing {
    /// Who will come in.
    Joining,
    /// Who will go out.
    Leaving,
}

impl Crossing {
    /// Whether they are in the audience now, and whether they will be.
    pub(super) fn membership(self) -> (bool, bool) {
        match self {
            Crossing::Joining => (false, true),
            Crossing::Leaving => (true, false),
        }
    }
}

/// Some of the customers, in the order of their ids.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CrossingPage {
    /// At most as many as were asked for.
    pub customers: Vec<CustomerReference>,
    /// Where the next page begins; null on the last one.
    pub next_cursor: Option<String>,
}

/// An audience as it is saved and as it is being edited, side by side in one statement.
pub(super) struct Edited {
    pub(super) prepared: Memberships,
    now: AudienceSlot,
    after: AudienceSlot,
}

impl Edited {
    /// Prepares both, and the other audiences of `known` that are `wanted`.
    fn prepare(
        source: &ResolvedSource,
        (audience, edited): (&Audience, &Condition),
        known: &[Audience],
        wanted: impl Fn(AudienceId) -> bool,
    ) -> Result<Self, CommandError> {
        // The edited audience is one of its own beside the saved one.
        let edited_id = AudienceId(Uuid::new_v4());
        let mut audiences: Vec<(AudienceId, &Condition)> = known
            .iter()
            .filter(|known| known.id != audience.id && wanted(known.id))
            .map(|known| (known.id, &known.condition))
            .collect();
        audiences.push((audience.id, &audience.condition));
        audiences.push((edited_id, edited));
        let prepared = Memberships::prepare(source, &audiences);
        if let Some((_, violations)) = prepared.broken().iter().find(|(id, _)| *id == edited_id) {
            return Err(CommandError::invalid(violations.clone()));
        }
        none_is_broken(&prepared, known)?;
        let slot = |id| prepared.slot(id).ok_or_else(|| CommandError::internal("an audience has no slot"));
        let (now, after) = (slot(audience.id)?, slot(edited_id)?);
        Ok(Edited { prepared, now, after })
    }

    /// Prepares both and nothing else.
    pub(super) fn of_one(
        source: &ResolvedSource,
        audience: &Audience,
        edited: &Condition,
    ) -> Result<Self, CommandError> {
        Edited::prepare(source, (audience, edited), std::slice::from_ref(audience), |_| false)
    }

    /// Who of them cross.
    pub(super) fn crossing(&self, entities: &Entities, crossing: Crossing) -> Vec<Option<()>> {
        let wanted = crossing.membership();
        let membership = |index| (entities.is_in(index, self.now), entities.is_in(index, self.after));
        (0..entities.len()).map(|index| (membership(index) == wanted).then_some(())).collect()
    }
}

/// One page of those who come in or go out.
pub(crate) async fn page_crossing(
    store: &Store,
    source: &ResolvedSource,
    (audience, edited): (&Audience, &Condition),
    crossing: Crossing,
    page: &PageRows,
    count: &Count,
) -> Result<CrossingPage, CommandError> {
    let edited = Edited::of_one(source, audience, edited)?;
    let among = |entities: &Entities| edited.crossing(entities, crossing);
    let (found, next_cursor) = read_page(store, &edited.prepared, page, count, among).await?;
    Ok(CrossingPage { customers: found.into_iter().map(|(customer, ())| customer).collect(), next_cursor })
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
    let used = |id| flags.iter().any(|flag| flag.compiled.audiences().contains(&id));
    let Edited { prepared, now, after } = Edited::prepare(source, (audience, edited), known, used)?;
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
    FlagMoved {
        flag: flag.reference,
        environments: if flag.killed { Vec::new() } else { flag.environments },
        killed: flag.killed,
        moves: moves.into_iter().map(ValueMove::from).collect(),
        effects,
    }
}

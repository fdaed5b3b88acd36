//! The evaluation log: appending batches of calls, listing and counting them, and what is kept of them.

mod append;
mod call;
mod copy;
mod counts;
mod erase;
mod erased;
mod filter;
mod histogram;
mod hours;
mod list;
mod partitions;
mod remembered;
mod sdks;
mod search;
mod statement;
mod storage;
mod tail;
mod usage;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use halyard_engine::RuleId;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use ts_rs::TS;
use uuid::Uuid;

pub use append::Appended;
pub use call::EvaluationCallDetail;
pub use erase::{Erased, ErasureProgress};
pub use filter::{EvaluationFilter, EvaluationReason};
pub use histogram::{EvaluationsHistogram, HistogramAsk, HistogramBucket, HistogramSeries, MAX_BUCKETS};
use list::Position;
pub use list::{Direction, MAX_PAGE};
pub(crate) use partitions::StoredDays;
pub(crate) use remembered::Remembered;
pub use sdks::SdkSeen;
pub use storage::{LogDay, LogStorage};
pub use tail::{EvaluationsSince, MAX_TAIL};
pub use usage::{FlagUsage, FlagUsageBrief, FlagVersionMark, FlagsUsage, SdkUsage, UsageState};

/// The flags that were evaluated together, with their versions. Its id is the hash of its content,
/// so that writers need not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagSet {
    id: Uuid,
    flags: Vec<i32>,
    versions: Vec<i32>,
}

impl FlagSet {
    /// From pairs of flag number and version.
    pub fn new(flags: impl IntoIterator<Item = (i32, i32)>) -> Self {
        let (flags, versions): (Vec<i32>, Vec<i32>) = flags.into_iter().unzip();
        let mut hash = Sha256::new();
        for number in flags.iter().chain(&versions) {
            hash.update(number.to_be_bytes());
        }
        let mut id = [0; 16];
        id.copy_from_slice(&hash.finalize()[..16]);
        FlagSet { id: uuid::Builder::from_custom_bytes(id).into_uuid(), flags, versions }
    }

    /// The hash of its content.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// The flags' numbers.
    pub fn flags(&self) -> &[i32] {
        &self.flags
    }

    /// The flags' versions, in the same order.
    pub fn versions(&self) -> &[i32] {
        &self.versions
    }

    /// How many flags it holds.
    pub fn len(&self) -> usize {
        self.flags.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty()
    }
}

/// Which door a call came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EvaluationSource {
    /// One flag.
    Evaluate,
    /// All flags.
    EvaluateAll,
    /// LaunchDarkly's protocol.
    LaunchDarkly,
    /// OpenFeature's protocol, one flag.
    Ofrep,
    /// OpenFeature's protocol, all flags.
    OfrepAll,
}

impl EvaluationSource {
    /// As the log stores it.
    pub fn as_str(self) -> &'static str {
        match self {
            EvaluationSource::Evaluate => "evaluate",
            EvaluationSource::EvaluateAll => "evaluate_all",
            EvaluationSource::LaunchDarkly => "launchdarkly",
            EvaluationSource::Ofrep => "ofrep",
            EvaluationSource::OfrepAll => "ofrep_all",
        }
    }
}

/// One served call and its results.
#[derive(Debug, Clone)]
pub struct EvaluationCall {
    /// UUIDv7, made by the writer.
    pub id: Uuid,
    /// When it was answered.
    pub evaluated_at: DateTime<Utc>,
    /// The environment's key.
    pub environment: Arc<str>,
    /// `''` for none.
    pub entity_id: Box<str>,
    /// Which door it came through.
    pub source: EvaluationSource,
    /// What the caller said it is, such as `halyard-js/1.0`; at most 100 characters, more are cut.
    pub sdk: Arc<str>,
    /// Membership was the last known one, during an outage.
    pub stale: bool,
    /// The configuration it was answered from.
    pub config_version: i64,
    /// What was evaluated.
    pub flag_set: Arc<FlagSet>,
    /// [`Outcome::code`] for each flag of the set, in its order.
    ///
    /// [`Outcome::code`]: halyard_engine::Outcome::code
    pub outcomes: Box<[i16]>,
}

/// Calls that are stored together, exactly once.
#[derive(Debug, Clone)]
pub struct EvaluationBatch {
    /// Made once, kept over every attempt to store the batch.
    pub id: Uuid,
    /// The process that served the calls.
    pub writer: Uuid,
    /// The calls, in any order.
    pub calls: Vec<EvaluationCall>,
}

/// One flag of one call, as the list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EvaluationRow {
    /// Call id and position, unique per row.
    pub id: String,
    /// The call, as `evaluation_call` takes it with `at`.
    pub call_id: Uuid,
    /// When it was answered.
    pub at: DateTime<Utc>,
    /// The environment's key.
    pub environment: String,
    /// '' for none.
    pub entity_id: String,
    /// Which door the call came through.
    pub source: String,
    /// What the caller said it is.
    pub sdk: String,
    /// Membership was the last known one.
    pub stale: bool,
    /// The flag; empty when it was deleted by hand.
    pub flag_key: String,
    /// Its version then.
    pub flag_version: i32,
    /// What was served.
    pub value: Value,
    /// OFF, RULE_MATCH, FALLTHROUGH or ERROR.
    pub reason: String,
    /// KILL_SWITCH or ENVIRONMENT.
    pub off_by: Option<String>,
    /// AUDIENCE_UNAVAILABLE or EXCEPTION.
    pub error_kind: Option<String>,
    /// From 0.
    pub rule_index: Option<i16>,
    /// The rule that matched.
    pub rule_id: Option<RuleId>,
}

/// A page of the list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EvaluationsPage {
    /// Newest first, whichever way the page was asked for.
    pub evaluations: Vec<EvaluationRow>,
    /// Where older ones go on; null when there are none.
    pub next_cursor: Option<String>,
    /// Where newer ones go on; null when nothing was ever found.
    pub newer_cursor: Option<String>,
    /// Set when time was up before the page was full: so far it looked, and the cursor of the direction
    /// goes on from there.
    pub looked_to: Option<DateTime<Utc>>,
}

/// Whether Postgres can hold a moment, and a few days around it.
pub(crate) fn is_time(at: DateTime<Utc>) -> bool {
    (-62_000_000_000..=250_000_000_000).contains(&at.timestamp())
}

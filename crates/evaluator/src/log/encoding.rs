//! A batch as bytes, for the spool. Little-endian; texts and flag sets that calls share are written
//! once and named by position.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use chrono::{DateTime, Utc};
use halyard_store::evaluations::{EvaluationBatch, EvaluationCall, EvaluationSource, FlagSet};
use uuid::Uuid;

/// The version of this format; another one needs another number.
pub(crate) const VERSION: u16 = 1;

/// The sources by the number that stands for them.
const SOURCES: [EvaluationSource; 5] = [
    EvaluationSource::Evaluate,
    EvaluationSource::EvaluateAll,
    EvaluationSource::LaunchDarkly,
    EvaluationSource::Ofrep,
    EvaluationSource::OfrepAll,
];

/// The bytes of a batch. The first four are the number of its calls.
pub(crate) fn encode(batch: &EvaluationBatch) -> Vec<u8> {
    let mut texts = Distinct::default();
    let mut sets = Distinct::default();
    let mut calls = Vec::with_capacity(batch.calls.len() * 96);
    for call in &batch.calls {
        calls.extend_from_slice(call.id.as_bytes());
        calls.extend_from_slice(&call.evaluated_at.timestamp_micros().to_le_bytes());
        put_length(&mut calls, texts.position(&*call.environment));
        put_length(&mut calls, texts.position(&*call.sdk));
        put_length(&mut calls, sets.position(call.flag_set.id()));
        calls.extend_from_slice(&call.config_version.to_le_bytes());
        let source = SOURCES.iter().position(|source| *source == call.source).unwrap_or_default();
        calls.push(u8::try_from(source).unwrap_or_default());
        calls.push(u8::from(call.stale));
        put_text(&mut calls, &call.entity_id);
        put_length(&mut calls, call.outcomes.len());
        calls.extend(call.outcomes.iter().flat_map(|outcome| outcome.to_le_bytes()));
    }
    let by_id: HashMap<Uuid, &FlagSet> =
        batch.calls.iter().map(|call| (call.flag_set.id(), &*call.flag_set)).collect();
    let mut bytes = Vec::with_capacity(calls.len() + 1_024);
    put_length(&mut bytes, batch.calls.len());
    bytes.extend_from_slice(batch.id.as_bytes());
    bytes.extend_from_slice(batch.writer.as_bytes());
    put_length(&mut bytes, texts.items.len());
    texts.items.iter().for_each(|text| put_text(&mut bytes, text));
    put_length(&mut bytes, sets.items.len());
    for set in sets.items.iter().filter_map(|id| by_id.get(id)) {
        put_length(&mut bytes, set.len());
        for number in set.flags().iter().chain(set.versions()) {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
    }
    bytes.extend_from_slice(&calls);
    bytes
}

/// How many calls an encoded batch holds.
pub(crate) fn calls_in(bytes: &[u8]) -> Option<u64> {
    Reader(bytes).length().map(|calls| calls as u64)
}

/// The batch that bytes stand for; `None` when they are not what [`encode`] makes.
pub(crate) fn decode(bytes: &[u8]) -> Option<EvaluationBatch> {
    let mut bytes = Reader(bytes);
    let calls = bytes.length()?;
    let (id, writer) = (bytes.uuid()?, bytes.uuid()?);
    let texts = bytes.length()?;
    let texts: Vec<Arc<str>> = (0..texts).map(|_| Some(bytes.text()?.into())).collect::<Option<_>>()?;
    let sets = bytes.length()?;
    let sets: Vec<Arc<FlagSet>> = (0..sets).map(|_| bytes.flag_set().map(Arc::new)).collect::<Option<_>>()?;
    let calls: Vec<_> = (0..calls).map(|_| bytes.call(&texts, &sets)).collect::<Option<_>>()?;
    bytes.0.is_empty().then_some(EvaluationBatch { id, writer, calls })
}

/// Distinct items in the order in which they first came.
struct Distinct<T> {
    items: Vec<T>,
    positions: HashMap<T, usize>,
}

impl<T> Default for Distinct<T> {
    fn default() -> Self {
        Distinct { items: Vec::new(), positions: HashMap::new() }
    }
}

impl<T: Hash + Eq + Copy> Distinct<T> {
    fn position(&mut self, item: T) -> usize {
        *self.positions.entry(item).or_insert_with(|| {
            self.items.push(item);
            self.items.len() - 1
        })
    }
}

fn put_length(bytes: &mut Vec<u8>, length: usize) {
    bytes.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_length(bytes, text.len());
    bytes.extend_from_slice(text.as_bytes());
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, left) = self.0.split_at_checked(length)?;
        self.0 = left;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.array()?)).ok()
    }

    fn uuid(&mut self) -> Option<Uuid> {
        Some(Uuid::from_bytes(self.array()?))
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.length()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn numbers(&mut self, count: usize) -> Option<Vec<i32>> {
        let bytes = self.take(count.checked_mul(4)?)?;
        Some(bytes.as_chunks().0.iter().map(|number| i32::from_le_bytes(*number)).collect())
    }

    fn flag_set(&mut self) -> Option<FlagSet> {
        let length = self.length()?;
        let (flags, versions) = (self.numbers(length)?, self.numbers(length)?);
        Some(FlagSet::new(flags.into_iter().zip(versions)))
    }

    fn call(&mut self, texts: &[Arc<str>], sets: &[Arc<FlagSet>]) -> Option<EvaluationCall> {
        let id = self.uuid()?;
        let evaluated_at = DateTime::<Utc>::from_timestamp_micros(i64::from_le_bytes(self.array()?))?;
        let environment = Arc::clone(texts.get(self.length()?)?);
        let sdk = Arc::clone(texts.get(self.length()?)?);
        let flag_set = Arc::clone(sets.get(self.length()?)?);
        let config_version = i64::from_le_bytes(self.array()?);
        let [source, stale] = self.array()?;
        let source = *SOURCES.get(usize::from(source))?;
        let entity_id = self.text()?.into();
        let outcomes = self.length()?.checked_mul(2)?;
        let outcomes = self.take(outcomes)?.as_chunks().0.iter().map(|code| i16::from_le_bytes(*code));
        Some(EvaluationCall {
            id,
            evaluated_at,
            environment,
            entity_id,
            source,
            sdk,
            stale: stale != 0,
            config_version,
            flag_set,
            outcomes: outcomes.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    fn batch() -> EvaluationBatch {
        let one = Arc::new(FlagSet::new([(7, 3)]));
        let two = Arc::new(FlagSet::new([(1, 1), (2, 9)]));
        let call = |entity: &str, set: &Arc<FlagSet>, outcomes: &[i16], source| EvaluationCall {
            id: Uuid::now_v7(),
            evaluated_at: DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap(),
            environment: "production".into(),
            entity_id: entity.into(),
            source,
            sdk: "test/1".into(),
            stale: entity.is_empty(),
            config_version: 42,
            flag_set: Arc::clone(set),
            outcomes: outcomes.into(),
        };
        let calls = vec![
            call("", &one, &[-1], EvaluationSource::Evaluate),
            call("ÄLFKI", &two, &[3, -5], EvaluationSource::OfrepAll),
            call("c1", &one, &[0], EvaluationSource::LaunchDarkly),
        ];
        EvaluationBatch { id: Uuid::now_v7(), writer: Uuid::now_v7(), calls }
    }

    #[test]
    fn a_batch_comes_back_as_it_was() {
        let batch = batch();
        let bytes = encode(&batch);
        assert_eq!(calls_in(&bytes), Some(3));
        assert_eq!(format!("{:?}", decode(&bytes).unwrap()), format!("{batch:?}"));
    }

    #[test]
    fn bytes_that_are_cut_short_or_too_long_are_no_batch() {
        let bytes = encode(&batch());
        for length in 0..bytes.len() {
            assert!(decode(&bytes[..length]).is_none(), "{length} of {} bytes", bytes.len());
        }
        assert!(decode(&[bytes, vec![0]].concat()).is_none());
    }
}

//! Rows of the log as COPY reads them in binary: no text is made, parsed or quoted on the way.
//! <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4>

use uuid::Uuid;

use super::EvaluationCall;

/// The statement that reads what [`Rows`] writes.
pub(super) const STATEMENT: &str = "copy halyard.evaluations
    (id, evaluated_at, environment, entity_id, source, sdk, stale, config_version, flag_set, outcomes)
    from stdin (format binary)";

const SIGNATURE: &[u8; 11] = b"PGCOPY\n\xff\r\n\0";
const COLUMNS: i16 = 10;
/// The type of an outcome, `smallint`, as the catalogue numbers it.
const INT2: i32 = 21;
/// Between 1970-01-01, from which computers count, and 2000-01-01, from which Postgres does.
const EPOCH_MICROS: i64 = 946_684_800_000_000;

/// A buffer of rows; the first is preceded by COPY's header.
#[derive(Debug, Default)]
pub(super) struct Rows {
    bytes: Vec<u8>,
}

impl Rows {
    /// With the header, and room for `capacity` bytes.
    pub(super) fn new(capacity: usize) -> Self {
        let mut rows = Rows { bytes: Vec::with_capacity(capacity) };
        rows.bytes.extend_from_slice(SIGNATURE);
        // No flags, no extension.
        rows.bytes.extend_from_slice(&[0; 8]);
        rows
    }

    /// `sdk`: what is stored of the call's own.
    pub(super) fn push(&mut self, call: &EvaluationCall, sdk: &str) {
        self.bytes.extend_from_slice(&COLUMNS.to_be_bytes());
        self.uuid(call.id);
        self.field(&(call.evaluated_at.timestamp_micros() - EPOCH_MICROS).to_be_bytes());
        self.field(call.environment.as_bytes());
        self.field(call.entity_id.as_bytes());
        self.field(call.source.as_str().as_bytes());
        self.field(sdk.as_bytes());
        self.field(&[u8::from(call.stale)]);
        self.field(&call.config_version.to_be_bytes());
        self.uuid(call.flag_set.id);
        self.outcomes(&call.outcomes);
    }

    /// Ends the stream; no row may follow.
    pub(super) fn end(&mut self) {
        self.bytes.extend_from_slice(&(-1_i16).to_be_bytes());
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// What was written since the last time.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets what was sent.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }

    fn uuid(&mut self, id: Uuid) {
        self.field(id.as_bytes());
    }

    fn field(&mut self, value: &[u8]) {
        self.length(value.len());
        self.bytes.extend_from_slice(value);
    }

    /// An array has one dimension, no NULL, and begins at 1; each element has a length of its own.
    fn outcomes(&mut self, outcomes: &[i16]) {
        self.length(20 + outcomes.len() * 6);
        for number in [1, 0, INT2] {
            self.bytes.extend_from_slice(&number.to_be_bytes());
        }
        self.length(outcomes.len());
        self.bytes.extend_from_slice(&1_i32.to_be_bytes());
        for outcome in outcomes {
            let [high, low] = outcome.to_be_bytes();
            self.bytes.extend_from_slice(&[0, 0, 0, 2, high, low]);
        }
    }

    fn length(&mut self, length: usize) {
        // Texts are checked and a call has far fewer results than would overflow it.
        self.bytes.extend_from_slice(&i32::try_from(length).unwrap_or(i32::MAX).to_be_bytes());
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use std::sync::Arc;

    use chrono::{DateTime, Utc};

    use super::*;
    use crate::evaluations::{EvaluationSource, FlagSet};

    #[test]
    fn row_is_what_postgres_documents() {
        let at: DateTime<Utc> = "2000-01-01T00:00:01.000002Z".parse().unwrap();
        let flag_set = Arc::new(FlagSet::new([(7, 1), (8, 2)]));
        let call = EvaluationCall {
            id: Uuid::from_u128(1),
            evaluated_at: at,
            environment: "dev".into(),
            entity_id: "é".into(),
            source: EvaluationSource::Ofrep,
            sdk: "unused".into(),
            stale: true,
            config_version: 5,
            flag_set: Arc::clone(&flag_set),
            outcomes: Box::new([0, -2]),
        };
        let mut rows = Rows::new(0);
        rows.push(&call, "js");
        rows.end();

        let field = |value: &[u8]| [&i32::try_from(value.len()).unwrap().to_be_bytes(), value].concat();
        let numbers =
            |values: &[i32]| values.iter().flat_map(|value| value.to_be_bytes()).collect::<Vec<_>>();
        let array = [numbers(&[1, 0, 21, 2, 1]), numbers(&[2]), vec![0, 0], numbers(&[2]), vec![255, 254]];
        let expected = [
            b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec(),
            vec![0, 10],
            field(&1_u128.to_be_bytes()),
            field(&1_000_002_i64.to_be_bytes()),
            field(b"dev"),
            field("é".as_bytes()),
            field(b"ofrep"),
            field(b"js"),
            field(&[1]),
            field(&5_i64.to_be_bytes()),
            field(flag_set.id.as_bytes()),
            field(&array.concat()),
            vec![255, 255],
        ];
        assert_eq!(rows.bytes(), expected.concat());
    }
}

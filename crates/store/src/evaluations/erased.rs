//! Entities that were erased from the log. A batch that waited on a disk while that happened must
//! not bring them back.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sqlx::PgConnection;

use super::EvaluationCall;
use crate::StoreError;

/// By so much the clocks of those who serve may differ from the database's.
const CLOCKS: TimeDelta = TimeDelta::minutes(1);

/// Erasures that may concern a batch.
#[derive(Debug, Default)]
pub(super) struct Erasures(Vec<Erasure>);

#[derive(Debug)]
struct Erasure {
    erased_at: DateTime<Utc>,
    salt: Vec<u8>,
    /// HMAC-SHA-256 of the entity id, keyed with the salt.
    hmac: Vec<u8>,
}

impl Erasures {
    /// Those since the oldest of the calls: for calls of just now, hardly ever any.
    pub(super) async fn load(
        connection: &mut PgConnection,
        calls: &[&EvaluationCall],
    ) -> Result<Self, StoreError> {
        let Some(oldest) = calls.iter().map(|call| call.evaluated_at).min() else {
            return Ok(Self::default());
        };
        let erasures = sqlx::query_as!(
            Erasure,
            "select erased_at, salt, hmac from halyard.erasures where erased_at >= $1",
            oldest - CLOCKS
        )
        .fetch_all(connection)
        .await?;
        Ok(Self(erasures))
    }

    /// The calls that remain.
    pub(super) fn strike<'a>(&self, calls: Vec<&'a EvaluationCall>) -> Vec<&'a EvaluationCall> {
        if self.0.is_empty() {
            return calls;
        }
        let mut erased_at: HashMap<&str, Option<DateTime<Utc>>> = HashMap::new();
        calls
            .into_iter()
            .filter(|call| {
                let erased_at =
                    *erased_at.entry(&call.entity_id).or_insert_with(|| self.last_of(&call.entity_id));
                erased_at.is_none_or(|erased_at| call.evaluated_at > erased_at + CLOCKS)
            })
            .collect()
    }

    /// When the entity was last erased.
    fn last_of(&self, entity_id: &str) -> Option<DateTime<Utc>> {
        self.0.iter().filter(|erasure| erasure.is_of(entity_id)).map(|erasure| erasure.erased_at).max()
    }
}

impl Erasure {
    fn is_of(&self, entity_id: &str) -> bool {
        // A key of any length is one; otherwise nothing could be struck out.
        Hmac::<Sha256>::new_from_slice(&self.salt).is_ok_and(|mut hmac| {
            hmac.update(entity_id.as_bytes());
            hmac.verify_slice(&self.hmac).is_ok()
        })
    }
}

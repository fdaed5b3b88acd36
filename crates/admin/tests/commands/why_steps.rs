//! What the tests of Why share: questions, and calls in the log.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use halyard_engine::Outcome;
use halyard_store::evaluations::{EvaluationBatch, EvaluationCall, EvaluationSource, FlagSet};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{TestApp, WITHIN};

pub(crate) async fn switch_on(test: &TestApp, flag: &str) -> Value {
    switch(test, flag, true).await
}

pub(crate) async fn switch(test: &TestApp, flag: &str, enabled: bool) -> Value {
    let request = json!({ "flag": flag, "environment": "production", "enabled": enabled });
    test.ok("flag_set_environment", request).await
}

pub(crate) fn time(of: &Value) -> DateTime<Utc> {
    serde_json::from_value(of.clone()).unwrap()
}

/// Asks of the flag `ramp` now.
pub(crate) fn now(entity_id: &str) -> Value {
    json!({ "flag": "ramp", "environment": "production", "entityId": entity_id })
}

/// Asks of the flag `ramp` at a moment.
pub(crate) fn at(entity_id: &str, moment: DateTime<Utc>) -> Value {
    json!({ "flag": "ramp", "environment": "production", "entityId": entity_id, "at": moment })
}

/// A call of the flag `ramp` in production.
pub(crate) struct Call<'a> {
    entity_id: &'a str,
    moment: DateTime<Utc>,
    version: i32,
    /// What the evaluator knew.
    config_version: i64,
    outcome: Outcome,
    stale: bool,
}

impl<'a> Call<'a> {
    pub(crate) fn of(
        entity_id: &'a str,
        moment: DateTime<Utc>,
        version: i32,
        config_version: i64,
        outcome: Outcome,
    ) -> Self {
        Self { entity_id, moment, version, config_version, outcome, stale: false }
    }

    /// Answered from the last known membership.
    pub(crate) fn stale(self) -> Self {
        Self { stale: true, ..self }
    }

    /// Writes it into the log.
    pub(crate) async fn log(self, test: &TestApp) {
        let store = test.store().await;
        let number =
            &test.texts("select number::text from halyard.feature_flags where key = 'ramp'").await[0];
        let call = EvaluationCall {
            id: Uuid::now_v7(),
            evaluated_at: self.moment,
            environment: "production".into(),
            entity_id: self.entity_id.into(),
            source: EvaluationSource::Evaluate,
            sdk: "test/1".into(),
            stale: self.stale,
            config_version: self.config_version,
            flag_set: Arc::new(FlagSet::new([(number.parse().unwrap(), self.version)])),
            outcomes: [self.outcome.code()].into(),
        };
        let batch = EvaluationBatch { id: Uuid::now_v7(), writer: Uuid::from_u128(7), calls: vec![call] };
        store.evaluations_append(&batch, WITHIN).await.unwrap();
        store.close().await;
    }
}

/// The config version that made a version of the flag `ramp` of today.
pub(crate) async fn made_by(test: &TestApp, version: i64) -> i64 {
    let sql = format!(
        "select v.config_version::text from halyard.flag_versions as v
         join halyard.feature_flags as f on f.id = v.flag_id where f.key = 'ramp' and v.version = {version}"
    );
    test.texts(&sql).await[0].parse().unwrap()
}

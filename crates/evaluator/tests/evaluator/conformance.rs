//! The shared vectors through the evaluator: flags and audiences stored, customers inserted with
//! the memberships, and every answer compared.

use std::collections::BTreeMap;

use halyard_evaluator::{Call, Visibility};
use halyard_store::evaluations::EvaluationSource;
use serde::Deserialize;
use serde_json::Value;
use sqlx::types::Json;

use crate::support::Served;

const VECTORS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/conformance/evaluation.json"));
/// Vectors served together. Each has audiences of its own, and a statement asks for all of them.
const TOGETHER: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    flag: Value,
    environment: String,
    entity_id: Option<String>,
    audiences: Vec<String>,
    expect: Value,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_vector_evaluates_as_expected() {
    let vectors: Vec<Vector> = serde_json::from_str(VECTORS).unwrap();
    let served = Served::start().await;
    served.execute("alter table public.customers add column memberships text[]").await;
    for vectors in vectors.chunks(TOGETHER) {
        check(&served, vectors).await;
    }
}

/// Flags of several vectors may have one key, customers one id: each vector gets its own database
/// rows by turns, or shares them when they agree.
async fn check(served: &Served, vectors: &[Vector]) {
    let mut left: Vec<&Vector> = vectors.iter().collect();
    while !left.is_empty() {
        let mut flags: BTreeMap<&str, &Value> = BTreeMap::new();
        let mut members: BTreeMap<&str, &[String]> = BTreeMap::new();
        let (now, later): (Vec<&Vector>, Vec<&Vector>) = left.into_iter().partition(|vector| {
            let key = vector.flag["key"].as_str().unwrap();
            let fits = flags.get(key).is_none_or(|flag| **flag == vector.flag)
                && vector.entity_id.as_deref().is_none_or(|id| {
                    members.get(id).is_none_or(|audiences| *audiences == vector.audiences.as_slice())
                });
            if fits {
                flags.insert(key, &vector.flag);
                members.extend(vector.entity_id.as_deref().map(|id| (id, vector.audiences.as_slice())));
            }
            fits
        });
        store(served, &flags, &members).await;
        for vector in now {
            evaluate(served, vector).await;
        }
        left = later;
    }
}

/// Replaces everything in the database. Membership is "the array holds the audience's id".
async fn store(served: &Served, flags: &BTreeMap<&str, &Value>, members: &BTreeMap<&str, &[String]>) {
    let used = flags.values().flat_map(|flag| flag["rules"].as_array().unwrap());
    let mut audiences: Vec<&str> = used.filter_map(|rule| rule["audienceId"].as_str()).collect();
    audiences.sort_unstable();
    audiences.dedup();
    served
        .execute(
            "delete from halyard.feature_flags; delete from halyard.audiences; delete from public.customers",
        )
        .await;
    for id in audiences {
        let condition =
            serde_json::json!({ "attribute": "memberships", "operator": "contains_any", "value": [id] });
        sqlx::query("insert into halyard.audiences (id, name, condition) values ($1::uuid, $1, $2)")
            .bind(id)
            .bind(Json(condition))
            .execute(&served.psql)
            .await
            .unwrap();
    }
    for (id, audiences) in members {
        if !id.is_empty() && !id.contains('\0') {
            sqlx::query("insert into public.customers (id, memberships) values ($1, $2)")
                .bind(id)
                .bind(audiences)
                .execute(&served.psql)
                .await
                .unwrap();
        }
    }
    for flag in flags.values() {
        let rules: Vec<Value> = flag["rules"].as_array().unwrap().iter().map(whole).collect();
        sqlx::query(
            "insert into halyard.feature_flags
                 (id, key, name, type, default_value, rules, environments, is_active)
             values (gen_random_uuid(), $1, $1, $2, $3, $4, $5, $6)",
        )
        .bind(flag["key"].as_str().unwrap())
        .bind(flag["type"].as_str().unwrap())
        .bind(Json(&flag["defaultValue"]))
        .bind(Json(rules))
        .bind(Json(&flag["environments"]))
        .bind(flag["isActive"].as_bool().unwrap())
        .execute(&served.psql)
        .await
        .unwrap();
    }
    served.caught_up().await;
}

/// A rule as it is stored: a boolean one without value serves true.
fn whole(rule: &Value) -> Value {
    let mut rule = rule.clone();
    if rule.get("value").is_none() {
        rule["value"] = Value::Bool(true);
    }
    rule
}

async fn evaluate(served: &Served, vector: &Vector) {
    let key = vector.flag["key"].as_str().unwrap();
    let call = Call {
        environment: &vector.environment.as_str().into(),
        entity_id: vector.entity_id.as_deref(),
        source: EvaluationSource::Evaluate,
        sdk: &"conformance".into(),
    };
    let answer = served
        .evaluator
        .evaluate(key, Visibility::All, call)
        .await
        .unwrap_or_else(|| panic!("{key} is not served"));
    let found = serde_json::to_value(answer.to_evaluation()).unwrap();
    assert_eq!(found, vector.expect, "{key} for {:?}", vector.entity_id);
}

//! The shared vectors through HTTP: flags and audiences made by the administration API, customers
//! inserted with the memberships, and the answers of evaluate and evaluate-all compared.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "support/mod.rs"]
mod support;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use halyard_engine::json_equal;
use halyard_store::sdk_keys::KeyKind;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use support::TestServer;

const VECTORS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/conformance/evaluation.json"));
/// Vectors served together. Each has audiences of its own, and a statement asks for all of them.
const TOGETHER: usize = 60;
/// Requests under way at a time.
const AT_ONCE: usize = 8;

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    flag: Value,
    environment: String,
    entity_id: Option<String>,
    audiences: Vec<String>,
    expect: Value,
}

/// A server with a key for each environment.
struct Conforming {
    server: TestServer,
    keys: HashMap<String, String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_vector_evaluates_as_expected_over_http() {
    let mut left: Vec<Vector> = serde_json::from_str(VECTORS).unwrap();
    let server = TestServer::start().await;
    server.execute("alter table public.customers add column memberships text[]").await;
    let mut keys = HashMap::from([("production".to_owned(), server.keys.server.clone())]);
    for environment in ["staging", "development"] {
        let new = json!({ "key": environment, "name": environment });
        let made = server.post("/environments").key(&server.keys.admin).json(new).send().await;
        assert!([201, 409].contains(&made.status.as_u16()), "{}", made.text());
        let key = server.key(KeyKind::Server, Some(environment), None).await;
        keys.insert(environment.to_owned(), key);
    }
    let conforming = Arc::new(Conforming { server, keys });
    let all = left.len();
    let mut compared = 0;
    while !left.is_empty() {
        let (now, later) = together(left);
        left = later;
        let rule_ids = Arc::new(conforming.make(&now).await);
        let now = now.into_iter().map(|vector| {
            let (conforming, rule_ids) = (Arc::clone(&conforming), Arc::clone(&rule_ids));
            async move { conforming.compare(&vector, &rule_ids).await }
        });
        compared += at_once(now).await.len();
    }
    assert_eq!(compared, all);
}

/// Vectors that agree on their flags' keys and customers' ids, and those that must wait.
fn together(vectors: Vec<Vector>) -> (Vec<Vector>, Vec<Vector>) {
    let mut flags: BTreeMap<String, Value> = BTreeMap::new();
    let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut taken = 0;
    vectors.into_iter().partition(|vector| {
        let key = vector.flag["key"].as_str().unwrap();
        let fits = taken < TOGETHER
            && flags.get(key).is_none_or(|flag| *flag == vector.flag)
            && vector
                .entity_id
                .as_ref()
                .is_none_or(|id| members.get(id).is_none_or(|audiences| *audiences == vector.audiences));
        if fits {
            taken += 1;
            flags.insert(key.to_owned(), vector.flag.clone());
            members.extend(vector.entity_id.clone().map(|id| (id, vector.audiences.clone())));
        }
        fits
    })
}

impl Conforming {
    /// Replaces everything in the database. Membership is “the array holds the audience's id”. Gives
    /// the ids that the rules of each flag got.
    async fn make(self: &Arc<Self>, vectors: &[Vector]) -> HashMap<String, Vec<Value>> {
        let server = &self.server;
        let clear =
            "delete from halyard.feature_flags; delete from halyard.audiences; delete from public.customers";
        server.execute(clear).await;
        let flags: BTreeMap<&str, &Value> =
            vectors.iter().map(|vector| (vector.flag["key"].as_str().unwrap(), &vector.flag)).collect();
        let mut audiences: Vec<String> = flags
            .values()
            .flat_map(|flag| flag["rules"].as_array().unwrap())
            .filter_map(|rule| rule["audienceId"].as_str().map(str::to_owned))
            .collect();
        audiences.sort_unstable();
        audiences.dedup();
        let audiences = audiences.into_iter().map(|audience| {
            let this = Arc::clone(self);
            async move { (audience.clone(), this.make_audience(&audience).await) }
        });
        let audiences: Arc<HashMap<String, Value>> = Arc::new(at_once(audiences).await.into_iter().collect());
        for vector in vectors {
            let Some(id) = &vector.entity_id else { continue };
            sqlx::query(
                "insert into public.customers (id, memberships) values ($1, $2) on conflict do nothing",
            )
            .bind(id)
            .bind(&vector.audiences)
            .execute(&server.psql)
            .await
            .unwrap();
        }
        let flags = flags.into_values().map(|flag| {
            let (this, flag, audiences) = (Arc::clone(self), flag.clone(), Arc::clone(&audiences));
            async move { this.make_flag(&flag, &audiences).await }
        });
        let rule_ids = at_once(flags).await.into_iter().collect();
        server.caught_up().await;
        rule_ids
    }

    async fn make_audience(&self, id: &str) -> Value {
        let condition = json!({ "attribute": "memberships", "operator": "contains_any", "value": [id] });
        self.send("POST", "/audiences", json!({ "name": id, "condition": condition }), 201).await["id"].take()
    }

    async fn make_flag(&self, flag: &Value, audiences: &HashMap<String, Value>) -> (String, Vec<Value>) {
        let key = flag["key"].as_str().unwrap();
        let rules = flag["rules"].as_array().unwrap().iter().map(|rule| {
            let mut rule = rule.clone();
            // Rules get their ids from the server.
            rule.as_object_mut().unwrap().remove("id");
            if let Some(audience) = rule.get("audienceId").and_then(Value::as_str) {
                rule["audienceId"] = audiences[audience].clone();
            }
            rule
        });
        let new = json!({
            "key": key, "name": key, "type": flag["type"], "defaultValue": flag["defaultValue"],
            "rules": rules.collect::<Vec<_>>(),
        });
        let made = self.send("POST", "/feature-flags", new, 201).await;
        for (environment, enabled) in flag["environments"].as_object().unwrap() {
            if *enabled == json!(true) {
                let path = format!("/feature-flags/{key}/environments/{environment}");
                self.send("POST", &path, json!({ "enabled": true }), 200).await;
            }
        }
        if flag["isActive"] == json!(false) {
            self.send("POST", &format!("/feature-flags/{key}/toggle"), json!({ "isActive": false }), 200)
                .await;
        }
        let rules = made["rules"].as_array().unwrap();
        (key.to_owned(), rules.iter().map(|rule| rule["id"].clone()).collect())
    }

    async fn send(&self, method: &str, path: &str, body: Value, status: u16) -> Value {
        let asking = self.server.ask(method, path).key(&self.server.keys.admin).json(body);
        asking.send().await.expect(status).json()
    }

    async fn compare(&self, vector: &Vector, rule_ids: &HashMap<String, Vec<Value>>) {
        let flag = vector.flag["key"].as_str().unwrap();
        let mut expected = vector.expect.clone();
        if let Some(index) = expected["reason"]["ruleIndex"].as_u64() {
            expected["reason"]["ruleId"] = rule_ids[flag][usize::try_from(index).unwrap()].clone();
        }
        let key = &self.keys[&vector.environment];
        let ask = async |path: &str| {
            let body = json!({ "key": flag, "entityId": vector.entity_id });
            self.server.post(path).key(key).json(body).send().await.expect(200).json()
        };
        let one = ask("/feature-flags/evaluate").await;
        let all = ask("/feature-flags/evaluate-all").await[flag].take();
        for (answer, variation) in [(one, "variationIndex"), (all, "variation")] {
            let found = json!({
                "value": answer["value"], "variationIndex": answer[variation], "reason": answer["reason"],
            });
            let entity = &vector.entity_id;
            assert!(json_equal(&found, &expected), "{flag} for {entity:?}: {found} is not {expected}");
        }
    }
}

/// Does all the work, some of it at a time.
async fn at_once<T: Send + 'static>(
    work: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let mut work = work.into_iter();
    let mut running: JoinSet<T> = work.by_ref().take(AT_ONCE).collect();
    let mut done = Vec::new();
    while let Some(finished) = running.join_next().await {
        done.push(finished.unwrap());
        if let Some(next) = work.next() {
            running.spawn(next);
        }
    }
    done
}

//! Impact counted the slow way: each customer looked up and evaluated by the path that serves
//! evaluations, before and after an edit.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use halyard_engine::{
    AudienceId, CompiledFlag, Evaluation, FlagDefinition, FlagKey, FlagType, Membership, Reason, Rule,
    bucket, evaluate,
};
use halyard_store::{
    Store,
    memberships::{EntityMembership, Memberships},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{TestApp, WITHIN, new_flag, with};

const ENVIRONMENT: &str = "production";

/// Numbers that look random and are the same in every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// 0 to `sides` - 1.
    pub(crate) fn below(&mut self, sides: u64) -> u64 {
        // xorshift64*, Vigna 2016
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides
    }

    fn one_of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }
}

/// The audiences that rules are made of.
pub(crate) struct Audiences(Vec<String>);

impl Audiences {
    pub(crate) async fn create(test: &TestApp, conditions: [Value; 3]) -> Self {
        let mut ids = Vec::new();
        for condition in conditions {
            let name = format!("Audience {}", Uuid::new_v4());
            let audience = test.ok("audience_create", json!({ "name": name, "condition": condition })).await;
            ids.push(audience["id"].as_str().unwrap().to_owned());
        }
        Audiences(ids)
    }

    /// Those that are there.
    pub(crate) async fn existing(test: &TestApp) -> Self {
        let audiences = test.ok("audiences_list", json!({})).await;
        let ids =
            audiences.as_array().unwrap().iter().map(|audience| audience["id"].as_str().unwrap().to_owned());
        Audiences(ids.collect())
    }
}

/// Every customer with what a look-up says of them.
pub(crate) struct BruteForce {
    store: Store,
    prepared: Memberships,
    customers: Vec<(String, EntityMembership)>,
}

impl BruteForce {
    pub(crate) async fn of(test: &TestApp) -> Self {
        let store = test.store().await;
        let source = store.resolved_source().await.unwrap().unwrap();
        let audiences = store.audiences_list().await.unwrap();
        // Those of another customer source fit this one by name at most.
        let audiences: Vec<_> = audiences.iter().map(|audience| (audience.id, &audience.condition)).collect();
        let prepared = Memberships::prepare(&source, &audiences);
        let table = &source.source.customers;
        let ids = test
            .texts(&format!(
                r#"select "{}"::text from "{}"."{}""#,
                table.id_column, table.schema, table.table
            ))
            .await;
        let mut customers = Vec::new();
        for ids in ids.chunks(500) {
            let asked: Vec<&str> = ids.iter().map(String::as_str).collect();
            let found = store.memberships(&prepared, &asked, WITHIN).await.unwrap();
            assert!(found.iter().all(|entity| entity.in_table));
            customers.extend(ids.iter().cloned().zip(found));
        }
        BruteForce { store, prepared, customers }
    }

    fn evaluate_all(&self, flag: &CompiledFlag) -> Vec<Evaluation> {
        let each = self.customers.iter().map(|(id, entity)| {
            evaluate(flag, ENVIRONMENT, Some(id), |audience| self.prepared.of(entity, audience))
        });
        each.collect()
    }

    /// To how many customers the saved flag serves a value.
    pub(crate) async fn served(&self, key: &str, value: &Value) -> usize {
        let flag = self.store.flag_get(key).await.unwrap();
        let flag = compile(key, flag.flag_type, &flag.default_value, flag.rules);
        self.evaluate_all(&flag).iter().filter(|evaluation| evaluation.value == *value).count()
    }
}

fn compile(key: &str, flag_type: FlagType, default_value: &Value, rules: Vec<Rule>) -> CompiledFlag {
    let definition = FlagDefinition {
        key: FlagKey::parse(key).unwrap(),
        flag_type,
        default_value: default_value.clone(),
        rules,
        environments: BTreeMap::from([(ENVIRONMENT.to_owned(), true)]),
        is_active: true,
    };
    CompiledFlag::compile(&definition).unwrap()
}

/// Saves random flags, edits each at random, and compares what the commands count.
pub(crate) async fn check_random_edits(test: &TestApp, audiences: &Audiences, edits: u64) {
    let brute_force = BruteForce::of(test).await;
    for seed in 0..edits {
        let mut dice = Dice::new(seed + 1);
        let flag_type = *dice.one_of(&["boolean", "string", "number", "json"]);
        let key = format!("flag-{}", Uuid::new_v4());
        let rules: Vec<Value> = (0..dice.below(6)).map(|_| rule(&mut dice, audiences, flag_type)).collect();
        let default = value(&mut dice, flag_type);
        let flag = json!({ "type": flag_type, "defaultValue": default, "rules": rules });
        let saved = test.ok("flag_create", with(new_flag(&key), flag)).await;
        let mut draft = json!({ "defaultValue": saved["defaultValue"], "rules": saved["rules"] });
        for _ in 0..=dice.below(3) {
            edit(&mut dice, audiences, flag_type, &mut draft);
        }
        check(test, &brute_force, &saved, &draft, &mut dice).await;
    }
}

fn value(dice: &mut Dice, flag_type: &str) -> Value {
    match flag_type {
        "boolean" => json!(dice.below(2) == 1),
        "string" => json!(dice.one_of(&["a", "b", "ç", ""])),
        "number" => dice.one_of(&[json!(1), json!(1.0), json!(2.5), json!(-3)]).clone(),
        _ => dice
            .one_of(&[json!(null), json!({ "a": 1, "b": [2] }), json!({ "b": [2], "a": 1.0 }), json!("x")])
            .clone(),
    }
}

fn rule(dice: &mut Dice, audiences: &Audiences, flag_type: &str) -> Value {
    let percentage = percentage(dice);
    let audience = match dice.below(3) {
        0 => Value::Null,
        _ => json!(dice.one_of(&audiences.0)),
    };
    json!({ "id": Uuid::new_v4(), "audienceId": audience, "percentage": percentage, "value": value(dice, flag_type) })
}

fn percentage(dice: &mut Dice) -> Value {
    let any = json!(dice.below(100_001) as f64 / 1_000.0);
    dice.one_of(&[Value::Null, json!(0), json!(100), json!(10), json!(25), any.clone(), any]).clone()
}

/// Reorders, changes a percentage, an audience, a value or the default, deletes a rule, or adds one.
fn edit(dice: &mut Dice, audiences: &Audiences, flag_type: &str, draft: &mut Value) {
    let kind = dice.below(7);
    if kind == 0 {
        draft["defaultValue"] = value(dice, flag_type);
        return;
    }
    let added = rule(dice, audiences, flag_type);
    let rules = draft["rules"].as_array_mut().unwrap();
    if rules.is_empty() || kind == 1 {
        let position = dice.below(rules.len() as u64 + 1) as usize;
        return rules.insert(position, added);
    }
    let position = dice.below(rules.len() as u64) as usize;
    match kind {
        2 => _ = rules.remove(position),
        3 => {
            let moved = rules.remove(position);
            rules.insert(dice.below(rules.len() as u64 + 1) as usize, moved);
        }
        4 => rules[position]["percentage"] = added["percentage"].clone(),
        5 => rules[position]["audienceId"] = added["audienceId"].clone(),
        _ => rules[position]["value"] = added["value"].clone(),
    }
}

async fn check(test: &TestApp, brute_force: &BruteForce, saved: &Value, draft: &Value, dice: &mut Dice) {
    let key = saved["key"].as_str().unwrap();
    let flag_type: FlagType = serde_json::from_value(saved["type"].clone()).unwrap();
    let compiled = |flag: &Value| {
        let rules: Vec<Rule> = serde_json::from_value(flag["rules"].clone()).unwrap();
        compile(key, flag_type, &flag["defaultValue"], rules)
    };
    let (before, after) = (compiled(saved), compiled(draft));
    let (now, then) = (brute_force.evaluate_all(&before), brute_force.evaluate_all(&after));
    let request = json!({ "flag": key, "draft": draft });
    let impact = test.ok("flag_impact", request.clone()).await;
    let about = || format!("{saved:#}\n{draft:#}\n{impact:#}");

    assert_eq!(impact["customers"], json!(brute_force.customers.len()));
    // Values are compared as canonical text: 1 and 1.0 are one value.
    let canonical = |value: &Value| match value.as_f64() {
        Some(number) => number.to_string(),
        None => value.to_string().replace("1.0", "1"),
    };
    let count = |evaluations: &[Evaluation]| {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for evaluation in evaluations {
            *counts.entry(canonical(&evaluation.value)).or_default() += 1;
        }
        counts
    };
    for (side, evaluations) in [("now", &now), ("after", &then)] {
        let counted: BTreeMap<String, u64> = impact["distribution"]
            .as_array()
            .unwrap()
            .iter()
            .map(|share| (canonical(&share["value"]), share[side].as_u64().unwrap()))
            .filter(|(_, customers)| *customers > 0)
            .collect();
        assert_eq!(counted, count(evaluations), "{side}: {}", about());
    }

    let mut moves: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for ((id, _), (from, to)) in brute_force.customers.iter().zip(now.iter().zip(&then)) {
        let (from, to) = (canonical(&from.value), canonical(&to.value));
        if from != to {
            moves.entry((from, to)).or_default().insert(id.clone());
        }
    }
    let counted: BTreeMap<(String, String), usize> = impact["moves"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            ((canonical(&it["from"]), canonical(&it["to"])), it["customers"].as_u64().unwrap() as usize)
        })
        .collect();
    let expected = moves.iter().map(|(pair, ids)| (pair.clone(), ids.len())).collect();
    assert_eq!(counted, expected, "{}", about());
    let sum: usize = moves.values().map(BTreeSet::len).sum();
    let effects = ["gained", "lost", "changed"].map(|effect| impact[effect].as_u64().unwrap());
    assert_eq!(effects.iter().sum::<u64>(), sum as u64);

    check_rules(brute_force, &impact, (&before, &now), (&after, &then));

    // Who they are: everybody of one of the moves, page by page.
    let some_move = impact["moves"].as_array().unwrap();
    if !some_move.is_empty() {
        let some_move = dice.one_of(some_move);
        let expected = &moves[&(canonical(&some_move["from"]), canonical(&some_move["to"]))];
        let who = json!({ "kind": "moved", "from": some_move["from"], "to": some_move["to"] });
        let limit = (expected.len() / 3).clamp(1, 500);
        assert_eq!(people(test, &request, who, limit).await, *expected, "{}", about());
    }
    let reached = impact["rules"].as_array().unwrap().iter().find(|rule| rule["net"].as_u64() > Some(0));
    if let Some(rule) = reached {
        let who = json!({ "kind": "reached", "ruleId": rule["ruleId"] });
        let found = people(test, &request, who, 500).await;
        assert_eq!(found.len() as u64, rule["net"].as_u64().unwrap(), "{}", about());
    }
}

/// Net, alone, and who took the others, rule by rule.
fn check_rules(
    brute_force: &BruteForce,
    impact: &Value,
    (before, now): (&CompiledFlag, &[Evaluation]),
    (after, then): (&CompiledFlag, &[Evaluation]),
) {
    let rule_of = |evaluation: &Evaluation| match evaluation.reason {
        Reason::RuleMatch { rule_id, .. } => Some(rule_id),
        _ => None,
    };
    let net =
        |evaluations: &[Evaluation], id| evaluations.iter().filter(|it| rule_of(it) == Some(id)).count();
    let is_in = |audience: AudienceId, entity: &EntityMembership| {
        brute_force.prepared.of(entity, audience) == Membership::In
    };
    assert_eq!(impact["rules"].as_array().unwrap().len(), after.rules().len());
    for (rule, counted) in after.rules().iter().zip(impact["rules"].as_array().unwrap()) {
        let id = rule.id();
        assert_eq!(counted["ruleId"], json!(id));
        assert_eq!(counted["net"], json!(net(then, id)));
        let saved = before.rules().iter().any(|rule| rule.id() == id).then(|| net(now, id));
        assert_eq!(counted["netNow"], json!(saved));
        let (mut in_audience, mut in_percentage) = (0, 0);
        let mut taken: HashMap<String, u64> = HashMap::new();
        for ((entity_id, entity), evaluation) in brute_force.customers.iter().zip(then) {
            if rule.audience().is_some_and(|position| !is_in(after.audiences()[position], entity)) {
                continue;
            }
            in_audience += 1;
            if rule.includes(bucket(after.key(), entity_id)) {
                in_percentage += 1;
                let winner = rule_of(evaluation).unwrap();
                if winner != id {
                    *taken.entry(winner.to_string()).or_default() += 1;
                }
            }
        }
        assert_eq!(
            (&counted["inAudience"], &counted["inPercentage"]),
            (&json!(in_audience), &json!(in_percentage))
        );
        let taken_by = counted["takenBy"].as_array().unwrap().iter();
        let taken_by =
            taken_by.map(|it| (it["ruleId"].as_str().unwrap().to_owned(), it["customers"].as_u64().unwrap()));
        assert_eq!(taken_by.collect::<HashMap<_, _>>(), taken);
    }
    let otherwise = then.iter().filter(|evaluation| rule_of(evaluation).is_none()).count();
    assert_eq!(impact["otherwise"], json!(otherwise));
}

/// All pages of people.
async fn people(test: &TestApp, request: &Value, who: Value, limit: usize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut cursor = Value::Null;
    loop {
        let page = with(request.clone(), json!({ "who": who, "limit": limit, "cursor": cursor }));
        let page = test.ok("impact_customers", page).await;
        for customer in page["customers"].as_array().unwrap() {
            let id = customer["entityId"].as_str().unwrap();
            assert!(found.insert(id.to_owned()), "{id} twice");
        }
        cursor = page["nextCursor"].clone();
        if cursor.is_null() {
            return found;
        }
    }
}

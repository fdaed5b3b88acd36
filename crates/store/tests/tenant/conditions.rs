//! Random conditions over random customers: the compiled SQL agrees with the interpreter, always.

use std::collections::{BTreeSet, HashMap};

use chrono::Utc;
use halyard_embedded_postgres::testing::PostgresVersion;
use halyard_engine::{AudienceId, Membership};
use halyard_store::condition::Condition;
use halyard_store::memberships::{EntityMembership, Memberships};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::chance::{Chance, TABLE, kind};
use crate::interpreter::{EVENTS, Interpreter, Row};
use crate::support::{Tenant, V14, V18, WITHIN, streamed, tenant};

/// The same events under ids and times of other types, which are not to matter.
fn events_table(version: PostgresVersion) -> &'static str {
    match version {
        V14 => "create table public.events (customer_id text, name varchar(40), occurred_at timestamp)",
        V18 => "create table public.events (customer_id bigint, name text, occurred_at timestamptz)",
    }
}

fn audience(number: usize) -> AudienceId {
    AudienceId(Uuid::from_u128(number as u128))
}

async fn load(tenant: &Tenant, rows: &[Row], events_table: &str) {
    // Nothing may depend on where the server thinks it is.
    let abroad = "do $$ begin execute format('alter database %I set timezone to %L', current_database(), 'Pacific/Apia'); end $$";
    tenant.run(abroad).await;
    tenant.run(TABLE).await;
    tenant.run(events_table).await;
    let events: Value = rows.iter().flat_map(|row| row[EVENTS].as_array().unwrap().clone()).collect();
    let load = if events_table.contains("timestamptz") {
        "insert into public.events select * from jsonb_to_recordset($1) e (customer_id bigint, name text, at timestamptz)"
    } else {
        "insert into public.events select customer_id, name, at at time zone 'UTC'
         from jsonb_to_recordset($1) e (customer_id text, name text, at timestamptz)"
    };
    sqlx::query(load).bind(events).execute(&tenant.sql).await.unwrap();
    tenant.run("create index on public.events (customer_id); analyze public.events").await;
    let json: Value = rows.iter().cloned().map(Value::Object).collect();
    sqlx::query(
        "insert into public.customers select * from jsonb_populate_recordset(null::public.customers, $1)",
    )
    .bind(json)
    .execute(&tenant.sql)
    .await
    .unwrap();
}

async fn compiled_conditions_agree_with_the_interpreter(version: PostgresVersion, seed: u64) {
    let tenant = tenant(version).await;
    let now = Utc::now();
    let mut chance = Chance::new(seed, now);
    let rows: Vec<Row> = (0..80).map(|id| chance.row(id)).collect();
    load(&tenant, &rows, events_table(version)).await;
    let lower = match version {
        V14 => |text: &str| text.to_ascii_lowercase(),
        V18 => |text: &str| text.to_lowercase(),
    };
    let interpreter = Interpreter { now, lower, kind };
    let source = tenant.store.resolved_source().await.unwrap().unwrap();

    let mut pairs = 0;
    let mut held = 0;
    for _ in 0..5 {
        let written: Vec<Value> = (0..100).map(|_| chance.condition(3)).collect();
        let parsed: Vec<Condition> =
            written.iter().map(|json| Condition::parse(json, "condition").unwrap()).collect();
        let audiences: Vec<(AudienceId, &Condition)> =
            parsed.iter().enumerate().map(|(number, condition)| (audience(number), condition)).collect();
        let prepared = Memberships::prepare(&source, &audiences);
        assert_eq!(prepared.broken(), []);
        let found: HashMap<String, EntityMembership> =
            streamed(&tenant.store, &prepared).await.into_iter().collect();
        for row in &rows {
            let entity = &found[&row["id"].to_string()];
            assert!(entity.in_table);
            for (number, json) in written.iter().enumerate() {
                let expected = interpreter.holds(json, row);
                let compiled = prepared.of(entity, audience(number)) == Membership::In;
                assert_eq!(
                    compiled,
                    expected,
                    "compiled {compiled}, interpreted {expected} for\n{json}\nwith {}",
                    Value::Object(row.clone())
                );
                pairs += 1;
                held += usize::from(expected);
            }
        }
        // Counting, naming and explaining tell the same as membership.
        for (number, condition) in parsed.iter().enumerate().take(10) {
            let count = tenant.store.audience_count(&source, condition, WITHIN).await.unwrap();
            let is_member =
                |entity: &EntityMembership| prepared.of(entity, audience(number)) == Membership::In;
            let members: BTreeSet<&String> =
                found.iter().filter(|(_, entity)| is_member(entity)).map(|(id, _)| id).collect();
            assert_eq!((count.customers, count.total), (members.len() as i64, rows.len() as i64));
            let sample = tenant.store.audience_sample(&source, condition, None, 100, WITHIN).await.unwrap();
            let named: BTreeSet<&String> =
                sample.members.iter().map(|member| &member.customer.entity_id).collect();
            assert_eq!((named, sample.next_cursor), (members, None), "{}", written[number]);
        }
        let conditions: Vec<&Condition> = parsed.iter().collect();
        for id in ["0", "7", "79"] {
            let traces =
                tenant.store.explain_conditions(&source, id, &conditions, WITHIN).await.unwrap().unwrap();
            let row = &rows[id.parse::<usize>().unwrap()];
            for (number, trace) in traces.into_iter().enumerate() {
                let member = prepared.of(&found[id], audience(number)) == Membership::In;
                let trace = trace.unwrap();
                assert_eq!(trace.holds(), member, "{}", written[number]);
                events_are_counted(&serde_json::to_value(&trace).unwrap(), &interpreter, row);
            }
        }
    }
    // A look-up by id, on a connection of another kind, finds what the pass over all did.
    let written: Vec<Value> = (0..70).map(|_| chance.condition(2)).collect();
    let parsed: Vec<Condition> =
        written.iter().map(|json| Condition::parse(json, "condition").unwrap()).collect();
    let audiences: Vec<(AudienceId, &Condition)> =
        parsed.iter().enumerate().map(|(number, condition)| (audience(number), condition)).collect();
    let prepared = Memberships::prepare(&source, &audiences);
    let ids: Vec<String> = rows.iter().map(|row| row["id"].to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let answers = tenant.store.memberships(&prepared, &ids, WITHIN).await.unwrap();
    for (answer, row) in answers.iter().zip(&rows) {
        for (number, json) in written.iter().enumerate() {
            let member = prepared.of(answer, audience(number)) == Membership::In;
            assert_eq!(member, interpreter.holds(json, row), "{json}");
        }
    }
    assert!(pairs == 40_000 && held > 8_000 && held < 32_000, "{held} of {pairs} hold");
}

/// What a trace shows of events is how many there are.
fn events_are_counted(trace: &Value, interpreter: &Interpreter, row: &Row) {
    for group in ["all", "any"] {
        for part in trace.get(group).and_then(Value::as_array).into_iter().flatten() {
            events_are_counted(part, interpreter, row);
        }
    }
    if let Some(inner) = trace.get("not") {
        events_are_counted(inner, interpreter, row);
    }
    if let Some(leaf) = trace.get("leaf").filter(|leaf| leaf.get("event").is_some()) {
        assert_eq!(trace["rowValue"], json!(interpreter.events(leaf, row)), "{leaf}");
    }
}

#[tokio::test]
async fn compiled_conditions_agree_with_the_interpreter_on_18() {
    compiled_conditions_agree_with_the_interpreter(V18, 1).await;
}

#[tokio::test]
async fn compiled_conditions_agree_with_the_interpreter_on_14() {
    compiled_conditions_agree_with_the_interpreter(V14, 2).await;
}

//! Counting over all customers: the impact of an edit beside a bare COPY of the very rows that it reads,
//! which is the limit; the reach of a thousand flags in one pass; and the look-up of one customer's
//! audiences.
//!
//! `cargo bench -p halyard-benches --bench impact`, on a throw-away server of the project's own.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark fails by panicking and prints")]

use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use halyard_admin::{App, AppOptions, dispatch};
use halyard_embedded_postgres::testing::{self, PostgresVersion};
use halyard_engine::AudienceId;
use halyard_store::condition::Condition;
use halyard_store::memberships::Memberships;
use halyard_store::{ConnectOptions, Store};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

/// Rounds of each contestant, in turns; the median counts.
const ROUNDS: usize = 7;
/// Look-ups of one customer.
const LOOK_UPS: usize = 3_000;
const WITHIN: Duration = Duration::from_secs(60);

/// The rows that an impact with three audiences reads.
const BARE: &str = "copy (select c.id::text,
    case when c.plan = 'enterprise' then 1::int8 else 0 end
    + case when c.country <> 'US' or c.country is null then 2::int8 else 0 end
    + case when c.last_seen_at > now() - interval '30 days' and c.last_seen_at <= now() then 4::int8 else 0 end
    from public.customers c) to stdout";

#[tokio::main]
async fn main() {
    let mut million = Workspace::with_customers(1_000_000).await;
    million.impact().await;
    million.look_ups().await;
    million.leave().await;
    let thousand_flags = Workspace::with_customers(50_000).await;
    thousand_flags.reach_of_all(1_000).await;
    thousand_flags.leave().await;
}

/// The app on a database with made-up customers.
struct Workspace {
    app: App,
    store: Store,
    connection: PgConnection,
    data_dir: std::path::PathBuf,
    audiences: Vec<String>,
}

impl Workspace {
    async fn with_customers(customers: u32) -> Self {
        let server = testing::server(PostgresVersion::V18);
        let url = server.url(&testing::database(server, None));
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let table = format!(
            "create table public.customers (id text primary key, name text, email text, plan text, country text,
                 seats integer, last_seen_at timestamptz);
             insert into public.customers
             select 'customer-' || n, 'Customer ' || n, 'c' || n || '@example.com',
                    case when n % 10 = 0 then 'enterprise' when n % 10 < 4 then 'free' end,
                    case n % 5 when 0 then 'US' when 1 then 'DE' when 2 then 'JP' when 3 then 'BR' end, n % 1000,
                    now() - make_interval(hours => n % 2400)
             from generate_series(1, {customers}) n;
             vacuum analyze public.customers"
        );
        for statement in table.split(';') {
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
        }
        let store = Store::connect(&ConnectOptions::from_url(&url).unwrap()).await.unwrap();
        store.migrate().await.unwrap();
        let data_dir = std::env::temp_dir().join(format!("halyard-bench-{}", Uuid::now_v7()));
        std::fs::create_dir_all(&data_dir).unwrap();
        let app = App::start(AppOptions {
            data_dir: data_dir.clone(),
            exports_dir: None,
            resource_dir: None,
            client: "bench".into(),
            local_endpoints: None,
        })
        .unwrap();
        let mut workspace = Workspace { app, store, connection, data_dir, audiences: Vec::new() };
        workspace
            .ok(
                "workspace_connect",
                json!({ "name": "Bench", "connection": { "url": url }, "createSchema": false,
                        "rememberPassword": false }),
            )
            .await;
        for (name, condition) in [
            ("Enterprise", json!({ "attribute": "plan", "operator": "equals", "value": "enterprise" })),
            ("Abroad", json!({ "attribute": "country", "operator": "not_equals", "value": "US" })),
            ("Active", json!({ "attribute": "last_seen_at", "operator": "within_last_days", "value": 30 })),
        ] {
            let made = workspace.ok("audience_create", json!({ "name": name, "condition": condition })).await;
            workspace.audiences.push(made["id"].as_str().unwrap().to_owned());
        }
        workspace
    }

    async fn ok(&self, command: &str, request: Value) -> Value {
        dispatch(&self.app, command, request).await.unwrap()
    }

    async fn impact(&mut self) {
        let rule = |audience: usize, percentage: u32| json!({ "audienceId": self.audiences[audience], "percentage": percentage });
        let flag = json!({ "key": "ramp", "name": "Ramp", "type": "boolean", "defaultValue": false,
                           "clientVisible": false, "rules": [rule(0, 25), rule(1, 10)] });
        self.ok("flag_create", flag).await;
        let draft = json!({ "defaultValue": false, "rules": [rule(0, 50), rule(1, 10), rule(2, 5)] });
        let request = json!({ "flag": "ramp", "draft": draft });
        let (mut bare, mut counted) = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let started = Instant::now();
            let chunks = self.connection.copy_out_raw(BARE).await.unwrap();
            let bytes = chunks.try_fold(0, async |sum, chunk| Ok(sum + chunk.len())).await.unwrap();
            assert!(bytes > 1_000_000);
            let copy_took = started.elapsed();
            let before = memory("VmHWM");
            let started = Instant::now();
            let impact = self.ok("flag_impact", request.clone()).await;
            let count_took = started.elapsed();
            assert_eq!(impact["customers"], 1_000_000);
            // The first round warms up.
            if round == 0 {
                println!(
                    "memory: {:.1} MB before the first count, {:.1} MB at its peak",
                    before,
                    memory("VmHWM")
                );
            } else {
                bare.push(copy_took);
                counted.push(count_took);
            }
        }
        println!("memory: {:.1} MB at the peak of all counts", memory("VmHWM"));
        let [bare, counted] = [&mut bare, &mut counted].map(|rounds| median(rounds));
        println!("COPY:   {bare:>8.0?} for 1,000,000 customers, 3 audiences");
        println!("impact: {counted:>8.0?} of the same");
        println!("ratio:  {:>8.2}", counted.as_secs_f64() / bare.as_secs_f64());

        let who = json!({ "kind": "affected", "effect": "gained" });
        let started = Instant::now();
        let page = json!({ "flag": "ramp", "draft": request["draft"], "who": who, "limit": 100 });
        let found = self.ok("impact_customers", page).await;
        assert_eq!(found["customers"].as_array().unwrap().len(), 100);
        println!("a page of 100 of those who gain: {:.0?}", started.elapsed());
        let rare = json!({ "flag": "ramp", "draft": request["draft"], "who": { "kind": "affected", "effect": "lost" },
                           "limit": 100 });
        let started = Instant::now();
        self.ok("impact_customers", rare).await;
        println!("a page of those who lose, of whom there are none: {:.0?}", started.elapsed());
    }

    async fn look_ups(&self) {
        let source = self.store.resolved_source().await.unwrap().unwrap();
        for audiences in [1, 10, 100] {
            let conditions: Vec<Condition> = (0..audiences).map(condition).collect();
            let ids = (0..).map(|number| AudienceId(Uuid::from_u128(number)));
            let prepared = Memberships::prepare(&source, &ids.zip(&conditions).collect::<Vec<_>>());
            assert_eq!(prepared.broken(), []);
            let mut took = Vec::new();
            for number in 0..LOOK_UPS {
                let id = format!("customer-{}", number * 331 + 1);
                let started = Instant::now();
                let found = self.store.memberships(&prepared, &[&id], WITHIN).await.unwrap();
                took.push(started.elapsed());
                assert!(found[0].in_table);
            }
            println!("look-up of one customer in {audiences:>3} audiences: {:.0?}", median(&mut took));
            if audiences == 1 {
                println!(
                    "{}",
                    self.store.memberships_plan(&prepared, &["customer-7"], WITHIN).await.unwrap()
                );
            }
        }
    }

    async fn reach_of_all(&self, flags: u32) {
        let percentages = (0..flags).map(|number| json!({ "audienceId": if number % 2 == 0 { Value::Null } else {
            json!(self.audiences[number as usize % 3]) }, "percentage": if number % 5 == 0 { Value::Null } else { json!(number % 100) } }));
        for (number, rule) in percentages.enumerate() {
            let flag = json!({ "key": format!("flag-{number}"), "name": "Flag", "type": "boolean",
                               "defaultValue": false, "clientVisible": false, "rules": [rule] });
            self.ok("flag_create", flag).await;
        }
        let wanted = self.ok("flags_list", json!({ "archived": false })).await["configVersion"].clone();
        let mut known = Value::Null;
        while known != wanted {
            let request = json!({ "knownConfigVersion": known, "knownConnected": true });
            known = self.ok("live_wait", request).await["configVersion"].clone();
        }
        let reach = loop {
            let reach = self.ok("flags_reach", json!({})).await;
            if reach["state"] == "ready" {
                break reach;
            }
            assert_eq!(reach["state"], "counting", "{reach}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        assert_eq!(reach["flags"].as_object().unwrap().len(), flags as usize);
        println!("reach of {flags} flags over 50,000 customers: {} ms", reach["durationMs"]);
    }

    async fn leave(self) {
        self.app.shut_down().await;
        self.store.close().await;
        self.connection.close().await.unwrap();
        std::fs::remove_dir_all(self.data_dir).unwrap();
    }
}

/// Conditions of the kinds that people make.
fn condition(number: u32) -> Condition {
    let json = match number % 4 {
        0 => json!({ "attribute": "seats", "operator": "at_least", "value": number }),
        1 => json!({ "attribute": "plan", "operator": "in", "value": ["enterprise", "free"] }),
        2 => json!({ "attribute": "last_seen_at", "operator": "within_last_days", "value": number }),
        _ => json!({ "all": [
            { "attribute": "country", "operator": "not_equals", "value": "US" },
            { "attribute": "email", "operator": "ends_with", "value": "@example.com", "ignoreCase": true },
        ] }),
    };
    Condition::parse(&json, "condition").unwrap()
}

fn median(rounds: &mut [Duration]) -> Duration {
    rounds.sort_unstable();
    rounds[rounds.len() / 2]
}

/// This process's memory in megabytes, where the system tells.
fn memory(what: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<f64>().ok()).unwrap_or_default()
        / 1024.0
}

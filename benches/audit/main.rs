//! The audit trail when it is long: entries verified a second, in the database and in a file without it,
//! and how long a page takes by each filter.
//!
//! `cargo bench -p halyard-benches --bench audit`, on a throw-away server of the project's own.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark fails by panicking and prints")]

use std::time::{Duration, Instant};

use chrono::Utc;
use halyard_embedded_postgres::testing::{self, PostgresVersion};
use halyard_store::{
    ConnectOptions, Store,
    audit::{
        AuditFilter, AuditQuery, AuditVerification,
        chain::Chain,
        checkpoint::SigningKey,
        file::{FileVerifier, FileWriter, Header, Known},
    },
};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::sync::mpsc;

/// Entries of the trail.
const ENTRIES: i64 = 100_000;
/// The median of so many counts.
const ROUNDS: usize = 5;

/// Entries of about 2.4 kB: a flag with three rules before and after. By 60 people over 300 flags.
const FILL: &str = r#"
    alter table halyard.audit_entries disable trigger all;
    do $$
    declare
        head halyard.audit_head;
        at timestamptz := '2026-01-01';
        flags uuid[] := array(select gen_random_uuid() from generate_series(1, 300));
        rules jsonb := (
            select jsonb_agg(jsonb_build_object('id', gen_random_uuid(), 'audienceId', gen_random_uuid(),
                'percentage', n * 10, 'value', true, 'description', 'Rule ' || n))
            from generate_series(1, 3) as n);
        flag json;
        entry text;
        new_hash bytea;
    begin
        select * into head from halyard.audit_head;
        for n in 1..{entries} loop
            at := at + interval '2 minutes';
            flag := json_build_object('id', flags[1 + n % 300], 'key', 'flag-' || n % 300, 'name', 'A flag',
                'description', 'What a person wrote about it', 'type', 'boolean', 'defaultValue', false,
                'rules', rules, 'environments', '{"production": true}'::jsonb, 'isActive', true,
                'tags', '["growth"]'::jsonb, 'version', n, 'updatedAt', at, 'updatedBy', 'Ana',
                'killedAt', null, 'killedBy', null, 'archivedAt', null);
            entry := json_build_object('seq', head.seq + 1,
                'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                'actor', 'Person ' || n % 60, 'dbRole', 'app', 'client', 'desktop',
                'action', case when n % 2500 = 0 then 'flag.killed' else 'flag.updated' end,
                'entityType', 'flag', 'entityId', flags[1 + n % 300], 'entityKey', 'flag-' || n % 300,
                'environments', case when n % 20000 = 0 then '["staging"]'::json else '["production"]'::json end,
                'before', flag, 'after', flag, 'note', 'Because of ticket PAY-' || n, 'reviewIn', '[]'::json,
                'revertedTo', null);
            new_hash := sha256(head.hash || convert_to(entry, 'UTF8'));
            head.seq := head.seq + 1;
            insert into halyard.audit_entries values (head.seq, entry, head.hash, new_hash);
            head.hash := new_hash;
        end loop;
        update halyard.audit_head set seq = head.seq, hash = head.hash, at = now();
    end
    $$;
    analyze halyard.audit_entries"#;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let url = tokio::task::spawn_blocking(|| {
        let server = testing::server(PostgresVersion::V18);
        server.url(&testing::database(server, None))
    })
    .await
    .unwrap();
    let store = Store::connect(&ConnectOptions::from_url(&url).unwrap()).await.unwrap();
    store.migrate().await.unwrap();
    let mut psql = PgConnection::connect(&url).await.unwrap();
    let fill = FILL.replace("{entries}", &ENTRIES.to_string());
    sqlx::raw_sql(AssertSqlSafe(fill)).execute(&mut psql).await.unwrap();
    psql.close().await.unwrap();

    let mut verified = Vec::new();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let found = store.audit_verify(Chain::new([]), |_| {}).await.unwrap();
        verified.push(begun.elapsed());
        assert!(matches!(found, AuditVerification::Intact { last } if last.seq > ENTRIES));
    }
    say("the database's chain", median(verified));

    let lines = export(&store).await;
    let bytes: usize = lines.iter().map(String::len).sum();
    let mut verified = Vec::new();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let mut verifier = FileVerifier::new(Known::default()).unwrap();
        lines.iter().for_each(|line| verifier.line(line.as_bytes()).unwrap());
        verifier.end().unwrap();
        verified.push(begun.elapsed());
    }
    say(&format!("a file of {} MB", bytes / 1_000_000), median(verified));

    for (name, filter) in [
        ("everything", json!({})),
        ("one of 60 actors", json!({ "actor": "Person 7" })),
        ("kills: 1 in 2,500", json!({ "actions": ["flag.killed"] })),
        ("one of 300 flags", json!({ "flag": "flag-7" })),
        ("an environment of 5 entries", json!({ "environment": "staging" })),
        (
            "February, in production",
            json!({
                "from": "2026-02-01T00:00:00Z", "to": "2026-03-01T00:00:00Z", "environment": "production",
            }),
        ),
        ("a text that all have", json!({ "search": "ticket" })),
        ("a text that one has", json!({ "search": "pay-77777" })),
        ("a text that none has", json!({ "search": "nowhere" })),
    ] {
        let filter: AuditFilter = serde_json::from_value(filter).unwrap();
        let query = AuditQuery { limit: 100, filter, ..AuditQuery::default() };
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            store.audit_list(&query).await.unwrap();
            times.push(begun.elapsed());
        }
        println!("{name:30} {:8.1} ms", median(times).as_secs_f64() * 1e3);
    }
    store.close().await;
}

async fn export(store: &Store) -> Vec<String> {
    let header = Header::new("", "bench", Utc::now(), &AuditFilter::default());
    let (mut writer, first) = FileWriter::begin(&header).unwrap();
    let mut lines = vec![first];
    let through = store.audit_head().await.unwrap().seq;
    let (to, mut batches) = mpsc::channel(2);
    let begun = Instant::now();
    let write = async {
        while let Some(batch) = batches.recv().await {
            for entry in &batch {
                lines.push(writer.entry(entry).unwrap());
            }
        }
    };
    let (streamed, ()) = tokio::join!(store.audit_stream(&header.filter, through, to), write);
    streamed.unwrap();
    say("exporting", begun.elapsed());
    lines.push(writer.end(Some(&SigningKey::generate().unwrap()), Utc::now()).unwrap().0);
    lines
}

fn say(what: &str, time: Duration) {
    let each_second = ENTRIES as f64 / time.as_secs_f64();
    println!("{what:30} {each_second:8.0} entries/s");
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

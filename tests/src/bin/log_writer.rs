//! `halyard-log-writer`: appends calls to a workspace's evaluation log at a steady rate, as busy servers do, until its
//! input ends. For tests of those who read the log meanwhile.
//!
//! After each batch it prints a line of JSON, `{"stored": …}`: the calls that it has stored so far.

use std::{process::ExitCode, sync::Arc, time::Duration};

use chrono::{TimeDelta, Utc};
use halyard_store::{
    ConnectOptions, Store, StoreError,
    evaluations::{EvaluationBatch, EvaluationCall, EvaluationSource, FlagSet},
};
use serde_json::json;
use tokio::{sync::oneshot, time::interval};
use uuid::Uuid;

const USAGE: &str = "Usage: halyard-log-writer DATABASE_URL CALLS_PER_SECOND";
/// Between two batches.
const EVERY: Duration = Duration::from_millis(100);
const BATCHES_A_SECOND: u32 = 10;
/// Flags of a call, as far as the workspace has them.
const FLAGS: usize = 20;
const WITHIN: Duration = Duration::from_secs(30);

#[tokio::main]
#[expect(clippy::print_stderr, reason = "a program for the command line")]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(Ok(rate))) = (arguments.next(), arguments.next().map(|rate| rate.parse::<u32>()))
    else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    tokio::select! {
        written = write(&url, rate) => match written {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("halyard-log-writer: {error}");
                ExitCode::FAILURE
            }
        },
        () = input_ends() => ExitCode::SUCCESS,
    }
}

#[expect(clippy::print_stdout, reason = "the lines that callers wait for")]
async fn write(url: &str, rate: u32) -> Result<(), StoreError> {
    let store = Store::connect(&ConnectOptions::from_url(url)?).await?;
    let configuration = store.configuration().await?;
    let flags = configuration.flags.iter().take(FLAGS).map(|flag| (flag.number, flag.version));
    let flag_set = Arc::new(FlagSet::new(flags));
    let (writer, environment, sdk) = (Uuid::now_v7(), Arc::from("production"), Arc::from("halyard-js/1.4.0"));
    let calls = rate / BATCHES_A_SECOND;
    let mut stored = 0;
    let mut ticks = interval(EVERY);
    loop {
        ticks.tick().await;
        let now = Utc::now();
        let call = |number: u32| EvaluationCall {
            id: Uuid::now_v7(),
            evaluated_at: now - TimeDelta::microseconds(i64::from((calls - number) * 1_000_000 / rate)),
            environment: Arc::clone(&environment),
            entity_id: format!("customer-{}", (stored + number as usize) % 1_000).into(),
            source: EvaluationSource::EvaluateAll,
            sdk: Arc::clone(&sdk),
            stale: false,
            config_version: 1,
            flag_set: Arc::clone(&flag_set),
            outcomes: vec![-1; flag_set.len()].into(),
        };
        let batch = EvaluationBatch { id: Uuid::now_v7(), writer, calls: (0..calls).map(call).collect() };
        stored += store.evaluations_append(&batch, WITHIN).await?.stored;
        println!("{}", json!({ "stored": stored }));
    }
}

async fn input_ends() {
    let (ended, end) = oneshot::channel();
    // A thread of its own: nobody waits for it when the program ends otherwise.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = ended.send(());
    });
    let _ = end.await;
}

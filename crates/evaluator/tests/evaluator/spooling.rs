//! Processes that die, or run out of disk, while they spool. Each is this test program again, told
//! by its environment which part to play.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use halyard_evaluator::{
    Evaluator, EvaluatorOptions, Identity, LastConfiguration, LiveConfiguration, SpoolOptions, Visibility,
};
use halyard_store::{ConnectOptions, Store, evaluators::EvaluatorKind};
use serde_json::json;

use crate::support::{Served, call, eventually};

/// The directory to work in; set for children alone.
const DIRECTORY: &str = "HALYARD_TEST_SPOOLING_IN";
/// What the child's entities are called.
const RUN: &str = "HALYARD_TEST_SPOOLING_RUN";
/// Calls in a row.
const BURST: u64 = 1_500;
/// Processes that are killed.
const KILLED: usize = 50;

fn last_configuration(directory: &Path) -> LastConfiguration {
    LastConfiguration { directory: directory.join("last"), database: "spooling".into() }
}

/// What a server without database would serve.
fn without_database(directory: &Path) -> LiveConfiguration {
    // Nobody listens on the discard port.
    let url = "postgres://postgres@127.0.0.1:9/nowhere";
    let store = Store::connect_lazy(&ConnectOptions::from_url(url).unwrap());
    LiveConfiguration::resume(store, last_configuration(directory))
}

/// An evaluator with a spool.
fn spooling(live: LiveConfiguration, directory: &Path) -> Evaluator {
    let mut options = EvaluatorOptions::new(Identity::new(EvaluatorKind::Server, "spooling", "test 1.0"));
    options.log.spool = Some(SpoolOptions { dir: directory.join("spool"), max_bytes: 1 << 30 });
    Evaluator::start(live, options).unwrap()
}

/// Spools until it is killed, and says how many calls are on disk.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part of other tests"]
async fn child_that_spools() {
    let Some(directory) = std::env::var_os(DIRECTORY).map(PathBuf::from) else { return };
    let run = std::env::var(RUN).unwrap();
    let evaluator = spooling(without_database(&directory), &directory);
    let mut number = 0;
    loop {
        for _ in 0..BURST {
            let entity_id = format!("{run}-{number}");
            let answer = evaluator.evaluate("banner", Visibility::All, call(Some(&entity_id))).await;
            assert_eq!(*answer.unwrap().value(), json!(true));
            number += 1;
        }
        let own = || {
            let counts = evaluator.log_counts();
            counts.spooled.saturating_sub(counts.recovered)
        };
        eventually("the burst is spooled", async || own() == number).await;
        println!("spooled {number}");
    }
}

/// Spools until its files may not grow any more.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part of other tests"]
async fn child_whose_disk_is_full() {
    let Some(directory) = std::env::var_os(DIRECTORY).map(PathBuf::from) else { return };
    let evaluator = spooling(without_database(&directory), &directory);
    // A batch of its own: on a slow machine the next may be larger than the disk.
    evaluator.evaluate("banner", Visibility::All, call(Some("c1"))).await.unwrap();
    eventually("a call is spooled", async || evaluator.log_counts().spooled > 0).await;
    eventually("calls are lost", async || {
        for _ in 0..100 {
            evaluator.evaluate("banner", Visibility::All, call(Some("c1"))).await.unwrap();
        }
        let counts = evaluator.log_counts();
        assert_eq!(counts.evaluated, counts.stored + counts.queued + counts.spooled + counts.dropped());
        counts.dropped_spool_error > 0
    })
    .await;
    evaluator.shut_down(Duration::from_secs(5)).await;
    let counts = evaluator.log_counts();
    assert_eq!(counts.evaluated, counts.spooled + counts.dropped_spool_error, "{counts:?}");
    println!("spooled {}", counts.spooled);
}

/// What makes this program play one of the parts above.
fn part(name: &str) -> [String; 4] {
    [format!("spooling::{name}"), "--exact".into(), "--ignored".into(), "--nocapture".into()]
}

/// The number in a child's line.
fn spooled(line: &str) -> Option<u64> {
    line.trim().strip_prefix("spooled ")?.parse().ok()
}

/// How much is in the spool.
fn spool_bytes(directory: &Path) -> u64 {
    let files = std::fs::read_dir(directory.join("spool")).unwrap();
    files.map(|file| file.unwrap().metadata().unwrap().len()).sum()
}

/// A directory with the configuration of a database that has a flag.
async fn configured() -> (Served, tempfile::TempDir) {
    let served = Served::start().await;
    served.flag("banner", json!([{}])).await;
    let newest = served.store.config_version().await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let keeping = LiveConfiguration::resume(served.store.clone(), last_configuration(directory.path()));
    eventually("the configuration is on disk", async || {
        without_database(directory.path()).snapshot().config_version() == newest
    })
    .await;
    drop(keeping);
    (served, directory)
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_killed_while_they_spool_lose_nothing_that_was_spooled_and_store_nothing_twice() {
    let (served, directory) = configured().await;
    let mut promised = Vec::new();
    for run in 0..KILLED {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(part("child_that_spools"))
            .env(DIRECTORY, directory.path())
            .env(RUN, run.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut lines = lines.map_while(Result::ok).filter_map(|line| spooled(&line));
        let mut last = lines.next().unwrap();
        for _ in 0..run % 3 {
            last = lines.next().unwrap();
        }
        // As soon as the next batch begins to be written.
        let before = spool_bytes(directory.path());
        eventually("the spool grows", async || spool_bytes(directory.path()) > before).await;
        child.kill().unwrap();
        child.wait().unwrap();
        promised.push(lines.last().unwrap_or(last));
    }

    let live = LiveConfiguration::start(served.store.clone()).await.unwrap();
    let evaluator = spooling(live, directory.path());
    let least: u64 = promised.iter().sum();
    eventually("what was spooled is stored", async || {
        let counts = evaluator.log_counts();
        counts.recovered >= least && counts.stored == counts.recovered
    })
    .await;
    evaluator.shut_down(Duration::from_secs(30)).await;
    let counts = evaluator.log_counts();
    assert_eq!((counts.spooled, counts.dropped()), (0, 0), "{counts:?}");

    let twice = "select count(*) - count(distinct entity_id) from halyard.evaluations";
    assert_eq!(served.number(twice).await, 0, "calls were stored twice");
    for (run, promised) in promised.into_iter().enumerate() {
        // Of each process: everything up to some call, and no less than was on disk.
        let numbers = format!("from halyard.evaluations where entity_id like '{run}-%'");
        let stored = served.number(&format!("select count(*) {numbers}")).await;
        assert!(u64::try_from(stored).unwrap() >= promised, "{stored} of {promised} of process {run}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_costs_calls_that_are_counted_and_nothing_that_was_spooled() {
    let (served, directory) = configured().await;
    // No file of the child may be longer than so many blocks of 512 bytes.
    let script = r#"trap '' XFSZ; ulimit -f 64; exec "$0" "$@""#;
    let output = Command::new("/bin/sh")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .args(part("child_whose_disk_is_full"))
        .env(DIRECTORY, directory.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let on_disk = text.lines().find_map(spooled).unwrap();
    assert!(on_disk > 0);

    let live = LiveConfiguration::start(served.store.clone()).await.unwrap();
    let evaluator = spooling(live, directory.path());
    eventually("what was spooled is stored", async || evaluator.log_counts().stored == on_disk).await;
    evaluator.shut_down(Duration::from_secs(30)).await;
    let stored = served.number("select count(*) from halyard.evaluations").await;
    assert_eq!(u64::try_from(stored).unwrap(), on_disk);
}

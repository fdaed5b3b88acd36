//! A database that is killed, or stopped, while calls come in.

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt, future::poll_immediate};
use halyard_engine::Reason;
use halyard_evaluator::{SpoolOptions, Visibility};
use serde_json::json;

use crate::support::{Served, Tenant, blocking, call, eventually};

fn is_fresh(reason: Reason) -> bool {
    matches!(reason, Reason::RuleMatch { stale: false, .. })
}

fn is_stale(reason: Reason) -> bool {
    matches!(reason, Reason::RuleMatch { stale: true, .. })
}

async fn flag_for_enterprise(served: &Served) {
    let audience = served.audience("enterprise").await;
    served.flag("large", json!([{ "audienceId": audience.id }])).await;
    eventually("a fresh answer", async || is_fresh(served.evaluate("large", "c10").await.reason)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_killed_under_load_fails_no_evaluation_and_loses_no_call() {
    let mut tenant = blocking(Tenant::start).await;
    let spool = tempfile::tempdir().unwrap();
    let served = Served::on(&tenant.url(), |options| {
        options.log.spool = Some(SpoolOptions { dir: spool.path().to_owned(), max_bytes: 1 << 30 });
    })
    .await;
    flag_for_enterprise(&served).await;
    let done = Arc::new(AtomicBool::new(false));
    let load = (0..2).map(|_| {
        let (evaluator, done) = (served.evaluator.clone(), Arc::clone(&done));
        tokio::spawn(async move {
            while !done.load(Ordering::Relaxed) {
                let answer = evaluator.evaluate("large", Visibility::All, call(Some("c10"))).await.unwrap();
                assert_eq!(*answer.value(), json!(true), "{:?}", answer.reason());
                tokio::time::sleep(Duration::from_micros(500)).await;
            }
        })
    });
    let load: Vec<_> = load.collect();
    eventually("calls stored", async || served.evaluator.log_counts().stored > 0).await;

    tenant.kill();
    eventually("calls spooled", async || served.evaluator.log_counts().spooled > 100).await;
    assert!(is_stale(served.evaluate("large", "c10").await.reason));

    let tenant = blocking(move || {
        tenant.revive();
        tenant
    })
    .await;
    eventually("fresh again", async || is_fresh(served.evaluate("large", "c10").await.reason)).await;
    eventually("the spool is empty", async || served.evaluator.log_counts().spooled == 0).await;
    done.store(true, Ordering::Relaxed);
    for load in load {
        load.await.unwrap();
    }
    // Whatever a slow machine spooled once more, too.
    eventually("every call is stored", async || {
        let counts = served.evaluator.log_counts();
        counts.stored == counts.evaluated
    })
    .await;
    served.evaluator.shut_down(Duration::from_secs(30)).await;
    let counts = served.evaluator.log_counts();
    assert_eq!((counts.queued + counts.spooled, counts.dropped()), (0, 0), "{counts:?}");
    // The test's own connections were killed, too.
    let served = Served::on(&tenant.url(), |_| {}).await;
    let stored = served.number("select count(*) from halyard.evaluations").await;
    assert_eq!(u64::try_from(stored).unwrap(), counts.evaluated);
}

/// Stops or continues every process of a server that takes part in connections.
async fn signal_all(pids: &[i64], signal: &str) {
    let pids = pids.iter().map(i64::to_string);
    assert!(Command::new("kill").arg(signal).args(pids).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_a_stopped_database_once_the_breaker_is_open_and_it_closes_again() {
    let (served, server) = Served::start_alone().await;
    flag_for_enterprise(&served).await;
    let backends =
        served.numbers("select pid::int8 from pg_stat_activity where backend_type = 'client backend'").await;
    let pids: Vec<i64> = backends.into_iter().chain([i64::from(server.pid())]).collect();
    signal_all(&pids, "-STOP").await;

    // Until it opens a caller waits as long as their deadline, and is then answered as last known.
    eventually("an answer at once", async || {
        let answer = served.evaluator.evaluate("large", Visibility::All, call(Some("c10")));
        let mut answer = Box::pin(answer);
        match poll_immediate(&mut answer).await {
            Some(at_once) => is_stale(at_once.unwrap().reason()),
            None => {
                assert!(is_stale(answer.await.unwrap().reason()));
                false
            }
        }
    })
    .await;
    // Over a second at least, so that the breaker tries the database meanwhile: nobody waits for that either.
    for _ in 0..1_000 {
        let answer = served.evaluator.evaluate("large", Visibility::All, call(Some("c10")));
        assert!(is_stale(answer.now_or_never().unwrap().unwrap().reason()));
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    signal_all(&pids, "-CONT").await;
    eventually("fresh again", async || is_fresh(served.evaluate("large", "c10").await.reason)).await;
}

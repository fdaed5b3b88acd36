//! Killing and restoring: by many at once, while somebody holds the flag, on a database that takes no
//! changes; and what the database knows of the effect.

use std::time::Duration;

use chrono::Utc;
use futures_util::future::join_all;
use halyard_store::{
    ConnectOptions, Store, StoreError,
    evaluators::{EvaluatorKind, Heartbeat},
    kill::Blocker,
};
use serde_json::json;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection, PgConnection, postgres::PgConnectOptions};
use tokio::time::timeout;
use uuid::Uuid;

use crate::support::{Database, ana, ben, new_flag, on_each_postgres};

/// Far more than anything here may take, so that a hang fails instead of hanging the tests.
const SOON: Duration = Duration::from_secs(20);

async fn another_app(database: &Database) -> Store {
    Store::connect(&ConnectOptions::from_url(&database.url).unwrap()).await.unwrap()
}

/// Somebody who works by hand and has done something without saying commit.
async fn psql_session(database: &Database, statement: &str) -> PgConnection {
    let options: PgConnectOptions = database.url.parse().unwrap();
    let mut connection = options.application_name("psql").connect().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("begin; {statement}"))).execute(&mut connection).await.unwrap();
    connection
}

/// Kills, and answers who was in the way.
async fn blocker(store: &Store, flag: &str) -> Blocker {
    match timeout(SOON, store.flag_set_active(flag, false, &ana())).await.unwrap() {
        Err(StoreError::Blocked(Some(blocker))) => *blocker,
        other => panic!("expected to be blocked by somebody: {other:?}"),
    }
}

#[tokio::test]
async fn two_people_killing_and_restoring_a_thousand_times_end_as_the_last_entry_says() {
    on_each_postgres(async |database| {
        let created = database.flag("checkout").await;
        let people = [(ana(), false), (ben(), true)].map(|(author, is_active)| async move {
            let store = another_app(database).await;
            let mut changed = 0;
            for _ in 0..500 {
                let result = store.flag_set_active("checkout", is_active, &author).await.unwrap();
                assert!(!result.changed || result.flag.is_active == is_active);
                changed += i64::from(result.changed);
            }
            store.close().await;
            changed
        });
        let changed: i64 = join_all(people).await.into_iter().sum();
        let flag = database.store.flag_get("checkout").await.unwrap();
        assert_eq!(
            i64::from(flag.version),
            i64::from(created.version) + changed,
            "one version for each change"
        );
        let (seq, last) = (
            database.number("select max(seq) from halyard.audit_entries").await,
            database.json("select after from halyard.audit_log order by seq desc limit 1").await,
        );
        assert_eq!(
            (last["isActive"].clone(), last["version"].clone()),
            (json!(flag.is_active), json!(flag.version))
        );
        let again = database.store.flag_set_active("checkout", flag.is_active, &ana()).await.unwrap();
        assert_eq!((again.changed, again.seq), (false, seq), "the entry since which it is so");
        let alternating = database
            .number(
                "select count(*) from (
                     select action, lag(action) over (order by seq) as former from halyard.audit_log
                     where entity_key = 'checkout' and action <> 'flag.created') as a
                 where action = former",
            )
            .await;
        assert_eq!(alternating, 0, "a kill follows a restore, and a restore a kill");
    })
    .await;
}

#[tokio::test]
async fn who_holds_a_flag_is_named_and_the_kill_gets_through_once_that_session_is_ended() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        let _held =
            psql_session(database, "update halyard.feature_flags set name = 'x' where key = 'checkout'")
                .await;
        let store = &database.store;
        let blocker = blocker(store, "checkout").await;
        assert_eq!((blocker.application.as_str(), blocker.may_end), ("psql", true));
        assert_eq!(blocker.state.as_deref(), Some("idle in transaction"));
        assert!(blocker.since.unwrap() <= Utc::now() + chrono::TimeDelta::minutes(1));
        assert!(!blocker.role.is_empty());

        assert!(store.session_end(&blocker, "checkout", &ana()).await.unwrap());
        let entry = database.entries_after(0).await.pop().unwrap();
        assert_eq!((entry.action.as_str(), entry.entity_key.as_str()), ("session.ended", "checkout"));
        assert_eq!((&entry.after["application"], &entry.after["pid"]), (&json!("psql"), &json!(blocker.pid)));
        let killed = timeout(SOON, async {
            loop {
                match store.flag_set_active("checkout", false, &ana()).await {
                    Ok(killed) => return killed,
                    Err(StoreError::Blocked(_)) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
        });
        let killed = killed.await.unwrap();
        assert!(killed.changed && !killed.flag.is_active);
        assert_eq!(killed.flag.name, "Flag checkout", "what the ended session did is undone");
        let before = database.entries_after(0).await.len();
        assert!(!store.session_end(&blocker, "checkout", &ana()).await.unwrap(), "it is gone");
        assert_eq!(database.entries_after(0).await.len(), before, "what was not done is not recorded");
    })
    .await;
}

#[tokio::test]
async fn the_session_at_the_end_of_a_queue_is_named_not_those_who_wait_too() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        let held = "select from halyard.feature_flags where key = 'checkout' for update";
        let mut holder = psql_session(database, held).await;
        let pid: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut holder).await.unwrap();
        let other = another_app(database).await;
        let waiting = tokio::spawn(async move {
            let _ = other.flag_set_environment("checkout", "production", true, &ben()).await;
            other.close().await;
        });
        let waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
        timeout(SOON, async { while database.number(waits).await == 0 {} }).await.unwrap();
        assert_eq!(blocker(&database.store, "checkout").await.pid, pid);
        sqlx::raw_sql("rollback").execute(&mut holder).await.unwrap();
        timeout(SOON, waiting).await.unwrap().unwrap();
    })
    .await;
}

#[tokio::test]
async fn somebody_who_holds_the_end_of_the_audit_trail_is_named_too() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        database.flag("other").await;
        let statement =
            "update halyard.feature_flags set name = 'x' where key = 'other'; set constraints all immediate";
        let holder = psql_session(database, statement).await;
        assert_eq!(blocker(&database.store, "checkout").await.application, "psql");
        holder.close().await.unwrap();
        database.store.flag_set_active("checkout", false, &ana()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_open_transaction_on_one_flag_delays_no_kill_or_restore_of_another() {
    on_each_postgres(async |database| {
        let keys = ["checkout", "search", "banner"];
        for key in ["held"].iter().chain(&keys) {
            database.flag(key).await;
        }
        let holder =
            psql_session(database, "update halyard.feature_flags set name = 'x' where key = 'held'").await;
        for (key, is_active) in keys.into_iter().flat_map(|key| [(key, false), (key, true)]) {
            let outcome = database.store.flag_set_active(key, is_active, &ana()).await;
            assert!(outcome.unwrap().changed, "{key}");
        }
        holder.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_sessions_of_the_app_give_up_waiting_and_never_stay_in_an_open_transaction() {
    on_each_postgres(async |database| {
        let store = another_app(database).await;
        store.flags_list(false).await.unwrap();
        // Another session cannot see these settings; one of the app's own is asked to do something.
        database.flag("checkout").await;
        let holder =
            psql_session(database, "lock table halyard.feature_flags in access exclusive mode").await;
        let changes = serde_json::from_value(json!({ "name": "Later" })).unwrap();
        let outcome = timeout(SOON, store.flag_update("checkout", 1, &changes, &ana())).await.unwrap();
        assert!(matches!(outcome, Err(StoreError::Blocked(_))), "{outcome:?}");
        let idle = "select count(*) from pg_stat_activity
             where datname = current_database() and application_name = 'halyard' and state like 'idle in%'";
        // What is rolled back is so by the pool, once the connection is back in it.
        timeout(SOON, async { while database.number(idle).await > 0 {} }).await.unwrap();
        holder.close().await.unwrap();
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_database_that_takes_no_changes_is_said_to_be_so() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        let name = database.url.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
        database
            .execute(&format!("alter database \"{name}\" set default_transaction_read_only = on"))
            .await
            .unwrap();
        let store = another_app(database).await;
        let outcome = store.flag_set_active("checkout", false, &ana()).await;
        assert!(matches!(outcome, Err(StoreError::ReadOnly(_))), "{outcome:?}");
        let outcome = store.flag_create(&new_flag("new"), &ana()).await;
        assert!(matches!(outcome, Err(StoreError::ReadOnly(_))), "{outcome:?}");
        assert_eq!(store.kill_board().await.unwrap().killed, 0, "the board can still be read");
        store.close().await;
    })
    .await;
}

fn heartbeat(kind: EvaluatorKind, host: &str, config_version: i64) -> Heartbeat {
    Heartbeat {
        id: Uuid::now_v7(),
        kind,
        host: host.to_owned(),
        program: "halyard-server 0.1.0".to_owned(),
        started_at: Utc::now(),
        config_version,
        queued: 0,
        spooled: 0,
        dropped: 0,
        log_behind_ms: Some(0),
    }
}

#[tokio::test]
async fn confirmations_are_counted_from_the_entry_of_the_kill_whatever_came_later() {
    on_each_postgres(async |database| {
        let store = &database.store;
        database.flag("checkout").await;
        let before = store.config_version().await.unwrap();
        let [mut fast, mut slow, silent] = [("a", "a"), ("b", "b"), ("c", "c")]
            .map(|(host, _)| heartbeat(EvaluatorKind::Server, host, before));
        let mut desktop = heartbeat(EvaluatorKind::Desktop, "laptop", before);
        for running in [&fast, &slow, &silent, &desktop] {
            store.evaluator_heartbeat(running).await.unwrap();
        }
        let killed = store.flag_set_active("checkout", false, &ana()).await.unwrap();
        let known = store.confirmations("checkout", killed.seq).await.unwrap();
        assert!(known.evaluators.iter().all(|it| it.confirmed_after_ms.is_none()));

        fast.config_version = killed.seq;
        store.evaluator_heartbeat(&fast).await.unwrap();
        let first = store.confirmations("checkout", killed.seq).await.unwrap();
        // A later change, which one of them sees in the same moment as the kill.
        store.flag_set_environment("checkout", "staging", true, &ana()).await.unwrap();
        for running in [&mut fast, &mut slow, &mut desktop] {
            running.config_version = killed.seq + 1;
            store.evaluator_heartbeat(running).await.unwrap();
        }
        let known = store.confirmations("checkout", killed.seq).await.unwrap();
        let names: Vec<&str> = known.evaluators.iter().map(|it| it.host.as_str()).collect();
        assert_eq!(names, ["a", "b", "c", "laptop"], "servers first");
        let after = |host: &str| {
            known.evaluators.iter().find(|it| it.host == host).and_then(|it| it.confirmed_after_ms)
        };
        assert_eq!(after("a"), first.evaluators[0].confirmed_after_ms, "the first report counts");
        assert!(after("b").unwrap() >= after("a").unwrap());
        assert_eq!((after("c"), after("laptop").is_some()), (None, true));

        // One that starts now never served the old value; one that starts with an old file does.
        store.evaluator_heartbeat(&heartbeat(EvaluatorKind::Server, "new", killed.seq + 1)).await.unwrap();
        store.evaluator_heartbeat(&heartbeat(EvaluatorKind::Server, "old", before)).await.unwrap();
        let known = store.confirmations("checkout", killed.seq).await.unwrap();
        let names: Vec<&str> = known.evaluators.iter().map(|it| it.host.as_str()).collect();
        assert_eq!(names, ["a", "b", "c", "old", "laptop"]);
        let by_id = store.confirmations(&killed.flag.id.to_string(), killed.seq).await.unwrap();
        assert_eq!(by_id.evaluators.len(), 5);
        for (flag, seq) in [("checkout", killed.seq + 1), ("checkout", before), ("nobody", killed.seq)] {
            let unknown = store.confirmations(flag, seq).await;
            assert!(matches!(unknown, Err(StoreError::NotFound { .. })), "{flag} {seq}: {unknown:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_log_is_as_far_behind_as_the_slowest_evaluator_says_and_unknown_if_one_cannot_say() {
    on_each_postgres(async |database| {
        let store = &database.store;
        database.flag("checkout").await;
        let killed = store.flag_set_active("checkout", false, &ana()).await.unwrap();
        let behind = async || store.confirmations("checkout", killed.seq).await.unwrap().log_behind_ms;
        assert_eq!(behind().await, None, "there is nobody who could say");
        let mut slow = heartbeat(EvaluatorKind::Server, "slow", 1);
        slow.log_behind_ms = Some(2_700);
        store.evaluator_heartbeat(&heartbeat(EvaluatorKind::Server, "fast", 1)).await.unwrap();
        store.evaluator_heartbeat(&slow).await.unwrap();
        assert!(behind().await.unwrap() >= 2_700);
        slow.log_behind_ms = None;
        store.evaluator_heartbeat(&slow).await.unwrap();
        assert_eq!(behind().await, None);
    })
    .await;
}

#[tokio::test]
async fn the_board_has_the_tagged_flags_and_the_last_kills_with_who_and_why() {
    on_each_postgres(async |database| {
        let store = &database.store;
        for key in ["b", "a", "untagged"] {
            let tags = (key != "untagged").then(|| vec!["kill-switch".to_owned(), "shop".to_owned()]);
            store
                .flag_create(&halyard_store::flags::NewFlag { tags, ..new_flag(key) }, &ana())
                .await
                .unwrap();
        }
        store.flag_set_environment("b", "staging", true, &ana()).await.unwrap();
        let start = store.kills_since(None).await.unwrap();
        assert_eq!((start.seq, start.kills.len()), (store.config_version().await.unwrap(), 0));
        store.flag_set_active("b", false, &ben().with_note("checkout burns")).await.unwrap();
        store.flag_set_active("untagged", false, &ana()).await.unwrap();
        store.flag_set_active("untagged", true, &ana()).await.unwrap();

        let board = store.kill_board().await.unwrap();
        let shown: Vec<(&str, bool)> = board.flags.iter().map(|it| (it.key.as_str(), it.is_active)).collect();
        assert_eq!(shown, [("a", true), ("b", false)], "by key, killed or not");
        assert_eq!(board.killed, 1);
        let recent: Vec<(&str, &str)> =
            board.recent.iter().map(|it| (it.action.as_str(), it.flag_key.as_str())).collect();
        let wanted = [("flag.restored", "untagged"), ("flag.killed", "untagged"), ("flag.killed", "b")];
        assert_eq!(recent, wanted);
        let kill = &board.recent[2];
        assert_eq!((kill.actor.as_str(), kill.note.as_str()), ("Ben", "checkout burns"));
        assert_eq!(kill.environments, ["staging"], "where it was on");

        let since = store.kills_since(Some(start.seq)).await.unwrap();
        let seqs: Vec<i64> = since.kills.iter().map(|it| it.seq).collect();
        assert_eq!(seqs, [start.seq + 1, start.seq + 2, start.seq + 3], "oldest first");
        assert_eq!(store.kills_since(Some(since.seq)).await.unwrap().kills, []);
    })
    .await;
}

#[tokio::test]
async fn an_operator_kills_but_ends_only_the_sessions_that_postgres_lets_them_end() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        let name = database.url.rsplit('/').next().unwrap();
        let [operator, clerk] = ["operator", "clerk"].map(|role| format!("{role}_{name}"));
        let group = sqlx::query_scalar::<_, String>("select role from halyard.group_roles where name = 'operator'");
        let group = group.fetch_one(&database.psql).await.unwrap();
        let roles = format!(
            "create role {operator} login; grant {group} to {operator}; create role {clerk} login; grant {group} to {clerk}"
        );
        database.execute(&roles).await.unwrap();
        let as_role = |role: &str| database.url.replace("//postgres@", &format!("//{role}@"));
        let store = Store::connect(&ConnectOptions::from_url(&as_role(&operator)).unwrap()).await.unwrap();

        // A superuser's session, then one of somebody else, then one of their own.
        for (holder, signal, may_end) in [
            ("postgres", true, false),
            (clerk.as_str(), false, false),
            (clerk.as_str(), true, true),
            (operator.as_str(), false, true),
        ] {
            let grant = if signal { "grant pg_signal_backend to" } else { "revoke pg_signal_backend from" };
            database.execute(&format!("{grant} {operator}")).await.unwrap();
            let options: PgConnectOptions = as_role(holder).parse().unwrap();
            let mut held = options.application_name("psql").connect().await.unwrap();
            let hold = "begin; update halyard.feature_flags set environments = '{\"staging\": true}'
                        where key = 'checkout'";
            sqlx::raw_sql(hold).execute(&mut held).await.unwrap();
            let blocker = blocker(&store, "checkout").await;
            assert_eq!((blocker.role.as_str(), blocker.application.as_str()), (holder, "psql"));
            assert_eq!(blocker.may_end, may_end, "{holder} with pg_signal_backend: {signal}");
            assert_eq!(blocker.since.is_some(), holder == operator, "what Postgres does not show is null");
            match store.session_end(&blocker, "checkout", &ana()).await {
                Ok(ended) => assert!(ended && may_end, "{holder}"),
                Err(StoreError::Forbidden { .. }) => {
                    assert!(!may_end, "{holder}");
                    held.close().await.unwrap();
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        let killed = timeout(SOON, store.flag_set_active("checkout", false, &ana())).await.unwrap().unwrap();
        assert!(killed.changed && killed.seq > 0, "an operator may read since when it is killed");
        assert_eq!(store.kill_board().await.unwrap().recent.len(), 1);
        store.confirmations("checkout", killed.seq).await.unwrap();
        store.close().await;
        let gone = format!("drop owned by {operator}, {clerk}; drop role {operator}, {clerk}");
        database.execute(&gone).await.unwrap();
    })
    .await;
}

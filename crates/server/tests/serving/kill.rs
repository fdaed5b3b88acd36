//! `halyard-server kill` and `restore`: from a terminal straight to the database, with the proof of effect.

use halyard_store::evaluators::EvaluatorKind;
use halyard_store::{ConnectOptions, Store, evaluators::Heartbeat};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

use crate::{
    program::{program, run, text},
    support::TestServer,
};

async fn flag(server: &TestServer, key: &str) {
    let flag = json!({ "key": key, "type": "boolean", "defaultValue": false, "rules": [{}] });
    server.post("/feature-flags").key(&server.keys.admin).json(flag).send().await.expect(201);
    let on = server.post(&format!("/feature-flags/{key}/environments/production"));
    on.key(&server.keys.admin).json(json!({ "enabled": true })).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flag_is_killed_and_restored_from_the_terminal_and_the_server_confirms() {
    let server = TestServer::start().await;
    flag(&server, "checkout").await;
    let database = ["--database", server.database.as_str()];
    let kill = ["kill", "checkout", "--note", "burns", "--actor", "Ada"];
    let killed = run(&[&kill[..], &database].concat()).await;
    let said = text(&killed.stdout);
    assert_eq!(killed.status.code(), Some(0), "{said}{}", text(&killed.stderr));
    assert!(said.contains("checkout is killed: everybody gets false"), "{said}");
    assert!(said.contains("confirmed after ") && said.contains("1 of 1 servers confirmed in "), "{said}");
    let evaluate = || server.post("/feature-flags/evaluate").key(&server.keys.server);
    let ask = json!({ "key": "checkout", "entityId": "c1" });
    let answer = evaluate().json(ask.clone()).send().await.expect(200).json();
    assert_eq!(answer["reason"], json!({ "kind": "OFF", "offBy": "KILL_SWITCH" }));
    let log = server.ask("GET", "/audit-log?limit=1").key(&server.keys.admin).send().await.expect(200).json();
    let entry = &log["entries"][0];
    assert_eq!((&entry["actor"], &entry["note"]), (&json!("Ada"), &json!("burns")), "{log}");
    assert!(entry["client"].as_str().unwrap().starts_with("halyard-server "));

    let again = run(&[&kill[..], &database, &["--json"]].concat()).await;
    let report: Value = serde_json::from_str(&text(&again.stdout)).unwrap();
    assert_eq!(
        (&report["changed"], &report["confirmed"], &report["of"]),
        (&json!(false), &json!(1), &json!(1))
    );
    assert_eq!(report["seq"], entry["seq"]);

    let restored = run(&[&["restore", "checkout"], &database[..]].concat()).await;
    assert_eq!(restored.status.code(), Some(0), "{}", text(&restored.stderr));
    assert_eq!(evaluate().json(ask).send().await.expect(200).json()["value"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_confirm_is_named_and_the_exit_code_says_so() {
    let server = TestServer::start().await;
    flag(&server, "checkout").await;
    let silent = Heartbeat {
        id: uuid::Uuid::now_v7(),
        kind: EvaluatorKind::Server,
        host: "far-away\u{1b}[31m".to_owned(),
        program: "halyard-server 0.1.0".to_owned(),
        started_at: chrono::Utc::now(),
        config_version: 1,
        queued: 0,
        spooled: 0,
        dropped: 0,
        log_behind_ms: None,
    };
    server.store.evaluator_heartbeat(&silent).await.unwrap();
    let killed = run(&["kill", "checkout", "--wait", "300ms", "--database", &server.database]).await;
    let said = text(&killed.stdout);
    assert_eq!(killed.status.code(), Some(2), "{said}");
    assert!(said.contains("far-away·[31m (halyard-server 0.1.0) has NOT confirmed"), "{said}");
    assert!(said.contains("1 of 2 servers confirmed."), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_flags_those_that_can_be_killed_are_and_who_holds_the_other_is_named() {
    let server = TestServer::start().await;
    for key in ["a", "held", "b"] {
        flag(&server, key).await;
    }
    let mut holder = PgConnection::connect(&server.database).await.unwrap();
    let hold = "begin; set application_name = 'psql'; update halyard.feature_flags set name = 'x' where key = 'held'";
    sqlx::raw_sql(hold).execute(&mut holder).await.unwrap();
    let arguments = ["kill", "a", "held", "nobody", "b", "--wait", "1500ms", "--database", &server.database];
    let killed = run(&arguments).await;
    let (said, complained) = (text(&killed.stdout), text(&killed.stderr));
    assert_eq!(killed.status.code(), Some(1), "{said}{complained}");
    assert!(said.contains("a is killed") && said.contains("b is killed"), "{said}");
    assert!(complained.contains("psql") && complained.contains("pg_terminate_backend"), "{complained}");
    assert!(complained.contains("held: ") && complained.contains("nobody: There is no flag"), "{complained}");
    holder.close().await.unwrap();
    assert!(server.store.flag_get("held").await.unwrap().is_active);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_takes_no_changes_is_said_at_the_terminal_and_over_http() {
    let server = TestServer::start().await;
    flag(&server, "checkout").await;
    let name = server.database.rsplit('/').next().unwrap().split('?').next().unwrap();
    let read_only = format!("alter database \"{name}\" set default_transaction_read_only = on");
    sqlx::raw_sql(sqlx::AssertSqlSafe(read_only)).execute(&server.psql).await.unwrap();
    let refused = run(&["kill", "checkout", "--database", &server.database]).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("primary"), "{}", text(&refused.stderr));
    let store = Store::connect(&ConnectOptions::from_url(&server.database).unwrap()).await.unwrap();
    assert!(store.flag_get("checkout").await.unwrap().is_active);
    // The server's own connections are as old as the database was writable: end them.
    let end = "select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid()";
    sqlx::raw_sql(end).execute(&server.psql).await.unwrap();
    let problem = loop {
        let toggle = server.post("/feature-flags/checkout/toggle").key(&server.keys.admin);
        let answered = toggle.json(json!({ "isActive": false })).send().await;
        let problem = answered.json();
        // Until the pool has noticed that its connections are gone.
        if problem["code"] != "database_unavailable" {
            break problem;
        }
    };
    assert_eq!((&problem["code"], &problem["status"]), (&json!("read_only"), &json!(503)), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_say_what_they_need() {
    let help = program(&["kill", "--help"]).output().await.unwrap();
    let said = text(&help.stdout);
    for wanted in ["--wait", "--note", "--json", "Exit code"] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    let nothing = run(&["kill", "--database", "postgres://ada@127.0.0.1:1/shop"]).await;
    assert!(
        !nothing.status.success() && text(&nothing.stderr).contains("<KEY>"),
        "{}",
        text(&nothing.stderr)
    );
}

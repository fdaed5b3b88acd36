//! Killing through commands: while somebody holds the flag, several at once, what it changes for the
//! customers, the statement for the hand, and telling others.

use halyard_embedded_postgres::testing::{self, PostgresVersion};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection, postgres::PgConnectOptions};
use tokio::time::timeout;

use crate::support::{TestApp, WITHIN, new_flag, with};

/// Somebody who works by hand and holds a flag without saying commit.
async fn hold(test: &TestApp, flag: &str) -> PgConnection {
    let url = testing::server(PostgresVersion::V18).url(&test.database);
    let options: PgConnectOptions = url.parse().unwrap();
    let mut connection = options.application_name("psql").connect().await.unwrap();
    let hold = format!("begin; update halyard.feature_flags set name = 'by hand' where key = '{flag}'");
    sqlx::raw_sql(AssertSqlSafe(hold)).execute(&mut connection).await.unwrap();
    connection
}

/// Waits until the attempt is as wanted.
async fn attempt(test: &TestApp, flag: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let waiting = async {
        loop {
            let attempt = test.ok("kill_attempt", json!({ "flag": flag })).await;
            if wanted(&attempt) {
                return attempt;
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(WITHIN, waiting).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_names_who_holds_the_flag_and_gets_through_once_that_session_is_ended() {
    let test = TestApp::connected().await;
    let flag = test.flag("checkout").await;
    let _held = hold(&test, "checkout").await;
    let blocked = test.fails("flag_kill", json!({ "flag": "checkout", "note": "burns" }), "blocked").await;
    let blocker = &blocked["details"]["blocker"];
    assert_eq!((&blocker["application"], &blocker["mayEnd"]), (&json!("psql"), &json!(true)), "{blocked:#}");
    assert!(blocker["since"].is_string() && blocker["state"] == "idle in transaction");

    // By id it is the same attempt.
    let trying =
        attempt(&test, flag["id"].as_str().unwrap(), |it| it["blocker"]["pid"] == blocker["pid"]).await;
    assert_eq!((&trying["state"], &trying["isActive"]), (&json!("trying"), &json!(false)));

    // No other session can be ended by it, not even by naming another flag.
    test.flag("other").await;
    let pid = blocker["pid"].as_i64().unwrap();
    test.fails("session_end", json!({ "pid": pid + 1, "flag": "checkout" }), "not_found").await;
    test.fails("session_end", json!({ "pid": pid, "flag": "other" }), "not_found").await;
    test.ok("session_end", json!({ "pid": pid, "flag": "checkout" })).await;
    let done = attempt(&test, "checkout", |it| it["state"] != "trying").await;
    assert_eq!((&done["state"], &done["result"]["changed"]), (&json!("done"), &json!(true)), "{done:#}");
    let killed = test.ok("flag_get", json!({ "flag": "checkout" })).await;
    assert_eq!((&killed["isActive"], &killed["name"]), (&json!(false), &flag["name"]));
    let entries = test.ok("audit_list", json!({ "limit": 2 })).await["entries"].take();
    assert_eq!((&entries[0]["action"], &entries[0]["note"]), (&json!("flag.killed"), &json!("burns")));
    assert_eq!((&entries[1]["action"], &entries[1]["after"]["pid"]), (&json!("session.ended"), &json!(pid)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_that_waits_can_be_called_off_and_a_newer_wish_takes_its_place() {
    let test = TestApp::connected().await;
    for flag in ["first", "second"] {
        test.flag(flag).await;
        let mut held = hold(&test, flag).await;
        test.fails("flag_kill", json!({ "flag": flag }), "blocked").await;
        if flag == "first" {
            test.ok("kill_call_off", json!({ "flag": flag })).await;
        } else {
            assert_eq!(test.ok("flag_restore", json!({ "flag": flag })).await["changed"], false);
        }
        assert_eq!(test.ok("kill_attempt", json!({ "flag": flag })).await, Value::Null);
        sqlx::raw_sql("rollback").execute(&mut held).await.unwrap();
        // Whoever still waited for the flag is done before this is.
        let changes = json!({ "flag": flag, "baseVersion": 1, "changes": { "name": "Later" } });
        let later = test.ok("flag_update", changes).await;
        assert_eq!((&later["isActive"], &later["version"]), (&json!(true), &json!(2)), "{flag}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_flags_each_has_its_own_outcome() {
    let test = TestApp::connected().await;
    for key in ["a", "held", "b"] {
        test.flag(key).await;
    }
    test.ok("flag_kill", json!({ "flag": "b" })).await;
    let _held = hold(&test, "held").await;
    let request = json!({ "flags": ["a", "held", "nobody", "b"], "note": "all of them" });
    let killed = test.ok("flags_kill", request).await;
    let outcomes: Vec<(&Value, &Value, &Value)> = killed
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["flag"], &it["result"]["changed"], &it["problem"]["code"]))
        .collect();
    let null = Value::Null;
    assert_eq!(
        outcomes,
        [
            (&json!("a"), &json!(true), &null),
            (&json!("held"), &null, &json!("blocked")),
            (&json!("nobody"), &null, &json!("not_found")),
            (&json!("b"), &json!(false), &null),
        ]
    );
    assert_eq!(test.violations("flags_kill", json!({ "flags": [] })).await, ["flags"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_and_restore_can_be_pressed_twice_and_say_since_when() {
    let test = TestApp::connected().await;
    test.flag("checkout").await;
    let killed = test.ok("flag_kill", json!({ "flag": "checkout" })).await;
    let again = test.ok("flag_kill", json!({ "flag": "checkout" })).await;
    assert_eq!((&killed["changed"], &again["changed"]), (&json!(true), &json!(false)));
    assert_eq!(killed["seq"], again["seq"]);
    let restored = test.ok("flag_restore", json!({ "flag": "checkout" })).await;
    assert_eq!(restored["flag"]["isActive"], true);
    assert!(restored["seq"].as_i64() > killed["seq"].as_i64());
    test.fails("flag_kill", json!({ "flag": "nobody" }), "not_found").await;
    let note = json!({ "flag": "checkout", "note": "x".repeat(2_001) });
    assert_eq!(test.violations("flag_kill", note).await, ["note"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_consequence_of_a_kill_is_counted_before_and_is_what_a_restore_undoes() {
    let test = TestApp::connected().await;
    let enterprise = test.audience("Enterprise", "enterprise").await;
    let free = test.audience("Free", "free").await;
    let rules = json!([
        { "audienceId": enterprise["id"], "value": "new" },
        { "audienceId": free["id"], "value": "old" },
    ]);
    let flag = with(new_flag("theme"), json!({ "type": "string", "defaultValue": "old", "rules": rules }));
    test.ok("flag_create", flag).await;
    let switch = json!({ "flag": "theme", "environment": "production", "enabled": true });
    test.ok("flag_set_environment", switch).await;
    let request = json!({ "flag": "theme", "environment": "production", "topic": "panel" });
    let counted = test.ok("kill_consequence", request.clone()).await;
    assert_eq!(
        (&counted["customers"], &counted["on"], &counted["changed"]),
        (&json!(1000), &json!(true), &json!(100))
    );
    assert_eq!(
        counted["from"],
        json!([{ "value": "old", "customers": 900 }, { "value": "new", "customers": 100 }])
    );
    assert_eq!(counted["to"], "old");
    let plans = json!({ "attribute": "plan", "values": [{ "value": "enterprise", "customers": 100 }] });
    assert_eq!(counted["breakdown"], plans);

    test.ok("flag_kill", json!({ "flag": "theme" })).await;
    let killed = test.ok("kill_consequence", request).await;
    assert_eq!((&killed["from"], &killed["changed"]), (&counted["from"], &counted["changed"]));
    let elsewhere = json!({ "flag": "theme", "environment": "staging", "attribute": "country" });
    let elsewhere = test.ok("kill_consequence", elsewhere).await;
    assert_eq!((&elsewhere["on"], &elsewhere["breakdown"]["attribute"]), (&json!(false), &json!("country")));
    test.fails("kill_consequence", json!({ "flag": "nobody", "environment": "staging" }), "not_found").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counting_the_consequence_delays_no_kill_and_can_be_called_off() {
    let test = TestApp::connected().await;
    test.flag("checkout").await;
    let mut customers = test.lock_customers().await;
    let request = json!({ "flag": "checkout", "environment": "production", "topic": "panel" });
    let counting = crate::support::spawn(&test, "kill_consequence", request);
    customers.until_waited_for_by(1).await;
    test.ok("flag_kill", json!({ "flag": "checkout" })).await;
    assert_eq!(test.ok("kill_board", json!({})).await["killed"], 1, "the board needs no counts");
    test.ok("count_cancel", json!({ "topic": "panel" })).await;
    assert_eq!(counting.await.unwrap().unwrap_err()["code"], "cancelled");
    customers.unlock().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_statement_for_the_hand_kills_the_flag_and_says_who_did() {
    let test = TestApp::connected().await;
    let flag = test.flag("checkout").await;
    test.ok("actor_set", json!({ "actor": "Ada O'Neill \\'; drop schema halyard; --" })).await;
    // The flag's key is known once the live configuration has it.
    let key = async {
        loop {
            let by_id = test.ok("flag_kill_statement", json!({ "flag": flag["id"] })).await;
            if by_id["sql"].as_str().unwrap().contains("'checkout'") {
                return by_id;
            }
            tokio::task::yield_now().await;
        }
    };
    let statement = timeout(WITHIN, key).await.unwrap();
    assert!(statement["host"].is_string() && statement["database"] == json!(test.database));
    for _ in 0..2 {
        test.execute(statement["sql"].as_str().unwrap()).await;
    }
    let entries = test.ok("audit_list", json!({ "limit": 1 })).await;
    let last = &entries["entries"][0];
    assert_eq!((&last["action"], &last["entityKey"]), (&json!("flag.killed"), &json!("checkout")));
    assert_eq!(last["actor"], "Ada O'Neill \\'; drop schema halyard; --");
    test.fails("flag_kill_statement", json!({ "flag": "'; drop" }), "invalid").await;

    let restoring = json!({ "flag": flag["id"], "isActive": true });
    let statement = test.ok("flag_kill_statement", restoring).await;
    for _ in 0..2 {
        test.execute(statement["sql"].as_str().unwrap()).await;
    }
    let entries = test.ok("audit_list", json!({ "limit": 2 })).await["entries"].take();
    assert_eq!(
        (&entries[0]["action"], &entries[1]["action"]),
        (&json!("flag.restored"), &json!("flag.killed"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn open_windows_hear_of_kills_by_others_and_whether_to_tell_is_remembered() {
    let test = TestApp::connected().await;
    test.flag("checkout").await;
    let start = test.ok("kills_since", json!({ "seq": null })).await;
    assert_eq!(start["kills"], json!([]));
    let store = test.store().await;
    let ben = halyard_store::Author::new("Ben", "halyard-server 0.1.0").with_note("burns");
    store.flag_set_active("checkout", false, &ben).await.unwrap();
    let news = test.ok("kills_since", json!({ "seq": start["seq"] })).await;
    let kill = &news["kills"][0];
    assert_eq!((&kill["actor"], &kill["action"]), (&json!("Ben"), &json!("flag.killed")));
    assert_eq!((&kill["flagKey"], &kill["note"]), (&json!("checkout"), &json!("burns")));
    assert_eq!(test.ok("kills_since", json!({ "seq": news["seq"] })).await["kills"], json!([]));
    assert_eq!(test.ok("kill_board", json!({})).await["recent"][0]["actor"], "Ben");

    assert_eq!(test.ok("workspace_status", json!({})).await["killNotifications"], false);
    let status = test.ok("kill_notifications_set", json!({ "enabled": true })).await;
    assert_eq!(status["killNotifications"], true);
    let remembered = std::fs::read_to_string(test.data_dir.path().join("workspaces.json")).unwrap();
    assert!(remembered.contains("\"killNotifications\": true"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_database_says_so_and_nothing_goes_on_behind_the_back() {
    let test = TestApp::connected().await;
    test.flag("checkout").await;
    test.ok("workspace_close", json!({})).await;
    let read_only = format!("alter database \"{}\" set default_transaction_read_only = on", test.database);
    test.execute(&read_only).await;
    test.ok("workspace_connect", test.connect_request()).await;
    let error = test.fails("flag_kill", json!({ "flag": "checkout" }), "read_only").await;
    assert!(error["message"].as_str().unwrap().contains("primary"), "says what to do: {error}");
    assert_eq!(test.ok("kill_attempt", json!({ "flag": "checkout" })).await, Value::Null);
    test.fails("flag_create", new_flag("new"), "read_only").await;
    assert_eq!(test.ok("kill_board", json!({})).await["killed"], 0);
    test.ok("flag_kill_statement", json!({ "flag": "checkout" })).await;
}

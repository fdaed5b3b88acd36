//! Reaching a database: URLs, the step-by-step test, and what happens when it goes away.

use std::time::{Duration, Instant};

use halyard_embedded_postgres::testing::PostgresVersion;
use halyard_store::{
    ConnectOptions, Store, StoreError,
    connect::{Address, ConnectionReport, Password, Step, StepOutcome, TlsMode},
};
use tokio::net::TcpListener;

use crate::support::{Database, on_each_postgres, violations};

fn tcp(host: &str, port: u16, tls: TlsMode) -> Address {
    Address::Tcp { host: host.to_owned(), port, tls }
}

fn outcomes(report: &ConnectionReport) -> Vec<(Step, StepOutcome)> {
    report.steps.iter().map(|step| (step.step, step.outcome)).collect()
}

#[test]
fn urls_are_read_and_tls_is_verified_off_loopback() {
    let cases = [
        ("postgres://u:p@db.example.com/shop", tcp("db.example.com", 5432, TlsMode::VerifyFull)),
        ("postgresql://u@localhost:6000/shop", tcp("localhost", 6000, TlsMode::Disable)),
        ("postgres://u@127.0.0.1/shop", tcp("127.0.0.1", 5432, TlsMode::Disable)),
        ("postgres://u@[::1]/shop", tcp("::1", 5432, TlsMode::Disable)),
        ("postgres://u@db/shop?sslmode=require", tcp("db", 5432, TlsMode::Require)),
        ("postgres://u@db/shop?sslmode=disable", tcp("db", 5432, TlsMode::Disable)),
        ("postgres://u@localhost/shop?sslmode=verify-full", tcp("localhost", 5432, TlsMode::VerifyFull)),
        ("postgres:///shop?host=/run/pg&user=u", Address::Socket { directory: "/run/pg".into(), port: 5432 }),
    ];
    for (url, address) in cases {
        let options = ConnectOptions::from_url(url).unwrap();
        assert_eq!(options.address, address, "{url}");
        assert_eq!((options.user.as_str(), options.database.as_str()), ("u", "shop"), "{url}");
    }
    let options = ConnectOptions::from_url("postgres://a%40b:p%2Fw%C3%A9@localhost/my%20shop").unwrap();
    assert_eq!((options.user.as_str(), options.database.as_str()), ("a@b", "my shop"));
    assert_eq!(options.password, Password::new("p/wé"));
}

#[test]
fn a_bad_url_is_explained_without_repeating_it() {
    for url in [
        "",
        "shop",
        "mysql://u:secret@db/shop",
        "postgres://:secret@db/shop",
        "postgres://u:secret@/shop",
        "postgres://u:secret@db:port/shop",
        "postgres://u:secret@db/shop?sslmode=prefer",
        "postgres://u:secret@db/shop?sslmode=maybe",
        "postgres://u:secret%FF@db/shop",
    ] {
        let violations = violations(ConnectOptions::from_url(url));
        assert_eq!(violations[0].path, "url", "{url}");
        assert!(!violations[0].message.contains("secret"), "{url}");
    }
}

#[test]
fn a_password_does_not_show_itself() {
    let options = ConnectOptions::from_url("postgres://u:secret@localhost/shop").unwrap();
    assert!(!format!("{options:?}").contains("secret"));
}

#[tokio::test]
async fn the_test_names_each_step_when_all_is_well() {
    for version in [PostgresVersion::V18, PostgresVersion::V14] {
        let database = Database::empty(version).await;
        let options = ConnectOptions::from_url(&database.url).unwrap();
        let report = options.test().await;
        assert_eq!(
            outcomes(&report),
            [
                (Step::Reach, StepOutcome::Ok),
                (Step::Tls, StepOutcome::Skipped),
                (Step::Login, StepOutcome::Ok),
                (Step::Rights, StepOutcome::Ok),
                (Step::Schema, StepOutcome::Ok),
            ]
        );
        assert!(report.ok && !report.schema_exists, "{report:?}");
        database.store.migrate().await.unwrap();
        let report = options.test().await;
        assert!(report.ok && report.schema_exists, "{report:?}");
    }
}

#[tokio::test]
async fn the_test_says_which_step_failed_and_what_to_do() {
    on_each_postgres(async |database| {
        for statement in ["create role nobody_here login", "create database elsewhere"] {
            // Another test may have made them on this server.
            database.execute(statement).await.ok();
        }
        let good = ConnectOptions::from_url(&database.url).unwrap();
        let Address::Tcp { host, port, .. } = good.address.clone() else { panic!("a socket") };
        let deaf = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hangs_up = deaf.local_addr().unwrap().port();
        let hanging_up = tokio::spawn(async move {
            loop {
                drop(deaf.accept().await);
            }
        });
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let nobody = free.local_addr().unwrap().port();
        drop(free);

        let cases = [
            (Step::Reach, ConnectOptions { address: tcp(&host, nobody, TlsMode::Disable), ..good.clone() }),
            (Step::Reach, ConnectOptions { address: tcp(&host, hangs_up, TlsMode::Disable), ..good.clone() }),
            (
                Step::Reach,
                ConnectOptions {
                    address: tcp("no-such-host.invalid", port, TlsMode::Disable),
                    ..good.clone()
                },
            ),
            (
                Step::Reach,
                ConnectOptions {
                    address: Address::Socket { directory: "/nowhere".into(), port },
                    ..good.clone()
                },
            ),
            (Step::Tls, ConnectOptions { address: tcp(&host, port, TlsMode::VerifyFull), ..good.clone() }),
            (Step::Login, ConnectOptions { database: "missing".to_owned(), ..good.clone() }),
            (Step::Login, ConnectOptions { user: "missing".to_owned(), ..good.clone() }),
            (
                Step::Rights,
                ConnectOptions {
                    user: "nobody_here".to_owned(),
                    database: "elsewhere".to_owned(),
                    ..good.clone()
                },
            ),
            (Step::Rights, ConnectOptions { user: "nobody_here".to_owned(), ..good.clone() }),
        ];
        for (failing, options) in cases {
            let report = options.test().await;
            assert!(!report.ok);
            assert_eq!(report.steps.len(), 5);
            let failed: Vec<_> =
                report.steps.iter().filter(|step| step.outcome == StepOutcome::Failed).collect();
            assert_eq!(failed.len(), 1, "{report:?}");
            assert_eq!(failed[0].step, failing, "{report:?}");
            assert!(!failed[0].message.is_empty() && !failed[0].advice.is_empty(), "{report:?}");
        }
        hanging_up.abort();
    })
    .await;
}

#[tokio::test]
async fn a_unix_socket_serves_as_well() {
    on_each_postgres(async |database| {
        let over_tcp = ConnectOptions::from_url(&database.url).unwrap();
        let options = ConnectOptions {
            address: Address::Socket {
                directory: database.server.socket_dir().to_owned(),
                port: database.server.port(),
            },
            ..over_tcp
        };
        assert!(options.test().await.ok);
        let store = Store::connect(&options).await.unwrap();
        assert_eq!(store.environments().await.unwrap().len(), 3);
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_unreachable_database_is_unavailable_and_soon() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let options = ConnectOptions {
        address: tcp("127.0.0.1", port, TlsMode::Disable),
        database: "x".to_owned(),
        user: "x".to_owned(),
        password: Password::default(),
    };
    let started = Instant::now();
    let outcome = Store::connect(&options).await;
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    assert!(started.elapsed() < Duration::from_secs(8));
}

#[tokio::test]
async fn a_wrong_role_is_denied_what_it_has_no_rights_to() {
    on_each_postgres(async |database| {
        database.execute("create role stranger login").await.ok();
        let options = ConnectOptions {
            user: "stranger".to_owned(),
            ..ConnectOptions::from_url(&database.url).unwrap()
        };
        let store = Store::connect(&options).await.unwrap();
        let denied = store.flags_list(false).await;
        assert!(matches!(denied, Err(StoreError::Forbidden { .. })), "{denied:?}");
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_cut_connection_is_replaced() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        database
            .execute(
                "select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and pid <> pg_backend_pid()
                     and application_name = 'halyard'",
            )
            .await
            .unwrap();
        database.store.flag_get("checkout").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_server_that_accepts_and_says_nothing_is_unavailable_and_soon() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = ConnectOptions {
        address: tcp("127.0.0.1", silent.local_addr().unwrap().port(), TlsMode::Disable),
        database: "x".to_owned(),
        user: "x".to_owned(),
        password: Password::default(),
    };
    let started = Instant::now();
    let outcome = Store::connect(&options).await;
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    assert!(started.elapsed() < Duration::from_secs(8));
}

/// The server's processes for this database stop answering, as on a hung disk, and go on later.
#[cfg(unix)]
#[tokio::test]
async fn a_connection_that_hangs_is_given_up_and_replaced() {
    let database = Database::migrated(PostgresVersion::V18).await;
    database.flag("checkout").await;
    let pids = database
        .json(
            "select jsonb_agg(pid::text) from pg_stat_activity
             where datname = current_database() and application_name = 'halyard'",
        )
        .await;
    let signal = |name: &str| {
        for pid in pids.as_array().unwrap() {
            let sent = std::process::Command::new("kill").args([name, pid.as_str().unwrap()]).status();
            assert!(sent.unwrap().success());
        }
    };
    signal("-STOP");
    let started = Instant::now();
    let outcome = database.store.flag_get("checkout").await;
    let took = started.elapsed();
    // Each hung connection of the pool costs one caller.
    let mut next = database.store.flag_get("checkout").await;
    for _ in 1..pids.as_array().unwrap().len() {
        if next.is_err() {
            next = database.store.flag_get("checkout").await;
        }
    }
    signal("-CONT");
    assert!(outcome.as_ref().is_err_and(StoreError::is_outage), "{outcome:?}");
    assert!(took < Duration::from_secs(12), "{took:?}");
    assert_eq!(next.unwrap().key, "checkout", "the next one is not poisoned");
}

//! The throw-away servers that other crates' tests stand on.

use std::io::{Read, Write};

use crate::support::{eventually, heard, is_alive, other_process, query};
use halyard_embedded_postgres::testing::{self, PostgresVersion, TestServer};

#[test]
fn both_versions_answer() {
    for (version, expected) in [(PostgresVersion::V14, "14"), (PostgresVersion::V18, "18")] {
        let server = testing::server(version);
        let said = query(&server.url("postgres"), "SHOW server_version").unwrap();
        assert!(said.starts_with(expected), "{said}");
    }
}

#[test]
fn one_process_has_one_server_a_version() {
    assert_eq!(testing::server(PostgresVersion::V18).port(), testing::server(PostgresVersion::V18).port());
}

#[test]
fn databases_are_fresh_copies_of_their_template() {
    let server = testing::server(PostgresVersion::V18);
    let template = testing::database(server, None);
    query(&server.url(&template), "CREATE TABLE flag AS SELECT 'new-checkout' AS key").unwrap();
    let (first, second) =
        (testing::database(server, Some(&template)), testing::database(server, Some(&template)));
    assert_ne!(first, second);
    query(&server.url(&first), "DELETE FROM flag").unwrap();
    assert_eq!(query(&server.url(&second), "SELECT key FROM flag").unwrap(), "new-checkout");
}

#[test]
fn text_is_utf_8() {
    let server = testing::server(PostgresVersion::V14);
    assert_eq!(query(&server.url("postgres"), "SELECT length('Łódź')::text").unwrap(), "4");
}

#[test]
fn server_and_files_go_with_a_killed_test_process() {
    let mut child = other_process("testing::hold_a_server", &[]).spawn().unwrap();
    let held = heard(&mut child, "holding ");
    let (pid, home) = held.split_once(' ').unwrap();
    let pid = pid.parse().unwrap();
    assert!(is_alive(pid));
    child.kill().unwrap();
    child.wait().unwrap();
    eventually("the server is gone", || !is_alive(pid));
    eventually("its files are gone", || !std::path::Path::new(home).exists());
}

#[test]
#[ignore = "the process that server_and_files_go_with_a_killed_test_process kills"]
fn hold_a_server() {
    let server = TestServer::start(PostgresVersion::V18).unwrap();
    println!("holding {} {}", server.pid(), server.socket_dir().display());
    std::io::stdout().flush().unwrap();
    let _ = std::io::stdin().read(&mut [0]);
}

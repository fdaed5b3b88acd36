//! What a person is told when it cannot work.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;

use halyard_embedded_postgres::EmbeddedError;

use crate::support::{Place, is_root};

#[test]
fn cluster_of_another_version_is_refused_by_name() {
    let place = Place::new();
    place.start().stop().unwrap();
    fs::write(place.postgres("cluster/PG_VERSION"), "17\n").unwrap();
    let error = place.try_start().unwrap_err();
    assert!(matches!(error, EmbeddedError::OtherVersion { .. }));
    let message = error.to_string();
    assert!(message.contains("Postgres 17") && message.contains("Postgres 18"), "{message}");
}

#[test]
fn failing_start_shows_the_end_of_the_log_and_not_the_password() {
    let place = Place::new();
    let postgres = place.start();
    let password = postgres.connection().password.clone();
    postgres.stop().unwrap();
    let mut settings =
        fs::OpenOptions::new().append(true).open(place.postgres("cluster/postgresql.conf")).unwrap();
    settings.write_all(b"no_such_setting = on\n").unwrap();
    let message = place.try_start().unwrap_err().to_string();
    assert!(message.contains("no_such_setting") && message.contains("server.log"), "{message}");
    assert!(!message.contains(&password));
}

#[test]
fn lost_password_is_told() {
    let place = Place::new();
    place.start().stop().unwrap();
    fs::remove_file(place.postgres("password")).unwrap();
    assert!(matches!(place.try_start().unwrap_err(), EmbeddedError::PasswordMissing { .. }));
}

#[test]
fn server_that_rejects_the_password_is_told_and_stopped() {
    let place = Place::new();
    place.start().stop().unwrap();
    fs::write(place.postgres("password"), "another").unwrap();
    let message = place.try_start().unwrap_err().to_string();
    assert!(message.contains("password authentication failed"), "{message}");
    assert!(!place.postgres("cluster/postmaster.pid").exists());
}

#[test]
fn data_directory_out_of_the_servers_reach_is_told() {
    if !is_root() {
        return;
    }
    let place = Place::new();
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let message = place.try_start().unwrap_err().to_string();
    assert!(message.contains("nobody") && message.contains("HALYARD_DATA_DIR"), "{message}");
}

#[test]
fn data_directory_that_is_a_file_is_told() {
    let place = Place::new();
    fs::write(place.path().join("postgres"), "").unwrap();
    let message = place.try_start().unwrap_err().to_string();
    assert!(
        message.contains(&place.postgres("").display().to_string().trim_end_matches('/').to_owned()),
        "{message}"
    );
}

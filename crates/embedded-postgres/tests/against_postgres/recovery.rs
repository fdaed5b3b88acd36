//! After a crash, whatever crashed.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::support::{Place, eventually, is_alive, other_process, query, signal, url};

#[test]
fn killed_server_recovers_its_data() {
    let place = Place::new();
    let postgres = place.start();
    query(&url(postgres.connection()), "CREATE TABLE flag AS SELECT 'new-checkout' AS key").unwrap();
    let pid = place.server_pid();
    signal(pid, "-9");
    eventually("the server is gone", || !is_alive(pid));
    let again = place.start();
    assert_eq!(query(&url(again.connection()), "SELECT key FROM flag").unwrap(), "new-checkout");
}

#[test]
fn killed_server_is_revived_on_its_port() {
    let place = Place::new();
    let mut postgres = place.start();
    let before = postgres.connection().clone();
    let pid = place.server_pid();
    signal(pid, "-9");
    eventually("the server is gone", || !is_alive(pid));
    assert_eq!(*postgres.revive().unwrap(), before);
    assert_eq!(query(&url(&before), "SELECT 'in'").unwrap(), "in");
}

#[test]
fn server_whose_port_was_taken_is_revived_on_another() {
    let place = Place::new();
    let mut postgres = place.start();
    let (pid, port) = (place.server_pid(), postgres.connection().port);
    signal(pid, "-9");
    eventually("the server is gone", || !is_alive(pid));
    let mut taken = None;
    eventually("the port is free", || {
        taken = TcpListener::bind(("127.0.0.1", port)).ok();
        taken.is_some()
    });
    assert_ne!(postgres.revive().unwrap().port, port);
    assert_eq!(query(&url(postgres.connection()), "SELECT 'in'").unwrap(), "in");
}

#[test]
fn running_server_needs_no_reviving() {
    let place = Place::new();
    let mut postgres = place.start();
    let pid = place.server_pid();
    postgres.revive().unwrap();
    assert_eq!(place.server_pid(), pid);
}

#[test]
fn revived_server_is_stopped_by_the_last_to_leave() {
    let place = Place::new();
    let (first, mut second) = (place.start(), place.start());
    let killed = place.server_pid();
    signal(killed, "-9");
    eventually("the server is gone", || !is_alive(killed));
    second.revive().unwrap();
    let revived = place.server_pid();
    second.stop().unwrap();
    assert!(is_alive(revived));
    first.stop().unwrap();
    assert!(!is_alive(revived));
}

/// A pid file as a crash leaves it: from a real server, and then with another process id in it.
fn leave_stale_pid_file(place: &Place, pid: u32) {
    let postgres = place.start();
    let file = place.postgres("cluster/postmaster.pid");
    let text = fs::read_to_string(&file).unwrap();
    postgres.stop().unwrap();
    let (_, rest) = text.split_once('\n').unwrap();
    fs::write(&file, format!("{pid}\n{rest}")).unwrap();
}

#[test]
fn stale_pid_file_of_a_dead_process_is_passed_over() {
    let place = Place::new();
    let mut dead = Command::new("true").spawn().unwrap();
    dead.wait().unwrap();
    leave_stale_pid_file(&place, dead.id());
    assert_eq!(query(&url(place.start().connection()), "SELECT 'in'").unwrap(), "in");
}

/// Process ids are used again. Postgres itself gives up when the one in its pid file now belongs to any
/// other process of the same account.
#[test]
fn stale_pid_file_of_another_living_process_is_passed_over() {
    let place = Place::new();
    let (uid, gid) = {
        let _postgres = place.start();
        let owner = fs::metadata(place.postgres("cluster")).unwrap();
        (owner.uid(), owner.gid())
    };
    let mut command = Command::new("sleep");
    command.arg("1000");
    if crate::support::is_root() {
        command.uid(uid).gid(gid);
    }
    let mut innocent = command.spawn().unwrap();
    leave_stale_pid_file(&place, innocent.id());
    let started =
        place.try_start().map(|postgres| query(&url(postgres.connection()), "SELECT 'in'").unwrap());
    let spared = innocent.try_wait().unwrap().is_none();
    innocent.kill().unwrap();
    innocent.wait().unwrap();
    assert_eq!(started.unwrap(), "in");
    assert!(spared);
}

#[test]
fn pid_file_cut_off_by_a_crash_is_passed_over() {
    for content in ["", "12", "not a number\nat all\n"] {
        let place = Place::new();
        place.start().stop().unwrap();
        fs::write(place.postgres("cluster/postmaster.pid"), content).unwrap();
        assert_eq!(query(&url(place.start().connection()), "SELECT 'in'").unwrap(), "in", "{content:?}");
    }
}

#[test]
fn app_killed_during_init_leaves_nothing_in_the_way() {
    let place = Place::new();
    let mut app = other_process("sharing::hold", &[("PLACE", place.path())]).spawn().unwrap();
    let unfinished = || {
        let entries = fs::read_dir(place.postgres("")).into_iter().flatten().flatten();
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("cluster.new")).count()
    };
    eventually("initdb is at work", || unfinished() > 0);
    app.kill().unwrap();
    app.wait().unwrap();
    assert!(!place.postgres("cluster").exists());
    assert_eq!(query(&url(place.start().connection()), "SELECT 'in'").unwrap(), "in");
}

#[test]
fn half_a_cluster_is_cleared_away() {
    let place = Place::new();
    let half = place.postgres("cluster.new-0123456789abcdef");
    fs::create_dir_all(half.join("base")).unwrap();
    fs::write(half.join("PG_VERSION"), "18\n").unwrap();
    fs::write(place.postgres("password"), "of an init that never finished").unwrap();
    assert_eq!(query(&url(place.start().connection()), "SELECT 'in'").unwrap(), "in");
    assert!(!half.exists());
}

#[test]
fn short_socket_directory_of_a_killed_server_is_removed() {
    use halyard_embedded_postgres::{Binaries, EmbeddedPostgres, Options};
    let place = Place::new();
    let long = place.path().join("d".repeat(120));
    let start = || EmbeddedPostgres::start(Options::new(&long, Binaries::find(None).unwrap())).unwrap();
    let postgres = start();
    let left_behind = postgres.connection().socket_dir.clone();
    let file = fs::read_to_string(long.join("postgres/cluster/postmaster.pid")).unwrap();
    let pid = file.lines().next().unwrap().parse().unwrap();
    signal(pid, "-9");
    eventually("the server is gone", || !is_alive(pid));
    let _again = start();
    assert!(!left_behind.exists());
}

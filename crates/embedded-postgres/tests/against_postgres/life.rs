//! Start, use, stop, start again.

use std::net::TcpStream;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Instant;

use halyard_embedded_postgres::{Binaries, Departure, EmbeddedPostgres, Options, default_data_dir};

use crate::support::{Place, is_alive, is_root, mode, other_process, query, url};

#[test]
fn first_start_makes_the_database() {
    let place = Place::new();
    let postgres = place.start();
    let said =
        query(&url(postgres.connection()), "SELECT current_database() || ' ' || current_user").unwrap();
    assert_eq!(said, "halyard halyard");
}

#[test]
fn text_is_utf_8_and_sorts_alike_everywhere() {
    let place = Place::new();
    let postgres = place.start();
    let sql = "SELECT datlocprovider::text || ' ' || datlocale || ' ' || pg_encoding_to_char(encoding) || ' ' || upper('łódź')
               FROM pg_database WHERE datname = 'halyard'";
    assert_eq!(query(&url(postgres.connection()), sql).unwrap(), "b C.UTF-8 UTF8 ŁÓDŹ");
}

#[test]
fn restart_keeps_data() {
    let place = Place::new();
    let postgres = place.start();
    query(&url(postgres.connection()), "CREATE TABLE flag AS SELECT 'new-checkout' AS key").unwrap();
    postgres.stop().unwrap();
    let postgres = place.start();
    assert_eq!(query(&url(postgres.connection()), "SELECT key FROM flag").unwrap(), "new-checkout");
}

#[test]
fn dropped_database_is_made_again() {
    let place = Place::new();
    let postgres = place.start();
    let elsewhere =
        url(postgres.connection()).replace("/halyard", "/postgres").replace("//postgres", "//halyard");
    query(&elsewhere, "DROP DATABASE halyard").unwrap();
    postgres.stop().unwrap();
    assert_eq!(
        query(&url(place.start().connection()), "SELECT current_database()::text").unwrap(),
        "halyard"
    );
}

#[test]
fn stop_leaves_no_process_no_socket_and_no_listener() {
    let place = Place::new();
    let postgres = place.start();
    let (pid, port) = (place.server_pid(), postgres.connection().port);
    assert!(is_alive(pid));
    assert_eq!(postgres.stop().unwrap(), Departure::Stopped);
    assert!(!is_alive(pid));
    assert!(!place.postgres(&format!(".s.PGSQL.{port}")).exists());
    assert!(!place.postgres("cluster/postmaster.pid").exists());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn dropping_stops_too() {
    let place = Place::new();
    let postgres = place.start();
    let pid = place.server_pid();
    drop(postgres);
    assert!(!is_alive(pid));
}

#[test]
fn only_the_owner_may_enter() {
    let place = Place::new();
    let postgres = place.start();
    assert_eq!(mode(&place.postgres("")), 0o700);
    assert_eq!(mode(&place.postgres("cluster")), 0o700);
    assert_eq!(mode(&place.postgres("password")), 0o600);
    let socket = postgres.connection().socket_dir.join(format!(".s.PGSQL.{}", postgres.connection().port));
    assert_eq!(mode(&socket), 0o700);
}

#[test]
fn password_is_asked_for_on_every_way_in() {
    let place = Place::new();
    let postgres = place.start();
    let connection = postgres.connection();
    let wrong = url(connection).replace(&connection.password, "wrong");
    let socket = connection.socket_dir.display().to_string().replace('/', "%2F");
    let over_socket = format!("postgres://{socket}:{}/halyard?user=halyard&password=", connection.port);
    assert!(query(&wrong, "SELECT 'in'").unwrap_err().to_string().contains("password authentication failed"));
    let refusal = query(&format!("{over_socket}wrong"), "SELECT 'in'").unwrap_err();
    assert!(refusal.to_string().contains("password authentication failed"), "{refusal}");
    assert_eq!(query(&format!("{over_socket}{}", connection.password), "SELECT 'in'").unwrap(), "in");
}

#[test]
fn passwords_differ_and_do_not_show() {
    let (one, other) = (Place::new(), Place::new());
    let (one, other) = (one.start(), other.start());
    assert_ne!(one.connection().password, other.connection().password);
    assert!(!format!("{one:?}").contains(&one.connection().password));
}

#[test]
fn server_does_not_run_as_root() {
    let place = Place::new();
    let _postgres = place.start();
    let server = std::fs::metadata(format!("/proc/{}", place.server_pid())).unwrap().uid();
    assert_ne!(server, 0);
    assert_eq!(std::fs::metadata(place.postgres("cluster")).unwrap().uid(), server);
}

/// As root this is an ordinary user's turn: the very test binary, run by another account.
#[test]
fn ordinary_user_runs_the_server_as_themselves() {
    if !is_root() {
        return;
    }
    use std::os::unix::process::CommandExt;
    let place = Place::new();
    std::os::unix::fs::chown(place.path(), Some(65_534), Some(65_534)).unwrap();
    let mut command = other_process("life::start_and_stop", &[("PLACE", place.path())]);
    let output = command.uid(65_534).gid(65_534).current_dir("/").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(std::fs::metadata(place.postgres("cluster")).unwrap().uid(), 65_534);
    // What a user made, root can use, and the user again after root.
    place.start().stop().unwrap();
    let mut command = other_process("life::start_and_stop", &[("PLACE", place.path())]);
    let output = command.uid(65_534).gid(65_534).current_dir("/").output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
#[ignore = "the process of ordinary_user_runs_the_server_as_themselves"]
fn start_and_stop() {
    let place = std::env::var_os("PLACE").unwrap();
    EmbeddedPostgres::start(Options::new(place, Binaries::find(None).unwrap())).unwrap().stop().unwrap();
}

#[test]
fn path_too_long_for_a_socket_gets_a_short_one() {
    let place = Place::new();
    let long = place.path().join("Application Support, 'quoted'").join("d".repeat(120));
    let start = || EmbeddedPostgres::start(Options::new(&long, Binaries::find(None).unwrap())).unwrap();
    let postgres = start();
    let socket_dir = postgres.connection().socket_dir.clone();
    assert!(!socket_dir.starts_with(place.path()) && socket_dir.as_os_str().len() < 90, "{socket_dir:?}");
    assert_eq!(mode(&socket_dir), 0o700);
    assert_eq!(query(&url(postgres.connection()), "SELECT 'in'").unwrap(), "in");
    postgres.stop().unwrap();
    assert!(!socket_dir.exists());
}

#[test]
fn data_directory_can_be_chosen_by_variable() {
    let mut command =
        other_process("life::say_data_dir", &[("HALYARD_DATA_DIR", Path::new("/somewhere/else"))]);
    let output = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert!(output.contains("data in /somewhere/else\n"), "{output}");
}

#[test]
#[ignore = "the process of data_directory_can_be_chosen_by_variable"]
fn say_data_dir() {
    println!("data in {}", default_data_dir().display());
}

#[test]
fn usual_data_directory_can_be_entered_by_the_server() {
    assert!(!is_root() || default_data_dir() == Path::new("/var/lib/halyard"));
}

/// `cargo test -p halyard-embedded-postgres measure -- --ignored --nocapture`
#[test]
#[ignore = "a measurement, not a check"]
fn measure() {
    for _ in 0..5 {
        let place = Place::new();
        let timed = |what: &str, begin: Instant| println!("{what}: {} ms", begin.elapsed().as_millis());
        let begin = Instant::now();
        let postgres = place.start();
        timed("init and start", begin);
        let begin = Instant::now();
        postgres.stop().unwrap();
        timed("stop", begin);
        let begin = Instant::now();
        let _first = place.start();
        timed("start", begin);
        let begin = Instant::now();
        let _second = place.start();
        timed("join", begin);
    }
}

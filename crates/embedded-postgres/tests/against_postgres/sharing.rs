//! Several instances of the app on one data directory.

use std::io::{Read, Write};

use halyard_embedded_postgres::{Binaries, Departure, EmbeddedPostgres, Options, Step};

use crate::support::{Place, heard, is_alive, other_process, query, url};

#[test]
fn second_instance_shares_the_server() {
    let place = Place::new();
    let (first, second) = (place.start(), place.start());
    assert_eq!(first.connection(), second.connection());
}

#[test]
fn server_lives_until_the_last_instance_leaves() {
    let place = Place::new();
    let (first, second) = (place.start(), place.start());
    let pid = place.server_pid();
    assert_eq!(first.stop().unwrap(), Departure::StillUsed);
    assert_eq!(query(&url(second.connection()), "SELECT 'in'").unwrap(), "in");
    assert_eq!(second.stop().unwrap(), Departure::Stopped);
    assert!(!is_alive(pid));
}

#[test]
fn instances_that_start_at_once_share_one_new_cluster() {
    let place = Place::new();
    let start = || {
        std::thread::scope(|scope| {
            let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| place.start())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect::<Vec<_>>()
        })
    };
    let instances = start();
    assert!(instances.iter().all(|instance| instance.connection() == instances[0].connection()));
    let departures: Vec<_> = instances.into_iter().map(|instance| instance.stop().unwrap()).collect();
    assert_eq!(departures.iter().filter(|&&departure| departure == Departure::Stopped).count(), 1);
}

#[test]
fn server_of_a_killed_app_is_joined_and_stopped() {
    let place = Place::new();
    let mut app = other_process("sharing::hold", &[("PLACE", place.path())]).spawn().unwrap();
    let port = heard(&mut app, "holding port ");
    app.kill().unwrap();
    app.wait().unwrap();
    let pid = place.server_pid();
    assert!(is_alive(pid));
    let (steps, received) = std::sync::mpsc::channel();
    let options = Options::new(place.path(), Binaries::find(None).unwrap());
    let postgres = EmbeddedPostgres::start(options.on_step(move |step| steps.send(step).unwrap())).unwrap();
    assert_eq!(postgres.connection().port.to_string(), port);
    assert_eq!(received.iter().collect::<Vec<_>>(), [Step::Preparing, Step::Joining]);
    // The killed app counts no more.
    assert_eq!(postgres.stop().unwrap(), Departure::Stopped);
    assert!(!is_alive(pid));
}

#[test]
fn other_process_keeps_the_server_alive() {
    let place = Place::new();
    let mut app = other_process("sharing::hold", &[("PLACE", place.path())]).spawn().unwrap();
    heard(&mut app, "holding port ");
    let postgres = place.start();
    assert_eq!(postgres.stop().unwrap(), Departure::StillUsed);
    let pid = place.server_pid();
    assert!(is_alive(pid));
    drop(app.stdin.take());
    assert!(app.wait().unwrap().success());
    assert!(!is_alive(pid));
}

#[test]
#[ignore = "the other app of the tests above"]
fn hold() {
    let place = std::env::var_os("PLACE").unwrap();
    let postgres = EmbeddedPostgres::start(Options::new(place, Binaries::find(None).unwrap())).unwrap();
    println!("holding port {}", postgres.connection().port);
    std::io::stdout().flush().unwrap();
    let _ = std::io::stdin().read(&mut [0]);
}

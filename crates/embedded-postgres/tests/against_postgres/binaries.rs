//! Finding binaries, and running those that an installer left incomplete.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use halyard_embedded_postgres::{Binaries, EmbeddedError, EmbeddedPostgres, Options};

use crate::support::{Place, is_root, other_process, query, url};

/// The binaries without links, as a bundler ships them, in a resource directory.
fn installed(place: &Place) -> PathBuf {
    let resources = place.path().join("resources");
    copy_without_links(Binaries::find(None).unwrap().root(), &resources.join("postgres"));
    resources
}

fn copy_without_links(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy_without_links(&source, &target);
        } else if kind.is_file() && fs::hard_link(&source, &target).is_err() {
            fs::copy(&source, &target).unwrap();
        }
    }
}

fn start_with(data_dir: &Path, resources: &Path) -> Result<EmbeddedPostgres, EmbeddedError> {
    EmbeddedPostgres::start(Options::new(data_dir, Binaries::find(Some(resources))?))
}

#[test]
fn missing_library_links_are_made_in_place() {
    let place = Place::new();
    let resources = installed(&place);
    let lib = resources.join("postgres/lib");
    assert!(!lib.join("libicuuc.so.60").exists());
    let postgres = start_with(place.path(), &resources).unwrap();
    assert_eq!(query(&url(postgres.connection()), "SELECT 'in'").unwrap(), "in");
    assert_eq!(fs::read_link(lib.join("libicuuc.so.60")).unwrap(), Path::new("libicuuc.so.60.2"));
}

#[test]
fn instances_may_make_the_links_at_the_same_time() {
    let place = Place::new();
    let resources = installed(&place);
    std::thread::scope(|scope| {
        let starts: Vec<_> = (0..3)
            .map(|number| place.path().join(number.to_string()))
            .map(|data_dir| {
                scope.spawn(|| {
                    let data_dir = data_dir;
                    start_with(&data_dir, &resources).map(drop)
                })
            })
            .collect();
        for start in starts {
            start.join().unwrap().unwrap();
        }
    });
    let litter = fs::read_dir(resources.join("postgres/lib")).unwrap().map(Result::unwrap);
    assert!(litter.into_iter().all(|entry| !entry.file_name().to_string_lossy().starts_with(".link")));
}

/// For root: a directory that the server's account may not enter. Else: one that may not be written.
#[test]
fn binaries_out_of_reach_are_copied_once() {
    let place = Place::new();
    let resources = installed(&place);
    let closed = if is_root() { 0o700 } else { 0o500 };
    let locked = if is_root() { resources.clone() } else { resources.join("postgres/lib") };
    fs::set_permissions(&locked, fs::Permissions::from_mode(closed)).unwrap();
    let copies = || {
        let entries = fs::read_dir(place.postgres("")).unwrap().map(Result::unwrap);
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("binaries-")).count()
    };
    for _ in 0..2 {
        let postgres = start_with(place.path(), &resources).unwrap();
        assert_eq!(query(&url(postgres.connection()), "SELECT 'in'").unwrap(), "in");
        postgres.stop().unwrap();
        assert_eq!(copies(), 1);
    }
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn missing_binaries_are_told_with_every_place_looked_in() {
    let place = Place::new();
    let mut command = other_process("binaries::say_find", &[("HALYARD_POSTGRES_DIR", place.path())]);
    let output = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let message = output.lines().find_map(|line| Some(line.split_once("found: ")?.1)).unwrap();
    assert!(message.contains(&place.path().display().to_string()), "{message}");
    assert!(message.contains("Reinstall Halyard") && message.contains("HALYARD_POSTGRES_DIR"), "{message}");
}

#[test]
fn binaries_can_be_chosen_by_variable() {
    let chosen = Binaries::find(None).unwrap().root().to_owned();
    let mut command = other_process("binaries::say_find", &[("HALYARD_POSTGRES_DIR", &chosen)]);
    let output = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert!(output.contains(&format!("found: {}\n", chosen.display())), "{output}");
}

#[test]
#[ignore = "the process of the tests above"]
fn say_find() {
    match Binaries::find(None) {
        Ok(binaries) => println!("found: {}", binaries.root().display()),
        Err(error) => println!("found: {error}"),
    }
}

#[test]
fn binaries_that_do_not_run_are_told() {
    let place = Place::new();
    let resources = place.path().join("resources");
    let server = resources.join("postgres/bin/postgres");
    fs::create_dir_all(server.parent().unwrap()).unwrap();
    fs::write(&server, "#!/bin/sh\necho 'libnothing.so: cannot open shared object file' >&2; exit 127\n")
        .unwrap();
    fs::set_permissions(&server, fs::Permissions::from_mode(0o755)).unwrap();
    let message = start_with(place.path(), &resources).unwrap_err().to_string();
    assert!(message.contains("cannot be run") && message.contains("libnothing.so"), "{message}");
}

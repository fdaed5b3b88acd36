//! Restores the library links that `pg-symlinks.json` lists. npm's install scripts make them, but scripts
//! may be switched off; a bundler may drop them. Two processes may do this at once: each link is made under
//! another name and renamed into place.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use crate::EmbeddedError;
use crate::directory::random_name;

#[derive(Deserialize)]
struct Link {
    /// What the link leads to.
    source: PathBuf,
    /// The link itself.
    target: PathBuf,
}

/// Makes every missing link below `root`, the directory with `bin`, `lib` and `share`.
pub(super) fn complete(root: &Path) -> Result<(), EmbeddedError> {
    let list = root.join("pg-symlinks.json");
    let text = match fs::read(&list) {
        // Windows' binaries have no links, and other builds of Postgres no such file.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        result => result.map_err(EmbeddedError::file("Cannot read", &list))?,
    };
    let links: Vec<Link> = serde_json::from_slice(&text)
        .map_err(io::Error::from)
        .map_err(EmbeddedError::file("Cannot understand", &list))?;
    for link in links {
        let (Some(source), Some(target)) = (below(root, &link.source), below(root, &link.target)) else {
            continue;
        };
        if !target.exists() {
            make(&source, &target).map_err(EmbeddedError::file("Cannot make the link", &target))?;
        }
    }
    Ok(())
}

/// The list's paths begin with `native/`, which is `root` under another name once installed. Paths that
/// lead out of `root` are none of ours.
fn below(root: &Path, listed: &Path) -> Option<PathBuf> {
    let inside = listed.strip_prefix("native").unwrap_or(listed);
    inside.components().all(|part| matches!(part, Component::Normal(_))).then(|| root.join(inside))
}

fn make(source: &Path, target: &Path) -> io::Result<()> {
    let temporary = target.with_file_name(random_name(".link"));
    link_or_copy(source, target, &temporary)?;
    fs::rename(&temporary, target).inspect_err(|_| {
        let _ = fs::remove_file(&temporary);
    })
}

#[cfg(unix)]
fn link_or_copy(source: &Path, target: &Path, temporary: &Path) -> io::Result<()> {
    // Relative where it can be, so that the whole directory may be moved.
    let leads_to = match source.file_name() {
        Some(name) if source.parent() == target.parent() => Path::new(name),
        _ => source,
    };
    let linked = std::os::unix::fs::symlink(leads_to, temporary);
    linked.or_else(|_| fs::copy(source, temporary).map(drop))
}

#[cfg(not(unix))]
fn link_or_copy(source: &Path, _target: &Path, temporary: &Path) -> io::Result<()> {
    fs::copy(source, temporary).map(drop)
}

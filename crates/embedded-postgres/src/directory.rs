//! Where the app's data lives, what the embedded Postgres keeps there, and names for what is made there.

use std::env;
use std::io;
use std::path::PathBuf;

/// The app's identifier, by which platforms name its directory.
const IDENTIFIER: &str = "app.halyard.desktop";

/// The directory for Halyard's data: `HALYARD_DATA_DIR` when set; `/var/lib/halyard` for root, whose home
/// the server's account could not enter; else the platform's directory for application data.
pub fn default_data_dir() -> PathBuf {
    if let Some(chosen) = env::var_os("HALYARD_DATA_DIR").filter(|value| !value.is_empty()) {
        return std::path::absolute(&chosen).unwrap_or_else(|_| chosen.into());
    }
    #[cfg(unix)]
    if rustix::process::geteuid().is_root() {
        return PathBuf::from("/var/lib/halyard");
    }
    dirs::data_dir().unwrap_or_else(env::temp_dir).join(IDENTIFIER)
}

/// `prefix` and something that no other process will choose.
pub(crate) fn random_name(prefix: &str) -> String {
    // Uniqueness matters here, not secrecy: the process id will do where randomness fails.
    let suffix = random_hex::<8>().unwrap_or_else(|_| std::process::id().to_string());
    format!("{prefix}-{suffix}")
}

/// `N` random bytes in hexadecimal.
pub(crate) fn random_hex<const N: usize>() -> io::Result<String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

//! What this computer is called, for lists that tell computers apart.

use std::{env, fs, process::Command};

/// The name of this computer; "this computer" when the system does not say.
#[must_use]
pub fn computer_name() -> String {
    let said = ["COMPUTERNAME", "HOSTNAME"].iter().find_map(|name| env::var(name).ok().and_then(one_word));
    said.or_else(|| one_word(fs::read_to_string("/proc/sys/kernel/hostname").ok()?))
        .or_else(|| one_word(String::from_utf8(Command::new("hostname").output().ok()?.stdout).ok()?))
        .unwrap_or_else(|| "this computer".to_owned())
}

fn one_word(said: String) -> Option<String> {
    let name = said.trim();
    (!name.is_empty() && !name.contains(char::is_whitespace)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_taken_only_when_it_is_a_name() {
        assert_eq!(one_word("build-7\n".to_owned()).as_deref(), Some("build-7"));
        assert_eq!(one_word(" \n".to_owned()), None);
        assert_eq!(one_word("hostname: not found".to_owned()), None);
        assert!(!computer_name().is_empty());
    }
}

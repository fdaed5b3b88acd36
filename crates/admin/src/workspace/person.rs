//! Who is at the computer, as a suggestion for the audit's actor.

use std::{env, fs};

/// The real name of the account, else its name; empty when the system does not say.
pub(crate) fn suggested() -> String {
    let named = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| env::var(name).ok());
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let mut accounts = accounts.lines().filter_map(Account::parse);
    let account = match &named {
        Some(name) => accounts.find(|account| account.name == *name),
        None => accounts.find(|account| Some(account.user_id) == own_user_id()),
    };
    match account {
        Some(Account { real_name: Some(real_name), .. }) => real_name,
        Some(Account { name, .. }) => name.to_owned(),
        None => named.unwrap_or_default(),
    }
}

/// Without a library call: the owner of this process's own entry, where there is such a thing.
#[cfg(unix)]
fn own_user_id() -> Option<u32> {
    fs::metadata("/proc/self").ok().map(|own| std::os::unix::fs::MetadataExt::uid(&own))
}

#[cfg(not(unix))]
fn own_user_id() -> Option<u32> {
    None
}

/// A line of the list of accounts (passwd(5)).
struct Account<'line> {
    name: &'line str,
    user_id: u32,
    /// Of the fifth field, what is before the first comma; `&` stands for the account's name.
    real_name: Option<String>,
}

impl<'line> Account<'line> {
    fn parse(line: &'line str) -> Option<Self> {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let user_id = fields.nth(1)?.parse().ok()?;
        let real_name = fields.nth(1)?.split(',').next()?.trim().replace('&', name);
        Some(Account { name, user_id, real_name: Some(real_name).filter(|name| !name.is_empty()) })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn an_account_is_known_by_its_real_name() {
        let account = Account::parse("ada:x:1000:1000:& Lovelace,,,:/home/ada:/bin/sh").unwrap();
        assert_eq!((account.name, account.user_id), ("ada", 1000));
        assert_eq!(account.real_name.as_deref(), Some("ada Lovelace"));
    }

    #[test]
    fn an_account_without_a_real_name_has_none() {
        let account = Account::parse("build:x:1001:1001::/home/build:/bin/sh").unwrap();
        assert_eq!(account.real_name, None);
    }
}

//! Who is at the computer, as a suggestion for the audit's actor.

use std::{env, fs};

/// The real name of the account, else its name; empty when the system does not say.
pub(crate) fn suggested() -> String {
    let account = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| env::var(name).ok());
    let account = account.unwrap_or_default();
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    real_name(&accounts, &account).unwrap_or(account)
}

/// The name in the fifth field of the account's line: up to the first comma, `&` being the
/// account's name (passwd(5)).
fn real_name(accounts: &str, account: &str) -> Option<String> {
    let line = accounts.lines().find(|line| line.split(':').next() == Some(account))?;
    let name = line.split(':').nth(4)?.split(',').next()?.trim().replace('&', account);
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNTS: &str = "root:x:0:0:root:/root:/bin/bash\n\
        ada:x:1000:1000:Ada Lovelace,,,:/home/ada:/bin/sh\n\
        build:x:1001:1001::/home/build:/bin/sh\n";

    #[test]
    fn the_real_name_of_the_account_is_suggested() {
        assert_eq!(real_name(ACCOUNTS, "ada").as_deref(), Some("Ada Lovelace"));
    }

    #[test]
    fn an_account_without_a_real_name_has_none() {
        assert_eq!(real_name(ACCOUNTS, "build"), None);
        assert_eq!(real_name(ACCOUNTS, "nobody-knows"), None);
    }
}

//! Where a start, a second start, a link, the tray or a click on a notification leads. All of them only open a
//! window at a place; none ever changes anything.

use halyard_admin::FlagKey;

/// The scheme of links to the app, with what follows it in every link.
const SCHEME: &str = "halyard://";

/// A window, and the place in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Destination {
    /// The main window, as it is.
    #[default]
    Main,
    /// The kill board in its own window, with the keyboard on `flag`.
    KillBoard {
        /// Any flag, tagged for the board or not; `None` leaves the keyboard where it is.
        flag: Option<FlagKey>,
    },
}

impl Destination {
    /// Whether `text` is meant as a link to the app, right or wrong.
    pub(crate) fn is_link(text: &str) -> bool {
        text.starts_with(SCHEME)
    }

    /// Reads `halyard://`, `halyard://kill` and `halyard://kill/KEY`; `None` for anything else. Links come from
    /// chats and websites: nothing is decoded, repaired or passed on that is not the key of a flag.
    pub(crate) fn from_link(link: &str) -> Option<Self> {
        let place = link.strip_prefix(SCHEME)?;
        if place.is_empty() {
            return Some(Self::Main);
        }
        match place.strip_prefix("kill")? {
            "" | "/" => Some(Self::KillBoard { flag: None }),
            rest => Some(Self::KillBoard { flag: Some(FlagKey::parse(rest.strip_prefix('/')?).ok()?) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board(key: &str) -> Destination {
        Destination::KillBoard { flag: Some(FlagKey::parse(key).unwrap()) }
    }

    #[test]
    fn a_link_leads_to_the_app_the_board_or_a_flag_on_it() {
        assert_eq!(Destination::from_link("halyard://"), Some(Destination::Main));
        let no_flag = Some(Destination::KillBoard { flag: None });
        assert_eq!(Destination::from_link("halyard://kill"), no_flag);
        assert_eq!(Destination::from_link("halyard://kill/"), no_flag);
        assert_eq!(Destination::from_link("halyard://kill/checkout-v2"), Some(board("checkout-v2")));
        assert_eq!(Destination::from_link("halyard://kill/Beta_2.1"), Some(board("Beta_2.1")));
    }

    #[test]
    fn anything_else_leads_nowhere() {
        let long = format!("halyard://kill/{}", "a".repeat(101));
        for link in [
            "",
            "kill/checkout",
            "https://example.com/kill/checkout",
            "HALYARD://kill/checkout",
            "halyard:kill/checkout",
            "halyard://kills",
            "halyard://restore/checkout",
            "halyard://kill/checkout/now",
            "halyard://kill/checkout?hold=true",
            "halyard://kill/checkout#x",
            "halyard://kill/check%6fut",
            "halyard://kill/../settings",
            "halyard://kill/a b",
            "halyard://kill/a\"b",
            "halyard://kill/-checkout",
            "halyard://kill//checkout",
            "halyard://someone@kill/checkout",
            "halyard://kill/0199f1c2-5b7e-7a3a-9c55-0123456789ab",
            &long,
        ] {
            assert_eq!(Destination::from_link(link), None, "{link}");
        }
    }
}

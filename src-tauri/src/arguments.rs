//! What the app can be asked on its command line.

use halyard_admin::FlagKey;

use crate::destination::Destination;

const HELP: &str = "\
Halyard: audience-targeted feature flags on your own Postgres

Usage: halyard [options] [link]

  --kill-board [KEY]  open the kill board in its own window, the keyboard on the flag KEY
  --explore-sample    open the sample workspace when no workspace is remembered
  --exit-when-shown   end as soon as the first page shows data (for measuring)
  --version           print the version
  --help              print this

Links:
  halyard://kill      opens the kill board, halyard://kill/KEY with the keyboard on a flag

Environment:
  HALYARD_DATA_DIR    where the app keeps its data, the embedded database included
  HALYARD_LOG         what is logged to standard error, as in `halyard=debug`";

/// The options of a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// The window to open.
    pub(crate) destination: Destination,
    /// Open the sample workspace when there is none to reopen.
    pub(crate) explore_sample: bool,
    /// End as soon as the first page shows data.
    pub(crate) exit_when_shown: bool,
}

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Open a window.
    ToRun(Arguments),
    /// Only print something.
    ForText(String),
    /// Something that does not exist; the text says what does.
    Wrongly(String),
}

impl Arguments {
    /// Reads the arguments that follow the program's name.
    pub(crate) fn parse(given: impl Iterator<Item = String>) -> Asked {
        let mut arguments = Self::default();
        let mut given = given.peekable();
        while let Some(argument) = given.next() {
            match argument.as_str() {
                "--kill-board" => {
                    let flag = match given.next_if(|next| !next.starts_with('-')) {
                        None => None,
                        Some(key) => match FlagKey::parse(&key) {
                            Ok(flag) => Some(flag),
                            Err(problem) => {
                                return Asked::Wrongly(format!(
                                    "{key:?} is not the key of a flag: {problem}"
                                ));
                            }
                        },
                    };
                    arguments.destination = Destination::KillBoard { flag };
                }
                "--explore-sample" => arguments.explore_sample = true,
                "--exit-when-shown" => arguments.exit_when_shown = true,
                "--help" | "-h" => return Asked::ForText(HELP.to_owned()),
                "--version" | "-V" => {
                    return Asked::ForText(format!("halyard {}", env!("CARGO_PKG_VERSION")));
                }
                // One that leads nowhere opens the app all the same.
                link if Destination::is_link(link) => {
                    arguments.destination = Destination::from_link(link).unwrap_or_default();
                }
                unknown => return Asked::Wrongly(format!("There is no option {unknown}.\n\n{HELP}")),
            }
        }
        Asked::ToRun(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &[&str], expected: Arguments) {
        assert_eq!(Arguments::parse(given.iter().map(ToString::to_string)), Asked::ToRun(expected));
    }

    fn board(key: Option<&str>) -> Destination {
        Destination::KillBoard { flag: key.map(|key| FlagKey::parse(key).unwrap()) }
    }

    #[test]
    fn options_are_off_unless_given() {
        check(&[], Arguments::default());
        check(&["--explore-sample"], Arguments { explore_sample: true, ..Arguments::default() });
    }

    #[test]
    fn the_kill_board_takes_a_flag_or_none() {
        check(&["--kill-board"], Arguments { destination: board(None), ..Arguments::default() });
        check(
            &["--kill-board", "checkout-v2"],
            Arguments { destination: board(Some("checkout-v2")), ..Arguments::default() },
        );
        check(
            &["--kill-board", "--exit-when-shown"],
            Arguments { destination: board(None), exit_when_shown: true, ..Arguments::default() },
        );
    }

    #[test]
    fn a_link_opens_its_place_and_a_wrong_one_the_app() {
        check(
            &["halyard://kill/checkout"],
            Arguments { destination: board(Some("checkout")), ..Arguments::default() },
        );
        check(&["halyard://kill/check out"], Arguments::default());
    }

    #[test]
    fn what_cannot_be_a_key_is_refused_by_name() {
        let Asked::Wrongly(text) = Arguments::parse(["--kill-board", "a b"].map(str::to_owned).into_iter())
        else {
            panic!("it was accepted")
        };
        assert!(text.contains("\"a b\""), "{text}");
    }

    #[test]
    fn an_unknown_option_is_refused_with_the_ones_that_exist() {
        let Asked::Wrongly(text) = Arguments::parse(["--kil".to_owned()].into_iter()) else {
            panic!("--kil was accepted")
        };
        assert!(text.contains("--kil") && text.contains("--explore-sample"));
    }
}

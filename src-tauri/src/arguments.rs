//! What the app can be asked on its command line.

const HELP: &str = "\
Halyard: audience-targeted feature flags on your own Postgres

Usage: halyard [options]

  --explore-sample   open the sample workspace when no workspace is remembered
  --exit-when-shown  end as soon as the first page shows data (for measuring)
  --version          print the version
  --help             print this

Environment:
  HALYARD_DATA_DIR   where the app keeps its data, the embedded database included
  HALYARD_LOG        what is logged to standard error, as in `halyard=debug`";

/// The options of a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// Open the sample workspace when there is none to reopen.
    pub(crate) explore_sample: bool,
    /// End as soon as the first page shows data.
    pub(crate) exit_when_shown: bool,
}

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Open the window.
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
        for argument in given {
            match argument.as_str() {
                "--explore-sample" => arguments.explore_sample = true,
                "--exit-when-shown" => arguments.exit_when_shown = true,
                "--help" | "-h" => return Asked::ForText(HELP.to_owned()),
                "--version" | "-V" => {
                    return Asked::ForText(format!("halyard {}", env!("CARGO_PKG_VERSION")));
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

    #[test]
    fn options_are_off_unless_given() {
        check(&[], Arguments { explore_sample: false, exit_when_shown: false });
        check(&["--explore-sample"], Arguments { explore_sample: true, exit_when_shown: false });
    }

    #[test]
    fn an_unknown_option_is_refused_with_the_ones_that_exist() {
        let Asked::Wrongly(text) = Arguments::parse(["--kil".to_owned()].into_iter()) else {
            panic!("--kil was accepted")
        };
        assert!(text.contains("--kil") && text.contains("--explore-sample"));
    }
}

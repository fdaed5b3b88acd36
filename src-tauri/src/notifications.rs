//! Notifications of the system: somebody else killed or restored a flag. A click opens the kill board on it, where
//! the system tells of clicks.

use std::collections::BTreeSet;

use halyard_admin::FlagKey;
use serde::Deserialize;
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt as _;

use crate::{destination::Destination, window};

/// More changes at once than this are told by one notification.
const SINGLE: usize = 3;
/// Characters of a note that are shown; the board has all of it.
const LONGEST: usize = 200;
/// Names the flag of a notification to whoever handles the click.
const FLAG: &str = "flag";

/// A kill or restore by somebody else.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kill {
    /// Who the program says it was.
    pub(crate) actor: String,
    /// `flag.killed` or `flag.restored`.
    action: String,
    flag_key: String,
    /// Why; empty when nobody said.
    note: String,
}

/// What a notification says.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    title: String,
    body: String,
    /// The flag that it is about, if it is about one alone.
    flag: Option<String>,
}

/// Opens the board where a notification is clicked.
pub(crate) fn listen(app: &AppHandle) {
    let handle = app.clone();
    let heard = app.notification().on_action(move |action| {
        let flag = action.notification().and_then(|notification| notification.extra().get(FLAG));
        let flag = flag.and_then(|flag| FlagKey::parse(flag.as_str()?).ok());
        window::go(&handle, Destination::KillBoard { flag });
    });
    if let Err(error) = heard {
        tracing::info!(%error, "clicks on notifications are not heard");
    }
}

/// Tells of kills and restores, oldest first.
pub(crate) fn show(app: &AppHandle, kills: Vec<Kill>) {
    for Told { title, body, flag } in tell(&kills) {
        let mut notification = app.notification().builder().title(title).body(body);
        if let Some(flag) = flag {
            notification = notification.extra(FLAG, flag);
        }
        if let Err(error) = notification.show() {
            tracing::info!(%error, "a notification could not be shown");
        }
    }
}

fn tell(kills: &[Kill]) -> Vec<Told> {
    if kills.len() <= SINGLE {
        return kills.iter().map(tell_one).collect();
    }
    let killed = kills.iter().filter(|kill| kill.killed()).count();
    let title = match (killed, kills.len() - killed) {
        (killed, 0) => format!("{killed} flags were killed"),
        (0, restored) => format!("{restored} flags were restored"),
        (killed, restored) => format!("Killed: {killed}. Restored: {restored}"),
    };
    let actors: BTreeSet<&str> = kills.iter().map(|kill| kill.actor.as_str()).collect();
    let by = actors.into_iter().collect::<Vec<_>>().join(", ");
    vec![Told { title, body: plain(&format!("by {by}")), flag: None }]
}

fn tell_one(kill: &Kill) -> Told {
    let what = if kill.killed() { "killed" } else { "restored" };
    let body = if kill.note.is_empty() { "No note was given." } else { &kill.note };
    Told {
        title: one_line(&format!("{} was {what} by {}", kill.flag_key, kill.actor)),
        body: plain(body),
        flag: Some(kill.flag_key.clone()),
    }
}

impl Kill {
    fn killed(&self) -> bool {
        self.action == "flag.killed"
    }
}

/// Names and notes are other people's text: they must not break out of their line.
fn one_line(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST + 1).collect();
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// The text of a notification. The desktops of Linux take markup there.
fn plain(text: &str) -> String {
    let line = one_line(text);
    if cfg!(target_os = "linux") {
        line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    } else {
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kill(flag: &str, actor: &str, action: &str, note: &str) -> Kill {
        Kill { actor: actor.into(), action: action.into(), flag_key: flag.into(), note: note.into() }
    }

    #[test]
    fn a_kill_is_told_with_who_and_why() {
        let told = tell(&[
            kill("checkout-v2", "Ada", "flag.killed", "error rate 12 %"),
            kill("checkout-v2", "Ada", "flag.restored", ""),
        ]);
        assert_eq!(told[0].title, "checkout-v2 was killed by Ada");
        assert_eq!(told[0].body, "error rate 12 %");
        assert_eq!(told[0].flag.as_deref(), Some("checkout-v2"));
        assert_eq!(told[1].title, "checkout-v2 was restored by Ada");
        assert_eq!(told[1].body, "No note was given.");
    }

    #[test]
    fn many_at_once_are_told_by_one() {
        let kills: Vec<Kill> =
            (0..12).map(|n| kill(&format!("flag-{n}"), "Ada", "flag.killed", "")).collect();
        let told = tell(&kills);
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].title.as_str(), told[0].body.as_str()), ("12 flags were killed", "by Ada"));
        assert_eq!(told[0].flag, None);
    }

    #[test]
    fn what_people_wrote_stays_text_on_one_line() {
        let note = format!("<a href='x'>click</a>\nnow {}", "n".repeat(300));
        let told = tell(&[kill("checkout", "Ada\n", "flag.killed", &note)]);
        assert_eq!(told[0].title, "checkout was killed by Ada ");
        assert!(!told[0].body.contains('\n') && told[0].body.ends_with('…'));
        assert!(!cfg!(target_os = "linux") || told[0].body.starts_with("&lt;a href='x'&gt;click"));
    }
}

//! What the app shows outside of its windows: its icon in the tray with the menu behind it, and the system's
//! notifications of kills by others.

use halyard_tests::desktop::{Notice, Screen, Server};
use serde_json::json;

use crate::steps::{data_dir, keyboard_is_on};

/// The menu's words for a flag that can be killed.
fn alive(key: &str) -> String {
    format!("{key} on the kill board…")
}

/// The menu's words for a killed flag.
fn killed(key: &str) -> String {
    format!("✕ {key} (killed)")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tray_opens_the_app_and_the_kill_board_on_a_flag_and_kills_nothing() {
    let data = data_dir();
    let screen = Screen::start(data.path(), &[]);
    let panel = screen.panel().await;
    let app = screen.open(&["--explore-sample"]).await;
    app.sees("new-dashboard").await;
    panel.shows("the flags of the board", |menu| menu.contains(&alive("checkout-v2"))).await;
    let menu = panel.menu().await;
    let (first, last) = (&menu[..2], menu.last().unwrap());
    assert_eq!((first, last.as_str()), (&["Open Halyard".to_owned(), "Kill board".to_owned()][..], "Quit"));
    assert!(menu.iter().any(|entry| entry.starts_with("✕ ")), "one is killed in the sample data: {menu:#?}");

    panel.choose("Kill board").await;
    app.switch_to_other_window().await;
    app.holds("it is the board", "return document.title.startsWith(arguments[0])", "Kill board").await;
    for key in ["invoice-pdf", "checkout-v2"] {
        panel.choose(&alive(key)).await;
        keyboard_is_on(&app, &format!("Hold to kill {key}")).await;
    }
    panel.choose("Kill board").await;
    panel.choose("Open Halyard").await;
    for key in ["checkout-v2", "invoice-pdf"] {
        assert_eq!(app.command("flag_get", json!({ "flag": key })).await["isActive"], true, "{key}");
    }
    assert_eq!(app.client().windows().await.unwrap().len(), 2, "each window is there once");

    // What is killed, by whomever, is marked, and can still be looked at.
    Server::kill(data.path(), "checkout-v2", "Grace Hopper", "error rate 12 %").await;
    panel.shows("the kill", |menu| menu.contains(&killed("checkout-v2"))).await;
    panel.choose(&killed("checkout-v2")).await;
    keyboard_is_on(&app, "Restore").await;
    assert_eq!(app.command("flag_get", json!({ "flag": "checkout-v2" })).await["isActive"], false);

    panel.choose("Quit").await;
    panel.sees_the_app_leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_by_others_are_told_by_the_system_once_somebody_asked_for_it() {
    let data = data_dir();
    let screen = Screen::start(data.path(), &[]);
    let (panel, notices) = (screen.panel().await, screen.notices().await);
    let app = screen.open(&["--explore-sample"]).await;
    app.sees("new-dashboard").await;
    app.command("actor_set", json!({ "actor": "Ada Lovelace" })).await;

    // Nobody asked: nothing is told. The tray has seen the kill, so the notifications would have, too.
    Server::kill(data.path(), "invoice-pdf", "Grace Hopper", "before anybody asked").await;
    panel.shows("the kill", |menu| menu.contains(&killed("invoice-pdf"))).await;
    app.go_to("#/settings").await;
    app.click("[aria-label='Tell me when others kill or restore']").await;
    app.becomes("it is asked for", "workspace_status", json!({}), |status| {
        status["killNotifications"] == true
    })
    .await;

    // One's own are known already.
    app.command("flag_kill", json!({ "flag": "dark-mode", "note": "my own" })).await;
    app.command("flag_restore", json!({ "flag": "dark-mode", "note": "my own" })).await;
    Server::kill(data.path(), "checkout-v2", "Grace Hopper", "error rate <12 %> & rising").await;
    let shown = notices.until(1).await;
    let expected = Notice {
        summary: "checkout-v2 was killed by Grace Hopper".to_owned(),
        body: "error rate &lt;12 %&gt; &amp; rising".to_owned(),
        can_be_clicked: true,
    };
    assert_eq!(shown, [expected]);
    let password = std::fs::read_to_string(data.path().join("postgres/password")).unwrap();
    assert!(!format!("{shown:?}").contains(password.trim()));

    // A click leads to the flag on the board, and changes nothing.
    notices.click(0).await;
    app.switch_to_other_window().await;
    keyboard_is_on(&app, "Restore").await;
    assert_eq!(app.command("flag_get", json!({ "flag": "checkout-v2" })).await["isActive"], false);
    app.close().await;
}

//! The kill board's own window: opened by the command line, a link and the palette.

use fantoccini::key::Key;
use halyard_tests::desktop::{Screen, Server};
use serde_json::json;

use crate::steps::{choose, data_dir, keyboard_is_on};

#[tokio::test(flavor = "multi_thread")]
async fn the_kill_board_opens_on_a_flag_from_the_command_line_and_from_links() {
    let data = data_dir();
    let screen = Screen::start(data.path(), &[]);
    let app = screen.open(&["--explore-sample", "--kill-board", "checkout-v2"]).await;
    app.sees("Kill board").await;
    keyboard_is_on(&app, "Hold to kill checkout-v2").await;
    assert_eq!(app.client().windows().await.unwrap().len(), 1, "the board alone is opened");
    assert!(!app.text().await.contains("Audiences"), "the board's window has no side bar");

    // A second start hands its link over; it leads to the flag, again and again, and changes nothing.
    screen.start_again(&["halyard://kill/invoice-pdf"]).await;
    keyboard_is_on(&app, "Hold to kill invoice-pdf").await;
    screen.start_again(&["--kill-board", "checkout-v2"]).await;
    keyboard_is_on(&app, "Hold to kill checkout-v2").await;
    app.press(&[char::from(Key::Tab)]).await;
    screen.start_again(&["halyard://kill/checkout-v2"]).await;
    keyboard_is_on(&app, "Hold to kill checkout-v2").await;
    screen.start_again(&["halyard://kill/invoice-pdf?confirm=1"]).await;
    screen.start_again(&["halyard://restore/search-ranker"]).await;
    keyboard_is_on(&app, "Hold to kill checkout-v2").await;
    for (key, active) in [("checkout-v2", true), ("invoice-pdf", true), ("search-ranker", false)] {
        let flag = app.command("flag_get", json!({ "flag": key })).await;
        assert_eq!(flag["isActive"], active, "{key}");
    }
    // The window may ask for what the board needs, and for nothing else.
    let denied = app.try_command("flag_archive", json!({ "flag": "dark-mode" })).await.unwrap_err();
    assert!(denied.to_string().contains("not allowed"), "{denied}");

    // Killed from here with the key that is held, with a server that confirms it.
    let _server = Server::beside(data.path()).await;
    app.hold_key(char::from(Key::Enter)).await;
    app.sees("KILLED").await;
    app.holds(
        "it is confirmed, or nobody was there to confirm it",
        "return /confirmed in|othing to confirm/.test(document.body.innerText)",
        "",
    )
    .await;
    for theme in ["light", "dark"] {
        app.use_theme(theme).await;
        app.sees("checkout-v2").await;
        for (width, height) in [(1280, 800), (1920, 1080)] {
            app.client().set_window_size(width, height).await.unwrap();
            app.sees("invoice-pdf").await;
            app.screenshot(&format!("kill-board-{theme}-{width}x{height}")).await;
        }
    }
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_palette_opens_the_board_beside_the_main_window() {
    let data = data_dir();
    let screen = Screen::start(data.path(), &[]);
    let app = screen.open(&["--explore-sample"]).await;
    app.sees("new-dashboard").await;
    choose(&app, "board in a window", "Open the kill board in a window").await;
    app.switch_to_other_window().await;
    app.sees("search-ranker").await;
    app.find("[aria-label='Flags']").await;
    app.holds("it is the board", "return document.title.startsWith(arguments[0])", "Kill board").await;
    app.close().await;
}

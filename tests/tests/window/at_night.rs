//! Scene "3 a.m.": somebody on call kills a flag by keyboard alone, sees a real server confirm it, and restores it.

use fantoccini::key::Key;
use halyard_tests::desktop::{Screen, Server};
use serde_json::json;

use crate::steps::{choose, data_dir, keyboard_is_on};

#[tokio::test(flavor = "multi_thread")]
async fn at_3_am_a_flag_is_killed_confirmed_and_restored_by_keyboard_alone() {
    let data = data_dir();
    let screen = Screen::start(data.path(), &[]);
    let app = screen.open(&["--explore-sample"]).await;
    app.sees("new-dashboard").await;
    let _server = Server::beside(data.path()).await;
    app.becomes("the server is registered", "evaluators_list", json!({}), |list| {
        list.as_array().is_some_and(|servers| servers.len() == 1)
    })
    .await;
    let before = app.command("flag_get", json!({ "flag": "checkout-v2" })).await;
    assert_eq!(before["isActive"], true);

    choose(&app, "kill checkout", "checkout-v2").await;
    app.sees("50,000 customers").await;
    keyboard_is_on(&app, "Hold to kill checkout-v2").await;
    let still = app.command("flag_get", json!({ "flag": "checkout-v2" })).await;
    assert_eq!(still["isActive"], true, "the Enter that chose the row kills nothing");
    app.screenshot("night-before-the-hold").await;
    app.hold_key(char::from(Key::Enter)).await;
    app.sees("checkout-v2 is killed. Everyone gets false.").await;
    app.sees("1 of 1 confirmed in").await;
    app.screenshot("night-killed").await;
    let killed = app.command("flag_get", json!({ "flag": "checkout-v2" })).await;
    assert_eq!(killed["isActive"], false);

    choose(&app, "restore checkout", "checkout-v2").await;
    app.find("[role='dialog'] input").await;
    app.sees("50,000 customers").await;
    app.screenshot("night-restore").await;
    app.replace_text("[role='dialog'] input", "false alarm").await;
    app.press(&[char::from(Key::Enter)]).await;
    app.sees("checkout-v2 is restored.").await;
    let after = app.command("flag_get", json!({ "flag": "checkout-v2" })).await;
    assert_eq!(after["isActive"], true);
    assert_eq!(after["rules"], before["rules"], "the exact rules are back");
    assert_eq!(after["defaultValue"], before["defaultValue"]);
    app.screenshot("night-restored").await;
    app.close().await;
}

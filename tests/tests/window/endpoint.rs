//! The endpoint that the app itself serves to SDKs on this computer.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use halyard_tests::desktop::Screen;

use crate::steps::{data_dir, evaluate};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_made_in_the_window_opens_the_endpoint_of_the_app() {
    let data = data_dir();
    let screen = Screen::start(data.path(), &[]);
    let app = screen.open(&["--explore-sample"]).await;
    app.sees("new-dashboard").await;

    app.go_to("#/settings?section=keys").await;
    app.click_button("New key").await;
    app.type_into_label("Name", "Web shop").await;
    app.screenshot("window-new-key").await;
    app.click_button("Create key").await;
    let key = app.find("[data-testid='new-key']").await.text().await.unwrap();
    app.click_button("Copy key").await;
    app.sees("Copied").await;
    app.screenshot("window-key-once").await;
    app.click_button("Done").await;
    app.gone("[data-testid='new-key']").await;

    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    app.go_to("#/settings?section=endpoint").await;
    app.replace_text("input[inputmode='numeric']", &port.to_string()).await;
    app.click("[aria-label='Local evaluation endpoint']").await;
    app.sees(&format!("http://127.0.0.1:{port}")).await;
    // A new key reaches the endpoint a moment after it was made.
    let patience = Instant::now();
    let answer = loop {
        let answer = evaluate(port, &key, "new-dashboard", "cus_00002080").unwrap();
        if answer.starts_with("HTTP/1.1 200") {
            break answer;
        }
        assert!(patience.elapsed() < Duration::from_secs(30), "{answer}");
        tokio::task::yield_now().await;
    };
    assert!(answer.contains(r#""key":"new-dashboard""#), "{answer}");
    app.sees("1 evaluation").await;
    app.screenshot("window-endpoint").await;
    app.close().await;
}

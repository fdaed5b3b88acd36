//! The local endpoint: switched on and off, its port, and that it lives as long as its workspace.

use std::{
    io,
    net::{Ipv4Addr, TcpListener, TcpStream},
    time::Duration,
};

use halyard_admin::{LocalEndpoint, LocalEndpoints, Promised};
use halyard_evaluator::LiveConfiguration;
use serde_json::{Value, json};

use crate::support::{TestApp, start};

/// Listens, and answers nothing: enough to see whether a port is taken.
#[derive(Debug)]
pub(crate) struct Listeners;

#[derive(Debug)]
struct Listening(TcpListener);

impl LocalEndpoints for Listeners {
    fn serve(&self, port: u16, _: LiveConfiguration) -> Promised<'_, io::Result<Box<dyn LocalEndpoint>>> {
        Box::pin(async move {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
            Ok(Box::new(Listening(listener)) as Box<dyn LocalEndpoint>)
        })
    }
}

impl LocalEndpoint for Listening {
    fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }

    fn evaluations(&self) -> u64 {
        7
    }

    fn shut_down(self: Box<Self>, _: Duration) -> Promised<'static, ()> {
        Box::pin(async move { drop(self) })
    }
}

/// A port that nobody has at the moment.
fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn answers(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}

async fn status(test: &TestApp) -> Value {
    test.ok("local_endpoint_get", json!({})).await
}

async fn switch_on(test: &TestApp, port: u16) -> Value {
    test.ok("local_endpoint_set", json!({ "enabled": true, "port": port })).await
}

#[tokio::test]
async fn the_endpoint_is_off_until_it_is_switched_on_and_says_where_it_answers() {
    let test = TestApp::connected().await;
    let off = status(&test).await;
    assert_eq!(
        off,
        json!({
            "enabled": false, "port": 8484, "url": null, "since": null, "evaluations": 0, "problem": null,
        })
    );
    let port = free_port();
    let on = switch_on(&test, port).await;
    assert_eq!(on["url"], format!("http://127.0.0.1:{port}"));
    assert_eq!((&on["enabled"], &on["evaluations"]), (&json!(true), &json!(7)));
    assert!(on["since"].is_string() && answers(port));
    assert_eq!(status(&test).await, on);

    let off = test.ok("local_endpoint_set", json!({ "enabled": false, "port": port })).await;
    assert_eq!((&off["enabled"], &off["port"], &off["url"]), (&json!(false), &json!(port), &Value::Null));
    assert!(!answers(port));
}

#[tokio::test]
async fn a_port_in_use_is_refused_beside_the_port_and_what_answered_goes_on() {
    let test = TestApp::connected().await;
    let port = free_port();
    switch_on(&test, port).await;
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let taken = taken.local_addr().map(|address| (taken, address.port())).unwrap();
    let request = json!({ "enabled": true, "port": taken.1 });
    let error = test.fails("local_endpoint_set", request, "invalid").await;
    assert_eq!(error["details"]["violations"][0]["path"], "port");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains(&format!("uses port {}", taken.1)), "{message}");

    let still = status(&test).await;
    assert_eq!((&still["port"], &still["problem"]), (&json!(port), &Value::Null));
    assert!(answers(port));
    assert_eq!(
        test.violations("local_endpoint_set", json!({ "enabled": true, "port": 70_000 })).await,
        ["port"]
    );
}

#[tokio::test]
async fn another_port_is_taken_before_the_first_is_given_up() {
    let test = TestApp::connected().await;
    let (first, second) = (free_port(), free_port());
    switch_on(&test, first).await;
    switch_on(&test, second).await;
    assert!(answers(second) && !answers(first));
}

#[tokio::test]
async fn the_endpoint_ends_with_its_workspace_and_starts_again_with_it() {
    let test = TestApp::connected().await;
    let port = free_port();
    switch_on(&test, port).await;
    test.ok("workspace_close", json!({})).await;
    assert!(!answers(port));
    test.fails("local_endpoint_get", json!({}), "no_workspace").await;

    test.ok("workspace_connect", test.connect_request()).await;
    let again = status(&test).await;
    assert_eq!((&again["enabled"], &again["port"]), (&json!(true), &json!(port)));
    assert!(answers(port));
    test.app.shut_down().await;
    assert!(!answers(port));
}

#[tokio::test]
async fn a_port_that_is_taken_when_the_workspace_opens_is_said_and_does_not_keep_it_from_opening() {
    let test = TestApp::connected().await;
    let port = free_port();
    switch_on(&test, port).await;
    test.app.shut_down().await;
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();

    let app = start(&test.data_dir);
    let test = TestApp { app, ..test };
    test.app.opened_or_failed().await;
    // The password is kept for a session only, and this is another one.
    test.ok("workspace_connect", test.connect_request()).await;
    let status = status(&test).await;
    assert_eq!((&status["enabled"], &status["url"]), (&json!(true), &Value::Null));
    assert!(status["problem"]["message"].as_str().unwrap().contains("uses port"), "{status:#}");
    drop(taken);
    assert_eq!(switch_on(&test, port).await["problem"], Value::Null);
}

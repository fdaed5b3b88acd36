//! The scenes of the product in the real window: the built app under Xvfb, driven by WebKitWebDriver,
//! on its own embedded Postgres.
#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};

use fantoccini::key::Key;
use halyard_tests::desktop::{Desktop, Screen};

const NO_ARGUMENTS: &[&str] = &[];

/// A data directory that the embedded database's account can reach, too, when the tests run as root.
fn data_dir() -> tempfile::TempDir {
    let directory = tempfile::Builder::new().prefix("halyard-window-").tempdir().unwrap();
    let reachable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(directory.path(), reachable).unwrap();
    directory
}

async fn explore_sample(app: &Desktop) {
    app.click_button("Explore with sample data").await;
    app.sees("Who are you?").await;
    app.replace_text("input", "Ana Ops").await;
    app.click_button("Continue").await;
    app.sees("new-dashboard").await;
}

/// Asks beside the flag's page why a customer gets its value, and reads the sentence.
async fn ask_why(app: &Desktop, customer: &str, sentence: &str, screenshot: &str) {
    app.click_xpath("//nav[starts-with(@aria-label, 'Parts of')]//button[normalize-space()='Why']").await;
    app.replace_text("[aria-label='Customer']", customer).await;
    app.click("[role='option']").await;
    app.holds(
        &format!("the sentence says “{sentence}”"),
        "return document.querySelector(\"[data-testid='why-sentence']\")?.innerText.includes(arguments[0]) === true",
        sentence,
    )
    .await;
    app.screenshot(screenshot).await;
    app.press(&[char::from(Key::Escape)]).await;
    app.gone("[data-testid='why-sentence']").await;
}

async fn save_with_note(app: &Desktop, note: &str, version: u32) {
    app.replace_text("[aria-label='Unsaved changes'] [aria-label='Note']", note).await;
    app.click("[aria-label='Save']").await;
    app.sees(&format!("Saved v{version}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_first_start_to_kill_restore_and_reopen() {
    let data = data_dir();
    let screen = Screen::start(data.path(), &[]);
    let app = screen.open(NO_ARGUMENTS).await;
    app.sees("Welcome to Halyard").await;
    app.screenshot("window-first-start").await;
    explore_sample(&app).await;
    app.screenshot("window-flags").await;

    // A string flag.
    app.click_button("New flag").await;
    app.type_into_label("Name", "Checkout copy").await;
    app.click_text("label", "string").await;
    app.replace_text("[aria-label='Default value'][placeholder='empty text']", "classic").await;
    app.click("[aria-label='Servers only']").await;
    app.screenshot("window-new-flag").await;
    app.click_button("Create flag").await;
    app.sees("checkout-copy").await;

    // A rule with audience and percentage, and one for everybody below it.
    app.click_button("Add rule").await;
    app.click("[aria-label^='Audience of rule 1']").await;
    app.click_text("*[@role='option']", "Beta volunteers").await;
    app.replace_text("[aria-label='Percentage of rule 1']", "50").await;
    app.replace_text("[aria-label='Value of rule 1']", "bold").await;
    app.click_button("Add rule").await;
    app.replace_text("[aria-label='Percentage of rule 2']", "100").await;
    app.replace_text("[aria-label='Value of rule 2']", "calm").await;
    app.find("[aria-label='Unsaved changes']").await;
    app.screenshot("window-rules").await;
    save_with_note(&app, "first rules", 2).await;

    // Production takes a sentence, and why.
    app.click("[aria-label='checkout-copy in Production']").await;
    app.sees("customers get").await;
    app.type_into_label("Note (required)", "launch").await;
    app.click_button("Switch on in Production").await;
    app.find("[aria-label='checkout-copy in Production'][aria-checked='true']").await;

    // Why, for the first customer.
    ask_why(&app, "cus_", "gets", "window-why").await;

    // Reordering: by keyboard, then by pointer.
    app.find("[aria-label^='Audience of rule 1: Beta volunteers']").await;
    app.focus("[aria-label='Percentage of rule 2']").await;
    app.press(&[char::from(Key::Alt), char::from(Key::Up)]).await;
    app.find("[aria-label^='Audience of rule 2: Beta volunteers']").await;
    save_with_note(&app, "everybody first", 4).await;
    app.drag("[aria-label='Move rule 2']", "[aria-label='Move rule 1']").await;
    app.find("[aria-label^='Audience of rule 1: Beta volunteers']").await;
    save_with_note(&app, "volunteers first", 5).await;

    // Killed: everyone gets the default.
    app.click("[aria-label^='Kill checkout-copy']").await;
    app.replace_text("[role='dialog'] [aria-label='Note']", "error rate 12 %").await;
    app.screenshot("window-kill").await;
    app.hold("//button[contains(normalize-space(), 'Hold to kill checkout-copy')]").await;
    app.sees("Restore the 2 rules").await;
    ask_why(&app, "cus_", "classic", "window-killed").await;

    // Restored: the rules are as they were.
    app.click_button("Restore the 2 rules").await;
    app.click_xpath("//*[@role='dialog']//button[contains(normalize-space(), 'Restore the 2 rules')]").await;
    app.find("[aria-label^='Kill checkout-copy']").await;
    app.find("[aria-label^='Audience of rule 1: Beta volunteers']").await;

    // The audit has every step, with who, why, before and after.
    app.click_link("Audit").await;
    for step in ["first rules", "everybody first", "volunteers first", "error rate 12 %", "Ana Ops"] {
        app.sees(step).await;
    }
    app.click_text("*[@role='row']", "error rate 12 %").await;
    app.find("[aria-label^='Change ']").await;
    app.click_button("Show before and after").await;
    app.sees("isActive").await;
    app.screenshot("window-audit").await;
    app.close().await;

    // Closed and opened again: all still there.
    let app = screen.open(NO_ARGUMENTS).await;
    app.sees("checkout-copy").await;
    app.click_text("*", "checkout-copy").await;
    app.find("[aria-label^='Audience of rule 1: Beta volunteers']").await;
    app.find("[aria-label='checkout-copy in Production'][aria-checked='true']").await;
    app.screenshot("window-reopened").await;
    app.close().await;
}

/// What the app's own endpoint answers for a flag; the status line alone matters here.
fn ask_endpoint(port: u16, key: &str) -> std::io::Result<String> {
    let body = r#"{"key":"new-dashboard","entityId":"cus_00002080"}"#;
    let mut connection = TcpStream::connect(("127.0.0.1", port))?;
    write!(
        connection,
        "POST /feature-flags/evaluate HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Authorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}

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
        let answer = ask_endpoint(port, &key).unwrap();
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

/// Every page opens in the real window, in both themes and at both sizes; the pictures are for people to look at.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_opens_light_and_dark_large_and_small() {
    const PAGES: &[(&str, &str, &str)] = &[
        ("flags", "#/flags", "search-ranker"),
        ("flag", "#/flags/new-dashboard", "Beta volunteers"),
        ("flag-json", "#/flags/onboarding-copy", "serving rules"),
        ("flag-killed", "#/flags/search-ranker", "Restore the"),
        ("history", "#/flags/new-dashboard?tab=history", "Revert to this"),
        ("why", "#/why?flag=new-dashboard&entity=cus_00002080", "gets"),
        ("audiences", "#/audiences", "Enterprise, active 30 days"),
        ("audit", "#/audit", "archived"),
        ("evaluations", "#/evaluations", "evaluate"),
        ("settings", "#/settings?section=environments", "New environment"),
        ("keys", "#/settings?section=keys", "New key"),
        ("servers", "#/settings?section=servers", "No server"),
        ("endpoint", "#/settings?section=endpoint", "answers SDKs on this computer"),
    ];
    let data = data_dir();
    let screen = Screen::start(data.path(), &[]);
    let app = screen.open(&["--explore-sample"]).await;
    app.sees("new-dashboard").await;
    for (theme, label) in [("light", "Light"), ("dark", "Dark")] {
        app.go_to("#/settings?section=appearance").await;
        app.click_text("label", label).await;
        app.find(&format!("html[data-mantine-color-scheme='{theme}']")).await;
        for (width, height) in [(1280, 800), (1024, 700)] {
            app.client().set_window_size(width, height).await.unwrap();
            for (name, address, words) in PAGES {
                app.go_to(address).await;
                app.sees(words).await;
                app.screenshot(&format!("window-{name}-{theme}-{width}x{height}")).await;
            }
        }
    }
    app.close().await;
}

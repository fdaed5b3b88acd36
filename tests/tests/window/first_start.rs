//! From the first start to a flag that was made, ramped, killed, restored, and is there after closing the app.

use fantoccini::key::Key;
use halyard_tests::desktop::{Desktop, Screen};

use crate::steps::{data_dir, save_with_note};

const NO_ARGUMENTS: &[&str] = &[];

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
    app.sees("othing to confirm").await;
    ask_why(&app, "cus_", "classic", "window-killed").await;

    // Restored: the rules are as they were.
    app.click_button("Restore the 2 rules").await;
    app.click_xpath("//*[@role='dialog']//button[contains(normalize-space(), 'Restore the 2 rules')]").await;
    app.find("[aria-label^='Kill checkout-copy']").await;
    app.find("[aria-label^='Audience of rule 1: Beta volunteers']").await;

    // The audit has every step, with who, why, before and after.
    app.click_text("a", "Audit").await; // Beside it may be how many changes wait for a note.
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

//! Scene "Why?": support pastes an e-mail, picks a flag and reads why, now and at the moment of the complaint, and
//! copies the explanation into the ticket, all by keyboard.

use std::time::Instant;

use fantoccini::key::Key;
use halyard_tests::desktop::{Desktop, PATIENCE, Screen, Server};
use serde_json::{Value, json};

use crate::steps::{data_dir, evaluate};

const FLAG: &str = "new-dashboard";
const TAB: char = '\u{e004}';

/// Sets the one rule of the flag.
async fn ramp_to(app: &Desktop, percentage: u32, note: &str) {
    let flag = app.command("flag_get", json!({ "flag": FLAG })).await;
    let everyone =
        flag["rules"].as_array().unwrap().iter().find(|rule| rule["audienceId"].is_null()).unwrap();
    let mut rule = everyone.clone();
    rule["percentage"] = json!(percentage);
    let change = json!({
        "flag": FLAG, "baseVersion": flag["version"], "note": note, "changes": { "rules": [rule] },
    });
    app.command("flag_update", change).await;
}

/// A customer of the sample whose bucket lies between 10 and 50 %.
async fn customer_between(app: &Desktop) -> Value {
    let found = app.command("customers_search", json!({ "query": "a", "limit": 20 })).await;
    for customer in found.as_array().unwrap() {
        let why = json!({ "flag": FLAG, "environment": "production", "entityId": customer["entityId"] });
        let bucket = app.command("why", why).await["trace"]["bucket"].as_u64().unwrap();
        if (10_000..50_000).contains(&bucket) {
            return customer.clone();
        }
    }
    panic!("nobody of {found} lies between");
}

/// Puts a text on the clipboard as another program would.
async fn copy_elsewhere(app: &Desktop, text: &str) {
    let script = "const area = document.createElement('textarea'); area.id = 'elsewhere'; \
         area.value = arguments[0]; document.body.append(area); area.select();";
    app.client().execute(script, vec![json!(text)]).await.unwrap();
    app.press(&[char::from(Key::Control), 'c']).await;
    app.client().execute("document.querySelector('#elsewhere').remove()", vec![]).await.unwrap();
}

/// What is pasted elsewhere.
async fn paste_elsewhere(app: &Desktop, words: &str) -> String {
    let script = "const area = document.createElement('textarea'); area.id = 'ticket'; \
         document.body.append(area); area.focus();";
    app.client().execute(script, vec![]).await.unwrap();
    app.press(&[char::from(Key::Control), 'v']).await;
    app.holds(
        &format!("the ticket says “{words}”"),
        "return document.querySelector('#ticket').value.includes(arguments[0])",
        words,
    )
    .await;
    let script =
        "const area = document.querySelector('#ticket'); const text = area.value; area.remove(); return text";
    app.client().execute(script, vec![]).await.unwrap().as_str().unwrap().to_owned()
}

async fn sentence_says(app: &Desktop, words: &str) {
    app.holds(
        &format!("the sentence says “{words}”"),
        "return document.querySelector(\"[data-testid='why-sentence']\")?.innerText.includes(arguments[0]) === true",
        words,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn support_reads_why_now_and_at_the_moment_of_the_complaint_and_copies_it() {
    let data = data_dir();
    let screen = Screen::start(data.path(), &[]);
    let app = screen.open(&["--explore-sample"]).await;
    app.sees(FLAG).await;
    let server = Server::beside(data.path()).await;
    let key = json!({ "kind": "server", "name": "Shop", "environment": "production" });
    let key = app.command("sdk_key_create", key).await["text"].as_str().unwrap().to_owned();

    // Half of everybody had it when the customer called, and a tenth of everybody later.
    ramp_to(&app, 50, "Half of everybody").await;
    let customer = customer_between(&app).await;
    let (id, name) = (customer["entityId"].as_str().unwrap(), customer["name"].as_str().unwrap());
    let asked = Instant::now();
    while !evaluate(server.port(), &key, FLAG, id).unwrap().contains(r#""value":true"#) {
        assert!(asked.elapsed() < PATIENCE, "the server does not serve the half");
    }
    let of_customer =
        json!({ "limit": 20, "filter": { "entityId": id, "flagKey": FLAG, "environment": "production" } });
    app.becomes("the call is logged", "evaluations_list", of_customer.clone(), |log| {
        log["evaluations"].as_array().is_some_and(|rows| rows.iter().any(|row| row["value"] == true))
    })
    .await;
    let log = app.command("evaluations_list", of_customer).await;
    let call =
        log["evaluations"].as_array().unwrap().iter().find(|row| row["value"] == true).unwrap().clone();
    ramp_to(&app, 10, "Back to a tenth: too slow").await;

    // The e-mail of the ticket, and the flag.
    app.press(&[char::from(Key::Control), '5']).await;
    app.find("[aria-label='Customer']:focus").await;
    copy_elsewhere(&app, customer["email"].as_str().unwrap()).await;
    app.focus("[aria-label='Customer']").await;
    app.press(&[char::from(Key::Control), 'v']).await;
    app.press(&[char::from(Key::Enter)]).await;
    app.sees("Which flag?").await;
    app.find("[aria-label='Flag']:focus").await.send_keys("new-da").await.unwrap();
    app.sees(FLAG).await;
    app.press(&[char::from(Key::Enter)]).await;
    sentence_says(&app, &format!("{name} gets false, the default.")).await;
    sentence_says(&app, "takes 10 % of everyone").await;
    pictures(&app, "why-now").await;

    // The moment of the complaint, as the ticket has it.
    let moment = written(&app, &call["at"]).await;
    app.press(&[TAB]).await;
    app.find("button[aria-label='When: now']:focus").await;
    app.press(&[char::from(Key::Enter)]).await;
    app.find("[aria-label='When'] input:focus").await.send_keys(&moment).await.unwrap();
    pictures(&app, "why-moment").await;
    app.press(&[char::from(Key::Enter)]).await;
    sentence_says(&app, &format!("{name} got true from rule 1.")).await;
    sentence_says(&app, "took 50 % of everyone").await;
    app.sees("Logged at").await;
    app.sees("rule 1 is at 10 %, was 50 %. Now they get false.").await;
    pictures(&app, "why-then").await;

    // Into the ticket.
    app.press(&[char::from(Key::Control), char::from(Key::Shift), 'c']).await;
    app.sees("Copied").await;
    let ticket = paste_elsewhere(&app, "Explained by Halyard").await;
    for line in [
        format!("Why: {FLAG} in Production for {name} ({id})"),
        format!("{name} got `true` from rule 1."),
        "“Back to a tenth: too slow”) rule 1 is at 10 %, was 50 %. Now they get `false`.".to_owned(),
        "Not known: What the customer's row held then is not kept. The row shown is today's.".to_owned(),
    ] {
        assert!(ticket.contains(&line), "{line}\n---\n{ticket}");
    }
    app.close().await;
}

/// A moment as the log of the shop has it, in the zone of the computer.
async fn written(app: &Desktop, at: &Value) -> String {
    let script = "const at = new Date(arguments[0]); const two = (part) => String(part).padStart(2, '0'); \
         return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} \
         ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}\
         .${String(at.getMilliseconds()).padStart(3, '0')}`";
    app.client().execute(script, vec![at.clone()]).await.unwrap().as_str().unwrap().to_owned()
}

async fn pictures(app: &Desktop, name: &str) {
    for theme in ["light", "dark"] {
        app.use_theme(theme).await;
        app.screenshot(&format!("{name}-{theme}")).await;
    }
}

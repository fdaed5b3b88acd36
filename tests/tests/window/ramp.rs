//! Scene "Ramp": a product manager adds a rule for an audience at a percentage, reads exactly whom it reaches before
//! saving, and production changes.

use fantoccini::key::Key;
use halyard_tests::desktop::Screen;
use serde_json::{Value, json};

use crate::steps::{choose, data_dir};

const KEY: &str = "new-dashboard";
const AUDIENCE: &str = "Enterprise, active 30 days";

#[tokio::test(flavor = "multi_thread")]
async fn a_ramp_says_exactly_whom_it_reaches_and_changes_production_when_it_is_saved() {
    let data = data_dir();
    let screen = Screen::start(data.path(), &[]);
    let app = screen.open(&["--explore-sample"]).await;
    app.sees(KEY).await;
    // Where the scene begins: a tenth of everybody.
    let sample = app.command("flag_get", json!({ "flag": KEY })).await;
    let tenth = sample["rules"].as_array().unwrap().iter().find(|rule| rule["percentage"] == 10).unwrap();
    let back = json!({
        "flag": KEY, "baseVersion": sample["version"], "note": "Back to a tenth of everybody",
        "changes": { "rules": [tenth] },
    });
    let saved = app.command("flag_update", back).await;
    let audiences = app.command("audiences_list", json!({})).await;
    let audience = audiences.as_array().unwrap().iter().find(|one| one["name"] == AUDIENCE).unwrap();
    let rule = json!({
        "id": "0199f1c2-5b7e-4a3a-9c55-0123456789ab",
        "audienceId": audience["id"], "percentage": 25, "value": true,
    });
    let draft = json!({ "defaultValue": saved["defaultValue"], "rules": [rule, tenth] });
    let expected = app.command("flag_impact", json!({ "flag": KEY, "draft": draft })).await;
    let (gained, reach) = (customers(&expected["gained"]), &expected["rules"][0]);
    let (net, of) = (customers(&reach["net"]), customers(&reach["inAudience"]));
    assert!(0 < gained && gained < net && net < of, "{expected}");

    choose(&app, KEY, KEY).await;
    app.click_button("Add rule").await;
    app.click("[aria-label^='Audience of rule 2:']").await;
    app.click_text("*[@role='option']", AUDIENCE).await;
    app.replace_text("[aria-label='Percentage of rule 2']", "25").await;
    app.focus("[aria-label='Percentage of rule 2']").await;
    app.press(&[char::from(Key::Alt), char::from(Key::Up)]).await;
    app.find(&format!("[aria-label='Audience of rule 1: {AUDIENCE}']")).await;
    app.sees(&format!(
        "Rule 1 serves {} of {}: {} gain true, {} had it already by the 10 % rule below.",
        grouped(net),
        grouped(of),
        grouped(gained),
        grouped(net - gained),
    ))
    .await;
    app.screenshot("ramp-impact").await;

    let note = "Enterprise asked for it; watch the error rate";
    app.replace_text("[aria-label='Unsaved changes'] [aria-label='Note']", note).await;
    app.click("[aria-label='Save']").await;
    app.gone("[aria-label='Unsaved changes']").await;
    app.screenshot("ramp-saved").await;
    let after = app.command("flag_get", json!({ "flag": KEY })).await;
    assert_eq!(after["rules"][0]["audienceId"], audience["id"]);
    assert_eq!(after["rules"][0]["percentage"], 25);
    assert_eq!(after["rules"][1]["id"], tenth["id"]);
    let newest = app.command("audit_list", json!({ "limit": 1 })).await["entries"][0].clone();
    assert_eq!((&newest["note"], &newest["entityKey"]), (&json!(note), &json!(KEY)));

    // Production serves it: somebody who would lose the value without the rule has it by the rule.
    let who = app
        .command(
            "impact_customers",
            json!({
                "flag": KEY, "limit": 1, "who": { "kind": "affected", "effect": "lost" },
                "draft": { "defaultValue": saved["defaultValue"], "rules": [tenth] },
            }),
        )
        .await["customers"][0]["entityId"]
        .clone();
    let why = app.command("why", json!({ "flag": KEY, "environment": "production", "entityId": who })).await;
    assert_eq!(why["evaluation"]["value"], true, "{why}");
    assert_eq!(why["evaluation"]["reason"]["ruleIndex"], 0, "{why}");
    app.close().await;
}

fn customers(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is no count"))
}

/// A count as the page writes it.
fn grouped(count: i64) -> String {
    let digits = count.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).unwrap()).collect();
    groups.join(",")
}

//! Every page in the real window, for people to look at.

use halyard_tests::desktop::{Desktop, Screen};

use crate::steps::data_dir;

/// A page: the name of its pictures, its address, and an element of it alone with words that it has once the page is
/// whole.
type Page = (&'static str, &'static str, &'static str, &'static str);

const PAGES: &[Page] = &[
    ("flags", "#/flags", "[role='grid'][aria-label='Flags'] [data-row-key]", "api-rate-limit"),
    ("flag", "#/flags/new-dashboard", "[aria-label='Rules']", "Beta volunteers"),
    ("flag-json", "#/flags/onboarding-copy", "[aria-label='Rules']", "New sign-ups, 14 days"),
    ("flag-killed", "#/flags/search-ranker", "button", "Restore the"),
    ("history", "#/flags/new-dashboard?tab=history", "[aria-label='Versions']", "v1"),
    ("why", "#/why?flag=new-dashboard&entity=cus_00002080", "[data-testid='why-sentence']", "gets"),
    ("audiences", "#/audiences", "[aria-label='Audiences'] [data-row-key]", "Enterprise, active 30 days"),
    ("audit", "#/audit", "[aria-label='Audit'] [data-row-key]", "archived"),
    ("evaluations", "#/evaluations", "[aria-label='Evaluations'] [data-row-key]", "rule"),
    ("settings", "#/settings?section=environments", "button", "New environment"),
    ("keys", "#/settings?section=keys", "button", "New key"),
    ("servers", "#/settings?section=servers", "main", "No server"),
    ("endpoint", "#/settings?section=endpoint", "main", "answers SDKs on this computer"),
];

/// Every page opens in the real window, in both themes and at both sizes; the pictures are for people to look at.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_opens_light_and_dark_large_and_small() {
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
            for page in PAGES {
                shown(&app, page).await;
                app.screenshot(&format!("window-{}-{theme}-{width}x{height}", page.0)).await;
            }
        }
    }
    app.close().await;
}

/// Goes to a page and waits until it is drawn, and nothing of it is on its way any more.
async fn shown(app: &Desktop, (name, address, css, words): &Page) {
    app.go_to(address).await;
    app.holds(
        &format!("{name} shows “{words}” in {css}"),
        &format!(
            "return [...document.querySelectorAll({})].some((found) => found.checkVisibility() \
                 && found.innerText.includes(arguments[0])) \
                 && document.querySelector('[aria-busy=true]') === null \
                 && !document.body.innerText.includes('counting…') \
                 && !document.getAnimations().some((one) => one instanceof CSSTransition)",
            serde_json::json!(css)
        ),
        words,
    )
    .await;
}

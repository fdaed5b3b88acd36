//! Every page in the real window, for people to look at.

use halyard_tests::desktop::Screen;

use crate::steps::data_dir;

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
        ("evaluations", "#/evaluations", "no rule matched"),
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

//! The made-up company's audiences and flags, made through the same functions as everybody's, so that
//! audit and history tell how they came to be.

use std::collections::HashMap;

use halyard_engine::{AudienceId, FlagType, RuleInput};
use serde_json::{Value, json};

use crate::audiences::NewAudience;
use crate::condition::Condition;
use crate::flags::{FlagChanges, NewFlag};
use crate::{Author, Store, StoreError};

const AMARA: &str = "Amara Okafor";
const JONAS: &str = "Jonas Weber";
const SOFIA: &str = "Sofía Herrera";
const KENJI: &str = "Kenji Tanaka";
const PRIYA: &str = "Priya Nair";

const ENTERPRISE_ACTIVE: &str = "Enterprise, active 30 days";
const BETA: &str = "Beta volunteers";
const NEW: &str = "New sign-ups, 14 days";
const EUROPE: &str = "European Union";
const SSO: &str = "Enterprise with enforced SSO";
const AT_RISK: &str = "Paying, not seen for 60 days";
const LARGE: &str = "Large companies";
const PARTNERS: &str = "API partners";

fn by(actor: &str, note: &str) -> Author {
    Author::new(actor, "sample data").with_note(note)
}

/// Makes the audiences; their ids by name.
pub(super) async fn make_audiences(store: &Store) -> Result<HashMap<&'static str, AudienceId>, StoreError> {
    let audiences = [
        (
            ENTERPRISE_ACTIVE,
            "Enterprise customers who were here in the last 30 days and whom we may sell to.",
            AMARA,
            json!({ "all": [
                { "attribute": "plan", "operator": "equals", "value": "enterprise" },
                { "attribute": "last_seen_at", "operator": "within_last_days", "value": 30 },
                { "not": { "attribute": "country", "operator": "in", "value": ["CU", "KP"] } },
            ] }),
        ),
        (
            BETA,
            "They asked to see new things first.",
            AMARA,
            json!({ "all": [
                { "attribute": "tags", "operator": "contains_any", "value": ["beta"] },
                { "attribute": "email_verified", "operator": "is_true" },
            ] }),
        ),
        (
            NEW,
            "Signed up in the last two weeks.",
            SOFIA,
            json!({ "all": [{ "attribute": "signed_up_at", "operator": "within_last_days", "value": 14 }] }),
        ),
        (
            EUROPE,
            "Countries of the European Union where we have customers.",
            PRIYA,
            json!({ "all": [{
                "attribute": "country", "operator": "in",
                "value": ["DE", "FR", "ES", "IT", "NL", "SE", "DK", "PL"],
            }] }),
        ),
        (
            SSO,
            "Their administrators allow no other way in.",
            KENJI,
            json!({ "all": [
                { "attribute": "plan", "operator": "equals", "value": "enterprise" },
                { "attribute": "attributes", "path": ["sso", "enforced"], "type": "boolean", "operator": "is_true" },
            ] }),
        ),
        (
            AT_RISK,
            "Pay, but have not been here for two months.",
            SOFIA,
            json!({ "all": [
                { "attribute": "mrr", "operator": "greater_than", "value": 0 },
                { "attribute": "last_seen_at", "operator": "not_within_last_days", "value": 60 },
            ] }),
        ),
        (
            LARGE,
            "500 people and more, or a team that pays like one.",
            JONAS,
            json!({ "any": [
                { "attribute": "company_size", "operator": "at_least", "value": 500 },
                { "attribute": "mrr", "operator": "at_least", "value": 2000 },
            ] }),
        ),
        (
            PARTNERS,
            "Build on our API.",
            KENJI,
            json!({ "all": [
                { "attribute": "tags", "operator": "contains_any", "value": ["partner"] },
                { "attribute": "plan", "operator": "not_equals", "value": "free" },
            ] }),
        ),
    ];
    let mut ids = HashMap::new();
    for (name, description, actor, condition) in audiences {
        let condition = Condition::parse(&condition, "condition").map_err(StoreError::Invalid)?;
        let new = NewAudience {
            name: name.to_owned(),
            description: Some(description.to_owned()),
            condition,
            note: None,
        };
        ids.insert(name, store.audience_create(&new, &by(actor, "")).await?.id);
    }
    Ok(ids)
}

/// Makes the flags and lives their past: ramps, switches, a kill.
pub(super) async fn make_flags(
    store: &Store,
    audiences: &HashMap<&'static str, AudienceId>,
) -> Result<(), StoreError> {
    let story = Story { store, audiences };

    story
        .create(
            "new-dashboard",
            "New dashboard",
            "The dashboard on the new charts, first for those who would miss the old one most.",
            AMARA,
            FlagType::Boolean,
            json!(false),
            &["growth", "core"],
            true,
        )
        .await?;
    story
        .rules(
            "new-dashboard",
            AMARA,
            "Volunteers first.",
            vec![story.rule(BETA, None, json!(true), "They asked for it")],
        )
        .await?;
    story.on("new-dashboard", AMARA, &["development", "production"]).await?;
    story
        .rules(
            "new-dashboard",
            AMARA,
            "A quarter of active enterprise customers; support is briefed.",
            vec![
                story.rule(ENTERPRISE_ACTIVE, Some(25.0), json!(true), ""),
                story.rule(BETA, None, json!(true), "They asked for it"),
            ],
        )
        .await?;
    story
        .rules(
            "new-dashboard",
            JONAS,
            "Error rate is flat after a week. 10 % of everyone else.",
            vec![
                story.rule(ENTERPRISE_ACTIVE, Some(25.0), json!(true), ""),
                story.rule(BETA, None, json!(true), "They asked for it"),
                everyone(Some(10.0), json!(true), ""),
            ],
        )
        .await?;

    story
        .create(
            "checkout-v2",
            "One-page checkout",
            "Address, payment and confirmation on one page.",
            SOFIA,
            FlagType::Boolean,
            json!(false),
            &["growth", "checkout"],
            true,
        )
        .await?;
    story.on("checkout-v2", SOFIA, &["development", "staging", "production"]).await?;
    for (percentage, note) in [
        (10.0, "First tenth."),
        (50.0, "Conversion is up 3 %. Half."),
        (100.0, "Everyone. The old checkout goes next month."),
    ] {
        story.rules("checkout-v2", SOFIA, note, vec![everyone(Some(percentage), json!(true), "")]).await?;
    }

    story
        .create(
            "search-ranker",
            "Ranking of search results",
            "Which ranking answers searches.",
            KENJI,
            FlagType::String,
            json!("bm25"),
            &["search", "kill-switch"],
            false,
        )
        .await?;
    story.on("search-ranker", KENJI, &["development", "staging", "production"]).await?;
    story
        .rules(
            "search-ranker",
            KENJI,
            "",
            vec![
                story.rule(BETA, None, json!("learned-v2"), ""),
                everyone(Some(30.0), json!("learned-v1"), ""),
            ],
        )
        .await?;
    story
        .store
        .flag_set_active(
            "search-ranker",
            false,
            &by(
                PRIYA,
                "Searches take 4 s at the 99th percentile since 14:10. Back to bm25 until Kenji has looked.",
            ),
        )
        .await?;

    story
        .create(
            "price-experiment",
            "Price cards",
            "Four ways to show prices. Percentages nest: each arm gets a fifth.",
            SOFIA,
            FlagType::String,
            json!("control"),
            &["growth", "experiment"],
            true,
        )
        .await?;
    story.on("price-experiment", SOFIA, &["staging", "production"]).await?;
    story
        .rules(
            "price-experiment",
            SOFIA,
            "Three arms of a fifth each; existing large customers see no experiment.",
            vec![
                story.rule(LARGE, None, json!("control"), "Their prices are in contracts"),
                everyone(Some(20.0), json!("yearly-first"), ""),
                everyone(Some(40.0), json!("with-slider"), ""),
                everyone(Some(60.0), json!("three-cards"), ""),
            ],
        )
        .await?;

    story
        .create(
            "api-rate-limit",
            "Requests per minute",
            "How many API requests a customer may make in a minute.",
            KENJI,
            FlagType::Number,
            json!(120),
            &["core", "api"],
            false,
        )
        .await?;
    story.on("api-rate-limit", KENJI, &["development", "staging", "production"]).await?;
    story
        .rules(
            "api-rate-limit",
            KENJI,
            "Partners asked for room for their nightly sync.",
            vec![
                story.rule(PARTNERS, None, json!(1200), "Nightly sync"),
                story.rule(LARGE, None, json!(600), ""),
            ],
        )
        .await?;

    story
        .create(
            "holiday-banner",
            "Banner with countdown",
            "Text and end of the banner; off when there is none.",
            AMARA,
            FlagType::Json,
            json!({ "show": false }),
            &["marketing"],
            true,
        )
        .await?;
    story.on("holiday-banner", AMARA, &["development", "staging"]).await?;
    story.rules("holiday-banner", AMARA, "", vec![
        story.rule(EUROPE, None, json!({ "show": true, "title": "Winter offer", "until": "2026-12-24T18:00:00Z", "discount": 20 }), ""),
        everyone(None, json!({ "show": true, "title": "Season's offer", "until": "2026-12-31T23:59:00Z", "discount": 15 }), ""),
    ]).await?;

    story
        .create(
            "invoice-pdf",
            "PDF rendering on the new service",
            "Invoices by the new service; the old one stays until the end of the year.",
            PRIYA,
            FlagType::Boolean,
            json!(false),
            &["billing", "kill-switch"],
            false,
        )
        .await?;
    story.on("invoice-pdf", PRIYA, &["development", "staging", "production"]).await?;
    story
        .rules(
            "invoice-pdf",
            PRIYA,
            "Half, to compare the two for a month.",
            vec![everyone(Some(50.0), json!(true), "")],
        )
        .await?;

    story
        .create(
            "search-filters",
            "Faceted filters",
            "Filters beside the results.",
            KENJI,
            FlagType::Boolean,
            json!(false),
            &["search"],
            true,
        )
        .await?;
    story.on("search-filters", KENJI, &["development", "staging", "production"]).await?;
    story
        .rules(
            "search-filters",
            KENJI,
            "",
            vec![story.rule(EUROPE, Some(20.0), json!(true), "Translations are ready there")],
        )
        .await?;

    story
        .create(
            "legacy-export",
            "CSV export, old path",
            "Nobody should need it any more.",
            JONAS,
            FlagType::Boolean,
            json!(true),
            &["cleanup"],
            false,
        )
        .await?;
    story.on("legacy-export", JONAS, &["development", "staging", "production"]).await?;

    story
        .create(
            "onboarding-copy",
            "Texts of the first run",
            "Headline and steps of the first run.",
            AMARA,
            FlagType::Json,
            json!({ "headline": "Welcome", "steps": ["Invite your team", "Connect your data"] }),
            &["growth"],
            true,
        )
        .await?;
    story.on("onboarding-copy", AMARA, &["development", "staging", "production"]).await?;
    story
        .rules(
            "onboarding-copy",
            AMARA,
            "Shorter text for half of the newcomers.",
            vec![story.rule(
                NEW,
                Some(50.0),
                json!({ "headline": "Two minutes to your first chart", "steps": ["Connect your data"] }),
                "",
            )],
        )
        .await?;

    story
        .create(
            "dark-mode",
            "Dark theme",
            "Dark theme in the product.",
            JONAS,
            FlagType::Boolean,
            json!(false),
            &["design"],
            true,
        )
        .await?;
    story.on("dark-mode", JONAS, &["development"]).await?;
    story.rules("dark-mode", JONAS, "", vec![everyone(None, json!(true), "")]).await?;

    story
        .create(
            "sso-enforced",
            "SSO only",
            "No passwords where the administrator wants none.",
            KENJI,
            FlagType::Boolean,
            json!(false),
            &["security", "core"],
            false,
        )
        .await?;
    story.on("sso-enforced", KENJI, &["staging", "production"]).await?;
    story
        .rules("sso-enforced", KENJI, "Reviewed with security.", vec![story.rule(SSO, None, json!(true), "")])
        .await?;

    story
        .create(
            "webhook-retries",
            "Attempts before giving up",
            "How often a webhook is tried.",
            PRIYA,
            FlagType::Number,
            json!(5),
            &["core", "api"],
            false,
        )
        .await?;
    story.on("webhook-retries", PRIYA, &["development", "staging", "production"]).await?;
    story.rules("webhook-retries", PRIYA, "", vec![story.rule(PARTNERS, None, json!(12), "")]).await?;

    story
        .create(
            "win-back-offer",
            "Win-back offer",
            "A month free for those who pay and do not come.",
            SOFIA,
            FlagType::String,
            json!("none"),
            &["growth", "marketing"],
            true,
        )
        .await?;
    story.on("win-back-offer", SOFIA, &["staging", "production"]).await?;
    story
        .rules(
            "win-back-offer",
            SOFIA,
            "Try it on a third.",
            vec![story.rule(AT_RISK, Some(33.333), json!("month-free"), "")],
        )
        .await?;

    story
        .create(
            "beta-program",
            "Early access for volunteers",
            "Shows the early-access page.",
            AMARA,
            FlagType::Boolean,
            json!(false),
            &["growth"],
            true,
        )
        .await?;
    story.on("beta-program", AMARA, &["development", "staging", "production"]).await?;
    story.rules("beta-program", AMARA, "", vec![story.rule(BETA, None, json!(true), "")]).await?;

    story
        .create(
            "welcome-tour",
            "Welcome tour",
            "Replaced by the texts of the first run.",
            AMARA,
            FlagType::Boolean,
            json!(false),
            &["growth"],
            true,
        )
        .await?;
    story.store.flag_archive("welcome-tour", &by(AMARA, "Replaced by onboarding-copy.")).await?;
    Ok(())
}

/// Permanent flags: switches that stay, and are never cleaned up.
const PERMANENT: &[&str] = &["api-rate-limit", "webhook-retries", "sso-enforced"];

struct Story<'a> {
    store: &'a Store,
    audiences: &'a HashMap<&'static str, AudienceId>,
}

impl Story<'_> {
    #[expect(clippy::too_many_arguments, reason = "a flag in one line each, in the order people read it")]
    async fn create(
        &self,
        key: &str,
        name: &str,
        description: &str,
        actor: &str,
        flag_type: FlagType,
        default_value: Value,
        tags: &[&str],
        client_visible: bool,
    ) -> Result<(), StoreError> {
        let new = NewFlag {
            key: key.to_owned(),
            name: name.to_owned(),
            description: Some(description.to_owned()),
            flag_type,
            default_value,
            rules: None,
            client_visible,
            permanent: Some(PERMANENT.contains(&key)),
            tags: Some(tags.iter().map(|tag| (*tag).to_owned()).collect()),
            note: None,
        };
        self.store.flag_create(&new, &by(actor, "")).await.map(drop)
    }

    async fn on(&self, key: &str, actor: &str, environments: &[&str]) -> Result<(), StoreError> {
        for environment in environments {
            self.store.flag_set_environment(key, environment, true, &by(actor, "")).await?;
        }
        Ok(())
    }

    async fn rules(
        &self,
        key: &str,
        actor: &str,
        note: &str,
        mut rules: Vec<RuleInput>,
    ) -> Result<(), StoreError> {
        let flag = self.store.flag_get(key).await?;
        // A rule that says the same keeps its id, as it does when people edit.
        for rule in &mut rules {
            let same = flag
                .rules
                .iter()
                .map(|old| RuleInput::from(old.clone()))
                .find(|old| old.audience_id == rule.audience_id && old.value == rule.value);
            rule.id = same.and_then(|old| old.id);
        }
        let changes = FlagChanges { rules: Some(rules), ..FlagChanges::default() };
        self.store.flag_update(key, flag.version, &changes, &by(actor, note)).await.map(drop)
    }

    fn rule(&self, audience: &str, percentage: Option<f64>, value: Value, description: &str) -> RuleInput {
        let audience_id = self.audiences.get(audience).map(ToString::to_string);
        RuleInput { audience_id, ..everyone(percentage, value, description) }
    }
}

fn everyone(percentage: Option<f64>, value: Value, description: &str) -> RuleInput {
    RuleInput {
        id: None,
        audience_id: None,
        percentage,
        value: Some(value),
        description: Some(description.to_owned()),
    }
}

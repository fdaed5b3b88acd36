//! Commands that show what an edit changes for the customers before it is saved, and for whom. The audit
//! trail knows who saw their names.

use halyard_engine::{AudienceId, CompiledFlag, FlagDefinition, FlagKey, RuleInput};
use halyard_store::{
    Store,
    access::AccessAction,
    audiences::Audience,
    condition::Condition,
    flags::{Flag, FlagReference, FlagsPageQuery},
};
use serde::Deserialize;
use serde_json::{Value, json};
use ts_rs::TS;

use super::{
    limited,
    reach::{FlagDraft, audiences_exist, topic},
};
pub use crate::impact::{
    AudienceImpact, Crossing, CrossingPage, CustomersPage, FlagImpact, ImpactBreakdown, Who,
};
use crate::{
    App, CommandError,
    disclosure::{Disclosure, record},
    export::Exported,
    impact::{self, Edit, Effect, UsingFlag},
    workspace::Workspace,
};

/// Customers on a page, at most.
const MAX_PAGE: u32 = 500;
/// Flags that are read at a time.
const FLAGS_AT_ONCE: u32 = 500;

/// A saved flag as it is being edited: what of it decides whom it reaches. Key and type never change.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagEdit {
    /// Served to those whom no rule reaches.
    pub default_value: Value,
    /// In order.
    pub rules: Vec<RuleInput>,
}

/// Compares a draft with the saved flag.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagImpactRequest {
    /// Its id or key.
    pub flag: String,
    /// The flag as it is being edited.
    pub draft: FlagEdit,
    /// What `count_progress` and `count_cancel` know this count by; a newer count of the same topic
    /// calls it off. Here and below.
    #[ts(optional)]
    pub topic: Option<String>,
}

pub(super) async fn flag_impact(app: &App, request: FlagImpactRequest) -> Result<FlagImpact, CommandError> {
    let workspace = app.workspace()?;
    let counting = workspace.counting();
    counting
        .run(topic(request.topic)?, async |count| {
            let (saved, edit) = edit(&workspace, &request.flag, request.draft).await?;
            let _turn = counting.turn().await;
            impact::count_flag(counting, workspace.store(), edit, saved.version, &count).await
        })
        .await
}

/// Names customers whom a draft moves, or whom one of its rules serves.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImpactCustomersRequest {
    /// Its id or key.
    pub flag: String,
    /// The flag as it is being edited.
    pub draft: FlagEdit,
    /// Which of the customers.
    pub who: Who,
    /// Only those whose id begins with the text or whose name or e-mail address contains it.
    #[serde(default)]
    #[ts(optional, as = "Option<String>")]
    pub search: String,
    /// `nextCursor` of the page before.
    #[ts(optional)]
    pub cursor: Option<String>,
    /// How many at most, 1 to 500.
    pub limit: i64,
    /// Made up anew whenever the list is opened: that is recorded in the audit trail, reading on and
    /// searching in it are not. Without it every request is recorded.
    #[ts(optional)]
    pub opening: Option<String>,
    /// See `flag_impact`.
    #[ts(optional)]
    pub topic: Option<String>,
}

pub(super) async fn impact_customers(
    app: &App,
    request: ImpactCustomersRequest,
) -> Result<CustomersPage, CommandError> {
    let ImpactCustomersRequest { flag, draft, who, search, cursor, limit, opening, topic: topic_of_page } =
        request;
    let limit = limited("limit", limit, MAX_PAGE)? as usize;
    let page = impact::Page { who, rows: impact::PageRows { search, cursor, limit } };
    let workspace = app.workspace()?;
    let counting = workspace.counting();
    counting
        .run(topic(topic_of_page)?, async |count| {
            let asked = asked_of(&draft, &page.who);
            let (saved, edit) = edit(&workspace, &flag, draft).await?;
            let (store, author) = (workspace.store(), workspace.author(None));
            workspace.disclosures().list(store, &author, opening, of_flag(&saved, asked)).await?;
            let _turn = counting.turn().await;
            count.expect(counting.estimated_customers(edit.prepared.source()));
            impact::page(store, &edit, &page, &count).await
        })
        .await
}

/// Writes customers whom a draft moves, or whom one of its rules serves, to a file.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImpactCustomersExport {
    /// Its id or key.
    pub flag: String,
    /// The flag as it is being edited.
    pub draft: FlagEdit,
    /// Which of the customers.
    pub who: Who,
    /// See `impact_customers`.
    #[serde(default)]
    #[ts(optional, as = "Option<String>")]
    pub search: String,
    /// What `export_progress` and `export_cancel` know this export by.
    pub topic: String,
}

pub(super) async fn impact_customers_export(
    app: &App,
    request: ImpactCustomersExport,
) -> Result<Exported, CommandError> {
    let ImpactCustomersExport { flag, draft, who, search, topic: topic_of_export } = request;
    let topic = topic(Some(topic_of_export))?.unwrap_or_default();
    let workspace = app.workspace()?;
    let mut asked = asked_of(&draft, &who);
    asked["search"] = Value::from(search.as_str());
    let (saved, edit) = edit(&workspace, &flag, draft).await?;
    let store = workspace.store();
    let name = format!("{}-{}.csv", saved.key, file_word(&who));
    app.exporting()
        .run(&topic, &name, async |file| {
            let (action, disclosure) = (AccessAction::CustomersExported, of_flag(&saved, asked));
            record(store, &workspace.author(None), action, disclosure).await?;
            file.expect(workspace.counting().estimated_customers(edit.prepared.source()));
            impact::export(store, &edit, &who, &search, file).await
        })
        .await
}

/// What the audit trail says of a list: which customers of which edit. The values of its rules are left
/// out, which may be large and are not what decides who is in it.
fn asked_of(draft: &FlagEdit, who: &Who) -> Value {
    let rules: Vec<Value> = draft
        .rules
        .iter()
        .map(|rule| json!({ "audienceId": rule.audience_id, "percentage": rule.percentage }))
        .collect();
    json!({ "who": who, "draft": { "rules": rules } })
}

fn of_flag(saved: &Flag, mut asked: Value) -> Disclosure {
    asked["savedVersion"] = Value::from(saved.version);
    let (entity_id, entity_key) = (saved.id.to_string(), saved.key.clone());
    Disclosure { entity_type: "flag", entity_id, entity_key, details: asked }
}

/// How a file of such customers is called.
fn file_word(who: &Who) -> &'static str {
    match who {
        Who::AllMoved => "moved",
        Who::Moved { to: Value::Bool(true), .. } | Who::Affected { effect: Effect::Gained } => "gain",
        Who::Moved { to: Value::Bool(false), .. } | Who::Affected { effect: Effect::Lost } => "lose",
        Who::Moved { .. } | Who::Affected { effect: Effect::Changed } => "change",
        Who::Reached { .. } => "reach",
    }
}

/// Counts whom a draft moves, by the values of an attribute.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImpactBreakdownRequest {
    /// Its id or key.
    pub flag: String,
    /// The flag as it is being edited.
    pub draft: FlagEdit,
    /// One of `attributes_list`.
    pub attribute: String,
    /// See `flag_impact`.
    #[ts(optional)]
    pub topic: Option<String>,
}

pub(super) async fn impact_breakdown(
    app: &App,
    request: ImpactBreakdownRequest,
) -> Result<ImpactBreakdown, CommandError> {
    let workspace = app.workspace()?;
    let counting = workspace.counting();
    counting
        .run(topic(request.topic)?, async |count| {
            let (_, edit) = edit(&workspace, &request.flag, request.draft).await?;
            let _turn = counting.turn().await;
            impact::break_down(counting, workspace.store(), edit, &request.attribute, &count).await
        })
        .await
}

/// Compares an edited condition with the saved audience.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AudienceImpactRequest {
    /// The audience.
    pub id: AudienceId,
    /// Its condition as it is being edited.
    pub condition: Condition,
    /// See `flag_impact`.
    #[ts(optional)]
    pub topic: Option<String>,
}

pub(super) async fn audience_impact(
    app: &App,
    request: AudienceImpactRequest,
) -> Result<AudienceImpact, CommandError> {
    let workspace = app.workspace()?;
    let (counting, store) = (workspace.counting(), workspace.store());
    counting
        .run(topic(request.topic)?, async |count| {
            let audience = store.audience_get(request.id).await?;
            let flags = flags_using(store, request.id).await?;
            let known = store.audiences_list().await?;
            let source = workspace.source().await?;
            let _turn = counting.turn().await;
            let edited = (&audience, &request.condition);
            impact::count_audience(counting, store, &source, edited, &known, flags, &count).await
        })
        .await
}

/// Names customers whom an edited condition takes in or puts out.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AudienceImpactCustomersRequest {
    /// The audience.
    pub id: AudienceId,
    /// Its condition as it is being edited.
    pub condition: Condition,
    /// Which of the customers.
    pub who: Crossing,
    /// See `impact_customers`.
    #[serde(default)]
    #[ts(optional, as = "Option<String>")]
    pub search: String,
    /// `nextCursor` of the page before.
    #[ts(optional)]
    pub cursor: Option<String>,
    /// How many at most, 1 to 500.
    pub limit: i64,
    /// See `impact_customers`.
    #[ts(optional)]
    pub opening: Option<String>,
    /// See `flag_impact`.
    #[ts(optional)]
    pub topic: Option<String>,
}

pub(super) async fn audience_impact_customers(
    app: &App,
    request: AudienceImpactCustomersRequest,
) -> Result<CrossingPage, CommandError> {
    let AudienceImpactCustomersRequest { id, condition, who, search, cursor, limit, opening, topic: of_page } =
        request;
    let limit = limited("limit", limit, MAX_PAGE)? as usize;
    let page = impact::PageRows { search, cursor, limit };
    let workspace = app.workspace()?;
    let counting = workspace.counting();
    counting
        .run(topic(of_page)?, async |count| {
            let audience = workspace.store().audience_get(id).await?;
            let source = workspace.source().await?;
            let disclosure = of_audience(&audience, json!({ "who": who, "draft": condition }));
            let (store, author) = (workspace.store(), workspace.author(None));
            workspace.disclosures().list(store, &author, opening, disclosure).await?;
            let _turn = counting.turn().await;
            count.expect(counting.estimated_customers(&source));
            let edited = (&audience, &condition);
            impact::page_crossing(store, &source, edited, who, &page, &count).await
        })
        .await
}

/// Writes customers whom an edited condition takes in or puts out to a file.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AudienceImpactCustomersExport {
    /// The audience.
    pub id: AudienceId,
    /// Its condition as it is being edited.
    pub condition: Condition,
    /// Which of the customers.
    pub who: Crossing,
    /// See `impact_customers`.
    #[serde(default)]
    #[ts(optional, as = "Option<String>")]
    pub search: String,
    /// What `export_progress` and `export_cancel` know this export by.
    pub topic: String,
}

pub(super) async fn audience_impact_customers_export(
    app: &App,
    request: AudienceImpactCustomersExport,
) -> Result<Exported, CommandError> {
    let AudienceImpactCustomersExport { id, condition, who, search, topic: topic_of_export } = request;
    let topic = topic(Some(topic_of_export))?.unwrap_or_default();
    let workspace = app.workspace()?;
    let store = workspace.store();
    let audience = store.audience_get(id).await?;
    let source = workspace.source().await?;
    let word = match who {
        Crossing::Joining => "come-in",
        Crossing::Leaving => "go-out",
    };
    let name = format!("{}-{word}.csv", audience.name);
    app.exporting()
        .run(&topic, &name, async |file| {
            let asked = json!({ "who": who, "draft": condition, "search": search });
            let (action, disclosure) = (AccessAction::CustomersExported, of_audience(&audience, asked));
            record(store, &workspace.author(None), action, disclosure).await?;
            file.expect(workspace.counting().estimated_customers(&source));
            impact::export_crossing(store, &source, (&audience, &condition), who, &search, file).await
        })
        .await
}

/// What the audit trail says of a list of those who cross.
fn of_audience(audience: &Audience, mut asked: Value) -> Disclosure {
    asked["savedVersion"] = Value::from(audience.version);
    let (entity_id, entity_key) = (audience.id.to_string(), audience.name.clone());
    Disclosure { entity_type: "audience", entity_id, entity_key, details: asked }
}

/// The saved flag, and the edit that a draft makes of it.
async fn edit(workspace: &Workspace, flag: &str, draft: FlagEdit) -> Result<(Flag, Edit), CommandError> {
    let saved = workspace.store().flag_get(flag).await?;
    let FlagEdit { default_value, rules } = draft;
    let draft = FlagDraft { key: saved.key.clone(), flag_type: saved.flag_type, default_value, rules };
    let draft = draft.compile()?;
    let known = workspace.store().audiences_list().await?;
    audiences_exist(&draft, &known)?;
    let source = workspace.source().await?;
    let edit = Edit::prepare(saved.flag_type, compile(&saved)?, draft, &known, &source)?;
    Ok((saved, edit))
}

/// The unarchived flags with a rule on the audience.
async fn flags_using(store: &Store, audience: AudienceId) -> Result<Vec<UsingFlag>, CommandError> {
    let mut query =
        FlagsPageQuery { audience_id: Some(audience), limit: FLAGS_AT_ONCE, ..FlagsPageQuery::default() };
    let mut using = Vec::new();
    loop {
        let page = store.flags_page(&query).await?;
        for flag in page.flags {
            let compiled = compile(&flag)?;
            let Flag { id, key, flag_type, environments, is_active, .. } = flag;
            using.push(UsingFlag {
                reference: FlagReference { id, key },
                flag_type,
                compiled,
                environments: environments.into_iter().filter(|(_, on)| *on).map(|(key, _)| key).collect(),
                killed: !is_active,
            });
        }
        match page.next_cursor {
            Some(cursor) => query.cursor = Some(cursor),
            None => return Ok(using),
        }
    }
}

pub(crate) fn compile(flag: &Flag) -> Result<CompiledFlag, CommandError> {
    let definition = FlagDefinition {
        key: FlagKey::parse(&flag.key).map_err(CommandError::internal)?,
        flag_type: flag.flag_type,
        default_value: flag.default_value.clone(),
        rules: flag.rules.clone(),
        environments: flag.environments.clone(),
        is_active: flag.is_active,
    };
    CompiledFlag::compile(&definition).map_err(CommandError::invalid)
}

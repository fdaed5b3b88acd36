//! Commands on audiences and the attributes their conditions use.

use halyard_engine::{AudienceId, Validation};
use halyard_store::{
    Store,
    attribute::Attribute,
    audiences::{Audience, AudienceChanges, AudienceVersion, BrokenAudience, NewAudience},
    condition::Condition,
    customers::CustomerReference,
    memberships::{AudienceCount, AudienceSample, ConditionTrace},
    suggestions::{AttributeSuggestions, EventNames},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use ts_rs::TS;

use super::{Nothing, limited, reach::topic};
use crate::{App, CommandError, disclosure::Disclosure, workspace::TENANT_DEADLINE};

pub(super) async fn audiences_list(app: &App, _: Nothing) -> Result<Vec<Audience>, CommandError> {
    Ok(app.workspace()?.store().audiences_list().await?)
}

pub(super) async fn audiences_broken(app: &App, _: Nothing) -> Result<Vec<BrokenAudience>, CommandError> {
    Ok(app.workspace()?.store().audiences_broken().await?)
}

/// Names an audience.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AudienceGet {
    /// Its id.
    pub id: AudienceId,
}

pub(super) async fn audience_get(app: &App, request: AudienceGet) -> Result<Audience, CommandError> {
    Ok(app.workspace()?.store().audience_get(request.id).await?)
}

pub(super) async fn audience_create(app: &App, request: NewAudience) -> Result<Audience, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(request.note.as_deref());
    Ok(workspace.store().audience_create(&request, &author).await?)
}

/// Changes some fields of an audience.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AudienceUpdate {
    /// Its id.
    pub id: AudienceId,
    /// The version the edit started from; a field changed since then is a conflict.
    pub base_version: i32,
    /// The fields to replace.
    pub changes: AudienceChanges,
    /// Why, for the audit.
    #[ts(optional)]
    pub note: Option<String>,
}

pub(super) async fn audience_update(app: &App, request: AudienceUpdate) -> Result<Audience, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(request.note.as_deref());
    Ok(workspace.store().audience_update(request.id, request.base_version, &request.changes, &author).await?)
}

/// Deletes an audience that no flag uses.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AudienceDelete {
    /// Its id.
    pub id: AudienceId,
    /// Why, for the audit.
    #[ts(optional)]
    pub note: Option<String>,
}

pub(super) async fn audience_delete(app: &App, request: AudienceDelete) -> Result<Nothing, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(request.note.as_deref());
    workspace.store().audience_delete(request.id, &author).await?;
    Ok(Nothing {})
}

/// Versions of an audience, newest first.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AudienceVersionsRequest {
    /// Its id.
    pub id: AudienceId,
    /// Only versions below this one; absent starts at the newest.
    #[ts(optional)]
    pub before: Option<i32>,
    /// How many at most, 1 to 200.
    pub limit: i64,
}

pub(super) async fn audience_versions(
    app: &App,
    request: AudienceVersionsRequest,
) -> Result<Vec<AudienceVersion>, CommandError> {
    let limit = limited("limit", request.limit, 200)?;
    Ok(app.workspace()?.store().audience_versions(request.id, request.before, limit).await?)
}

/// Makes an earlier version the newest one.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AudienceRevert {
    /// The audience.
    pub id: AudienceId,
    /// The version to bring back.
    pub version: i32,
    /// Why, for the audit.
    #[ts(optional)]
    pub note: Option<String>,
}

pub(super) async fn audience_revert(app: &App, request: AudienceRevert) -> Result<Audience, CommandError> {
    let workspace = app.workspace()?;
    let author = workspace.author(request.note.as_deref());
    Ok(workspace.store().audience_revert(request.id, request.version, &author).await?)
}

/// Counts the customers a condition holds for.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AudienceCountRequest {
    /// A saved condition, or one being edited.
    pub condition: Condition,
    /// What `count_progress` and `count_cancel` know this count by; a newer count of the same topic
    /// calls it off. Here and below.
    #[ts(optional)]
    pub topic: Option<String>,
}

pub(super) async fn audience_count(
    app: &App,
    request: AudienceCountRequest,
) -> Result<AudienceCount, CommandError> {
    let workspace = app.workspace()?;
    let counting = workspace.counting();
    counting
        .run(topic(request.topic)?, async |count| {
            let _turn = counting.turn().await;
            let source = workspace.source().await?;
            count.expect(counting.estimated_customers(&source));
            Ok(workspace.store().audience_count(&source, &request.condition, TENANT_DEADLINE).await?)
        })
        .await
}

/// Names some of the customers a condition holds for.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AudienceSampleRequest {
    /// A saved condition, or one being edited.
    pub condition: Condition,
    /// The audience it is of; absent for a new one. For the audit trail.
    #[ts(optional)]
    pub audience: Option<AudienceId>,
    /// `nextCursor` of the ones before. Reading on from the first is recorded in the audit trail.
    #[ts(optional)]
    pub cursor: Option<String>,
    /// How many at most, 1 to 20.
    pub limit: i64,
    /// See `impact_customers`.
    #[ts(optional)]
    pub opening: Option<String>,
    /// See `audience_count`.
    #[ts(optional)]
    pub topic: Option<String>,
}

/// Members in one answer, at most.
const MAX_SAMPLE: u32 = 20;

pub(super) async fn audience_sample(
    app: &App,
    request: AudienceSampleRequest,
) -> Result<AudienceSample, CommandError> {
    let AudienceSampleRequest { condition, audience, cursor, limit, opening, topic: topic_of_sample } =
        request;
    let limit = limited("limit", limit, MAX_SAMPLE)?;
    let workspace = app.workspace()?;
    let counting = workspace.counting();
    counting
        .run(topic(topic_of_sample)?, async |count| {
            let _turn = counting.turn().await;
            let source = workspace.source().await?;
            count.expect(counting.estimated_customers(&source));
            let store = workspace.store();
            // A handful of examples is no list of people; reading on makes one of it.
            if cursor.is_some() {
                let listed = listed_members(store, audience, &condition).await?;
                workspace.disclosures().list(store, &workspace.author(None), opening, listed).await?;
            }
            Ok(store.audience_sample(&source, &condition, cursor.as_deref(), limit, TENANT_DEADLINE).await?)
        })
        .await
}

/// What the audit trail says of a list of members.
async fn listed_members(
    store: &Store,
    audience: Option<AudienceId>,
    condition: &Condition,
) -> Result<Disclosure, CommandError> {
    let (entity_id, entity_key) = match audience {
        None => (String::new(), String::new()),
        Some(id) => (id.to_string(), store.audience_get(id).await?.name),
    };
    let details = json!({ "who": "members", "draft": condition });
    Ok(Disclosure { entity_type: "audience", entity_id, entity_key, details })
}

/// Asks whether a condition holds for a customer.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AudienceCheckRequest {
    /// A saved condition, or one being edited.
    pub condition: Condition,
    /// The customer's id as text; one that is not in the table is answered too.
    pub entity_id: String,
}

/// Whether a condition holds for a customer, and why.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AudienceCheck {
    /// null: not in the customers table, so in no audience.
    pub customer: Option<CustomerReference>,
    /// Whether it does.
    pub holds: bool,
    /// Each test with what the customer's row holds; null without a row.
    pub condition: Option<ConditionTrace>,
}

pub(super) async fn audience_check(
    app: &App,
    request: AudienceCheckRequest,
) -> Result<AudienceCheck, CommandError> {
    let AudienceCheckRequest { condition, entity_id } = request;
    let mut validation = Validation::new();
    validation.entity_id("entityId", &entity_id);
    validation.finish().map_err(CommandError::invalid)?;
    let workspace = app.workspace()?;
    let (store, source) = (workspace.store(), workspace.source().await?);
    let explained = store.explain_conditions(&source, &entity_id, &[&condition], TENANT_DEADLINE).await?;
    let Some(trace) = explained.and_then(|explained| explained.into_iter().next()) else {
        return Ok(AudienceCheck { customer: None, holds: false, condition: None });
    };
    let trace = trace.map_err(CommandError::invalid)?;
    let customer = store.customer_get(&source, &entity_id, TENANT_DEADLINE).await?;
    Ok(AudienceCheck {
        customer: customer.map(|customer| customer.reference),
        holds: trace.holds(),
        condition: Some(trace),
    })
}

/// Names an attribute.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttributeSuggestionsRequest {
    /// One of `attributes_list`.
    pub attribute: String,
}

pub(super) async fn attribute_suggestions(
    app: &App,
    request: AttributeSuggestionsRequest,
) -> Result<AttributeSuggestions, CommandError> {
    let workspace = app.workspace()?;
    let source = workspace.source().await?;
    Ok(workspace.store().attribute_suggestions(&source, &request.attribute, TENANT_DEADLINE).await?)
}

pub(super) async fn event_names(app: &App, _: Nothing) -> Result<Option<EventNames>, CommandError> {
    let workspace = app.workspace()?;
    let source = workspace.source().await?;
    Ok(workspace.store().event_names(&source, TENANT_DEADLINE).await?)
}

pub(super) async fn attributes_list(app: &App, _: Nothing) -> Result<Vec<Attribute>, CommandError> {
    Ok(app.workspace()?.store().attributes().await?)
}

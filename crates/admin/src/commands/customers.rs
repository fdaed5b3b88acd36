//! Commands on the tenant's customers: where they live, finding and showing them, and all that Halyard
//! says of one.

use std::time::Duration;

use halyard_engine::{AudienceId, Evaluation, Membership, Validation, evaluate};
use halyard_store::{
    StoreError,
    catalogue::CatalogueTable,
    condition::Condition,
    customer_source::{CustomerSource, CustomerSourceStatus, ResolvedSource},
    customers::{Customer, CustomerReference, CustomersList as ListQuery},
    memberships::Memberships,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::{Nothing, limited, reach::topic};
use crate::{App, CommandError, ErrorCode, ErrorDetails, workspace::TENANT_DEADLINE};

/// Customers on a page, at most.
const MAX_PAGE: u32 = 500;

/// How long a search may take. Without indexes a million customers take about one.
const SEARCH_DEADLINE: Duration = Duration::from_secs(10);

pub(super) async fn customer_source_get(app: &App, _: Nothing) -> Result<CustomerSourceStatus, CommandError> {
    Ok(app.workspace()?.store().customer_source().await?)
}

/// Chooses where customers live.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomerSourceSet {
    /// Tables and columns out of `catalogue_list`.
    pub source: CustomerSource,
}

pub(super) async fn customer_source_set(
    app: &App,
    request: CustomerSourceSet,
) -> Result<CustomerSourceStatus, CommandError> {
    let workspace = app.workspace()?;
    Ok(workspace.store().customer_source_set(&request.source, &workspace.author(None)).await?)
}

pub(super) async fn catalogue_list(app: &App, _: Nothing) -> Result<Vec<CatalogueTable>, CommandError> {
    Ok(app.workspace()?.store().catalogue().await?)
}

/// Finds customers by id, name or e-mail.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomersSearch {
    /// What was typed; empty answers with some customers.
    pub query: String,
    /// How many at most, 1 to 200.
    pub limit: i64,
}

pub(super) async fn customers_search(
    app: &App,
    request: CustomersSearch,
) -> Result<Vec<CustomerReference>, CommandError> {
    let limit = limited("limit", request.limit, 200)?;
    let workspace = app.workspace()?;
    let source = workspace.source().await?;
    Ok(workspace.store().customers_search(&source, &request.query, limit, TENANT_DEADLINE).await?)
}

/// Lists customers, or those that a search finds.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomersListRequest {
    /// Those whose id begins with the text or whose name or e-mail address contains it, in any case;
    /// everybody when empty.
    pub search: String,
    /// `nextCursor` of the page before.
    #[ts(optional)]
    pub cursor: Option<String>,
    /// How many at most, 1 to 500.
    pub limit: i64,
    /// What `count_cancel` knows this search by; a newer one of the same topic calls it off.
    #[ts(optional)]
    pub topic: Option<String>,
}

/// Some of the customers.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CustomersList {
    /// In the order of their ids; the one whose id was searched for comes first.
    pub customers: Vec<CustomerReference>,
    /// Where the next page begins; null on the last one.
    pub next_cursor: Option<String>,
}

pub(super) async fn customers_list(
    app: &App,
    request: CustomersListRequest,
) -> Result<CustomersList, CommandError> {
    let CustomersListRequest { search, cursor, limit, topic: topic_of_page } = request;
    let limit = limited("limit", limit, MAX_PAGE)?;
    let workspace = app.workspace()?;
    let counting = workspace.counting();
    counting
        .run(topic(topic_of_page)?, async |count| {
            let source = workspace.source().await?;
            count.expect(counting.estimated_customers(&source));
            let which = ListQuery { search: &search, after: cursor.as_deref(), limit };
            let listed = workspace.store().customers_list(&source, which, SEARCH_DEADLINE).await;
            let listed = listed.map_err(|error| match error {
                StoreError::Timeout(_) if !search.trim().is_empty() => too_slow(&source),
                error => error.into(),
            })?;
            Ok(CustomersList { customers: listed.customers, next_cursor: listed.next })
        })
        .await
}

/// How long a search may take, and what makes it take milliseconds.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CustomersSearchAdvice {
    /// It is stopped after so many seconds.
    #[ts(type = "number")]
    pub within_seconds: u64,
    /// The statements that make the indexes it looks for, for whoever may run them; none for a view.
    pub statements: Vec<String>,
}

pub(super) async fn customers_search_advice(
    app: &App,
    _: Nothing,
) -> Result<CustomersSearchAdvice, CommandError> {
    let source = app.workspace()?.source().await?;
    Ok(CustomersSearchAdvice {
        within_seconds: SEARCH_DEADLINE.as_secs(),
        statements: source.search_indexes(),
    })
}

/// A search that took too long, with the indexes that would help.
fn too_slow(source: &ResolvedSource) -> CommandError {
    let statements = source.search_indexes();
    let remedy = if statements.is_empty() {
        "Search for a whole id, which is always fast."
    } else {
        "Search for a whole id, which is always fast, or have these indexes made."
    };
    let message = format!(
        "Looking through names and e-mail addresses took longer than {} seconds, so the search was stopped. {remedy}",
        SEARCH_DEADLINE.as_secs(),
    );
    let details = ErrorDetails { statements: Some(statements), ..ErrorDetails::default() };
    CommandError { details: Box::new(details), ..CommandError::new(ErrorCode::Timeout, message) }
}

/// Names a customer.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomerGet {
    /// The id as text.
    pub entity_id: String,
}

pub(super) async fn customer_get(app: &App, request: CustomerGet) -> Result<Customer, CommandError> {
    let workspace = app.workspace()?;
    let source = workspace.source().await?;
    let customer = workspace.store().customer_get(&source, &request.entity_id, TENANT_DEADLINE).await?;
    customer.ok_or_else(|| CommandError::new(ErrorCode::NotFound, "There is no customer with this id."))
}

/// Asks for all that Halyard says of a customer.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomerProfileRequest {
    /// The id as text; one that is not in the table is answered too.
    pub entity_id: String,
    /// The environment's key.
    pub environment: String,
}

/// Whether a customer is in an audience.
#[derive(Debug, Serialize, TS)]
pub struct CustomerAudience {
    /// Which.
    pub id: AudienceId,
    /// Its name.
    pub name: String,
    /// Null: the audience cannot be computed.
    pub member: Option<bool>,
    /// Why it cannot.
    pub problem: Option<String>,
}

/// What a customer gets of a flag.
#[derive(Debug, Serialize, TS)]
pub struct CustomerFlag {
    /// The flag.
    pub id: Uuid,
    /// Its key.
    pub key: String,
    /// 0 to 99,999: where they stand on the flag's percentages.
    pub bucket: u32,
    /// What they get, and why.
    #[serde(flatten)]
    #[ts(flatten)]
    pub evaluation: Evaluation,
}

/// A customer with everything that Halyard says of them.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CustomerProfile {
    /// As asked.
    pub entity_id: String,
    /// Null: not in the customers table.
    pub customer: Option<Customer>,
    /// Every audience, by name.
    pub audiences: Vec<CustomerAudience>,
    /// Every unarchived flag, by key.
    pub flags: Vec<CustomerFlag>,
}

pub(super) async fn customer_profile(
    app: &App,
    request: CustomerProfileRequest,
) -> Result<CustomerProfile, CommandError> {
    let CustomerProfileRequest { entity_id, environment } = request;
    let mut validation = Validation::new();
    validation.entity_id("entityId", &entity_id);
    validation.finish().map_err(CommandError::invalid)?;

    let workspace = app.workspace()?;
    let snapshot = workspace.live().snapshot();
    if !snapshot.environments().iter().any(|known| known.key == environment) {
        let message = format!("There is no environment {environment}.");
        return Err(CommandError::invalid_field("environment", message));
    }
    let source = workspace.source().await?;
    let audiences: Vec<(AudienceId, &Condition)> =
        snapshot.audiences().map(|audience| (audience.id, &audience.condition)).collect();
    let prepared = Memberships::prepare(&source, &audiences);
    let store = workspace.store();
    let ids = [entity_id.as_str()];
    let (customer, memberships) = tokio::try_join!(
        store.customer_get(&source, &entity_id, TENANT_DEADLINE),
        store.memberships(&prepared, &ids, TENANT_DEADLINE),
    )?;
    let entity = memberships.into_iter().next().unwrap_or_default();
    let membership = |audience: AudienceId| prepared.of(&entity, audience);

    let flags = snapshot.flags().map(|(key, flag)| CustomerFlag {
        id: flag.id,
        key: key.to_owned(),
        bucket: flag.compiled.bucket(&entity_id),
        evaluation: evaluate(&flag.compiled, &environment, Some(&entity_id), membership),
    });
    let flags = flags.collect();
    let problem = |id: AudienceId| {
        let violations = prepared.broken().iter().find(|(broken, _)| *broken == id).map(|(_, why)| why);
        violations.and_then(|violations| violations.first()).map(|violation| violation.message.clone())
    };
    let mut audiences: Vec<CustomerAudience> = snapshot
        .audiences()
        .map(|audience| CustomerAudience {
            id: audience.id,
            name: audience.name.clone(),
            member: match membership(audience.id) {
                Membership::In => Some(true),
                Membership::Out => Some(false),
                Membership::Unavailable => None,
            },
            problem: problem(audience.id),
        })
        .collect();
    audiences.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(CustomerProfile { entity_id, customer, audiences, flags })
}

//! Commands on the tenant's customers: where they live, finding and showing them.

use halyard_store::{
    catalogue::CatalogueTable,
    customer_source::{CustomerSource, CustomerSourceStatus},
    customers::{Customer, CustomerReference},
};
use serde::Deserialize;
use ts_rs::TS;

use super::{Nothing, limited};
use crate::{App, CommandError, ErrorCode, workspace::TENANT_DEADLINE};

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

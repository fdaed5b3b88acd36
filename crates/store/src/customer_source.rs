//! Where a tenant's customers and events live: chosen by people from the catalogue, held against the
//! catalogue again at every use, because the tenant's tables change without asking us.

mod advice;
mod defaults;
mod grants;
mod resolved;
mod status;

use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use ts_rs::TS;

pub use self::advice::{IndexAdvice, IndexUse};
pub use self::resolved::ResolvedSource;
pub(crate) use self::resolved::{Events, Relation, ResolvedEvents};
use self::resolved::{Resolution, resolve};
pub use self::status::CustomerSourceStatus;
use crate::attribute::Attribute;
use crate::store::DEADLINE;
use crate::{Author, Store, StoreError};

/// The table or view of customers, and which of its columns say who they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomerTable {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub table: String,
    /// The column whose text is the entity id.
    pub id_column: String,
    /// The column with a name to show.
    pub name_column: Option<String>,
    /// The column with an e-mail address to show and search.
    pub email_column: Option<String>,
}

/// The table or view of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EventTable {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub table: String,
    /// The column with the customer's id.
    pub customer_id_column: String,
    /// The column with the event's name.
    pub name_column: String,
    /// The column with the time; events without one do not count. None: they have no time, and can
    /// only be asked for ever.
    pub time_column: Option<String>,
}

/// Where customers and, optionally, their events live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomerSource {
    /// The customers.
    pub customers: CustomerTable,
    /// Their events.
    pub events: Option<EventTable>,
}

impl Store {
    /// Chooses the customer source. The database's triggers version and audit the change. The group
    /// roles that need to read it may, as far as this role may allow it.
    ///
    /// # Errors
    /// `Invalid` with every violation: tables or columns that are not there, columns of an unfit
    /// type, ids that are not unique.
    pub async fn customer_source_set(
        &self,
        source: &CustomerSource,
        author: &Author,
    ) -> Result<CustomerSourceStatus, StoreError> {
        let resolved = self.resolve(source).await?.whole().map_err(StoreError::Invalid)?;
        let overview = self.look_over(&resolved).await?;
        if let Some(problem) = overview.problem(source) {
            return Err(StoreError::invalid("customers.idColumn", problem));
        }
        let customers = Json(&source.customers);
        let events = source.events.as_ref().map(Json);
        self.change(author, async |connection| {
            sqlx::query!(
                "insert into halyard.customer_source (customers, events) values ($1, $2)
                 on conflict (singleton) do update set customers = excluded.customers, events = excluded.events",
                customers as _,
                events as _,
            )
            .execute(connection)
            .await?;
            Ok(())
        })
        .await?;
        self.grant_source(source).await?;
        self.status_of(source.clone(), Some(resolved), Vec::new(), Some(overview)).await
    }

    /// The customer source as found in the catalogue just now; none when nothing is chosen and there
    /// is no `public.customers`. What is merely shown (a name, an address) and events may be lost:
    /// then it comes without them, so that audiences that do not need them go on.
    ///
    /// # Errors
    /// `Invalid` when the customers or their ids are not there any more.
    pub async fn resolved_source(&self) -> Result<Option<ResolvedSource>, StoreError> {
        match self.chosen_or_default().await? {
            None => Ok(None),
            Some(source) => self.resolve(&source).await?.sufficient().map(Some).map_err(StoreError::Invalid),
        }
    }

    /// The attributes that conditions may use; empty without a customer source.
    ///
    /// # Errors
    /// `Invalid` when the tenant's tables no longer fit the customer source.
    pub async fn attributes(&self) -> Result<Vec<Attribute>, StoreError> {
        Ok(self.resolved_source().await?.map(|resolved| resolved.attributes).unwrap_or_default())
    }

    /// Holds a source against the catalogue.
    async fn resolve(&self, source: &CustomerSource) -> Result<Resolution, StoreError> {
        let customers = self.catalogue_table(&source.customers.schema, &source.customers.table).await?;
        let events = match &source.events {
            Some(events) => self.catalogue_table(&events.schema, &events.table).await?,
            None => None,
        };
        Ok(resolve(source, customers.as_ref(), events.as_ref()))
    }

    async fn chosen_or_default(&self) -> Result<Option<CustomerSource>, StoreError> {
        let chosen = self
            .read(DEADLINE, async |connection| {
                Ok(sqlx::query!(
                    r#"select customers as "customers: Json<CustomerTable>", events as "events: Json<EventTable>"
                     from halyard.customer_source"#
                )
                .fetch_optional(connection)
                .await?)
            })
            .await?;
        if let Some(row) = chosen {
            return Ok(Some(CustomerSource {
                customers: row.customers.0,
                events: row.events.map(|Json(events)| events),
            }));
        }
        let (schema, table) = defaults::CUSTOMERS;
        let Some(customers) = self.catalogue_table(schema, table).await? else { return Ok(None) };
        let (schema, table) = defaults::EVENTS;
        let events = self.catalogue_table(schema, table).await?;
        Ok(defaults::source(&customers, events.as_ref()))
    }
}

//! Where a tenant's customers and events live: chosen by people from the catalogue, held against the
//! catalogue again at every use, because the tenant's tables change without asking us.

use halyard_engine::Violation;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::types::Json;
use ts_rs::TS;

use crate::attribute::{Attribute, Storage};
use crate::catalogue::CatalogueTable;
use crate::condition::shortened;
use crate::store::DEADLINE;
use crate::tenant_sql::TenantSql;
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
    /// The column with the time; events without one do not count in windows.
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

/// The customer source and how it is doing.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CustomerSourceStatus {
    /// None: nothing chosen, and no `public.customers` to take.
    pub source: Option<CustomerSource>,
    /// Rows in the customers table; null when not counted yet.
    #[ts(type = "number | null")]
    pub customers: Option<i64>,
    /// What is wrong with it, in a sentence; null when all is well.
    pub problem: Option<String>,
}

/// The customer source as found in the catalogue just now: what SQL about customers may name.
#[derive(Debug, Clone)]
pub struct ResolvedSource {
    /// As it was chosen.
    pub source: CustomerSource,
    /// The columns of the customers table.
    pub attributes: Vec<Attribute>,
    pub(crate) id_storage: Storage,
    pub(crate) id_is_unique: bool,
}

impl ResolvedSource {
    /// Appends `FROM` the customers, called `c`.
    pub(crate) fn push_from(&self, sql: &mut TenantSql) {
        let customers = &self.source.customers;
        sql.push(" from ").identifier(&customers.schema).push(".").identifier(&customers.table).push(" c");
    }

    /// Appends the id column.
    pub(crate) fn push_id(&self, sql: &mut TenantSql) {
        sql.push("c.").identifier(&self.source.customers.id_column);
    }

    /// Appends the text of a column that may be absent; then NULL.
    pub(crate) fn push_optional_text(&self, sql: &mut TenantSql, column: Option<&str>) {
        match column {
            Some(column) => sql.push("c.").identifier(column).push("::text"),
            None => sql.push("null::text"),
        };
    }
}

impl CustomerSource {
    /// Holds the source against the tables it names, which the catalogue found or not.
    fn resolve(
        &self,
        customers: Option<&CatalogueTable>,
        events: Option<&CatalogueTable>,
    ) -> Result<ResolvedSource, Vec<Violation>> {
        let mut violations = Vec::new();
        let mut refuse = |path: &str, message: String| {
            violations.push(Violation { path: path.to_owned(), message });
        };
        let mut id_storage = None;
        let chosen = &self.customers;
        match customers {
            None => refuse("customers.table", missing_table(&chosen.schema, &chosen.table)),
            Some(table) => {
                match table.column(&chosen.id_column) {
                    None => refuse("customers.idColumn", missing_column(table, &chosen.id_column)),
                    Some(column) if !can_be_id(column.storage) => refuse(
                        "customers.idColumn",
                        format!(
                            "{} cannot be an id: its type is {}. Choose a column of text, whole numbers or uuid.",
                            column.name, column.db_type
                        ),
                    ),
                    Some(column) => id_storage = Some(column.storage),
                }
                let optional = [
                    ("customers.nameColumn", &chosen.name_column),
                    ("customers.emailColumn", &chosen.email_column),
                ];
                for (path, name) in optional {
                    if let Some(name) = name.as_deref().filter(|name| table.column(name).is_none()) {
                        refuse(path, missing_column(table, name));
                    }
                }
            }
        }
        if let Some(chosen) = &self.events {
            match events {
                None => refuse("events.table", missing_table(&chosen.schema, &chosen.table)),
                Some(table) => {
                    let mut columns = vec![
                        ("events.customerIdColumn", &chosen.customer_id_column),
                        ("events.nameColumn", &chosen.name_column),
                    ];
                    columns.extend(chosen.time_column.iter().map(|name| ("events.timeColumn", name)));
                    for (path, name) in columns {
                        if table.column(name).is_none() {
                            refuse(path, missing_column(table, name));
                        }
                    }
                }
            }
        }
        match (customers, id_storage) {
            (Some(table), Some(id_storage)) if violations.is_empty() => {
                let id_is_unique =
                    table.column(&chosen.id_column).is_some_and(|column| column.unique && !column.nullable);
                Ok(ResolvedSource {
                    source: self.clone(),
                    attributes: table.attributes(),
                    id_storage,
                    id_is_unique,
                })
            }
            _ => Err(violations),
        }
    }
}

/// Taken when nothing was chosen and it exists.
const DEFAULT_CUSTOMERS: (&str, &str) = ("public", "customers");
const DEFAULT_EVENTS: (&str, &str) = ("public", "events");

impl Store {
    /// The customer source with its number of rows, or what is wrong with it.
    ///
    /// # Errors
    /// When the database cannot be asked; a source that no longer fits is a `problem`, not an error.
    pub async fn customer_source(&self) -> Result<CustomerSourceStatus, StoreError> {
        let Some(source) = self.chosen_or_default().await? else {
            return Ok(CustomerSourceStatus { source: None, customers: None, problem: None });
        };
        let (customers, problem) = match self.resolve(&source).await? {
            Err(violations) => {
                let sentences: Vec<String> =
                    violations.into_iter().map(|violation| violation.message).collect();
                (None, Some(sentences.join(" ")))
            }
            Ok(resolved) => match self.look_over(&resolved).await {
                Ok(overview) => (Some(overview.rows), overview.problem(&source)),
                Err(StoreError::Timeout(_)) => (None, None),
                Err(other) => return Err(other),
            },
        };
        Ok(CustomerSourceStatus { source: Some(source), customers, problem })
    }

    /// Chooses the customer source. The database's triggers version and audit the change.
    ///
    /// # Errors
    /// `Invalid` with every violation: tables or columns that are not there, an id of an unfit type,
    /// ids that are not unique.
    pub async fn customer_source_set(
        &self,
        source: &CustomerSource,
        author: &Author,
    ) -> Result<CustomerSourceStatus, StoreError> {
        let resolved = self.resolve(source).await?.map_err(StoreError::Invalid)?;
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
        Ok(CustomerSourceStatus {
            source: Some(source.clone()),
            customers: Some(overview.rows),
            problem: None,
        })
    }

    /// The customer source as found in the catalogue just now; none when nothing is chosen and there
    /// is no `public.customers`.
    ///
    /// # Errors
    /// `Invalid` when the tenant's tables no longer fit it.
    pub async fn resolved_source(&self) -> Result<Option<ResolvedSource>, StoreError> {
        match self.chosen_or_default().await? {
            None => Ok(None),
            Some(source) => self.resolve(&source).await?.map(Some).map_err(StoreError::Invalid),
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
    pub(crate) async fn resolve(
        &self,
        source: &CustomerSource,
    ) -> Result<Result<ResolvedSource, Vec<Violation>>, StoreError> {
        let customers = self.catalogue_table(&source.customers.schema, &source.customers.table).await?;
        let events = match &source.events {
            Some(events) => self.catalogue_table(&events.schema, &events.table).await?,
            None => None,
        };
        Ok(source.resolve(customers.as_ref(), events.as_ref()))
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
        let (schema, table) = DEFAULT_CUSTOMERS;
        let Some(customers) = self.catalogue_table(schema, table).await? else { return Ok(None) };
        let (schema, table) = DEFAULT_EVENTS;
        let events = self.catalogue_table(schema, table).await?;
        Ok(default_source(&customers, events.as_ref()))
    }

    async fn look_over(&self, resolved: &ResolvedSource) -> Result<Overview, StoreError> {
        let unique = resolved.id_is_unique;
        let mut sql = TenantSql::new("select count(*), count(*) - count(");
        resolved.push_id(&mut sql);
        sql.push("), ");
        if unique {
            sql.push("null::text");
            resolved.push_from(&mut sql);
        } else {
            sql.push("(select min(d.id) from (select ");
            resolved.push_id(&mut sql);
            sql.push("::text as id");
            resolved.push_from(&mut sql);
            sql.push(" group by 1 having count(*) > 1) d)");
            resolved.push_from(&mut sql);
        }
        let statement = sql.build();
        let row = self
            .read_tenant(DEADLINE, async |connection| Ok(statement.query().fetch_one(connection).await?))
            .await?;
        Ok(Overview { rows: row.try_get(0)?, without_id: row.try_get(1)?, duplicate: row.try_get(2)? })
    }
}

struct Overview {
    rows: i64,
    without_id: i64,
    duplicate: Option<String>,
}

impl Overview {
    fn problem(&self, source: &CustomerSource) -> Option<String> {
        let CustomerTable { schema, table, id_column, .. } = &source.customers;
        if let Some(duplicate) = &self.duplicate {
            return Some(format!(
                "{schema}.{table} has several rows with the {id_column} “{}”. Ids must be unique.",
                shortened(duplicate)
            ));
        }
        let rows =
            if self.without_id == 1 { "a row".to_owned() } else { format!("{} rows", self.without_id) };
        (self.without_id > 0)
            .then(|| format!("{schema}.{table} has {rows} without {id_column}. Every customer needs an id."))
    }
}

/// The usual names; none when the table has no column that can be an id.
fn default_source(customers: &CatalogueTable, events: Option<&CatalogueTable>) -> Option<CustomerSource> {
    let named = |table: &CatalogueTable, names: &[&str]| {
        names.iter().find(|name| table.column(name).is_some()).map(|name| (*name).to_owned())
    };
    let id_column = named(customers, &["id", "customer_id"])
        .or_else(|| customers.columns.iter().find(|column| column.unique).map(|column| column.name.clone()))
        .filter(|name| customers.column(name).is_some_and(|column| can_be_id(column.storage)))?;
    let events = events.and_then(|table| {
        Some(EventTable {
            schema: table.schema.clone(),
            table: table.table.clone(),
            customer_id_column: named(table, &["customer_id", "user_id"])?,
            name_column: named(table, &["name", "event", "event_name"])?,
            time_column: named(table, &["occurred_at", "created_at", "timestamp", "time"]),
        })
    });
    Some(CustomerSource {
        customers: CustomerTable {
            schema: customers.schema.clone(),
            table: customers.table.clone(),
            id_column,
            name_column: named(customers, &["name", "full_name", "display_name", "company_name"]),
            email_column: named(customers, &["email", "email_address"]),
        },
        events,
    })
}

fn can_be_id(storage: Storage) -> bool {
    matches!(
        storage,
        Storage::Text
            | Storage::PaddedText
            | Storage::OtherText
            | Storage::Uuid
            | Storage::Integer
            | Storage::Numeric
    )
}

fn missing_table(schema: &str, table: &str) -> String {
    format!("There is no table or view {schema}.{table} that your database role may read.")
}

fn missing_column(table: &CatalogueTable, column: &str) -> String {
    format!("{}.{} has no column “{column}” that your database role may read.", table.schema, table.table)
}

//! Reading the tenant's customers: search, list, and one customer with all fields. Never writing.

mod list;

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use sqlx::{PgConnection, Row};
use ts_rs::TS;

use crate::attribute::AttributeType;
use crate::customer_source::ResolvedSource;
use crate::memberships::entity_id;
use crate::tenant_sql::{Bind, TenantSql, like_pattern};
use crate::{Store, StoreError};

pub use list::{CustomersList, ListedCustomers};

/// A customer as a list shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CustomerReference {
    /// The id's text.
    pub entity_id: String,
    /// From the source's name column.
    pub name: Option<String>,
    /// From the source's e-mail column.
    pub email: Option<String>,
}

/// One column of a customer's row.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CustomerField {
    /// The column.
    pub attribute: String,
    /// How conditions read it.
    #[serde(rename = "type")]
    pub attribute_type: AttributeType,
    /// What the row holds.
    pub value: Value,
}

/// A customer with every field.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct Customer {
    /// Who it is.
    #[serde(flatten)]
    #[ts(flatten)]
    pub reference: CustomerReference,
    /// In the table's own order.
    pub fields: Vec<CustomerField>,
}

/// Customers in one answer, at most.
pub const MAX_SEARCH: u32 = 200;

impl Store {
    /// Customers whose id begins with the text or whose name or e-mail address contains it, in any
    /// case: the exact id first, then ids, then by name. An empty text lists the first by id.
    ///
    /// # Errors
    /// `Timeout` after `within`; `Unavailable`.
    pub async fn customers_search(
        &self,
        source: &ResolvedSource,
        text: &str,
        limit: u32,
        within: Duration,
    ) -> Result<Vec<CustomerReference>, StoreError> {
        let text = text.trim().replace('\0', "");
        let customers = &source.source.customers;
        let columns = [customers.name_column.as_deref(), customers.email_column.as_deref()];
        let mut sql = TenantSql::new("select ");
        push_reference(&mut sql, source);
        source.push_from(&mut sql);
        sql.push(" where ");
        source.push_id(&mut sql);
        sql.push(" is not null");
        if text.is_empty() {
            sql.push(" order by ");
            source.push_id(&mut sql);
        } else {
            let exact = sql.reserve(Bind::Text(text.clone()));
            let prefix = sql.reserve(Bind::Text(like_pattern("", &text, "%")));
            let anywhere = sql.reserve(Bind::Text(like_pattern("%", &text, "%")));
            sql.push(" and (");
            push_lower_like(&mut sql, &customers.id_column, prefix);
            for column in columns.into_iter().flatten() {
                sql.push(" or ");
                push_lower_like(&mut sql, column, anywhere);
            }
            sql.push(") order by ");
            source.push_id(&mut sql);
            sql.push("::text = ").placeholder(exact).push("::text desc, ");
            push_lower_like(&mut sql, &customers.id_column, prefix);
            sql.push(" desc, 2, 1");
        }
        sql.push(" limit ").bind(Bind::Integer(i64::from(limit.clamp(1, MAX_SEARCH)))).push("::int8");
        let statement = sql.build();
        let rows = self
            .read_tenant(within, async |connection| Ok(statement.query().fetch_all(connection).await?))
            .await?;
        Ok(rows.iter().map(reference).collect::<Result<_, sqlx::Error>>()?)
    }

    /// One customer with every field; none when the entity is not in the customers table.
    ///
    /// # Errors
    /// `Timeout` after `within`; `Unavailable`.
    pub async fn customer_get(
        &self,
        source: &ResolvedSource,
        entity_id: &str,
        within: Duration,
    ) -> Result<Option<Customer>, StoreError> {
        let Some(id) = entity_id::parse_all(source.id_storage, &[entity_id]) else { return Ok(None) };
        let mut sql = TenantSql::new("select ");
        push_reference(&mut sql, source);
        sql.push(", array[");
        for (index, attribute) in source.attributes.iter().enumerate() {
            sql.push(if index > 0 { ", " } else { "" });
            sql.push("to_jsonb(c.").identifier(&attribute.name).push(")::text");
        }
        sql.push("]::text[]");
        source.push_from(&mut sql);
        entity_id::push_filter(&mut sql, source);
        let statement = sql.build();
        let rows = self
            .read_tenant(within, async |connection| {
                Ok(statement.query_with(std::slice::from_ref(&id)).fetch_all(connection).await?)
            })
            .await?;
        for row in rows {
            let reference = reference(&row)?;
            if reference.entity_id != entity_id {
                continue;
            }
            let values: Vec<Option<String>> = row.try_get(3)?;
            let fields = source
                .attributes
                .iter()
                .zip(values)
                .map(|(attribute, value)| CustomerField {
                    attribute: attribute.name.clone(),
                    attribute_type: attribute.attribute_type,
                    value: value.map_or(Value::Null, json_from_text),
                })
                .collect();
            return Ok(Some(Customer { reference, fields }));
        }
        Ok(None)
    }

    /// Runs reads of the tenant's tables: read-only, ended by the server too when time is up, and
    /// with times written in UTC. When the future is dropped its connection closes, which the server
    /// looks for now and then; without that it would only notice when it sends results, and sort a
    /// million rows for nobody. Only servers on Linux can be relied on to know how.
    pub(crate) async fn read_tenant<T>(
        &self,
        within: Duration,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.read(within, async |connection| {
            let mut transaction = sqlx::Connection::begin_with(connection, "begin read only").await?;
            sqlx::query!(
                "select set_config('statement_timeout', $1, true) as statement_timeout,
                     set_config('timezone', 'UTC', true) as timezone,
                     set_config('datestyle', 'ISO', true) as datestyle,
                     set_config('intervalstyle', 'postgres', true) as intervalstyle,
                     case when version() like '%linux%'
                         then set_config('client_connection_check_interval', '500ms', true)
                     end as client_connection_check_interval",
                within.as_millis().to_string(),
            )
            .fetch_one(&mut *transaction)
            .await?;
            let outcome = work(&mut transaction).await?;
            transaction.commit().await?;
            Ok(outcome)
        })
        .await
    }
}

/// id, name, e-mail.
pub(crate) fn push_reference(sql: &mut TenantSql, source: &ResolvedSource) {
    source.push_id(sql);
    sql.push("::text, ");
    source.push_optional_text(sql, source.source.customers.name_column.as_deref());
    sql.push(", ");
    source.push_optional_text(sql, source.source.customers.email_column.as_deref());
}

/// Appends whether the id begins with the text, or the name or e-mail address contains it, in any case.
pub(crate) fn push_matches(sql: &mut TenantSql, source: &ResolvedSource, text: &str) {
    let customers = &source.source.customers;
    let prefix = sql.reserve(Bind::Text(like_pattern("", text, "%")));
    let anywhere = sql.reserve(Bind::Text(like_pattern("%", text, "%")));
    sql.push("(");
    push_lower_like(sql, &customers.id_column, prefix);
    for column in [&customers.name_column, &customers.email_column].into_iter().flatten() {
        sql.push(" or ");
        push_lower_like(sql, column, anywhere);
    }
    sql.push(")");
}

/// NULL for a column without a value, which a filter takes for false; nothing around it, so that an
/// index on the column's lower case serves.
fn push_lower_like(sql: &mut TenantSql, column: &str, pattern: u64) {
    sql.push("lower(c.").identifier(column).push("::text) collate \"C\" like lower(");
    sql.placeholder(pattern).push("::text)");
}

fn reference(row: &sqlx::postgres::PgRow) -> Result<CustomerReference, sqlx::Error> {
    reference_at(row, 0)
}

/// Reads what [`push_reference`] selected, from the column at `first` on.
pub(crate) fn reference_at(
    row: &sqlx::postgres::PgRow,
    first: usize,
) -> Result<CustomerReference, sqlx::Error> {
    Ok(CustomerReference {
        entity_id: row.try_get(first)?,
        name: row.try_get(first + 1)?,
        email: row.try_get(first + 2)?,
    })
}

/// JSON from Postgres; numbers beyond 64-bit floats and the like are shown as their text.
pub(crate) fn json_from_text(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

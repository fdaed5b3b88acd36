//! The list of all customers and those that a search finds: in the order of their ids, page by page,
//! so that any page costs the same however many there are.

use std::time::Duration;

use super::{CustomerReference, push_matches, push_reference, reference};
use crate::catalogue::TableKind;
use crate::customer_source::ResolvedSource;
use crate::memberships::entity_id;
use crate::tenant_sql::{Bind, TenantSql, quoted};
use crate::{Store, StoreError};

/// Which customers to list.
#[derive(Debug, Clone, Copy)]
pub struct CustomersList<'a> {
    /// Those whose id begins with the text or whose name or e-mail address contains it, in any case;
    /// everybody when empty.
    pub search: &'a str,
    /// Those behind this id; from the first when absent.
    pub after: Option<&'a str>,
    /// At most so many, and on the first page one more: the customer with this very id.
    pub limit: u32,
}

/// Some of the customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCustomers {
    /// In the order of their ids; the one whose id was searched for comes first.
    pub customers: Vec<CustomerReference>,
    /// Behind which id the next page begins; none on the last one.
    pub next: Option<String>,
}

impl Store {
    /// Customers in the order of their ids, from some id on.
    ///
    /// # Errors
    /// `Invalid` for an `after` that cannot be an id; `Timeout` after `within`, for which
    /// [`ResolvedSource::search_indexes`] has a remedy; `Unavailable`.
    pub async fn customers_list(
        &self,
        source: &ResolvedSource,
        which: CustomersList<'_>,
        within: Duration,
    ) -> Result<ListedCustomers, StoreError> {
        let search = which.search.trim().replace('\0', "");
        let limit = usize::try_from(which.limit).unwrap_or(usize::MAX);
        let list = list_statement(source, &search, which)?;
        let exact = match entity_id::parse_all(source.id_storage, &[&search]) {
            Some(id) => {
                let mut sql = TenantSql::new("select ");
                push_reference(&mut sql, source);
                source.push_from(&mut sql);
                entity_id::push_filter(&mut sql, source);
                Some((sql.build(), id))
            }
            None => None,
        };
        let (exact, found) = self
            .read_tenant(within, async |connection| {
                let mut same_id = None;
                if let Some((statement, id)) = exact {
                    let rows = statement.query_with(&[id]).fetch_all(&mut *connection).await?;
                    let references = rows.iter().map(reference).collect::<Result<Vec<_>, _>>()?;
                    same_id = references.into_iter().find(|customer| customer.entity_id == search);
                }
                let rows = list.query().fetch_all(connection).await?;
                let found = rows.iter().map(reference).collect::<Result<Vec<_>, _>>()?;
                Ok((same_id, found))
            })
            .await?;
        let is_last = found.len() <= limit;
        let page: Vec<CustomerReference> = found.into_iter().take(limit).collect();
        let next = if is_last { None } else { page.last().map(|last| last.entity_id.clone()) };
        // It is first on the first page, and nowhere else.
        let others = page.into_iter().filter(|customer| customer.entity_id != search);
        let first = exact.filter(|_| which.after.is_none());
        Ok(ListedCustomers { customers: first.into_iter().chain(others).collect(), next })
    }
}

fn list_statement(
    source: &ResolvedSource,
    search: &str,
    which: CustomersList<'_>,
) -> Result<crate::tenant_sql::Statement, StoreError> {
    let mut sql = TenantSql::new("select ");
    push_reference(&mut sql, source);
    source.push_from(&mut sql);
    sql.push(" where ");
    match which.after {
        None => {
            source.push_id(&mut sql);
            sql.push(" is not null");
        }
        Some(after) => {
            let id = entity_id::cursor(source.id_storage, after)?;
            entity_id::push_after(&mut sql, source, id);
        }
    }
    if !search.is_empty() {
        sql.push(" and ");
        push_matches(&mut sql, source, search);
    }
    sql.push(" order by ");
    entity_id::push_order(&mut sql, source);
    // One more tells whether there is another page.
    sql.push(" limit ").bind(Bind::Integer(i64::from(which.limit) + 1)).push("::int8");
    Ok(sql.build())
}

impl ResolvedSource {
    /// Statements that make the indexes with which a search takes milliseconds at any size, to be run
    /// by somebody who may. None for views, which cannot have any.
    #[must_use]
    pub fn search_indexes(&self) -> Vec<String> {
        let concurrently = match self.customers.kind {
            TableKind::Table | TableKind::MaterializedView => " CONCURRENTLY",
            // A partitioned table's index cannot be made concurrently.
            TableKind::PartitionedTable => "",
            _ => return Vec::new(),
        };
        let table = format!("{}.{}", quoted(&self.customers.schema), quoted(&self.customers.table));
        // As `push_matches` compares.
        let compared = |column: &str| format!("(lower({}::text) COLLATE \"C\")", quoted(column));
        let columns = &self.source.customers;
        let parts = [&columns.name_column, &columns.email_column];
        let parts: Vec<&String> = parts.into_iter().flatten().collect();
        let mut statements = Vec::new();
        if !parts.is_empty() {
            statements.push("CREATE EXTENSION IF NOT EXISTS pg_trgm;".to_owned());
        }
        let index = |using: &str, column: &str, class: &str| {
            format!("CREATE INDEX{concurrently} ON {table}{using} ({}{class});", compared(column))
        };
        statements.push(index("", &columns.id_column, ""));
        statements.extend(parts.into_iter().map(|column| index(" USING gin", column, " gin_trgm_ops")));
        statements
    }
}

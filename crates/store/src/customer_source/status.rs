//! How the customer source is doing: its rows, what is wrong with it, and what would serve it better.

use halyard_engine::Violation;
use serde::Serialize;
use sqlx::Row;
use ts_rs::TS;

use super::resolved::ResolvedSource;
use super::{CustomerSource, CustomerTable, IndexAdvice};
use crate::audiences::BrokenAudience;
use crate::condition::shortened;
use crate::store::DEADLINE;
use crate::tenant_sql::TenantSql;
use crate::{Store, StoreError};

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
    /// Indexes that are missing.
    pub advice: Vec<IndexAdvice>,
    /// GRANT statements that are missing for the group roles to read it, for whoever may run them.
    pub missing_grants: Vec<String>,
    /// Audiences that do not fit the tables, by name.
    pub broken_audiences: Vec<BrokenAudience>,
}

impl Store {
    /// The customer source with its number of rows, and what is wrong with it.
    ///
    /// # Errors
    /// When the database cannot be asked; a source that no longer fits is a `problem`, not an error.
    pub async fn customer_source(&self) -> Result<CustomerSourceStatus, StoreError> {
        let Some(source) = self.chosen_or_default().await? else {
            return Ok(CustomerSourceStatus {
                source: None,
                customers: None,
                problem: None,
                advice: Vec::new(),
                missing_grants: Vec::new(),
                broken_audiences: Vec::new(),
            });
        };
        let (resolved, violations) = self.resolve(&source).await?.parts();
        let overview = match &resolved {
            None => None,
            Some(resolved) => match self.look_over(resolved).await {
                Ok(overview) => Some(overview),
                Err(StoreError::Timeout(_)) => None,
                Err(other) => return Err(other),
            },
        };
        self.status_of(source, resolved, violations, overview).await
    }

    /// Puts together what was found out.
    pub(super) async fn status_of(
        &self,
        source: CustomerSource,
        resolved: Option<ResolvedSource>,
        violations: Vec<Violation>,
        overview: Option<Overview>,
    ) -> Result<CustomerSourceStatus, StoreError> {
        let mut problems: Vec<String> =
            violations.iter().map(|violation| violation.message.clone()).collect();
        problems.extend(overview.as_ref().and_then(|overview| overview.problem(&source)));
        Ok(CustomerSourceStatus {
            missing_grants: self.missing_grants(&source).await?,
            customers: overview.map(|overview| overview.rows),
            problem: (!problems.is_empty()).then(|| problems.join(" ")),
            advice: resolved.as_ref().map(ResolvedSource::advice).unwrap_or_default(),
            broken_audiences: self.audiences_broken_for(resolved.as_ref().ok_or(violations)).await?,
            source: Some(source),
        })
    }

    pub(super) async fn look_over(&self, resolved: &ResolvedSource) -> Result<Overview, StoreError> {
        let mut sql = TenantSql::new("select count(*), count(*) - count(");
        resolved.push_id(&mut sql);
        sql.push("), ");
        if resolved.id.unique && !resolved.id.nullable {
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

pub(super) struct Overview {
    pub(super) rows: i64,
    without_id: i64,
    duplicate: Option<String>,
}

impl Overview {
    pub(super) fn problem(&self, source: &CustomerSource) -> Option<String> {
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

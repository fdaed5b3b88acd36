//! Some of the customers that a condition holds for, with what it compares of them.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use sqlx::Row;
use ts_rs::TS;

use super::entity_id;
use crate::audience_sql::{push_condition, push_row_value};
use crate::condition::checked::CheckedLeaf;
use crate::condition::{Condition, ConditionLeaf};
use crate::customer_source::ResolvedSource;
use crate::customers::{CustomerReference, json_from_text, push_reference, reference_at};
use crate::tenant_sql::{Bind, TenantSql};
use crate::{Store, StoreError};

/// Compared values that are read of each customer, at most.
const MAX_COMPARED: usize = 6;

/// A customer that a condition holds for.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct Member {
    /// Who it is.
    #[serde(flatten)]
    #[ts(flatten)]
    pub customer: CustomerReference,
    /// What the row holds for each of the compared, null for nothing; of events, how many there are.
    pub values: Vec<Value>,
}

/// Some members, in the order of their ids.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AudienceSample {
    /// The first test of each attribute or event that the condition compares, in its order; at most six.
    pub compared: Vec<ConditionLeaf>,
    /// At most as many as were asked for.
    pub members: Vec<Member>,
    /// Where the next ones begin; null when these are the last.
    pub next_cursor: Option<String>,
}

impl Store {
    /// Customers that the condition holds for, in the order of their ids, behind the id `after`.
    ///
    /// # Errors
    /// `Invalid` with every violation when the condition does not fit, or for a cursor that is none;
    /// `Timeout` after `within`; `Unavailable`.
    pub async fn audience_sample(
        &self,
        source: &ResolvedSource,
        condition: &Condition,
        after: Option<&str>,
        limit: u32,
        within: Duration,
    ) -> Result<AudienceSample, StoreError> {
        let checked = condition.check(source, "condition").map_err(StoreError::Invalid)?;
        let compared = different(checked.leaves());
        let mut sql = TenantSql::new("select ");
        push_reference(&mut sql, source);
        sql.push(", array[");
        for (index, leaf) in compared.iter().enumerate() {
            sql.push(if index > 0 { ", (" } else { "(" });
            push_row_value(&mut sql, leaf);
            sql.push(")::text");
        }
        sql.push("]::text[]");
        source.push_from(&mut sql);
        sql.push(" where ");
        match after {
            None => {
                source.push_id(&mut sql);
                sql.push(" is not null");
            }
            Some(after) => {
                entity_id::push_after(&mut sql, source, entity_id::cursor(source.id_storage, after)?);
            }
        }
        sql.push(" and ");
        push_condition(&mut sql, &checked);
        sql.push(" order by ");
        entity_id::push_order(&mut sql, source);
        // One more, to know whether there is one.
        sql.push(" limit ").bind(Bind::Integer(i64::from(limit) + 1)).push("::int8");
        let statement = sql.build();
        let rows = self
            .read_tenant(within, async |connection| Ok(statement.query().fetch_all(connection).await?))
            .await?;
        let is_last = rows.len() <= limit as usize;
        let members: Vec<Member> = rows
            .iter()
            .take(limit as usize)
            .map(|row| {
                let values: Vec<Option<String>> = row.try_get(3)?;
                let values = values.into_iter().map(|value| value.map_or(Value::Null, json_from_text));
                Ok(Member { customer: reference_at(row, 0)?, values: values.collect() })
            })
            .collect::<Result<_, sqlx::Error>>()?;
        let last = members.last().map(|member| member.customer.entity_id.clone());
        Ok(AudienceSample {
            compared: compared.into_iter().map(CheckedLeaf::written).collect(),
            members,
            next_cursor: last.filter(|_| !is_last),
        })
    }
}

/// The first test of each thing that is compared.
fn different(leaves: Vec<&CheckedLeaf>) -> Vec<&CheckedLeaf> {
    let mut first: Vec<&CheckedLeaf> = Vec::new();
    for leaf in leaves {
        if first.len() < MAX_COMPARED && !first.iter().any(|known| compares_the_same(known, leaf)) {
            first.push(leaf);
        }
    }
    first
}

fn compares_the_same(one: &CheckedLeaf, other: &CheckedLeaf) -> bool {
    match (one, other) {
        (CheckedLeaf::Attribute(one), CheckedLeaf::Attribute(other)) => {
            (&one.column, &one.path) == (&other.column, &other.path)
        }
        (CheckedLeaf::Event(one), CheckedLeaf::Event(other)) => {
            (&one.written.event, one.written.within_days) == (&other.written.event, other.written.within_days)
        }
        (CheckedLeaf::Attribute(_), CheckedLeaf::Event(_))
        | (CheckedLeaf::Event(_), CheckedLeaf::Attribute(_)) => false,
    }
}

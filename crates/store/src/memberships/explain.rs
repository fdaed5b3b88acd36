//! Why a customer is in an audience or not: every test with what the row holds.

use std::time::Duration;

use halyard_engine::Violation;
use serde::Serialize;
use serde_json::Value;
use sqlx::Row;
use ts_rs::TS;

use super::entity_id;
use crate::audience_sql::{push_leaf, push_row_value};
use crate::condition::checked::{CheckedCondition, CheckedLeaf};
use crate::condition::{Condition, ConditionLeaf};
use crate::customer_source::ResolvedSource;
use crate::customers::json_from_text;
use crate::tenant_sql::TenantSql;
use crate::{Store, StoreError};

/// A condition with its outcome for one customer; each leaf with what the customer's row holds.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(untagged)]
pub enum ConditionTrace {
    /// All must hold.
    All {
        /// In the condition's order.
        all: Vec<ConditionTrace>,
        /// Whether they do.
        holds: bool,
    },
    /// One must hold.
    Any {
        /// In the condition's order.
        any: Vec<ConditionTrace>,
        /// Whether one does.
        holds: bool,
    },
    /// The inner must not hold.
    Not {
        /// The inner condition.
        not: Box<ConditionTrace>,
        /// Whether it does not.
        holds: bool,
    },
    /// One test.
    Leaf {
        /// As it was written.
        leaf: ConditionLeaf,
        /// What the row holds, null when nothing; of events, how many there are.
        #[serde(rename = "rowValue")]
        row_value: Value,
        /// Whether the test holds.
        holds: bool,
    },
}

impl ConditionTrace {
    /// Whether the condition holds for the customer.
    pub fn holds(&self) -> bool {
        match self {
            ConditionTrace::All { holds, .. }
            | ConditionTrace::Any { holds, .. }
            | ConditionTrace::Not { holds, .. }
            | ConditionTrace::Leaf { holds, .. } => *holds,
        }
    }
}

/// A trace, or why the condition does not fit the customers' attributes.
pub type Explained = Result<ConditionTrace, Vec<Violation>>;

impl Store {
    /// How each condition fares for one customer, in their order; none when the entity is not in the
    /// customers table. Every test is computed by the expression that membership uses.
    ///
    /// # Errors
    /// `Timeout` after `within`; `Unavailable`.
    pub async fn explain_conditions(
        &self,
        source: &ResolvedSource,
        entity_id: &str,
        conditions: &[&Condition],
        within: Duration,
    ) -> Result<Option<Vec<Explained>>, StoreError> {
        let Some(id) = entity_id::parse_all(source.id_storage, &[entity_id]) else { return Ok(None) };
        let checked: Vec<Result<CheckedCondition, Vec<Violation>>> =
            conditions.iter().map(|condition| condition.check(source, "condition")).collect();
        let leaves: Vec<&CheckedLeaf> = checked.iter().flatten().flat_map(CheckedCondition::leaves).collect();

        let mut sql = TenantSql::new("select ");
        source.push_id(&mut sql);
        sql.push("::text, array[");
        for (index, leaf) in leaves.iter().enumerate() {
            sql.push(if index > 0 { ", (" } else { "(" });
            push_row_value(&mut sql, leaf);
            sql.push(")::text");
        }
        sql.push("]::text[], array[");
        for (index, leaf) in leaves.iter().enumerate() {
            sql.push(if index > 0 { ", " } else { "" });
            push_leaf(&mut sql, leaf);
            sql.push(" is true");
        }
        sql.push("]::bool[]");
        source.push_from(&mut sql);
        entity_id::push_filter(&mut sql, source);
        let statement = sql.build();

        let rows = self
            .read_tenant(within, async |connection| {
                Ok(statement.query_with(std::slice::from_ref(&id)).fetch_all(connection).await?)
            })
            .await?;
        for row in rows {
            if row.try_get::<&str, _>(0)? != entity_id {
                continue;
            }
            let values: Vec<Option<String>> = row.try_get(1)?;
            let holds: Vec<bool> = row.try_get(2)?;
            let mut outcomes = values.into_iter().zip(holds);
            let traces = checked.into_iter().map(|condition| Ok(trace(&condition?, &mut outcomes))).collect();
            return Ok(Some(traces));
        }
        Ok(None)
    }
}

fn trace(
    condition: &CheckedCondition,
    outcomes: &mut impl Iterator<Item = (Option<String>, bool)>,
) -> ConditionTrace {
    let mut each = |parts: &[CheckedCondition]| -> Vec<ConditionTrace> {
        parts.iter().map(|part| trace(part, &mut *outcomes)).collect()
    };
    match condition {
        CheckedCondition::All(parts) => {
            let all = each(parts);
            let holds = all.iter().all(ConditionTrace::holds);
            ConditionTrace::All { all, holds }
        }
        CheckedCondition::Any(parts) => {
            let any = each(parts);
            let holds = any.iter().any(ConditionTrace::holds);
            ConditionTrace::Any { any, holds }
        }
        CheckedCondition::Not(inner) => {
            let not = Box::new(trace(inner, outcomes));
            let holds = !not.holds();
            ConditionTrace::Not { not, holds }
        }
        CheckedCondition::Leaf(leaf) => {
            let (value, holds) = outcomes.next().unwrap_or((None, false));
            let row_value = value.map_or(Value::Null, json_from_text);
            ConditionTrace::Leaf { leaf: leaf.written(), row_value, holds }
        }
    }
}

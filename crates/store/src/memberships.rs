//! Which audiences an entity is in: one statement for one or many entities and any number of
//! audiences, and the same over all customers.

mod count;
pub(crate) mod entity_id;
mod explain;
mod sample;
mod stream;

use std::collections::HashMap;
use std::time::Duration;

use halyard_engine::{AudienceId, Membership, Violation};
use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::audience_sql::push_condition;
use crate::condition::{Condition, checked::CheckedCondition};
use crate::customer_source::ResolvedSource;
use crate::deadline::Lease;
use crate::tenant_sql::{Statement, TenantSql};
use crate::{Store, StoreError};

pub use count::AudienceCount;
pub use explain::{ConditionTrace, Explained};
pub use sample::{AudienceSample, Member};
pub use stream::{CustomerBatch, CustomersAfter, CustomersInOrder};

/// Bits per `int8` of the result; the sign bit and its neighbour stay unused.
const BITS: usize = 62;

/// The membership of customers in a set of audiences, compiled once per configuration and source.
///
/// An audience whose condition does not fit the customers' attributes (a dropped column) is *broken*:
/// its membership is unavailable, that of the others is not affected.
#[derive(Debug, Clone)]
pub struct Memberships {
    bits: HashMap<AudienceId, usize>,
    broken: Vec<(AudienceId, Vec<Violation>)>,
    words: usize,
    source: ResolvedSource,
    /// `SELECT id, words…`, to be continued.
    head: TenantSql,
    look_up: Statement,
    all: Statement,
}

/// The audiences that one entity is in, as bits of a [`Memberships`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntityMembership {
    /// Whether the entity is in the customers table. If not, it is in no audience.
    pub in_table: bool,
    words: Box<[i64]>,
}

impl Memberships {
    /// Compiles the conditions. Broken ones are left out of the statement and named by [`Self::broken`].
    pub fn prepare(source: &ResolvedSource, audiences: &[(AudienceId, &Condition)]) -> Self {
        let mut bits = HashMap::new();
        let mut broken = Vec::new();
        let mut conditions = Vec::new();
        for (id, condition) in audiences {
            match condition.check(source, "condition") {
                Ok(checked) => {
                    bits.insert(*id, conditions.len());
                    conditions.push(checked);
                }
                Err(violations) => broken.push((*id, violations)),
            }
        }
        let head = select(source, &conditions);
        let mut all = head.clone();
        source.push_from(&mut all);
        let mut look_up = all.clone();
        entity_id::push_filter(&mut look_up, source);
        Memberships {
            bits,
            broken,
            words: conditions.len().div_ceil(BITS),
            source: source.clone(),
            head,
            look_up: look_up.build(),
            all: all.build(),
        }
    }

    /// The audiences that cannot be compiled for this source, and why.
    pub fn broken(&self) -> &[(AudienceId, Vec<Violation>)] {
        &self.broken
    }

    /// The source it was compiled for.
    pub fn source(&self) -> &ResolvedSource {
        &self.source
    }

    /// Whether the entity is in the audience; unavailable when that is broken or was not prepared.
    pub fn of(&self, entity: &EntityMembership, audience: AudienceId) -> Membership {
        match self.bits.get(&audience) {
            None => Membership::Unavailable,
            Some(bit) if entity.bit(*bit) => Membership::In,
            Some(_) => Membership::Out,
        }
    }

    fn words_of(&self, row: &PgRow) -> Result<Box<[i64]>, sqlx::Error> {
        (0..self.words).map(|word| row.try_get(word + 1)).collect()
    }
}

impl EntityMembership {
    fn bit(&self, bit: usize) -> bool {
        self.words.get(bit / BITS).is_some_and(|word| word >> (bit % BITS) & 1 == 1)
    }
}

/// `SELECT id, words…`.
fn select(source: &ResolvedSource, conditions: &[CheckedCondition]) -> TenantSql {
    let mut sql = TenantSql::new("select ");
    source.push_id(&mut sql);
    sql.push("::text");
    for word in conditions.chunks(BITS) {
        for (bit, condition) in word.iter().enumerate() {
            sql.push(if bit == 0 { ", case when " } else { " + case when " });
            push_condition(&mut sql, condition);
            sql.push(" then ").number(1 << bit).push("::int8 else 0 end");
        }
    }
    sql
}

impl Store {
    /// Which audiences the entities are in, in one round trip; in the order of `entity_ids`.
    /// Ids that the id column cannot hold are not in the table and never fail the others.
    ///
    /// # Errors
    /// `Timeout` after `within`; `Unavailable`; and what Postgres says when the tenant's table changed.
    pub async fn memberships(
        &self,
        prepared: &Memberships,
        entity_ids: &[&str],
        within: Duration,
    ) -> Result<Vec<EntityMembership>, StoreError> {
        let ids = entity_id::parse_all(prepared.source.id_storage, entity_ids);
        let mut found: HashMap<String, Box<[i64]>> = HashMap::with_capacity(entity_ids.len());
        if let Some(ids) = ids {
            let statement = prepared.look_up.query_with(&[ids]);
            let rows = Lease::acquire(self.lookups(), within)
                .await?
                .run(async |connection| Ok(statement.fetch_all(connection).await?))
                .await?;
            for row in rows {
                found.insert(row.try_get(0)?, prepared.words_of(&row)?);
            }
        }
        // The id's text must be the very text that was sent: its bucket depends on it.
        let membership = |id: &&str| match found.get(*id) {
            Some(words) => EntityMembership { in_table: true, words: words.clone() },
            None => EntityMembership { in_table: false, words: vec![0; prepared.words].into() },
        };
        Ok(entity_ids.iter().map(membership).collect())
    }

    /// The plan that Postgres makes for such a look-up, as EXPLAIN prints it: it should name the
    /// index on the id. Empty when no id can be in the table.
    ///
    /// # Errors
    /// As [`Store::memberships`].
    pub async fn memberships_plan(
        &self,
        prepared: &Memberships,
        entity_ids: &[&str],
        within: Duration,
    ) -> Result<String, StoreError> {
        let Some(ids) = entity_id::parse_all(prepared.source.id_storage, entity_ids) else {
            return Ok(String::new());
        };
        let statement = prepared.look_up.plan_with(&[ids]);
        let rows = Lease::acquire(self.lookups(), within)
            .await?
            .run(async |connection| Ok(statement.fetch_all(connection).await?))
            .await?;
        let lines: Vec<String> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        Ok(lines.join("\n"))
    }
}

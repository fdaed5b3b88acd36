//! All customers with their audiences: streamed a batch at a time, or paged in the order of their ids.

use std::time::Duration;

use futures_util::TryStreamExt;
use halyard_engine::tally::{AudienceSlot, Entities};
use halyard_engine::{AudienceId, Violation};
use sqlx::Row;
use sqlx::postgres::PgRow;
use tokio::sync::mpsc;

use super::{BITS, EntityMembership, Memberships, entity_id};
use crate::customer_source::ResolvedSource;
use crate::customers::{CustomerReference, push_matches, push_reference, reference_at};
use crate::tenant_sql::{Bind, Statement};
use crate::{Store, StoreError};

/// Customers of a batch: enough that handing it over costs nothing, few enough to be forgotten.
const BATCH: usize = 4_096;

/// Characters of an attribute's value that are kept.
const VALUE_LENGTH: u64 = 200;

/// Some thousand customers.
#[derive(Debug, Clone, Default)]
pub struct CustomerBatch {
    /// Their ids and audiences.
    pub entities: Entities,
    /// What each has in the attribute that was asked for, as JSON text, shortened; else empty.
    pub values: Vec<Option<String>>,
}

/// Which customers to page through.
#[derive(Debug, Clone, Copy)]
pub struct CustomersAfter<'a> {
    /// Those behind this id; from the first when absent.
    pub after: Option<&'a str>,
    /// Those whose id begins with the text or whose name or e-mail address contains it; all when empty.
    pub search: &'a str,
    /// At most so many.
    pub limit: u32,
}

/// Customers in the order of their ids.
#[derive(Debug, Clone, Default)]
pub struct CustomersInOrder {
    /// Their ids and audiences.
    pub entities: Entities,
    /// Who they are.
    pub references: Vec<CustomerReference>,
}

impl Memberships {
    /// Where [`Entities`] have the audience's bit; `None` when it is broken or was not prepared.
    #[must_use]
    pub fn slot(&self, audience: AudienceId) -> Option<AudienceSlot> {
        let bit = *self.bits.get(&audience)?;
        Some(AudienceSlot { word: bit / BITS, bit: u32::try_from(bit % BITS).ok()? })
    }

    /// The entity at `index` as a look-up would answer it.
    #[must_use]
    pub fn entity(&self, entities: &Entities, index: usize) -> EntityMembership {
        let words = entities.words_of(index).iter().map(|word| word.cast_signed());
        EntityMembership { in_table: true, words: words.collect() }
    }

    /// Adds a row to the entities; false for a customer without id, who cannot be evaluated.
    fn push_row(&self, row: &PgRow, entities: &mut Entities) -> Result<bool, sqlx::Error> {
        let Some(id) = row.try_get::<Option<&str>, _>(0)? else { return Ok(false) };
        let mut failed = None;
        let words = (0..self.words).map(|word| match row.try_get::<i64, _>(word + 1) {
            Ok(word) => word.cast_unsigned(),
            Err(error) => {
                failed = Some(error);
                0
            }
        });
        entities.push(id, words);
        failed.map_or(Ok(true), Err)
    }

    /// The statement over all customers, with an attribute's value behind the words.
    fn with_attribute(&self, attribute: Option<&str>) -> Result<Statement, StoreError> {
        let Some(name) = attribute else { return Ok(self.all.clone()) };
        if !self.source.attributes.iter().any(|attribute| attribute.name == name) {
            return Err(StoreError::Invalid(vec![Violation {
                path: "attribute".into(),
                message: format!("Customers have no attribute “{name}”. Choose one from the list."),
            }]));
        }
        let mut sql = self.head.clone();
        sql.push(", left(to_jsonb(c.").identifier(name).push(")::text, ").number(VALUE_LENGTH).push(")");
        self.source.push_from(&mut sql);
        Ok(sql.build())
    }
}

impl Store {
    /// Streams every customer with their audiences, in no order, a batch at a time; with the value of
    /// an attribute if asked. Waits while the receiver is busy, and ends without error when it is gone.
    /// When the future is dropped, the database stops too.
    ///
    /// # Errors
    /// `Invalid` for an unknown attribute; `Timeout` after `within`; `Unavailable`; and what Postgres
    /// says when the tenant's table changed.
    pub async fn stream_customers(
        &self,
        prepared: &Memberships,
        attribute: Option<&str>,
        within: Duration,
        to: mpsc::Sender<CustomerBatch>,
    ) -> Result<(), StoreError> {
        let statement = prepared.with_attribute(attribute)?;
        self.read_tenant(within, async move |connection| {
            let empty = || CustomerBatch { entities: Entities::new(prepared.words), values: Vec::new() };
            let mut rows = statement.query().fetch(connection);
            let mut batch = empty();
            while let Some(row) = rows.try_next().await? {
                if !prepared.push_row(&row, &mut batch.entities)? {
                    continue;
                }
                if attribute.is_some() {
                    batch.values.push(row.try_get(prepared.words + 1)?);
                }
                if batch.entities.len() == BATCH
                    && to.send(std::mem::replace(&mut batch, empty())).await.is_err()
                {
                    return Ok(());
                }
            }
            // Nobody left to hear of the last ones is no error either.
            let _ = to.send(batch).await;
            Ok(())
        })
        .await
    }

    /// Customers in the order of their ids, with their audiences, from some id on. Fewer than the
    /// limit: there are no more.
    ///
    /// # Errors
    /// `Invalid` for an `after` that cannot be an id; else as [`Self::stream_customers`].
    pub async fn customers_in_order(
        &self,
        prepared: &Memberships,
        which: CustomersAfter<'_>,
        within: Duration,
    ) -> Result<CustomersInOrder, StoreError> {
        let source = &prepared.source;
        let mut sql = prepared.head.clone();
        sql.push(", ");
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
        let search = which.search.trim().replace('\0', "");
        if !search.is_empty() {
            sql.push(" and ");
            push_matches(&mut sql, source, &search);
        }
        sql.push(" order by ");
        entity_id::push_order(&mut sql, source);
        sql.push(" limit ").bind(Bind::Integer(i64::from(which.limit))).push("::int8");
        let statement = sql.build();
        self.read_tenant(within, async |connection| {
            let mut found =
                CustomersInOrder { entities: Entities::new(prepared.words), references: Vec::new() };
            let mut rows = statement.query().fetch(connection);
            while let Some(row) = rows.try_next().await? {
                if prepared.push_row(&row, &mut found.entities)? {
                    found.references.push(reference_at(&row, prepared.words + 1)?);
                }
            }
            Ok(found)
        })
        .await
    }
}

impl ResolvedSource {
    /// About how many customers there are, as the server remembers it; `None` when it does not, as
    /// for a view.
    #[must_use]
    pub fn estimated_customers(&self) -> Option<u64> {
        self.customers.estimated_rows.and_then(|rows| u64::try_from(rows).ok())
    }
}

//! What conditions could be about: the values that are common in an attribute, what is inside JSON, and
//! the names of events. Never exact, always quick: from the server's own statistics, or a sample.

mod json;

use std::time::Duration;

use halyard_engine::Violation;
use serde::Serialize;
use serde_json::Value;
use sqlx::Row;
use ts_rs::TS;

use crate::attribute::{Attribute, AttributeType, Storage};
use crate::catalogue::TableKind;
use crate::condition::shortened;
use crate::customer_source::{Events, Relation, ResolvedSource};
use crate::tenant_sql::{Bind, TenantSql};
use crate::{Store, StoreError};

pub use self::json::JsonPath;

/// Values or names in one answer, at most.
const MOST: usize = 50;
/// Rows in a sample of values, about.
const SAMPLED_ROWS: u32 = 20_000;
/// Documents in a sample of JSON, about; each may be large.
const SAMPLED_DOCUMENTS: u32 = 2_000;
/// Longer values are not worth suggesting.
const LONGEST: u64 = 200;
/// Bytes of a document as it is stored; larger ones are left out of the sample.
const LARGEST_DOCUMENT: u64 = 65_536;

/// A value of an attribute and how common it is.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SuggestedValue {
    /// A text, a number, or true or false.
    pub value: Value,
    /// Of all customers, 0 to 1; null when nobody knows.
    pub share: Option<f64>,
}

/// Where suggestions come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionsFrom {
    /// The values of an enum, in its order.
    Enum,
    /// The server's statistics.
    Statistics,
    /// Some of the rows.
    Sample,
    /// All rows: there are not many.
    AllRows,
    /// Nothing: values of this type are not suggested.
    Nothing,
}

/// What an attribute could be compared with.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AttributeSuggestions {
    /// The most common first, or in the order of the enum; of a list of texts, its elements.
    pub values: Vec<SuggestedValue>,
    /// What is inside JSON, by path; empty for other attributes.
    pub paths: Vec<JsonPath>,
    /// Where they come from.
    #[ts(inline)]
    pub from: SuggestionsFrom,
}

/// A name of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct EventName {
    /// The name.
    pub name: String,
    /// Events of the sample that are called so.
    #[ts(type = "number")]
    pub events: i64,
}

/// What events are called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct EventNames {
    /// The most common first, at most 50.
    pub names: Vec<EventName>,
    /// Events that were looked at.
    #[ts(type = "number")]
    pub sampled: i64,
    /// Whether these were all there are.
    pub complete: bool,
}

impl Relation {
    /// Appends `FROM` about `rows` of its rows, called `s`, spread over the whole of it where the
    /// kind of relation allows that.
    fn push_sample(&self, sql: &mut TenantSql, rows: u32) {
        sql.push(" from (select *");
        self.push_from(sql);
        let estimated = self.estimated_rows.unwrap_or(0);
        let has_pages = matches!(self.kind, TableKind::Table | TableKind::MaterializedView);
        // One more than wanted tells whether there are more.
        let mut limit = u64::from(rows) + 1;
        if has_pages && estimated > i64::from(rows) {
            // Only against an estimate that is far off: what is cut off would be the newest rows.
            limit = u64::from(rows) * 5;
            let percent = f64::from(rows) * 100.0 / estimated as f64;
            sql.push(" tablesample system (").bind(Bind::Double(percent)).push("::float8::float4)");
        }
        sql.push(" limit ").number(limit).push(") s");
    }

    /// Whether so many sampled rows are all there are.
    fn is_all(&self, sampled: i64, rows: u32) -> bool {
        sampled <= i64::from(rows) && self.estimated_rows.unwrap_or(0) <= i64::from(rows)
    }
}

impl Store {
    /// What an attribute could be compared with.
    ///
    /// # Errors
    /// `Invalid` for an unknown attribute; `Timeout` after `within`; `Unavailable`.
    pub async fn attribute_suggestions(
        &self,
        source: &ResolvedSource,
        attribute: &str,
        within: Duration,
    ) -> Result<AttributeSuggestions, StoreError> {
        let Some(attribute) = source.attributes.iter().find(|known| known.name == attribute) else {
            return Err(StoreError::Invalid(vec![Violation {
                path: "attribute".to_owned(),
                message: format!(
                    "Customers have no attribute “{}”. Choose one from the list.",
                    shortened(attribute)
                ),
            }]));
        };
        let of = |values, from| AttributeSuggestions { values, paths: Vec::new(), from };
        if !attribute.enum_values.is_empty() && attribute.attribute_type == AttributeType::Text {
            let value = |text: &String| SuggestedValue { value: Value::from(text.as_str()), share: None };
            return Ok(of(attribute.enum_values.iter().map(value).collect(), SuggestionsFrom::Enum));
        }
        match attribute.attribute_type {
            AttributeType::Json => self.json_suggestions(source, attribute, within).await,
            AttributeType::Text | AttributeType::Number | AttributeType::TextArray => {
                let known = self.values_from_statistics(source, attribute, within).await?;
                if !known.is_empty() {
                    return Ok(of(known, SuggestionsFrom::Statistics));
                }
                let (values, all) = self.values_from_sample(source, attribute, within).await?;
                Ok(of(values, if all { SuggestionsFrom::AllRows } else { SuggestionsFrom::Sample }))
            }
            AttributeType::Boolean
            | AttributeType::Timestamp
            | AttributeType::Date
            | AttributeType::Unsupported => Ok(of(Vec::new(), SuggestionsFrom::Nothing)),
        }
    }

    /// The names of events, the most common first; `None` when the customer source has no events.
    ///
    /// # Errors
    /// `Invalid` when events are lost; `Timeout` after `within`; `Unavailable`.
    pub async fn event_names(
        &self,
        source: &ResolvedSource,
        within: Duration,
    ) -> Result<Option<EventNames>, StoreError> {
        let events = match &source.events {
            Events::NotChosen => return Ok(None),
            Events::Lost(violations) => return Err(StoreError::Invalid(violations.clone())),
            Events::Found(events) => events,
        };
        let mut sql = TenantSql::new("select left(s.");
        sql.identifier(&events.name.name).push("::text, ").number(LONGEST + 1).push("), count(*)");
        events.relation.push_sample(&mut sql, SAMPLED_ROWS);
        sql.push(" group by 1 order by 2 desc, 1");
        let statement = sql.build();
        let rows = self
            .read_tenant(within, async |connection| Ok(statement.query().fetch_all(connection).await?))
            .await?;
        let mut names = Vec::new();
        let mut sampled = 0;
        for row in rows {
            let (name, events): (Option<String>, i64) = (row.try_get(0)?, row.try_get(1)?);
            sampled += events;
            let name = name.filter(|name| !name.is_empty() && name.chars().count() as u64 <= LONGEST);
            if let Some(name) = name.filter(|_| names.len() < MOST) {
                names.push(EventName { name, events });
            }
        }
        let complete = events.relation.is_all(sampled, SAMPLED_ROWS);
        Ok(Some(EventNames { names, sampled, complete }))
    }

    /// What ANALYZE noted; nothing for a view, for columns that it found no common values in, and
    /// when the role may not see it.
    async fn values_from_statistics(
        &self,
        source: &ResolvedSource,
        attribute: &Attribute,
        within: Duration,
    ) -> Result<Vec<SuggestedValue>, StoreError> {
        let is_list = attribute.attribute_type == AttributeType::TextArray;
        let rows = self
            .read_tenant(within, async |connection| {
                Ok(sqlx::query!(
                    r#"select m.value as "value!", m.share::float8 as "share!"
                     from pg_catalog.pg_stats s,
                         unnest(
                             case when $4 then s.most_common_elems else s.most_common_vals end::text::text[],
                             case when $4 then s.most_common_elem_freqs else s.most_common_freqs end
                         ) m (value, share)
                     where s.schemaname = $1 and s.tablename = $2 and s.attname = $3
                         and m.value is not null and m.share is not null
                     order by s.inherited desc, m.share desc
                     limit $5"#,
                    source.customers.schema,
                    source.customers.table,
                    attribute.name,
                    is_list,
                    MOST as i64,
                )
                .fetch_all(connection)
                .await?)
            })
            .await?;
        let mut values: Vec<SuggestedValue> = Vec::new();
        for row in rows {
            let Some(value) = suggested(attribute, row.value) else { continue };
            if !values.iter().any(|known| known.value == value) {
                values.push(SuggestedValue { value, share: Some(row.share) });
            }
        }
        Ok(values)
    }

    async fn values_from_sample(
        &self,
        source: &ResolvedSource,
        attribute: &Attribute,
        within: Duration,
    ) -> Result<(Vec<SuggestedValue>, bool), StoreError> {
        let mut sql = TenantSql::new("select v.value, count(*), max(v.rows) from (select ");
        if attribute.attribute_type == AttributeType::TextArray {
            sql.push("unnest(s.").identifier(&attribute.name).push("::text[])");
        } else {
            sql.push("s.").identifier(&attribute.name).push("::text");
        }
        sql.push(" as value, count(*) over () as rows");
        source.customers.push_sample(&mut sql, SAMPLED_ROWS);
        sql.push(") v where length(v.value) between 1 and ").number(LONGEST);
        sql.push(" group by 1 order by 2 desc, 1 limit ").number(MOST as u64);
        let statement = sql.build();
        let rows = self
            .read_tenant(within, async |connection| Ok(statement.query().fetch_all(connection).await?))
            .await?;
        let mut values = Vec::new();
        let mut all = true;
        for row in rows {
            let (value, customers, of): (String, i64, i64) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            all = source.customers.is_all(of, SAMPLED_ROWS);
            // What occurs once among many is no more likely to be wanted than any other.
            let Some(value) = suggested(attribute, value).filter(|_| customers > 1 || of <= MOST as i64)
            else {
                continue;
            };
            values.push(SuggestedValue { value, share: Some(customers as f64 / of as f64) });
        }
        Ok((values, all))
    }

    async fn json_suggestions(
        &self,
        source: &ResolvedSource,
        attribute: &Attribute,
        within: Duration,
    ) -> Result<AttributeSuggestions, StoreError> {
        let mut sql = TenantSql::new("select s.");
        sql.identifier(&attribute.name).push("::text");
        source.customers.push_sample(&mut sql, SAMPLED_DOCUMENTS);
        sql.push(" where pg_column_size(s.")
            .identifier(&attribute.name)
            .push(") <= ")
            .number(LARGEST_DOCUMENT);
        let statement = sql.build();
        let rows = self
            .read_tenant(within, async |connection| Ok(statement.query().fetch_all(connection).await?))
            .await?;
        let mut paths = json::Paths::default();
        for row in &rows {
            if let Ok(document) = serde_json::from_str(row.try_get(0)?) {
                paths.add(&document);
            }
        }
        Ok(AttributeSuggestions {
            values: Vec::new(),
            paths: paths.finish(),
            from: if source.customers.is_all(rows.len() as i64, SAMPLED_DOCUMENTS) {
                SuggestionsFrom::AllRows
            } else {
                SuggestionsFrom::Sample
            },
        })
    }
}

/// The value that a condition would be written with.
fn suggested(attribute: &Attribute, text: String) -> Option<Value> {
    let text = match attribute.storage {
        Storage::PaddedText => text.trim_end_matches(' ').to_owned(),
        _ => text,
    };
    if text.is_empty() || text.chars().count() as u64 > LONGEST {
        return None;
    }
    match attribute.attribute_type {
        AttributeType::Number => serde_json::from_str::<Value>(&text).ok().filter(Value::is_number),
        _ => Some(Value::String(text)),
    }
}

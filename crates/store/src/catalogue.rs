//! The tenant's tables and columns, as introspected: the only source of identifiers for SQL about
//! them. System schemas and Halyard's own are left out, and so is what the role may not read.

use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row};
use ts_rs::TS;

use crate::attribute::{Attribute, AttributeType, Storage};
use crate::{Store, StoreError};

/// A kind of relation that customers or events can live in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    /// An ordinary table.
    Table,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A partitioned table.
    PartitionedTable,
    /// A table on a foreign server.
    ForeignTable,
}

/// A table or view of the tenant.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CatalogueTable {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub table: String,
    /// What it is.
    #[ts(inline)]
    pub kind: TableKind,
    /// The planner's estimate; null when there is none.
    #[ts(type = "number | null")]
    pub estimated_rows: Option<i64>,
    /// In the table's own order.
    pub columns: Vec<CatalogueColumn>,
}

/// A column of such a table.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CatalogueColumn {
    /// Its name.
    pub name: String,
    /// The type in the database, as Postgres prints it.
    pub db_type: String,
    /// How conditions read it.
    #[serde(rename = "type")]
    pub attribute_type: AttributeType,
    /// Whether it can be missing.
    pub nullable: bool,
    /// A unique index or primary key covers this column alone.
    pub unique: bool,
    /// The values of an enum, in order.
    #[serde(skip)]
    #[ts(skip)]
    pub(crate) enum_values: Vec<String>,
    #[serde(skip)]
    #[ts(skip)]
    pub(crate) storage: Storage,
}

impl CatalogueTable {
    pub(crate) fn column(&self, name: &str) -> Option<&CatalogueColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The columns as conditions see them.
    pub fn attributes(&self) -> Vec<Attribute> {
        self.columns
            .iter()
            .map(|column| Attribute {
                name: column.name.clone(),
                attribute_type: column.attribute_type,
                db_type: column.db_type.clone(),
                nullable: column.nullable,
                enum_values: column.enum_values.clone(),
                operators: column.attribute_type.operators().to_vec(),
                storage: column.storage,
            })
            .collect()
    }
}

impl Store {
    /// Every table and view of the tenant that the role may read, by schema and name.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn catalogue(&self) -> Result<Vec<CatalogueTable>, StoreError> {
        Ok(tables(self.pool(), None).await?)
    }

    /// One table or view; none when it does not exist or may not be read.
    pub(crate) async fn catalogue_table(
        &self,
        schema: &str,
        table: &str,
    ) -> Result<Option<CatalogueTable>, StoreError> {
        Ok(tables(self.pool(), Some((schema, table))).await?.pop())
    }
}

/// Domains are followed down to what they are made of. Columns that the role may not read are left
/// out, as are tables without any.
const COLUMNS: &str = "
WITH RECURSIVE bare (oid, base) AS (
    SELECT t.oid, t.oid FROM pg_catalog.pg_type t WHERE t.typtype <> 'd'
    UNION ALL
    SELECT t.oid, bare.base FROM pg_catalog.pg_type t JOIN bare ON bare.oid = t.typbasetype WHERE t.typtype = 'd'
)
SELECT n.nspname::text AS schema_name,
       c.relname::text AS table_name,
       c.relkind::text AS kind,
       CASE WHEN c.reltuples >= 0 AND c.relkind <> 'v' THEN c.reltuples::float8::int8 END AS estimated_rows,
       a.attname::text AS column_name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS db_type,
       NOT a.attnotnull AS nullable,
       EXISTS (SELECT FROM pg_catalog.pg_index i
               WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1
                 AND i.indkey[0] = a.attnum AND i.indpred IS NULL) AS is_unique,
       CASE WHEN tn.nspname = 'pg_catalog' THEN t.typname::text END AS system_type,
       t.typtype::text AS type_class,
       (t.typname = 'citext') AS is_citext,
       CASE WHEN en.nspname = 'pg_catalog' THEN e.typname::text END AS system_element,
       e.typtype::text AS element_class,
       ARRAY(SELECT v.enumlabel::text FROM pg_catalog.pg_enum v
             WHERE v.enumtypid = t.oid ORDER BY v.enumsortorder) AS enum_values
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN bare ON bare.oid = a.atttypid
JOIN pg_catalog.pg_type t ON t.oid = bare.base
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
LEFT JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f')
  AND NOT c.relispartition
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'halyard')
  AND n.nspname NOT LIKE 'pg\\_%'
  AND ($1::text IS NULL OR (n.nspname = $1 AND c.relname = $2))
  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')
ORDER BY n.nspname, c.relname, a.attnum";

async fn tables(
    database: impl PgExecutor<'_>,
    only: Option<(&str, &str)>,
) -> Result<Vec<CatalogueTable>, sqlx::Error> {
    let rows = sqlx::query(COLUMNS)
        .bind(only.map(|(schema, _)| schema))
        .bind(only.map(|(_, table)| table))
        .fetch_all(database)
        .await?;
    let mut tables: Vec<CatalogueTable> = Vec::new();
    for row in rows {
        let (schema, table): (String, String) = (row.try_get("schema_name")?, row.try_get("table_name")?);
        let column = column(&row)?;
        match tables.last_mut().filter(|last| last.schema == schema && last.table == table) {
            Some(last) => last.columns.push(column),
            None => tables.push(CatalogueTable {
                schema,
                table,
                kind: kind(row.try_get("kind")?),
                estimated_rows: row.try_get("estimated_rows")?,
                columns: vec![column],
            }),
        }
    }
    Ok(tables)
}

fn kind(relkind: &str) -> TableKind {
    match relkind {
        "v" => TableKind::View,
        "m" => TableKind::MaterializedView,
        "p" => TableKind::PartitionedTable,
        "f" => TableKind::ForeignTable,
        _ => TableKind::Table,
    }
}

fn column(row: &PgRow) -> Result<CatalogueColumn, sqlx::Error> {
    let storage = storage(row)?;
    Ok(CatalogueColumn {
        name: row.try_get("column_name")?,
        db_type: row.try_get("db_type")?,
        attribute_type: storage.attribute_type(),
        nullable: row.try_get("nullable")?,
        unique: row.try_get("is_unique")?,
        enum_values: row.try_get("enum_values")?,
        storage,
    })
}

fn storage(row: &PgRow) -> Result<Storage, sqlx::Error> {
    let class: &str = row.try_get("type_class")?;
    let element_class: Option<&str> = row.try_get("element_class")?;
    if class == "e" || row.try_get("is_citext")? {
        return Ok(Storage::OtherText);
    }
    if element_class == Some("e") {
        return Ok(Storage::OtherTextArray);
    }
    let system_type: Option<&str> = row.try_get("system_type")?;
    let system_element: Option<&str> = row.try_get("system_element")?;
    Ok(match (system_type, system_element) {
        (Some("text" | "varchar"), _) => Storage::Text,
        (Some("bpchar"), _) => Storage::PaddedText,
        (Some("name" | "char" | "inet" | "cidr" | "macaddr" | "macaddr8"), _) => Storage::OtherText,
        (Some("uuid"), _) => Storage::Uuid,
        (Some("int2" | "int4" | "int8"), _) => Storage::Integer,
        (Some("numeric"), _) => Storage::Numeric,
        (Some("float4"), _) => Storage::Real,
        (Some("float8"), _) => Storage::Double,
        (Some("bool"), _) => Storage::Boolean,
        (Some("timestamptz"), _) => Storage::TimestampWithZone,
        (Some("timestamp"), _) => Storage::TimestampWithoutZone,
        (Some("date"), _) => Storage::Date,
        (Some("jsonb"), _) => Storage::Json,
        (_, Some("text")) => Storage::TextArray,
        (_, Some("varchar" | "bpchar" | "name" | "uuid")) => Storage::OtherTextArray,
        _ => Storage::Unsupported,
    })
}

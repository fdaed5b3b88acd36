//! The tenant's tables and columns, as introspected: the only source of identifiers for SQL about
//! them. System schemas and Halyard's own are left out, and so is what the role may not read.

use serde::Serialize;
use sqlx::PgExecutor;
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
    /// Whether an index that begins with it serves comparing it.
    #[serde(skip)]
    #[ts(skip)]
    pub(crate) indexed: bool,
    /// Whether an index that begins with its text serves comparing that.
    #[serde(skip)]
    #[ts(skip)]
    pub(crate) text_indexed: bool,
    /// None: the database's default, or its type has none.
    #[serde(skip)]
    #[ts(skip)]
    pub(crate) collation: Option<Collation>,
    /// The values of an enum, in order.
    #[serde(skip)]
    #[ts(skip)]
    pub(crate) enum_values: Vec<String>,
    #[serde(skip)]
    #[ts(skip)]
    pub(crate) storage: Storage,
}

/// A collation other than the database's default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Collation {
    pub(crate) schema: String,
    pub(crate) name: String,
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

struct ColumnRow {
    schema_name: String,
    table_name: String,
    kind: String,
    estimated_rows: Option<i64>,
    column_name: String,
    db_type: String,
    nullable: bool,
    is_unique: bool,
    is_indexed: bool,
    is_text_indexed: bool,
    collation_schema: Option<String>,
    collation_name: Option<String>,
    system_type: Option<String>,
    type_class: String,
    is_citext: bool,
    system_element: Option<String>,
    element_class: Option<String>,
    enum_values: Vec<String>,
}

/// Domains are followed down to what they are made of. Columns that the role may not read are left
/// out, as are tables without any.
async fn tables(
    database: impl PgExecutor<'_>,
    only: Option<(&str, &str)>,
) -> Result<Vec<CatalogueTable>, sqlx::Error> {
    let rows = sqlx::query_as!(
        ColumnRow,
        r#"with recursive bare (oid, base) as (
            select t.oid, t.oid from pg_catalog.pg_type t where t.typtype <> 'd'
            union all
            select t.oid, bare.base from pg_catalog.pg_type t join bare on bare.oid = t.typbasetype where t.typtype = 'd'
        )
        select n.nspname::text as "schema_name!",
               c.relname::text as "table_name!",
               c.relkind::text as "kind!",
               case when c.reltuples >= 0 and c.relkind <> 'v' then c.reltuples::float8::int8 end as "estimated_rows?",
               a.attname::text as "column_name!",
               pg_catalog.format_type(a.atttypid, a.atttypmod) as "db_type!",
               not a.attnotnull as "nullable!",
               exists (select from pg_catalog.pg_index i
                       where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indnkeyatts = 1
                         and i.indkey[0] = a.attnum and i.indpred is null) as "is_unique!",
               exists (select from pg_catalog.pg_index i
                       join pg_catalog.pg_class ic on ic.oid = i.indexrelid
                       join pg_catalog.pg_am am on am.oid = ic.relam
                       where i.indrelid = c.oid and i.indisvalid and i.indpred is null
                         and i.indkey[0] = a.attnum and i.indcollation[0] = a.attcollation
                         and am.amname in ('btree', 'hash')) as "is_indexed!",
               exists (select from pg_catalog.pg_index i
                       where i.indrelid = c.oid and i.indisvalid and i.indpred is null and i.indkey[0] = 0
                         and pg_catalog.pg_get_indexdef(i.indexrelid, 1, false)
                             = '((' || pg_catalog.quote_ident(a.attname) || ')::text)') as "is_text_indexed!",
               cn.nspname::text as "collation_schema?",
               co.collname::text as "collation_name?",
               case when tn.nspname = 'pg_catalog' then t.typname::text end as "system_type?",
               t.typtype::text as "type_class!",
               (t.typname = 'citext') as "is_citext!",
               case when en.nspname = 'pg_catalog' then e.typname::text end as "system_element?",
               e.typtype::text as "element_class?",
               array(select v.enumlabel::text from pg_catalog.pg_enum v
                     where v.enumtypid = t.oid order by v.enumsortorder) as "enum_values!"
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        join bare on bare.oid = a.atttypid
        join pg_catalog.pg_type t on t.oid = bare.base
        join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
        left join pg_catalog.pg_type e on e.oid = t.typelem and t.typcategory = 'A'
        left join pg_catalog.pg_namespace en on en.oid = e.typnamespace
        left join pg_catalog.pg_collation co on co.oid = a.attcollation and co.collname <> 'default'
        left join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
        where c.relkind in ('r', 'v', 'm', 'p', 'f')
          and not c.relispartition
          and n.nspname not in ('pg_catalog', 'information_schema', 'halyard')
          and n.nspname not like 'pg\_%'
          and ($1::text is null or (n.nspname = $1 and c.relname = $2))
          and pg_catalog.has_schema_privilege(n.oid, 'USAGE')
          and pg_catalog.has_column_privilege(c.oid, a.attnum, 'select')
        order by n.nspname, c.relname, a.attnum"#,
        only.map(|(schema, _)| schema),
        only.map(|(_, table)| table),
    )
    .fetch_all(database)
    .await?;
    let mut tables: Vec<CatalogueTable> = Vec::new();
    for row in rows {
        let (schema, table) = (row.schema_name.clone(), row.table_name.clone());
        let (kind, estimated_rows) = (kind(&row.kind), row.estimated_rows);
        let column = row.into_column();
        match tables.last_mut().filter(|last| last.schema == schema && last.table == table) {
            Some(last) => last.columns.push(column),
            None => {
                tables.push(CatalogueTable { schema, table, kind, estimated_rows, columns: vec![column] })
            }
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

impl ColumnRow {
    fn into_column(self) -> CatalogueColumn {
        let storage = self.storage();
        CatalogueColumn {
            name: self.column_name,
            db_type: self.db_type,
            attribute_type: storage.attribute_type(),
            nullable: self.nullable,
            unique: self.is_unique,
            indexed: self.is_indexed,
            text_indexed: self.is_text_indexed,
            collation: self
                .collation_schema
                .zip(self.collation_name)
                .map(|(schema, name)| Collation { schema, name }),
            enum_values: self.enum_values,
            storage,
        }
    }

    fn storage(&self) -> Storage {
        if self.type_class == "e" || self.is_citext {
            return Storage::OtherText;
        }
        if self.element_class.as_deref() == Some("e") {
            return Storage::OtherTextArray;
        }
        match (self.system_type.as_deref(), self.system_element.as_deref()) {
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
        }
    }
}

//! Who else may read the tenant's tables: the group roles that show customers or count them.

use super::CustomerSource;
use crate::roles::GroupRole;
use crate::store::DEADLINE;
use crate::tenant_sql::{Statement, TenantSql};
use crate::{Store, StoreError};

/// Those that need to read customers. Editors, too: an audience is built by counting. An
/// administrator is both a supporter and an editor.
const READERS: [GroupRole; 3] = [GroupRole::Support, GroupRole::Editor, GroupRole::Server];

/// A right that some group roles have not.
struct Lacking {
    right: Right,
    roles: Vec<String>,
    /// The statement as people write it.
    text: String,
    /// Whether the role that is logged in may grant it.
    may_grant: bool,
}

enum Right {
    Usage { schema: String },
    Select { schema: String, table: String },
}

impl Store {
    /// Grants the group roles what they need to read a source, as far as this role may.
    pub(super) async fn grant_source(&self, source: &CustomerSource) -> Result<(), StoreError> {
        for lacking in self.lacking(source).await?.into_iter().filter(|lacking| lacking.may_grant) {
            let statement = lacking.statement();
            let granted = self
                .read(DEADLINE, async |connection| {
                    statement.query().execute(connection).await?;
                    Ok(())
                })
                .await;
            // The source is chosen all the same; what is missing is told with its status.
            if let Err(error) = granted {
                tracing::warn!(%error, "a group role could not be allowed to read the customer source");
            }
        }
        Ok(())
    }

    /// The statements that let the group roles read a source, for whoever may run them. Empty where
    /// there are no group roles.
    pub(super) async fn missing_grants(&self, source: &CustomerSource) -> Result<Vec<String>, StoreError> {
        Ok(self.lacking(source).await?.into_iter().map(|lacking| lacking.text).collect())
    }

    async fn lacking(&self, source: &CustomerSource) -> Result<Vec<Lacking>, StoreError> {
        let customers = (source.customers.schema.clone(), source.customers.table.clone());
        let events = source.events.as_ref().map(|events| (events.schema.clone(), events.table.clone()));
        let (schemas, tables): (Vec<String>, Vec<String>) =
            [Some(customers), events].into_iter().flatten().unzip();
        let readers: Vec<String> = READERS.iter().map(|role| role.as_str().to_owned()).collect();
        self.read(DEADLINE, async |connection| {
            let rows = sqlx::query!(
                r#"with readers as (
                     select r.oid, r.rolname from pg_catalog.pg_roles as r
                     join unnest($3::text[]) with ordinality as g (name, position)
                         on r.oid = halyard.group_role(g.name)
                     order by g.position
                 ), source as (
                     select min(s.position) as position, n.oid as schema_oid, n.nspname, c.oid as table_oid, c.relname
                     from unnest($1::text[], $2::text[]) with ordinality as s (schema_name, table_name, position)
                     join pg_catalog.pg_namespace as n on n.nspname = s.schema_name
                     join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = s.table_name
                     group by n.oid, n.nspname, c.oid, c.relname
                 ), lacking as (
                     select min(s.position) as position, 0 as kind, s.nspname, null::name as relname,
                         array_agg(distinct r.rolname::text) as roles,
                         bool_and(has_schema_privilege(s.schema_oid, 'usage with grant option')) as may_grant
                     from source as s cross join readers as r
                     where not has_schema_privilege(r.oid, s.schema_oid, 'usage')
                     group by s.nspname
                     union all
                     select s.position, 1, s.nspname, s.relname, array_agg(distinct r.rolname::text),
                         bool_and(has_table_privilege(s.table_oid, 'select with grant option'))
                     from source as s cross join readers as r
                     where not has_table_privilege(r.oid, s.table_oid, 'select')
                     group by s.position, s.nspname, s.relname
                 )
                 select nspname::text as "schema!", relname::text as "table?", roles as "roles!",
                     may_grant as "may_grant!",
                     format('GRANT %s TO %s;',
                         case when relname is null then format('USAGE ON SCHEMA %I', nspname)
                             else format('SELECT ON TABLE %I.%I', nspname, relname) end,
                         (select string_agg(quote_ident(r.role), ', ') from unnest(roles) as r (role))
                     ) as "text!"
                 from lacking order by kind, position"#,
                &schemas,
                &tables,
                &readers,
            )
            .fetch_all(connection)
            .await?;
            let lacking = rows.into_iter().map(|row| Lacking {
                right: match row.table {
                    None => Right::Usage { schema: row.schema },
                    Some(table) => Right::Select { schema: row.schema, table },
                },
                roles: row.roles,
                text: row.text,
                may_grant: row.may_grant,
            });
            Ok(lacking.collect())
        })
        .await
    }
}

impl Lacking {
    fn statement(&self) -> Statement {
        let mut sql = TenantSql::new("GRANT ");
        match &self.right {
            Right::Usage { schema } => sql.push("USAGE ON SCHEMA ").identifier(schema),
            Right::Select { schema, table } => {
                sql.push("SELECT ON TABLE ").identifier(schema).push(".").identifier(table)
            }
        };
        for (index, role) in self.roles.iter().enumerate() {
            sql.push(if index == 0 { " TO " } else { ", " }).identifier(role);
        }
        sql.build()
    }
}

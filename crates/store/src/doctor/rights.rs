//! Which rights an evaluation server needs, and which of them its role has not.

use super::{MissingRight, Need};
use crate::{Store, StoreError, roles::GroupRole, store::DEADLINE};

/// Tables and views in Halyard's schema, and what is done with them.
const TABLES: &[(&str, &[&str], Need)] = &[
    ("feature_flags", &["SELECT"], Need::Serve),
    ("audiences", &["SELECT"], Need::Serve),
    ("environments", &["SELECT"], Need::Serve),
    ("customer_source", &["SELECT"], Need::Serve),
    ("sdk_keys", &["SELECT"], Need::Serve),
    ("audit_head", &["SELECT"], Need::Serve),
    ("audit_log", &["SELECT"], Need::Serve),
    ("evaluations", &["INSERT"], Need::Log),
    ("flag_sets", &["SELECT", "INSERT"], Need::Log),
    ("evaluation_counts", &["SELECT", "INSERT", "UPDATE"], Need::Log),
    ("evaluation_batches", &["SELECT", "INSERT"], Need::Log),
    ("erasures", &["SELECT"], Need::Log),
    ("evaluators", &["SELECT", "INSERT", "UPDATE", "DELETE"], Need::Report),
    ("sdk_key_uses", &["SELECT", "INSERT", "UPDATE"], Need::Report),
    ("unknown_flags", &["SELECT", "INSERT", "UPDATE", "DELETE"], Need::Report),
    ("feature_flags", &["INSERT", "UPDATE"], Need::Administer),
    ("audiences", &["INSERT", "UPDATE", "DELETE"], Need::Administer),
    ("environments", &["INSERT", "UPDATE", "DELETE"], Need::Administer),
    ("customer_source", &["INSERT", "UPDATE"], Need::Administer),
    ("flag_versions", &["SELECT"], Need::Administer),
    ("audience_versions", &["SELECT"], Need::Administer),
];

impl Store {
    /// The name of a group's role, if this role may take it on. A schema from before there were group
    /// roles, or one that may not be looked into, has none.
    async fn role_to_take(&self, group: GroupRole) -> Result<Option<String>, StoreError> {
        self.read(DEADLINE, async |connection| {
            let may_ask = sqlx::query_scalar!(
                r#"select coalesce(bool_or(has_schema_privilege(n.oid, 'USAGE')), false) as "may_ask!"
                 from pg_catalog.pg_namespace as n
                 join pg_catalog.pg_proc as p on p.pronamespace = n.oid and p.proname = 'role_to_take'
                 where n.nspname = 'halyard'"#
            )
            .fetch_one(&mut *connection)
            .await?;
            if !may_ask {
                return Ok(None);
            }
            Ok(sqlx::query_scalar!("select halyard.role_to_take($1)", group.as_str())
                .fetch_one(connection)
                .await?)
        })
        .await
    }

    /// What the role may not do, in the order of [`Need`]. Tables that an older schema has not yet
    /// are left out.
    pub(super) async fn missing_rights(&self) -> Result<Vec<MissingRight>, StoreError> {
        let wanted: Vec<(&str, &str, Need)> = TABLES
            .iter()
            .flat_map(|(table, rights, need)| rights.iter().map(|right| (*table, *right, *need)))
            .collect();
        let tables: Vec<String> = wanted.iter().map(|(table, ..)| (*table).to_owned()).collect();
        let first_of_administration =
            wanted.iter().take_while(|(.., need)| *need != Need::Administer).count() as i64;
        let rights: Vec<String> = wanted.iter().map(|(_, right, _)| (*right).to_owned()).collect();
        let administrator = self.role_to_take(GroupRole::Admin).await?;
        self.read(DEADLINE, async |connection| {
            // By oid, because a name cannot even be looked up without USAGE on its schema.
            let may = sqlx::query!(
                r#"select
                     has_schema_privilege(n.oid, 'USAGE') as "use_schema!",
                     (select coalesce(bool_and(has_function_privilege(p.oid, 'EXECUTE')), true)
                      from pg_catalog.pg_proc as p
                      where p.pronamespace = n.oid and p.proname = 'maintain_partitions') as "maintain!",
                     (select coalesce(bool_and(has_function_privilege(p.oid, 'EXECUTE')), true)
                      from pg_catalog.pg_proc as p
                      where p.pronamespace = n.oid and p.proname = 'sum_up_hours') as "sum_up!"
                 from pg_catalog.pg_namespace as n where n.nspname = 'halyard'"#
            )
            .fetch_one(&mut *connection)
            .await?;
            let denied = sqlx::query_scalar!(
                r#"select w.position as "position!"
                 from unnest($1::text[], $2::text[]) with ordinality as w (table_name, privilege, position)
                 join pg_catalog.pg_class as c
                     on c.relname = w.table_name
                     and c.relnamespace = (select n.oid from pg_catalog.pg_namespace as n where n.nspname = 'halyard')
                 where not has_table_privilege(c.oid, w.privilege)
                     -- A server administers as the role of the key that asks.
                     and not (w.position > $4 and $3::text is not null
                         and has_table_privilege($3, c.oid, w.privilege))
                 order by w.position"#,
                &tables,
                &rights,
                administrator,
                first_of_administration,
            )
            .fetch_all(connection)
            .await?;
            let missing = |right: &str, on: String, need| MissingRight { right: right.to_owned(), on, need };
            let mut found = Vec::new();
            if !may.use_schema {
                found.push(missing("USAGE", String::from("SCHEMA halyard"), Need::Serve));
            }
            found.extend(denied.into_iter().filter_map(|position| {
                let (table, right, need) = wanted.get(usize::try_from(position - 1).ok()?)?;
                Some(missing(right, format!("TABLE halyard.{table}"), *need))
            }));
            let functions =
                [(may.maintain, "maintain_partitions()"), (may.sum_up, "sum_up_hours(integer)")];
            for (_, function) in functions.into_iter().filter(|(may, _)| !may) {
                found.push(missing("EXECUTE", format!("FUNCTION halyard.{function}"), Need::Log));
            }
            found.sort_by_key(|missing| missing.need);
            Ok(found)
        })
        .await
    }
}

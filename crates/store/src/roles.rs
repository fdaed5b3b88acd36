//! Who may do what. Postgres decides by grants to group roles; this asks it, so that nobody is shown
//! a control that would be refused.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Store, StoreError, sdk_keys::KeyRole, store::DEADLINE};

/// What somebody may be granted: each is a Postgres role of this database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GroupRole {
    /// Reads everything but what was evaluated for whom.
    Viewer,
    /// A viewer who also sees customers and their evaluations.
    Support,
    /// A viewer who also kills, restores and switches.
    Operator,
    /// An operator who also changes flags, audiences and environments.
    Editor,
    /// Everything, also keys, the customer source, settings and erasing.
    Admin,
    /// An evaluation server: reads the configuration and appends evaluations.
    Server,
}

/// What the role that is logged in may do, as the database says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Rights {
    /// The greatest group role it has; null when it has none, such as a plain owner.
    pub role: Option<GroupRole>,
    /// The role that is logged in.
    pub db_role: String,
    /// What it may do.
    pub may: May,
    /// Whether the audit binds the schema's owner too: it belongs to a role nobody logs in with.
    pub audit_binds_owner: bool,
    /// The group roles of this database by their names, such as `halyard_shop_operator`; empty
    /// when nobody who may create roles has made them.
    pub group_roles: Vec<NamedGroupRole>,
}

/// A group role and what it is called in the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NamedGroupRole {
    /// Which.
    pub role: GroupRole,
    /// As GRANT names it, unquoted.
    pub name: String,
}

/// What may be done, thing by thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct May {
    /// See what was evaluated for whom.
    pub read_evaluations: bool,
    /// See the tenant's customers.
    pub read_customers: bool,
    /// Kill and restore flags.
    pub kill: bool,
    /// Switch flags on and off in environments.
    pub switch: bool,
    /// Make and change flags.
    pub edit_flags: bool,
    /// Make, change and delete audiences.
    pub edit_audiences: bool,
    /// Make, change and delete environments.
    pub edit_environments: bool,
    /// Make and revoke SDK keys.
    pub edit_keys: bool,
    /// Choose the customer source.
    pub edit_source: bool,
    /// Change settings of the workspace.
    pub edit_settings: bool,
    /// Erase a customer from the evaluation log.
    pub erase: bool,
    /// End another role's session, such as one that holds a flag.
    pub end_sessions: bool,
}

impl GroupRole {
    /// Every group role, the greatest first; a server is none of people's.
    pub const ALL: [GroupRole; 6] =
        [Self::Admin, Self::Editor, Self::Operator, Self::Support, Self::Viewer, Self::Server];

    /// As the database writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Support => "support",
            Self::Operator => "operator",
            Self::Editor => "editor",
            Self::Admin => "admin",
            Self::Server => "server",
        }
    }
}

/// The least group role that may change (or, of what was evaluated for whom, read) each thing.
const NEEDED: &[(&str, GroupRole)] = &[
    ("flag_evaluations", GroupRole::Support),
    ("evaluations", GroupRole::Support),
    ("add_note", GroupRole::Operator),
    ("feature_flags", GroupRole::Editor),
    ("audiences", GroupRole::Editor),
    ("environments", GroupRole::Editor),
    ("sdk_keys", GroupRole::Admin),
    ("customer_source", GroupRole::Admin),
    ("settings", GroupRole::Admin),
    ("erasures", GroupRole::Admin),
];

impl GroupRole {
    /// The least role that may do what Postgres refuses, by the thing that the refusal names. The sentence is in the server's language; names are the same in all.
    pub(crate) fn needed(refusal: &str) -> Option<Self> {
        let mut words = refusal.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        words.find_map(|word| NEEDED.iter().find(|(name, _)| *name == word).map(|(_, role)| *role))
    }
}

/// Admin keys of the server map to the same roles.
impl From<KeyRole> for GroupRole {
    fn from(role: KeyRole) -> Self {
        match role {
            KeyRole::Viewer => Self::Viewer,
            KeyRole::Operator => Self::Operator,
            KeyRole::Editor => Self::Editor,
            KeyRole::Admin => Self::Admin,
        }
    }
}

impl fmt::Display for GroupRole {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Store {
    /// What the role that is logged in may do.
    ///
    /// # Errors
    /// Outages.
    pub async fn rights(&self) -> Result<Rights, StoreError> {
        self.read(DEADLINE, async |connection| {
            let may = sqlx::query!(
                r#"select current_user::text as "db_role!",
                     has_table_privilege(evaluations.oid, 'select') as "read_evaluations!",
                     coalesce((
                         select has_schema_privilege(n.oid, 'usage') and has_any_column_privilege(c.oid, 'select')
                         from pg_catalog.pg_class as c
                         join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
                         where (n.nspname, c.relname) = (
                             coalesce(source.customers ->> 'schema', 'public'),
                             coalesce(source.customers ->> 'table', 'customers'))
                     ), false) as "read_customers!",
                     has_column_privilege(flags.oid, 'is_active', 'update') as "kill!",
                     has_column_privilege(flags.oid, 'environments', 'update') as "switch!",
                     has_table_privilege(flags.oid, 'insert') and has_table_privilege(flags.oid, 'update') as "edit_flags!",
                     has_table_privilege(audiences.oid, 'insert') and has_table_privilege(audiences.oid, 'update')
                         as "edit_audiences!",
                     has_table_privilege(environments.oid, 'insert') and has_table_privilege(environments.oid, 'update')
                         as "edit_environments!",
                     has_table_privilege(keys.oid, 'insert') and has_table_privilege(keys.oid, 'update') as "edit_keys!",
                     has_table_privilege(sources.oid, 'insert') and has_table_privilege(sources.oid, 'update')
                         as "edit_source!",
                     has_table_privilege(settings.oid, 'insert') and has_table_privilege(settings.oid, 'update')
                         as "edit_settings!",
                     has_table_privilege(erasures.oid, 'insert') and has_table_privilege(evaluations.oid, 'delete')
                         as "erase!",
                     pg_has_role('pg_signal_backend', 'usage') as "end_sessions!",
                     not exists (
                         select from pg_catalog.pg_roles as r
                         where r.oid in (flags.relowner, n.nspowner) and r.rolcanlogin
                     ) as "audit_binds_owner!"
                 from pg_catalog.pg_namespace as n
                 left join halyard.customer_source as source on true
                 join pg_catalog.pg_class as flags on flags.relnamespace = n.oid and flags.relname = 'feature_flags'
                 join pg_catalog.pg_class as audiences on audiences.relnamespace = n.oid and audiences.relname = 'audiences'
                 join pg_catalog.pg_class as environments
                     on environments.relnamespace = n.oid and environments.relname = 'environments'
                 join pg_catalog.pg_class as keys on keys.relnamespace = n.oid and keys.relname = 'sdk_keys'
                 join pg_catalog.pg_class as sources on sources.relnamespace = n.oid and sources.relname = 'customer_source'
                 join pg_catalog.pg_class as settings on settings.relnamespace = n.oid and settings.relname = 'settings'
                 join pg_catalog.pg_class as erasures on erasures.relnamespace = n.oid and erasures.relname = 'erasures'
                 join pg_catalog.pg_class as evaluations
                     on evaluations.relnamespace = n.oid and evaluations.relname = 'evaluations'
                 where n.nspname = 'halyard'"#
            )
            .fetch_one(&mut *connection)
            .await?;
            // Membership alone is not enough: a server may become an administrator, but is none.
            let groups = sqlx::query!(
                r#"select g.name, g.role, pg_has_role(halyard.group_role(g.name), 'usage') as "has!"
                 from halyard.group_roles as g
                 where halyard.group_role(g.name) is not null"#
            )
            .fetch_all(connection)
            .await?;
            let group = |role: GroupRole| groups.iter().find(move |group| group.name == role.as_str());
            Ok(Rights {
                role: GroupRole::ALL.into_iter().find(|role| group(*role).is_some_and(|group| group.has)),
                db_role: may.db_role,
                may: May {
                    read_evaluations: may.read_evaluations,
                    read_customers: may.read_customers,
                    kill: may.kill,
                    switch: may.switch,
                    edit_flags: may.edit_flags,
                    edit_audiences: may.edit_audiences,
                    edit_environments: may.edit_environments,
                    edit_keys: may.edit_keys,
                    edit_source: may.edit_source,
                    edit_settings: may.edit_settings,
                    erase: may.erase,
                    end_sessions: may.end_sessions,
                },
                audit_binds_owner: may.audit_binds_owner,
                group_roles: GroupRole::ALL
                    .into_iter()
                    .filter_map(|role| group(role).map(|group| NamedGroupRole { role, name: group.role.clone() }))
                    .collect(),
            })
        })
        .await
    }
}

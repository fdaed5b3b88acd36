//! The statement that kills or restores a flag by hand, for when the app cannot reach the database.

use halyard_engine::FlagKey;
use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;

use crate::{
    App, CommandError,
    app::State,
    workspace::{info::WorkspaceInfo, person},
};

/// What to run from a computer that reaches the database. Evaluators keep serving the configuration they
/// have until then; they follow within two seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KillStatement {
    /// For psql. Running it twice changes nothing more.
    pub sql: String,
    /// Name or address of the database's machine.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The database's name.
    pub database: String,
    /// The role the app logs in as.
    pub role: String,
}

/// The statement that kills (`false`) or restores (`true`) a flag (id or key), from what was last known of
/// it and of the database.
///
/// # Errors
/// `no_workspace`; `invalid` when no flag can have that key.
pub(crate) fn statement(app: &App, flag: &str, is_active: bool) -> Result<KillStatement, CommandError> {
    let (info, actor, flag) = match app.state() {
        State::None { .. } => return Err(CommandError::no_workspace()),
        State::Opening { record, .. } | State::Unavailable { record, .. } => {
            (WorkspaceInfo::before_opening(&record), record.actor, flag.to_owned())
        }
        State::Ready(workspace) => (workspace.info(), workspace.record().actor, workspace.key_of(flag)),
    };
    let which = match (Uuid::parse_str(&flag), FlagKey::parse(&flag)) {
        (Ok(id), _) => format!("id = '{id}'"),
        (_, Ok(key)) => format!("key = {}", literal(key.as_str())),
        (_, Err(_)) => {
            return Err(CommandError::invalid_field("flag", "No flag can have this key."));
        }
    };
    let actor = literal(&actor.unwrap_or_else(person::suggested));
    let other = if is_active { "not is_active" } else { "is_active" };
    let sql = format!(
        "begin;\n\
         set local halyard.actor = {actor};\n\
         update halyard.feature_flags set is_active = {is_active} where {which} and {other};\n\
         commit;"
    );
    let WorkspaceInfo { host, port, database, role, .. } = info;
    Ok(KillStatement { sql, host, port, database, role })
}

/// A text as SQL writes it, whatever `standard_conforming_strings` says.
fn literal(text: &str) -> String {
    let quoted = text.replace('\0', "").replace('\'', "''");
    if quoted.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn a_text_cannot_end_its_quotes() {
        assert_eq!(literal("Ada"), "'Ada'");
        assert_eq!(literal("O'Neill"), "'O''Neill'");
        assert_eq!(literal(r"\'; drop table x; --"), r"E'\\''; drop table x; --'");
    }
}

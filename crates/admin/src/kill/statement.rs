//! The statement that kills a flag by hand, for when the app cannot reach the database.

use serde::Serialize;
use ts_rs::TS;

use crate::{App, CommandError};

/// What to run from a computer that reaches the database.
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

/// The statement for a flag, from what was last known of it.
pub(crate) fn statement(app: &App, flag: &str) -> Result<KillStatement, CommandError> {
    let info = app.workspace()?.info();
    let sql = format!(
        "update halyard.feature_flags set is_active = false where key = '{}';",
        flag.replace('\'', "''")
    );
    Ok(KillStatement { sql, host: info.host, port: info.port, database: info.database, role: info.role })
}

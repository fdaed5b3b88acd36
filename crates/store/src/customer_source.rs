//! Where a tenant's customers and events live.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The tenant's customers: one row is one customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CustomerTable {
    /// Schema of the table or view.
    pub schema: String,
    /// The table or view.
    pub table: String,
    /// Its `id::text` is the entity id.
    pub id_column: String,
    /// What the customer is called.
    pub name_column: Option<String>,
    /// The customer's e-mail address.
    pub email_column: Option<String>,
}

/// The tenant's events: one row is one thing a customer did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EventTable {
    /// Schema of the table or view.
    pub schema: String,
    /// The table or view.
    pub table: String,
    /// The customer who did it.
    pub customer_id_column: String,
    /// What was done.
    pub name_column: String,
    /// When; events without a time do not count.
    pub time_column: Option<String>,
}

/// Where customers live, and where their events, if anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CustomerSource {
    /// The customers.
    pub customers: CustomerTable,
    /// Their events.
    pub events: Option<EventTable>,
}

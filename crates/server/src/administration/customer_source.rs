//! Where customers and events live: shown, and chosen.

use axum::{Json, extract::State};
use halyard_store::customer_source::{CustomerSource, CustomerTable, EventTable};
use serde_json::Value;

use super::{
    body::{Fields, Object, expected},
    callers::{Admin, Viewer},
    parameters::Parameters,
};
use crate::{Api, problem::Problem};

/// What was chosen, or what is taken because it has the usual names.
pub(super) async fn show(
    _: Viewer,
    State(api): State<Api>,
    parameters: Parameters,
) -> Result<Json<CustomerSource>, Problem> {
    parameters.finish()?;
    let source = api.store().customer_source().await?.source;
    source.map(Json).ok_or_else(|| {
        Problem::not_found("No customer source is chosen, and there is no table public.customers. PUT one.")
    })
}

pub(super) async fn choose(
    Admin(author): Admin,
    State(api): State<Api>,
    Object(mut fields): Object,
) -> Result<Json<CustomerSource>, Problem> {
    let customers = fields
        .required::<Value>("customers", "an object with schema, table and idColumn")
        .and_then(|customers| fields.object("customers", customers, customer_table));
    let events = fields
        .nullable::<Value>("events", "an object")
        .and_then(|events| fields.object("events", events, event_table));
    let note = fields.note();
    fields.finish(|_| {})?;
    let Some(customers) = customers else {
        return Err(Problem::internal("a required field is missing and nobody noticed"));
    };
    let source = CustomerSource { customers, events };
    api.store().customer_source_set(&source, &author.with_note(note)).await?;
    Ok(Json(source))
}

fn customer_table(fields: &mut Fields) -> Option<CustomerTable> {
    let schema = fields.required("schema", expected::TEXT);
    let table = fields.required("table", expected::TEXT);
    let id_column = fields.required("idColumn", expected::TEXT);
    let name_column = fields.nullable("nameColumn", expected::TEXT);
    let email_column = fields.nullable("emailColumn", expected::TEXT);
    Some(CustomerTable { schema: schema?, table: table?, id_column: id_column?, name_column, email_column })
}

fn event_table(fields: &mut Fields) -> Option<EventTable> {
    let schema = fields.required("schema", expected::TEXT);
    let table = fields.required("table", expected::TEXT);
    let customer_id_column = fields.required("customerIdColumn", expected::TEXT);
    let name_column = fields.required("nameColumn", expected::TEXT);
    let time_column = fields.nullable("timeColumn", expected::TEXT);
    Some(EventTable {
        schema: schema?,
        table: table?,
        customer_id_column: customer_id_column?,
        name_column: name_column?,
        time_column,
    })
}

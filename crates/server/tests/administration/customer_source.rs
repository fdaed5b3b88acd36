//! Where customers live: shown and chosen.

use serde_json::{Value, json};

use crate::{AsAdmin, problem, refused_fields, support::TestServer};

fn customers(table: &str, id: &str) -> Value {
    json!({ "schema": "public", "table": table, "idColumn": id, "nameColumn": null, "emailColumn": null })
}

#[tokio::test(flavor = "multi_thread")]
async fn customer_source_is_chosen_and_sent_back_as_it_was() {
    let server = TestServer::start().await;
    let usual = server.admin("GET", "/customer-source").send().await.expect(200).json();
    assert_eq!(usual, json!({ "customers": customers("customers", "id"), "events": null }));
    server
        .execute(
            "create table public.people (no int primary key, called text);
             create table public.acts (person int, what text, at timestamptz)",
        )
        .await;
    let chosen = json!({
        "customers": {
            "schema": "public", "table": "people", "idColumn": "no", "nameColumn": "called",
            "emailColumn": null,
        },
        "events": {
            "schema": "public", "table": "acts", "customerIdColumn": "person", "nameColumn": "what",
            "timeColumn": "at",
        },
    });
    let put = server.admin("PUT", "/customer-source").json(chosen.clone()).send().await.expect(200);
    assert_eq!(put.json(), chosen);
    let got = server.admin("GET", "/customer-source").send().await.expect(200).json();
    assert_eq!(got, chosen);
    server.admin("PUT", "/customer-source").json(got).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_wrong_with_a_customer_source_is_named_at_once() {
    let server = TestServer::start().await;
    let put = |body| server.admin("PUT", "/customer-source").json(body).send();
    refused_fields(&put(json!({})).await, &["customers"]);
    refused_fields(
        &put(json!({ "customers": { "schema": 1, "tabel": "x" }, "events": [], "more": 1 })).await,
        &["customers.schema", "customers.table", "customers.idColumn", "customers.tabel", "events", "more"],
    );
    refused_fields(&put(json!({ "customers": customers("nowhere", "id") })).await, &["customers.table"]);
    refused_fields(&put(json!({ "customers": customers("customers", "no") })).await, &["customers.idColumn"]);
    // Many customers are on one plan.
    refused_fields(
        &put(json!({ "customers": customers("customers", "country") })).await,
        &["customers.idColumn"],
    );
    let sql = json!({ "customers": customers("customers; drop table customers", "id") });
    refused_fields(&put(sql).await, &["customers.table"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_table_of_customers_there_is_no_source() {
    let server = TestServer::start().await;
    server.execute("alter table public.customers rename to elsewhere").await;
    problem(&server.admin("GET", "/customer-source").send().await, 404, "not_found");
}

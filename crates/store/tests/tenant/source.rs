//! Choosing where customers live, and the catalogue it is chosen from.

use halyard_store::StoreError;
use halyard_store::attribute::AttributeType;
use halyard_store::catalogue::TableKind;
use halyard_store::customer_source::{CustomerSource, CustomerTable, EventTable};

use crate::support::{V14, V18, author, tenant};

fn people(id_column: &str) -> CustomerSource {
    CustomerSource {
        customers: CustomerTable {
            schema: "crm".into(),
            table: "people".into(),
            id_column: id_column.into(),
            name_column: None,
            email_column: None,
        },
        events: None,
    }
}

fn paths(error: StoreError) -> Vec<String> {
    match error {
        StoreError::Invalid(violations) => violations.into_iter().map(|violation| violation.path).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn catalogue_shows_every_kind_of_table_with_types_and_nothing_of_halyard() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        tenant
            .run(
                "create schema crm; create type crm.tier as enum ('b', 'a'); create domain crm.code as char(4) not null;
                 create table crm.people (id bigint primary key, tier crm.tier, code crm.code, tiers crm.tier[],
                     score real, at timestamp, born date, doc jsonb, raw json, blob bytea, \"odd \"\" name\" text unique,
                     gone int, pair int, primary_pair int, unique (pair, primary_pair));
                 alter table crm.people drop column gone;
                 create view crm.people_view as select id, tier from crm.people;
                 create materialized view crm.people_copy as select id from crm.people;
                 create table crm.parts (id int) partition by range (id);
                 create table crm.parts_1 partition of crm.parts for values from (1) to (2);
                 create extension if not exists postgres_fdw; create server s foreign data wrapper postgres_fdw;
                 create foreign table crm.far (id int) server s;",
            )
            .await;
        let catalogue = tenant.store.catalogue().await.unwrap();
        let kinds: Vec<(&str, TableKind)> =
            catalogue.iter().map(|table| (table.table.as_str(), table.kind)).collect();
        assert_eq!(
            kinds,
            [
                ("far", TableKind::ForeignTable),
                ("parts", TableKind::PartitionedTable),
                ("people", TableKind::Table),
                ("people_copy", TableKind::MaterializedView),
                ("people_view", TableKind::View),
            ]
        );
        let columns: Vec<(&str, AttributeType, &str, bool, bool)> = catalogue[2]
            .columns
            .iter()
            .map(|column| {
                (
                    column.name.as_str(),
                    column.attribute_type,
                    column.db_type.as_str(),
                    column.nullable,
                    column.unique,
                )
            })
            .collect();
        use AttributeType::*;
        assert_eq!(
            columns,
            [
                ("id", Number, "bigint", false, true),
                ("tier", Text, "crm.tier", true, false),
                ("code", Text, "crm.code", true, false),
                ("tiers", TextArray, "crm.tier[]", true, false),
                ("score", Number, "real", true, false),
                ("at", Timestamp, "timestamp without time zone", true, false),
                ("born", Date, "date", true, false),
                ("doc", Json, "jsonb", true, false),
                ("raw", Unsupported, "json", true, false),
                ("blob", Unsupported, "bytea", true, false),
                ("odd \" name", Text, "text", true, true),
                ("pair", Number, "integer", true, false),
                ("primary_pair", Number, "integer", true, false),
            ]
        );
        tenant.store.customer_source_set(&people("id"), &author()).await.unwrap();
        let attributes = tenant.store.attributes().await.unwrap();
        assert_eq!(attributes[1].enum_values, ["b", "a"], "in the order of the enum");
    }
}

#[tokio::test]
async fn without_a_choice_public_customers_is_taken_when_it_exists() {
    let tenant = tenant(V18).await;
    let status = tenant.store.customer_source().await.unwrap();
    assert_eq!((status.source, status.customers, status.problem), (None, None, None));
    tenant
        .run(
            "create table public.customers (id int primary key, name text, email text);
             create table public.events (id int, customer_id int, name text, occurred_at timestamptz);
             insert into public.customers values (1, 'Ada', null)",
        )
        .await;
    let status = tenant.store.customer_source().await.unwrap();
    let source = status.source.unwrap();
    assert_eq!(
        (source.customers.id_column.as_str(), status.customers, status.problem),
        ("id", Some(1), None)
    );
    assert_eq!(source.customers.email_column.as_deref(), Some("email"));
    assert_eq!(source.events.unwrap().time_column.as_deref(), Some("occurred_at"));
}

#[tokio::test]
async fn every_violation_of_a_source_is_named_at_once() {
    let tenant = tenant(V18).await;
    tenant.run("create schema crm; create table crm.people (id int primary key, at timestamptz)").await;
    let mut source = people("nope");
    source.customers.name_column = Some("neither".into());
    source.events = Some(EventTable {
        schema: "crm".into(),
        table: "people".into(),
        customer_id_column: "id".into(),
        name_column: "nor".into(),
        time_column: None,
    });
    let error = tenant.store.customer_source_set(&source, &author()).await.unwrap_err();
    assert_eq!(paths(error), ["customers.idColumn", "customers.nameColumn", "events.nameColumn"]);

    let error = tenant.store.customer_source_set(&people("at"), &author()).await.unwrap_err();
    assert!(error.to_string().contains("at cannot be an id"), "{error}");

    source.customers.schema = "halyard".into();
    source.customers.table = "feature_flags".into();
    source.events = None;
    let error = tenant.store.customer_source_set(&source, &author()).await.unwrap_err();
    assert_eq!(paths(error), ["customers.table"], "Halyard's own tables are not for customers");
}

#[tokio::test]
async fn ids_that_are_not_unique_or_missing_are_refused() {
    let tenant = tenant(V18).await;
    tenant
        .run("create schema crm; create table crm.base (id int); insert into crm.base values (7), (7)")
        .await;
    tenant.run("create view crm.people as select id from crm.base").await;
    let error = tenant.store.customer_source_set(&people("id"), &author()).await.unwrap_err();
    assert!(error.to_string().contains("several rows with the id “7”"), "{error}");
    tenant.run("delete from crm.base; insert into crm.base values (1), (null)").await;
    let error = tenant.store.customer_source_set(&people("id"), &author()).await.unwrap_err();
    assert!(error.to_string().contains("a row without id"), "{error}");
    tenant.run("delete from crm.base where id is null").await;
    tenant.store.customer_source_set(&people("id"), &author()).await.unwrap();
}

#[tokio::test]
async fn choice_is_audited_and_a_dropped_column_becomes_a_problem_in_a_sentence() {
    let tenant = tenant(V18).await;
    tenant.run("create schema crm; create table crm.people (id int primary key, name text)").await;
    let mut source = people("id");
    source.customers.name_column = Some("name".into());
    let version = tenant.store.config_version().await.unwrap();
    tenant.store.customer_source_set(&source, &author()).await.unwrap();
    tenant.store.customer_source_set(&source, &author()).await.unwrap();
    assert_eq!(
        tenant.store.config_version().await.unwrap(),
        version + 1,
        "the same choice again changes nothing"
    );
    assert_eq!(tenant.store.configuration().await.unwrap().customer_source, Some(source));

    tenant.run("alter table crm.people drop column name").await;
    let status = tenant.store.customer_source().await.unwrap();
    assert_eq!(status.problem.unwrap(), "crm.people has no column “name” that your database role may read.");
    let resolved = tenant.store.resolved_source().await.unwrap().unwrap();
    assert_eq!(resolved.source.customers.name_column, None, "it was only shown; audiences go on without it");

    tenant.run("alter table crm.people rename column id to key").await;
    assert!(matches!(tenant.store.resolved_source().await, Err(StoreError::Invalid(_))));
}

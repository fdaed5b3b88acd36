//! A foreign tenant: the Northwind database, as it is. The file is not part of this repository;
//! `HALYARD_NORTHWIND_SQL` says where it is, else it is looked for beside the repository.

use std::path::PathBuf;

use halyard_embedded_postgres::testing::PostgresVersion;
use halyard_engine::{AudienceId, CompiledFlag, FlagType, Membership, RuleInput, bucket};
use halyard_store::condition::Condition;
use halyard_store::customer_source::{CustomerSource, CustomerTable, EventTable};
use halyard_store::flags::NewFlag;
use halyard_store::memberships::Memberships;
use serde_json::json;
use uuid::Uuid;

use crate::support::{Tenant, V14, V18, WITHIN, author, streamed, tenant};

/// None, and says so, when the file is not there.
async fn northwind(version: PostgresVersion) -> Option<Tenant> {
    let path = std::env::var_os("HALYARD_NORTHWIND_SQL").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/northwind.sql"),
        PathBuf::from,
    );
    let Ok(sql) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: there is no Northwind at {}; set HALYARD_NORTHWIND_SQL", path.display());
        return None;
    };
    let tenant = tenant(version).await;
    tenant.run(&sql).await;
    tenant.run("reset all").await;
    Some(tenant)
}

fn source(table: &str, id_column: &str, name_column: &str) -> CustomerSource {
    CustomerSource {
        customers: CustomerTable {
            schema: "public".into(),
            table: table.into(),
            id_column: id_column.into(),
            name_column: Some(name_column.into()),
            email_column: None,
        },
        events: None,
    }
}

/// A hash over every row of every table of the tenant.
const CONTENT: &str = "select md5(string_agg(t, '' order by t)) from (
    select query_to_xml(format('select * from %I order by %I::text', table_name, table_name), false, false, '')::text as t
    from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE') x";

#[tokio::test]
async fn northwind_is_a_tenant_like_any_other() {
    for version in [V14, V18] {
        let Some(tenant) = northwind(version).await else { return };
        let before = tenant.text(CONTENT).await;
        let mut chosen = source("customers", "customer_id", "contact_name");
        chosen.events = Some(EventTable {
            schema: "public".into(),
            table: "orders".into(),
            customer_id_column: "customer_id".into(),
            name_column: "ship_name".into(),
            time_column: Some("order_date".into()),
        });
        tenant.store.customer_source_set(&chosen, &author()).await.unwrap();

        let germany = Condition::parse(
            &json!({ "attribute": "country", "operator": "equals", "value": "Germany" }),
            "condition",
        )
        .unwrap();
        let new = halyard_store::audiences::NewAudience {
            name: "Germany".into(),
            description: None,
            condition: germany.clone(),
            note: None,
        };
        let audience = tenant.store.audience_create(&new, &author()).await.unwrap().id;
        let flag = NewFlag {
            key: "lieferung".into(),
            name: "Delivery".into(),
            description: None,
            flag_type: FlagType::Boolean,
            default_value: json!(false),
            rules: Some(vec![RuleInput {
                audience_id: Some(audience.to_string()),
                percentage: Some(30.0),
                ..RuleInput::default()
            }]),
            client_visible: false,
            permanent: None,
            tags: None,
            note: None,
        };
        tenant.store.flag_create(&flag, &author()).await.unwrap();
        tenant.store.flag_set_environment("lieferung", "production", true, &author()).await.unwrap();

        // From here on as a role that may not write to the tenant's tables.
        let store = tenant.onlooker("public").await;
        let resolved = store.resolved_source().await.unwrap().unwrap();
        let count = store.audience_count(&resolved, &germany, WITHIN).await.unwrap();
        let expected = tenant.number("select count(*) from customers where country = 'Germany'").await;
        assert_eq!(
            (count.customers, count.total),
            (expected, tenant.number("select count(*) from customers").await)
        );
        assert!(expected > 0);

        let configuration = store.configuration().await.unwrap();
        let flag = CompiledFlag::compile(&configuration.flags[0].definition).unwrap();
        let prepared = Memberships::prepare(&resolved, &[(audience, &germany)]);
        let streamed = streamed(&store, &prepared).await;
        assert_eq!(streamed.len() as i64, count.total);
        let ids: Vec<&str> = streamed.iter().map(|(id, _)| id.as_str()).collect();
        let looked_up = store.memberships(&prepared, &ids, WITHIN).await.unwrap();
        let mut served = 0;
        for ((id, entity), looked_up) in streamed.iter().zip(&looked_up) {
            assert_eq!(entity, looked_up, "{id}");
            let member = tenant
                .number(&format!(
                    "select count(*) from customers where customer_id = '{id}' and country = 'Germany'"
                ))
                .await
                == 1;
            let decision = flag.decide("production", Some(id), |id| prepared.of(entity, id));
            let expected = member && bucket(flag.key(), id) < 30_000;
            assert_eq!(decision.value(), &json!(expected), "{id}");
            served += usize::from(expected);
        }
        assert!(served > 0, "the flag serves somebody");
        assert!(!store.memberships(&prepared, &["ALFKI "], WITHIN).await.unwrap()[0].in_table);
        assert_eq!(
            store.customers_search(&resolved, "anders", 10, WITHIN).await.unwrap()[0].entity_id,
            "ALFKI"
        );
        let trace = store.explain_conditions(&resolved, "ALFKI", &[&germany], WITHIN).await.unwrap().unwrap();
        assert!(trace[0].as_ref().unwrap().holds());
        assert_eq!(tenant.text(CONTENT).await, before, "nothing in Northwind was written");
    }
}

#[tokio::test]
async fn northwind_employees_with_small_numbers_as_ids() {
    let Some(tenant) = northwind(V18).await else { return };
    tenant
        .store
        .customer_source_set(&source("employees", "employee_id", "last_name"), &author())
        .await
        .unwrap();
    let resolved = tenant.store.resolved_source().await.unwrap().unwrap();
    let condition = Condition::parse(
        &json!({ "all": [
            { "attribute": "birth_date", "operator": "before", "value": "1960-01-01" },
            { "not": { "attribute": "title", "operator": "contains", "value": "MANAGER", "ignoreCase": true } },
        ] }),
        "condition",
    )
    .unwrap();
    let expected = "select count(*) from employees where birth_date < '1960-01-01' and title !~* 'manager'";
    let count = tenant.store.audience_count(&resolved, &condition, WITHIN).await.unwrap();
    assert_eq!(count.customers, tenant.number(expected).await);

    let audience = AudienceId(Uuid::nil());
    let prepared = Memberships::prepare(&resolved, &[(audience, &condition)]);
    let answers = tenant.store.memberships(&prepared, &["1", "01", "99999", "x", "9"], WITHIN).await.unwrap();
    let in_table: Vec<bool> = answers.iter().map(|answer| answer.in_table).collect();
    assert_eq!(in_table, [true, false, false, false, true]);
    let in_audience = tenant.number(&format!("{expected} and employee_id = 1")).await == 1;
    assert_eq!(prepared.of(&answers[0], audience), Membership::from(in_audience));
}

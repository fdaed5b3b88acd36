//! Searching and reading customers.

use halyard_store::StoreError;
use halyard_store::condition::Condition;
use halyard_store::customer_source::CustomerSource;
use halyard_store::customers::{CustomerReference, CustomersList};
use serde_json::{Value, json};

use crate::support::{Tenant, V14, V18, WITHIN, author, tenant};

const CUSTOMERS: &str = "
create table public.customers (id text primary key, name text, email text, n numeric, at timestamptz, doc jsonb, raw bytea);
insert into public.customers (id, name, email) values
    ('a1', 'Zoë 100%', 'zoe@x.example'), ('a10', 'Åsa Strøm', 'a1@y.example'), ('b2', 'A1 Foods', null),
    ('x_y', null, null), ('xzy', 'under_score', 'U@z.example');
update public.customers set n = 'NaN', at = '2026-01-31 10:00+02', doc = '{\"n\": 1e400, \"a\": [1]}', raw = '\\x00' where id = 'b2';";

async fn search(tenant: &Tenant, text: &str) -> Vec<String> {
    let source = tenant.store.resolved_source().await.unwrap().unwrap();
    let found: Vec<CustomerReference> =
        tenant.store.customers_search(&source, text, 10, WITHIN).await.unwrap();
    found.into_iter().map(|customer| customer.entity_id).collect()
}

#[tokio::test]
async fn search_finds_ids_by_prefix_and_names_and_addresses_by_part() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        tenant.run(CUSTOMERS).await;
        assert_eq!(search(&tenant, "a1").await, ["a1", "a10", "b2"], "the exact id, then ids, then names");
        assert_eq!(search(&tenant, "FOODS").await, ["b2"]);
        assert_eq!(search(&tenant, "  z.example ").await, ["xzy"]);
        assert_eq!(search(&tenant, "x_y").await, ["x_y"], "an underscore is itself");
        assert_eq!(search(&tenant, "100%").await, ["a1"]);
        assert_eq!(search(&tenant, "%").await, ["a1"]);
        assert_eq!(search(&tenant, "' or true --").await, [""; 0]);
        assert_eq!(search(&tenant, "\0").await.len(), 5, "nothing left to look for");
        assert_eq!(search(&tenant, "").await, ["a1", "a10", "b2", "x_y", "xzy"]);
    }
}

#[tokio::test]
async fn customer_has_every_field_even_those_that_json_cannot_hold() {
    let tenant = tenant(V18).await;
    tenant.run(CUSTOMERS).await;
    let source = tenant.store.resolved_source().await.unwrap().unwrap();
    let customer = tenant.store.customer_get(&source, "b2", WITHIN).await.unwrap().unwrap();
    assert_eq!(customer.reference.name.as_deref(), Some("A1 Foods"));
    let value = |name: &str| -> Value {
        customer.fields.iter().find(|field| field.attribute == name).unwrap().value.clone()
    };
    assert_eq!(value("id"), json!("b2"));
    assert_eq!(value("n"), json!("NaN"));
    assert_eq!(value("at"), json!("2026-01-31T08:00:00+00:00"));
    assert!(value("doc").is_string(), "a number beyond 64 bits is shown as text");
    assert_eq!(value("email"), Value::Null);
    assert_eq!(tenant.store.customer_get(&source, "B2", WITHIN).await.unwrap(), None);
}

#[tokio::test]
async fn reads_cannot_write_and_end_in_time() {
    let tenant = tenant(V18).await;
    tenant
        .run(
            "create table public.base (id int primary key, name text); insert into public.base values (1, 'a');
             create function public.meddle() returns text language plpgsql as
                 $$ begin insert into public.base values (2, 'b'); return 'x'; end $$;
             create view public.customers as select id, public.meddle() as name from public.base;",
        )
        .await;
    let source = tenant.store.resolved_source().await.unwrap().unwrap();
    let outcome = tenant.store.customers_search(&source, "", 10, WITHIN).await;
    assert!(outcome.is_err(), "a view that writes is refused: {outcome:?}");
    assert_eq!(tenant.number("select count(*) from public.base").await, 1);

    tenant.run("create or replace view public.customers as select id, pg_sleep(30)::text as name from public.base").await;
    let outcome =
        tenant.store.customers_search(&source, "x", 10, std::time::Duration::from_millis(300)).await;
    assert!(matches!(outcome, Err(StoreError::Timeout(_))), "{outcome:?}");
}

#[tokio::test]
async fn count_that_is_given_up_ends_in_the_database_too() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        tenant
            .run("create view public.customers as select 1 as id, pg_sleep(600)::text as name from generate_series(1, 3)")
            .await;
        let source = tenant.store.resolved_source().await.unwrap().unwrap();
        let slow = Condition::parse(
            &json!({ "attribute": "name", "operator": "equals", "value": "x" }),
            "condition",
        )
        .unwrap();
        let running = "select count(*) from pg_stat_activity
             where datname = current_database() and state = 'active' and query like '%filter (where%'
                 and pid <> pg_backend_pid()";
        let store = tenant.store.clone();
        let count = tokio::spawn(async move { store.audience_count(&source, &slow, WITHIN * 10).await });
        while tenant.number(running).await == 0 {
            assert!(!count.is_finished());
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        count.abort();
        let ended = async {
            while tenant.number(running).await > 0 {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(WITHIN, ended).await.expect("the query goes on for nobody");
    }
}

/// Everybody whom a search finds, in pages of two.
async fn listed(tenant: &Tenant, search: &str) -> Vec<String> {
    let source = tenant.store.resolved_source().await.unwrap().unwrap();
    let mut all = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let which = CustomersList { search, after: after.as_deref(), limit: 2 };
        let page = tenant.store.customers_list(&source, which, WITHIN).await.unwrap();
        all.extend(page.customers.into_iter().map(|customer| customer.entity_id));
        match page.next {
            Some(next) => after = Some(next),
            None => return all,
        }
    }
}

#[tokio::test]
async fn list_pages_through_all_in_the_order_of_their_ids_with_the_very_id_first() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        tenant.run(CUSTOMERS).await;
        assert_eq!(listed(&tenant, "").await, ["a1", "a10", "b2", "x_y", "xzy"]);
        assert_eq!(listed(&tenant, " xzy ").await, ["xzy"], "once, although the search finds it too");
        assert_eq!(listed(&tenant, "a1").await, ["a1", "a10", "b2"]);
        assert_eq!(listed(&tenant, "E").await, ["a1", "a10", "xzy"], "any case, and nothing is missing");
        assert_eq!(listed(&tenant, "x_").await, ["x_y"], "an underscore is itself");
        assert_eq!(listed(&tenant, "100%").await, ["a1"]);
        assert_eq!(listed(&tenant, "' or true --").await, [""; 0]);
        assert_eq!(listed(&tenant, "\0").await.len(), 5, "nothing left to look for");
        assert_eq!(listed(&tenant, &"é".repeat(1_000)).await, [""; 0]);
    }
}

#[tokio::test]
async fn ids_of_every_type_are_listed_and_found() {
    for (id_type, ids, search, found) in [
        ("int", ["7", "42", "420"], "42", &["42", "420"][..]),
        ("bigint", ["-3", "42", "9007199254740993"], "9007", &["9007199254740993"]),
        ("numeric", ["1.50", "2", "10"], "1.", &["1.50"]),
        (
            "uuid",
            [
                "0b4e1c9e-0000-4000-8000-000000000001",
                "a0000000-0000-4000-8000-000000000002",
                "a0000000-0000-4000-8000-000000000003",
            ],
            "A0000000",
            &["a0000000-0000-4000-8000-000000000002", "a0000000-0000-4000-8000-000000000003"],
        ),
        ("char(5)", ["ab", "abc", "b"], "ab", &["ab", "abc"]),
        ("varchar(9)", ["a/b", "a%b", "🎈"], "a%", &["a%b"]),
    ] {
        let tenant = tenant(V18).await;
        let rows: Vec<String> = ids.iter().map(|id| format!("('{id}', 'N')")).collect();
        tenant
            .run(&format!(
                "create table public.customers (id {id_type} primary key, name text);
                 insert into public.customers values {}",
                rows.join(", ")
            ))
            .await;
        let mut everybody = listed(&tenant, "").await;
        everybody.sort();
        let mut expected = ids.to_vec();
        expected.sort_unstable();
        assert_eq!(everybody, expected, "{id_type}");
        assert_eq!(listed(&tenant, search).await, found, "{id_type}");
        assert_eq!(listed(&tenant, ids[2]).await[0], ids[2], "{id_type}: the very id");
    }
}

#[tokio::test]
async fn a_cursor_that_is_no_id_is_refused() {
    let tenant = tenant(V18).await;
    tenant.run("create table public.customers (id int primary key, name text)").await;
    let source = tenant.store.resolved_source().await.unwrap().unwrap();
    let which = CustomersList { search: "", after: Some("1; drop table customers"), limit: 2 };
    let outcome = tenant.store.customers_list(&source, which, WITHIN).await;
    assert!(matches!(&outcome, Err(StoreError::Invalid(violations)) if violations[0].path == "cursor"));
}

#[tokio::test]
async fn advised_search_indexes_can_be_made_and_serve_the_search() {
    let tenant = tenant(V18).await;
    tenant
        .run(
            "create table public.\"cus \"\"x\"\"\" (id text primary key, \"full name\" varchar(80), email text);
             insert into public.\"cus \"\"x\"\"\"
             select 'c' || n, md5(n::text), md5(n || 'e') || '@x.example' from generate_series(1, 20000) n",
        )
        .await;
    let chosen: CustomerSource = serde_json::from_value(json!({
        "customers": { "schema": "public", "table": "cus \"x\"", "idColumn": "id", "nameColumn": "full name",
                       "emailColumn": "email" },
        "events": null,
    }))
    .unwrap();
    tenant.store.customer_source_set(&chosen, &author()).await.unwrap();
    let source = tenant.store.resolved_source().await.unwrap().unwrap();
    let statements = source.search_indexes();
    assert_eq!(statements.len(), 4, "{statements:?}");
    // The embedded server comes without contrib modules.
    if tenant.number("select count(*) from pg_available_extensions where name = 'pg_trgm'").await == 0 {
        tenant.run(&statements[1]).await;
        return;
    }
    for statement in &statements {
        tenant.run(statement).await;
    }
    tenant.run("analyze public.\"cus \"\"x\"\"\"").await;
    let which = CustomersList { search: "c4ca4238a0b923820dcc509a6f75849b", after: None, limit: 5 };
    let page = tenant.store.customers_list(&source, which, WITHIN).await.unwrap();
    assert_eq!(page.customers[0].entity_id, "c1");
    let used =
        "select count(*) from pg_stat_user_indexes where idx_scan > 0 and indexrelname not like '%pkey'";
    while tenant.number(used).await < 3 {
        tokio::task::yield_now().await;
    }
}

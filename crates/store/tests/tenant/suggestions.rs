//! What the condition builder offers: values, paths inside JSON, names of events.

use halyard_store::StoreError;
use halyard_store::suggestions::{AttributeSuggestions, SuggestionsFrom};
use serde_json::{Value, json};

use crate::support::{Tenant, V14, V18, WITHIN, tenant};

const CUSTOMERS: &str = r#"
create type public.mood as enum ('sad', 'happy');
create table public.customers (id int primary key, plan text, code char(6), seats int, mood public.mood, tags text[], at timestamptz, email text, doc jsonb);
insert into public.customers
select n, case when n % 10 = 0 then 'enterprise' when n % 3 = 0 then 'pro''--' else 'free' end, 'a', n % 4, 'happy',
    case when n % 2 = 0 then array['beta', 'eu'] else array['eu'] end, now(), 'x' || n || '@example.org',
    jsonb_build_object('plan', jsonb_build_object('tier', case when n % 2 = 0 then 'gold' else 'tin' end),
        'seats', n % 3, 'since', '2026-01-31', 'flags', jsonb_build_array('x', 1), 'odd"key', null, 'ref', 'r' || n)
from generate_series(1, 3000) n;"#;

async fn suggested(tenant: &Tenant, attribute: &str) -> AttributeSuggestions {
    let source = tenant.store.resolved_source().await.unwrap().unwrap();
    tenant.store.attribute_suggestions(&source, attribute, WITHIN).await.unwrap()
}

fn values(suggestions: &AttributeSuggestions) -> Vec<Value> {
    suggestions.values.iter().map(|suggested| suggested.value.clone()).collect()
}

#[tokio::test]
async fn common_values_come_from_a_sample_or_the_statistics_and_are_the_same() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        tenant.run(CUSTOMERS).await;
        for from in [SuggestionsFrom::AllRows, SuggestionsFrom::Statistics] {
            let plan = suggested(&tenant, "plan").await;
            assert_eq!(values(&plan), [json!("free"), json!("pro'--"), json!("enterprise")]);
            assert_eq!(plan.from, from);
            let share = plan.values[0].share.unwrap();
            assert!((share - 0.6).abs() < 0.01, "{share}");
            let mut seats = values(&suggested(&tenant, "seats").await);
            seats.sort_by_key(Value::as_i64);
            assert_eq!(seats, [0, 1, 2, 3].map(|number| json!(number)));
            assert_eq!(values(&suggested(&tenant, "tags").await), [json!("eu"), json!("beta")]);
            assert_eq!(values(&suggested(&tenant, "code").await), [json!("a")]);
            assert!(values(&suggested(&tenant, "email").await).is_empty(), "no address is common");
            tenant.run("analyze").await;
        }
        let mood = suggested(&tenant, "mood").await;
        assert_eq!((values(&mood), mood.from), (vec![json!("sad"), json!("happy")], SuggestionsFrom::Enum));
        assert_eq!(suggested(&tenant, "at").await.from, SuggestionsFrom::Nothing);
        let source = tenant.store.resolved_source().await.unwrap().unwrap();
        let unknown = tenant.store.attribute_suggestions(&source, "'; --", WITHIN).await;
        assert!(matches!(unknown, Err(StoreError::Invalid(_))));
    }
}

#[tokio::test]
async fn paths_inside_json_are_found_with_their_types_and_values() {
    let tenant = tenant(V18).await;
    tenant.run(CUSTOMERS).await;
    tenant.run("insert into public.customers (id, doc) values (0, '{\"seats\": \"many\"}'), (-1, '[1]'), (-2, null)").await;
    for view in [false, true] {
        if view {
            tenant
                .run("alter table public.customers rename to people; create view public.customers as select * from public.people")
                .await;
        }
        let doc = suggested(&tenant, "doc").await;
        let found =
            |path: &[&str]| doc.paths.iter().find(|found| found.path == path).map(|found| json!(found));
        let tier = found(&["plan", "tier"]).unwrap();
        assert_eq!(tier["types"], json!(["text"]));
        assert_eq!(tier["values"].as_array().unwrap().len(), 2);
        assert_eq!(found(&["since"]).unwrap()["types"], json!(["date"]));
        assert_eq!(found(&["flags"]).unwrap()["values"], json!(["x"]));
        assert_eq!(found(&["ref"]).unwrap()["values"], json!([]), "an id is not worth suggesting");
        assert_eq!(found(&["seats"]).unwrap()["types"][0], json!("number"));
        assert_eq!(found(&["odd\"key"]), None, "null is nothing");
    }
}

#[tokio::test]
async fn names_of_events_are_counted_in_a_sample_of_the_whole_table() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        tenant.run("create table public.customers (id int primary key)").await;
        let source = tenant.store.resolved_source().await.unwrap().unwrap();
        assert_eq!(tenant.store.event_names(&source, WITHIN).await.unwrap(), None);
        tenant
            .run(
                "create table public.events (customer_id int, name text, occurred_at timestamptz);
                 insert into public.events values (1, 'login', now()), (1, 'login', now()), (1, null, null), (2, 'buy', null)",
            )
            .await;
        let source = tenant.store.resolved_source().await.unwrap().unwrap();
        let names = tenant.store.event_names(&source, WITHIN).await.unwrap().unwrap();
        let named: Vec<(&str, i64)> =
            names.names.iter().map(|name| (name.name.as_str(), name.events)).collect();
        assert_eq!(named, [("login", 2), ("buy", 1)]);
        assert!(names.complete && names.sampled == 4);

        // The newest are at the end of the table, and known all the same.
        tenant
            .run(
                "insert into public.events select n, case when n > 190000 then 'new' else 'old' end, now()
                 from generate_series(1, 200000) n; analyze public.events",
            )
            .await;
        let source = tenant.store.resolved_source().await.unwrap().unwrap();
        let names = tenant.store.event_names(&source, WITHIN).await.unwrap().unwrap();
        assert!(!names.complete && names.sampled < 60_000, "{}", names.sampled);
        assert!(names.names.iter().any(|name| name.name == "new"), "{names:?}");
    }
}

//! Conditions on events: where they come from, how they are found, and what happens without them.

use halyard_engine::{AudienceId, Membership};
use halyard_store::StoreError;
use halyard_store::audiences::NewAudience;
use halyard_store::condition::Condition;
use halyard_store::memberships::Memberships;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Tenant, V14, V18, WITHIN, author, tenant};

const AUDIENCE: AudienceId = AudienceId(Uuid::nil());

fn parse(json: &Value) -> Condition {
    Condition::parse(json, "condition").unwrap()
}

/// 20,000 customers with an id of the type, `ids` before them, and five events of each.
async fn customers(tenant: &Tenant, id_type: &str, event_id_type: &str, ids: &[&str], more: &str) {
    tenant
        .run(&format!(
            "create table public.customers (id {id_type} primary key);
             create table public.events (customer_id {event_id_type}, name text, occurred_at timestamptz);"
        ))
        .await;
    for id in ids {
        tenant.run(&format!("insert into public.customers values ('{id}')")).await;
    }
    tenant
        .run(&format!(
            "insert into public.customers select {more} from generate_series(1001, 21000) n;
             insert into public.events select id::text::{event_id_type}, 'log in', now() - k * interval '1 hour'
                 from public.customers, generate_series(1, 5) k;
             create index events_of_customer on public.events (customer_id); analyze;"
        ))
        .await;
}

#[tokio::test]
async fn look_up_with_events_uses_the_indexes_whatever_the_ids_are() {
    let uuid = "6f1c2d3e-0000-4000-8000-00000000002a";
    let conditions = [
        json!({ "event": "log in", "operator": "performed", "times": 5, "withinDays": 1 }),
        json!({ "not": { "event": "*", "operator": "not_performed" } }),
    ];
    for version in [V14, V18] {
        for (id_type, event_id_type, id, more) in [
            ("text", "text", "cus_1", "'cus_' || n"),
            ("text", "varchar(40)", "cus_1", "'cus_' || n"),
            ("char(8)", "char(8)", "ALFKI", "'c' || n"),
            ("char(8)", "text", "ALFKI", "'c' || n"),
            ("int", "int", "42", "n"),
            ("int", "bigint", "42", "n"),
            ("bigint", "text", "42", "n"),
            ("uuid", "uuid", uuid, "gen_random_uuid()"),
            ("uuid", "text", uuid, "gen_random_uuid()"),
            ("text collate \"C\"", "text", "cus_1", "'cus_' || n"),
            ("text collate \"C\"", "text collate \"POSIX\"", "cus_1", "'cus_' || n"),
        ] {
            let tenant = tenant(version).await;
            customers(&tenant, id_type, event_id_type, &[id], more).await;
            let source = tenant.store.resolved_source().await.unwrap().unwrap();
            for condition in &conditions {
                let condition = parse(condition);
                let prepared = Memberships::prepare(&source, &[(AUDIENCE, &condition)]);
                let answers = tenant.store.memberships(&prepared, &[id, "nobody"], WITHIN).await.unwrap();
                assert_eq!(prepared.of(&answers[0], AUDIENCE), Membership::In, "{id_type} {event_id_type}");
                assert_eq!(prepared.of(&answers[1], AUDIENCE), Membership::Out);
                let plan = tenant.store.memberships_plan(&prepared, &[id], WITHIN).await.unwrap();
                assert!(
                    plan.contains("customers_pkey")
                        && plan.contains("events_of_customer")
                        && !plan.contains("Seq Scan"),
                    "{id_type}, events {event_id_type} on {version:?}:\n{plan}"
                );
            }
            assert_eq!(source.advice(), [], "{id_type}, events {event_id_type}");
        }
    }
}

#[tokio::test]
async fn ids_of_other_types_are_of_one_customer_when_their_texts_are() {
    for version in [V14, V18] {
        for (id_type, event_id_type) in [
            ("text", "int"),
            ("text", "uuid"),
            ("int", "numeric"),
            ("char(40)", "text"),
            ("text", "char(40)"),
        ] {
            let tenant = tenant(version).await;
            let is_uuid = event_id_type == "uuid";
            let (first, second) = if is_uuid {
                ("6f1c2d3e-0000-4000-8000-00000000002a", "6F1C2D3E-0000-4000-8000-00000000002A")
            } else {
                ("42", "43")
            };
            tenant
                .run(&format!(
                    "create table public.customers (id {id_type} primary key);
                     create table public.events (customer_id {event_id_type}, name text);
                     insert into public.customers values ('{first}'), ('{second}');
                     insert into public.events values ('{first}', 'x'), (null, 'x')"
                ))
                .await;
            let source = tenant.store.resolved_source().await.unwrap().unwrap();
            let condition = parse(&json!({ "event": "x", "operator": "performed" }));
            let count = tenant.store.audience_count(&source, &condition, WITHIN).await.unwrap();
            assert_eq!(count.customers, 1, "{id_type}, events {event_id_type} on {version:?}");
            assert_eq!(source.events_are_indexed(), Some(false));
        }
    }
}

#[tokio::test]
async fn missing_indexes_are_advised_with_statements_that_work() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        tenant
            .run(
                "create table public.customers (id text);
                 create table public.events (\"customer_id\" int, name text, occurred_at timestamptz);
                 create index on public.customers (id) where id <> 'x'",
            )
            .await;
        let advice = tenant.store.customer_source().await.unwrap().advice;
        let statements: Vec<&str> = advice.iter().map(|advice| advice.statement.as_str()).collect();
        assert_eq!(
            statements,
            [
                r#"CREATE INDEX CONCURRENTLY ON "public"."customers" ("id");"#,
                r#"CREATE INDEX CONCURRENTLY ON "public"."events" (("customer_id"::text));"#,
            ]
        );
        for statement in statements {
            tenant.run(statement).await;
        }
        assert_eq!(tenant.store.customer_source().await.unwrap().advice, []);
        tenant
            .run(
                "alter table public.customers rename to people; create view public.customers as select * from public.people",
            )
            .await;
        assert_eq!(tenant.store.customer_source().await.unwrap().advice, [], "a view has no indexes");
    }
}

#[tokio::test]
async fn lost_events_break_the_audiences_on_them_alone_by_name_with_their_flags() {
    let tenant = tenant(V18).await;
    tenant
        .run(
            "create table public.customers (id int primary key, plan text);
             create table public.events (customer_id int, name text, occurred_at timestamptz);
             insert into public.customers values (1, 'free')",
        )
        .await;
    let source = tenant.store.customer_source().await.unwrap().source.unwrap();
    tenant.store.customer_source_set(&source, &author()).await.unwrap();
    let make = async |name: &str, condition: Value| {
        let new =
            NewAudience { name: name.into(), description: None, condition: parse(&condition), note: None };
        tenant.store.audience_create(&new, &author()).await.unwrap()
    };
    let active = make("Active", json!({ "event": "*", "operator": "performed", "withinDays": 30 })).await;
    let free = make("Free", json!({ "attribute": "plan", "operator": "equals", "value": "free" })).await;
    tenant
        .run(&format!(
            "insert into halyard.feature_flags (id, key, name, type, default_value, rules)
             values (gen_random_uuid(), 'beta', 'Beta', 'boolean', 'false',
                 jsonb_build_array(jsonb_build_object('id', gen_random_uuid(), 'audienceId', '{}', 'value', true)))",
            active.id
        ))
        .await;
    assert_eq!(tenant.store.customer_source().await.unwrap().broken_audiences, []);

    tenant.run("alter table public.events drop column occurred_at").await;
    let status = tenant.store.customer_source().await.unwrap();
    assert!(status.problem.unwrap().contains("no column “occurred_at”"));
    let [broken] = status.broken_audiences.as_slice() else { panic!("{:?}", status.broken_audiences) };
    assert_eq!((broken.name.as_str(), broken.used_by[0].key.as_str()), ("Active", "beta"));
    assert_eq!(broken.violations[0].path, "condition.event");

    let resolved = tenant.store.resolved_source().await.unwrap().unwrap();
    let prepared =
        Memberships::prepare(&resolved, &[(active.id, &active.condition), (free.id, &free.condition)]);
    let answer = &tenant.store.memberships(&prepared, &["1"], WITHIN).await.unwrap()[0];
    assert_eq!(prepared.of(answer, active.id), Membership::Unavailable);
    assert_eq!(prepared.of(answer, free.id), Membership::In);

    tenant.run("drop table public.customers").await;
    let broken = tenant.store.customer_source().await.unwrap().broken_audiences;
    let names: Vec<&str> = broken.iter().map(|broken| broken.name.as_str()).collect();
    assert_eq!(names, ["Active", "Free"], "without customers none can be decided");
}

#[tokio::test]
async fn events_without_a_time_column_can_be_asked_for_ever_and_not_for_days() {
    let tenant = tenant(V18).await;
    tenant
        .run(
            "create table public.customers (id int primary key);
             create table public.events (customer_id int, name text);
             insert into public.customers values (1), (2); insert into public.events values (1, 'x'), (1, 'x')",
        )
        .await;
    let source = tenant.store.resolved_source().await.unwrap().unwrap();
    let ever = parse(&json!({ "event": "x", "operator": "performed", "times": 2 }));
    assert_eq!(tenant.store.audience_count(&source, &ever, WITHIN).await.unwrap().customers, 1);
    let lately = parse(&json!({ "event": "x", "operator": "performed", "withinDays": 3 }));
    match tenant.store.audience_count(&source, &lately, WITHIN).await {
        Err(StoreError::Invalid(violations)) => assert_eq!(violations[0].path, "condition.withinDays"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn source_with_unfit_columns_of_events_is_refused() {
    let tenant = tenant(V18).await;
    tenant
        .run(
            "create table public.customers (id int primary key);
             create table public.log (who boolean, what jsonb, at text)",
        )
        .await;
    let mut source = tenant.store.customer_source().await.unwrap().source.unwrap();
    source.events = Some(halyard_store::customer_source::EventTable {
        schema: "public".into(),
        table: "log".into(),
        customer_id_column: "who".into(),
        name_column: "what".into(),
        time_column: Some("at".into()),
    });
    match tenant.store.customer_source_set(&source, &author()).await {
        Err(StoreError::Invalid(violations)) => {
            let paths: Vec<&str> = violations.iter().map(|violation| violation.path.as_str()).collect();
            assert_eq!(paths, ["events.customerIdColumn", "events.nameColumn", "events.timeColumn"]);
        }
        other => panic!("{other:?}"),
    }
}

//! Hostile names and values reach the database as data, and nothing is ever written to the tenant.

use halyard_engine::{AudienceId, Membership};
use halyard_store::condition::Condition;
use halyard_store::customer_source::{CustomerSource, CustomerTable, EventTable};
use halyard_store::memberships::Memberships;
use serde_json::json;
use uuid::Uuid;

use crate::support::{V14, V18, WITHIN, author, tenant};

const HOSTILE: &[&str] = &[
    "'; drop table \"ev\"\"il\".victim; --",
    "' or '1'='1",
    "\\'; select 1; --",
    "$1",
    "$$x$$",
    "/* */ --",
    "%_\\",
    "{1,2}",
    "null",
    "\"",
    "\"\"; --",
    "a\u{202e}b",
    "\r\n;",
    "\\N",
    "'||pg_sleep(9)||'",
    "🎉",
];

#[tokio::test]
async fn hostile_names_and_values_are_data() {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        let column = "na\"me'; drop table x; -- $1";
        let quoted = format!("\"{}\"", column.replace('"', "\"\""));
        tenant
            .run(&format!(
                "create schema \"ev\"\"il\"; create table \"ev\"\"il\".victim (\"i\"\"d\" text primary key, {quoted} text, doc jsonb);
                 create table \"ev\"\"il\".\"e'v; --\" (\"who'\"\"\" text, {quoted} text, \"$1\" timestamptz)"
            ))
            .await;
        for text in HOSTILE {
            sqlx::query("insert into \"ev\"\"il\".victim values ($1, $1, jsonb_build_object($1, $1))")
                .bind(text)
                .execute(&tenant.sql)
                .await
                .unwrap();
            sqlx::query("insert into \"ev\"\"il\".\"e'v; --\" values ($1, $1, now() - interval '1 hour'), ($1, $1, now())")
                .bind(text)
                .execute(&tenant.sql)
                .await
                .unwrap();
        }
        let source = CustomerSource {
            customers: CustomerTable {
                schema: "ev\"il".into(),
                table: "victim".into(),
                id_column: "i\"d".into(),
                name_column: Some(column.into()),
                email_column: None,
            },
            events: Some(EventTable {
                schema: "ev\"il".into(),
                table: "e'v; --".into(),
                customer_id_column: "who'\"".into(),
                name_column: column.into(),
                time_column: Some("$1".into()),
            }),
        };
        tenant.store.customer_source_set(&source, &author()).await.unwrap();

        // From here on as somebody who may read and nothing else.
        let store = tenant.onlooker("\"ev\"\"il\"").await;
        let source = store.resolved_source().await.unwrap().unwrap();
        let conditions: Vec<Condition> = HOSTILE
            .iter()
            .map(|text| {
                let json = json!({ "all": [
                    { "attribute": column, "operator": "equals", "value": text },
                    { "attribute": column, "operator": "contains", "value": text },
                    { "attribute": column, "operator": "in", "value": [text, "x"], "ignoreCase": true },
                    { "attribute": "doc", "path": [text], "type": "text", "operator": "ends_with", "value": text },
                    { "event": text, "operator": "performed" },
                    { "event": text, "operator": "performed", "times": 2, "withinDays": 1 },
                    { "event": text, "operator": "not_performed", "times": 3 },
                ] });
                Condition::parse(&json, "condition").unwrap()
            })
            .collect();
        let audience = |number: usize| AudienceId(Uuid::from_u128(number as u128));
        let audiences: Vec<(AudienceId, &Condition)> =
            conditions.iter().enumerate().map(|(number, condition)| (audience(number), condition)).collect();
        let prepared = Memberships::prepare(&source, &audiences);
        let answers = store.memberships(&prepared, HOSTILE, WITHIN).await.unwrap();
        for (row, answer) in answers.iter().enumerate() {
            assert!(answer.in_table);
            for (number, asked) in HOSTILE.iter().enumerate() {
                let expected = if row == number { Membership::In } else { Membership::Out };
                assert_eq!(
                    prepared.of(answer, audience(number)),
                    expected,
                    "{:?} in {asked:?}",
                    HOSTILE[row]
                );
            }
        }
        for (text, condition) in HOSTILE.iter().zip(&conditions) {
            assert_eq!(
                store.audience_count(&source, condition, WITHIN).await.unwrap().customers,
                1,
                "{text:?}"
            );
            let traces =
                store.explain_conditions(&source, text, &[condition], WITHIN).await.unwrap().unwrap();
            assert!(traces[0].as_ref().unwrap().holds());
            let found = store.customers_search(&source, text.trim(), 50, WITHIN).await.unwrap();
            assert!(found.iter().any(|customer| customer.entity_id == *text), "{text:?}");
            let customer = store.customer_get(&source, text, WITHIN).await.unwrap().unwrap();
            assert_eq!(customer.reference.name.as_deref(), Some(*text));
        }
        let names = store.event_names(&source, WITHIN).await.unwrap().unwrap();
        let mut names: Vec<&str> = names.names.iter().map(|name| name.name.as_str()).collect();
        let mut hostile = HOSTILE.to_vec();
        names.sort_unstable();
        hostile.sort_unstable();
        assert_eq!(names, hostile);
        for attribute in [column, "doc"] {
            let suggested = store.attribute_suggestions(&source, attribute, WITHIN).await.unwrap();
            assert_eq!(suggested.values.len() + suggested.paths.len(), HOSTILE.len());
        }
        assert_eq!(source.advice().len(), 1, "of the events");
        tenant.run(&source.advice()[0].statement).await;
        let events = tenant.number("select count(*) from \"ev\"\"il\".\"e'v; --\"").await;
        assert_eq!(events, 2 * HOSTILE.len() as i64);
        assert_eq!(tenant.number("select count(*) from \"ev\"\"il\".victim").await, HOSTILE.len() as i64);
    }
}

//! Entity ids from outside against id columns of every type.

use halyard_engine::{AudienceId, Membership};
use halyard_store::condition::Condition;
use halyard_store::memberships::Memberships;
use serde_json::json;
use uuid::Uuid;

use crate::support::{Tenant, V14, V18, WITHIN, tenant};

const UUID: &str = "6f1c2d3e-0000-4000-8000-00000000002a";

async fn prepare(tenant: &Tenant) -> (Memberships, AudienceId) {
    let source = tenant.store.resolved_source().await.unwrap().unwrap();
    let condition =
        Condition::parse(&json!({ "attribute": "yes", "operator": "is_true" }), "condition").unwrap();
    let audience = AudienceId(Uuid::from_u128(1));
    (Memberships::prepare(&source, &[(audience, &condition)]), audience)
}

/// A table with an id column of the type, the ids, and some more rows, so that an index pays.
async fn customers(tenant: &Tenant, id_type: &str, ids: &[&str], more: &str) {
    tenant.run(&format!("create table public.customers (id {id_type} primary key, yes boolean)")).await;
    for id in ids {
        tenant.run(&format!("insert into public.customers values ('{id}', true)")).await;
    }
    tenant
        .run(&format!(
            "insert into public.customers select {more}, false from generate_series(1001, 21000) n; analyze"
        ))
        .await;
}

/// `found` are in the table and in the audience; `missing` are not in it, though some would be equal to
/// an id for Postgres, and none disturbs the others.
async fn check(id_type: &str, ids: &[&str], more: &str, missing: &[&str]) {
    for version in [V14, V18] {
        let tenant = tenant(version).await;
        customers(&tenant, id_type, ids, more).await;
        let (prepared, audience) = prepare(&tenant).await;
        let asked: Vec<&str> = missing
            .iter()
            .chain(ids)
            .chain(&["", "nobody", "a\0b", "'; drop table customers; --"])
            .copied()
            .collect();
        let answers = tenant.store.memberships(&prepared, &asked, WITHIN).await.unwrap();
        for (id, answer) in asked.iter().zip(&answers) {
            let expected = ids.contains(id);
            assert_eq!(answer.in_table, expected, "{id_type} {id:?} on {version:?}");
            let membership = if expected { Membership::In } else { Membership::Out };
            assert_eq!(prepared.of(answer, audience), membership, "{id_type} {id:?} on {version:?}");
        }
        let long = "7".repeat(257);
        assert!(!tenant.store.memberships(&prepared, &[long.as_str()], WITHIN).await.unwrap()[0].in_table);

        for asked in [&ids[..1], ids] {
            let plan = tenant.store.memberships_plan(&prepared, asked, WITHIN).await.unwrap();
            assert!(
                plan.contains("customers_pkey") && !plan.contains("Seq Scan"),
                "{id_type} on {version:?}:\n{plan}"
            );
        }
    }
}

#[tokio::test]
async fn text_ids_are_looked_up_by_index() {
    check("text", &["cus_1", "ünï", " 42"], "'cus_' || n", &["CUS_1", "cus_1 ", "42"]).await;
}

#[tokio::test]
async fn varchar_ids_are_looked_up_by_index() {
    check("varchar(20)", &["ALFKI", "a b"], "'c' || n", &["alfki", "ALFKI ", " ALFKI"]).await;
}

#[tokio::test]
async fn padded_ids_match_their_text_without_padding_alone() {
    check("char(8)", &["ALFKI", "B"], "'c' || n", &["ALFKI   ", "ALFKI ", "B       ", "b"]).await;
}

#[tokio::test]
async fn whole_number_ids_match_only_as_postgres_prints_them() {
    let missing = ["042", " 42", "42 ", "+42", "42.0", "4e1", "-0", "99999999999999999999999", "0x2a", "४२"];
    check("int", &["42", "-7"], "n", &missing).await;
    check("bigint", &["42", "9007199254740993"], "n", &missing).await;
    check("smallint", &["42", "-7"], "n", &["70000", "042"]).await;
}

#[tokio::test]
async fn numeric_ids_match_only_as_postgres_prints_them() {
    check("numeric(20, 2)", &["42.00", "-7.50"], "n", &["42", "42.0", "042.00", "NaN", "1e3", "Infinity"])
        .await;
}

#[tokio::test]
async fn uuid_ids_match_only_as_postgres_prints_them() {
    let upper = UUID.to_uppercase();
    let braced = format!("{{{UUID}}}");
    let bare = UUID.replace('-', "");
    check("uuid", &[UUID], "gen_random_uuid()", &[&upper, &braced, &bare, "not-a-uuid"]).await;
}

#[tokio::test]
async fn entity_not_in_the_table_is_in_no_audience_even_by_negation() {
    let tenant = tenant(V18).await;
    customers(&tenant, "int", &["1"], "n").await;
    let source = tenant.store.resolved_source().await.unwrap().unwrap();
    let condition =
        Condition::parse(&json!({ "attribute": "yes", "operator": "is_not_set" }), "condition").unwrap();
    let audience = AudienceId(Uuid::nil());
    let prepared = Memberships::prepare(&source, &[(audience, &condition)]);
    let answer = &tenant.store.memberships(&prepared, &["77"], WITHIN).await.unwrap()[0];
    assert_eq!(prepared.of(answer, audience), Membership::Out);
}

#[tokio::test]
async fn broken_audience_is_unavailable_and_leaves_the_others_alone() {
    let tenant = tenant(V18).await;
    customers(&tenant, "int", &["1"], "n").await;
    let source = tenant.store.resolved_source().await.unwrap().unwrap();
    let parse = |json| Condition::parse(&json, "condition").unwrap();
    let broken = parse(json!({ "attribute": "gone", "operator": "is_set" }));
    let sound = parse(json!({ "attribute": "yes", "operator": "is_true" }));
    let [first, second] = [1, 2].map(|id| AudienceId(Uuid::from_u128(id)));
    let prepared = Memberships::prepare(&source, &[(first, &broken), (second, &sound)]);
    let answer = &tenant.store.memberships(&prepared, &["1"], WITHIN).await.unwrap()[0];
    assert_eq!(prepared.of(answer, first), Membership::Unavailable);
    assert_eq!(prepared.of(answer, second), Membership::In);
    assert_eq!(prepared.broken()[0].1[0].path, "condition.attribute");
    assert!(prepared.broken()[0].1[0].message.contains("gone"));
}

#[tokio::test]
async fn a_hundred_audiences_are_one_statement() {
    let tenant = tenant(V18).await;
    customers(&tenant, "int", &["1"], "n").await;
    let source = tenant.store.resolved_source().await.unwrap().unwrap();
    let conditions: Vec<Condition> = (0..100)
        .map(|number| {
            let json = json!({ "attribute": "id", "operator": "at_most", "value": number });
            Condition::parse(&json, "condition").unwrap()
        })
        .collect();
    let audiences: Vec<(AudienceId, &Condition)> = conditions
        .iter()
        .enumerate()
        .map(|(id, condition)| (AudienceId(Uuid::from_u128(id as u128)), condition))
        .collect();
    let prepared = Memberships::prepare(&source, &audiences);
    let answers = tenant.store.memberships(&prepared, &["1", "1001"], WITHIN).await.unwrap();
    for (number, (audience, _)) in audiences.iter().enumerate() {
        let expected = if number >= 1 { Membership::In } else { Membership::Out };
        assert_eq!(prepared.of(&answers[0], *audience), expected, "at most {number}");
        assert_eq!(prepared.of(&answers[1], *audience), Membership::Out);
    }
}

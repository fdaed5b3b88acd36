//! The tenant's own tables: read by those who need to, written by nobody.

use halyard_store::{
    customer_source::{CustomerSource, CustomerTable, EventTable},
    roles::GroupRole,
};

use crate::{
    people::{group_role, people, person},
    support::{Database, ana, on_each_postgres},
};

fn shop() -> CustomerSource {
    CustomerSource {
        customers: CustomerTable {
            schema: "Shop".into(),
            table: "order".into(),
            id_column: "id".into(),
            name_column: None,
            email_column: None,
        },
        events: Some(EventTable {
            schema: "Shop".into(),
            table: "events".into(),
            customer_id_column: "customer".into(),
            name_column: "name".into(),
            time_column: None,
        }),
    }
}

async fn tables(database: &Database) {
    database
        .execute(
            r#"create schema "Shop";
               create table "Shop"."order" (id text primary key);
               create table "Shop".events (customer text, name text);
               insert into "Shop"."order" values ('c1')"#,
        )
        .await
        .unwrap();
}

#[tokio::test]
async fn source_may_be_read_by_those_who_need_to_and_written_by_nobody() {
    on_each_postgres(async |database| {
        tables(database).await;
        // By its owner, who may grant.
        let status = database.store.customer_source_set(&shop(), &ana()).await.unwrap();
        assert!(status.missing_grants.is_empty(), "{:?}", status.missing_grants);
        for (role, person) in people(database).await {
            let reads = !matches!(role, GroupRole::Viewer | GroupRole::Operator);
            assert_eq!(person.store.rights().await.unwrap().may.read_customers, reads, "{role}");
            for table in [r#""Shop"."order""#, r#""Shop".events"#] {
                assert_eq!(
                    person.may(&format!("select * from {table}")).await,
                    reads,
                    "{role} reads {table}"
                );
                for statement in ["insert into {} default values", "delete from {}", "truncate {}"] {
                    let statement = statement.replace("{}", table);
                    assert!(!person.may(&statement).await, "{role}: {statement}");
                }
            }
            assert!(!person.may(r#"update "Shop"."order" set id = 'x'"#).await, "{role}");
        }
    })
    .await;
}

#[tokio::test]
async fn grants_that_the_chooser_may_not_make_are_told_and_then_suffice() {
    on_each_postgres(async |database| {
        tables(database).await;
        let ana_who_reads = person(database, "ana", &[GroupRole::Admin]).await;
        database
            .execute(&format!(
                r#"grant usage on schema "Shop" to {name}; grant select on all tables in schema "Shop" to {name}"#,
                name = ana_who_reads.name
            ))
            .await
            .unwrap();
        let status = ana_who_reads.store.customer_source_set(&shop(), &ana()).await.unwrap();
        let (editor, server, support) = (
            group_role(database, "editor").await,
            group_role(database, "server").await,
            group_role(database, "support").await,
        );
        let to = format!("{editor}, {server}, {support}");
        let expected = [
            format!(r#"GRANT USAGE ON SCHEMA "Shop" TO {to};"#),
            format!(r#"GRANT SELECT ON TABLE "Shop"."order" TO {to};"#),
            format!(r#"GRANT SELECT ON TABLE "Shop".events TO {to};"#),
        ];
        assert_eq!(status.missing_grants, expected);
        for statement in &status.missing_grants {
            database.execute(statement).await.unwrap();
        }
        let status = ana_who_reads.store.customer_source().await.unwrap();
        assert!(status.missing_grants.is_empty(), "{:?}", status.missing_grants);
    })
    .await;
}

//! What `doctor` finds in databases that are well, and in others.

use chrono::{TimeDelta, Utc};
use halyard_embedded_postgres::testing::PostgresVersion;
use halyard_store::{ConnectOptions, Store, doctor::Need, schema::SchemaState};

use crate::support::{Database, on_each_postgres};

async fn as_role(database: &Database, grants: &str) -> Store {
    let role = format!("doctor_{}", database.url.rsplit('/').next().unwrap());
    database
        .execute(&format!("create role {role} login; {}", grants.replace("{role}", &role)))
        .await
        .unwrap();
    let url = database.url.replace("//postgres@", &format!("//{role}@"));
    Store::connect(&ConnectOptions::from_url(&url).unwrap()).await.unwrap()
}

#[tokio::test]
async fn database_that_is_well_has_nothing_missing() {
    on_each_postgres(async |database| {
        database
            .execute(
                "create table public.customers (id text primary key, name text, plan text);
                 insert into public.customers values ('ALFKI', 'Alfred', 'enterprise');
                 create table public.events (customer_id text, name text, occurred_at timestamptz)",
            )
            .await
            .unwrap();
        database.flag("checkout").await;
        database.audience("Enterprise").await;
        let diagnosis = database.store.doctor().await.unwrap();
        let server = &diagnosis.server;
        assert!(server.is_supported && server.may_create_schema && !server.is_standby);
        assert_eq!((server.encoding.as_str(), server.role.as_str()), ("UTF8", "postgres"));
        assert!(server.clock_ahead_ms.abs() < 60_000, "the same computer: {}", server.clock_ahead_ms);
        assert_eq!(diagnosis.schema, Some(SchemaState::Current));
        assert_eq!(diagnosis.missing_rights, []);
        let content = diagnosis.content.unwrap();
        assert_eq!((content.flags, content.unreadable_flags.len(), content.live_keys), (1, 0, 0));
        assert_eq!((content.customers.customers, &content.customers.problem), (Some(1), &None));
        assert_eq!(content.customers.id_is_indexed, Some(true));
        assert_eq!(content.customers.events_are_indexed, Some(false));
        assert!(content.customers.look_up_ms.is_some() && content.customers.look_up_problem.is_none());
        assert!(content.broken_audiences.is_empty());
        assert!(content.log.has_today && content.log.has_tomorrow);
        assert!(content.log.last_day.unwrap() >= (Utc::now() + TimeDelta::days(6)).date_naive());
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_customers_audiences_and_days_is_found() {
    on_each_postgres(async |database| {
        database
            .execute(
                "create table public.customers (id text not null, plan text);
                 select halyard.maintain_partitions()",
            )
            .await
            .unwrap();
        let audience = database.audience("Enterprise").await;
        database.execute("alter table public.customers drop column plan").await.unwrap();
        let tomorrow = (Utc::now() + TimeDelta::days(1)).format("%Y%m%d");
        for day in 1..8 {
            let day = (Utc::now() + TimeDelta::days(day)).format("%Y%m%d");
            database.execute(&format!("drop table halyard.evaluations_{day}")).await.unwrap();
        }
        let content = database.store.doctor().await.unwrap().content.unwrap();
        assert_eq!(content.broken_audiences[0].id, audience.id);
        assert_eq!(content.broken_audiences[0].name, "Enterprise");
        assert!(!content.broken_audiences[0].violations.is_empty());
        assert_eq!(content.customers.id_is_indexed, Some(false));
        assert!(content.log.has_today && !content.log.has_tomorrow, "{tomorrow} is gone");
    })
    .await;
}

#[tokio::test]
async fn missing_rights_are_named_as_grant_names_them() {
    on_each_postgres(async |database| {
        let store = as_role(
            database,
            "grant usage on schema halyard to {role};
             grant select on all tables in schema halyard to {role};
             grant insert on halyard.flag_sets to {role};
             revoke select on halyard.erasures from {role}",
        )
        .await;
        let diagnosis = store.doctor().await.unwrap();
        assert_eq!(diagnosis.schema, Some(SchemaState::Current));
        assert!(diagnosis.content.is_some(), "it may read all that it serves");
        let has = |right: &str, on: &str, need: Need| {
            diagnosis.missing_rights.iter().any(|missing| {
                (missing.right.as_str(), missing.on.as_str(), missing.need) == (right, on, need)
            })
        };
        assert!(has("INSERT", "TABLE halyard.evaluations", Need::Log));
        assert!(has("SELECT", "TABLE halyard.erasures", Need::Log));
        assert!(has("EXECUTE", "FUNCTION halyard.maintain_partitions()", Need::Log));
        assert!(has("EXECUTE", "FUNCTION halyard.sum_up_hours(integer)", Need::Log));
        assert!(has("DELETE", "TABLE halyard.evaluators", Need::Report));
        assert!(has("UPDATE", "TABLE halyard.feature_flags", Need::Administer));
        assert!(!has("INSERT", "TABLE halyard.flag_sets", Need::Log));
        assert!(!diagnosis.missing_rights.iter().any(|missing| missing.need == Need::Serve));
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn role_without_the_schema_and_database_without_it_are_told_apart() {
    on_each_postgres(async |database| {
        let store = as_role(database, "").await;
        let diagnosis = store.doctor().await.unwrap();
        assert_eq!(diagnosis.schema, None);
        assert_eq!(diagnosis.missing_rights[0].on, "SCHEMA halyard");
        assert!(diagnosis.content.is_none() && !diagnosis.server.may_create_schema);
        store.close().await;
    })
    .await;
    let empty = Database::empty(PostgresVersion::V18).await;
    let diagnosis = empty.store.doctor().await.unwrap();
    assert_eq!((diagnosis.schema, diagnosis.missing_rights.len()), (Some(SchemaState::Missing), 0));
    assert!(diagnosis.content.is_none());
}

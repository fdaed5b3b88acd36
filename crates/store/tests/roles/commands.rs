//! Every role at every function of the store that reads or changes what is shared.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use chrono::Utc;
use halyard_engine::AudienceId;
use halyard_store::{
    Store, StoreError,
    access::{Access, AccessAction},
    audiences::AudienceChanges,
    audit::{AuditQuery, chain::Chain},
    customer_source::{CustomerSource, CustomerTable},
    environments::EnvironmentChanges,
    evaluations::{
        ErasureProgress, EvaluationBatch, EvaluationCall, EvaluationFilter, EvaluationSource, FlagSet,
        HistogramAsk,
    },
    evaluators::{EvaluatorKind, Heartbeat},
    flags::FlagChanges,
    roles::GroupRole,
    sdk_keys::{KeyKind, KeyRole, NewSdkKey},
    settings::Settings,
    unknown_flags::UnknownFlagAsked,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    people::{is_forbidden, people, person},
    support::{Database, ana, new_audience, new_flag, on_each_postgres},
};

type Outcome = Result<(), StoreError>;
type Attempt = for<'a> fn(&'a Store, &'a Things) -> Pin<Box<dyn Future<Output = Outcome> + 'a>>;

/// What commands are tried on; made anew for each attempt by somebody who may.
struct Things {
    flag: String,
    flag_id: Uuid,
    audience: AudienceId,
    environment: String,
    key: Uuid,
    due: i64,
    number: u32,
}

impl Things {
    async fn make(database: &Database, number: u32) -> Self {
        let store = &database.store;
        let flag = database.flag(&format!("f{number}")).await;
        let audience = database.audience(&format!("a{number}")).await.id;
        let environment = format!("e{number}");
        let new = json!({ "key": environment, "name": "E", "color": "#123456", "production": true });
        store.environment_create(&serde_json::from_value(new).unwrap(), &ana()).await.unwrap();
        let key = store.sdk_key_create(&new_key("k"), &ana()).await.unwrap().key.id;
        // Live in a guarded environment and killed without a word.
        let live = database.flag(&format!("due{number}")).await.key;
        store.flag_set_environment(&live, &environment, true, &ana().with_note("on")).await.unwrap();
        let due = store.flag_set_active(&live, false, &ana()).await.unwrap().seq;
        Things { flag: flag.key, flag_id: flag.id, audience, environment, key, due, number }
    }
}

fn new_key(name: &str) -> NewSdkKey {
    let kind = KeyKind::Admin;
    NewSdkKey {
        kind,
        name: name.into(),
        environment: None,
        role: Some(KeyRole::Viewer),
        expires_at: None,
        note: None,
    }
}

fn source() -> CustomerSource {
    let customers = CustomerTable {
        schema: "public".into(),
        table: "customers".into(),
        id_column: "id".into(),
        name_column: None,
        email_column: None,
    };
    CustomerSource { customers, events: None }
}

const READS: u8 = 0b11_1111;
const VIEWER: u8 = 0b01_1111;
const OPERATOR: u8 = 0b01_1100;
const EDITOR: u8 = 0b01_1000;
const ADMIN: u8 = 0b01_0000;
const SERVER: u8 = 0b10_0000;
/// Support, and those who are more.
const SUPPORT: u8 = 0b01_0010;
/// Customers: support, editors and servers.
const CUSTOMERS: u8 = 0b11_1010;

/// A command, by a name for messages.
macro_rules! attempts {
    ($($name:literal, $who:expr, |$store:ident, $things:pat_param| $work:expr;)*) => {
        &[$(($name, $who, |$store, $things| Box::pin(async move { $work.await.map(drop) }))),*]
    };
}

/// Who may, in the order of `EVERYBODY`, the first in the lowest bit.
const COMMANDS: &[(&str, u8, Attempt)] = attempts! {
    "flags_list", READS, |store, _| store.flags_list(false);
    "flag_get", READS, |store, things| store.flag_get(&things.flag);
    "flag_versions", READS, |store, things| store.flag_versions(&things.flag, None, 10);
    "flag_create", EDITOR, |store, things| {
        async { store.flag_create(&new_flag(&format!("new{}", things.number)), &ana()).await }
    };
    "flag_update", EDITOR, |store, things| {
        let changes = FlagChanges { name: Some("Other".into()), ..FlagChanges::default() };
        async move { store.flag_update(&things.flag, 1, &changes, &ana()).await }
    };
    "flag_set_active", OPERATOR, |store, things| async { store.flag_set_active(&things.flag, false, &ana()).await };
    "flag_flip_active", OPERATOR, |store, things| async { store.flag_flip_active(&things.flag, &ana()).await };
    "flag_set_environment", OPERATOR, |store, things| {
        async { store.flag_set_environment(&things.flag, "staging", true, &ana()).await }
    };
    "flag_archive", EDITOR, |store, things| async { store.flag_archive(&things.flag, &ana()).await };
    "flag_unarchive", EDITOR, |store, things| async { store.flag_unarchive(&things.flag, &ana()).await };
    "flag_revert", EDITOR, |store, things| async { store.flag_revert(&things.flag, 1, &ana()).await };
    "kill_board", READS, |store, _| store.kill_board();
    "confirmations", READS, |store, things| async {
        let seq = store.flag_get(&things.flag).await.map(|_| things.due)?;
        store.confirmations(&format!("due{}", things.number), seq).await
    };
    "last_old_served", READS, |store, things| async {
        store.last_old_served(&format!("due{}", things.number), things.due).await
    };
    "sdks_last_hour", READS, |store, things| store.sdks_last_hour(&things.flag);
    "audiences_list", READS, |store, _| store.audiences_list();
    "audience_create", EDITOR, |store, things| {
        async { store.audience_create(&new_audience(&format!("new{}", things.number)), &ana()).await }
    };
    "audience_update", EDITOR, |store, things| {
        let changes = AudienceChanges { description: Some("Other".into()), ..AudienceChanges::default() };
        async move { store.audience_update(things.audience, 1, &changes, &ana()).await }
    };
    "audience_delete", EDITOR, |store, things| async { store.audience_delete(things.audience, &ana()).await };
    "environments", READS, |store, _| store.environments();
    "environment_create", EDITOR, |store, things| async {
        let new = json!({ "key": format!("new{}", things.number), "name": "N", "color": "#123456", "production": false });
        store.environment_create(&serde_json::from_value(new).unwrap(), &ana()).await
    };
    "environment_update", EDITOR, |store, things| {
        let changes = EnvironmentChanges { note_required: Some(false), ..EnvironmentChanges::default() };
        async move { store.environment_update(&things.environment, &changes, &ana().with_note("why")).await }
    };
    "environments_reorder", EDITOR, |store, _| async {
        let mut keys: Vec<String> = store.environments().await?.into_iter().map(|one| one.key).collect();
        keys.reverse();
        store.environments_reorder(&keys, &ana()).await
    };
    "environment_delete", EDITOR, |store, things| async {
        store.environment_delete(&things.environment, &ana().with_note("why")).await
    };
    "sdk_keys", READS, |store, _| store.sdk_keys();
    "sdk_key_create", ADMIN, |store, _| async { store.sdk_key_create(&new_key("n"), &ana()).await };
    "sdk_key_rotate", ADMIN, |store, things| async { store.sdk_key_rotate(things.key, None, &ana()).await };
    "sdk_key_revoke", ADMIN, |store, things| async { store.sdk_key_revoke(things.key, &ana()).await };
    "sdk_keys_used", SERVER, |store, things| async { store.sdk_keys_used(&[(things.key, Utc::now())]).await };
    "settings", READS, |store, _| store.settings();
    "settings_set", ADMIN, |store, things| async {
        let retention_days = 30 + i32::try_from(things.number).unwrap();
        store.settings_set(&Settings { retention_days }, &ana()).await
    };
    "customer_source", READS, |store, _| store.customer_source();
    "customer_source_set", ADMIN, |store, _| async { store.customer_source_set(&source(), &ana()).await };
    "customers_search", CUSTOMERS, |store, _| async {
        let source = store.resolved_source().await?.unwrap();
        store.customers_search(&source, "c1", 10, Duration::from_secs(10)).await
    };
    "catalogue", READS, |store, _| store.catalogue();
    "evaluations_list", SUPPORT, |store, _| async {
        store.evaluations_list(&EvaluationFilter::default(), None, 10).await
    };
    "evaluations_since", SUPPORT, |store, _| async {
        store.evaluations_since(&EvaluationFilter::default(), None, 10).await
    };
    "evaluations_histogram", READS, |store, _| async {
        let (from, to) = (Utc::now() - chrono::TimeDelta::days(1), Utc::now());
        let ask = HistogramAsk { filter: EvaluationFilter::default(), from, to, buckets: 10 };
        store.evaluations_histogram(&ask).await
    };
    "flags_usage", READS, |store, _| store.flags_usage();
    "log_storage", READS, |store, _| store.log_storage();
    "customer_erase", ADMIN, |store, _| async {
        store.customer_erase("c1", &ErasureProgress::default(), &ana()).await
    };
    "evaluations_append", SERVER, |store, _| async {
        let call = EvaluationCall {
            id: Uuid::now_v7(),
            evaluated_at: Utc::now(),
            environment: "production".into(),
            entity_id: "c1".into(),
            source: EvaluationSource::Evaluate,
            sdk: "".into(),
            stale: false,
            config_version: 1,
            flag_set: Arc::new(FlagSet::new([(1, 1)])),
            outcomes: [-1].into_iter().collect(),
        };
        let batch = EvaluationBatch { id: Uuid::now_v7(), writer: Uuid::from_u128(7), calls: vec![call] };
        store.evaluations_append(&batch, Duration::from_secs(10)).await
    };
    "maintain_partitions", SERVER, |store, _| store.maintain_partitions();
    "evaluators", READS, |store, _| store.evaluators();
    "evaluator_heartbeat", SERVER, |store, _| async {
        store.evaluator_heartbeat(&heartbeat()).await
    };
    "evaluator_stopped", SERVER, |store, _| store.evaluator_stopped(Uuid::from_u128(9));
    "unknown_flags", READS, |store, _| store.unknown_flags();
    "unknown_flags_asked", SERVER, |store, _| async {
        let asked = UnknownFlagAsked {
            key: "nobody".into(), environment: "production".into(), asked: 1, last_asked_at: Utc::now(),
        };
        store.unknown_flags_asked(&[asked]).await
    };
    "configuration", READS, |store, _| store.configuration();
    "configuration_since", READS, |store, _| store.configuration_since(0);
    "audit_list", READS, |store, _| async {
        store.audit_list(&AuditQuery { limit: 10, ..AuditQuery::default() }).await
    };
    "audit_verify", READS, |store, _| store.audit_verify(Chain::new([]), |_| {});
    "star_add", VIEWER, |store, things| store.star_add("Ana", things.flag_id);
    "star_remove", VIEWER, |store, things| store.star_remove("Ana", things.flag_id);
    "record_access", READS, |store, _| async {
        let access = Access {
            action: AccessAction::CustomersListed,
            entity_type: "audience".into(),
            entity_id: String::new(),
            entity_key: String::new(),
            details: json!({ "rows": 3 }),
        };
        store.record_access(&access, &ana()).await
    };
    "reviews_due", READS, |store, _| store.reviews_due();
    "add_note", OPERATOR, |store, things| async { store.add_note(things.due, "It was down.", &ana()).await };
    "rights", READS, |store, _| store.rights();
    "schema_state", READS, |store, _| store.schema_state();
    "doctor", READS, |store, _| store.doctor();
};

fn heartbeat() -> Heartbeat {
    Heartbeat {
        id: Uuid::from_u128(9),
        kind: EvaluatorKind::Server,
        host: "host".into(),
        program: "test".into(),
        started_at: Utc::now(),
        config_version: 1,
        queued: 0,
        spooled: 0,
        dropped: 0,
        log_behind_ms: None,
    }
}

async fn customers(database: &Database) {
    database
        .execute(
            "create table public.customers (id text primary key, plan text); insert into public.customers values ('c1')",
        )
        .await
        .unwrap();
    // Chosen by somebody who may also let the group roles read it.
    database.store.customer_source_set(&source(), &ana()).await.unwrap();
}

#[tokio::test]
async fn every_role_has_the_commands_it_may_and_is_told_of_the_others() {
    on_each_postgres(async |database| {
        customers(database).await;
        let people = people(database).await;
        let mut number = 0;
        for (name, who, attempt) in COMMANDS {
            for (index, (role, person)) in people.iter().enumerate() {
                number += 1;
                let things = Things::make(database, number).await;
                let outcome = attempt(&person.store, &things).await;
                let may = who & (1 << index) != 0;
                assert_eq!(!is_forbidden(&outcome), may, "{role} at {name}: {outcome:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn refusal_names_the_least_role_that_may() {
    on_each_postgres(async |database| {
        let viewer = person(database, "viewer", &[GroupRole::Viewer]).await.store;
        let flag = database.flag("checkout").await;
        let audience = database.audience("Enterprise").await;
        let settings = Settings { retention_days: 9 };
        let told = [
            (viewer.flag_set_active("checkout", false, &ana()).await.map(drop), "operator"),
            (viewer.flag_set_environment("checkout", "staging", true, &ana()).await.map(drop), "operator"),
            (viewer.flag_archive(&flag.key, &ana()).await.map(drop), "editor"),
            (viewer.audience_delete(audience.id, &ana()).await, "editor"),
            (viewer.settings_set(&settings, &ana()).await.map(drop), "admin"),
            (viewer.evaluations_list(&EvaluationFilter::default(), None, 10).await.map(drop), "support"),
        ];
        for (outcome, role) in told {
            let message = outcome.unwrap_err().to_string();
            assert!(message.ends_with(&format!("Ask for the role {role}.")), "{message}");
        }
    })
    .await;
}

#[tokio::test]
async fn server_makes_a_change_with_the_rights_of_the_key_that_asks_for_it() {
    on_each_postgres(async |database| {
        customers(database).await;
        let server = person(database, "server", &[GroupRole::Server]).await.store;
        let things = Things::make(database, 1).await;
        let as_role = |role: GroupRole| ana().in_role(role);
        let flag = things.flag.as_str();
        let changes = FlagChanges { name: Some("Other".into()), ..FlagChanges::default() };

        assert!(is_forbidden(&server.flag_set_active(flag, false, &ana()).await), "without a key");
        for role in [GroupRole::Viewer, GroupRole::Support] {
            // It may not take on the role of support at all, and has no more than its own rights then.
            assert!(is_forbidden(&server.flag_set_active(flag, false, &as_role(role)).await), "{role}");
        }
        let operator = as_role(GroupRole::Operator);
        assert!(server.flag_set_active(flag, false, &operator).await.unwrap().changed);
        assert!(server.flag_set_active(flag, true, &operator).await.unwrap().changed);
        assert!(is_forbidden(&server.flag_update(flag, 3, &changes, &operator).await));
        server.flag_update(flag, 3, &changes, &as_role(GroupRole::Editor)).await.unwrap();
        assert!(is_forbidden(&server.sdk_key_revoke(things.key, &as_role(GroupRole::Editor)).await));
        server.sdk_key_revoke(things.key, &as_role(GroupRole::Admin)).await.unwrap();
        server.customer_source_set(&source(), &as_role(GroupRole::Admin)).await.unwrap();

        // The role ends with the change: the same connections go on as the server they are.
        assert!(is_forbidden(&server.flag_set_active(flag, false, &ana()).await), "afterwards");
        let entry = database.entries_after(0).await.pop().unwrap();
        assert_eq!((entry.actor.as_str(), entry.db_role.starts_with("server_")), ("Ana", true));
    })
    .await;
}

#[tokio::test]
async fn login_that_may_not_take_a_role_on_changes_what_it_may_itself() {
    on_each_postgres(async |database| {
        let editor = person(database, "editor", &[GroupRole::Editor]).await.store;
        database.flag("checkout").await;
        // Were it refused, a server without the group role could administer nothing.
        let killed = editor.flag_set_active("checkout", false, &ana().in_role(GroupRole::Admin)).await;
        assert!(killed.unwrap().changed);
    })
    .await;
}

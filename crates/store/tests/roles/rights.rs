//! What the store tells of somebody's rights is what the database does.

use halyard_store::roles::{GroupRole, May};

use crate::{
    people::{people, person},
    support::on_each_postgres,
};

fn expected(role: GroupRole) -> May {
    let least = |roles: &[GroupRole]| roles.contains(&role);
    let operator = least(&[GroupRole::Operator, GroupRole::Editor, GroupRole::Admin]);
    let editor = least(&[GroupRole::Editor, GroupRole::Admin]);
    let admin = role == GroupRole::Admin;
    May {
        read_evaluations: least(&[GroupRole::Support, GroupRole::Admin]),
        read_customers: false,
        kill: operator,
        switch: operator,
        edit_flags: editor,
        edit_audiences: editor,
        edit_environments: editor,
        edit_keys: admin,
        edit_source: admin,
        edit_settings: admin,
        erase: admin,
        end_sessions: false,
    }
}

#[tokio::test]
async fn rights_told_are_those_that_the_role_has() {
    on_each_postgres(async |database| {
        for (role, person) in people(database).await {
            let rights = person.store.rights().await.unwrap();
            assert_eq!(rights.role, Some(role));
            assert_eq!(rights.db_role, person.name);
            assert_eq!(rights.may, expected(role), "{role}");
            assert!(rights.audit_binds_owner);
            assert_eq!(rights.group_roles.len(), 6);
        }
        let both = person(database, "both", &[GroupRole::Support, GroupRole::Operator]).await;
        let rights = both.store.rights().await.unwrap();
        assert_eq!(rights.role, Some(GroupRole::Operator));
        assert!(rights.may.read_evaluations && rights.may.kill);

        let superuser = database.store.rights().await.unwrap();
        assert_eq!(superuser.role, Some(GroupRole::Admin));
        assert!(superuser.may.erase && superuser.may.end_sessions);
    })
    .await;
}

#[tokio::test]
async fn right_that_is_granted_meanwhile_is_told() {
    on_each_postgres(async |database| {
        let ana = person(database, "ana", &[GroupRole::Viewer]).await;
        assert!(!ana.store.rights().await.unwrap().may.kill);
        let operator = crate::people::group_role(database, "operator").await;
        database.execute(&format!("grant {operator} to {}", ana.name)).await.unwrap();
        let rights = ana.store.rights().await.unwrap();
        assert_eq!((rights.role, rights.may.kill), (Some(GroupRole::Operator), true));
    })
    .await;
}

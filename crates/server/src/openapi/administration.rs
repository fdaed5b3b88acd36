//! The routes of administration.

use serde_json::{Value, json};

use super::operation::{Key, Operation, Required, reference};

const VIEWER: Key = Key::Admin("viewer");
const OPERATOR: Key = Key::Admin("operator");
const EDITOR: Key = Key::Admin("editor");
const ADMIN: Key = Key::Admin("admin");

/// Every operation of administration.
pub(super) fn operations() -> Vec<Operation> {
    let mut all = flags();
    all.extend(switches());
    all.extend(audiences());
    all.extend(others());
    all
}

fn flags() -> Vec<Operation> {
    vec![
        paged(operation("get", "/feature-flags", VIEWER, "listFlags", "List flags"))
            .query("search", "In key, name and description, whatever the case.", text(200))
            .query("tag", "Only flags with this tag.", text(50))
            .query("type", "Only flags of this type.", words(&["boolean", "string", "number", "json"]))
            .query(
                "state",
                "Only flags in this state in `environment`.",
                words(&["serving", "off", "killed", "archived"]),
            )
            .query(
                "environment",
                "Whose state counts; the first production environment if left out.",
                text(50),
            )
            .query("audienceId", "Only flags with a rule for this audience.", uuid())
            .query("archived", "True: archived flags alone; false: the others.", json!({ "type": "boolean" }))
            .answers(200, "A page of flags, by key.", Some(reference("FlagsPage"))),
        made(operation("post", "/feature-flags", EDITOR, "createFlag", "Make a flag"))
            .takes(Required::Yes, reference("NewFlag"))
            .answers(201, "The flag: active, and off in every environment.", Some(reference("Flag")))
            .with_header(201, "ETag", "Its version, such as `\"1\"`.")
            .with_header(201, "Location", "Where it is."),
        versioned(
            operation("get", "/feature-flags/{id}", VIEWER, "getFlag", "Show a flag")
                .described_as("`{id}` is the id or the key.")
                .answers(200, "The flag.", Some(reference("Flag"))),
        ),
        versioned(
            changed(operation(
                "patch",
                "/feature-flags/{id}",
                EDITOR,
                "changeFlag",
                "Change fields of a flag",
            ))
            .takes(Required::Yes, reference("FlagChanges"))
            .answers(200, "The flag as it is now.", Some(reference("Flag"))),
        ),
    ]
}

fn switches() -> Vec<Operation> {
    let on_flag = |action: &'static str, key, id, summary| {
        let operation = operation("post", action, key, id, summary);
        versioned(operation.answers(200, "The flag as it is now.", Some(reference("Flag"))))
    };
    vec![
        on_flag("/feature-flags/{id}/toggle", OPERATOR, "toggleFlag", "Kill or restore a flag")
            .described_as(
                "Without `isActive` the kill switch flips, and two flips cancel out; with it, it is set, which \
                 may be repeated. Never needs a version.",
            )
            .takes(Required::No, reference("Toggle")),
        on_flag(
            "/feature-flags/{id}/environments/{env}",
            OPERATOR,
            "switchFlag",
            "Switch a flag on or off in an environment",
        )
        .takes(Required::Yes, reference("Switch"))
        .refuses(&[422]),
        on_flag("/feature-flags/{id}/archive", EDITOR, "archiveFlag", "Take a flag out of use")
            .takes(Required::No, reference("OnlyNote"))
        .refuses(&[422]),
        on_flag("/feature-flags/{id}/unarchive", EDITOR, "unarchiveFlag", "Take a flag back into use")
            .takes(Required::No, reference("OnlyNote"))
        .refuses(&[422]),
        on_flag("/feature-flags/{id}/revert", EDITOR, "revertFlag", "Make an earlier version the newest")
            .described_as("All but the kill switch and the archive, which have routes of their own.")
            .takes(Required::Yes, reference("Revert"))
        .refuses(&[422]),
    ]
}

fn audiences() -> Vec<Operation> {
    vec![
        paged(operation("get", "/audiences", VIEWER, "listAudiences", "List audiences"))
            .query("search", "In name and description, whatever the case.", text(200))
            .answers(200, "A page of audiences, by name.", Some(reference("AudiencesPage"))),
        made(operation("post", "/audiences", EDITOR, "createAudience", "Make an audience"))
            .takes(Required::Yes, reference("NewAudience"))
            .answers(201, "The audience.", Some(reference("Audience")))
            .with_header(201, "ETag", "Its version, such as `\"1\"`.")
            .with_header(201, "Location", "Where it is."),
        versioned(operation("get", "/audiences/{id}", VIEWER, "getAudience", "Show an audience").answers(
            200,
            "The audience.",
            Some(reference("Audience")),
        )),
        versioned(
            changed(operation(
                "patch",
                "/audiences/{id}",
                EDITOR,
                "changeAudience",
                "Change fields of an audience",
            ))
            .takes(Required::Yes, reference("AudienceChanges"))
            .answers(200, "The audience as it is now.", Some(reference("Audience")))
            .refuses(&[409]),
        ),
        noted(operation("delete", "/audiences/{id}", EDITOR, "deleteAudience", "Delete an audience"))
            .described_as("One that flags use stays: the 409 names them in `flags`.")
            .answers(204, "It is gone.", None)
            .refuses(&[409]),
    ]
}

fn others() -> Vec<Operation> {
    vec![
        operation("get", "/environments", VIEWER, "listEnvironments", "List environments").answers(
            200,
            "All, in their order.",
            Some(reference("Environments")),
        ),
        made(operation("post", "/environments", EDITOR, "createEnvironment", "Make an environment"))
            .takes(Required::Yes, reference("NewEnvironment"))
            .answers(
                201,
                "The environment, as the last one; every flag is off in it.",
                Some(reference("Environment")),
            )
            .with_header(201, "Location", "Where it is."),
        operation(
            "patch",
            "/environments/{key}",
            EDITOR,
            "changeEnvironment",
            "Change fields of an environment",
        )
        .takes(Required::Yes, reference("EnvironmentChanges"))
        .answers(200, "The environment as it is now.", Some(reference("Environment")))
        .refuses(&[422]),
        noted(operation(
            "delete",
            "/environments/{key}",
            EDITOR,
            "deleteEnvironment",
            "Delete an environment",
        ))
        .described_as(
            "Every flag loses its switch for it. The last one stays, and one that SDK keys are for.",
        )
        .answers(204, "It is gone.", None)
        .refuses(&[409, 422]),
        operation(
            "get",
            "/customer-source",
            VIEWER,
            "getCustomerSource",
            "Show where customers and events live",
        )
        .answers(
            200,
            "What was chosen, or is taken by its usual name.",
            Some(reference("CustomerSource")),
        ),
        operation(
            "put",
            "/customer-source",
            ADMIN,
            "setCustomerSource",
            "Choose where customers and events live",
        )
        .described_as("Checked against the catalogue of the database.")
        .takes(Required::Yes, reference("NewCustomerSource"))
        .answers(200, "What is chosen now.", Some(reference("CustomerSource"))),
        paged(operation("get", "/audit-log", VIEWER, "listAuditEntries", "List what was changed"))
            .query("actor", "Only by this actor.", text(200))
            .query("action", "Only these actions, such as `flag.killed,flag.restored`.", text(5_000))
            .query("flag", "Only about this flag: its id or key.", text(100))
            .query("entityType", "Only this kind of entity, such as `flag`.", text(50))
            .query("entityId", "Only this entity.", text(200))
            .query("environment", "Only what affects this environment.", text(50))
            .query("from", "Only what was committed then or later.", moment())
            .query("to", "Only what was committed before.", moment())
            .query("search", "In actor, database role, action, key and note, whatever the case.", text(200))
            .answers(200, "A page of entries, newest first.", Some(reference("AuditPage"))),
    ]
}

fn operation(
    method: &'static str,
    path: &'static str,
    key: Key,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    Operation::new("administration", method, path, key, id, summary)
}

fn paged(operation: Operation) -> Operation {
    operation.query("cursor", "`nextCursor` of the page before.", json!({ "type": "string" })).query(
        "limit",
        "Rows of a page.",
        json!({ "type": "integer", "minimum": 1, "maximum": 500, "default": 50 }),
    )
}

/// What is deleted takes its note in the address.
fn noted(operation: Operation) -> Operation {
    operation.query("note", "Why, for the audit log.", text(2_000))
}

fn made(operation: Operation) -> Operation {
    operation.refuses(&[409])
}

fn changed(operation: Operation) -> Operation {
    operation
        .header(
            "If-Match",
            "The version that the change starts from, as `ETag` gave it; `*` for whatever there is.",
            Required::Yes,
            json!({ "type": "string", "pattern": "^(\\*|\"[1-9][0-9]{0,8}\")$" }),
        )
        .refuses(&[412, 422, 428])
}

fn versioned(operation: Operation) -> Operation {
    operation.with_header(200, "ETag", "The version, such as `\"7\"`.")
}

fn text(longest: u32) -> Value {
    json!({ "type": "string", "maxLength": longest })
}

fn moment() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

fn uuid() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

fn words(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

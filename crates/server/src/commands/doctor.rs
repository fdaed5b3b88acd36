//! `doctor`: looks the database over and says, line by line, what is well, what is not, and what to
//! do about it.

use std::process::ExitCode;

use halyard_store::{
    ConnectOptions, Store,
    connect::StepOutcome,
    doctor::{ContentFacts, CustomerFacts, Diagnosis, MissingRight, Need, ServerFacts},
    roles::{GroupRole, Rights},
    schema::SchemaState,
};

use super::{Failure, failure::say};

/// A clock that is off by more makes events seem to be in the future, and keys expire early or late.
const CLOCK_MS: i64 = 1_000;
/// A look-up that takes longer does not fit into the usual membership deadline.
const LOOK_UP_MS: i64 = 150;

/// One thing that was looked at.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    what: &'static str,
    verdict: Verdict,
    said: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Ok,
    /// It works, but could be better.
    Warning,
    /// Something does not work.
    Problem,
}

/// Looks the database over.
///
/// # Errors
/// When nobody reads the findings. Problems of the database are findings; the exit code tells of them.
pub(super) async fn doctor(options: &ConnectOptions) -> Result<ExitCode, Failure> {
    let findings = match Store::connect(options).await {
        Ok(store) => match store.doctor().await {
            Ok(diagnosis) => findings(&diagnosis),
            Err(error) => vec![problem("database", error.to_string())],
        },
        Err(_) => connecting(options).await,
    };
    for Finding { what, verdict, said } in &findings {
        let verdict = match verdict {
            Verdict::Ok => "ok",
            Verdict::Warning => "warning",
            Verdict::Problem => "problem",
        };
        say(format_args!("{verdict:8} {what:10} {said}"))?;
    }
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    match (count(Verdict::Problem), count(Verdict::Warning)) {
        (0, 0) => say("All is well.")?,
        (problems, warnings) => say(format_args!("{problems} problem(s), {warnings} warning(s)."))?,
    }
    Ok(if count(Verdict::Problem) == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Where connecting fails.
async fn connecting(options: &ConnectOptions) -> Vec<Finding> {
    let report = options.test().await;
    let findings = report.steps.into_iter().filter(|step| step.outcome != StepOutcome::Skipped).map(|step| {
        let verdict = if step.outcome == StepOutcome::Ok { Verdict::Ok } else { Verdict::Problem };
        Finding { what: "connection", verdict, said: format!("{} {}", step.message, step.advice) }
    });
    findings.collect()
}

fn findings(diagnosis: &Diagnosis) -> Vec<Finding> {
    let mut findings = Vec::new();
    server(&diagnosis.server, &mut findings);
    findings.push(schema(diagnosis));
    findings.extend(diagnosis.missing_rights.iter().map(|right| missing(right, &diagnosis.server.role)));
    if diagnosis.missing_rights.is_empty() && diagnosis.schema == Some(SchemaState::Current) {
        findings.push(ok("rights", format!("The role {} has every right it needs.", diagnosis.server.role)));
    }
    if let Some(rights) = &diagnosis.rights {
        roles(rights, !diagnosis.missing_rights.is_empty(), &mut findings);
    }
    if let Some(content) = &diagnosis.content {
        configuration(content, &mut findings);
        customers(&content.customers, &mut findings);
        audiences(content, &mut findings);
        log(content, &mut findings);
    }
    findings
}

/// Which group role the caller has, and whether the audit binds whoever set this up.
fn roles(rights: &Rights, lacks_some: bool, findings: &mut Vec<Finding>) {
    let Rights { role, db_role, group_roles, .. } = rights;
    let server = group_roles.iter().find(|group| group.role == GroupRole::Server);
    findings.push(match (role, server) {
        (_, Some(server)) if lacks_some => {
            let said = format!("GRANT {} TO {db_role} gives it what a server needs.", server.name);
            warning("role", said)
        }
        (Some(role), _) => ok("role", format!("{db_role} has the group role {role}.")),
        (None, Some(_)) => ok("role", format!("{db_role} has no group role; its rights are its own.")),
        (None, None) => ok("role", "There are no group roles: rights were granted one by one."),
    });
    if !rights.audit_binds_owner {
        let said = "The schema belongs to a role that can log in: the audit trail binds everybody but that role. \
                    Run `halyard-server migrate` once as a role that may create roles.";
        findings.push(warning("audit", said));
    }
}

fn server(server: &ServerFacts, findings: &mut Vec<Finding>) {
    let ServerFacts { version, database, role, .. } = server;
    let said = format!("Postgres {version}, database {database}, role {role}.");
    findings.push(if server.is_supported {
        ok("database", said)
    } else {
        problem("database", format!("{said} Halyard needs Postgres 14 or newer."))
    });
    if server.encoding != "UTF8" {
        let encoding = &server.encoding;
        findings.push(problem("database", format!("Its encoding is {encoding}; Halyard needs UTF8.")));
    }
    if server.is_standby {
        let said = "This is a standby, which takes no writes: no evaluation would be logged, no flag changed. \
                    Use the primary's address.";
        findings.push(problem("database", said));
    }
    let ServerFacts { clock_ahead_ms, round_trip_ms, .. } = *server;
    let known_to = round_trip_ms / 2;
    if clock_ahead_ms.abs() > CLOCK_MS + known_to {
        let direction = if clock_ahead_ms > 0 { "ahead of" } else { "behind" };
        let off = clock_ahead_ms.abs();
        let said = format!(
            "This computer's clock is {off} ms {direction} the database's: keys expire at the wrong moment. \
             Set both by NTP."
        );
        findings.push(problem("clock", said));
    } else {
        findings.push(ok("clock", format!("Differs by {} ms at most.", clock_ahead_ms.abs() + known_to)));
    }
}

fn schema(diagnosis: &Diagnosis) -> Finding {
    let may = diagnosis.server.may_create_schema;
    let migrate = if may {
        "Run `halyard-server migrate`.".to_owned()
    } else {
        let ServerFacts { database, role, .. } = &diagnosis.server;
        format!(
            "Run `halyard-server migrate` as the owner of the database, or first \
             GRANT CREATE ON DATABASE {database} TO {role}."
        )
    };
    match diagnosis.schema {
        Some(SchemaState::Current) => ok("schema", "It is there and up to date."),
        Some(SchemaState::Missing) => problem("schema", format!("There is none. {migrate}")),
        Some(SchemaState::Older { missing }) => {
            problem("schema", format!("It is older than this program by {missing} migration(s). {migrate}"))
        }
        Some(SchemaState::Newer) => problem("schema", "It is newer than this program. Update this program."),
        Some(SchemaState::Altered) => {
            problem("schema", "It was made by another build of Halyard. Use that build.")
        }
        None => problem("schema", "There is one that this role may not read. Use the role that made it."),
    }
}

fn missing(missing: &MissingRight, role: &str) -> Finding {
    let MissingRight { right, on, need } = missing;
    let grant = format!("GRANT {right} ON {on} TO {role}.");
    match need {
        Need::Serve => problem("rights", format!("Without {right} on {on} nothing can be served. {grant}")),
        Need::Log => problem("rights", format!("Without {right} on {on} no evaluation is logged. {grant}")),
        Need::Report => {
            warning("rights", format!("Without {right} on {on} the app does not see this server. {grant}"))
        }
        Need::Administer => {
            warning("rights", format!("Without {right} on {on} admin keys cannot change things. {grant}"))
        }
    }
}

fn configuration(content: &ContentFacts, findings: &mut Vec<Finding>) {
    let ContentFacts { config_version, flags, live_keys, .. } = content;
    findings.push(ok("flags", format!("{flags} flags, config version {config_version}.")));
    for flag in &content.unreadable_flags {
        let said = format!(
            "The flag {} cannot be read and is not served: {} Correct its row, or revert it in the app.",
            flag.key, flag.problem
        );
        findings.push(problem("flags", said));
    }
    findings.push(if *live_keys == 0 {
        warning("keys", "There is none, so nobody can evaluate. Run `halyard-server keys create`.")
    } else {
        ok("keys", format!("{live_keys} live."))
    });
}

fn customers(facts: &CustomerFacts, findings: &mut Vec<Finding>) {
    let what = "customers";
    let Some(source) = &facts.source else {
        let said =
            facts.problem.clone().unwrap_or_else(|| "Nobody has said where customers live.".to_owned());
        let advice = "Choose the table in the app's Settings, or by PUT /customer-source.";
        findings.push(warning(what, format!("{said} No audience has members until then. {advice}")));
        return;
    };
    let table = format!("{}.{}", source.customers.schema, source.customers.table);
    match (&facts.problem, facts.customers) {
        (Some(said), _) => {
            findings.push(problem(what, format!("{said} Choose the table anew in the app's Settings.")));
        }
        (None, Some(count)) => findings.push(ok(what, format!("{count} in {table}."))),
        (None, None) => findings.push(ok(what, format!("In {table}; too many to count in time."))),
    }
    for grant in &facts.missing_grants {
        findings.push(warning(what, format!("Some group roles may not read them. Run: {grant}")));
    }
    let column = &source.customers.id_column;
    if facts.id_is_indexed == Some(false) {
        let said = format!(
            "No index of {table} begins with {column}: every look-up reads the whole table. \
             CREATE UNIQUE INDEX CONCURRENTLY ON {table} ({column})."
        );
        findings.push(problem(what, said));
    }
    if let (Some(false), Some(events)) = (facts.events_are_indexed, &source.events) {
        let (events, column) = (format!("{}.{}", events.schema, events.table), &events.customer_id_column);
        let said = format!(
            "No index of {events} begins with {column}: audiences by events are slow. \
             CREATE INDEX CONCURRENTLY ON {events} ({column})."
        );
        findings.push(warning(what, said));
    }
    match (&facts.look_up_problem, facts.look_up_ms) {
        (Some(said), _) => findings.push(problem("look-up", said.clone())),
        (None, Some(ms)) if ms > LOOK_UP_MS => {
            let said = format!(
                "Looking up one customer's audiences took {ms} ms; evaluations wait 200 ms unless \
                 --membership-deadline says otherwise. Add indexes, or simplify audiences."
            );
            findings.push(warning("look-up", said));
        }
        (None, Some(ms)) => {
            findings.push(ok("look-up", format!("One customer's audiences are known after {ms} ms.")));
        }
        (None, None) => {}
    }
}

fn audiences(content: &ContentFacts, findings: &mut Vec<Finding>) {
    for audience in &content.broken_audiences {
        let why: Vec<&str> = audience.violations.iter().map(|violation| violation.message.as_str()).collect();
        let said = format!(
            "\u{201c}{}\u{201d} cannot be evaluated: {} Correct it in the app; until then flags that need it serve \
             their defaults.",
            audience.name,
            why.join(" ")
        );
        findings.push(problem("audiences", said));
    }
    if content.broken_audiences.is_empty() {
        findings.push(ok("audiences", "All that flags use can be evaluated."));
    }
}

fn log(content: &ContentFacts, findings: &mut Vec<Finding>) {
    let log = &content.log;
    let run = "A running server makes it within the hour; the role needs CREATE on the schema halyard.";
    findings.push(match (log.has_today, log.has_tomorrow) {
        (true, true) => ok("log", "Today's and tomorrow's evaluations have a place."),
        (false, _) => problem("log", format!("Today's evaluations have no place yet. {run}")),
        (true, false) => warning("log", format!("Tomorrow's evaluations have no place yet. {run}")),
    });
}

fn ok(what: &'static str, said: impl Into<String>) -> Finding {
    Finding { what, verdict: Verdict::Ok, said: said.into() }
}

fn warning(what: &'static str, said: impl Into<String>) -> Finding {
    Finding { what, verdict: Verdict::Warning, said: said.into() }
}

fn problem(what: &'static str, said: impl Into<String>) -> Finding {
    Finding { what, verdict: Verdict::Problem, said: said.into() }
}

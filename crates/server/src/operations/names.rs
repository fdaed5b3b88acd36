//! What the numbers are called, and what they mean.

use halyard_evaluator::measures;
use metrics::{KeyName, Recorder, Unit};

pub(super) const REQUESTS: &str = "halyard_http_requests_total";
pub(super) const DURATION: &str = "halyard_http_request_duration_seconds";
pub(super) const SHED: &str = "halyard_http_requests_shed_total";
pub(super) const RATE_LIMITED: &str = "halyard_http_requests_rate_limited_total";
pub(super) const CONNECTIONS: &str = "halyard_http_connections";
pub(super) const EVALUATIONS: &str = "halyard_evaluations_total";
pub(super) const EVALUATED: &str = "halyard_log_evaluated_total";
pub(super) const RECOVERED: &str = "halyard_log_recovered_total";
pub(super) const STORED: &str = "halyard_log_stored_total";
pub(super) const QUEUED: &str = "halyard_log_queued";
pub(super) const SPOOLED: &str = "halyard_log_spooled";
pub(super) const DROPPED: &str = "halyard_log_dropped_total";
pub(super) const CONFIG_VERSION: &str = "halyard_config_version";
pub(super) const CONNECTED: &str = "halyard_database_connected";
pub(super) const STATE_AGE: &str = "halyard_database_state_age_seconds";
pub(super) const CONFIG_AGE: &str = "halyard_config_age_seconds";
pub(super) const POOL: &str = "halyard_database_connections";
pub(super) const POOL_MOST: &str = "halyard_database_connections_max";
pub(super) const BUILD: &str = "halyard_build_info";

/// Gives `recorder` the descriptions that `/metrics` shows.
pub(super) fn describe(recorder: &impl Recorder) {
    let counters = [
        (REQUESTS, "Requests answered, by route, method and status."),
        (EVALUATIONS, "Evaluations asked for, by the door they came through."),
        (SHED, "Requests refused with 503 because too many were being answered."),
        (RATE_LIMITED, "Requests refused with 429 because a key was used too often from one address."),
        (
            EVALUATED,
            "Evaluation calls answered; with those recovered, they are stored, queued, spooled or dropped.",
        ),
        (RECOVERED, "Calls that an earlier process had left in the spool."),
        (STORED, "Calls that are in the database's evaluation log."),
        (DROPPED, "Calls that were lost to the log, by reason."),
    ];
    for (name, description) in counters {
        recorder.describe_counter(KeyName::from(name), None, description.into());
    }
    let gauges = [
        (CONNECTIONS, "Open connections of clients."),
        (QUEUED, "Calls that wait in memory to be stored."),
        (SPOOLED, "Calls that wait on disk to be stored."),
        (CONFIG_VERSION, "The config version that is served."),
        (CONNECTED, "1 while the database answers, else 0."),
        (CONFIG_AGE, "How old the served configuration may be: 0 while the database answers."),
        (STATE_AGE, "How long the database has been answering, or not."),
        (POOL, "Connections to the database, by pool and state."),
        (POOL_MOST, "How many connections to the database a pool may have."),
        (BUILD, "1, with the version of the program."),
    ];
    for (name, description) in gauges {
        recorder.describe_gauge(KeyName::from(name), None, description.into());
    }
    recorder.describe_histogram(
        KeyName::from(DURATION),
        Some(Unit::Seconds),
        "How long requests took to answer, by route.".into(),
    );
}

/// The same for what the evaluator measures.
pub(super) fn describe_evaluator(recorder: &impl Recorder) {
    recorder.describe_histogram(
        KeyName::from(measures::MEMBERSHIP_BATCH),
        None,
        "Callers that shared one membership statement.".into(),
    );
    let counters = [
        (measures::MEMBERSHIP_STATEMENTS, "Membership statements, by how they came out."),
        (measures::STALE, "Calls answered from what was known before, marked stale."),
        (measures::UNAVAILABLE, "Calls in which a flag could not be decided for want of a membership."),
    ];
    for (name, description) in counters {
        recorder.describe_counter(KeyName::from(name), None, description.into());
    }
    recorder.describe_gauge(
        KeyName::from(measures::MEMBERSHIP_BREAKER),
        None,
        "1 while callers do not wait for the database, because it kept failing; else 0.".into(),
    );
}

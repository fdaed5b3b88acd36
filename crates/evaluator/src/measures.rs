//! What the evaluator measures as it goes, by the `metrics` facade. What is a state and not an event
//! is read where it is: [`Evaluator::log_counts`](crate::Evaluator::log_counts) and
//! [`LiveConfiguration::state`](crate::LiveConfiguration::state).

/// Histogram: callers that shared one membership statement.
pub const MEMBERSHIP_BATCH: &str = "halyard_membership_batch_size";
/// Counter by `result`: membership statements that were `answered`, `unanswered` (an outage, or past
/// the deadline) or `refused` (the tenant's tables changed).
pub const MEMBERSHIP_STATEMENTS: &str = "halyard_membership_statements_total";
/// Gauge: 1 while callers do not wait for the database, because it kept failing; else 0.
pub const MEMBERSHIP_BREAKER: &str = "halyard_membership_breaker_open";
/// Counter: calls answered from what was known before, marked stale.
pub const STALE: &str = "halyard_stale_calls_total";
/// Counter: calls in which a flag could not be decided for want of a membership.
pub const UNAVAILABLE: &str = "halyard_audience_unavailable_calls_total";

/// How a membership statement came out.
pub(crate) fn statement(callers: usize, result: &'static str) {
    metrics::histogram!(MEMBERSHIP_BATCH).record(callers as f64);
    metrics::counter!(MEMBERSHIP_STATEMENTS, "result" => result).increment(1);
}

/// Whether callers wait for the database.
pub(crate) fn breaker(is_open: bool) {
    metrics::gauge!(MEMBERSHIP_BREAKER).set(f64::from(u8::from(is_open)));
}

/// A call was answered, not quite as it should be.
pub(crate) fn degraded(name: &'static str) {
    metrics::counter!(name).increment(1);
}

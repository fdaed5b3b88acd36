//! Tests of events: sub-queries over the events table, called `e`, for the customer's row `c`.
//!
//! Each looks up the events of one customer, so that an index on their customer id serves, and stops
//! at the number that is asked for.

use crate::condition::EventCondition;
use crate::condition::EventOperator;
use crate::condition::checked::CheckedEvent;
use crate::tenant_sql::{Bind, TenantSql};

/// Appends whether the customer did it, in parentheses. Never NULL.
pub(super) fn push_test(sql: &mut TenantSql, leaf: &CheckedEvent) {
    sql.push(match leaf.written.operator {
        EventOperator::Performed => "(",
        EventOperator::NotPerformed => "(not ",
    });
    match leaf.written.at_least() {
        0 | 1 => {
            sql.push("exists (select");
            push_events(sql, leaf);
            sql.push(")");
        }
        times => {
            let times = sql.reserve(Bind::Integer(i64::from(times)));
            sql.push("((select count(*) from (select");
            push_events(sql, leaf);
            sql.push(" limit ").placeholder(times).push("::int8) performed) = ");
            sql.placeholder(times).push("::int8)");
        }
    }
    sql.push(")");
}

/// Appends how often the customer did it.
pub(super) fn push_count(sql: &mut TenantSql, leaf: &CheckedEvent) {
    sql.push("(select count(*)");
    push_events(sql, leaf);
    sql.push(")");
}

/// Appends the events that count, from `FROM` on.
fn push_events(sql: &mut TenantSql, leaf: &CheckedEvent) {
    let EventCondition { event, within_days, .. } = &leaf.written;
    let events = &leaf.events;
    events.push_from(sql);
    sql.push(" where ");
    events.push_same_customer(sql);
    if event != EventCondition::ANY {
        sql.push(" and ");
        events.push_name(sql);
        sql.push(" = ").bind(Bind::Text(event.clone())).push("::text");
    }
    // Comparing leaves out events without a time.
    if events.time.is_some() {
        sql.push(" and ");
        events.push_time(sql);
        sql.push(" <= now()");
    }
    if let Some(days) = within_days {
        sql.push(" and ");
        events.push_time(sql);
        // Times 24 hours, not days: a day in the session's zone may have 23 or 25.
        sql.push(" >= now() - ").bind(Bind::Integer(i64::from(*days))).push("::int8 * interval '24 hours'");
    }
}

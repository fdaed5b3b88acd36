//! The made-up events: what customers did between signing up and being last seen, mostly lately.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};

use super::customers::{self, Lifetime};
use super::dice::Dice;

pub(super) const COUNT: usize = 500_000;

pub(super) const TABLE: &str = "
create table public.events (
    id bigint not null,
    customer_id text not null,
    name text not null,
    occurred_at timestamptz not null,
    properties jsonb not null
);
comment on table public.events is 'Made-up events to explore Halyard with';";

pub(super) const INDEXES: &str = "
alter table public.events add primary key (id);
create index events_customer on public.events (customer_id, occurred_at);";

pub(super) const COPY: &str =
    "copy public.events (id, customer_id, name, occurred_at, properties) from stdin (freeze)";

const NAMES: &[(&str, u32)] = &[
    ("login", 30),
    ("dashboard_viewed", 26),
    ("search", 14),
    ("report_exported", 7),
    ("teammate_invited", 4),
    ("checkout_started", 5),
    ("checkout_completed", 3),
    ("invoice_paid", 3),
    ("api_key_used", 6),
    ("ticket_opened", 2),
];

/// One event: when, in seconds, and whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Event {
    at: i64,
    customer: u32,
}

/// All events in order of time, exactly [`COUNT`]; busier customers have more.
pub(super) fn all(lifetimes: &[Lifetime]) -> Vec<Event> {
    let total: f64 =
        lifetimes.iter().filter(|life| life.last_seen_at.is_some()).map(|life| life.activity).sum();
    let mut events = Vec::with_capacity(COUNT);
    let mut due = 0.0;
    for (customer, life) in (1_u32..).zip(lifetimes) {
        let Some(last) = life.last_seen_at else { continue };
        due += life.activity / total * COUNT as f64;
        let mut dice = Dice::new(3, u64::from(customer));
        let span = (last - life.signed_up_at).num_seconds().max(1) as f64;
        while events.len() < due as usize && events.len() < COUNT {
            let ago = (dice.fraction().powi(3) * span) as i64;
            events.push(Event { at: (last - TimeDelta::seconds(ago)).timestamp(), customer });
        }
    }
    // What rounding left over.
    while events.len() < COUNT {
        let again = events[events.len() % 1_000];
        events.push(again);
    }
    events.sort_unstable();
    events
}

/// Appends an event's line in COPY's text format. `id` is its place in time, from 1.
pub(super) fn push_line(line: &mut String, id: usize, event: Event) {
    let mut dice = Dice::new(4, id as u64);
    let name = *dice.weighted(NAMES);
    let at = DateTime::<Utc>::from_timestamp(event.at, 0).unwrap_or_default();
    let _ = write!(line, "{id}\t{}\t{name}\t{}\t", customers::id(event.customer), customers::stamp(at));
    match name {
        "checkout_started" | "checkout_completed" | "invoice_paid" => {
            let _ = write!(line, "{{\"amount\": {}, \"currency\": \"EUR\"}}", 19 + dice.below(900));
        }
        "search" => {
            let _ = write!(line, "{{\"results\": {}}}", dice.below(200));
        }
        "report_exported" => {
            let _ = write!(line, "{{\"format\": \"{}\"}}", dice.pick(&["csv", "xlsx", "pdf"]));
        }
        _ => line.push_str("{}"),
    }
    line.push('\n');
}

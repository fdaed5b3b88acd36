//! Statements as one writes them in psql who knows the tables: calls first, by the best index there is, and
//! only those taken apart into flags.

/// Columns of a page of the list.
const SHOWN: &str =
    "c.id, c.evaluated_at, c.environment, c.entity_id, c.source, c.sdk, c.stale, v.key, r.version,
    case when r.outcome >= 0 then v.flag -> 'rules' -> r.outcome::int -> 'value'
         else v.flag -> 'defaultValue' end::text as value,
    r.outcome,
    case when r.outcome >= 0 then v.flag -> 'rules' -> r.outcome::int ->> 'id' end as rule";

/// A page: so many of the newest calls that meet a condition on call `e` and its flags `s`, and of each the
/// results `r` that meet another.
pub(crate) fn page(calls: &str, results: &str, limit: usize) -> String {
    expanded(
        &format!(
            "select e.*, s.flags, s.versions
             from halyard.evaluations e join halyard.flag_sets s on s.id = e.flag_set
             where {calls} order by e.evaluated_at desc, e.id desc limit {limit}"
        ),
        results,
    )
}

/// The same for what is rare: looked for in the ten minutes that the counts name. Without an order and a
/// limit of its own each of them would not be looked up, but the whole log gone through.
pub(crate) fn rare_page(counts: &str, calls: &str, results: &str, limit: usize) -> String {
    // The page before may have used up the first of them.
    let windows = limit + 1;
    expanded(
        &format!(
            "select e.* from (select distinct c.at from halyard.evaluation_counts c where {counts}
                              order by c.at desc limit {windows}) t
             cross join lateral (
                 select e.*, s.flags, s.versions
                 from halyard.evaluations e join halyard.flag_sets s on s.id = e.flag_set
                 where {calls} and e.evaluated_at >= t.at and e.evaluated_at < t.at + interval '10 minutes'
                 order by e.evaluated_at desc, e.id desc limit {limit}) e
             order by e.evaluated_at desc, e.id desc limit {limit}"
        ),
        results,
    )
}

fn expanded(calls: &str, results: &str) -> String {
    format!(
        "with calls as materialized ({calls})
         select {SHOWN}
         from calls c cross join lateral unnest(c.flags, c.versions, c.outcomes)
             with ordinality as r (flag, version, outcome, position)
         left join halyard.flag_versions v on v.number = r.flag and v.version = r.version
         where {results} order by c.evaluated_at desc, c.id desc, r.position"
    )
}

//! The one implementation of audience conditions: each becomes one SQL boolean expression over the
//! customer's row, called `c`. Membership, counting, listing and explaining all use it.
//!
//! Inside the expression NULL stands for "does not hold": `and` and `or` keep that, and `not` is
//! written `IS NOT TRUE`. Who shows the result as a value writes `IS TRUE` behind it.

mod events;

use serde_json::Number;

use crate::attribute::{AttributeType, Storage};
use crate::condition::checked::{
    CheckedAttribute, CheckedCondition, CheckedLeaf, Comparison, Test, TextMatch,
};
use crate::condition::moment::Moment;
use crate::tenant_sql::{Bind, TenantSql, like_pattern};

/// Appends the condition, in parentheses.
pub(crate) fn push_condition(sql: &mut TenantSql, condition: &CheckedCondition) {
    match condition {
        CheckedCondition::All(parts) => push_joined(sql, parts, " and "),
        CheckedCondition::Any(parts) => push_joined(sql, parts, " or "),
        CheckedCondition::Not(inner) => {
            sql.push("(");
            push_condition(sql, inner);
            sql.push(" is not true)");
        }
        CheckedCondition::Leaf(leaf) => push_leaf(sql, leaf),
    }
}

fn push_joined(sql: &mut TenantSql, parts: &[CheckedCondition], joiner: &'static str) {
    sql.push("(");
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            sql.push(joiner);
        }
        push_condition(sql, part);
    }
    sql.push(")");
}

/// Appends one test, in parentheses.
pub(crate) fn push_leaf(sql: &mut TenantSql, leaf: &CheckedLeaf) {
    match leaf {
        CheckedLeaf::Attribute(leaf) => push_attribute(sql, leaf),
        CheckedLeaf::Event(leaf) => events::push_test(sql, leaf),
    }
}

/// Appends what the row holds for the test, as `jsonb`: the column, the value inside its json, or
/// how many events there are.
pub(crate) fn push_row_value(sql: &mut TenantSql, leaf: &CheckedLeaf) {
    match leaf {
        CheckedLeaf::Attribute(leaf) if leaf.storage == Storage::Json => {
            Operand::new(sql, leaf).push_json(sql)
        }
        CheckedLeaf::Attribute(leaf) => {
            sql.push("to_jsonb(c.").identifier(&leaf.column).push(")");
        }
        CheckedLeaf::Event(leaf) => events::push_count(sql, leaf),
    }
}

fn push_attribute(sql: &mut TenantSql, leaf: &CheckedAttribute) {
    sql.push(if leaf.negated { "((" } else { "(" });
    push_test(sql, leaf);
    sql.push(if leaf.negated { ") is not true)" } else { ")" });
}

/// The value that is tested, as it is written in SQL. A json path is bound once.
struct Operand<'a> {
    leaf: &'a CheckedAttribute,
    path: Option<u64>,
}

impl<'a> Operand<'a> {
    fn new(sql: &mut TenantSql, leaf: &'a CheckedAttribute) -> Self {
        let path = (!leaf.path.is_empty()).then(|| sql.reserve(Bind::Texts(leaf.path.clone())));
        Operand { leaf, path }
    }

    fn push_column(&self, sql: &mut TenantSql) {
        sql.push("c.").identifier(&self.leaf.column);
    }

    /// The json value at the path.
    fn push_json(&self, sql: &mut TenantSql) {
        match self.path {
            None => self.push_column(sql),
            Some(path) => {
                sql.push("(");
                self.push_column(sql);
                sql.push(" #> ").placeholder(path).push("::text[])");
            }
        }
    }

    /// The json value's text; NULL when it is of another json type.
    fn push_json_scalar(&self, sql: &mut TenantSql, json_type: &'static str) {
        sql.push("case when jsonb_typeof(");
        self.push_json(sql);
        sql.push(") = '").push(json_type).push("' then (");
        self.push_json(sql);
        sql.push(" #>> '{}') end");
    }

    fn push_text(&self, sql: &mut TenantSql) {
        match self.leaf.storage {
            Storage::Json => {
                sql.push("(");
                self.push_json_scalar(sql, "string");
                sql.push(")");
            }
            Storage::Text => self.push_column(sql),
            _ => {
                self.push_column(sql);
                sql.push("::text");
            }
        }
    }

    fn push_number(&self, sql: &mut TenantSql) {
        match self.leaf.storage {
            Storage::Json => {
                sql.push("(");
                self.push_json_scalar(sql, "number");
                sql.push(")::numeric");
            }
            // Through its text, so that what people read is what is compared: 0.1 is 0.1.
            Storage::Real => {
                self.push_column(sql);
                sql.push("::text::float8");
            }
            _ => self.push_column(sql),
        }
    }

    fn push_moment(&self, sql: &mut TenantSql) {
        match self.leaf.storage {
            Storage::Json => self.push_json_moment(sql),
            Storage::TimestampWithoutZone => {
                sql.push("(");
                self.push_column(sql);
                sql.push(" at time zone 'UTC')");
            }
            _ => self.push_column(sql),
        }
    }

    /// A time inside json is text. Postgres would raise an error for a text that is none, so its
    /// form and the days of its month are looked at first: what does not fit is missing.
    fn push_json_moment(&self, sql: &mut TenantSql) {
        let day_only = self.leaf.read_as == AttributeType::Date;
        sql.push("(select case when v.t ~ ").push(if day_only { DAY } else { INSTANT });
        // CASE keeps the order: the casts see only texts that passed.
        sql.push(
            " then case when substr(v.t, 9, 2)::int <= extract(day from (substr(v.t, 1, 7) || '-01')::timestamp \
             + interval '1 month' - interval '1 day') then ",
        );
        if day_only {
            sql.push("v.t::date");
        } else {
            sql.push("case when v.t ~ ")
                .push(ZONE)
                .push(" then v.t::timestamptz else v.t::timestamp at time zone 'UTC' end");
        }
        sql.push(" end end from (select ");
        self.push_json_scalar(sql, "string");
        sql.push(" as t offset 0) v)");
    }
}

/// A day of the years 0001 to 9999; the number of days of its month is checked apart.
const DAY: &str = r"'^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'";
/// A day, or a time by RFC 3339 of which the zone may be missing.
const INSTANT: &str = r"'^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?([Zz]|[+-](0[0-9]|1[0-4]):[0-5][0-9])?)?$'";
const ZONE: &str = "'([Zz]|[+-][0-9]{2}:[0-9]{2})$'";

fn push_test(sql: &mut TenantSql, leaf: &CheckedAttribute) {
    let operand = Operand::new(sql, leaf);
    match &leaf.test {
        Test::IsSet => push_is_set(sql, &operand),
        Test::Text { matching, ignore_case } => push_text_test(sql, &operand, matching, *ignore_case),
        Test::OneOfNumbers(numbers) => {
            operand.push_number(sql);
            sql.push(" = any(");
            push_numbers(sql, leaf, numbers);
            sql.push(")");
        }
        Test::CompareNumber(comparison, number) => {
            operand.push_number(sql);
            sql.push(symbol(*comparison));
            push_number_value(sql, leaf, number);
        }
        Test::NumberBetween(from, to) => {
            operand.push_number(sql);
            sql.push(" between ");
            push_number_value(sql, leaf, from);
            sql.push(" and ");
            push_number_value(sql, leaf, to);
        }
        Test::Boolean(expected) => {
            if leaf.storage == Storage::Json {
                operand.push_json(sql);
                sql.push(if *expected { " = 'true'::jsonb" } else { " = 'false'::jsonb" });
            } else {
                operand.push_column(sql);
                sql.push(if *expected { " is true" } else { " is false" });
            }
        }
        Test::CompareMoment(comparison, moment) => {
            operand.push_moment(sql);
            sql.push(symbol(*comparison));
            push_moment_value(sql, *moment);
        }
        Test::MomentBetween(from, to) => {
            operand.push_moment(sql);
            sql.push(" between ");
            push_moment_value(sql, *from);
            sql.push(" and ");
            push_moment_value(sql, *to);
        }
        Test::WithinLastDays(days) => push_within_last_days(sql, &operand, *days),
        Test::ArrayContainsAny(texts) => push_array_test(sql, &operand, " && ", " ?| ", texts),
        Test::ArrayContainsAll(texts) => push_array_test(sql, &operand, " @> ", " ?& ", texts),
    }
}

fn symbol(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => " < ",
        Comparison::AtMost => " <= ",
        Comparison::Greater => " > ",
        Comparison::AtLeast => " >= ",
    }
}

fn push_is_set(sql: &mut TenantSql, operand: &Operand<'_>) {
    match (operand.leaf.storage, operand.leaf.read_as) {
        (Storage::Json, AttributeType::Json) => {
            operand.push_json(sql);
            // NULL compares as NULL, which does not hold.
            sql.push(" <> 'null'::jsonb");
        }
        (Storage::Json, AttributeType::Timestamp | AttributeType::Date) => {
            operand.push_moment(sql);
            sql.push(" is not null");
        }
        (Storage::Json, read_as) => {
            sql.push("jsonb_typeof(");
            operand.push_json(sql);
            sql.push(match read_as {
                AttributeType::Number => ") = 'number'",
                AttributeType::Boolean => ") = 'boolean'",
                AttributeType::TextArray => ") = 'array'",
                _ => ") = 'string'",
            });
        }
        _ => {
            operand.push_column(sql);
            sql.push(" is not null");
        }
    }
}

fn push_text_test(sql: &mut TenantSql, operand: &Operand<'_>, matching: &TextMatch, ignore_case: bool) {
    let (open, close) = if ignore_case { ("lower(", ")") } else { ("", "") };
    sql.push(open);
    operand.push_text(sql);
    sql.push(close);
    let pattern = match matching {
        TextMatch::OneOf(texts) => {
            match texts.as_slice() {
                [only] => {
                    sql.push(" = ").push(open).bind(Bind::Text(only.clone())).push("::text").push(close);
                }
                _ if ignore_case => {
                    sql.push(" = any(array(select lower(u.t) from unnest(")
                        .bind(Bind::Texts(texts.clone()))
                        .push("::text[]) u (t)))");
                }
                _ => {
                    sql.push(" = any(").bind(Bind::Texts(texts.clone())).push("::text[])");
                }
            }
            return;
        }
        TextMatch::Contains(text) => like_pattern("%", text, "%"),
        TextMatch::StartsWith(text) => like_pattern("", text, "%"),
        TextMatch::EndsWith(text) => like_pattern("%", text, ""),
    };
    // LIKE refuses nondeterministic collations before Postgres 18; it compares characters anyway.
    sql.push(" collate \"C\" like ").push(open).bind(Bind::Text(pattern)).push("::text").push(close);
}

/// Integer columns are compared with integers where the value is one, so that an index can serve.
fn as_integer(leaf: &CheckedAttribute, number: &Number) -> Option<i64> {
    (leaf.storage == Storage::Integer).then(|| number.as_i64()).flatten()
}

fn as_double(leaf: &CheckedAttribute, number: &Number) -> Option<f64> {
    matches!(leaf.storage, Storage::Real | Storage::Double).then(|| number.as_f64()).flatten()
}

fn push_number_value(sql: &mut TenantSql, leaf: &CheckedAttribute, number: &Number) {
    if let Some(integer) = as_integer(leaf, number) {
        sql.bind(Bind::Integer(integer)).push("::int8");
    } else if let Some(double) = as_double(leaf, number) {
        sql.bind(Bind::Double(double)).push("::float8");
    } else {
        // As text, which holds every digit that was written.
        sql.bind(Bind::Text(number.to_string())).push("::text::numeric");
    }
}

fn push_numbers(sql: &mut TenantSql, leaf: &CheckedAttribute, numbers: &[Number]) {
    let integers: Option<Vec<i64>> = numbers.iter().map(|number| as_integer(leaf, number)).collect();
    let doubles: Option<Vec<f64>> = numbers.iter().map(|number| as_double(leaf, number)).collect();
    if let Some(integers) = integers {
        sql.bind(Bind::Integers(integers)).push("::int8[]");
    } else if let Some(doubles) = doubles {
        sql.bind(Bind::Doubles(doubles)).push("::float8[]");
    } else {
        sql.bind(Bind::Texts(numbers.iter().map(Number::to_string).collect())).push("::text[]::numeric[]");
    }
}

fn push_moment_value(sql: &mut TenantSql, moment: Moment) {
    match moment {
        Moment::Instant(instant) => sql.bind(Bind::Timestamp(instant)).push("::timestamptz"),
        Moment::Day(day) => sql.bind(Bind::Date(day)).push("::date"),
    };
}

/// The moment lies in the past days of 24 hours each, not in the future. A date is its midnight in UTC.
fn push_within_last_days(sql: &mut TenantSql, operand: &Operand<'_>, days: i64) {
    let date = operand.leaf.read_as == AttributeType::Date;
    let (open, close) = if date { ("(", "::timestamp at time zone 'UTC')") } else { ("", "") };
    sql.push(open);
    operand.push_moment(sql);
    sql.push(close);
    // Times 24 hours, not days: a day in the session's zone may have 23 or 25.
    sql.push(" between now() - ").bind(Bind::Integer(days)).push("::int8 * interval '24 hours' and now()");
}

fn push_array_test(
    sql: &mut TenantSql,
    operand: &Operand<'_>,
    array: &'static str,
    json: &'static str,
    texts: &[String],
) {
    match operand.leaf.storage {
        Storage::Json => {
            sql.push("jsonb_typeof(");
            operand.push_json(sql);
            sql.push(") = 'array' and ");
            operand.push_json(sql);
            sql.push(json);
        }
        storage => {
            operand.push_column(sql);
            sql.push(if storage == Storage::TextArray { "" } else { "::text[]" }).push(array);
        }
    }
    sql.bind(Bind::Texts(texts.to_vec())).push("::text[]");
}

#[cfg(test)]
mod tests;

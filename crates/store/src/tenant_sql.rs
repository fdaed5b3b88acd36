//! SQL about the tenant's own tables, put together at run time: the only module that tells sqlx a
//! text is safe. It is safe by construction: text can only grow by literals of this crate, by quoted
//! identifiers and by numbered placeholders; values travel beside it, bound.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::Query;
use sqlx::{Arguments, AssertSqlSafe};
use uuid::Uuid;

/// A value that travels beside the statement.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Bind {
    Text(String),
    Texts(Vec<String>),
    Integer(i64),
    Integers(Vec<i64>),
    Double(f64),
    Doubles(Vec<f64>),
    Uuids(Vec<Uuid>),
    Timestamp(DateTime<Utc>),
    Date(NaiveDate),
}

/// A statement under construction.
#[derive(Debug, Clone, Default)]
pub(crate) struct TenantSql {
    text: String,
    binds: Vec<Bind>,
}

impl TenantSql {
    pub(crate) fn new(text: &'static str) -> Self {
        TenantSql { text: text.to_owned(), binds: Vec::new() }
    }

    /// Appends SQL that this crate wrote.
    pub(crate) fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends an identifier, quoted.
    pub(crate) fn identifier(&mut self, name: &str) -> &mut Self {
        self.text.push_str(&quoted(name));
        self
    }

    /// Appends a whole number.
    pub(crate) fn number(&mut self, number: u64) -> &mut Self {
        self.text.push_str(&number.to_string());
        self
    }

    /// Appends a placeholder for the value.
    pub(crate) fn bind(&mut self, value: Bind) -> &mut Self {
        let number = self.reserve(value);
        self.placeholder(number)
    }

    /// Appends the placeholder of a value that comes with each execution, after all that are bound
    /// so far. Nothing may be bound after it.
    pub(crate) fn placeholder_at_execution(&mut self) -> &mut Self {
        let number = self.binds.len() as u64 + 1;
        self.placeholder(number)
    }

    /// Appends the placeholder of a value bound earlier.
    pub(crate) fn placeholder(&mut self, number: u64) -> &mut Self {
        self.text.push('$');
        self.number(number)
    }

    /// Binds a value to be referred to by its number, perhaps several times.
    pub(crate) fn reserve(&mut self, value: Bind) -> u64 {
        self.binds.push(value);
        self.binds.len() as u64
    }

    /// Seals the statement for execution.
    pub(crate) fn build(self) -> Statement {
        Statement { text: self.text.into(), binds: self.binds.into() }
    }
}

/// A finished statement: cheap to clone, executed as often as one likes. sqlx keeps it prepared on
/// each connection.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    text: Arc<str>,
    binds: Arc<[Bind]>,
}

impl Statement {
    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn query(&self) -> Query<'static, Postgres, PgArguments> {
        self.query_with(&[])
    }

    /// The statement with further values, for the placeholders after those bound while building.
    pub(crate) fn query_with(&self, more: &[Bind]) -> Query<'static, Postgres, PgArguments> {
        sqlx::query_with(AssertSqlSafe(Arc::clone(&self.text)), self.arguments(more))
    }

    /// The plan that Postgres makes for it, instead of its rows.
    pub(crate) fn plan_with(&self, more: &[Bind]) -> Query<'static, Postgres, PgArguments> {
        let text = format!("explain (costs off) {}", self.text);
        sqlx::query_with(AssertSqlSafe(text), self.arguments(more))
    }

    fn arguments(&self, more: &[Bind]) -> PgArguments {
        let mut arguments = PgArguments::default();
        for bind in self.binds.iter().chain(more) {
            let added = match bind {
                Bind::Text(value) => arguments.add(value),
                Bind::Texts(value) => arguments.add(value),
                Bind::Integer(value) => arguments.add(value),
                Bind::Integers(value) => arguments.add(value),
                Bind::Double(value) => arguments.add(value),
                Bind::Doubles(value) => arguments.add(value),
                Bind::Uuids(value) => arguments.add(value),
                Bind::Timestamp(value) => arguments.add(value),
                Bind::Date(value) => arguments.add(value),
            };
            // Encoding these types cannot fail; were it to, the statement would lack a value and
            // Postgres would refuse it.
            debug_assert!(added.is_ok());
        }
        arguments
    }
}

/// A name as an identifier, in double quotes.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A LIKE pattern that matches the text itself, between `before` and `after` (each `%` or empty).
pub(crate) fn like_pattern(before: &str, text: &str, after: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push_str(before);
    for character in text.chars() {
        if matches!(character, '\\' | '%' | '_') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push_str(after);
    pattern
}

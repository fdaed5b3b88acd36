//! Query parameters, read strictly: one that is unknown, given twice, or not what it should be is an
//! error that names it, and all of them are named at once. A misspelt filter would otherwise list
//! everything.

use std::{fmt::Display, str::FromStr};

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use halyard_engine::{Validation, Violation};

use super::body::shortened;
use crate::{Api, problem::Problem};

/// Rows of a page when `limit` is left out.
const USUAL_LIMIT: u32 = 50;
/// The most rows of a page.
const MAX_LIMIT: u32 = 500;

/// The parameters, taken one by one; those that nobody takes are unknown.
pub(super) struct Parameters {
    given: Vec<(String, String)>,
    known: Vec<&'static str>,
    violations: Vec<Violation>,
}

impl FromRequestParts<Api> for Parameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Problem> {
        let given = Query::try_from_uri(&parts.uri)
            .map_err(|_| Problem::invalid("", "The query of the address cannot be read."))?;
        Ok(Parameters { given: given.0, known: Vec::new(), violations: Vec::new() })
    }
}

impl Parameters {
    /// The text of a parameter.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        let mut values: Vec<String> = Vec::new();
        self.given.retain_mut(|(given, value)| {
            let is_meant = given == name;
            if is_meant {
                values.push(std::mem::take(value));
            }
            !is_meant
        });
        if values.len() > 1 {
            self.refuse(name, "This parameter is given more than once. Give it once.");
        }
        values.pop()
    }

    /// A parameter that must read as `T`; `expected` completes "Give …".
    pub(super) fn parsed<T: FromStr>(&mut self, name: &'static str, expected: impl Display) -> Option<T> {
        let text = self.text(name)?;
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.refuse(name, format!("“{}” cannot be understood. Give {expected}.", shortened(&text)));
        }
        parsed
    }

    /// A parameter that is one of a few words.
    pub(super) fn one_of<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let message = format!("“{}” is not known. Give one of {}.", shortened(&text), known.join(", "));
            self.refuse(name, message);
        }
        found
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, name: &'static str) -> Option<bool> {
        self.one_of(name, &[("true", true), ("false", false)])
    }

    /// How many rows: 1 to 500, 50 when left out.
    pub(super) fn limit(&mut self) -> u32 {
        let range = format!("a whole number from 1 to {MAX_LIMIT}");
        let limit = self.parsed::<u32>("limit", &range).unwrap_or(USUAL_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            self.refuse("limit", format!("{limit} rows cannot be had at a time. Give {range}."));
        }
        limit
    }

    /// Why, for the audit log. What is deleted has no body to say it in: one has no meaning with DELETE (RFC 9110,
    /// section 9.3.5), and is dropped on the way.
    pub(super) fn note(&mut self) -> String {
        let note = self.text("note").unwrap_or_default();
        let mut validation = Validation::new();
        validation.note(&note);
        self.violations.extend(validation.finish().err().unwrap_or_default());
        note
    }

    /// Notes something that is wrong with a parameter.
    pub(super) fn refuse(&mut self, name: &str, message: impl Into<String>) {
        self.violations.push(Violation { path: name.to_owned(), message: message.into() });
    }

    /// # Errors
    /// Everything that was wrong.
    pub(super) fn finish(mut self) -> Result<(), Problem> {
        let known = self.known.join(", ");
        for (name, _) in std::mem::take(&mut self.given) {
            let advice = if known.is_empty() {
                String::from("This route has no parameters.")
            } else {
                format!("Known are {known}.")
            };
            self.refuse(&shortened(&name), format!("There is no such parameter. {advice}"));
        }
        if self.violations.is_empty() { Ok(()) } else { Err(Problem::violations(self.violations)) }
    }
}

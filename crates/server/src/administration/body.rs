//! Bodies of administration: JSON objects, read strictly. A field that is unknown, missing or of
//! another type is an error that names it, and all of them are named at once.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use halyard_engine::{Validation, Violation};
use http_body_util::{BodyExt, LengthLimitError};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{
    Api,
    problem::{Problem, ProblemCode},
};

/// The most bytes of a body, which whoever calls the routes holds. A flag may have 20 rules of 32 KiB
/// and a default of 32 KiB, in which clients may write each character as `\u1234`.
pub(crate) const MAX_BODY: u64 = 4 * 1024 * 1024;

/// A body that must be a JSON object.
pub(super) struct Object(pub(super) Fields);

/// A body that may be empty, which says the same as `{}`.
pub(super) struct ObjectOrNothing(pub(super) Fields);

impl FromRequest<Api> for Object {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Api) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body).await?;
        if bytes.is_empty() {
            return Err(Problem::invalid("", "The body is empty. Send a JSON object."));
        }
        json(&parts.headers, &bytes).map(Object)
    }
}

impl FromRequest<Api> for ObjectOrNothing {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Api) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body).await?;
        if bytes.is_empty() {
            return Ok(ObjectOrNothing(Fields::of(Map::new(), "")));
        }
        json(&parts.headers, &bytes).map(ObjectOrNothing)
    }
}

/// The whole of a body, compressed ones refused: a small one could be huge inside.
async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(unsupported("The body is compressed. Send it as plain JSON."));
    }
    match body.collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if is_too_large(&error) => Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            ProblemCode::TooLarge,
            format!("The body is too large. Send at most {} MiB.", MAX_BODY / 1024 / 1024),
        )),
        Err(_) => Err(Problem::invalid("", "The body did not arrive in full. Send it again.")),
    }
}

/// Limits of outer layers come wrapped in errors of their own.
fn is_too_large(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_too_large)
}

fn json(headers: &HeaderMap, bytes: &[u8]) -> Result<Fields, Problem> {
    let media_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(unsupported("The body is not JSON by its Content-Type. Send application/json."));
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(given)) => Ok(Fields::of(given, "")),
        Ok(other) => Err(Problem::invalid("", format!("The body is {}. Send a JSON object.", kind(&other)))),
        Err(error) if error.to_string().starts_with("recursion limit") => {
            Err(Problem::invalid("", "The body is nested too deep. Make it flatter."))
        }
        // The parser names a place and what it expected there, not what was sent.
        Err(error) => Err(Problem::invalid("", format!("The body is not JSON: {error}."))),
    }
}

fn unsupported(detail: &'static str) -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::UnsupportedMediaType, detail)
}

/// What would be right where something else was sent; completes "Give …".
pub(super) mod expected {
    pub(in super::super) const TEXT: &str = "text";
    pub(in super::super) const BOOLEAN: &str = "true or false";
    pub(in super::super) const VERSION: &str = "a whole number, such as 5";
    pub(in super::super) const NUMBER: &str = "a number";
    pub(in super::super) const TEXTS: &str = "a list of texts";
    pub(in super::super) const SWITCHES: &str = "an object such as {\"production\": true}";
    pub(in super::super) const FLAG_TYPE: &str = "“boolean”, “string”, “number” or “json”";
}

/// The fields of an object, taken one by one; those that nobody takes are unknown.
pub(super) struct Fields {
    given: Map<String, Value>,
    known: Vec<&'static str>,
    prefix: String,
    violations: Vec<Violation>,
}

impl Fields {
    fn of(given: Map<String, Value>, prefix: impl Into<String>) -> Self {
        Self { given, known: Vec::new(), prefix: prefix.into(), violations: Vec::new() }
    }

    /// The JSON of a field, whatever it is; `null` is a value.
    pub(super) fn value(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.given.remove(name)
    }

    /// A field that may be left out, but not be of another type.
    pub(super) fn optional<T: DeserializeOwned>(&mut self, name: &'static str, expected: &str) -> Option<T> {
        let value = self.value(name)?;
        let was = kind(&value);
        let read = serde_json::from_value(value).ok();
        if read.is_none() {
            self.refuse(name, format!("This is {was}. Give {expected}."));
        }
        read
    }

    /// A field that must be there.
    pub(super) fn required<T: DeserializeOwned>(&mut self, name: &'static str, expected: &str) -> Option<T> {
        if !self.given.contains_key(name) {
            self.known.push(name);
            self.refuse(name, format!("This field is missing. Give {expected}."));
            return None;
        }
        self.optional(name, expected)
    }

    /// A field that is left out, null, or of the type.
    pub(super) fn nullable<T: DeserializeOwned>(&mut self, name: &'static str, expected: &str) -> Option<T> {
        self.optional::<Option<T>>(name, &format!("{expected}, or null")).flatten()
    }

    /// Why, for the audit log. Checked at once, as the store tells the database who changes something,
    /// and why, before it looks at what is changed.
    pub(super) fn note(&mut self) -> String {
        let note: String = self.optional("note", expected::TEXT).unwrap_or_default();
        let mut validation = Validation::new();
        validation.note(&note);
        self.refuse_all(validation.finish().err().unwrap_or_default());
        note
    }

    /// A field that is an object itself; `read` takes its fields.
    pub(super) fn object<T>(
        &mut self,
        name: &'static str,
        value: Value,
        read: impl FnOnce(&mut Fields) -> Option<T>,
    ) -> Option<T> {
        let path = self.path(name);
        self.inner(path, value, read)
    }

    /// A field that is a list of objects; `read` takes the fields of each. One that is wrong keeps
    /// its place, as the default, so that the places of the others are right.
    pub(super) fn objects<T: Default>(
        &mut self,
        name: &'static str,
        read: impl Fn(&mut Fields) -> T,
    ) -> Option<Vec<T>> {
        let items: Vec<Value> = self.optional(name, "a list of objects")?;
        let path = self.path(name);
        let items = items.into_iter().enumerate();
        let mut read = |(index, item)| {
            self.inner(format!("{path}[{index}]"), item, |fields| Some(read(fields))).unwrap_or_default()
        };
        Some(items.map(&mut read).collect())
    }

    fn inner<T>(
        &mut self,
        path: String,
        value: Value,
        read: impl FnOnce(&mut Fields) -> Option<T>,
    ) -> Option<T> {
        let Value::Object(given) = value else {
            let message = format!("This is {}. Give an object.", kind(&value));
            self.violations.push(Violation { path, message });
            return None;
        };
        let mut inner = Fields::of(given, format!("{path}."));
        let read = read(&mut inner);
        inner.refuse_unknown();
        let is_right = inner.violations.is_empty();
        self.violations.append(&mut inner.violations);
        read.filter(|_| is_right)
    }

    /// Notes something that is wrong with a field.
    pub(super) fn refuse(&mut self, name: &str, message: impl Into<String>) {
        let path = self.path(name);
        self.violations.push(Violation { path, message: message.into() });
    }

    /// Whether something is wrong with a field, or inside it.
    pub(super) fn is_refused(&self, name: &str) -> bool {
        let path = self.path(name);
        self.violations.iter().any(|violation| violation.path.starts_with(&path))
    }

    /// Notes what a reader of its own found; its paths are whole.
    pub(super) fn refuse_all(&mut self, violations: Vec<Violation>) {
        self.violations.extend(violations);
    }

    /// The end of reading. If anything was wrong, `check` adds what is wrong with the rest by the
    /// rules of the domain, so that all is named at once; otherwise the store will check.
    ///
    /// # Errors
    /// Everything that was wrong.
    pub(super) fn finish(mut self, check: impl FnOnce(&mut Validation)) -> Result<(), Problem> {
        self.refuse_unknown();
        if self.violations.is_empty() {
            return Ok(());
        }
        let mut validation = Validation::new();
        check(&mut validation);
        let mut more = validation.finish().err().unwrap_or_default();
        // What could not even be read was checked as the default.
        more.retain(|violation| !self.violations.iter().any(|known| item(known) == item(violation)));
        self.violations.append(&mut more);
        Err(Problem::violations(self.violations))
    }

    fn refuse_unknown(&mut self) {
        for name in std::mem::take(&mut self.given).into_iter().map(|(name, _)| name) {
            let known = self.known.join(", ");
            let advice = if known.is_empty() { String::new() } else { format!(" Known are {known}.") };
            self.refuse(&shortened(&name), format!("There is no such field. Remove it.{advice}"));
        }
    }

    fn path(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

/// The part of a violation's path that names the field, or the item of a list.
fn item(violation: &Violation) -> &str {
    let path = &violation.path;
    path.split_once(']').map_or(path, |(item, _)| item)
}

/// What a JSON value is, in the middle of a sentence.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A name from outside as it may stand in an answer.
pub(super) fn shortened(name: &str) -> String {
    const LONGEST: usize = 60;
    if name.chars().count() <= LONGEST {
        name.to_owned()
    } else {
        name.chars().take(LONGEST - 1).chain(['…']).collect()
    }
}

//! Who a LaunchDarkly client asks for: the key of one context. Attributes are neither used nor kept.
//! <https://docs.launchdarkly.com/sdk/concepts/context-config>

use std::{borrow::Cow, fmt};

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

use crate::evaluation::{
    body::{self, BodyError},
    entity_id::{self, InvalidEntityId},
    field::Field,
};

/// Why nobody can be evaluated for. Never repeats what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum InvalidContext {
    #[error("The context is not base64.")]
    Base64,
    #[error("The context is not JSON.")]
    Json,
    #[error("The context is not a JSON object.")]
    NotAnObject,
    #[error("The context is nested too deeply.")]
    TooDeep,
    #[error(
        "A kind of context is a text of letters, digits, dots, hyphens and underscores, and not \"kind\"."
    )]
    Kind,
    #[error("A multi-context has one context for each kind, and at least one.")]
    Multi,
    #[error("The context has no key. Give it one, as text.")]
    Key,
    #[error("The context's key {0}.")]
    EntityId(InvalidEntityId),
}

/// Either alphabet, with padding or without.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);

/// The JSON of a context as it stands in an address, percent-decoded.
pub(super) fn decode(base64: &str) -> Result<Vec<u8>, InvalidContext> {
    let engine = if base64.contains(['+', '/']) { &STANDARD } else { &URL_SAFE };
    engine.decode(base64).map_err(|_| InvalidContext::Base64)
}

/// The entity id of a context: the key of the kind `user`, else of the first kind in alphabetical
/// order.
pub(super) fn entity_id(json: &[u8]) -> Result<Cow<'_, str>, InvalidContext> {
    body::check_object(json).map_err(|error| match error {
        BodyError::TooDeep => InvalidContext::TooDeep,
        _ => InvalidContext::NotAnObject,
    })?;
    let context: Context<'_> = serde_json::from_slice(json).map_err(|_| InvalidContext::Json)?;
    let key = match &context.kind {
        // A user of the time before there were kinds.
        Field::Absent => context.key,
        Field::Text(kind) if kind == "multi" => return context.of_many(),
        Field::Text(kind) if is_kind(kind) => context.key,
        _ => return Err(InvalidContext::Kind),
    };
    checked(key)
}

fn checked(key: Field<'_>) -> Result<Cow<'_, str>, InvalidContext> {
    match key {
        Field::Text(key) if !key.is_empty() => {
            entity_id::check(&key).map_err(InvalidContext::EntityId)?;
            Ok(key)
        }
        _ => Err(InvalidContext::Key),
    }
}

fn is_kind(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !name.is_empty() && name != "kind" && name != "multi" && name.bytes().all(allowed)
}

/// A context of whatever kind; what it is shows when all of it is read.
#[derive(Debug, Default)]
struct Context<'a> {
    kind: Field<'a>,
    key: Field<'a>,
    /// Of a multi-context: the one of the kind `user`, else the first by its kind.
    chosen: Option<(Name<'a>, Part<'a>)>,
    /// What would be wrong if this were a multi-context.
    wrong: Option<InvalidContext>,
}

/// One context of a multi-context; in others, an attribute that happens to be an object.
#[derive(Debug, Default, Deserialize)]
struct Part<'a> {
    #[serde(borrow, default)]
    key: Field<'a>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Context<'a> {
    fn of_many(self) -> Result<Cow<'a, str>, InvalidContext> {
        if let Some(wrong) = self.wrong {
            return Err(wrong);
        }
        match self.chosen {
            Some((_, part)) => checked(part.key),
            None => Err(InvalidContext::Multi),
        }
    }

    fn take(&mut self, name: Name<'a>, part: Field<'a, Part<'a>>) {
        let wrong = match part {
            _ if !is_kind(&name.0) => InvalidContext::Kind,
            Field::Object(Part { key: Field::Text(key) }) if !key.is_empty() => {
                if self.chosen.as_ref().is_none_or(|(chosen, _)| rank(&name) <= rank(chosen)) {
                    self.chosen = Some((name, Part { key: Field::Text(key) }));
                }
                return;
            }
            Field::Object(_) => InvalidContext::Key,
            _ => InvalidContext::Multi,
        };
        self.wrong.get_or_insert(wrong);
    }
}

/// Smaller is chosen first.
fn rank<'a>(name: &'a Name<'_>) -> (bool, &'a str) {
    (name.0 != "user", &name.0)
}

impl<'de: 'a, 'a> Deserialize<'de> for Context<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ContextVisitor;

        impl<'de> Visitor<'de> for ContextVisitor {
            type Value = Context<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a context")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let mut context = Context::default();
                while let Some(name) = entries.next_key::<Name<'de>>()? {
                    match &*name.0 {
                        "kind" => context.kind = entries.next_value()?,
                        // Also a possible kind of context within a multi-context.
                        "key" => match entries.next_value::<Field<'de, Part<'de>>>()? {
                            Field::Text(key) => context.key = Field::Text(key),
                            part => context.take(name, part),
                        },
                        _ => {
                            let part = entries.next_value()?;
                            context.take(name, part);
                        }
                    }
                }
                Ok(context)
            }
        }

        deserializer.deserialize_map(ContextVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::{InvalidContext::*, *};

    #[test]
    fn entity_is_the_user_or_the_first_kind() {
        let check = |json: &str, expected: Result<&str, InvalidContext>| {
            let found = entity_id(json.as_bytes());
            assert_eq!(found.as_deref().map_err(|error| *error), expected, "{json}");
        };
        check(r#"{"kind":"user","key":"a"}"#, Ok("a"));
        check(r#"{"kind":"device","key":"a","name":"x","nested":{"key":1}}"#, Ok("a"));
        check(r#"{"key":"a"}"#, Ok("a"));
        check(r#"{"kind":null,"key":"a"}"#, Ok("a"));
        check(r#"{"key":"\u00fc\"x"}"#, Ok("ü\"x"));
        check(r#"{"kind":"multi","org":{"key":"o"},"user":{"key":"u"},"app":{"key":"a"}}"#, Ok("u"));
        check(r#"{"org":{"key":"o"},"app":{"key":"a"},"kind":"multi"}"#, Ok("a"));
        check(r#"{"kind":"multi","key":{"key":"k"}}"#, Ok("k"));
        check(r#"{"kind":"user","key":"a","constructor":{"key":[]},"__proto__":null}"#, Ok("a"));
        check("{}", Err(Key));
        check(r#"{"kind":"user"}"#, Err(Key));
        check(r#"{"kind":"user","key":""}"#, Err(Key));
        check(r#"{"kind":"user","key":1}"#, Err(Key));
        check(r#"{"kind":"user","key":{"key":"a"}}"#, Err(Key));
        check(r#"{"kind":1,"key":"a"}"#, Err(Kind));
        check(r#"{"kind":"","key":"a"}"#, Err(Kind));
        check(r#"{"kind":"kind","key":"a"}"#, Err(Kind));
        check(r#"{"kind":"<script>","key":"a"}"#, Err(Kind));
        check(r#"{"kind":"multi"}"#, Err(Multi));
        check(r#"{"kind":"multi","key":"a"}"#, Err(Multi));
        check(r#"{"kind":"multi","user":"a"}"#, Err(Multi));
        check(r#"{"kind":"multi","user":{"key":"a"},"org":{}}"#, Err(Key));
        check(r#"{"kind":"multi","user":{"key":"a"},"a b":{"key":"a"}}"#, Err(Kind));
        check("", Err(NotAnObject));
        check("[]", Err(NotAnObject));
        check(r#"{"key":"a""#, Err(Json));
        check(r#"{"key":"a"} x"#, Err(Json));
        check(r#"{"key":"\ud800"}"#, Err(Json));
        check(r#"{"key":"a\u0000"}"#, Err(EntityId(InvalidEntityId::Nul)));
        check(&format!(r#"{{"key":"{}"}}"#, "🙂".repeat(256)), Ok(&"🙂".repeat(256)));
        check(&format!(r#"{{"key":"{}"}}"#, "a".repeat(257)), Err(EntityId(InvalidEntityId::TooLong(257))));
        check(&format!(r#"{{"key":"a","x":{}{}}}"#, "[".repeat(99_999), "]".repeat(99_999)), Err(TooDeep));
    }

    #[test]
    fn either_alphabet_is_base64_padded_or_not() {
        let check = |text: &str, expected: Result<&[u8], InvalidContext>| {
            assert_eq!(decode(text).as_deref().map_err(|error| *error), expected, "{text}");
        };
        check("e30", Ok(b"{}"));
        check("e30=", Ok(b"{}"));
        check("-_8", Ok(b"\xfb\xff"));
        check("+/8=", Ok(b"\xfb\xff"));
        check("e", Err(Base64));
        check("e30==", Err(Base64));
        check("e3 0", Err(Base64));
        check("e%30", Err(Base64));
        check("ключ", Err(Base64));
    }
}

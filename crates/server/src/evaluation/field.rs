//! A field of a request, read without judging it, so that all that is wrong with a request can be
//! said at once, and without keeping what is not asked for, however large.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

/// What stands in a field. Of an object that is not of interest nothing is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Field<'a, O = IgnoredAny> {
    /// Nothing, or `null`.
    #[default]
    Absent,
    /// A text.
    Text(Cow<'a, str>),
    /// An object.
    Object(O),
    /// Something else; says what, as in “a number”.
    Other(&'static str),
}

impl<O> Field<'_, O> {
    /// What stands there, in the middle of a sentence.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Field::Absent => "missing",
            Field::Text(_) => "text",
            Field::Object(_) => "an object",
            Field::Other(kind) => kind,
        }
    }
}

impl<'de: 'a, 'a, O: Deserialize<'de>> Deserialize<'de> for Field<'a, O> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor(PhantomData))
    }
}

struct FieldVisitor<O>(PhantomData<O>);

impl<'de, O: Deserialize<'de>> Visitor<'de> for FieldVisitor<O> {
    type Value = Field<'de, O>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Field::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Field::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Field::Absent)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Field::Other("true or false"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Field::Other("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Field::Other("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Field::Other("a number"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Field::Other("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        O::deserialize(MapAccessDeserializer::new(object)).map(Field::Object)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn whatever_stands_there_is_read() {
        let check = |json, expected| {
            assert_eq!(serde_json::from_str::<Field<'_>>(json).unwrap(), expected, "{json}");
        };
        check("null", Field::Absent);
        check("\"a\"", Field::Text("a".into()));
        check("\"\\u0061\"", Field::Text("a".into()));
        check("true", Field::Other("true or false"));
        check("-1", Field::Other("a number"));
        check("1e30", Field::Other("a number"));
        check("[1, [2]]", Field::Other("a list"));
        check("{\"a\": {}}", Field::Object(IgnoredAny));
    }
}

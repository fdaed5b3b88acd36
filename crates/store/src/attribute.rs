//! Attributes: the columns of the customers table as conditions see them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::condition::Operator;

/// How conditions read an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttributeType {
    /// Text of any kind: text, varchar, char(n), enums, uuid, network addresses.
    Text,
    /// Integers, numeric and floating point.
    Number,
    /// True or false.
    Boolean,
    /// A moment; one without zone is read as UTC.
    Timestamp,
    /// A day.
    Date,
    /// A list of texts.
    TextArray,
    /// `jsonb`: a value of any shape, read through a path as one of the other types.
    Json,
    /// Anything else; it can be shown but not used in conditions.
    Unsupported,
}

impl AttributeType {
    /// The operators that conditions may use on it.
    pub fn operators(self) -> &'static [Operator] {
        use Operator::*;
        match self {
            AttributeType::Text => {
                &[Equals, NotEquals, In, NotIn, Contains, NotContains, StartsWith, EndsWith, IsSet, IsNotSet]
            }
            AttributeType::Number => &[
                Equals,
                NotEquals,
                In,
                NotIn,
                LessThan,
                AtMost,
                GreaterThan,
                AtLeast,
                Between,
                IsSet,
                IsNotSet,
            ],
            AttributeType::Boolean => &[IsTrue, IsFalse, IsSet, IsNotSet],
            AttributeType::Timestamp | AttributeType::Date => {
                &[Before, After, Between, WithinLastDays, NotWithinLastDays, IsSet, IsNotSet]
            }
            AttributeType::TextArray => &[ContainsAny, ContainsAll, ContainsNone, IsSet, IsNotSet],
            AttributeType::Json => &[IsSet, IsNotSet],
            AttributeType::Unsupported => &[],
        }
    }

    /// The type as a message names it.
    pub fn words(self) -> &'static str {
        match self {
            AttributeType::Text => "text",
            AttributeType::Number => "a number",
            AttributeType::Boolean => "true or false",
            AttributeType::Timestamp => "a time",
            AttributeType::Date => "a date",
            AttributeType::TextArray => "a list of texts",
            AttributeType::Json => "JSON",
            AttributeType::Unsupported => "of a type that conditions cannot use",
        }
    }
}

/// A column of the customers table as the condition builder offers it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    /// The column's name.
    pub name: String,
    /// How conditions read it.
    #[serde(rename = "type")]
    pub attribute_type: AttributeType,
    /// The type in the database, as Postgres prints it.
    pub db_type: String,
    /// Whether it can be missing.
    pub nullable: bool,
    /// The values of an enum, in order; empty otherwise.
    pub enum_values: Vec<String>,
    /// What can be asked of it.
    pub operators: Vec<Operator>,
    /// How the column is stored, for the compiler.
    #[serde(skip)]
    #[ts(skip)]
    pub(crate) storage: Storage,
}

/// How a column is stored, as far as SQL about it differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Storage {
    /// `text` and `varchar`: used as they are.
    Text,
    /// `char(n)`: as text without its padding.
    PaddedText,
    /// Enums, citext, name, network addresses: through their text form.
    OtherText,
    /// `uuid`.
    Uuid,
    /// `smallint`, `integer`, `bigint`.
    Integer,
    /// `numeric`.
    Numeric,
    /// `real`.
    Real,
    /// `double precision`.
    Double,
    /// `boolean`.
    Boolean,
    /// `timestamp with time zone`.
    TimestampWithZone,
    /// `timestamp without time zone`.
    TimestampWithoutZone,
    /// `date`.
    Date,
    /// `text[]`.
    TextArray,
    /// Arrays of varchar, char(n), enums, uuid.
    OtherTextArray,
    /// `jsonb`.
    Json,
    /// Anything else.
    Unsupported,
}

impl Storage {
    /// How conditions read a column stored so.
    pub fn attribute_type(self) -> AttributeType {
        match self {
            Storage::Text | Storage::PaddedText | Storage::OtherText | Storage::Uuid => AttributeType::Text,
            Storage::Integer | Storage::Numeric | Storage::Real | Storage::Double => AttributeType::Number,
            Storage::Boolean => AttributeType::Boolean,
            Storage::TimestampWithZone | Storage::TimestampWithoutZone => AttributeType::Timestamp,
            Storage::Date => AttributeType::Date,
            Storage::TextArray | Storage::OtherTextArray => AttributeType::TextArray,
            Storage::Json => AttributeType::Json,
            Storage::Unsupported => AttributeType::Unsupported,
        }
    }
}

//! Typed ids, so that a rule's id cannot be passed where an audience's is meant.
//! Ids are made by the caller: this crate has no randomness.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! typed_id {
    ($(#[$documentation:meta])* $name:ident) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        crate::ids::written_in_typescript_as!($name, "string");
    };
}

/// A newtype that the page sees as a plain TypeScript type, without a declaration of its own.
macro_rules! written_in_typescript_as {
    ($name:ident, $typescript:literal) => {
        #[cfg(feature = "typescript")]
        impl ts_rs::TS for $name {
            type WithoutGenerics = Self;
            type OptionInnerType = Self;

            fn name(_: &ts_rs::Config) -> String {
                String::from($typescript)
            }

            fn inline(_: &ts_rs::Config) -> String {
                String::from($typescript)
            }
        }
    };
}
pub(crate) use written_in_typescript_as;

typed_id! {
    /// A rule's id: stays the same when the rule is edited or moved.
    RuleId
}

typed_id! {
    /// An audience's id.
    AudienceId
}
